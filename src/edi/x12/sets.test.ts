import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { halvesOf, isMet } from './condition-rules.ts'
import { GRAMMARS } from './grammars.ts'
import type { X12Fault } from './reading.ts'
import { checkedSets, rulesOf, type SegmentRule, type SetRules, segmentRuleOf } from './rules.ts'
import { faultsOfSet } from './testing/faults-of-set.ts'
import { legalValue } from './testing/legal-value.ts'
import { WELL_FORMED } from './testing/well-formed.ts'

const told = (faults: readonly X12Fault[]) => faults.map(({ tag, element, ack }) => [tag, ack?.ak3, element, ack?.ak4])

describe.each(Object.entries(WELL_FORMED))('a %s', (id, segments) => {
  const first = segments[0] as string
  const tag = first.split('*')[0] as string

  test('with a segment of another set, and with one nobody has', () => {
    expect(told(faultsOfSet(id, [first, 'G50*N*20260102', ...segments.slice(1)]))).toEqual([
      ['G50', '2', undefined, undefined],
    ])
    expect(told(faultsOfSet(id, [first, 'QQQ*1', ...segments.slice(1)]))).toEqual([['QQQ', '1', undefined, undefined]])
  })

  test('without its first segment, or with it at the end', () => {
    expect(told(faultsOfSet(id, segments.slice(1)))).toContainEqual([tag, '3', undefined, undefined])
    expect(told(faultsOfSet(id, [...segments, first]))).toContainEqual([tag, '7', undefined, undefined])
  })

  test('with an empty mandatory element', () => {
    const at = segmentRuleOf(tag)!.elements.findIndex(({ mandatory }) => mandatory) + 1
    const emptied = first.split('*').map((text, element) => (element === at ? '' : text))
    expect(told(faultsOfSet(id, [emptied.join('*'), ...segments.slice(1)]))).toContainEqual([tag, '8', at, '1'])
  })
})

test.each(checkedSets())('any %s that keeps to the tables has no faults', (id) => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 40 }), (choices) => {
      const segments = legalSet(rulesOf(id)!, GRAMMARS[id]!, choices)
      expect([segments, faultsOfSet(id, segments)]).toEqual([segments, []])
    }),
    { numRuns: 40 },
  )
})

/** Walks the grammar as the choices say, then by the shortest way to SE. Each place is used once, so that no limit is passed. */
function legalSet(rules: SetRules, grammar: string, choices: readonly number[]): string[] {
  const names = [...new Set(grammar.match(/[A-Z][A-Z0-9]{1,2}/g))].filter((tag) => tag !== 'ST' && tag !== 'SE')
  const tagOf = (name: string) => rules.tagAt(Buffer.from(name), 0, name.length)!
  const written: string[] = []
  const used = new Set([rules.start])
  let slot = rules.start
  const go = (name: string, choice: number): void => {
    slot = rules.move(slot, tagOf(name))!.slot
    used.add(slot)
    written.push(segmentOf(name, choice))
  }
  for (const choice of choices) {
    const next = names.filter((name) => {
      const move = rules.move(slot, tagOf(name))
      return move !== undefined && move.missing.length === 0 && !used.has(move.slot)
    })
    if (next.length > 0) go(next[choice % next.length] as string, choice)
  }
  for (;;) {
    const [missing] = rules.move(slot, rules.last)!.missing
    if (missing === undefined) return written
    go(missing, 0)
  }
}

/** A segment with some of its elements: those that must be there, those the choice adds, and those the conditions then ask for. */
function segmentOf(tag: string, choice: number): string {
  const rule = segmentRuleOf(tag)!
  const needed = rule.elements.reduce((bits, { mandatory }, e) => (mandatory && e < 32 ? bits | (1 << e) : bits), 0)
  const present = settled(rule, needed | (choice & 0xff), needed) ?? settled(rule, needed, needed)
  if (present === undefined) throw new Error(`${tag} asks for what cannot be`)
  const values = rule.elements.map((element, e) => (e < 32 && (present & (1 << e)) !== 0 ? legalValue(element) : ''))
  return [tag, ...values].join('*').replace(/\*+$/, '')
}

/** The elements present once every condition is met; undefined when adding and leaving out leads nowhere. */
function settled(rule: SegmentRule, wanted: number, needed: number): number | undefined {
  const all = rule.elements.length >= 32 ? -1 : (1 << rule.elements.length) - 1
  let present = wanted & all
  for (let round = 0; round < 20; round++) {
    const halves = halvesOf(present, rule.pairs)
    const unmet = rule.conditions.find((condition) => !isMet(condition, present))
    if (halves === 0 && !unmet) return present
    present |= halves | (halves << 1)
    if (!unmet) continue
    const { kind, mask, first, elements } = unmet
    if (kind === 'R') present |= first
    else if (kind === 'L') present |= 1 << ((elements[1] as number) - 1)
    else if (kind === 'E') present = (present & ~mask) | (needed & mask)
    else present |= mask
  }
  return undefined
}
