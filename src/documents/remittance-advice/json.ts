import { type JsonReader, jsonReader } from '../json-form.ts'
import { remittanceAdviceFaults } from './checks.ts'
import { type RemittanceAdvice, remittanceAdviceSchema } from './schema.ts'

/** Reads a remittance advice from a JSON value: the advice, or all its faults with RFC 6901 pointers. */
export const readRemittanceAdviceJson: JsonReader<RemittanceAdvice> = jsonReader(remittanceAdviceSchema, (advice) =>
  remittanceAdviceFaults(advice),
)
