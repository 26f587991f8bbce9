import { type JsonReader, jsonReader } from '../json-form.ts'
import { returnAuthorizationFaults } from './checks.ts'
import { type ReturnAuthorization, returnAuthorizationSchema } from './schema.ts'

/** Reads a return authorization from a JSON value: the authorization, or all its faults with RFC 6901 pointers. */
export const readReturnAuthorizationJson: JsonReader<ReturnAuthorization> = jsonReader(
  returnAuthorizationSchema,
  returnAuthorizationFaults,
)
