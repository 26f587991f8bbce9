import { expect, test } from 'vitest'
import { anOrder, EA, GivenOrder, line } from '../../../test/support/given-order.ts'

const shorted = (given: GivenOrder, pieces = 4, number = '1', item = 'A') => {
  const release = given.order.releases[0]?.release ?? ''
  given.reports('pick.short', {
    release,
    facility: 'DC1',
    lines: [{ line: number, item, quantity: pieces * EA, reason: 'bin_empty' }],
  })
}

test('a short pick never goes back on sale: the stock is suspect until it is counted', () => {
  const given = new GivenOrder({ stock: { DC1: { A: 50, B: 50 } } }).atTheWarehouse()
  shorted(given)
  expect(given.floor.state('inventory', 'acme/stock/DC1/A')).toMatchObject({ allocated: 6 * EA })
  expect(given.told('inventory.shorted')).toHaveLength(1)
})

test('what one warehouse did not find, another ships', () => {
  const given = new GivenOrder({ stock: { DC1: { A: 10, B: 5 }, DC2: { A: 10 } } }).atTheWarehouse()
  shorted(given)
  expect(given.order.releases).toMatchObject([
    { facility: 'DC1' },
    { facility: 'DC2', status: 'planned', lines: [{ line: '1', quantity: 4 * EA }] },
  ])
  given.released()
  expect(given.violations).toEqual([])
})

test('when no other warehouse has it and a substitute is allowed, the substitute ships at the lower price', () => {
  const facts = anOrder({
    substitutions: true,
    lines: [line('1', 'A', 10, { substitutes: ['A2'] }), line('2', 'B', 5)],
  })
  const given = new GivenOrder({ stock: { DC1: { A: 10, B: 5, A2: 20 } } }).atTheWarehouse(facts)
  shorted(given)
  expect(given.told('substitution.made')).toMatchObject([
    { line: '1', quantity: 4 * EA, child: { line: '1.2', item: 'A2', customerLine: '10' } },
  ])
  const dear = { amount: '12.00', currency: 'USD', per: 1, uom: 'EA' }
  expect(given.asked('price.check').body).toMatchObject({ lines: [{ line: '1.2', item: 'A2' }] })
  given.answers('price.check', { agrees: true, lines: [{ line: '1.2', price: dear, agrees: true }] })
  expect(given.asked('order.change').body).toMatchObject({
    lines: [
      { line: '1', quantity: { value: '6' } },
      { line: '1.2', item: 'A2', quantity: { value: '4' } },
    ],
  })
  expect(given.order.releases).toMatchObject([{}, { lines: [{ line: '1.2', quantity: 4 * EA }] }])
  given.released()
  given.ships(given.order.releases[1]?.release ?? '', { carton: 'C-2', shipment: 'S-2' })
  expect(given.asked('invoice.request').body).toMatchObject({ lines: [{ line: '1.2', price: { amount: '10.00' } }] })
  expect(given.pieces('1', 'substituted')).toBe(4)
  expect(given.violations).toEqual([])
})

test('a customer who takes no substitutes gets a backorder', () => {
  const facts = anOrder({ lines: [line('1', 'A', 10, { substitutes: ['A2'] })] })
  const given = new GivenOrder({ stock: { DC1: { A: 10, A2: 20 } } }).atTheWarehouse(facts)
  shorted(given)
  expect(given.told('substitution.made')).toEqual([])
  expect(given.told('order.line_backordered')).toMatchObject([{ lines: [{ line: '1', quantity: 4 * EA }] }])
  expect(given.allAsked('order.status').at(-1)?.body).toMatchObject({ status: 'backordered' })
})

test('without substitutes and backorders the rest is cancelled and everybody told', () => {
  const given = new GivenOrder({ stock: { DC1: { A: 10, B: 5 } } }).atTheWarehouse(anOrder({ backorders: false }))
  shorted(given)
  expect(given.pieces('1', 'cancelled')).toBe(4)
  expect(given.asked('order.cancel').body).toMatchObject({ lines: [{ line: '1', quantity: { value: '4' } }] })
  given.ships(given.order.releases[0]?.release ?? '').invoiced()
  expect(given.stage).toBe('closed')
  expect(given.violations).toEqual([])
})

test('two shorts at once get their remedies one after the other', () => {
  const given = new GivenOrder({ stock: { DC1: { A: 10, B: 5 }, DC2: { A: 10, B: 10 } } }).atTheWarehouse()
  shorted(given, 4, '1', 'A')
  shorted(given, 2, '2', 'B')
  given.released()
  expect(given.order.releases.slice(1)).toMatchObject([{ facility: 'DC2' }, { facility: 'DC2' }])
  expect(given.process.shorts).toEqual([])
  expect(given.violations).toEqual([])
})

test('remedies follow the order the business chose', () => {
  const given = new GivenOrder({
    stock: { DC1: { A: 10, B: 5 }, DC2: { A: 10 } },
    options: { shorts: ['cancel'] },
  }).atTheWarehouse()
  shorted(given)
  expect(given.order.releases).toHaveLength(1)
  expect(given.pieces('1', 'cancelled')).toBe(4)
})

test('a pick of nothing is a short of everything', () => {
  const given = new GivenOrder({ stock: { DC1: { A: 10, B: 5 } } }).atTheWarehouse()
  shorted(given, 10)
  expect(given.pieces('1', 'picked')).toBe(0)
  expect(given.stage).toBe('backordered')
  expect(given.violations).toEqual([])
})

test('a warehouse that used an approved substitute says so, and the order follows', () => {
  const facts = anOrder({ substitutions: true, lines: [line('1', 'A', 10, { substitutes: ['A2'] })] })
  const given = new GivenOrder({ stock: { DC1: { A: 10, A2: 20 } } }).atTheWarehouse(facts)
  const release = given.order.releases[0]?.release ?? ''
  const child = { ...line('1.1', 'A2', 3), customerLine: '10' }
  given.reports('substitution.made', { release, line: '1', child, quantity: 3 * EA, ratio: [1, 1] })
  given.ships(release)
  expect(given.pieces('1', 'shipped')).toBe(7)
  expect(given.pieces('1.1', 'shipped')).toBe(3)
  expect(given.violations).toEqual([])
})

test('what was replaced is suspect and not on sale; the substitute answers the customer line, at the lower price', () => {
  const facts = anOrder({
    substitutions: true,
    lines: [line('1', 'A', 10, { substitutes: ['A2'] }), line('2', 'B', 5)],
  })
  const given = new GivenOrder({ stock: { DC1: { A: 10, B: 5, A2: 20 } } }).received(facts).approved()
  given.answers('order.post', { number: 'SO-1' })
  expect(given.asked('warehouse.release').body).toMatchObject({
    lines: [{ line: '1', substitutes: ['A2'] }, { line: '2' }],
  })
  const release = given.released().order.releases[0]?.release ?? ''
  const { price: _, ...bare } = line('1.1', 'A2', 3)
  const child = { ...bare, customerLine: '', ids: { sku: 'A2' } }
  given.reports('substitution.made', { release, line: '1', child, quantity: 3 * EA, ratio: [1, 1] })
  expect(given.told('substitution.made')).toMatchObject([
    {
      replaces: { line: '1', item: 'A', quantity: 3 * EA },
      child: { customerLine: '10', ids: line('1', 'A', 10).ids },
    },
  ])
  expect(given.floor.state('inventory', 'acme/stock/DC1/A')).toMatchObject({
    available: 7 * EA,
    allocated: 7 * EA,
    unavailable: { suspect: 3 * EA },
  })
  expect(given.floor.state('inventory', 'acme/stock/DC1/A2')).toMatchObject({ available: 20 * EA, allocated: 3 * EA })
  const dear = { amount: '12.00', currency: 'USD', per: 1, uom: 'EA' }
  given.answers('price.check', { agrees: true, lines: [{ line: '1.1', price: dear, agrees: true }] })
  given.ships(release)
  expect(given.asked('invoice.request').body).toMatchObject({
    lines: expect.arrayContaining([
      expect.objectContaining({ line: '1.1', price: expect.objectContaining({ amount: '10.00' }) }),
    ]),
  })
  expect(given.violations).toEqual([])
})

test('a customer who takes no substitutes: the warehouse is not told of any', () => {
  const facts = anOrder({ lines: [line('1', 'A', 10, { substitutes: ['A2'] })] })
  const given = new GivenOrder({ stock: { DC1: { A: 10 } } }).received(facts).approved()
  given.answers('order.post', { number: 'SO-1' })
  expect(JSON.stringify(given.asked('warehouse.release').body)).not.toContain('substitutes')
})

test('a substitute nobody approved is refused', () => {
  const given = new GivenOrder().atTheWarehouse()
  const release = given.order.releases[0]?.release ?? ''
  given.reports('substitution.made', {
    release,
    line: '1',
    child: line('1.1', 'Z', 3),
    quantity: 3 * EA,
    ratio: [1, 1],
  })
  expect(given.refusals()).toMatchObject([{ code: 'STATE', reason: 'This customer takes no substitutes.' }])
})
