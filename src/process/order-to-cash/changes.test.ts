import { expect, test } from 'vitest'
import { anOrder, EA, GivenOrder, ORDER } from '../../../test/support/given-order.ts'

const cancelled = (given: GivenOrder, lines?: { line: string; item: string; quantity: number }[]) =>
  given.records(
    'order.cancellation_requested',
    { by: 'shop', reason: 'changed my mind', ...(lines ? { lines } : {}) },
    'intake',
  )

test('an order cancelled before release is gone at once, its stock free, everybody told', () => {
  const given = new GivenOrder().received(anOrder({ shipNotBefore: '2026-02-01' })).approved()
  given.answers('order.post', { number: 'SO-1' })
  cancelled(given)
  expect(given.stage).toBe('cancelled')
  expect(given.floor.state('inventory', 'acme/stock/DC1/A')).toMatchObject({ reserved: 0 })
  expect(given.asked('order.cancel').body).toMatchObject({
    number: 'SO-1',
    lines: [{ line: '1', quantity: { value: '10', uom: 'EA' } }, { line: '2' }],
  })
  expect(given.allAsked('order.status').at(-1)?.body).toMatchObject({ status: 'cancelled', reason: 'changed my mind' })
  given.floor.passes(60 * 86_400_000)
  expect(given.order.releases).toEqual([])
  expect(given.violations).toEqual([])
})

test('an order cancelled while it is checked never reaches the ERP', () => {
  const given = new GivenOrder().received()
  cancelled(given)
  expect(given.stage).toBe('cancelled')
  given.approved()
  expect(given.told('order.accepted')).toEqual([])
  expect(given.allAsked('order.post')).toEqual([])
})

test('after release only a recall the warehouse confirms lowers what is released', () => {
  const given = new GivenOrder().atTheWarehouse()
  cancelled(given)
  expect(given.stage).toBe('released')
  expect(given.asked('warehouse.recall').body).toMatchObject({ lines: [{ line: '1' }, { line: '2' }] })
  given.answers('warehouse.recall', { status: 'confirmed' })
  expect(given.stage).toBe('cancelled')
  expect(given.pieces('1', 'recalled')).toBe(10)
  expect(given.floor.state('inventory', 'acme/stock/DC1/A')).toMatchObject({ allocated: 0, reserved: 0 })
  expect(given.allAsked('order.cancel')).toHaveLength(1)
  expect(given.violations).toEqual([])
})

test('a recall the warehouse refuses leaves the order as it is, and the customer hears it is too late', () => {
  const given = new GivenOrder().atTheWarehouse()
  cancelled(given)
  given.answers('warehouse.recall', { status: 'refused', reason: 'already on the truck' })
  expect(given.told('order.cancellation_refused')).toEqual([{ reason: 'already on the truck' }])
  expect(given.allAsked('order.status').at(-1)?.body).toMatchObject({ reason: 'already on the truck' })
  given.ships(given.order.releases[0]?.release ?? '')
  expect(given.stage).toBe('shipped')
})

test('a recall confirmed in part cancels that part', () => {
  const given = new GivenOrder().atTheWarehouse()
  cancelled(given)
  given.answers('warehouse.recall', {
    status: 'confirmed',
    lines: [{ line: '1', item: 'A', quantity: { value: '4', uom: 'EA' } }],
  })
  expect(given.pieces('1', 'cancelled')).toBe(4)
  expect(given.pieces('2', 'cancelled')).toBe(0)
  expect(given.told('order.cancellation_refused')).toHaveLength(1)
  expect(given.violations).toEqual([])
})

test('what is picked cannot be cancelled any more', () => {
  const given = new GivenOrder().atTheWarehouse()
  const release = given.order.releases[0]?.release ?? ''
  given.reports('pick.confirmed', { release, lines: [{ line: '1', item: 'A', quantity: 10 * EA }] })
  cancelled(given, [{ line: '1', item: '', quantity: 10 * EA }])
  expect(given.told('order.cancellation_refused')).toHaveLength(1)
  expect(given.allAsked('warehouse.recall')).toEqual([])
})

test('a release on its way out when the order is cancelled is recalled after it', () => {
  const given = new GivenOrder().received().approved()
  cancelled(given)
  const recall = given.asked('warehouse.recall')
  expect(recall.chain).toBe(given.asked('warehouse.release').chain)
  given.released()
  given.answers('warehouse.recall', { status: 'confirmed' })
  expect(given.stage).toBe('cancelled')
  expect(given.violations).toEqual([])
})

test('cancelling twice cancels once', () => {
  const given = new GivenOrder().atTheWarehouse()
  cancelled(given)
  cancelled(given)
  expect(given.allAsked('warehouse.recall')).toHaveLength(1)
})

test('less of a line before release is a cancellation of the difference', () => {
  const given = new GivenOrder().received(anOrder({ shipNotBefore: '2026-02-01' })).approved()
  given.records(
    'order.change_requested',
    { by: 'shop', reason: 'fewer', lines: [{ line: '1', quantity: 7 * EA }] },
    'intake',
  )
  expect(given.pieces('1', 'cancelled')).toBe(3)
  expect(given.pieces('1', 'reserved')).toBe(7)
  expect(given.violations).toEqual([])
})

test('more of a line after release is a new release, and credit is asked for all of it', () => {
  const given = new GivenOrder().atTheWarehouse()
  given.records(
    'order.change_requested',
    { by: 'shop', reason: 'more', lines: [{ line: '1', quantity: 12 * EA }] },
    'intake',
  )
  expect(given.pieces('1', 'ordered')).toBe(12)
  expect(given.asked('order.change').body).toMatchObject({
    lines: [{ line: '1', quantity: { value: '12', uom: 'EA' } }],
  })
  expect(given.asked('credit.check')).toMatchObject({ key: `${ORDER}/2`, body: { amount: { amount: '170.00' } } })
  expect(given.order.releases).toHaveLength(1)
  given.answers('credit.check', { decision: 'approved' })
  expect(given.order.releases).toMatchObject([{}, { status: 'planned', lines: [{ line: '1', quantity: 2 * EA }] }])
  given.released()
  expect(given.violations).toEqual([])
})

test('stock that answers after the order was cancelled goes straight back', () => {
  const given = new GivenOrder().received()
  given.answers('credit.check', { decision: 'approved' })
  const asked = given.asked('price.check')
  given.floor.answers(asked, { result: 'done', answer: { agrees: true } })
  cancelled(given, [{ line: '1', item: '', quantity: 10 * EA }])
  expect(given.floor.state('inventory', 'acme/stock/DC1/A')).toMatchObject({ reserved: expect.any(Number) })
  expect(given.violations).toEqual([])
})

test('a finished order cannot be cancelled', () => {
  const given = new GivenOrder().atTheWarehouse()
  given.ships(given.order.releases[0]?.release ?? '').invoiced()
  cancelled(given)
  expect(given.told('order.cancellation_refused')).toHaveLength(1)
  expect(given.stage).toBe('closed')
})

test('a warehouse that put a release off is not asked for it again once it is cancelled, and its stock is free', () => {
  const given = new GivenOrder().received().approved()
  given.answers('warehouse.release', { status: 'deferred', reason: 'the wave is full' })
  cancelled(given)
  given.floor.passes(15 * 60_000)
  expect(given.allAsked('warehouse.release')).toHaveLength(1)
  given.answers('warehouse.recall', { status: 'refused', lines: [], reason: 'We have no such release.' })
  expect(given.stage).toBe('cancelled')
  expect(given.floor.state('inventory', 'acme/stock/DC1/A')).toMatchObject({ allocated: 0, reserved: 0 })
  expect(given.told('order.cancellation_refused')).toEqual([])
  given.floor.passes(86_400_000)
  expect(given.allAsked('warehouse.release')).toHaveLength(1)
  expect(given.violations).toEqual([])
})

/** The ERP refuses to post the order; delivery writes it down. */
function notPosted(given: GivenOrder) {
  const post = given.asked('order.post')
  const { position, target, verb, key } = post
  given.records('delivery.refused', { position, target, verb, key, retry: 'after-fix', reason: 'closed' }, 'delivery')
  given.floor.answers(post, { result: 'refused', retry: 'after-fix', reason: 'closed' })
  return post
}

test('an order the ERP does not post waits for a person; cancelled then, the ERP has nothing to cancel', () => {
  const given = new GivenOrder().received(anOrder({ shipNotBefore: '2026-02-01' })).approved()
  notPosted(given)
  expect(given.order.holds).toEqual(['manual'])
  given.floor.passes(60 * 86_400_000)
  expect(given.allAsked('warehouse.release')).toEqual([])
  cancelled(given)
  expect(given.stage).toBe('cancelled')
  expect(given.allAsked('order.cancel')).toEqual([])
  expect(given.floor.state('inventory', 'acme/stock/DC1/A')).toMatchObject({ allocated: 0, reserved: 0 })
  expect(given.violations).toEqual([])
})

test('an order posted after all goes on, and is cancelled at the ERP like any other', () => {
  const given = new GivenOrder().received(anOrder({ shipNotBefore: '2026-02-01' })).approved()
  const post = notPosted(given)
  given.floor.answers(post, { result: 'done', answer: { number: 'SO-1' } })
  expect(given.order.holds).toEqual([])
  expect(given.order.number).toBe('SO-1')
  cancelled(given)
  expect(given.allAsked('order.cancel')).toHaveLength(1)
})
