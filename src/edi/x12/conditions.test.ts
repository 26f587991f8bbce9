import { expect, test } from 'vitest'
import { checkedSets, rulesOf, segmentRuleOf } from './rules.ts'
import { faultsOfSet } from './testing/faults-of-set.ts'
import { legalValue } from './testing/legal-value.ts'

/**
 * The conditions once more, in a notation and with a reader of its own, so that one that is forgotten in the table, or misread
 * from it, is missed: `3=4` both or none, `2|3` at least one, `2^4` at most one, `3>2` the third asks for the second,
 * `3>4+5` for both, `3>4|5` for one of them.
 */
const ASKED = `
  ACK 2=3 4>5 7=8 9=10 11=12 13=14 15=16 17=18 19=20 21=22 23=24 25=26
  ADV 6=7
  ADX 3=4
  AIN 9=10
  AT5 1^3 2^3
  AT7 1^3 1=2 3=4 6>5 7>6
  AT8 1=2=3 6=7
  B10 1|6 1^5 5=6
  B3 9=10
  BGN 5>4
  BLI 5=6 7>6 8=9 10=11 12=13
  BPR 6=7 8>9 12=13 14>15 18=19 20>21
  BPT 5=6
  BSN 7>6
  CAD 5|4 7>8
  CD3 1=2 7=8 9=10 11>5 12>11 14>5
  CLD 5>4
  CRD 2=3 3|4
  CS 4=5
  CSH 2>3 6=7 9=10
  CTB 2|4|6 3=4 5=6
  CTP 4>5 6>7 9>2 10>2 11>3
  CTT 3=4 5=6
  CUR 8>7 9>7 10>11|12 11>10 12>10 13>14|15 14>13 15>13 16>17|18 17>16 18>16 19>20|21 20>19 21>19
  DD 2>1 3=4=5 6>5 10>9
  DMG 1=2
  DTM 2|3|5 4>3 5=6
  EFI 5>4 7>6 9>8
  EMS 5=6
  ENT 2=3=4 5=6=7 8=9
  ETD 3=4
  FOB 3>2 4>5 7>6 8>9
  G05 1=2 1|3|5 3=4 5=6 7=8
  G08 3=4
  G26 2=3 4=5=6
  G54 3|4 4=5
  G61 3=4
  G62 1|3 1=2 3=4
  G72 3|5|8|9 6=7 9=10 11>3
  G93 2=3
  G95 4=5
  GF 1=2 5=6 8=9
  H1 7=8
  H3 1^2
  H6 1|7 2>1
  INV 2^3 2^4 3^4
  ISS 1|3|5 1=2 3=4 5=6
  IT1 2=3=4 6=7 8=9 10=11 12=13 14=15 16=17 18=19 20=21 22=23 24=25
  IT3 1=2 1|3|4|5
  IT8 1|2|3|5|7 8=9 10=11 12=13 14=15 16=17 18=19 20=21 22=23 24=25 26=27
  ITA 2>3|13|14 8>9 10=11 15>2 17>12
  ITD 3>4|5|13 8>4|5|13 9>10|11
  L0 2=3 4=5 6=7 8=9 11>4 13=15
  L1 2=3 4|5|6 14=15 17=18
  L11 1|3 1=2
  L3 1=2 3=4 9=10 12>1 14=15
  L5 3=4 7>6 8=9
  LAD 1=2 3=4 5=6 7=8 9=10 11=12
  LEP 3=4
  LFH 5=6
  LH2 6=7 8=9 10=11
  LH3 1=2
  LH4 8=12
  LH6 2=3
  LIN 4=5 6=7 8=9 10=11 12=13 14=15 16=17 18=19 20=21 22=23 24=25 26=27 28=29 30=31
  LQ 1>2
  MAN 4=5 6>5
  MEA 3|5|6|8 5>4 6>4 7>3|5|6 8^3
  MS1 1>2|3 2>1 3>1 4=5 1^4 6>4 7>5
  MS2 1=2 4>2
  MS3 5>3
  MTX 1>2 3>2
  N1 2|3 3=4
  N4 6>5
  N7 3=4 5=16 8=9
  N9 2|3 6>5
  NM1 8=9 11>10
  OID 1|2 3>2 4=5 6=7 8=9
  OTI 9>8
  PAL 5=6 7>10 8>10 9>10 10>7|8|9 11=12
  PDD 2|3|4
  PEN 2|4
  PER 3=4 5=6 7=8
  PID 4>3 4|5 7>3 8>4 9>5
  PKG 4>3 4|5|6
  PKL 5>8 6>8 7>8 8>5|6|7 9=10 11=12
  PLD 3=4
  PO1 3>2 5>4 6=7 8=9 10=11 12=13 14=15 16=17 18=19 20=21 22=23 24=25
  PO3 4>3|5
  PO4 2=3 5>6 6=7 8=9 10>13 11>13 12>13 13>10|11|12
  POC 3>5 7>6 8=9 10=11 12=13 14=15 16=17 18=19 20=21 22=23 24=25 26=27
  PSA 5>4
  PTD 2=3 4=5
  PWK 5=6
  Q7 2>3
  QTY 2|4 2^4
  R3 11>10 12>11
  R4 2=3
  RCD 2|4 2=3 4=5
  RDR 2^3
  RED 2^6 2|6 3=5=6 4>3
  REF 2|3
  RMR 1=2 7=8
  RYL 3=4
  S5 3=4 5=6 7=8
  SAC 2|3 3=4 6=7 9=10 11>10 13>2|4 14>13 16>15
  SCH 3>4 8>9|10 9>8 10>8
  SDQ 5=6 7=8 9=10 11=12 13=14 15=16 17=18 19=20 21=22
  SI 4=5 6=7 8=9 10=11 12=13 14=15 16=17 18=19 20=21
  SLN 4=5 7>6 8>6 9=10 11=12 13=14 15=16 17=18 19=20 21=22 23=24 25=26 27=28
  SN1 5=6
  SPO 3=4 5=6
  TAX 1|3 2=3 4=5 6=7 8=9 10=11
  TD1 1>2 3>4 6>7 7=8 9=10
  TD3 2>3 4>5 5=6
  TD4 1|2|4 2>3
  TD5 2|4|5|6|12 2>3 7>8 10>11 13>12 14>13 15>12
  TXI 2|3|6 4=5 8>3
  TXP 6=7 8=9
  UIT 3>2
  V1 1|2 8>1
  V9 10=11 13>4 15>9
  W01 3|4 4=5 6=7
  W03 2>3 4=5 6=7
  W04 3|4 4=5 6=7 10=11 14=15
  W05 4=5
  W07 3|4 4=5 6=7 10=11
  W08 2|4 4=5
  W09 2=3 4=5
  W10 6=7 8=9
  W12 6|7 7=8 10=11=12
  W15 2=3
  W17 6=7 8=9
  W19 4|5 5=6 7=8 10>11+12 13>14+15 17=18
  W20 2=3 4=5=6
  W27 2|3
  W28 2=3=4 6=7
  W76 2=3 4=5
  XPO 3=4
  YNQ 3=4
  ZA 2=3 4=5 6=7
`
const rows = ASKED.trim()
  .split('\n')
  .map((row) => row.trim().split(' '))

/** What is wrong with a segment that has these elements: the element, and the code an AK4 has for it. */
function unmet(condition: string, has: (element: number) => boolean): [number, '2' | '10'][] {
  const lacking = (elements: readonly number[]) => elements.filter((element) => !has(element))
  const missing = (elements: readonly number[]) => elements.map((element): [number, '2'] => [element, '2'])
  const [asking = '', asked] = condition.split('>')
  if (asked !== undefined) {
    const elements = asked.split(/[+|]/).map(Number)
    if (!has(Number(asking))) return []
    if (!asked.includes('|')) return missing(lacking(elements))
    return elements.some(has) ? [] : missing(elements.slice(0, 1))
  }
  const elements = asking.split(/[=|^]/).map(Number)
  const there = elements.filter(has)
  if (asking.includes('=')) return there.length === 0 ? [] : missing(lacking(elements))
  if (asking.includes('|')) return there.length === 0 ? missing(elements.slice(0, 1)) : []
  return there.length > 1 ? [[there[1] as number, '10']] : []
}

const isMandatory = (tag: string, element: number) => segmentRuleOf(tag)?.elements[element - 1]?.mandatory === true

/** Which elements a segment has: none, one, two, all, all but one; those that must be there always. */
function* choices(tag: string, conditions: readonly string[]): Generator<ReadonlySet<number>> {
  const all = segmentRuleOf(tag)!.elements.map((_, at) => at + 1)
  const must = all.filter((element) => isMandatory(tag, element))
  const named = [...new Set(conditions.flatMap((condition) => condition.match(/\d+/g)!.map(Number)))]
  yield new Set(must)
  for (const one of all) {
    yield new Set([...must, one])
    yield new Set(all.filter((element) => element !== one || isMandatory(tag, element)))
  }
  for (const condition of conditions) yield new Set([...must, ...condition.match(/\d+/g)!.map(Number)])
  for (const one of named.slice(0, 12))
    for (const other of named.slice(0, 12)) if (other > one) yield new Set([...must, one, other])
}

const SET_OF = new Map(checkedSets().flatMap((id) => [...rulesOf(id)!.names].map((tag) => [tag, id] as const)))

/** What the check says of the conditions of a segment that has these elements, each with a value it may have. */
function told(tag: string, has: ReadonlySet<number>): [number | undefined, string | undefined][] {
  const values = segmentRuleOf(tag)!.elements.map((rule, at) => (has.has(at + 1) ? legalValue(rule) : ''))
  const segment = [tag, ...values].join('*').replace(/\*+$/, '')
  return faultsOfSet(SET_OF.get(tag)!, [segment])
    .filter((fault) => fault.tag === tag && (fault.ack?.ak4 === '2' || fault.ack?.ak4 === '10'))
    .map(({ element, ack }) => [element, ack?.ak4])
}

test.each(rows)('%s has the faults its conditions ask for, and no others', (tag, ...conditions) => {
  const broken = new Set<string>()
  const kept = new Set<string>()
  for (const has of choices(tag as string, conditions)) {
    const expected = conditions.flatMap((condition) => {
      const faults = unmet(condition, (element) => has.has(element))
      const seen = faults.filter(([element, ak4]) => ak4 === '10' || !isMandatory(tag as string, element))
      ;(seen.length > 0 ? broken : kept).add(condition)
      return seen
    })
    expect([[...has], told(tag as string, has).sort()]).toEqual([[...has], expected.sort()])
  }
  expect([[...broken].sort(), [...kept].sort()]).toEqual([[...conditions].sort(), [...conditions].sort()])
})

test('there are 141 segments with conditions', () => {
  expect(new Set(rows.map(([tag]) => tag)).size).toBe(141)
})

test('a segment that is not named above asks nothing of its elements', () => {
  const silent = [...SET_OF.keys()].filter((tag) => segmentRuleOf(tag) && !rows.some(([named]) => named === tag))
  for (const tag of silent) for (const has of choices(tag, [])) expect([tag, told(tag, has)]).toEqual([tag, []])
})
