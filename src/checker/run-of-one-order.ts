import type { HubEvent, LedgerRow, Setup } from './records.ts'

/** Ledgers and events of a run that a test may spoil before it is checked. */
export interface Run {
  readonly shop: LedgerRow[]
  readonly erp: LedgerRow[]
  readonly wms: LedgerRow[]
  readonly carrier: LedgerRow[]
  readonly events: HubEvent[]
}

export const setup: Setup = {
  roles: { shop: 'shop', erp: 'erp', wms1: 'wms', wms2: 'wms', carrier: 'carrier' },
  facilities: { DC1: 'wms1', DC2: 'wms2' },
  releasers: ['hub'],
}

/** A row at the end of a system's ledger. */
export function note(rows: LedgerRow[], row: Omit<LedgerRow, 'n' | 'at'>): void {
  rows.push({ n: rows.length + 1, at: 1_000 + rows.length, ...row })
}

/** An event at the end of the order's lane. */
export function record(run: Run, type: string, data: Record<string, unknown>, more: Partial<HubEvent> = {}): void {
  const position = Math.max(0, ...run.events.map((event) => event.position)) + 1
  const source = more.source ?? 'order-to-cash'
  run.events.push({ lane: 1, position, type, subject: 'acme/order/o1', correlation: 'o1', source, data, ...more })
}

const EA = (value: string) => ({ value, uom: 'EA' })
const USD = (amount: string) => ({ amount, currency: 'USD' })
const price = (amount: string) => ({ amount, currency: 'USD', per: 1, uom: 'EA' })

/** Five of A at 1.25 and two of B at 10.00, ordered, shipped from DC1, billed and delivered, as it should be. */
export function cleanRun(): Run {
  const run: Run = { shop: [], erp: [], wms: [], carrier: [], events: [] }
  open(run)
  order(run)
  fulfil(run)
  bill(run)
  deliver(run)
  close(run)
  return run
}

const stock = (a: string, b: string) => [
  { item: 'A', quantity: EA(a) },
  { item: 'B', quantity: EA(b) },
]

function open(run: Run): void {
  const lines = stock('100', '50')
  const system = 'wms1'
  note(run.wms, { system, kind: 'fact', what: 'stock.opening', key: 'DC1', detail: { facility: 'DC1', lines } })
  const data = {
    facility: 'DC1',
    lines: [
      { item: 'A', status: 'available', quantity: 100_000_000 },
      { item: 'B', status: 'available', quantity: 50_000_000 },
    ],
  }
  const detail = { id: 'wms1-1', facility: 'DC1', lines, sequence: 1 }
  note(run.wms, { system, kind: 'intent', what: 'inventory.counted', key: 'wms1-1', detail })
  note(run.wms, { system, kind: 'outcome', what: 'inventory.counted', key: 'wms1-1', detail: 'ok' })
  const where = { subject: 'acme/stock/DC1', lane: 2, position: 1, correlation: '', source: system, sequence: 1 }
  record(run, 'inventory.counted', data, where)
}

function order(run: Run): void {
  const lines = [
    { line: '1', item: 'A', quantity: '5', uom: 'EA' },
    { line: '2', item: 'B', quantity: '2', uom: 'EA' },
  ]
  const placed = { system: 'shop', what: 'order.place', key: 'shop-PO-1' }
  note(run.shop, { ...placed, kind: 'intent', detail: { customer: 'C1', customerOrder: 'PO-1', lines } })
  note(run.shop, { ...placed, kind: 'outcome', order: 'o1', detail: 'ok' })
  record(run, 'order.received', {
    soldTo: 'C1',
    customerOrder: 'PO-1',
    lines: [
      { line: '1', customerLine: '1', ordered: EA('5'), base: 5_000_000 },
      { line: '2', customerLine: '2', ordered: EA('2'), base: 2_000_000 },
    ],
  })
  record(run, 'order.accepted', { lines: [] })
  planned(run, 'shop', 'order.status', 'o1/accepted')
  planned(run, 'erp', 'order.post', 'o1')
  effect(run, run.shop, 'shop', 'order.status', 'o1/accepted', { status: 'accepted' })
  effect(run, run.erp, 'erp', 'order.post', 'o1', { number: 'SO1' })
  record(run, 'order.posted', { number: 'SO1' }, { source: 'erp' })
}

const both = [
  { line: '1', item: 'A', quantity: 5_000_000 },
  { line: '2', item: 'B', quantity: 2_000_000 },
]
const wire = [
  { line: '1', item: 'A', quantity: EA('5') },
  { line: '2', item: 'B', quantity: EA('2') },
]

function fulfil(run: Run): void {
  record(run, 'order.release_planned', { release: 'R1', facility: 'DC1', lines: both, by: 'crossdock' })
  planned(run, 'wms1', 'warehouse.release', 'R1')
  effect(run, run.wms, 'wms1', 'warehouse.release', 'R1', { status: 'accepted', release: 'R1' })
  record(run, 'order.released', { release: 'R1', facility: 'DC1', lines: both }, { source: 'wms1' })
  const release = 'R1'
  say(run, run.wms, 'wms1', 'pick.confirmed', 1, { release, lines: wire }, { release, lines: both })
  const carton = { carton: 'K1', lines: wire }
  say(run, run.wms, 'wms1', 'carton.closed', 2, { release, carton }, { release, carton: { carton: 'K1', lines: both } })
  say(
    run,
    run.wms,
    'wms1',
    'shipment.dispatched',
    3,
    { release, facility: 'DC1', shipment: 'S1', cartons: [carton] },
    { release, facility: 'DC1', shipment: 'wms1-S1', lines: both },
    'order.shipped',
  )
  const where = { subject: 'acme/stock/DC1', lane: 2, position: 2 }
  record(run, 'inventory.shipped', { order: 'o1', shipment: 'wms1-S1', facility: 'DC1', lines: both }, where)
}

function bill(run: Run): void {
  const shipment = 'wms1-S1'
  planned(run, 'erp', 'shipment.post', shipment)
  planned(run, 'erp', 'invoice.request', shipment)
  effect(run, run.erp, 'erp', 'shipment.post', shipment, { shipment, facility: 'DC1', lines: wire })
  const lines = [
    { line: '1', item: 'A', quantity: EA('5'), price: price('1.25'), amount: USD('6.25') },
    { line: '2', item: 'B', quantity: EA('2'), price: price('10.00'), amount: USD('20.00') },
  ]
  const charges = [{ type: 'freight', amount: USD('3.50') }]
  const invoice = { number: 'INV1', shipment, lines, charges, total: USD('29.75') }
  effect(run, run.erp, 'erp', 'invoice.request', shipment, invoice)
  record(run, 'order.invoiced', { invoice: 'i1', number: 'INV1', shipment, lines: both }, { source: 'erp' })
}

function deliver(run: Run): void {
  const shipment = 'wms1-S1'
  planned(run, 'shop', 'order.status', 'o1/shipped')
  effect(run, run.shop, 'shop', 'order.status', 'o1/shipped', { status: 'shipped', shipment })
  planned(run, 'carrier', 'shipment.notify', shipment)
  effect(run, run.carrier, 'carrier', 'shipment.notify', shipment, { shipment })
  say(run, run.carrier, 'carrier', 'shipment.delivered', 1, { shipment }, { shipment }, 'order.delivered')
  planned(run, 'shop', 'order.status', 'o1/delivered')
  effect(run, run.shop, 'shop', 'order.status', 'o1/delivered', { status: 'delivered', shipment })
  record(run, 'order.line_closed', { lines: ['1', '2'] })
}

function close(run: Run): void {
  const lines = [
    { item: 'A', available: '95', suspect: '0', picked: '0' },
    { item: 'B', available: '48', suspect: '0', picked: '0' },
  ]
  const detail = { facility: 'DC1', lines }
  note(run.wms, { system: 'wms1', kind: 'fact', what: 'stock.closing', key: 'DC1', detail })
}

/** The hub plans a request. */
export function planned(run: Run, target: string, verb: string, key: string): void {
  record(run, 'delivery.planned', { target, verb, key, chain: 'o1' })
}

/** A system does it. */
export function effect(
  run: Run,
  rows: LedgerRow[],
  system: string,
  verb: string,
  key: string,
  detail: Record<string, unknown>,
): void {
  if (!run.events.length) throw new Error('a run begins with events')
  note(rows, { system, kind: 'effect', what: verb, key: `${system}:${verb}:${key}`, order: 'o1', detail })
}

/** A system says something, the hub takes it and makes it an event. */
export function say(
  run: Run,
  rows: LedgerRow[],
  system: string,
  type: string,
  sequence: number,
  report: Record<string, unknown>,
  data: Record<string, unknown>,
  becomes = type,
): void {
  const key = `${system}-o1-${sequence}`
  const detail = { id: key, order: 'o1', sequence, ...report }
  note(rows, { system, kind: 'intent', what: type, key, order: 'o1', detail })
  note(rows, { system, kind: 'outcome', what: type, key, order: 'o1', detail: 'ok' })
  record(run, becomes, data, { source: system, sequence })
}
