import { type JsonReader, jsonReader } from '../json-form.ts'
import { receivingAdviceFaults } from './checks.ts'
import { type ReceivingAdvice, receivingAdviceSchema } from './schema.ts'

/** Reads a receiving advice from a JSON value: the advice, or all its faults with RFC 6901 pointers. */
export const readReceivingAdviceJson: JsonReader<ReceivingAdvice> = jsonReader(
  receivingAdviceSchema,
  receivingAdviceFaults,
)
