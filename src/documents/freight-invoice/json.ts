import { type JsonReader, jsonReader } from '../json-form.ts'
import { freightInvoiceFaults } from './checks.ts'
import { type FreightInvoice, freightInvoiceSchema } from './schema.ts'

/** Reads a freight invoice from a JSON value: the invoice, or all its faults with RFC 6901 pointers. */
export const readFreightInvoiceJson: JsonReader<FreightInvoice> = jsonReader(freightInvoiceSchema, (invoice) =>
  freightInvoiceFaults(invoice),
)
