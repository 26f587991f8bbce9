import { expect, test } from 'vitest'
import { functionalAcknowledgement } from './acknowledge.ts'
import { type PartnerGuide, withGuide, wrongPlaces } from './guide.ts'
import { type JudgedGroup, judge } from './judge.ts'
import { readX12, type X12Interchange } from './read.ts'

const ORDER = ['BEG*00*SA*4711**20260102', 'REF*DP*038', 'N1*ST*STORE 12*92*0012', 'PO1*1*5*EA*9.25**VP*SKU-1', 'CTT*1']

function interchange(segments: readonly string[]): X12Interchange {
  const text = [
    'ISA*00*          *00*          *12*5555550142     *ZZ*ACMESUPPLY     *260102*1015*U*00401*000000017*0*P*>',
    'GS*PO*BIGBOX*ACME*20260102*1015*17*X*004010',
    'ST*850*0001',
    ...segments,
    `SE*${segments.length + 2}*0001`,
    'GE*1*17',
    'IEA*1*000000017',
  ].join('~')
  return readX12(Buffer.from(text)).interchanges[0] as X12Interchange
}

const GUIDE: PartnerGuide = {
  '850': {
    require: ['REF[DP]', 'N1[ST]04', 'PO107'],
    forbid: ['SDQ', 'PO108'],
    codes: { N101: ['ST', 'BT'], PO103: ['EA', 'CA'] },
    longest: { PO107: 8 },
  },
}

const found = (segments: readonly string[], guide = GUIDE) =>
  withGuide(interchange(segments), guide).groups[0]?.sets[0]?.faults.map(({ message, severity, ack }) => [
    message,
    severity,
    ack?.ak3,
    ack?.ak4,
  ])
const without = (start: string) => ORDER.filter((segment) => !segment.startsWith(start))
const instead = (start: string, other: string) => ORDER.map((segment) => (segment.startsWith(start) ? other : segment))

test('a set that keeps to the guide has nothing to say', () => {
  expect(found(ORDER)).toEqual([])
  expect(found(without('REF'), {})).toEqual([])
})

test('what a guide asks for is missed, in words', () => {
  expect(found(without('REF'))).toEqual([['REF[DP] is missing, though it was agreed.', 'error', '3', undefined]])
  expect(found(instead('REF', 'REF*VN*9'))).toEqual([
    ['REF[DP] is missing, though it was agreed.', 'error', '3', undefined],
  ])
  expect(found(instead('N1', 'N1*ST*STORE 12'))).toEqual([
    ['N1[ST]04 (identification) is empty, though it was agreed.', 'error', '8', '1'],
  ])
  expect(found(instead('N1', 'N1*BT*BIG BOX'))).toEqual([])
})

test('what it forbids, other codes and longer texts are found', () => {
  expect(found([...ORDER.slice(0, 4), 'SDQ*EA*92*0012*5', 'CTT*1'])).toEqual([
    ['SDQ is there, though it was agreed to leave it out.', 'error', '2', undefined],
  ])
  expect(found(instead('PO1', 'PO1*1*5*EA*9.25**VP*SKU-1*UP*012345678905'))).toEqual([
    ['PO108 (product id qualifier) is filled, though it was agreed to leave it out.', 'error', '8', '3'],
  ])
  expect(found(instead('N1', 'N1*SF*DC 1'))).toEqual([
    ['N101 (entity identifier) is SF (ship from); agreed are ST (ship to), BT (bill to).', 'error', '8', '7'],
  ])
  expect(found(instead('PO1', 'PO1*1*5*EA*9.25**VP*SKU-12345'))).toEqual([
    ['PO107 (product id) is longer than the 8 that were agreed; it was kept whole.', 'error', '8', '5'],
  ])
})

test('the acknowledgement says it: a 997 in the codes of the standard, a 999 in those of a guide', () => {
  const judged = (acknowledgement: '997' | '999', breach: 'report' | 'reject' = 'report') => {
    const guide = { '850': { ...GUIDE['850'], breach } }
    const judgement = judge(withGuide(interchange(instead('N1', 'N1*SF*DC 1*92*DC')), guide), { acknowledgement })
    return functionalAcknowledgement(judgement.groups[0] as JudgedGroup, 1, acknowledgement).segments.map((segment) =>
      segment.join('*'),
    )
  }
  expect(judged('997')).toEqual(['AK1*PO*17', 'AK2*850*0001', 'AK3*N1*4**8', 'AK4*1*98*7*SF', 'AK5*E*5', 'AK9*E*1*1*1'])
  expect(judged('999')).toEqual([
    'AK1*PO*17*004010',
    'AK2*850*0001',
    'IK3*N1*4**8',
    'IK4*1*98*I6*SF',
    'IK5*E*5',
    'AK9*E*1*1*1',
  ])
  expect(judged('997', 'reject').slice(-2)).toEqual(['AK5*R*5', 'AK9*R*1*1*0'])
})

test('a guide with places that do not exist is refused', () => {
  expect(wrongPlaces(GUIDE)).toEqual([])
  const guide: PartnerGuide = { '850': { require: ['PO199', 'QXZ', 'REF[DP'], codes: { N1: ['ST'] } } }
  expect(wrongPlaces(guide)).toEqual(['850 PO199', '850 QXZ', '850 REF[DP', '850 N1'])
  expect(() => withGuide(interchange(ORDER), guide)).toThrow(/PO199/)
})

test('what must come below each segment of a kind, and beside another place', () => {
  const guide: PartnerGuide = {
    '850': { below: { PO1: ['PID'], 'N1[ST]': ['N4', 'N3'] }, beside: { 'BEG[02=DS]': ['N1[ST]04', 'PER'] } },
  }
  const order = [...ORDER.slice(0, 3), 'N3*100 MAIN STREET', 'N4*DAYTON*OH', 'PO1*1*5*EA', 'PID*F****BOLT', 'CTT*1']
  const lines = (segments: readonly string[]) => found(segments, guide)?.map(([message]) => message)
  expect(lines(order)).toEqual([])
  expect(lines([...order.slice(0, 7), 'PO1*2*5*EA', ...order.slice(7)])).toEqual([
    'PID below PO1 2 (PO1) is missing, though it was agreed.',
  ])
  expect(lines(order.filter((segment) => !segment.startsWith('N4')))).toEqual([
    'N4 below N1 ST (N1[ST]) is missing, though it was agreed.',
  ])
  const dropped = order.map((segment) => segment.replace('*SA*', '*DS*'))
  expect(lines(dropped)).toEqual(['PER beside BEG[02=DS] is missing, though it was agreed.'])
  expect(lines(dropped.map((segment) => segment.replace('*92*0012', '')))).toEqual([
    'N1[ST]04 beside BEG[02=DS] is missing, though it was agreed.',
    'PER beside BEG[02=DS] is missing, though it was agreed.',
  ])
  const wrong: PartnerGuide = { '850': { below: { PO1: ['QXZ'], 'HL[09=P]': [] }, beside: { 'BEG[99=DS]': ['PER'] } } }
  expect(wrongPlaces(wrong)).toEqual(['850 QXZ', '850 HL[09=P]', '850 BEG[99=DS]'])
})
