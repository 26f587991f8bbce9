import { expect, test } from 'vitest'
import type { OrderArrival } from './order-part.ts'
import { Desk, ROPE, SHOP, SHOP_ORDER } from './testing/desk.ts'

const ordering = (line: object) => new Desk(SHOP).takes({ ...SHOP_ORDER, lines: [{ ...SHOP_ORDER.lines[0], ...line }] })
const faultsOf = (outcome: ReturnType<typeof ordering>) =>
  (outcome.answer.body['errors'] as { pointer: string; code: string }[]).map(
    ({ pointer, code }) => `${pointer} ${code}`,
  )

test.each(['1,234', '1.234,5', '1e3', '1O', '', '+3', ' 3'])('N01: a quantity “%s” is never guessed', (quantity) => {
  const outcome = ordering({ quantity })
  expect(outcome.answer.status).toBe(422)
  expect(faultsOf(outcome)[0]).toMatch(/^\/lines\/0\/quantity XD_DOCUMENTS_/)
})

test.each(['-3', '0', '0.000', '1000000001'])('N02: a quantity of %s is refused', (quantity) => {
  expect(ordering({ quantity }).answer.status).toBe(422)
})

test('H06: a quantity as a JSON number is refused, never rounded', () => {
  expect(faultsOf(ordering({ quantity: 3 }))).toEqual(['/lines/0/quantity XD_DOCUMENTS_NUMBER_NOT_TEXT'])
  expect(faultsOf(ordering({ quantity: 2 ** 53 }))).toEqual(['/lines/0/quantity XD_DOCUMENTS_NUMBER_OUT_OF_RANGE'])
})

test('N03: a total that differs by more than a cent holds the order for a person; it is not corrected', () => {
  const outcome = new Desk(SHOP).takes({ ...SHOP_ORDER, lines: [SHOP_ORDER.lines[0]], total: '30.00' })
  expect(outcome.answer.status).toBe(202)
  const { warnings } = (outcome.inputs[0] as { data: OrderArrival }).data
  expect(warnings).toMatchObject([{ code: 'XD_DOCUMENTS_TOTAL_DIFFERS' }])
})

test('N03: a price with more places than its currency has is kept as it is and multiplied as it is', () => {
  const outcome = new Desk(SHOP).takes({
    ...SHOP_ORDER,
    lines: [{ ...SHOP_ORDER.lines[0], quantity: '3', price: { ...SHOP_ORDER.lines[0]?.price, amount: '19.999' } }],
    total: '60.00',
  })
  expect(outcome.answer).toMatchObject({ status: 202 })
  const { facts, warnings } = (outcome.inputs[0] as { data: OrderArrival }).data
  expect(facts.lines[0]?.price?.amount).toBe('19.999')
  expect(warnings).toEqual([]) // 59.997 is 60.00 to the cent
})

test('N04: a unit without a conversion is never taken as one to one', () => {
  expect(faultsOf(ordering({ uom: 'PL' }))).toEqual(['/lines/0/uom XD_INTAKE_UOM_CONVERSION'])
})

test('N04: two factors that contradict each other are no conversion', () => {
  expect(faultsOf(ordering({ sku: ROPE.sku, uom: 'BX' }))).toEqual(['/lines/0/uom XD_INTAKE_UOM_CONVERSION'])
})

test('N04: half of something that is counted whole is no quantity; half a foot of rope is', () => {
  expect(faultsOf(ordering({ quantity: '0.5' }))).toEqual(['/lines/0/quantity XD_INTAKE_UOM_CONVERSION'])
  expect(ordering({ sku: ROPE.sku, uom: 'FT', quantity: '0.5' }).answer.status).toBe(202)
  expect(ordering({ uom: 'CA', quantity: '0.5' }).answer.status).toBe(202) // six hammers
})

test('CS and CA both mean case', () => {
  const outcome = ordering({ uom: 'CS', quantity: '2' })
  expect((outcome.inputs[0] as { data: OrderArrival }).data.facts.lines[0]?.base).toBe(24_000_000)
})

test.each(['2026-02-30', '03/04/26', '20260105'])('N05: %s is no date', (date) => {
  expect(new Desk(SHOP).takes({ ...SHOP_ORDER, date }).answer.status).toBe(422)
})

test('N06: numbers that look like figures stay text; a GTIN with a wrong check digit is refused', () => {
  const kept = ordering({ sku: undefined, ids: [{ qualifier: 'VP', value: '1E5' }] })
  expect((kept.inputs[0] as { data: OrderArrival }).data.facts.lines[0]?.ids).toEqual({ VP: '1E5' })
  const wrong = ordering({ sku: undefined, ids: [{ qualifier: 'UP', value: '036000291453' }] })
  expect(faultsOf(wrong)[0]).toMatch(/^\/lines\/0\/ids\/0\/value XD_(DOCUMENTS|INTAKE)_CHECK_DIGIT$/)
})

test('a GTIN of the right check digit finds its item, with or without zeros in front', () => {
  for (const value of ['036000291452', '0036000291452', '00036000291452']) {
    const outcome = ordering({ sku: undefined, ids: [{ qualifier: 'UP', value }] })
    expect((outcome.inputs[0] as { data: OrderArrival }).data.facts.lines[0]?.item).toBe('4711')
  }
})

test.each([
  ['a zero-width space', '4711\u200b'],
  ['a bidirectional override', '\u202e4711'],
  ['a letter of another script', 'A\u0410-1'],
])('N07: %s in a SKU is refused', (_what, sku) => {
  expect(ordering({ sku }).answer.status).toBe(422)
})

test('N07: a decomposed letter is composed, so that one number has one spelling', () => {
  const outcome = ordering({ sku: 'CAFE\u0301-1' })
  expect((outcome.inputs[0] as { data: OrderArrival }).data.facts.lines[0]?.ids['sku']).toBe('CAF\u00c9-1')
})

test('N08: a text that is too long is a fault, not cut', () => {
  expect(faultsOf(ordering({ description: 'x'.repeat(81) }))).toEqual(['/lines/0/description XD_DOCUMENTS_TEXT_LENGTH'])
})
