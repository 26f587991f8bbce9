import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  aCharge,
  aDate,
  aFigure,
  aKey,
  anItemId,
  aPack,
  aPrice,
  aUnit,
  list,
  orderConditions,
  orderGoods,
  orderHead,
  orderLineDetail,
  some,
} from '../testing/arbitraries.ts'
import { testRoundTrips } from '../testing/round-trip.ts'
import { segmentsOf, setFrom } from '../testing/set-from.ts'
import { purchaseOrder } from './index.ts'
import type { Component, Destination, PurchaseOrder, PurchaseOrderLine } from './schema.ts'

const aDestination: Arbitrary<Destination> = some<Destination>(
  { location: aKey(10), locationQualifier: fc.constantFrom('9', '54'), quantity: fc.constant('1') },
  ['location', 'quantity'],
)
const aComponent: Arbitrary<Component> = some<Component>(
  {
    number: aKey(6),
    parent: aKey(6),
    relationship: fc.constantFrom('I', 'A'),
    quantity: aFigure(),
    uom: aUnit,
    price: aPrice,
    sku: aKey(),
    ids: list(anItemId),
  },
  ['number', 'relationship', 'quantity', 'uom'],
)
const aLine: Arbitrary<PurchaseOrderLine> = fc
  .tuple(
    some<Omit<PurchaseOrderLine, 'destinations'>>(
      {
        line: aKey(6),
        quantity: aFigure(),
        uom: aUnit,
        price: aPrice,
        ...orderGoods,
        pack: aPack,
        ...orderLineDetail,
        charges: list(aCharge),
        components: list(aComponent, 2),
      },
      ['line', 'quantity', 'uom'],
    ),
    fc.option(fc.array(aDestination, { minLength: 1, maxLength: 25 }), { nil: undefined }),
  )
  .map(([line, destinations]) => {
    return destinations ? { ...line, destinations, quantity: String(destinations.length) } : line
  })
const anOrder: Arbitrary<PurchaseOrder> = some<PurchaseOrder>(
  {
    number: aKey(),
    release: aKey(),
    purpose: fc.constantFrom('cancel', 'change', 'replace', 'confirm', 'duplicate'),
    type: fc.constantFrom('SA', 'NE', 'BK', 'RL'),
    date: aDate,
    contract: aKey(),
    currency: fc.constantFrom('USD', 'CAD'),
    ...orderHead,
    ...orderConditions,
    lines: fc.uniqueArray(aLine, { minLength: 1, maxLength: 4, selector: ({ line }) => line }),
    total: aFigure(2),
  },
  ['number', 'type', 'date', 'currency', 'lines'],
)

testRoundTrips(purchaseOrder, join(import.meta.dirname, 'fixtures'), anOrder)

const PLAIN = `BEG*00*SA*4711**20260102~
  DTM*010*20260107~
  PO1*1*10*EA*9.25**VN*BOLT-M8*CB*BB-1001~
  PO1*2*3*CA*120.5**CB*BB-2002*VN*NUT-M8-CS~
  CTT*2`

/** The plain order with some of its text replaced, read. */
function readWith(...changes: readonly [from: string, to: string][]) {
  const text = changes.reduce((all, [from, to]) => {
    expect(all).toContain(from)
    return all.replace(from, to)
  }, PLAIN)
  return purchaseOrder.readX12(setFrom('850', 'PO', segmentsOf(text)))
}

/** Place, code and acknowledgement code of each fault. */
function faultsWith(...changes: readonly [from: string, to: string][]) {
  return readWith(...changes).faults?.map(({ pointer, code, ack }) => [pointer, code, ack?.ak4 ?? ack?.ak3 ?? ack?.ak5])
}

describe('an 850 that is wrong is refused with the place and the acknowledgement code', () => {
  test.each<[string, [string, string], unknown[]]>([
    ['a letter O in a quantity', ['*10*EA', '*1O*EA'], ['/4/PO1/2', 'XD_DOCUMENTS_NUMBER_MALFORMED', '6']],
    ['a comma in a quantity', ['*10*EA', '*1,000*EA'], ['/4/PO1/2', 'XD_DOCUMENTS_NUMBER_AMBIGUOUS', '6']],
    ['an exponent', ['*10*EA', '*1E3*EA'], ['/4/PO1/2', 'XD_DOCUMENTS_NUMBER_OUT_OF_RANGE', '7']],
    ['a quantity below zero', ['*10*EA', '*-10*EA'], ['/4/PO1/2', 'XD_DOCUMENTS_NUMBER_OUT_OF_RANGE', '7']],
    ['a quantity of zero', ['*10*EA', '*0.00*EA'], ['/4/PO1/2', 'XD_DOCUMENTS_NUMBER_OUT_OF_RANGE', '7']],
    [
      'more than a thousand million',
      ['*10*EA', '*1000000000.1*EA'],
      ['/4/PO1/2', 'XD_DOCUMENTS_NUMBER_OUT_OF_RANGE', '7'],
    ],
    ['a quantity that is missing', ['*10*EA', '**EA'], ['/4/PO1/2', 'XD_DOCUMENTS_MISSING', '1']],
    ['a unit nobody knows', ['*10*EA', '*10*QQ'], ['/4/PO1/3', 'XD_DOCUMENTS_UNIT_UNKNOWN', '7']],
    ['a unit that is missing', ['*10*EA', '*10*'], ['/4/PO1/3', 'XD_DOCUMENTS_MISSING', '1']],
    ['a price below zero', ['*9.25*', '*-9.25*'], ['/4/PO1/4', 'XD_DOCUMENTS_NUMBER_OUT_OF_RANGE', '7']],
    ['a price with seven places', ['*9.25*', '*9.1234567*'], ['/4/PO1/4', 'XD_DOCUMENTS_NUMBER_SCALE', '5']],
    ['a basis of price per ten', ['*9.25**', '*9.25*PN*'], ['/4/PO1/5', 'XD_DOCUMENTS_PRICE_BASIS', '7']],
    ['half an id pair', ['*CB*BB-1001', '*CB'], ['/4/PO1/9', 'XD_DOCUMENTS_MISSING', '1']],
    ['a day that does not exist', ['**20260102', '**20260231'], ['/2/BEG/5', 'XD_DOCUMENTS_DATE_INVALID', '8']],
    ['a date with two digits of the year', ['**20260102', '**260102'], ['/2/BEG/5', 'XD_DOCUMENTS_DATE_INVALID', '8']],
    ['a purpose nobody knows', ['BEG*00', 'BEG*99'], ['/2/BEG/1', 'XD_DOCUMENTS_CODE_UNKNOWN', '7']],
    ['an order without a number', ['*4711*', '**'], ['/2/BEG/3', 'XD_DOCUMENTS_MISSING', '1']],
    ['a count that differs', ['CTT*2', 'CTT*3'], ['/6/CTT/1', 'XD_DOCUMENTS_COUNT_DIFFERS', '7']],
    ['a line number that comes twice', ['PO1*2', 'PO1*1'], ['/5/PO1/1', 'XD_DOCUMENTS_LINE_REPEATED', '7']],
    ['a zero-width space in a SKU', ['BOLT-M8', 'BOLT\u200b-M8'], ['/4/PO1/7', 'XD_DOCUMENTS_TEXT_INVALID', '6']],
    ['a Cyrillic letter in a SKU', ['BOLT-M8', 'B\u041eLT-M8'], ['/4/PO1/7', 'XD_DOCUMENTS_TEXT_MIXED_SCRIPT', '6']],
  ])('%s', (_, change, fault) => {
    expect(faultsWith(change)).toEqual([fault])
  })

  test('every fault is reported at once, in the order of the segments', () => {
    const faults = faultsWith(['**20260102', '**20260231'], ['*10*EA', '*1O*QQ'], ['*3*CA', '*-3*CA'])
    expect(faults?.map(([pointer]) => pointer)).toEqual(['/2/BEG/5', '/4/PO1/2', '/4/PO1/3', '/5/PO1/2'])
  })

  test('a split that does not add up', () => {
    expect(faultsWith(['~\n  PO1*2', '~SDQ*EA*92*A*4*B*5~PO1*2'])).toEqual([
      ['/4/PO1', 'XD_DOCUMENTS_SPLIT_DIFFERS', '8'],
    ])
  })

  test('a ship window that ends before it begins', () => {
    const change: [string, string] = ['DTM*010*20260107', 'DTM*037*20260110~DTM*038*20260109']
    expect(faultsWith(change)).toEqual([['/2/BEG', 'XD_DOCUMENTS_DATES_CROSS', '8']])
  })

  test('no line at all, unless the order is cancelled', () => {
    const withoutLines = (purpose: string) =>
      purchaseOrder.readX12(setFrom('850', 'PO', segmentsOf(`BEG*${purpose}*SA*4711**20260102~CTT*0`)))
    expect(withoutLines('00').faults?.map(({ code }) => code)).toEqual(['XD_DOCUMENTS_LINES_NONE'])
    expect(withoutLines('01').document).toMatchObject({ number: '4711', purpose: 'cancel', lines: [] })
  })

  test('no BEG', () => {
    const reading = purchaseOrder.readX12(setFrom('850', 'PO', segmentsOf('PO1*1*1*EA*1**VN*A~CTT*1')))
    expect(reading.faults?.[0]).toMatchObject({ tag: 'BEG', code: 'XD_DOCUMENTS_MISSING', ack: { ak3: '3' } })
  })

  test('another set', () => {
    const reading = purchaseOrder.readX12(setFrom('855', 'PR', segmentsOf('BAK*00*AD*4711*20260102')))
    expect(reading.faults?.[0]).toMatchObject({ code: 'XD_DOCUMENTS_SET_UNEXPECTED', element: 1 })
  })

  test('ten thousand and one lines, and a thousand faults', () => {
    const lines = Array.from({ length: 10_001 }, (_, at) => `PO1*${at + 1}*x*EA*1**VN*A`).join('~')
    const { faults = [] } = purchaseOrder.readX12(setFrom('850', 'PO', segmentsOf(`BEG*00*SA*1**20260102~${lines}`)))
    expect(faults).toHaveLength(1_001)
    expect(faults.at(-1)?.code).toBe('XD_DOCUMENTS_FAULTS_TOO_MANY')
    const many = lines.replaceAll('*x*', '*1*')
    const reading = purchaseOrder.readX12(setFrom('850', 'PO', segmentsOf(`BEG*00*SA*1**20260102~${many}`)))
    expect(reading.faults?.map(({ code }) => code)).toEqual(['XD_DOCUMENTS_LINES_TOO_MANY'])
  })
})

describe('an 850 that is unusual is taken, and says so', () => {
  test('a line without a number gets its place as number', () => {
    const { document, warnings } = readWith(['PO1*2*', 'PO1**'])
    expect(document?.lines.map(({ line }) => line)).toEqual(['1', '2'])
    expect(warnings?.map(({ code, pointer }) => [code, pointer])).toEqual([['XD_DOCUMENTS_LINE_ASSIGNED', '/5/PO1/1']])
  })

  test('a total that differs by more than a cent is a warning, never a rejection', () => {
    const { warnings } = readWith(['CTT*2', 'CTT*2~AMT*TT*454.02'])
    expect(warnings?.map(({ code }) => code)).toEqual(['XD_DOCUMENTS_TOTAL_DIFFERS'])
    expect(readWith(['CTT*2', 'CTT*2~AMT*TT*454.01']).warnings).toEqual([])
  })

  test('id pairs may come in any order and repeat', () => {
    const { document } = readWith(['*VN*BOLT-M8*CB*BB-1001', '*CB*A*UP*036000291452*VP*V1*VN*V2*CB*B'])
    expect(document?.lines[0]).toMatchObject({
      sku: 'V1',
      ids: [
        { qualifier: 'CB', value: 'A' },
        { qualifier: 'UP', value: '036000291452' },
        { qualifier: 'VP', value: 'V1' },
        { qualifier: 'VN', value: 'V2' },
        { qualifier: 'CB', value: 'B' },
      ],
    })
  })

  test('a GTIN whose check digit is wrong is kept, with a warning', () => {
    const { document, warnings } = readWith(['*CB*BB-1001', '*UP*036000291453'])
    expect(document?.lines[0]?.ids).toEqual([{ qualifier: 'UP', value: '036000291453' }])
    expect(warnings?.map(({ code }) => code)).toEqual(['XD_DOCUMENTS_CHECK_DIGIT'])
  })

  test('a name that was typed decomposed is stored composed', () => {
    const { document } = readWith(['CTT*2', 'N1*ST*Cafe\u0301*92*1~CTT*2'])
    expect(document?.lines.at(-1)?.parties?.[0]?.name).toBe('Caf\u00e9')
  })

  test('zeros in front of a quantity are dropped, leading zeros of a SKU are kept', () => {
    const { document } = readWith(['*10*EA', '*0010.50*EA'], ['BOLT-M8', '00123'])
    expect(document?.lines[0]).toMatchObject({ quantity: '10.50', sku: '00123' })
  })

  test('a partner’s own unit is translated', () => {
    const set = setFrom('850', 'PO', segmentsOf(PLAIN.replace('*10*EA', '*10*QX')))
    const syntax = { units: { QX: 'EA' } }
    const { document } = purchaseOrder.readX12(set, syntax)
    expect(document?.lines[0]?.uom).toBe('EA')
    expect(purchaseOrder.writeX12(document!, syntax).find(([tag]) => tag === 'PO1')?.[3]).toBe('QX')
  })

  test('dates of a version before 004010 have two digits of the year', () => {
    const set = setFrom('850', 'PO', segmentsOf(PLAIN.replace('**20260102', '**970228')), '003040')
    expect(purchaseOrder.readX12(set).document?.date).toBe('1997-02-28')
  })
})

describe('an order in JSON', () => {
  const plain = {
    number: '4711',
    date: '2026-01-02',
    currency: 'USD',
    lines: [{ line: '1', quantity: '10', uom: 'EA', sku: 'BOLT-M8', price: { amount: '9.25' } }],
  }
  const read = (changes: object) => purchaseOrder.readJson({ ...plain, ...changes })
  const readLine = (changes: object) => read({ lines: [{ ...plain.lines[0], ...changes }] })
  const codes = (reading: ReturnType<typeof read>) => reading.faults?.map(({ pointer, code }) => [pointer, code])

  test('is taken as it came', () => {
    expect(purchaseOrder.readJson(plain)).toEqual({ document: plain, warnings: [] })
  })

  test.each<[string, object, string, string]>([
    ['a member nobody knows', { status: 'shipped' }, '/status', 'UNKNOWN_FIELD'],
    ['no currency', { currency: undefined }, '/currency', 'WRONG_TYPE'],
    ['a day that does not exist', { date: '2026-02-30' }, '/date', 'DATE_INVALID'],
    ['an American date', { date: '03/04/26' }, '/date', 'DATE_INVALID'],
    ['no lines', { lines: [] }, '/lines', 'LINES_NONE'],
    ['control characters', { number: '47\u000011' }, '/number', 'TEXT_INVALID'],
    ['a lone surrogate', { number: '47\ud800' }, '/number', 'TEXT_INVALID'],
    ['text that turns the line around', { notes: ['a\u202eb'] }, '/notes/0', 'TEXT_INVALID'],
    ['a look-alike letter', { number: 'P\u041e-1' }, '/number', 'TEXT_MIXED_SCRIPT'],
    ['a number too long', { number: 'x'.repeat(36) }, '/number', 'TEXT_LENGTH'],
    [
      'yen with parts',
      { currency: 'JPY', charges: [{ kind: 'charge', type: 'freight', amount: '1.50' }] },
      '/charges/0/amount',
      'NUMBER_SCALE',
    ],
  ])('is refused: %s', (_, changes, pointer, code) => {
    expect(codes(read(changes))).toEqual([[pointer, `XD_DOCUMENTS_${code}`]])
  })

  test.each<[string, object, string, string]>([
    ['1e400', JSON.parse('{"quantity":1e400}'), '/lines/0/quantity', 'NUMBER_OUT_OF_RANGE'],
    ['9007199254740993', JSON.parse('{"quantity":9007199254740993}'), '/lines/0/quantity', 'NUMBER_OUT_OF_RANGE'],
    ['-0', { quantity: -0 }, '/lines/0/quantity', 'NUMBER_OUT_OF_RANGE'],
    ['a JSON number', { quantity: 10 }, '/lines/0/quantity', 'NUMBER_NOT_TEXT'],
    ['"1e3"', { quantity: '1e3' }, '/lines/0/quantity', 'NUMBER_OUT_OF_RANGE'],
    ['"1,234"', { quantity: '1,234' }, '/lines/0/quantity', 'NUMBER_AMBIGUOUS'],
    ['"1O"', { quantity: '1O' }, '/lines/0/quantity', 'NUMBER_MALFORMED'],
    ['zero', { quantity: '0' }, '/lines/0/quantity', 'NUMBER_OUT_OF_RANGE'],
    ['below zero', { quantity: '-1' }, '/lines/0/quantity', 'NUMBER_OUT_OF_RANGE'],
    ['above a thousand million', { quantity: '1000000001' }, '/lines/0/quantity', 'NUMBER_OUT_OF_RANGE'],
    ['zeros in front', { quantity: '007' }, '/lines/0/quantity', 'NUMBER_MALFORMED'],
    ['a unit nobody knows', { uom: 'QQ' }, '/lines/0/uom', 'UNIT_UNKNOWN'],
    ['a price of the sender’s own', { priceOverride: '1' }, '/lines/0/priceOverride', 'UNKNOWN_FIELD'],
    ['a price for ten', { price: { amount: '1', per: 10 } }, '/lines/0/price/per', 'WRONG_TYPE'],
  ])('is refused: %s as a line', (_, changes, pointer, code) => {
    expect(codes(readLine(changes))).toEqual([[pointer, `XD_DOCUMENTS_${code}`]])
  })

  test('is refused with all its faults at once', () => {
    const reading = purchaseOrder.readJson({
      ...plain,
      number: 7,
      tenantId: 'x',
      lines: [{ quantity: '0', uom: 'QQ' }],
    })
    expect(codes(reading)).toEqual([
      ['/number', 'XD_DOCUMENTS_WRONG_TYPE'],
      ['/lines/0/quantity', 'XD_DOCUMENTS_NUMBER_OUT_OF_RANGE'],
      ['/lines/0/uom', 'XD_DOCUMENTS_UNIT_UNKNOWN'],
      ['/lines/0/line', 'XD_DOCUMENTS_MISSING'],
      ['/tenantId', 'XD_DOCUMENTS_UNKNOWN_FIELD'],
    ])
  })

  test('is refused when line numbers repeat, or there are more than ten thousand', () => {
    const [line] = plain.lines
    expect(codes(read({ lines: [line, line] }))).toEqual([['/lines/1/line', 'XD_DOCUMENTS_LINE_REPEATED']])
    const many = Array.from({ length: 10_001 }, (_, at) => ({ ...line, line: String(at) }))
    expect(codes(read({ lines: many }))).toEqual([['/lines', 'XD_DOCUMENTS_LINES_TOO_MANY']])
  })

  test('cannot reach the prototype', () => {
    const reading = purchaseOrder.readJson(JSON.parse(`{"__proto__":{"x":1},${JSON.stringify(plain).slice(1)}`))
    expect(codes(reading)).toEqual([['/__proto__', 'XD_DOCUMENTS_UNKNOWN_FIELD']])
    expect(({} as { x?: number }).x).toBeUndefined()
  })

  test('with a decomposed name and a unit of Rec 20 is stored in one form', () => {
    const reading = purchaseOrder.readJson({
      ...plain,
      shipTo: { name: 'Cafe\u0301' },
      lines: [{ ...plain.lines[0], uom: 'KGM' }],
    })
    expect(reading.document).toMatchObject({ shipTo: { name: 'Caf\u00e9' }, lines: [{ uom: 'KG' }] })
  })

  test.each([null, 7, 'x', []])('is refused when it is %j', (value) => {
    expect(codes(purchaseOrder.readJson(value))).toEqual([['', 'XD_DOCUMENTS_WRONG_TYPE']])
  })
})

test('text too long for its X12 element is refused, or cut where the partner allows it', () => {
  const order = { ...readWith().document!, shipTo: { name: `${'x'.repeat(59)}👍🏽` } }
  expect(() => purchaseOrder.writeX12(order)).toThrow('/N1/2')
  const [, name] = [...purchaseOrder.writeX12(order, { cutText: true })].find(([tag]) => tag === 'N1')!.slice(1)
  expect(name).toBe('x'.repeat(59))
})

test('what a partner expects, and by when, is a value', () => {
  expect(purchaseOrder.within('24h')).toEqual({ document: purchaseOrder, within: '24h' })
})
