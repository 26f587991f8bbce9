import { defineDocument } from '../document.ts'
import { readInvoiceEdifact, writeInvoiceEdifact } from './edifact.ts'
import { readInvoiceJson } from './json.ts'
import { type Invoice, invoiceSchema } from './schema.ts'
import { readInvoiceX12, writeInvoiceX12 } from './x12.ts'

/** The bill: X12 810, EDIFACT INVOIC. */
export const invoice = defineDocument<Invoice>({
  name: 'invoice',
  x12: { set: '810', functionalId: 'IN' },
  keyOf: ({ number }) => [number],
  about: ({ number, purchaseOrder }) => [purchaseOrder === undefined ? ['invoice', number] : ['order', purchaseOrder]],
  schema: invoiceSchema,
  readJson: readInvoiceJson,
  readX12: readInvoiceX12,
  writeX12: writeInvoiceX12,
  edifact: { message: 'INVOIC', versions: ['D.96A', 'D.01B'], read: readInvoiceEdifact, write: writeInvoiceEdifact },
})
