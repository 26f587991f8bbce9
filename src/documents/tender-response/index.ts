import { defineDocument } from '../document.ts'
import { readTenderResponseJson } from './json.ts'
import { type TenderResponse, tenderResponseSchema } from './schema.ts'
import { readTenderResponseX12, writeTenderResponseX12 } from './x12.ts'

/** A carrier's answer to a load tender: X12 990. */
export const tenderResponse = defineDocument<TenderResponse>({
  name: 'tender-response',
  x12: { set: '990', functionalId: 'GF' },
  keyOf: ({ scac, shipment, response, date }) => [scac, shipment, response, date],
  about: ({ shipment }) => [['load', shipment]],
  schema: tenderResponseSchema,
  readJson: readTenderResponseJson,
  readX12: readTenderResponseX12,
  writeX12: writeTenderResponseX12,
})
