import { expect, test } from 'vitest'
import { check, type Verdict } from './checker.ts'
import type { HubEvent, LedgerRow, Setup, ViolationKind } from './records.ts'
import { cleanRun, effect, note, planned, type Run, record, say, setup } from './run-of-one-order.ts'

const verdictOn = (run: Run, who: Setup = setup): Verdict =>
  check({ ledgers: [run.shop, run.wms, run.carrier, run.erp], events: run.events }, who)

/** Spoils a clean run and answers which rules found something. */
function spoilt(change: (run: Run) => void, who: Setup = setup): string[] {
  const run = cleanRun()
  change(run)
  return verdictOn(run, who).details.map(({ kind, rule }) => `${kind}: ${rule}`)
}

const remove = <T>(rows: T[], which: (row: T) => boolean): T[] => {
  const gone = rows.filter(which)
  for (const row of gone) rows.splice(rows.indexOf(row), 1)
  expect(gone.length).toBeGreaterThan(0) // a planted fault that is not there proves nothing
  return gone
}
const isEvent = (type: string) => (event: HubEvent) => event.type === type
const isRow = (kind: string, what: string) => (row: LedgerRow) => row.kind === kind && row.what === what
const change = (run: Run, type: string, data: Record<string, unknown>, more: Partial<HubEvent> = {}) => {
  const at = run.events.findIndex(isEvent(type))
  const event = run.events[at] as HubEvent
  run.events[at] = { ...event, ...more, data: { ...event.data, ...data } }
}

test('a run in which all went well has nothing wrong, and something was looked at', () => {
  const verdict = verdictOn(cleanRun())
  expect(verdict).toMatchObject({ orders: 1, lines: 2, lost: 0, duplicates: 0, phantom: 0, reordered: 0, illegal: 0 })
  expect(verdict).toMatchObject({ unbalanced: 0, details: [] })
  expect(verdict.looked).toMatchObject({ positions: 2, invoices: 1 })
  expect(verdict.looked.pairs).toBeGreaterThan(5)
})

test('an order the shop was told yes for, and which the hub does not have, is lost', () => {
  const found = spoilt((run) => {
    const key = 'shop-PO-2'
    const detail = { customer: 'C1', customerOrder: 'PO-2', lines: [] }
    note(run.shop, { system: 'shop', kind: 'intent', what: 'order.place', key, detail })
    note(run.shop, { system: 'shop', kind: 'outcome', what: 'order.place', key, detail: 'ok' })
  })
  expect(found).toEqual(['lost: order taken and not there'])
})

test('an order whose answer never came may be there or not', () => {
  const found = spoilt((run) => {
    const key = 'shop-PO-2'
    const detail = { customer: 'C1', customerOrder: 'PO-2', lines: [] }
    note(run.shop, { system: 'shop', kind: 'intent', what: 'order.place', key, detail })
    note(run.shop, { system: 'shop', kind: 'outcome', what: 'order.place', key, detail: 'unknown' })
  })
  expect(found).toEqual([])
})

test('an order that was taken and never posted is lost, unless something says why', () => {
  const stop = (run: Run, why?: string) => {
    run.events.splice(3)
    remove(run.erp, () => true)
    remove(run.shop, isRow('effect', 'order.status'))
    run.wms.splice(3)
    remove(run.carrier, () => true)
    if (why) record(run, why, { hold: 'credit' })
  }
  expect(spoilt((run) => stop(run))).toEqual(['lost: order never posted'])
  expect(spoilt((run) => stop(run, 'order.held'))).toEqual([])
  const lifted = spoilt((run) => {
    stop(run, 'order.held')
    record(run, 'order.hold_lifted', { hold: 'credit' })
  })
  expect(lifted).toEqual(['lost: order never posted'])
})

test('a report that was taken and left no trace is lost', () => {
  const found = spoilt((run) => {
    const detail = { order: 'o1', sequence: 4, release: 'R1', lines: [] }
    const row = { system: 'wms1', what: 'pick.short', key: 'wms1-x', order: 'o1' }
    note(run.wms, { ...row, kind: 'intent', detail })
    note(run.wms, { ...row, kind: 'outcome', detail: 'ok' })
  })
  expect(found).toEqual(['lost: report taken and without trace'])
})

test('a report the hub refused, and said so, is not lost', () => {
  const found = spoilt((run) => {
    const detail = { order: 'o1', sequence: 4, release: 'R1', lines: [] }
    const row = { system: 'wms1', what: 'pick.short', key: 'wms1-x', order: 'o1' }
    note(run.wms, { ...row, kind: 'intent', detail })
    note(run.wms, { ...row, kind: 'outcome', detail: 'ok' })
    record(run, 'report.refused', { report: 'pick.short', code: 'STATE', from: 'wms1', data: { release: 'R1' } })
  })
  expect(found).toEqual([])
})

test('a report for an order that is stopped waits for a person; the order is counted as stopped', () => {
  const run = cleanRun()
  const detail = { order: 'o1', sequence: 4, release: 'R1', lines: [] }
  const row = { system: 'wms1', what: 'pick.short', key: 'wms1-x', order: 'o1' }
  note(run.wms, { ...row, kind: 'intent', detail })
  note(run.wms, { ...row, kind: 'outcome', detail: 'ok' })
  record(run, 'subject.parked', { room: 'lifecycle', reason: 'wrong' })
  const verdict = verdictOn(run)
  expect([verdict.lost, verdict.looked.stopped]).toEqual([0, 1])
})

test('a pick start that comes after the pick itself may leave no trace', () => {
  const found = spoilt((run) => {
    const detail = { order: 'o1', sequence: 4, release: 'R1' }
    const row = { system: 'wms1', what: 'pick.started', key: 'wms1-x', order: 'o1' }
    note(run.wms, { ...row, kind: 'intent', detail })
    note(run.wms, { ...row, kind: 'outcome', detail: 'ok' })
  })
  expect(found).toEqual([])
})

test('a request that was planned and never done is lost, unless it is parked', () => {
  const forget = (run: Run) => planned(run, 'shop', 'order.status', 'o1/backordered')
  expect(spoilt(forget)).toEqual(['lost: request without effect'])
  const parked = spoilt((run) => {
    forget(run)
    record(run, 'delivery.parked', { target: 'shop', verb: 'order.status', key: 'o1/backordered' })
  })
  expect(parked).toEqual([])
})

const parkedAt = (run: Run, key: string, kind = 'delivery.parked') => {
  const { position } = run.events.findLast((event) => event.data['key'] === key) as HubEvent
  record(run, kind, { position, target: 'shop', verb: 'order.status', key })
  return position
}

test('a request that was parked and is to be delivered again must be done after all', () => {
  const again = (run: Run, key: string) => {
    planned(run, 'shop', 'order.status', key)
    record(run, 'delivery.redelivered', { position: parkedAt(run, key), by: 'anna' })
  }
  expect(spoilt((run) => again(run, 'o1/backordered'))).toEqual(['lost: request without effect'])
  const done = spoilt((run) => {
    again(run, 'o1/backordered')
    effect(run, run.shop, 'shop', 'order.status', 'o1/backordered', { status: 'backordered' })
  })
  expect(done).toEqual([])
  const another = spoilt((run) => {
    planned(run, 'shop', 'order.status', 'o1/late')
    parkedAt(run, 'o1/late')
    again(run, 'o1/backordered')
  })
  expect(another, 'the other is still parked').toEqual(['lost: request without effect'])
  const replayed = spoilt((run) => {
    planned(run, 'shop', 'order.status', 'o1/late')
    const position = parkedAt(run, 'o1/late')
    record(run, 'delivery.replayed', { position, way: 'redelivery', target: 'shop', verb: 'order.status' })
  })
  expect(replayed).toEqual(['lost: request without effect'])
})

test('a request that was refused and is planned once more must be done after all', () => {
  const found = spoilt((run) => {
    planned(run, 'shop', 'order.status', 'o1/backordered')
    parkedAt(run, 'o1/backordered', 'delivery.refused')
    planned(run, 'shop', 'order.status', 'o1/backordered')
  })
  expect(found).toEqual(['lost: request without effect'])
})

test('what was done and is called refused is unbalanced, unless it was asked for a second time', () => {
  const refused = (run: Run) => {
    planned(run, 'shop', 'order.status', 'o1/backordered')
    parkedAt(run, 'o1/backordered', 'delivery.refused')
    effect(run, run.shop, 'shop', 'order.status', 'o1/backordered', { status: 'backordered' })
  }
  expect(spoilt(refused)).toEqual(['unbalanced: done and called refused'])
  const replayed = spoilt((run) => {
    planned(run, 'shop', 'order.status', 'o1/backordered')
    refused(run)
  })
  expect(replayed, 'the second may be refused for another body').toEqual([])
})

test('an order is no longer excused once what was parked for it is to be delivered again', () => {
  const unbilled = (run: Run, kind: string, again: boolean) => {
    remove(run.erp, isRow('effect', 'invoice.request'))
    remove(run.events, (event) => event.type === 'delivery.planned' && event.data['verb'] === 'invoice.request')
    remove(run.events, isEvent('order.invoiced'))
    remove(run.events, isEvent('order.line_closed'))
    planned(run, 'shop', 'order.status', 'o1/late')
    const position = parkedAt(run, 'o1/late', kind)
    if (again) record(run, 'delivery.redelivered', { position, by: 'anna' })
  }
  for (const kind of ['delivery.parked', 'delivery.in_doubt', 'delivery.refused']) {
    expect(spoilt((run) => unbilled(run, kind, false))).toEqual([])
    expect(spoilt((run) => unbilled(run, kind, true))).toContain('lost: shipped without invoice.request')
  }
})

test('what was parked and delivered again later than what came behind it is in no wrong order', () => {
  const found = spoilt((run) => {
    planned(run, 'shop', 'order.status', 'a')
    const position = parkedAt(run, 'a')
    planned(run, 'shop', 'order.status', 'b')
    effect(run, run.shop, 'shop', 'order.status', 'b', {})
    record(run, 'delivery.redelivered', { position, by: 'anna' })
    effect(run, run.shop, 'shop', 'order.status', 'a', {})
  })
  expect(found).toEqual([])
})

test('a carrier that keeps a ledger and got nothing at all lost what it was to get', () => {
  expect(spoilt((run) => remove(run.carrier, isRow('effect', 'shipment.notify')))).toEqual([
    'lost: request without effect',
  ])
  const silent = spoilt((run) => {
    run.carrier.length = 0
    remove(run.events, isEvent('order.delivered'))
  })
  expect(silent, 'although nothing at all is written there').toEqual(['lost: request without effect'])
})

test('a system that keeps no ledger is not asked about', () => {
  expect(spoilt((run) => planned(run, 'lab', 'sample.send', 'x'))).toEqual([])
})

test('a partner that got nothing at all lost what was sent', () => {
  const found = spoilt(
    (run) => {
      const control = { control: '000000077', set: '855', setControl: '0001', key: 'PO-1' }
      record(run, 'interchange.sent', control, {
        subject: 'acme/mailbox/bigBox',
        lane: 3,
        position: 1,
        correlation: '',
      })
    },
    { ...setup, roles: { ...setup.roles, bigBox: 'partner' } },
  )
  expect(found).toEqual(['lost: interchange never received'])
})

test('goods that left the house and were never billed are found although nobody planned the bill', () => {
  const found = spoilt((run) => {
    remove(run.erp, isRow('effect', 'invoice.request'))
    remove(run.events, (event) => event.type === 'delivery.planned' && event.data['verb'] === 'invoice.request')
    remove(run.events, isEvent('order.invoiced'))
    remove(run.events, isEvent('order.line_closed'))
  })
  expect(found).toEqual(['lost: shipped without invoice.request'])
})

test('two effects under one key are a duplicate', () => {
  const found = spoilt((run) => effect(run, run.erp, 'erp', 'order.post', 'o1', { number: 'SO2' }))
  expect(found).toContain('duplicates: key with two effects')
})

test('an order posted again under a new key is a duplicate', () => {
  const found = spoilt((run) => effect(run, run.erp, 'erp', 'order.post', 'o1 again', { number: 'SO2' }))
  expect(found).toContain('duplicates: effect had twice')
})

test('a second invoice for one shipment is a duplicate', () => {
  const found = spoilt((run) => {
    const first = run.erp.find(isRow('effect', 'invoice.request'))
    effect(run, run.erp, 'erp', 'invoice.request', 'again', { ...(first?.detail as object), number: 'INV2' })
  })
  expect(found).toEqual(['duplicates: effect had twice', 'phantom: effect nobody planned'])
})

test('one placed order that became two is a duplicate', () => {
  const found = spoilt((run) => {
    const data = run.events.find(isEvent('order.received'))?.data as Record<string, unknown>
    record(run, 'order.received', data, { subject: 'acme/order/o2', correlation: 'o2' })
    record(run, 'order.rejected', { code: 'X' }, { subject: 'acme/order/o2', correlation: 'o2' })
  })
  expect(found).toEqual(['duplicates: order taken twice'])
})

test('an effect for an order nobody has is a phantom', () => {
  const found = spoilt((run) =>
    note(run.erp, { system: 'erp', kind: 'effect', what: 'order.cancel', key: 'k', order: 'o9', detail: {} }),
  )
  expect(found).toEqual(['phantom: effect for no order', 'phantom: effect nobody planned'])
})

test('an effect nobody planned is a phantom, also for an order that is there', () => {
  const found = spoilt((run) => effect(run, run.carrier, 'carrier', 'shipment.notify', 'S7', { shipment: 'S7' }))
  expect(found).toEqual(['phantom: effect nobody planned'])
  const elsewhere = spoilt((run) => {
    planned(run, 'erp', 'order.change', 'a')
    effect(run, run.erp, 'erp', 'order.change', 'a', {})
    effect(run, run.shop, 'shop', 'order.change', 'a', {})
  })
  expect(elsewhere, 'planned for another system').toEqual(['phantom: effect nobody planned'])
})

test('while traffic goes on the plan of an effect may not have been read yet', () => {
  const found = spoilt((run) => effect(run, run.carrier, 'carrier', 'shipment.notify', 'S7', {}), {
    ...setup,
    settled: false,
  })
  expect(found).toEqual([])
})

test('a warehouse that is asked in files has what an interchange told it', () => {
  const release = (run: Run, told: string) => {
    const sent = { control: '000000009', set: '940', setControl: '0001', key: told }
    record(run, 'interchange.sent', sent, { subject: 'acme/mailbox/wms2', lane: 3, position: 1, correlation: '' })
    note(run.wms, { system: 'wms2', kind: 'effect', what: 'warehouse.release', key: 'R2', detail: {} })
  }
  expect(spoilt((run) => release(run, 'R2'))).toEqual([])
  expect(spoilt((run) => release(run, 'R3'))).toEqual(['phantom: effect nobody planned'])
})

test('a document in an interchange nobody sent is a phantom', () => {
  const found = spoilt((run) => {
    tookDocument(run, '856', 'S1')
    remove(run.events, isEvent('interchange.sent'))
  })
  expect(found).toEqual(['phantom: document nobody sent'])
})

test('an order nobody placed is a phantom', () => {
  const found = spoilt((run) => {
    const other = { subject: 'acme/order/o2', correlation: 'o2' }
    record(run, 'order.received', { soldTo: 'C1', customerOrder: 'PO-9', lines: [] }, other)
  })
  expect(found).toEqual(['phantom: order nobody placed'])
})

/** The hub sends a document, and a partner takes it. */
const tookDocument = (run: Run, set: string, key: string, customerOrder = 'PO-1') => {
  const control = String(run.shop.length)
  const sent = { control: control.padStart(9, '0'), set, setControl: '0001', key }
  const where = { subject: 'acme/mailbox/bigBox', lane: 3, position: run.shop.length, correlation: '' }
  record(run, 'interchange.sent', sent, where)
  note(run.shop, {
    system: 'bigBox',
    kind: 'effect',
    what: `document.${set}`,
    key: `${control}/0001`,
    detail: { key, customer: 'C1', customerOrder, shipment: '', control },
  })
}

test('a customer that gets one ship notice twice has a duplicate', () => {
  const found = spoilt((run) => {
    tookDocument(run, '856', 'S1')
    tookDocument(run, '856', 'S1')
  })
  expect(found).toEqual(['duplicates: effect had twice'])
})

test('a customer that gets an invoice before the acknowledgement gets them in the wrong order', () => {
  const found = spoilt((run) => {
    tookDocument(run, '810', 'INV1')
    tookDocument(run, '855', 'PO-1')
  })
  expect(found).toEqual(['reordered: stage after a later one'])
})

test('a document for an order the customer never sent is a phantom', () => {
  expect(spoilt((run) => tookDocument(run, '855', 'PO-9', 'PO-9'))).toEqual(['phantom: document for no order'])
})

test('an interchange that was sent and never came is lost', () => {
  const found = spoilt((run) => {
    tookDocument(run, '855', 'PO-1')
    const control = { control: '000000077', set: '855', setControl: '0001', key: 'PO-1' }
    record(run, 'interchange.sent', control, { subject: 'acme/mailbox/bigBox', lane: 3, position: 99, correlation: '' })
  })
  expect(found).toEqual(['lost: interchange never received'])
})

test.each(['997', 'TA1'])('a %s is about an interchange that came: no document is missed', (set) => {
  const found = spoilt((run) => {
    tookDocument(run, '855', 'PO-1')
    const control = { control: '000000078', set, setControl: '0001', key: 'PO-1' }
    record(run, 'interchange.sent', control, { subject: 'acme/mailbox/bigBox', lane: 3, position: 99, correlation: '' })
  })
  expect(found).toEqual([])
})

test('a warehouse that knows releases only is understood by its release', () => {
  const found = spoilt((run) => {
    run.wms.forEach((row, at) => {
      if (row.kind === 'intent' && row.order) run.wms[at] = { ...row, order: '' }
    })
    const withoutNumbers = (event: HubEvent) => ({ ...event, sequence: undefined })
    run.events.forEach((event, at) => {
      if (event.lane === 1) run.events[at] = withoutNumbers(event) as unknown as HubEvent
    })
  })
  expect(found).toEqual([])
})

test('a carton no warehouse closed is a phantom', () => {
  const found = spoilt((run) => change(run, 'carton.closed', { carton: { carton: 'K7', lines: [] } }, { sequence: 2 }))
  expect(found).toContain('phantom: fact nobody reported')
})

test('a shop that hears shipped before accepted hears it in the wrong order', () => {
  const found = spoilt((run) => {
    const [accepted] = remove(run.shop, (row) => row.key.endsWith('o1/accepted'))
    run.shop.splice(3, 0, accepted as LedgerRow)
  })
  expect(found).toContain('reordered: stage after a later one')
})

test('an invoice before its goods issue is in the wrong order', () => {
  const found = spoilt((run) => {
    const [issue] = remove(run.erp, isRow('effect', 'shipment.post'))
    run.erp.push(issue as LedgerRow)
  })
  expect(found).toEqual(['reordered: stage after a later one', 'reordered: against the plan'])
})

test('a replay plans what was done anew, under its old key: that puts nothing out of order', () => {
  const found = spoilt((run) => {
    planned(run, 'erp', 'order.change', 'a')
    planned(run, 'erp', 'order.change', 'b')
    effect(run, run.erp, 'erp', 'order.change', 'a', {})
    effect(run, run.erp, 'erp', 'order.change', 'b', {})
    planned(run, 'erp', 'order.change', 'a')
  })
  expect(found).toEqual([])
})

test('effects of one chain against the order of their plan are reordered', () => {
  const found = spoilt((run) => {
    planned(run, 'erp', 'order.change', 'a')
    planned(run, 'erp', 'order.change', 'b')
    effect(run, run.erp, 'erp', 'order.change', 'b', {})
    effect(run, run.erp, 'erp', 'order.change', 'a', {})
  })
  expect(found).toEqual(['reordered: against the plan'])
})

test.each<[string, string, (run: Run) => void]>([
  ['goods that ship without a release', 'not released', (run) => remove(run.events, isEvent('order.released'))],
  [
    'a release while the order is held',
    'released while held',
    (run) => {
      const at = run.events.findIndex(isEvent('order.release_planned'))
      const position = (run.events[at] as HubEvent).position - 0.5
      run.events.splice(at, 0, {
        ...(run.events[at] as HubEvent),
        position,
        type: 'order.held',
        data: { hold: 'credit' },
      })
    },
  ],
  [
    'an invoice before the shipment',
    'invoiced before shipment',
    (run) => change(run, 'order.invoiced', { shipment: 'S9' }),
  ],
  [
    'more shipped than packed',
    'shipped more than packed',
    (run) => change(run, 'order.shipped', { lines: [{ line: '1', item: 'A', quantity: 6_000_000 }] }),
  ],
  [
    'more picked than released',
    'picked more than released',
    (run) => change(run, 'pick.confirmed', { lines: [{ line: '1', item: 'A', quantity: 6_000_000 }] }),
  ],
  [
    'a pick that the ERP reports',
    'said by one who may not',
    (run) => change(run, 'pick.confirmed', {}, { source: 'erp' }),
  ],
  [
    'a pick from the other warehouse',
    'said about another house',
    (run) => change(run, 'pick.confirmed', {}, { source: 'wms2' }),
  ],
  [
    'a release the ERP plans where it may not',
    'released by one who may not',
    (run) => change(run, 'order.release_planned', { by: 'erp' }, { source: 'erp' }),
  ],
  [
    'an event that is not behind the one before it',
    'position went back',
    (run) => change(run, 'order.posted', {}, { position: 1 }),
  ],
  [
    'a line that is closed while something is open',
    'closed while open',
    (run) =>
      change(run, 'order.received', {
        lines: [
          { line: '1', base: 9_000_000 },
          { line: '2', base: 2_000_000 },
        ],
      }),
  ],
  [
    'goods for an order that was rejected',
    'after rejection',
    (run) => change(run, 'order.accepted', {}, { type: 'order.rejected' }),
  ],
])('%s is illegal', (_, rule, spoil) => {
  expect(spoilt(spoil)).toContain(`illegal: ${rule}`)
})

test('stock that is gone without a move is unbalanced', () => {
  const found = spoilt((run) => {
    const [closing] = remove(run.wms, isRow('fact', 'stock.closing'))
    const lines = [
      { item: 'A', available: '94', suspect: '0' },
      { item: 'B', available: '48', suspect: '0' },
    ]
    run.wms.push({ ...(closing as LedgerRow), detail: { facility: 'DC1', lines } })
  })
  expect(found).toEqual(['unbalanced: stock of the warehouse', 'unbalanced: stock in the hub'])
})

test('a shipment the hub took off its stock twice is unbalanced', () => {
  const found = spoilt((run) => {
    const shipped = run.events.find(isEvent('inventory.shipped')) as HubEvent
    run.events.push({ ...shipped, position: 3 })
  })
  expect(found).toEqual(['unbalanced: stock in the hub', 'unbalanced: stock in the hub'])
})

test('found stock that was first in doubt stays balanced, lost stock too', () => {
  const found = spoilt((run) => {
    const adjusted = (delta: string) => ({
      facility: 'DC1',
      lines: [{ item: 'A', delta: { value: delta, uom: 'EA' } }],
    })
    const row = { system: 'wms1', kind: 'intent', what: 'inventory.adjusted', key: 'adjusted' }
    note(run.wms, { ...row, detail: { sequence: 2, ...adjusted('-3') } })
    const where = { subject: 'acme/stock/DC1', lane: 2, position: 3, source: 'wms1', sequence: 2 }
    const lines = [{ item: 'A', status: 'suspect', delta: -3_000_000 }]
    record(run, 'inventory.adjusted', { facility: 'DC1', lines }, where)
    const [closing] = remove(run.wms, isRow('fact', 'stock.closing'))
    const shelves = [
      { item: 'A', available: '90', suspect: '2' },
      { item: 'B', available: '48', suspect: '0' },
    ]
    run.wms.push({ ...(closing as LedgerRow), detail: { facility: 'DC1', lines: shelves } })
  })
  expect(found).toEqual([])
})

const billed = (run: Run, detail: Record<string, unknown>) => {
  const at = run.erp.findIndex(isRow('effect', 'invoice.request'))
  const row = run.erp[at] as LedgerRow
  run.erp[at] = { ...row, detail: { ...(row.detail as object), ...detail } }
}

test('an invoice whose total is a cent off is unbalanced', () => {
  const found = spoilt((run) => billed(run, { total: { amount: '29.76', currency: 'USD' } }))
  expect(found).toEqual(['unbalanced: invoice total'])
})

test('an invoice for more than was shipped is unbalanced', () => {
  const lines = [
    {
      line: '1',
      quantity: { value: '6', uom: 'EA' },
      price: { amount: '1.25', per: 1, uom: 'EA' },
      amount: { amount: '7.50' },
    },
  ]
  const found = spoilt((run) => billed(run, { lines, charges: [], total: { amount: '7.50' } }))
  expect(found).toEqual(['unbalanced: billed as shipped'])
})

test('an amount that is not quantity times price is unbalanced', () => {
  const lines = [
    {
      line: '1',
      quantity: { value: '5', uom: 'EA' },
      price: { amount: '1.25', per: 1, uom: 'EA' },
      amount: { amount: '6.26' },
    },
  ]
  const found = spoilt((run) => billed(run, { lines, charges: [], total: { amount: '6.26' } }))
  expect(found).toEqual(['unbalanced: invoice line'])
})

test('a goods issue of another quantity than left the house is unbalanced', () => {
  const found = spoilt((run) => {
    const at = run.erp.findIndex(isRow('effect', 'shipment.post'))
    const lines = [
      { line: '1', quantity: { value: '4', uom: 'EA' } },
      { line: '2', quantity: { value: '2', uom: 'EA' } },
    ]
    run.erp[at] = { ...(run.erp[at] as LedgerRow), detail: { shipment: 'wms1-S1', facility: 'DC1', lines } }
  })
  expect(found).toEqual(['unbalanced: goods issue'])
})

test('a goods issue at another warehouse than the goods left is unbalanced', () => {
  const found = spoilt((run) => {
    const at = run.erp.findIndex(isRow('effect', 'shipment.post'))
    const issue = run.erp[at] as LedgerRow
    run.erp[at] = { ...issue, detail: { ...(issue.detail as object), facility: '' } }
  })
  expect(found).toEqual(['unbalanced: goods issue elsewhere'])
})

test('an order that came in with another quantity than was placed is unbalanced', () => {
  const found = spoilt((run) => {
    const lines = [
      { line: '1', customerLine: '1', ordered: { value: '7', uom: 'EA' }, base: 5_000_000 },
      { line: '2', customerLine: '2', ordered: { value: '2', uom: 'EA' }, base: 2_000_000 },
    ]
    change(run, 'order.received', { lines })
  })
  expect(found).toEqual(['unbalanced: ordered as wanted'])
})

test('a run that is still going on is not blamed for what has not happened yet', () => {
  const busy = { ...setup, settled: false }
  const found = spoilt((run) => {
    remove(run.erp, isRow('effect', 'invoice.request'))
    remove(run.events, isEvent('order.line_closed'))
  }, busy)
  expect(found).toEqual([])
})

test('a report sent twice and taken once is nothing to worry about', () => {
  const found = spoilt((run) => {
    const outcome = run.wms.find(isRow('outcome', 'pick.confirmed')) as LedgerRow
    note(run.wms, { ...outcome })
  })
  expect(found).toEqual([])
})

test('a second dispatch of a shipment that became a second event is illegal', () => {
  const found = spoilt((run) => {
    const data = run.events.find(isEvent('order.shipped'))?.data as Record<string, unknown>
    const report = { release: 'R1', shipment: 'S1', facility: 'DC1', cartons: [] }
    remove(run.events, isEvent('order.line_closed'))
    say(run, run.wms, 'wms1', 'shipment.dispatched', 4, report, data, 'order.shipped')
  })
  expect(found).toContain('illegal: shipped twice')
})

const total = ({
  lost,
  duplicates,
  phantom,
  reordered,
  illegal,
  unbalanced,
}: Readonly<Record<ViolationKind, number>>) => lost + duplicates + phantom + reordered + illegal + unbalanced

test('faults are counted, and alone are no violation', () => {
  const run = cleanRun()
  note(run.erp, { system: 'erp', kind: 'fault', what: 'timeoutAfterEffect', key: 'k' })
  const verdict = check(
    { ledgers: [run.shop, run.wms, run.carrier, run.erp], events: run.events, faults: [{ kind: 'kill' }] },
    setup,
  )
  expect(verdict.looked.faults).toEqual({ timeoutAfterEffect: 1, kill: 1 })
  expect(total(verdict)).toBe(0)
})
