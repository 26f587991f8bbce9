import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anOrder, EA, GivenOrder, line, ORDER, SUBJECT } from '../../test/support/given-order.ts'

const atDC1 = () => {
  const given = new GivenOrder().atTheWarehouse()
  return { given, release: given.order.releases[0]?.release ?? '' }
}
const A10 = { line: '1', item: 'A', quantity: 10 * EA }
const B5 = { line: '2', item: 'B', quantity: 5 * EA }

test('a report that is repeated has no effect', () => {
  const { given, release } = atDC1()
  given.reports('pick.confirmed', { release, lines: [A10] }, { sequence: 1 })
  expect(given.reports('pick.confirmed', { release, lines: [A10] }, { sequence: 1 })).toEqual([])
  expect(given.pieces('1', 'picked')).toBe(10)
})

test('a carton closed twice under different numbers is one carton', () => {
  const { given, release } = atDC1()
  given.reports('pick.confirmed', { release, lines: [A10] })
  const carton = { carton: 'C-1', lines: [A10] }
  given.reports('carton.closed', { release, carton })
  expect(given.reports('carton.closed', { release, carton }).map((event) => event.type)).toEqual([])
  expect(given.order.cartons).toHaveLength(1)
})

test('a closed carton whose content changes is a conflict', () => {
  const { given, release } = atDC1()
  given.reports('pick.confirmed', { release, lines: [A10, B5] })
  given.reports('carton.closed', { release, carton: { carton: 'C-1', lines: [A10] } })
  given.reports('carton.closed', { release, carton: { carton: 'C-1', lines: [B5] } })
  expect(given.refusals()).toMatchObject([{ code: 'CONFLICT', report: 'carton.closed' }])
})

test('the warehouse ships once, however often it confirms', () => {
  const { given, release } = atDC1()
  given.ships(release)
  const dispatched = {
    order: ORDER,
    release,
    shipment: 'S-1',
    facility: 'DC1',
    cartons: [{ carton: 'C-1', lines: [] }],
    shipDate: '2026-01-05',
  }
  expect(given.reports('shipment.dispatched', dispatched)).toEqual([])
  expect(given.told('order.shipped')).toHaveLength(1)
  expect(given.pieces('1', 'shipped')).toBe(10)
})

test('a carton packed before its pick was told waits for the pick', () => {
  const { given, release } = atDC1()
  const early = given.reports('carton.closed', { release, carton: { carton: 'C-1', lines: [A10] } }, { sequence: 2 })
  expect(early.map((event) => event.type)).toEqual(['report.early'])
  const late = given.reports('pick.confirmed', { release, lines: [A10] }, { sequence: 1 })
  expect(late.map((event) => event.type)).toEqual(['pick.confirmed', 'carton.closed'])
  expect(given.order.early).toEqual([])
  expect(given.floor.passes(120_000).filter((event) => event.type === 'report.refused')).toEqual([])
})

test('a whole afternoon of the warehouse told backwards ends where it should', () => {
  const { given, release } = atDC1()
  const tell = [
    () => given.reports('pick.confirmed', { release, lines: [A10, B5] }, { sequence: 1 }),
    () => given.reports('carton.closed', { release, carton: { carton: 'C-1', lines: [A10, B5] } }, { sequence: 2 }),
    () =>
      given.reports(
        'shipment.manifested',
        { order: ORDER, release, shipment: 'S-1', tracking: [{ carton: 'C-1', tracking: '1Z' }] },
        { sequence: 3 },
      ),
    () =>
      given.reports(
        'shipment.dispatched',
        {
          order: ORDER,
          release,
          shipment: 'S-1',
          facility: 'DC1',
          cartons: [{ carton: 'C-1', lines: [] }],
          shipDate: '2026-01-05',
        },
        { sequence: 4 },
      ),
  ]
  for (const one of tell.reverse()) one()
  expect(given.pieces('1', 'shipped')).toBe(10)
  expect(given.order.cartons[0]?.tracking).toBe('1Z')
  expect(given.order.early).toEqual([])
  expect(given.violations).toEqual([])
  given.floor.passes(120_000)
  expect(given.refusals()).toEqual([])
})

test('a pick told before the release was answered waits for the answer', () => {
  const given = new GivenOrder().received().approved()
  const release = given.order.releases[0]?.release ?? ''
  given.reports('pick.confirmed', { release, lines: [A10] })
  expect(given.pieces('1', 'picked')).toBe(0)
  given.released()
  expect(given.pieces('1', 'picked')).toBe(10)
})

test('what waits longer than a minute becomes a refusal that a person sees', () => {
  const { given, release } = atDC1()
  given.reports('carton.closed', { release, carton: { carton: 'C-1', lines: [A10] } })
  given.floor.passes(59_000)
  expect(given.refusals()).toEqual([])
  given.floor.passes(2_000)
  expect(given.refusals()).toMatchObject([{ code: 'EARLY_TOO_LONG', report: 'carton.closed' }])
  expect(given.order.early).toEqual([])
})

test('a warehouse that skips a number is waited for, then somebody is told', () => {
  const { given, release } = atDC1()
  given.reports('pick.started', { release }, { sequence: 1 })
  given.reports('pick.confirmed', { release, lines: [A10] }, { sequence: 3 })
  expect(given.told('report.early')).toMatchObject([{ waitsFor: 'report 2 of wms-east' }])
  given.floor.passes(61_000)
  expect(given.refusals()).toMatchObject([{ code: 'GAP', data: { first: 2, last: 2 } }])
  expect(given.pieces('1', 'picked')).toBe(10)
  given.reports('carton.closed', { release, carton: { carton: 'C-1', lines: [A10] } }, { sequence: 4 })
  expect(given.order.cartons).toHaveLength(1)
})

test('a report that comes after it was given up is still judged, once', () => {
  const { given, release } = atDC1()
  given.reports('pick.confirmed', { release, lines: [A10] }, { sequence: 2 })
  given.floor.passes(61_000)
  given.reports('pick.confirmed', { release, lines: [B5] }, { sequence: 1 })
  given.reports('pick.confirmed', { release, lines: [B5] }, { sequence: 1 })
  expect(given.pieces('2', 'picked')).toBe(5)
  expect(given.refusals().map((refused) => refused.code)).toEqual(['GAP'])
})

test('a gap that is filled in time troubles nobody', () => {
  const { given, release } = atDC1()
  given.reports('pick.confirmed', { release, lines: [A10] }, { sequence: 2 })
  given.reports('pick.started', { release }, { sequence: 1 })
  given.floor.passes(61_000)
  expect(given.refusals()).toEqual([])
})

test('an order nobody has heard of yet is waited for', () => {
  const given = new GivenOrder()
  given.reports('pick.started', { release: 'r-1' })
  expect(given.told('report.early')).toMatchObject([{ waitsFor: 'order.received' }])
})

test('more picked than was released is refused', () => {
  const { given, release } = atDC1()
  given.reports('pick.confirmed', { release, lines: [{ ...A10, quantity: 11 * EA }] })
  expect(given.refusals()).toMatchObject([{ code: 'INVARIANT' }])
  expect(given.pieces('1', 'picked')).toBe(0)
})

test('another item than the one on the line is refused', () => {
  const { given, release } = atDC1()
  given.reports('pick.confirmed', { release, lines: [{ ...A10, item: 'Z' }] })
  expect(given.refusals()).toMatchObject([{ code: 'CONFLICT' }])
})

test('a warehouse that reports for another is refused by name', () => {
  const { given, release } = atDC1()
  given.reports('pick.confirmed', { release, lines: [A10] }, { from: 'wms-west' })
  expect(given.refusals()).toMatchObject([
    { code: 'AUTHORITY', reason: 'wms-west may not say “pick.confirmed” at DC1; only wms-east may.' },
  ])
})

test('a ship confirm for what was never released is refused', () => {
  const given = new GivenOrder().received().approved()
  given.reports('shipment.dispatched', {
    order: ORDER,
    release: 'r-unknown',
    shipment: 'S-1',
    facility: 'DC1',
    cartons: [],
    shipDate: '2026-01-05',
  })
  given.floor.passes(61_000)
  expect(given.refusals()).toMatchObject([{ code: 'EARLY_TOO_LONG', report: 'shipment.dispatched' }])
})

test('a carton travels in one shipment only', () => {
  const { given, release } = atDC1()
  given.reports('pick.confirmed', { release, lines: [A10] })
  given.reports('carton.closed', { release, carton: { carton: 'C-1', lines: [A10] } })
  const manifest = (shipment: string) =>
    given.reports('shipment.manifested', {
      order: ORDER,
      release,
      shipment,
      tracking: [{ carton: 'C-1', tracking: '1Z' }],
    })
  manifest('S-1')
  manifest('S-2')
  expect(given.refusals()).toMatchObject([{ code: 'INVARIANT', report: 'shipment.manifested' }])
})

test('a voided label frees its cartons for the next shipment, and a manifest is no dispatch', () => {
  const { given, release } = atDC1()
  given.reports('pick.confirmed', { release, lines: [A10] })
  given.reports('carton.closed', { release, carton: { carton: 'C-1', lines: [A10] } })
  const tracking = [{ carton: 'C-1', tracking: '1Z' }]
  given.reports('shipment.manifested', { order: ORDER, release, shipment: 'S-1', tracking })
  expect(given.pieces('1', 'shipped')).toBe(0)
  expect(given.allAsked('invoice.request')).toEqual([])
  given.reports('shipment.voided', { order: ORDER, shipment: 'S-1', reason: 'wrong service' })
  given.reports('shipment.manifested', { order: ORDER, release, shipment: 'S-2', tracking })
  expect(given.refusals()).toEqual([])
  expect(given.order.cartons[0]?.shipment).toBe('wms-east-S-2')
})

test('a delivered shipment never steps back, whatever a late milestone says', () => {
  const { given, release } = atDC1()
  given.ships(release)
  const shipment = 'wms-east-S-1'
  const from = 'tms'
  given.reports('shipment.delivered', { order: ORDER, shipment, at: '2026-01-07T10:00:00Z' }, { from })
  given.reports('shipment.milestone', { order: ORDER, shipment, code: 'AF', at: '2026-01-06T10:00:00Z' }, { from })
  expect(given.floor.state('shipments', `acme/shipment/${shipment}`)).toMatchObject({ delivered: true, milestone: '' })
  expect(given.told('shipment.milestone')).not.toEqual([])
  expect(given.told('order.delivered')).toHaveLength(1)
  expect(given.told('shipment.delivered')).toHaveLength(1)
})

test('milestones that overtake each other are applied by the time they happened', () => {
  const { given, release } = atDC1()
  given.ships(release)
  const shipment = 'wms-east-S-1'
  const milestone = (code: string, at: string) =>
    given.reports('shipment.milestone', { order: ORDER, shipment, code, at }, { from: 'tms' })
  milestone('X1', '2026-01-07T08:00:00Z')
  milestone('AF', '2026-01-06T08:00:00Z')
  expect(given.floor.state('shipments', `acme/shipment/${shipment}`)).toMatchObject({ milestone: 'X1' })
})

test('a milestone told before the dispatch waits for it at the shipment', () => {
  const { given, release } = atDC1()
  given.floor.takes({
    kind: 'report',
    type: 'shipment.milestone',
    subject: 'acme/shipment/wms-east-S-1',
    source: 'tms',
    occurredAt: given.floor.now,
    data: { order: ORDER, code: 'AF', at: '2026-01-05T18:00:00Z' },
  })
  expect(given.told('shipment.milestone')).toEqual([])
  given.ships(release)
  expect(given.told('shipment.milestone')).toHaveLength(1)
})

test('after a restart the order stands where it stood', () => {
  const { given, release } = atDC1()
  given.ships(release)
  const before = structuredClone(given.order)
  given.floor.restarts()
  expect(given.order).toEqual(before)
})

test('a large order with quantities to the millionth survives a restart', () => {
  const facts = anOrder({ lines: [line('1', 'A', 1, { base: 999_999_999_123_457 }), line('2', 'B', 1, { base: 1 })] })
  const given = new GivenOrder().received(facts)
  given.floor.restarts()
  expect(given.order.lines.map((one) => one.ordered)).toEqual([999_999_999_123_457, 1])
  expect(given.order.subject).toBe(SUBJECT)
})

test('reports shuffled and doubled on the way end where they would have ended in order', () => {
  const told = (given: GivenOrder, release: string) => {
    const part = (number: string, item: string, pieces: number) => ({ line: number, item, quantity: pieces * EA })
    const pack = (carton: string, ...lines: ReturnType<typeof part>[]) => ({ release, carton: { carton, lines } })
    const leave = (shipment: string, carton: string) => ({
      order: ORDER,
      release,
      shipment,
      facility: 'DC1',
      cartons: [{ carton, lines: [] }],
      shipDate: '2026-01-05',
    })
    const reports: [Parameters<GivenOrder['reports']>[0], object][] = [
      ['pick.started', { release }],
      ['pick.confirmed', { release, lines: [part('1', 'A', 4)] }],
      ['carton.closed', pack('C-1', part('1', 'A', 4))],
      ['pick.confirmed', { release, lines: [part('1', 'A', 6), part('2', 'B', 3)] }],
      ['shipment.dispatched', leave('S-1', 'C-1')],
      ['pick.short', { release, facility: 'DC1', lines: [{ ...part('2', 'B', 2), reason: 'bin_empty' }] }],
      ['carton.closed', pack('C-2', part('1', 'A', 6), part('2', 'B', 3))],
      ['shipment.dispatched', leave('S-2', 'C-2')],
    ]
    return reports.map(
      ([type, data], at) =>
        () =>
          given.reports(type, data as never, { sequence: at + 1 }),
    )
  }
  const ledger = (given: GivenOrder) =>
    JSON.stringify([given.order.lines, given.order.releases[0], given.order.cartons])
  const straight = atDC1()
  for (const one of told(straight.given, straight.release)) one()

  fc.assert(
    fc.property(fc.shuffledSubarray([...Array(16).keys()], { minLength: 16, maxLength: 16 }), (order) => {
      const { given, release } = atDC1()
      const reports = told(given, release)
      for (const at of order) reports[at % 8]?.()
      expect(ledger(given)).toBe(ledger(straight.given))
      expect(given.order.early).toEqual([])
      expect(given.refusals()).toEqual([])
    }),
    { numRuns: 100 },
  )
})

test('N09: a serial that another carton holds already is refused, in whatever report it comes', () => {
  const given = new GivenOrder().atTheWarehouse()
  const release = given.order.releases[0]?.release ?? ''
  given.reports('pick.confirmed', { release, lines: [{ line: '1', item: 'A', quantity: 10 * EA }] })
  const half = (serials: string[]) => [{ line: '1', item: 'A', quantity: 5 * EA, serials }]
  given.reports('carton.closed', { release, carton: { carton: 'C-1', lines: half(['S1', 'S2']) } })
  given.reports('carton.closed', { release, carton: { carton: 'C-2', lines: half(['S3', 'S2']) } })
  expect(given.refusals()).toMatchObject([{ code: 'INVARIANT', reason: expect.stringContaining('C-1 holds already') }])
  given.reports('carton.closed', { release, carton: { carton: 'C-2', lines: half(['S3', 'S4']) } })
  expect(given.order.cartons).toHaveLength(2)
  expect(given.violations).toEqual([])
})
