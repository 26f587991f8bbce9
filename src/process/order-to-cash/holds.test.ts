import { expect, test } from 'vitest'
import { anOrder, GivenOrder, line, ORDER } from '../../../test/support/given-order.ts'

const waits = (given: GivenOrder, verb: string) => {
  const { lane, position, target, verb: name, key } = given.asked(verb)
  given.records(
    'delivery.waiting',
    { position, target, verb: name, key, attempts: 1, reason: 'down', nextAt: 0 },
    'delivery',
  )
  return lane
}

test('an order whose credit the ERP holds waits, and goes on when the ERP lets it', () => {
  const given = new GivenOrder().received()
  given.answers('credit.check', { decision: 'held', reason: 'over the limit' })
  given.answers('price.check', { agrees: true })
  expect(given.stage).toBe('held')
  expect(given.told('order.held')).toMatchObject([{ hold: 'credit', reason: 'over the limit' }])
  given.reports('order.hold_lifted', { hold: 'credit', by: 'credit desk' }, { from: 'erp' })
  expect(given.stage).toBe('accepted')
})

test('an order whose credit is declined is rejected, and the customer hears why', () => {
  const given = new GivenOrder().received()
  given.answers('credit.check', { decision: 'declined', reason: 'account closed' })
  expect(given.stage).toBe('rejected')
  expect(given.asked('order.status').body).toMatchObject({ status: 'rejected', reason: 'account closed' })
  given.answers('price.check', { agrees: true })
  expect(given.told('order.sourced')).toEqual([])
})

test('a price that differs is held with both prices, never overwritten', () => {
  const given = new GivenOrder().received()
  given.answers('credit.check', { decision: 'approved' })
  const ours = { amount: '9.00', currency: 'USD', per: 1, uom: 'EA' }
  given.answers('price.check', { agrees: false, lines: [{ line: '1', price: ours, rule: 'contract', agrees: false }] })
  expect(given.told('order.held')).toMatchObject([
    { hold: 'price', reason: 'line 1: the customer says 10.00, ours is 9.00', lines: ['1'] },
  ])
  given.reports('order.hold_lifted', { hold: 'price', by: 'order desk' }, { from: 'erp' })
  given.asked('order.post')
  expect(given.asked('order.post').body).toMatchObject({ lines: [{ line: '1', price: { amount: '10.00' } }, {}] })
})

test('a price within the tolerance is no disagreement', () => {
  const given = new GivenOrder({ options: { price: { tolerancePercent: '1' } } }).received()
  given.answers('credit.check', { decision: 'approved' })
  const ours = { amount: '9.95', currency: 'USD', per: 1, uom: 'EA' }
  given.answers('price.check', { agrees: false, lines: [{ line: '1', price: ours, agrees: false }] })
  expect(given.stage).toBe('accepted')
})

test('a line without a price takes the one the ERP names', () => {
  const given = new GivenOrder().received(anOrder({ lines: [{ ...line('1', 'A', 1), price: undefined }] }))
  given.answers('credit.check', { decision: 'approved' })
  const price = { amount: '7.50', currency: 'USD', per: 1, uom: 'EA' }
  given.answers('price.check', { agrees: true, lines: [{ line: '1', price, agrees: true }] })
  expect(given.asked('order.post').body).toMatchObject({ lines: [{ price }] })
})

test('while the ERP is down an order waits and says so; no yes is invented', () => {
  const given = new GivenOrder().received()
  waits(given, 'credit.check')
  waits(given, 'price.check')
  expect(given.stage).toBe('held')
  expect(given.told('order.held')).toMatchObject([
    { hold: 'credit', reason: 'waiting for erp' },
    { hold: 'price', reason: 'waiting for erp' },
  ])
  given.approved()
  expect(given.stage).toBe('accepted')
})

test('an order that waited for the ERP says what the ERP has answered since, and a person works on that', () => {
  const given = new GivenOrder().received()
  waits(given, 'credit.check')
  waits(given, 'price.check')
  const ours = { amount: '9.00', currency: 'USD', per: 1, uom: 'EA' }
  given.answers('price.check', { agrees: false, lines: [{ line: '1', price: ours, agrees: false }] })
  given.answers('credit.check', { decision: 'held', reason: 'over the limit' })
  expect(given.told('order.held').slice(2)).toEqual([
    { hold: 'price', reason: 'line 1: the customer says 10.00, ours is 9.00', lines: ['1'] },
    { hold: 'credit', reason: 'over the limit' },
  ])
  expect(given.order.holds).toEqual(['credit', 'price'])
  for (const hold of ['price', 'credit'] as const) {
    given.reports('order.hold_lifted', { hold, by: 'order desk' }, { from: 'erp' })
  }
  expect(given.stage).toBe('accepted')
})

test('credit that is declined once the ERP answers again ends the order, as it would have at once', () => {
  const given = new GivenOrder().received()
  waits(given, 'credit.check')
  given.answers('credit.check', { decision: 'declined', reason: 'bankrupt' })
  expect(given.told('order.rejected')).toMatchObject([{ code: 'credit', reason: 'bankrupt' }])
})

test('a hold that somebody else set keeps its reason, whatever the ERP answers', () => {
  const given = new GivenOrder().received()
  given.reports('order.held', { hold: 'price', reason: 'the buyer is asked', by: 'order desk' }, { from: 'erp' })
  given.answers('price.check', { agrees: false, lines: [{ line: '1', agrees: false }] })
  expect(given.told('order.held')).toMatchObject([{ reason: 'the buyer is asked' }])
})

test('a small order is accepted while the ERP is down, and not released before the ERP has answered', () => {
  const options = { credit: { deferBelow: { amount: '500.00', currency: 'USD' } } }
  const given = new GivenOrder({ options }).received()
  waits(given, 'credit.check')
  waits(given, 'price.check')
  expect(given.stage).toBe('accepted')
  expect(given.allAsked('warehouse.release')).toEqual([])
  given.answers('price.check', { agrees: true })
  expect(given.allAsked('warehouse.release')).toEqual([])
  given.answers('credit.check', { decision: 'approved' })
  expect(given.allAsked('warehouse.release')).toHaveLength(1)
})

test('a deferred credit that turns out to be no good stops the release', () => {
  const options = { credit: { deferBelow: { amount: '500.00', currency: 'USD' } } }
  const given = new GivenOrder({ options }).received()
  waits(given, 'credit.check')
  given.answers('price.check', { agrees: true })
  given.answers('credit.check', { decision: 'declined' })
  expect(given.allAsked('warehouse.release')).toEqual([])
  expect(given.order.holds).toEqual(['credit'])
})

test('an approval that ran out before the release is asked for again', () => {
  const given = new GivenOrder({ options: {} }).received(anOrder({ shipNotBefore: '2026-01-20' }))
  given.answers('credit.check', { decision: 'approved', until: '2026-01-06T00:00:00Z' })
  given.answers('price.check', { agrees: true })
  expect(given.allAsked('warehouse.release')).toEqual([])
  given.floor.passes(15 * 86_400_000)
  expect(given.asked('credit.check').key).toBe(`${ORDER}/2`)
  given.answers('credit.check', { decision: 'approved' })
  expect(given.allAsked('warehouse.release')).toHaveLength(1)
})

test('an unknown item holds the order until master data comes; nothing is asked before', () => {
  const facts = anOrder({ lines: [line('1', undefined, 3)] })
  const given = new GivenOrder().received(facts, { hold: 'reference', reason: 'line 1: item B-9 is not known' })
  expect(given.floor.asked).toEqual([])
  expect(given.stage).toBe('held')
  given.arrives('reference.resolved', { lines: [line('1', 'A', 3)] })
  given.approved()
  expect(given.stage).toBe('accepted')
  expect(given.asked('warehouse.release').body).toMatchObject({
    lines: [{ item: 'A', quantity: { value: '3', uom: 'EA' } }],
  })
})

test('what an order was told of its items it is not told again; what is news it is', () => {
  const facts = anOrder({ lines: [line('1', undefined, 3), line('2', undefined, 2)] })
  const given = new GivenOrder().received(facts, { hold: 'reference', reason: 'two items are not known' })
  const first = { lines: [line('1', 'A', 3)], remaining: 1 }
  expect(given.arrives('reference.resolved', first).map(({ type }) => type)).toEqual(['order.corrected'])
  expect(given.arrives('reference.resolved', first)).toEqual([])
  const rest = given.arrives('reference.resolved', { lines: [line('2', 'B', 2)], remaining: 0 })
  expect(rest.map(({ type }) => type)).toContain('order.hold_lifted')
})

test('an unknown ship-to is a hold, not a rejection; credit and price are asked meanwhile', () => {
  const given = new GivenOrder().received(anOrder(), { hold: 'reference', reason: 'ship-to S9 is not known' })
  given.approved()
  expect(given.stage).toBe('held')
  given.arrives('reference.resolved', { parties: [{ role: 'ST', id: 'S9', name: 'Store 9' }] })
  expect(given.asked('warehouse.release').body).toMatchObject({ shipTo: { id: 'S9' } })
})

test('several holds stand together; the last one to go lets the order on', () => {
  const given = new GivenOrder().received(
    anOrder(),
    { hold: 'address', reason: 'no street' },
    { hold: 'compliance', reason: 'export licence' },
  )
  given.approved()
  given.reports('order.hold_lifted', { hold: 'address', by: 'desk' }, { from: 'erp' })
  expect(given.stage).toBe('held')
  given.reports('order.hold_lifted', { hold: 'compliance', by: 'desk' }, { from: 'erp' })
  expect(given.stage).toBe('accepted')
})

test('a hold somebody else set is not lifted by the ERP agreeing with the prices', () => {
  const given = new GivenOrder().received(anOrder(), { hold: 'price', reason: 'the total the customer states differs' })
  given.approved()
  expect(given.order.holds).toEqual(['price'])
  expect(given.told('order.sourced')).toEqual([])
  given.reports('order.hold_lifted', { hold: 'price', by: 'order desk' }, { from: 'erp' })
  expect(given.stage).toBe('accepted')
})

test('an answer that also lifts the hold it was waited for with sources the order once', () => {
  const given = new GivenOrder().received()
  given.answers('credit.check', { decision: 'approved' })
  waits(given, 'price.check')
  expect(given.stage).toBe('held')
  given.answers('price.check', { agrees: true })
  expect(given.told('order.sourced')).toHaveLength(1)
  expect(given.stage).toBe('accepted')
})
