import { microsText } from '../base/quantity.ts'
import type { Decision, Input, JournalEvent, Room } from '../journal/contract.ts'
import type { Row, TableSpec } from '../store/contract.ts'
import type { EventData } from './events.ts'
import { partsOf, subjectOf } from './subject.ts'

/** An invoice: posted and numbered by the ERP alone, once for each shipment; never edited afterwards. */
export interface InvoiceState {
  number: string
  shipment: string
  sentTo: string[]
}

export const invoiceTable: TableSpec = {
  name: 'invoice_state',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'subject', type: 'text' },
  ],
  columns: [{ name: 'state', type: 'bytea' }],
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** The room that keeps invoices. Its subject is made by the order's `order.invoiced`. */
export const invoiceLifecycle: Room<InvoiceState> = {
  name: 'invoices',
  about: 'invoice',
  table: invoiceTable,
  initial: () => ({ number: '', shipment: '', sentTo: [] }),
  load: (_subject: string, row: Row) => JSON.parse(decoder.decode(row[0] as Uint8Array)) as InvoiceState,
  save: (state) => [encoder.encode(JSON.stringify(state))],
  fold: foldInvoice,
  hears: {
    'order.invoiced': (event) => [subjectOf(partsOf(event.subject).tenant, 'invoice', event.data.invoice)],
  },
  decide: (state, input) => (input.kind === 'heard' ? posted(state, input) : undefined),
}

function foldInvoice(state: InvoiceState, event: JournalEvent): boolean {
  if (event.type === 'invoice.posted') {
    const data = event.data as EventData['invoice.posted']
    state.number = data.number
    state.shipment = data.shipment
    return true
  }
  if (event.type !== 'invoice.sent') return false
  state.sentTo.push((event.data as EventData['invoice.sent']).to)
  return true
}

function posted(state: InvoiceState, input: Input & { kind: 'heard' }): Decision | undefined {
  if (input.event.type !== 'order.invoiced' || state.number !== '') return undefined
  const { data, source, occurredAt, subject } = input.event as JournalEvent<'order.invoiced'>
  const none = { amount: '0', currency: data.total.currency }
  return {
    events: [
      {
        type: 'invoice.posted',
        data: {
          order: partsOf(subject).id,
          shipment: data.shipment,
          number: data.number,
          date: data.date ?? new Date(occurredAt).toISOString().slice(0, 10),
          dueDate: data.dueDate,
          lines: data.lines.map((line) => ({
            line: line.line,
            item: line.item,
            quantity: line.quantity,
            billed: line.billed ?? { value: microsText(line.quantity), uom: '' },
            price: line.price ?? { ...none, per: 1, uom: '' },
            amount: line.amount ?? none,
          })),
          charges: data.charges ?? [],
          total: data.total,
        },
        source,
        occurredAt,
      },
    ],
  }
}
