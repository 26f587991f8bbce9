import { type JsonReader, jsonReader } from '../json-form.ts'
import { applicationAdviceFaults } from './checks.ts'
import { type ApplicationAdvice, applicationAdviceSchema } from './schema.ts'

/** Reads an application advice from a JSON value: the advice, or all its faults with RFC 6901 pointers. */
export const readApplicationAdviceJson: JsonReader<ApplicationAdvice> = jsonReader(
  applicationAdviceSchema,
  applicationAdviceFaults,
)
