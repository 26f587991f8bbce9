import { type JsonReader, jsonReader } from '../json-form.ts'
import { invoiceFaults } from './checks.ts'
import { type Invoice, invoiceSchema } from './schema.ts'

/** Reads an invoice from a JSON value: the invoice, or all its faults with RFC 6901 pointers. */
export const readInvoiceJson: JsonReader<Invoice> = jsonReader(invoiceSchema, (invoice) => invoiceFaults(invoice))
