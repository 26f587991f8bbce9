import { expect, test } from 'vitest'
import type { OrderArrival } from './order-part.ts'
import { Desk, json, NOW, SHOP, SHOP_ORDER } from './testing/desk.ts'

const orderOf = (outcome: { inputs: readonly unknown[] }) => (outcome.inputs[0] as { data: OrderArrival }).data

test('an order over HTTP becomes an order with base quantities, and its sender is told its id', () => {
  const outcome = new Desk(SHOP).takes(SHOP_ORDER, { idempotencyKey: 'k-1' })
  const { facts, missing } = orderOf(outcome)

  expect(missing).toEqual([])
  expect(facts).toMatchObject({
    soldTo: 'C-100',
    customerOrder: 'PO-1',
    channel: 'shop',
    currency: 'USD',
    backorders: true,
  })
  expect(facts.lines).toMatchObject([
    { line: '1', customerLine: '10', item: '4711', base: 3_000_000, baseUnit: 'EA', factor: [1, 1] },
    { line: '2', customerLine: '20', item: '4711', base: 24_000_000, baseUnit: 'EA', factor: [12, 1] },
  ])
  expect(facts.lines[0]?.price).toEqual({ amount: '9.25', currency: 'USD', per: 1, uom: 'EA' })
  expect(facts.parties).toContainEqual(expect.objectContaining({ role: 'ST', id: '0042', name: 'Store 42' }))

  expect(outcome.answer).toMatchObject({
    status: 202,
    body: { order: facts.id, customerOrder: 'PO-1', state: 'received' },
  })
  expect(outcome.inputs[0]).toMatchObject({
    kind: 'arrival',
    type: 'order',
    subject: `acme/order/${facts.id}`,
    occurredAt: NOW,
  })
  expect(outcome.receipts).toMatchObject([{ verdict: 'accepted', sender: 'shop', id: outcome.answer.receipt }])
  expect(outcome.keys.map(({ kind }) => kind)).toEqual([1, 3])
})

test('a price for a unit that means the item’s base unit is one for that, so that it can be compared', () => {
  const priced = (uom: string, perUnit?: string) => {
    const price = { amount: '9.25', ...(perUnit ? { uom: perUnit } : {}) }
    const lines = [{ line: '10', quantity: '3', uom, sku: '4711', price }]
    return orderOf(new Desk(SHOP).takes({ ...SHOP_ORDER, lines })).facts.lines[0]
  }
  expect(priced('PC')).toMatchObject({ ordered: { uom: 'PC' }, base: 3_000_000, price: { uom: 'EA' } })
  expect(priced('EA', 'PC')).toMatchObject({ ordered: { uom: 'EA' }, price: { uom: 'EA' } })
  expect(priced('CS')).toMatchObject({ ordered: { uom: 'CS' }, base: 36_000_000, price: { uom: 'CS' } })
  expect(priced('EA', 'LB')).toMatchObject({ price: { uom: 'LB' } })
})

test('the same request again gets the first answer and nothing happens', () => {
  const desk = new Desk(SHOP)
  const first = desk.takes(SHOP_ORDER, { idempotencyKey: 'k-1' })
  const again = desk.takes(SHOP_ORDER, { idempotencyKey: 'k-1' })

  expect(again.inputs).toEqual([])
  expect(again.keys).toEqual([])
  expect(again.answer.body).toEqual(first.answer.body)
  expect(again.answer.replayed).toBe(true)
  expect(again.receipts).toMatchObject([{ verdict: 'repeat', bytes: new Uint8Array(0) }])
})

test('H15: the same key with another body is 422, and no case is made of it', () => {
  const desk = new Desk(SHOP)
  desk.takes(SHOP_ORDER, { idempotencyKey: 'k-1' })
  const other = desk.takes({ ...SHOP_ORDER, number: 'PO-2' }, { idempotencyKey: 'k-1' })

  expect(other.answer).toMatchObject({ status: 422, body: { code: 'XD_INTAKE_IDEMPOTENCY_KEY_REUSED' } })
  expect(other.inputs).toEqual([])
})

test('H15: the same key while the first is under way is 409 with Retry-After, and nothing is kept of it', () => {
  const desk = new Desk(SHOP)
  desk.offers(SHOP_ORDER, { idempotencyKey: 'k-1' })
  const meanwhile = desk.offers(SHOP_ORDER, { idempotencyKey: 'k-1' })

  expect(meanwhile.answer).toMatchObject({ status: 409, headers: { 'retry-after': '1' }, inFlight: true })
  expect(meanwhile.receipts).toEqual([])
  desk.commit()
  expect(desk.takes(SHOP_ORDER, { idempotencyKey: 'k-1' }).answer).toMatchObject({ status: 202, replayed: true })
})

test('H15: a line of a batch that is under way says when it may come again, and so does the whole', () => {
  const desk = new Desk(SHOP)
  const lines = (...orders: readonly object[]) => Buffer.from(orders.map((one) => JSON.stringify(one)).join('\n'))
  const ndjson = { contentType: 'application/x-ndjson' }
  desk.offers(SHOP_ORDER)
  const mixed = desk.offers(lines(SHOP_ORDER, { ...SHOP_ORDER, number: 'PO-2' }), ndjson)
  expect(mixed.answer).toMatchObject({
    status: 207,
    headers: { 'retry-after': '1' },
    body: { results: [{ index: 0, status: 409, retryAfter: 1 }, { status: 202 }] },
  })
  expect((mixed.answer.body['results'] as object[])[1]).not.toHaveProperty('retryAfter')
  const noneTaken = desk.offers(lines(SHOP_ORDER, { number: 'PO-3' }), ndjson)
  expect(noneTaken.answer).toMatchObject({ status: 207, headers: { 'retry-after': '1' } })
  desk.commit()
  expect(desk.takes(lines({ number: 'PO-3' }, { number: 'PO-4' }), ndjson).answer).toMatchObject({ status: 422 })
  expect(desk.takes(lines(SHOP_ORDER), ndjson).answer.headers).toBeUndefined()
})

test('H15: a hundred at once of one key have one effect', () => {
  const desk = new Desk(SHOP)
  const outcomes = Array.from({ length: 100 }, () => desk.offers(SHOP_ORDER, { idempotencyKey: 'k-1' }))
  expect(outcomes.flatMap(({ inputs }) => inputs)).toHaveLength(1)
  expect(outcomes.filter(({ answer }) => answer.status === 409)).toHaveLength(99)
})

test('the same order under a new request key is one order; the new key answers for it from then on', () => {
  const desk = new Desk(SHOP)
  const first = desk.takes(SHOP_ORDER, { idempotencyKey: 'k-1' })
  const again = desk.takes(SHOP_ORDER, { idempotencyKey: 'k-2' })

  expect(again.inputs).toEqual([])
  expect(again.answer.body).toEqual(first.answer.body)
  expect(again.keys.map(({ kind }) => kind)).toEqual([1])
  expect(desk.takes(SHOP_ORDER, { idempotencyKey: 'k-2' }).keys).toEqual([])
})

test('members in another order and white space make no other order', () => {
  const desk = new Desk(SHOP)
  desk.takes(SHOP_ORDER)
  const shuffled = Object.fromEntries(Object.entries(SHOP_ORDER).reverse())
  const again = desk.takes(Buffer.from(JSON.stringify(shuffled, null, 2)))
  expect(again.answer).toMatchObject({ status: 202, replayed: true })
})

test('an order number that comes again with other content is a conflict and a case, never a second order', () => {
  const desk = new Desk(SHOP)
  const first = desk.takes(SHOP_ORDER)
  const lines = [{ ...SHOP_ORDER.lines[0], quantity: '4' }, SHOP_ORDER.lines[1]]
  const other = desk.takes({ ...SHOP_ORDER, lines })

  expect(other.answer).toMatchObject({ status: 409, body: { code: 'XD_INTAKE_ORDER_CONFLICT' } })
  expect(other.inputs).toMatchObject([
    {
      type: 'order.conflict',
      subject: `acme/order/${orderOf(first).facts.id}`,
      data: { code: 'XD_INTAKE_ORDER_CONFLICT' },
    },
  ])
  expect(other.receipts).toMatchObject([{ verdict: 'quarantined' }])
})

test('a release of a blanket order shares its number and is another order', () => {
  const desk = new Desk(SHOP)
  desk.takes({ ...SHOP_ORDER, type: 'RL', release: '001' })
  const second = desk.takes({ ...SHOP_ORDER, type: 'RL', release: '002' })
  expect(second.inputs).toHaveLength(1)
})

test('H12: members we do not know are refused, all of them named', () => {
  const outcome = new Desk(SHOP).takes({ ...SHOP_ORDER, status: 'paid', tenant_id: 'other', price_override: '1' })
  expect(outcome.answer.status).toBe(422)
  const pointers = (outcome.answer.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer)
  expect(pointers).toEqual(['/status', '/tenant_id', '/price_override'])
  expect(outcome.inputs).toEqual([])
  expect(outcome.receipts).toMatchObject([{ verdict: 'quarantined' }])
})

test.each([
  ['no lines', []],
  ['10,001 lines', Array.from({ length: 10_001 }, (_, at) => ({ ...SHOP_ORDER.lines[0], line: String(at) }))],
  ['a line number twice', [SHOP_ORDER.lines[0], SHOP_ORDER.lines[0]]],
])('H20: an order with %s is 422', (_what, lines) => {
  expect(new Desk(SHOP).takes({ ...SHOP_ORDER, lines }).answer.status).toBe(422)
})

test('a corrected order may come under the key of the refused one', () => {
  const desk = new Desk(SHOP)
  desk.takes({ ...SHOP_ORDER, lines: [] }, { idempotencyKey: 'k-1' })
  expect(desk.takes(SHOP_ORDER, { idempotencyKey: 'k-1' }).answer.status).toBe(202)
})

test('a body that is no JSON is 400; the bytes stay with the receipt', () => {
  const bytes = Buffer.from('{"number": "PO-1"')
  const outcome = new Desk(SHOP).takes(bytes)
  expect(outcome.answer).toMatchObject({ status: 400, body: { code: 'XD_INTAKE_UNREADABLE' } })
  expect(outcome.receipts).toMatchObject([{ verdict: 'quarantined', bytes }])
})

test('in an array and in NDJSON every order is answered by itself', () => {
  const bad = { ...SHOP_ORDER, number: 'PO-2', lines: [] }
  const good = { ...SHOP_ORDER, number: 'PO-3' }
  const array = new Desk(SHOP).takes([SHOP_ORDER, bad, good, SHOP_ORDER])
  expect(array.answer.status).toBe(207)
  expect(array.answer.body['results']).toMatchObject([
    { status: 202 },
    { status: 422 },
    { status: 202 },
    { status: 202 },
  ])
  expect(array.inputs).toHaveLength(2)

  const lines = Buffer.concat([json(SHOP_ORDER), Buffer.from('\n{"broken\n\n'), json(good)])
  const ndjson = new Desk(SHOP).takes(lines, { contentType: 'application/x-ndjson' })
  expect(ndjson.answer.body['results']).toMatchObject([
    { index: 0, status: 202 },
    { index: 1, status: 400 },
    { index: 2, status: 202 },
  ])
})

test('an item or a place that is not known yet holds the order, it does not refuse it', () => {
  const lines = [{ ...SHOP_ORDER.lines[0], sku: 'NEW-1' }, SHOP_ORDER.lines[1]]
  const { facts, missing } = orderOf(new Desk(SHOP).takes({ ...SHOP_ORDER, shipTo: { id: '9999' }, lines }))
  expect(facts.lines[0]).toMatchObject({ line: '1', base: 3_000_000, baseUnit: 'EA' })
  expect(facts.lines[0]?.item).toBeUndefined()
  expect(missing).toMatchObject([
    { kind: 'item', line: '1', value: 'NEW-1' },
    { kind: 'ship-to', value: '9999' },
  ])
})

test('a customer that is not known yet holds the order', () => {
  const { facts, missing } = orderOf(new Desk(SHOP).takes({ ...SHOP_ORDER, buyer: { id: 'nobody' } }))
  expect(facts.soldTo).toBe('nobody')
  expect(missing).toContainEqual(expect.objectContaining({ kind: 'customer', value: 'nobody' }))
})

test('a line split over stores becomes an order for each store', () => {
  const destinations = [
    { location: '0042', quantity: '1' },
    { location: '0043', quantity: '2' },
  ]
  const { number, date, currency, buyer } = SHOP_ORDER
  const references = [{ qualifier: 'ST', value: 'one of their own' }]
  const order = { number, date, currency, buyer, references, lines: [{ ...SHOP_ORDER.lines[0], destinations }] }
  const desk = new Desk(SHOP)
  const outcome = desk.takes(order)
  const facts = outcome.inputs.map((input) => (input as { data: OrderArrival }).data.facts)
  expect(facts.map(({ lines }) => lines[0]?.base)).toEqual([1_000_000, 2_000_000])
  expect(facts.map(({ parties }) => parties.find(({ role }) => role === 'ST')?.id)).toEqual(['0042', '0043'])
  expect(outcome.answer.body['orders']).toEqual(facts.map(({ id }) => id))
  expect(desk.takes(order).inputs).toEqual([])
})
