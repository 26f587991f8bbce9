import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { X12Fault } from './reading.ts'
import { checkedSets, type ElementRule, rulesOf, type SegmentRule, segmentRuleOf } from './rules.ts'
import { faultsOfSet } from './testing/faults-of-set.ts'
import { legalValue } from './testing/legal-value.ts'

/** Of a segment with more elements than this every element is explained; of a shorter one only where something is wrong. */
const LOOKED_OVER = 32

const SETS = checkedSets().map((id) => ({
  id,
  rules: [...rulesOf(id)!.names].flatMap((tag) => (tag === 'ST' || tag === 'SE' ? [] : (segmentRuleOf(tag) ?? []))),
}))

/** What partners put into an element: nothing, what belongs there, too much, too little, something else. */
const anyValue = (rule: ElementRule | undefined) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant(rule ? legalValue(rule) : 'A') },
    { weight: 2, arbitrary: fc.constant('') },
    {
      weight: 1,
      arbitrary: fc.oneof(
        fc.string({ unit: fc.constantFrom('A', '1', '0', '.', '-', ' ', 'ü', '>', '^', '\x07'), maxLength: 14 }),
        fc.constantFrom('20260230', '20240229', '260102', '2460', '235959', '1.5', '-5', '--1', 'EA', 'QQ'),
        fc.constant('1'.padEnd((rule?.most ?? 3) + 1, '1')),
        fc.constant('A'.padEnd((rule?.most ?? 3) + 1, 'A')),
      ),
    },
  )

const valuesFor = ({ elements }: SegmentRule) =>
  fc
    .integer({ min: 0, max: Math.min(LOOKED_OVER, elements.length + 2) })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, at) => anyValue(elements[at]))))

/** The faults without where in the file they are: what is not there has another place when separators follow. */
const told = (faults: readonly X12Fault[]) =>
  faults.map(({ offset: _, value, ...fault }) => ({ ...fault, value: value || undefined }))

test('a segment has the same faults whether it is looked over or explained element by element', () => {
  const aSegment = fc
    .constantFrom(...SETS)
    .chain(({ id, rules }) => fc.tuple(fc.constant(id), fc.constantFrom(...rules)))
    .chain(([id, rule]) => fc.tuple(fc.constant(id), fc.constant(rule.tag), valuesFor(rule)))
  fc.assert(
    fc.property(aSegment, fc.constantFrom('003060', '004010', '005010'), ([id, tag, values], version) => {
      const short = [tag, ...values]
      // separators at the end say nothing, but with them the segment is too long to be looked over
      const long = [...short, ...Array.from({ length: LOOKED_OVER + 2 - short.length }, () => '')]
      const [one, other] = [short, long].map((segment) => told(faultsOfSet(id, [segment.join('*')], version)))
      expect([short, one]).toEqual([short, other])
    }),
    { numRuns: 1200 },
  )
})

test('a segment of more than 32 elements has its faults at every place', () => {
  const elements = Array.from({ length: 34 }, (_, at) => (at % 2 === 1 && at < 31 ? 'VN' : 'A'))
  const faultsWith = (changes: Record<number, string>) => {
    const values = elements.map((value, at) => changes[at + 1] ?? (at > 30 ? '' : value))
    return faultsOfSet('850', ['BEG*00*SA*4711**20260102', 'PO1*1*5*EA', `LIN*${values.join('*')}`])
      .filter(({ tag }) => tag === 'LIN')
      .flatMap(({ element, ack }) => (element === undefined ? [] : [[element, ack?.ak4]]))
  }
  expect(faultsWith({})).toEqual([])
  expect(faultsWith({ 3: '' })).toEqual([[3, '1']])
  expect(faultsWith({ 1: 'A'.repeat(21) })).toEqual([[1, '5']])
  expect(faultsWith({ 30: 'V' })).toEqual([[30, '4']])
  expect(faultsWith({ 31: '' })).toEqual([[31, '2']])
  expect(faultsWith({ 34: 'A' })).toEqual([[34, '3']])
  expect(faultsWith({ 3: '', 17: 'A'.repeat(81), 28: '', 33: 'A' })).toEqual([
    [3, '1'],
    [17, '5'],
    [28, '2'],
    [33, '3'],
  ])
})
