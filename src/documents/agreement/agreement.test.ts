import { describe, expect, test } from 'vitest'
import { agreementOf, repeatedNumbers, type Told } from './index.ts'

const price = { amount: '2.50' }
const line = (number: string, quantity: string, more: object = {}) => ({
  line: number,
  quantity,
  uom: 'EA',
  price,
  sku: `SKU-${+number}`,
  ...more,
})
const told = (type: string, document: object): Told => ({ type, document, where: `${type}.edi` })

const order = (more: object = {}) =>
  told('purchase-order', {
    number: 'PO-1',
    date: '2026-01-05',
    currency: 'USD',
    lines: [line('001', '10'), line('002', '4')],
    ...more,
  })
const acknowledgement = (lines: object[], more: object = {}) =>
  told('order-acknowledgement', {
    verdict: 'exceptions',
    purchaseOrder: 'PO-1',
    date: '2026-01-05',
    currency: 'USD',
    lines,
    ...more,
  })
const notice = (number: string, items: object[], more: object = {}) =>
  told('ship-notice', {
    number,
    date: '2026-01-06',
    orders: [{ purchaseOrder: 'PO-1' }],
    packs: [],
    items: items.map((item) => ({ purchaseOrder: 'PO-1', ...item })),
    ...more,
  })
const invoice = (number: string, lines: object[], more: object = {}) =>
  told('invoice', { number, date: '2026-01-07', purchaseOrder: 'PO-1', currency: 'USD', lines, total: '1.00', ...more })

const codes = (...documents: Told[]) =>
  agreementOf(documents).disagreements.map(({ code, place }) => `${code.slice('XD_DOCUMENTS_'.length)} ${place}`)

describe('what agrees', () => {
  test('line numbers with and without zeros, two shipments, two invoices', () => {
    expect(
      codes(
        order(),
        acknowledgement([line('1', '10', { answers: [{ status: 'accepted', quantity: '10' }] }), line('2', '4')]),
        notice('S-1', [line('1', '6')]),
        notice('S-2', [line('1', '4'), line('2', '4')]),
        invoice('I-1', [line('1', '6')]),
        invoice('I-2', [line('1', '4'), line('2', '4')]),
      ),
    ).toEqual([])
  })

  test('a change of price, item or quantity that the acknowledgement says', () => {
    const changed = [
      line('1', '10', { price: { amount: '2.75' }, answers: [{ status: 'priceChanged' }] }),
      line('2', '4', { sku: 'OTHER', answers: [{ status: 'substituted', quantity: '4' }] }),
    ]
    expect(codes(order(), acknowledgement(changed))).toEqual([])
  })

  test('goods that are shipped in another unit, as far as anybody can say', () => {
    const inCases = { uom: 'CA', ordered: '10', orderedUom: 'EA' }
    expect(codes(order(), notice('S-1', [line('1', '1', inCases)]), invoice('I-1', [line('1', '10')]))).toEqual([])
  })

  test('a credit after the invoice, a notice that is cancelled, lines that only items name', () => {
    const { line: _, ...named } = line('1', '10')
    expect(
      codes(
        order(),
        notice('S-1', [named]),
        notice('S-0', [line('1', '99')], { purpose: 'cancel' }),
        invoice('I-1', [line('1', '10')]),
        invoice('C-1', [line('1', '10')], { type: 'CR', date: '2026-01-05' }),
      ),
    ).toEqual([])
  })

  test('documents of other orders are not compared, and are named with what there is', () => {
    const other = told('invoice', {
      number: 'I-9',
      date: '2026-01-01',
      purchaseOrder: 'PO-9',
      currency: 'EUR',
      lines: [line('9', '9')],
      total: '1',
    })
    const unanswered = [{ of: other, answers: 'order PO-9', there: ['PO-1'] }]
    expect(agreementOf([order(), other])).toEqual({ compared: 0, disagreements: [], unanswered })
    const [{ purchaseOrder: _, ...credit }, two] = [
      other.document as Record<string, unknown>,
      notice('S-2', [line('1', '4')], { orders: [{ purchaseOrder: 'PO-1' }, { purchaseOrder: 'PO-8' }] }),
    ]
    expect(agreementOf([order(), told('invoice', credit), two])).toMatchObject({
      compared: 1,
      unanswered: [{ answers: 'order PO-8', there: ['PO-1'] }],
    })
  })
})

test('a document counts as compared only where it has something that the other one has, too', () => {
  const comparedOf = (...documents: Told[]) => agreementOf(documents).compared
  expect(comparedOf(order(), notice('S-1', [line('1', '10')], { purpose: 'cancel' }))).toBe(0)
  expect(comparedOf(order(), acknowledgement([]), invoice('I-1', []))).toBe(0)
  expect(comparedOf(order(), acknowledgement([line('1', '10')]), notice('S-1', [line('1', '10')]))).toBe(2)
  const tender = (more: object) => told('load-tender', { shipment: 'L-1', stops: [], ...more })
  const response = told('tender-response', { shipment: 'L-1', response: 'accepted', date: '2026-01-05' })
  expect(comparedOf(tender({}), response)).toBe(0)
  expect(comparedOf(tender({ respondBy: { date: '2026-01-06' } }), response)).toBe(1)
  const status = (...milestones: object[]) => told('shipment-status', { shipment: 'L-1', lines: [{ milestones }] })
  const left = { milestone: 'departed_pickup', date: '2026-01-07' }
  expect(comparedOf(tender({ scac: 'FAST' }), status(left))).toBe(0)
  expect(comparedOf(tender({}), status(left, { ...left, milestone: 'delivered' }))).toBe(1)
})

describe('what does not', () => {
  test.each<[string, Told[], string[]]>([
    [
      'sums over two shipments',
      [notice('S-1', [line('1', '6')]), notice('S-2', [line('1', '5')])],
      ['QUANTITY_EXCEEDS SN102'],
    ],
    [
      'billed without having been shipped',
      [notice('S-1', [line('1', '6')]), invoice('I-1', [line('2', '4')])],
      ['NOT_SHIPPED IT101'],
    ],
    ['a line nobody ordered', [invoice('I-1', [line('7', '1')])], ['LINE_NOT_ORDERED IT107']],
    [
      'a price for 100',
      [invoice('I-1', [line('1', '10', { price: { amount: '2.50', per: 100 } })])],
      ['PRICE_DIFFERS IT104'],
    ],
    [
      'more answered than ordered',
      [acknowledgement([line('1', '10', { answers: [{ status: 'accepted', quantity: '11' }] })])],
      ['QUANTITY_EXCEEDS PO102'],
    ],
    [
      'before it was ordered',
      [acknowledgement([line('1', '10')], { acknowledgedOn: '2026-01-04' })],
      ['DATE_EARLY BAK09'],
    ],
  ])('%s', (_, documents, expected) => {
    expect(codes(order(), ...documents)).toEqual(expected)
  })

  test('a number of the item in a ship notice that is not the order’s, though our own number is; what only one names is let be', () => {
    const ids = (...pairs: readonly (readonly [string, string])[]) => ({
      ids: pairs.map(([qualifier, value]) => ({ qualifier, value })),
    })
    const ordered = order({ lines: [line('1', '10', ids(['CB', '4401-1'], ['UP', '036000291452'])), line('2', '4')] })
    const wrong = agreementOf([ordered, notice('S-1', [line('1', '10', ids(['CB', '4401-9']))])])
    expect(wrong.disagreements.map(({ code, detail }) => [code, detail])).toEqual([
      ['XD_DOCUMENTS_ITEM_DIFFERS', 'Line 1 is CB 4401-9; order PO-1 has CB 4401-1.'],
    ])
    const same = ids(['UP', '036000291452'], ['LT', 'LOT-1'])
    expect(codes(ordered, notice('S-1', [line('1', '10', same), line('2', '4', same)]))).toEqual([])
    const mistyped = order({ lines: [line('1', '10', ids(['UP', '036000291453']))] })
    expect(codes(mistyped, notice('S-1', [line('1', '10', ids(['UP', '036000291452']))]))).toEqual([])
    const { sku: _, ...unnamed } = line('1', '10', ids(['CB', '4401-9']))
    expect(codes(ordered, notice('S-1', [unnamed]))).toEqual(['ITEM_DIFFERS LIN03'])
  })

  test('a window that closed, another store, another carrier, other terms', () => {
    const asked = order({
      shipWindow: { shipNotBefore: '2026-01-06', shipNotAfter: '2026-01-07' },
      shipTo: { id: '7' },
      carriage: { scac: 'UPSN' },
      terms: [{ netDays: '30' }],
    })
    const late = notice('S-1', [line('1', '1')], {
      shippedOn: '2026-01-08',
      shipTo: { id: '8' },
      carriage: { scac: 'FDEG' },
    })
    const bill = invoice('I-1', [line('1', '1')], { date: '2026-01-08', terms: [{ netDays: '10' }] })
    expect(codes(asked, late, bill)).toEqual([
      'DATE_LATE BSN03',
      'PLACE_DIFFERS N1[ST]04',
      'CARRIER_DIFFERS TD503',
      'TERMS_DIFFER ITD',
    ])
    expect(codes(asked, notice('S-1', [line('1', '1')], { shippedOn: '2026-01-05' }))).toEqual(['DATE_EARLY BSN03'])
  })

  test('a load that was declined and is billed, an answer after its day', () => {
    const load = told('load-tender', {
      shipment: 'L-1',
      scac: 'FAST',
      payment: 'PP',
      stops: [],
      respondBy: { date: '2026-01-05' },
    })
    const no = told('tender-response', { shipment: 'L-1', scac: 'FAST', response: 'declined', date: '2026-01-06' })
    const bill = told('freight-invoice', {
      number: 'F-1',
      shipment: 'L-1',
      scac: 'FAST',
      date: '2026-01-08',
      lines: [],
    })
    expect(codes(load, no, bill)).toEqual(['DATE_LATE B103', 'WAS_DECLINED B303'])
    expect(agreementOf([no, bill, told('warehouse-advice', { number: 'R-1' })]).unanswered).toMatchObject([
      { answers: 'load L-1', there: [] },
      { answers: 'load L-1', there: [] },
      { answers: 'warehouse order R-1', there: [] },
    ])
  })
})

test('a number that comes twice is told, a document that says it replaces the first is not', () => {
  const replaced = invoice('I-1', [], { purpose: 'replace' })
  expect(repeatedNumbers([invoice('I-1', []), notice('I-1', []), replaced])).toEqual([])
  expect(repeatedNumbers([invoice('I-1', []), invoice('I-1', [])]).map(({ detail }) => detail)).toEqual([
    'Invoice I-1 comes twice.',
  ])
})
