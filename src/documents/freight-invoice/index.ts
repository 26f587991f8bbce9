import { defineDocument } from '../document.ts'
import { readFreightInvoiceJson } from './json.ts'
import { type FreightInvoice, freightInvoiceSchema } from './schema.ts'
import { readFreightInvoiceX12, writeFreightInvoiceX12 } from './x12.ts'

/** What a carrier wants for a shipment: X12 210. */
export const freightInvoice = defineDocument<FreightInvoice>({
  name: 'freight-invoice',
  x12: { set: '210', functionalId: 'IM' },
  keyOf: ({ scac, number, correction }) => [scac, number, correction],
  about: ({ number, shipment }) => [shipment === undefined ? ['freight', number] : ['load', shipment]],
  schema: freightInvoiceSchema,
  readJson: readFreightInvoiceJson,
  readX12: readFreightInvoiceX12,
  writeX12: writeFreightInvoiceX12,
})
