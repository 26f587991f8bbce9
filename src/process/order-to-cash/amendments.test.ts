import { describe, expect, test } from 'vitest'
import { anOrder, delegated, EA, GivenOrder, line } from '../../../test/support/given-order.ts'
import { orderChangeAcknowledgement } from '../../documents/order-change-acknowledgement/index.ts'
import type { OrderChangeAcknowledgement } from '../../documents/order-change-acknowledgement/schema.ts'
import type { AuthorityProfile } from '../../lifecycle/authority.ts'
import type { OrderChangeFacts, OrderChangeLineFacts } from '../../lifecycle/events.ts'

const PARTNER = { channel: 'bigbox', partner: 'bigbox' } as const
/** Not before February: nothing goes to a warehouse yet. */
const LATER = anOrder({ ...PARTNER, shipNotBefore: '2026-02-01' })

const changed = (given: GivenOrder, more: Partial<OrderChangeFacts>) => {
  const change = {
    by: 'bigbox',
    reason: 'less is sold',
    document: 'r-1/1/1/0001',
    purpose: 'change',
    lines: [],
  } as const
  return given.records('order.change_received', { ...change, ...more }, 'intake')
}
const asks = (
  change: OrderChangeLineFacts['change'],
  more: Partial<OrderChangeLineFacts> = {},
): OrderChangeLineFacts => ({
  customerLine: '10',
  ids: {},
  change,
  ...more,
})

/** The answers to changes, each read as the partner's mailbox reads it before it is sent. */
function answers(given: GivenOrder): OrderChangeAcknowledgement[] {
  return given
    .told('document.issued')
    .filter(({ document }) => document === 'order-change-acknowledgement')
    .map(({ content }) => {
      const read = orderChangeAcknowledgement.readJson(content)
      expect(read.faults).toBeUndefined()
      return read.document as OrderChangeAcknowledgement
    })
}

/** What the one answer says of its first line: status, quantity, reason. */
function answered(given: GivenOrder) {
  const [answer, ...others] = answers(given)
  expect(others).toEqual([])
  const [first] = answer?.lines[0]?.answers ?? []
  return [answer?.verdict, first?.status, first?.quantity, first?.reason].filter((part) => part !== undefined)
}

describe('a line of a change is refused with its reason when', () => {
  const held = (more: Partial<OrderChangeFacts>, facts = LATER) => {
    const given = new GivenOrder().received(facts).approved()
    changed(given, more)
    return given
  }
  test.each<[string, OrderChangeLineFacts, string]>([
    ['it adds an item nobody knows', asks('add', { customerLine: '30', quantity: '1', uom: 'EA' }), 'ITEM'],
    ['it adds a line the order has', asks('add', { quantity: '1', uom: 'EA', added: line('1', 'C', 1) }), 'NEW LINE'],
    ['the order has no such line', asks('delete', { customerLine: '77' }), 'LINE'],
    ['two lines have the item it names', { ids: { CB: 'B-0' }, change: 'delete' }, 'LINE'],
    ['it names no new day', asks('reschedule'), 'DAYS'],
    ['it moves the day of one line of two', asks('reschedule', { dates: { requestedShip: '2026-03-01' } }), 'DAYS'],
    ['another carrier is to take it', asks('changeTransport'), 'KIND'],
    [
      'a decrease names another price',
      asks('decrease', { quantity: '4', uom: 'EA', price: { amount: '9.99' } }),
      'PRICE',
    ],
    ['it counts in another unit', asks('decrease', { quantity: '1', uom: 'CA' }), 'UNIT'],
    ['a decrease is more', asks('decrease', { quantity: '12', uom: 'EA' }), 'DIRECTION'],
    ['an increase is less', asks('increase', { quantity: '8', uom: 'EA' }), 'DIRECTION'],
  ])('%s', (_, asked, reason) => {
    const facts = anOrder({
      ...LATER,
      lines: [line('1', 'A', 10, { ids: { CB: 'B-0' } }), line('2', 'B', 5, { ids: { CB: 'B-0' } })],
    })
    const given = held({ lines: [asked] }, facts)
    expect(answers(given)[0]?.lines[0]?.answers?.[0]).toMatchObject({ status: 'rejected', reason, reasonAgency: 'ZZ' })
    expect(answers(given)[0]?.verdict).toBe('rejected')
    expect([given.told('order.line_cancelled'), given.told('order.line_changed')]).toEqual([[], []])
  })

  test('the profile does not let the channel change anything', () => {
    const authority: AuthorityProfile = {
      ...delegated,
      rules: [{ transitions: ['order.change_received'], systems: ['erp'] }, ...delegated.rules],
    }
    const given = new GivenOrder({ authority }).received(LATER).approved()
    changed(given, { lines: [asks('delete')] })
    expect(answered(given)).toEqual(['rejected', 'rejected', '10', 'FORBIDDEN'])
    expect(given.pieces('1', 'cancelled')).toBe(0)
  })

  test('it replaces the whole order, which says nothing of lines it leaves out', () => {
    expect(answered(held({ purpose: 'replace', lines: [asks('replace', { quantity: '3', uom: 'EA' })] }))).toEqual([
      'rejected',
      'rejected',
      '10',
      'PURPOSE',
    ])
  })

  test('the order was rejected', () => {
    const given = new GivenOrder().received(LATER)
    given.records('order.rejected', { code: 'stock', reason: 'no' }, 'order-to-cash')
    changed(given, { purpose: 'cancel' })
    expect(answered(given)).toEqual(['rejected', 'rejected', '10', 'REJECTED'])
  })
})

describe('a change is done at once while nothing is at a warehouse', () => {
  test('what is left to receive counts, whatever was ordered before; the ERP hears the difference', () => {
    const given = new GivenOrder().received(LATER).approved()
    given.answers('order.post', { number: 'SO-1' })
    changed(given, { lines: [asks('decrease', { quantity: '10', leftToReceive: '4', uom: 'EA' })] })
    expect(answered(given)).toEqual(['accepted', 'accepted', '4'])
    expect(given.asked('order.cancel').body).toMatchObject({
      lines: [{ line: '1', quantity: { value: '6', uom: 'EA' } }],
    })
    expect(given.floor.state('inventory', 'acme/stock/DC1/A')).toMatchObject({ reserved: 4 * EA })
    expect(given.violations).toEqual([])
  })

  test('more of a line is a new promise, told to the ERP', () => {
    const given = new GivenOrder().received(LATER).approved()
    changed(given, { lines: [asks('increase', { quantity: '15', uom: 'EA' })] })
    expect(answered(given)).toEqual(['accepted', 'accepted', '15'])
    expect(given.told('order.line_changed')).toMatchObject([{ line: '1', from: 10 * EA, to: 15 * EA, by: 'bigbox' }])
    expect(given.allAsked('order.change').at(-1)?.body).toMatchObject({
      lines: [{ line: '1', quantity: { value: '15' } }],
    })
    expect(given.violations).toEqual([])
  })

  test('a quantity in the unit that was ordered is one in the base unit', () => {
    const cases = line('1', 'A', 24, { ordered: { value: '2', uom: 'CA' }, factor: [12, 1] })
    const given = new GivenOrder().received(anOrder({ ...LATER, lines: [cases] })).approved()
    changed(given, { lines: [asks('decrease', { quantity: '1', uom: 'CA' })] })
    expect(given.pieces('1', 'cancelled')).toBe(12)
    expect(answered(given)).toEqual(['accepted', 'accepted', '1'])
  })

  test('a cancellation that comes twice is answered twice, and done once', () => {
    const given = new GivenOrder().received(LATER).approved()
    changed(given, { purpose: 'cancel' })
    changed(given, { purpose: 'cancel', document: 'r-2/2/2/0001' })
    expect(answers(given).map(({ verdict, purpose }) => [verdict, purpose])).toEqual([
      ['accepted', 'cancel'],
      ['accepted', 'cancel'],
    ])
    expect(given.told('order.line_cancelled')).toHaveLength(1)
    expect(given.stage).toBe('cancelled')
  })

  test('what stays as it was ordered is said', () => {
    const given = new GivenOrder().received(LATER).approved()
    changed(given, {
      shipTo: 'S8',
      lines: [asks('decrease', { quantity: '4', uom: 'EA' })],
    })
    expect(answers(given)).toMatchObject([
      {
        verdict: 'changed',
        notes: ['The place of delivery stays as it was ordered.'],
      },
    ])
  })

  test('test data and orders of shops get no document back', () => {
    const shop = new GivenOrder().received().approved()
    changed(shop, { by: 'shop', purpose: 'cancel' })
    const trial = new GivenOrder().received(anOrder({ ...PARTNER, test: true }))
    changed(trial, { purpose: 'cancel' })
    expect([answers(shop), answers(trial)]).toEqual([[], []])
    expect(shop.told('order.recall_asked').length + shop.pieces('1', 'cancelled')).toBeGreaterThan(0)
  })
})

describe('what a warehouse has is asked back, and the answer waits for it', () => {
  const atTheWarehouse = () => new GivenOrder().atTheWarehouse(anOrder(PARTNER))

  test('all of it comes back', () => {
    const given = atTheWarehouse()
    changed(given, { lines: [asks('delete')] })
    expect(answers(given)).toEqual([])
    given.answers('warehouse.recall', { status: 'confirmed' })
    expect(answered(given)).toEqual(['accepted', 'deleted'])
    expect(given.violations).toEqual([])
  })

  test('some of it comes back: the line says how much is still coming, and why', () => {
    const given = atTheWarehouse()
    changed(given, { lines: [asks('decrease', { leftToReceive: '2', uom: 'EA' })] })
    const quantity = { value: '3', uom: 'EA' }
    given.answers('warehouse.recall', { status: 'confirmed', lines: [{ line: '1', item: 'A', quantity }] })
    expect(answered(given)).toEqual(['changed', 'quantityChanged', '7', 'RELEASED'])
  })

  test('nothing of it comes back', () => {
    const given = atTheWarehouse()
    changed(given, { purpose: 'cancel' })
    given.answers('warehouse.recall', { status: 'refused', reason: 'already on the truck' })
    expect(answered(given)).toEqual(['rejected', 'rejected', '10', 'RELEASED'])
    expect(given.pieces('1', 'cancelled')).toBe(0)
  })

  test('it is picked already: nobody is asked, and the answer is no at once', () => {
    const given = atTheWarehouse()
    const release = given.order.releases[0]?.release ?? ''
    given.reports('pick.confirmed', { release, lines: [{ line: '1', item: 'A', quantity: 10 * EA }] })
    changed(given, { lines: [asks('delete')] })
    expect(given.allAsked('warehouse.recall')).toEqual([])
    expect(answered(given)).toEqual(['rejected', 'rejected', '10', 'RELEASED'])
  })
})

describe('prices, days and new lines', () => {
  const PRICED = anOrder({
    ...LATER,
    lines: [
      line('1', 'A', 10, { price: { amount: '9.00', currency: 'USD', per: 1, uom: 'EA' } }),
      line('2', 'B', 5, { price: { amount: '2.00', currency: 'USD', per: 1, uom: 'EA' } }),
    ],
  })
  const accepted = (facts = PRICED) => {
    const given = new GivenOrder().received(facts).approved()
    given.answers('order.post', { number: 'SO-1' })
    return given
  }
  const joins = (item: string) =>
    asks('add', { customerLine: '30', quantity: '4', uom: 'EA', ids: { sku: item }, added: line('1', item, 4) })

  test('before the promise another price holds at once, and is checked like the first one', () => {
    const given = new GivenOrder().received(PRICED)
    given.answers('credit.check', { decision: 'approved', until: '2026-03-01T00:00:00Z' })
    given.answers('price.check', {
      agrees: false,
      lines: [{ line: '1', price: { amount: '9.25', currency: 'USD', per: 1, uom: 'EA' }, agrees: false }],
    })
    expect(given.order.holds).toEqual(['price'])
    changed(given, { lines: [asks('changePrice', { price: { amount: '9.25' } })] })
    expect(answered(given)).toEqual(['accepted', 'accepted', '10'])
    expect(given.asked('price.check').body).toMatchObject({ lines: [{ price: { amount: '9.25' } }, {}] })
    given.answers('price.check', { agrees: true, lines: [] })
    expect(given.order.holds).toEqual([])
    given.answers('credit.check', { decision: 'approved', until: '2026-03-01T00:00:00Z' })
    expect(given.order.accepted).toBe(true)
    expect(given.asked('order.post').body).toMatchObject({ lines: [{ price: { amount: '9.25' } }, {}] })
  })

  test('after it the ERP is asked, with the quantity that goes with it; nothing of it holds before it agrees', () => {
    const given = accepted()
    const more = { quantity: '12', uom: 'EA', price: { amount: '8.50' } }
    changed(given, { lines: [asks('changePriceAndQuantity', more), asks('delete', { customerLine: '20' })] })
    expect([answers(given), given.told('order.line_changed')]).toEqual([[], []])
    expect(given.pieces('2', 'cancelled')).toBe(5)
    expect(given.asked('order.change').body).toMatchObject({
      change: 'r-1/1/1/0001',
      lines: [{ line: '1', quantity: { value: '10' }, price: { amount: '8.50', currency: 'USD' } }],
    })
    given.answers('order.change', {})
    expect(given.facts.lines[0]?.price).toMatchObject({ amount: '8.50' })
    expect(given.told('order.line_changed')).toMatchObject([{ line: '1', to: 12 * EA }])
    expect(answers(given)).toMatchObject([
      {
        verdict: 'accepted',
        lines: [
          { price: { amount: '8.50' }, answers: [{ status: 'accepted', quantity: '12' }] },
          { answers: [{ status: 'deleted' }] },
        ],
      },
    ])
    expect(given.violations).toEqual([])
  })

  test.each([
    [
      'by its answer',
      (given: GivenOrder) => given.answers('order.change', { accepted: false, reason: 'Ours is 9.00.' }),
    ],
    ['by refusing it', (given: GivenOrder) => given.refuses('order.change', 'Ours is 9.00.')],
  ])('an ERP that does not agree, %s, is heard by the customer, and the line stays as it was', (_, answersNo) => {
    const given = accepted()
    changed(given, {
      lines: [asks('changePriceAndQuantity', { quantity: '12', uom: 'EA', price: { amount: '1.00' } })],
    })
    answersNo(given)
    expect(answers(given)[0]?.lines[0]).toMatchObject({
      notes: ['Ours is 9.00.'],
      answers: [{ status: 'rejected', quantity: '10', reason: 'ERP' }],
    })
    expect([given.facts.lines[0]?.price?.amount, given.told('order.line_changed')]).toEqual(['9.00', []])
  })

  test('a line that joins is agreed to by the ERP, looked for in stock and promised', () => {
    const given = accepted()
    changed(given, { lines: [joins('A')] })
    expect(given.asked('order.change').body).toMatchObject({
      lines: [{ line: '3', item: 'A', quantity: { value: '4' } }],
    })
    given.answers('order.change', {})
    expect(given.facts.lines[2]).toMatchObject({ line: '3', customerLine: '30', item: 'A', addedBy: 'r-1/1/1/0001' })
    expect(given.pieces('3', 'reserved')).toBe(4)
    expect(answered(given)).toEqual(['accepted', 'accepted', '4'])
    expect(given.violations).toEqual([])
    changed(given, { document: 'r-2/2/2/0001', lines: [joins('A')] })
    expect(answers(given)[1]?.lines[0]?.answers?.[0]).toMatchObject({ status: 'rejected', reason: 'NEW LINE' })
  })

  test('before the promise a line joins at once, and is promised with the others', () => {
    const given = new GivenOrder().received(PRICED)
    changed(given, { lines: [joins('B')] })
    expect(answered(given)).toEqual(['accepted', 'accepted', '4'])
    const [stale, fresh] = given.allAsked('price.check')
    given.answers('credit.check', { decision: 'approved' })
    given.floor.answers(stale as never, { result: 'done', answer: { agrees: true, lines: [] } })
    expect(given.order.accepted).toBe(false)
    given.floor.answers(fresh as never, { result: 'done', answer: { agrees: true, lines: [] } })
    expect(given.order.lines.map(({ line: name, accepted: sum }) => [name, sum / EA])).toEqual([
      ['1', 10],
      ['2', 5],
      ['3', 4],
    ])
  })

  test('days are moved while no warehouse has it: of the heading, or the same of all lines', () => {
    const given = accepted()
    const dates = { shipNotBefore: '2026-02-10' }
    changed(given, { dates })
    given.answers('order.change', {})
    expect([given.facts.shipNotBefore, answers(given)[0]?.verdict]).toEqual(['2026-02-10', 'accepted'])
    const both = ['10', '20'].map((customerLine) =>
      asks('reschedule', { customerLine, dates: { shipNotBefore: '2026-02-20' } }),
    )
    changed(given, { document: 'r-2/2/2/0001', lines: both })
    expect(given.asked('order.change').body).toMatchObject({ dates: { shipNotBefore: '2026-02-20' } })
    given.answers('order.change', {})
    expect(given.facts.shipNotBefore).toBe('2026-02-20')
    expect(answers(given)[1]?.lines.map((one) => one.answers?.[0]?.status)).toEqual(['accepted', 'accepted'])
  })

  test('what a warehouse has keeps its days; its price may change until it leaves', () => {
    const given = new GivenOrder().atTheWarehouse(anOrder({ ...PARTNER, lines: PRICED.lines }))
    const both = ['10', '20'].map((customerLine) =>
      asks('reschedule', { customerLine, dates: { shipNotBefore: '2026-02-20' } }),
    )
    changed(given, { lines: both })
    expect(answers(given)[0]?.lines[0]?.answers?.[0]).toMatchObject({ status: 'rejected', reason: 'RELEASED' })
    changed(given, { document: 'r-2/2/2/0001', lines: [asks('changePrice', { price: { amount: '8.00' } })] })
    given.answers('order.change', {})
    expect(given.facts.lines[0]?.price?.amount).toBe('8.00')
  })

  test('of an order that was split over places, each takes its own part', () => {
    const parties = [{ role: 'ST', id: 'S1' }]
    const given = accepted(anOrder({ ...PRICED, parties }))
    const shares = [
      { location: 'S1', quantity: '3' },
      { location: 'S2', quantity: '9' },
    ]
    const elsewhere = [{ location: 'S2', quantity: '1' }]
    changed(given, {
      split: true,
      lines: [
        asks('decrease', { quantity: '12', uom: 'EA', destinations: shares }),
        asks('decrease', { customerLine: '20', quantity: '1', uom: 'EA', destinations: elsewhere }),
        asks('add', {
          customerLine: '40',
          quantity: '1',
          uom: 'EA',
          destinations: elsewhere,
          added: line('1', 'A', 1),
        }),
      ],
    })
    expect(answers(given)[0]?.lines.map((one) => [one.line, one.answers?.[0]?.quantity])).toEqual([
      ['10', '3'],
      ['20', '5'],
    ])
    expect([given.pieces('1', 'cancelled'), given.pieces('2', 'cancelled')]).toEqual([7, 0])
    changed(given, { split: true, document: 'r-2/2/2/0001', lines: [asks('decrease', { quantity: '2', uom: 'EA' })] })
    expect(answers(given)[1]?.lines[0]?.answers?.[0]).toMatchObject({ status: 'rejected', reason: 'SPLIT' })
  })
})
