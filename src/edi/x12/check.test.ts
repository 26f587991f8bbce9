import { expect, test } from 'vitest'
import { conditionsOf } from './condition-rules.ts'
import { CONDITIONS } from './conditions.ts'
import { FAULTS, fault } from './faults.ts'
import { readX12 } from './read.ts'
import type { X12Fault, X12Set } from './reading.ts'
import { checkedSets, isKnownSegment, rulesOf, segmentRuleOf } from './rules.ts'
import { WELL_FORMED } from './testing/well-formed.ts'

/** A set in its envelope, as the reader sees it. */
function read(id: string, segments: readonly string[], version = '004010', repetition = 'U'): X12Set {
  const body = [`ST*${id}*0001`, ...segments, `SE*${segments.length + 2}*0001`]
  const text = [
    `ISA*00*          *00*          *12*5555550142     *ZZ*ACMESUPPLY     *260102*1015*${repetition}*00401*000000017*0*P*>`,
    `GS*XX*A*B*20260102*1015*17*X*${version}`,
    ...body,
    'GE*1*17',
    'IEA*1*000000017',
  ].join('~')
  return readX12(Buffer.from(text)).interchanges[0]?.groups[0]?.sets[0] as X12Set
}
const faultsOf = (...from: Parameters<typeof read>): readonly X12Fault[] => read(...from).faults
const acks = (faults: readonly X12Fault[]) =>
  faults.map((f) => [f.tag, f.segment, f.ack?.ak3, f.element, f.ack?.ak4, f.severity])

const BEG = 'BEG*00*SA*4711**20260102'
const order = (...lines: string[]): string[] => [BEG, ...lines, 'CTT*1']
const line = (text: string): string[] => order(text)

test.each(Object.entries(WELL_FORMED))('a %s in order has no faults', (id, segments) => {
  expect(faultsOf(id, segments)).toEqual([])
})

test('every checked set is exercised here', () => {
  expect(Object.keys(WELL_FORMED)).toEqual([...checkedSets()])
})

test('every segment a set may hold is one we know', () => {
  for (const id of checkedSets()) {
    const rules = rulesOf(id)
    expect(rules?.start.tag).toBe('ST')
    for (const tag of rules?.names ?? []) expect([id, tag, isKnownSegment(tag)]).toEqual([id, tag, true])
  }
})

test('X09: an order without BEG', () => {
  expect(acks(faultsOf('850', ['PO1*1*5*EA*9.25**VP*SKU-1', 'CTT*1']))).toEqual([
    ['BEG', 2, '3', undefined, undefined, 'fatal'],
  ])
})

test('a set that breaks off before its mandatory segments', () => {
  expect(acks(faultsOf('810', ['BIG*20260106*INV1']))).toEqual([['TDS', 3, '3', undefined, undefined, 'fatal']])
  expect(acks(faultsOf('997', ['AK1*PO*17', 'AK2*850*0001', 'AK9*A*1*1*1']))).toEqual([
    ['AK5', 4, '3', undefined, undefined, 'fatal'],
  ])
})

test.each([
  ['the 31st of February', '20260231'],
  ['the 29th of February outside a leap year', '20260229'],
  ['a thirteenth month', '20261301'],
  ['six digits', '260102'],
  ['nine digits', '202601020'],
  ['letters', '2026O102'],
])('X10: %s is no date', (_, date) => {
  expect(acks(faultsOf('850', [`BEG*00*SA*4711**${date}`, 'PO1*1*5*EA']))).toEqual([['BEG', 2, '8', 5, '8', 'fatal']])
})

test('a leap day is a date, and before 004000 dates had six digits', () => {
  expect(faultsOf('850', ['BEG*00*SA*4711**20240229', 'PO1*1*5*EA'])).toEqual([])
  expect(faultsOf('850', ['BEG*00*SA*4711**990131', 'PO1*1*5*EA'], '003060')).toEqual([])
  expect(acks(faultsOf('850', ['BEG*00*SA*4711**990231', 'PO1*1*5*EA'], '003060'))).toEqual([
    ['BEG', 2, '8', 5, '8', 'fatal'],
  ])
})

test('a time of the day exists', () => {
  const at = (time: string) => acks(faultsOf('850', order(`DTM*002*20260102*${time}`, 'PO1*1*5*EA')))
  expect([at('1015'), at('101559'), at('10155999')]).toEqual([[], [], []])
  expect(at('2460')).toEqual([['DTM', 3, '8', 3, '9', 'fatal']])
})

test('a number of a hundred thousand digits and a letter is refused at once', () => {
  const began = process.threadCpuUsage()
  const faults = faultsOf('850', ['BEG*00*SA*4711**20260102', `PO1*1*5*EA*${'1'.repeat(100_000)}O`])
  const { user } = process.threadCpuUsage(began)
  expect(faults.map(({ code }) => code)).toContain('XD_EDI_ELEMENT_CHARACTER')
  expect(user / 1_000).toBeLessThan(1_000) // under 1 ms; with a pattern that tries every split it was 14 s
})

test('X10: an unknown unit is never guessed', () => {
  const faults = faultsOf('850', line('PO1*1*5*QQ*9.25'))
  expect(acks(faults)).toEqual([['PO1', 3, '8', 3, '7', 'fatal']])
  expect(faults[0]).toMatchObject({ reference: 355, value: 'QQ', loop: 'PO1' })
  expect(faultsOf('850', line('PO1*1*5*EA'))).toEqual([])
})

test.each(['1O', '1,5', '1 000', '--1', '1.2.3', '.', '-', '5-', '+5', '1e3'])(
  'X10: "%s" is no quantity',
  (quantity) => {
    expect(acks(faultsOf('850', line(`PO1*1*${quantity}*EA`)))).toEqual([['PO1', 3, '8', 2, '6', 'fatal']])
  },
)

test.each(['5', '-5', '0.25', '.25', '25.', '123456789012345', '-12345678901234.5'])(
  '"%s" is a quantity',
  (quantity) => {
    expect(faultsOf('850', line(`PO1*1*${quantity}*EA`))).toEqual([])
  },
)

test('amounts with implied decimals have no point', () => {
  const total = (amount: string) => acks(faultsOf('810', ['BIG*20260106*INV1', `TDS*${amount}`]))
  expect([total('4625'), total('-4625')]).toEqual([[], []])
  expect(total('46.25')).toEqual([['TDS', 3, '8', 1, '6', 'fatal']])
})

test('X11: too long is kept and reported, too short, too many likewise', () => {
  expect(acks(faultsOf('850', ['BEG*00*SA*12345678901234567890123**20260102', 'PO1*1*5*EA']))).toEqual([
    ['BEG', 2, '8', 3, '5', 'error'],
  ])
  expect(acks(faultsOf('850', order('CUR*BY*US', 'PO1*1*5*EA')))).toEqual([['CUR', 3, '8', 2, '4', 'error']])
  expect(acks(faultsOf('850', order('N3*A*B*C', 'PO1*1*5*EA')))).toEqual([
    ['N3', 3, '7', undefined, undefined, 'error'],
    ['N3', 3, '8', 3, '3', 'error'],
  ])
  expect(faultsOf('850', line('PO1*1*5*EA***********'))).toEqual([])
  expect(acks(faultsOf('850', line('PO1*1*1234567890123456*EA')))).toEqual([['PO1', 3, '8', 2, '5', 'error']])
})

test('a name in UTF-8 is as long as it reads, not as its bytes', () => {
  expect(faultsOf('850', order(`N1*ST*${'ü'.repeat(60)}`, 'PO1*1*5*EA'))).toEqual([])
  expect(acks(faultsOf('850', order(`N1*ST*${'ü'.repeat(61)}`, 'PO1*1*5*EA')))).toEqual([
    ['N1', 3, '8', 2, '5', 'error'],
  ])
})

test('X11: control characters may stand in no element, of any set', () => {
  expect(acks(faultsOf('850', line('PO1*1*5*EA*9.25**VP*SKU\x07')))).toEqual([['PO1', 3, '8', 7, '6', 'fatal']])
  expect(acks(faultsOf('875', ['G50*N*47\r\n11']))).toEqual([['G50', 2, '8', 2, '6', 'fatal']])
})

test('mandatory elements may not be empty', () => {
  expect(acks(faultsOf('850', ['BEG*00*SA***20260102', 'PO1*1*5*EA']))).toEqual([['BEG', 2, '8', 3, '1', 'fatal']])
  expect(acks(faultsOf('850', ['BEG*00*SA*4711', 'PO1*1*5*EA']))).toEqual([['BEG', 2, '8', 5, '1', 'fatal']])
})

test('conditions between elements: together, at least one, at most one, if this then that', () => {
  const one = (text: string) => faultsOf('850', order(text, 'PO1*1*5*EA'))
  expect(acks(one('N1*ST*STORE 12*92'))).toEqual([['N1', 3, '8', 4, '2', 'error']])
  expect(one('N1*ST*STORE 12*92')[0]?.message).toBe('N104 (identification) is missing: it goes with N103.')
  expect(one('REF*DP')[0]?.message).toBe('REF02 (reference) is missing: one of REF02, REF03 must be there.')
  expect(acks(one('FOB*PP**PORT'))).toEqual([['FOB', 3, '8', 2, '2', 'error']])
  expect(one('FOB*PP**PORT')[0]?.message).toBe('FOB02 (location qualifier) is missing: FOB03 asks for it.')
  const stop = faultsOf('204', ['B2**ABCD**L1**PP', 'B2A*00', 'AT5*HM*FRG*FRAGILE', 'S5*1*CL'])
  expect(acks(stop)).toEqual([
    ['AT5', 4, '8', 3, '10', 'error'],
    ['AT5', 4, '8', 3, '10', 'error'],
  ])
  expect(stop[0]?.message).toBe('AT503 (special handling description) may not stand beside AT501.')
  expect(acks(faultsOf('850', line('PO1*1*5*EA*9.25**VP')))).toEqual([['PO1', 3, '8', 7, '2', 'error']])
  expect(acks(faultsOf('850', line('PO1*1*5*EA*9.25***SKU-1')))).toEqual([['PO1', 3, '8', 6, '2', 'error']])
})

test('every condition names elements its segment has', () => {
  for (const tag of Object.keys(CONDITIONS)) {
    const rule = segmentRuleOf(tag)
    expect([tag, rule === undefined]).toEqual([tag, false])
    const highest = Math.max(...conditionsOf(tag).flatMap(({ elements }) => elements))
    expect([tag, highest <= Math.min(32, rule?.elements.length ?? 0)]).toEqual([tag, true])
  }
})

test('a stranger, a segment of another set, and one out of order are three different things', () => {
  expect(acks(faultsOf('850', order('FTE*GEN*x', 'PO1*1*5*EA')))).toEqual([
    ['FTE', 3, '1', undefined, undefined, 'error'],
  ])
  expect(acks(faultsOf('850', order('W05*N*1', 'PO1*1*5*EA')))).toEqual([
    ['W05', 3, '2', undefined, undefined, 'error'],
  ])
  expect(acks(faultsOf('850', order('PO1*1*5*EA', BEG)))).toEqual([['BEG', 4, '7', undefined, undefined, 'error']])
})

test('a segment and a loop too many', () => {
  expect(acks(faultsOf('850', order('CUR*BY*USD', 'CUR*BY*USD', 'PO1*1*5*EA')))).toEqual([
    ['CUR', 4, '5', undefined, undefined, 'error'],
  ])
  const charges = Array.from({ length: 26 }, () => 'SAC*C*D240***500')
  expect(acks(faultsOf('850', order(...charges, 'PO1*1*5*EA')))).toEqual([
    ['SAC', 28, '4', undefined, undefined, 'error'],
  ])
})

test('a loop that begins again counts anew inside the next loop around it', () => {
  const charges = Array.from({ length: 25 }, () => 'SAC*C*D240***500')
  expect(faultsOf('850', order('PO1*1*5*EA', ...charges, 'PO1*2*5*EA', ...charges))).toEqual([])
})

test('later releases may be longer and wider than our tables', () => {
  expect(
    faultsOf('850', ['BEG*00*SA*12345678901234567890123**20260102', 'N1*ST*A*92*12*BY*ST*NEW', 'PO1*1*5*EA'], '005010'),
  ).toEqual([])
})

test('later releases may repeat more often than our tables', () => {
  const charges = Array.from({ length: 26 }, () => 'SAC*C*D240***500')
  expect(faultsOf('850', order('CUR*BY*USD', 'CUR*BY*USD', ...charges, 'PO1*1*5*EA'), '005010')).toEqual([])
})

test('each repeat of an element is checked', () => {
  const codes = (text: string) =>
    acks(
      faultsOf('997', ['AK1*PO*17', 'AK2*850*0001', 'AK3*PO1*3**8', 'AK4*1*355*7', text, 'AK9*R*1*1*0'], '005010', '^'),
    )
  expect(codes('AK5*R*5')).toEqual([])
  expect(codes('AK5*R^R*5')).toEqual([])
  expect(codes('AK5*R^Q*5')).toEqual([['AK5', 6, '8', 1, '7', 'fatal']])
})

test('all faults come at once, with their places', () => {
  const faults = faultsOf('850', ['BEG*00*SA*4711**20260231', 'XYZ*1', 'PO1*1*1O*QQ', 'PO1*2*5*EA'])
  expect(acks(faults)).toEqual([
    ['BEG', 2, '8', 5, '8', 'fatal'],
    ['XYZ', 3, '1', undefined, undefined, 'error'],
    ['PO1', 4, '8', 2, '6', 'fatal'],
    ['PO1', 4, '8', 3, '7', 'fatal'],
  ])
  expect(faults[2]?.message).toBe(
    'PO102 (quantity ordered) is "1O": that has a character that may not stand in a number.',
  )
})

test('a set of nothing but faults is given up politely', () => {
  const faults = faultsOf('850', [BEG, ...Array.from({ length: 1000 }, () => 'XYZ*1')])
  expect(faults).toHaveLength(201)
  expect(faults.at(-1)?.code).toBe('XD_EDI_TOO_MANY_FAULTS')
})

test('an endless segment of control characters is given up as well, in any set', () => {
  for (const id of ['850', '875']) {
    const faults = faultsOf(id, [`PO1*${'\x07*'.repeat(50_000)}`])
    expect(faults.at(-1)?.code).toBe('XD_EDI_TOO_MANY_FAULTS')
    expect(faults).toHaveLength(201)
  }
})

test('sets we have no table for only answer for their envelope', () => {
  expect(faultsOf('875', ['ANY*1*2*3', 'THING*x'])).toEqual([])
})

test('every kind of fault has a sentence and a way out, and only warnings are silent towards the sender', () => {
  for (const [name, row] of Object.entries(FAULTS)) {
    const made = fault(name as keyof typeof FAULTS, {}, 'one', 'two')
    expect(made.code).toBe(`XD_EDI_${name}`)
    expect(made.message.length).toBeGreaterThan(8)
    expect(row.remedy).toMatch(/\.$/)
    if (row.severity === 'warning') expect(made.ack).toBeUndefined()
  }
})

/** Written by hand, not from the table: what each of these segments leaves out, or has too much of, in the standard. */
test.each([
  ['850', 'N1*ST', 'neither a name nor an id', 2, '2'],
  ['850', 'REF*DP', 'neither a value nor words', 2, '2'],
  ['850', 'DTM*002', 'no date, time or period', 2, '2'],
  ['850', 'PO1*1**EA*9.25**VP*SKU-1', 'a unit without a quantity', 2, '2'],
  ['850', 'PO1*1*5*EA**PE*VP*SKU-1', 'a basis without a price', 4, '2'],
  ['810', 'SAC*C', 'neither a code nor an agency', 2, '2'],
  ['810', 'TXI*ST', 'no amount, rate or code', 2, '2'],
  ['810', 'IT1*1*5*EA', 'a quantity without a price', 4, '2'],
  ['820', 'ADX*-5*01*PO', 'a qualifier without its number', 4, '2'],
  ['832', 'CTP***9.25*5', 'a quantity without its unit', 5, '2'],
  ['856', 'TD5*O', 'no carrier at all', 2, '2'],
  ['940', 'G62*10', 'a qualifier without its date', 2, '2'],
  ['945', 'W12*CC*5*5**EA', 'no item', 6, '2'],
  ['944', 'W07*5*EA', 'no item', 3, '2'],
  ['214', 'AT7*AF', 'a status without its reason', 2, '2'],
  ['214', 'AT7*X1*NS*AA*NA', 'a status and an appointment', 3, '10'],
  ['214', 'B10**S1*FAST', 'no reference', 1, '2'],
])('in a %s, %s has %s', (id, segment, _what, element, ak4) => {
  const [tag] = segment.split('*')
  const segments: readonly string[] = WELL_FORMED[id as keyof typeof WELL_FORMED] ?? []
  const at = segments.findIndex((one) => one.startsWith(`${tag}*`))
  const changed = at === -1 ? [...segments.slice(0, 1), segment, ...segments.slice(1)] : segments.with(at, segment)
  const found = acks(faultsOf(id, changed)).filter(([about]) => about === tag)
  expect(found).toEqual([[tag, expect.any(Number), '8', element, ak4, expect.any(String)]])
})
