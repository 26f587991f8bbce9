import { defineDocument } from '../document.ts'
import { readReturnAuthorizationJson } from './json.ts'
import { type ReturnAuthorization, returnAuthorizationSchema } from './schema.ts'
import { readReturnAuthorizationX12, writeReturnAuthorizationX12 } from './x12.ts'

/** Goods that go back: X12 180. */
export const returnAuthorization = defineDocument<ReturnAuthorization>({
  name: 'return-authorization',
  x12: { set: '180', functionalId: 'AN' },
  keyOf: ({ number, type, date }) => [number, type, date],
  about: ({ number, original, rma }) => [['return', rma ?? original ?? number]],
  schema: returnAuthorizationSchema,
  readJson: readReturnAuthorizationJson,
  readX12: readReturnAuthorizationX12,
  writeX12: writeReturnAuthorizationX12,
})
