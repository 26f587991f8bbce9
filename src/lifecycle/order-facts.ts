import type { JournalEvent, Room } from '../journal/contract.ts'
import type { Row, TableSpec } from '../store/contract.ts'
import type { EventData, OrderFacts, OrderLineFacts } from './events.ts'

/**
 * What the customer asked for, as it was understood: kept apart from the ledger, because it is written once and read
 * often, while the ledger's row changes with every step.
 */
export interface OrderFactsState {
  facts: OrderFacts | undefined
}

export const orderFactsTable: TableSpec = {
  name: 'order_facts',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'subject', type: 'text' },
  ],
  columns: [{ name: 'facts', type: 'bytea' }],
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** The room that keeps an order's facts: parties, items, prices. It decides nothing. */
export const orderFacts: Room<OrderFactsState> = {
  name: 'order-facts',
  about: 'order',
  table: orderFactsTable,
  initial: () => ({ facts: undefined }),
  load: (_subject: string, row: Row) => ({
    facts: JSON.parse(decoder.decode(row[0] as Uint8Array)) as OrderFacts,
  }),
  save: (state) => (state.facts ? [encoder.encode(JSON.stringify(state.facts))] : null),
  fold: foldFacts,
  decide: () => undefined,
}

function foldFacts(state: OrderFactsState, event: JournalEvent): boolean {
  if (event.type === 'order.received') {
    state.facts = event.data as OrderFacts
    return true
  }
  if (!state.facts) return false
  if (event.type === 'price.checked') return takePrices(state, event.data as EventData['price.checked'])
  if (event.type === 'order.corrected') return correct(state, event.data as EventData['order.corrected'])
  if (event.type === 'order.terms_changed') return takeTerms(state, event.data as EventData['order.terms_changed'])
  if (event.type !== 'substitution.made') return false
  const { child } = event.data as EventData['substitution.made']
  state.facts = { ...state.facts, lines: [...state.facts.lines, child] }
  return true
}

/** A line that came without a price takes the one the ERP names. One that has a price keeps it: it is never overwritten. */
function takePrices(state: OrderFactsState, checked: EventData['price.checked']): boolean {
  const { facts } = state
  if (!facts) return false
  let changed = false
  const lines = facts.lines.map((line): OrderLineFacts => {
    if (line.price) return line
    const price = checked.lines.find((one) => one.line === line.line)?.price
    if (!price) return line
    changed = true
    return { ...line, price }
  })
  if (changed) state.facts = { ...facts, lines }
  return changed
}

function takeTerms(
  state: OrderFactsState,
  { prices = [], dates = {}, added = [] }: EventData['order.terms_changed'],
): boolean {
  const { facts } = state
  if (!facts) return false
  const lines = facts.lines.map((line): OrderLineFacts => {
    const price = prices.find((one) => one.line === line.line)?.price
    return price ? { ...line, price } : line
  })
  state.facts = { ...facts, ...dates, lines: [...lines, ...added] }
  return true
}

function correct(state: OrderFactsState, corrected: EventData['order.corrected']): boolean {
  const { facts } = state
  if (!facts) return false
  const lines = facts.lines.map((line) => corrected.lines?.find((one) => one.line === line.line) ?? line)
  state.facts = { ...facts, lines, parties: corrected.parties ?? facts.parties }
  return true
}
