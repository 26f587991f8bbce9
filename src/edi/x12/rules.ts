import { CodeSet } from '../code-set.ts'
import { compile, type Grammar, type GrammarTag } from '../grammar.ts'
import { type ConditionRule, conditionsOf, isPair } from './condition-rules.ts'
import { CODES, ELEMENTS } from './elements.ts'
import { GRAMMARS } from './grammars.ts'
import { OTHER_SEGMENTS, SEGMENTS } from './segments.ts'

/**
 * The tables of `elements.ts`, `segments.ts` and `sets/`, made fit for checking bytes: tags and codes are numbers,
 * and the grammar of a set is a table of moves from one place to the next.
 */

export type ElementType = 'AN' | 'ID' | 'DT' | 'TM' | 'R' | 'N' | 'C'

export interface ElementRule {
  readonly reference: number
  readonly name: string
  readonly type: ElementType
  readonly least: number
  readonly most: number
  readonly mandatory: boolean
  /** Nothing more is asked of an element of at most this length; 0 where there is. */
  readonly easyLength: number
  /** Allowed codes by their {@link packed} numbers. */
  readonly codes: CodeSet | undefined
}

export interface SegmentRule {
  readonly tag: string
  readonly elements: readonly ElementRule[]
  /** More elements may follow than the table names. */
  readonly open: boolean
  /** The `easyLength` of each element. */
  readonly easy: Int32Array
  /** The last mandatory element, 0 when none is. */
  readonly lastMandatory: number
  /** The mandatory elements as bits; those after the 32nd have none. */
  readonly mandatory: number
  /** One bit for each element that comes only together with the next one. */
  readonly pairs: number
  /** All other conditions. */
  readonly conditions: readonly ConditionRule[]
  /** The elements, as bits, that last did as all conditions ask: segments of a file mostly look alike. */
  lastMet: number
}

export { type Loop, type Move, packed, type Slot } from '../grammar.ts'

/** A tag of a set: its place among them, and what may stand in the segment. */
export type SetTag = GrammarTag<SegmentRule>

/** Everything needed to check one kind of set. */
export type SetRules = Grammar<SegmentRule>

/** True for every segment X12 has, as far as we know. */
export const isKnownSegment = (tag: string): boolean => known.has(tag)
const known = new Set([...Object.keys(SEGMENTS), ...OTHER_SEGMENTS.split(' ')])

const codeSets = new Map(
  Object.entries(CODES).map(([reference, list]) => [reference, new CodeSet(list.split(/\s+/).filter(Boolean))]),
)

function elementRule(token: string): ElementRule {
  const mandatory = token.startsWith('M')
  const reference = mandatory ? token.slice(1) : token
  const [type, lengths, ...name] = (ELEMENTS[reference] as string).split(' ') as [string, string, ...string[]]
  const [least, most] = lengths.split('/').map(Number) as [number, number]
  return {
    reference: Number(reference) || 0,
    name: name.join(' '),
    type: (type.startsWith('N') ? 'N' : type) as ElementType,
    least,
    most,
    mandatory,
    easyLength: least === 1 && (type === 'AN' || (type === 'ID' && !codeSets.has(reference))) ? most : 0,
    codes: codeSets.get(reference),
  }
}

function segmentRule(tag: string, text: string): SegmentRule {
  const open = text.endsWith('+')
  const flat = text.replace(/(\d+)x\(([^)]+)\)/g, (_, times: string, group: string) =>
    Array<string>(Number(times)).fill(group).join(' '),
  )
  const elements = flat.replace('+', '').split(' ').filter(Boolean).map(elementRule)
  const conditions = conditionsOf(tag)
  return {
    tag,
    elements,
    open,
    easy: Int32Array.from(elements, (e) => e.easyLength),
    lastMandatory: elements.findLastIndex((e) => e.mandatory) + 1,
    mandatory: elements.slice(0, 32).reduce((bits, e, at) => bits | (e.mandatory ? 1 << at : 0), 0),
    pairs: conditions.filter(isPair).reduce((bits, pair) => bits | pair.first, 0),
    conditions: conditions.filter((condition) => !isPair(condition)),
    lastMet: -1,
  }
}

/** What may stand in a segment; undefined for segments of no set. */
export const segmentRuleOf = (tag: string): SegmentRule | undefined => segmentRules.get(tag)
const segmentRules = new Map(Object.entries(SEGMENTS).map(([tag, text]) => [tag, segmentRule(tag, text)]))

const compiled = new Map<string, SetRules>()

/** The rules of a set, `undefined` for the sets of which we only check the envelope. */
export function rulesOf(id: string): SetRules | undefined {
  const ready = compiled.get(id)
  if (ready) return ready
  const grammar = Object.hasOwn(GRAMMARS, id) ? GRAMMARS[id] : undefined
  if (grammar === undefined) return undefined
  const rules = compile(id, grammar, 'SE', (tag) => segmentRules.get(tag))
  compiled.set(id, rules)
  return rules
}

/** The sets whose segments and elements are checked. */
export const checkedSets = (): readonly string[] => Object.keys(GRAMMARS)
