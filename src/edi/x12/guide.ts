import { codeInWords } from './code-names.ts'
import { errors } from './errors.ts'
import { type FaultName, fault, type Place } from './faults.ts'
import type { SegmentTable, X12Fault, X12Interchange, X12Set } from './reading.ts'
import { segmentRuleOf } from './rules.ts'

/**
 * What a partner's guide asks for beyond the standard. Places are segments (`TD5`) or elements (`PO107`); in brackets stands what the
 * first element of the segment must be for the line to apply, or another one: `REF[DP]`, `N1[ST]04`, `HL[03=P]`.
 *
 * @example
 * const guide: PartnerGuide = {
 *   '850': { require: ['REF[DP]', 'PO107'], forbid: ['SDQ'], codes: { N101: ['ST', 'BT'] }, longest: { PO107: 20 } },
 *   '856': { below: { 'HL[03=P]': ['MAN[GM]'] } },
 * }
 */
export type PartnerGuide = Readonly<Record<string, SetGuide>>

/** What a guide asks of one set. */
export interface SetGuide {
  /** Segments that must come; elements that must be filled wherever their segment comes. */
  readonly require?: readonly string[]
  /** Segments and elements that must stay away. */
  readonly forbid?: readonly string[]
  /** The only codes an element may have. */
  readonly codes?: Readonly<Record<string, readonly string[]>>
  /** The most characters an element may have. */
  readonly longest?: Readonly<Record<string, number>>
  /** What must come below each segment of a kind, before the next one of its name: a mark below each carton. */
  readonly below?: Readonly<Record<string, readonly string[]>>
  /** What must come somewhere in the set once another place is filled: an address once an order is to be dropped. */
  readonly beside?: Readonly<Record<string, readonly string[]>>
  /** What becomes of a set that does not keep to it: accepted with errors (`report`, the default) or rejected. */
  readonly breach?: 'report' | 'reject'
}

/** A place of a guide, ready to be looked for. */
interface GuidePlace {
  readonly place: string
  readonly tag: string
  /** What an element of the segment must be for the place to be meant, and which element. */
  readonly qualifier: string | undefined
  readonly qualifiedBy: number
  /** 0: the segment itself. */
  readonly element: number
}

/** A line of a guide, ready to be asked of segments. */
interface GuideRule extends GuidePlace {
  readonly asks: 'require' | 'forbid' | 'codes' | 'longest'
  readonly codes?: readonly string[]
  readonly most?: number
}

/** What must come with a place: below each of its segments, or beside it anywhere in the set. */
interface Company {
  readonly of: GuidePlace
  readonly needs: readonly GuidePlace[]
}

interface CompiledGuide {
  readonly byTag: ReadonlyMap<string, readonly GuideRule[]>
  /** Segments that must come at all. */
  readonly needed: readonly GuideRule[]
  readonly below: readonly Company[]
  readonly beside: readonly Company[]
  readonly rejects: boolean
}

const PLACE = /^([A-Z][A-Z0-9]{1,2})(?:\[(?:(\d\d)=)?([^\]]+)\])?(\d\d)?$/

/** The places of a guide that no segment has, `'850 PO199'`; none when it can be used. */
export function wrongPlaces(guide: PartnerGuide): string[] {
  return Object.entries(guide).flatMap(([set, one]) => {
    const companies = [...Object.entries(one.below ?? {}), ...Object.entries(one.beside ?? {})].flat(2)
    const segments = [...(one.require ?? []), ...(one.forbid ?? []), ...companies]
    const elements = [...Object.keys(one.codes ?? {}), ...Object.keys(one.longest ?? {})]
    const wrong = [...segments.filter((place) => !isPlace(place)), ...elements.filter((place) => !isPlace(place, true))]
    return wrong.map((place) => `${set} ${place}`)
  })
}

function isPlace(text: string, mustBeElement = false): boolean {
  const [, tag = '', by, , element] = PLACE.exec(text) ?? []
  const rule = segmentRuleOf(tag)
  if (!rule) return false
  const has = (one: string) => Number(one) > 0 && (rule.open || Number(one) <= rule.elements.length)
  if (by !== undefined && !has(by)) return false
  return element === undefined ? !mustBeElement : has(element)
}

/**
 * The interchange with what its sender's guide finds beside the faults of the standard, for {@link judge} to judge.
 * Throws `XD_EDI_GUIDE_PLACE` for a guide with places that do not exist.
 */
export function withGuide(interchange: X12Interchange, guide: PartnerGuide): X12Interchange {
  const groups = interchange.groups.map((group) => ({ ...group, sets: group.sets.map((set) => guidedSet(set, guide)) }))
  return { ...interchange, groups }
}

/** As {@link withGuide}, for one set. */
export function guidedSet(set: X12Set, guide: PartnerGuide): X12Set {
  const one = Object.hasOwn(guide, set.id) ? guide[set.id] : undefined
  if (!one) return set
  const faults = guideFaults(set, one)
  return faults.length === 0 ? set : { ...set, faults: [...set.faults, ...faults] }
}

/** What a set does otherwise than the guide asks, in the order of the file. */
export function guideFaults({ segments }: X12Set, guide: SetGuide): X12Fault[] {
  const { byTag, needed, below, beside, rejects } = compiledGuide(guide)
  const faults: X12Fault[] = []
  const seen = new Set<GuideRule>()
  for (let i = 0; i < segments.length; i++) {
    for (const rule of byTag.get(segments.tag(i)) ?? []) {
      if (!isMeant(rule, segments, i)) continue
      seen.add(rule)
      const found = broken(rule, segments, i)
      if (found) faults.push(found)
    }
  }
  for (const rule of needed) {
    if (!seen.has(rule))
      faults.push(fault('GUIDE_SEGMENT_MISSING', { segment: segments.length, tag: rule.tag }, rule.place))
  }
  for (const company of below) faults.push(...missingBelow(company, segments))
  for (const company of beside) faults.push(...missingBeside(company, segments))
  return rejects ? faults.map((found) => ({ ...found, severity: 'fatal' as const })) : faults
}

function isMeant({ qualifier, qualifiedBy }: GuidePlace, segments: SegmentTable, i: number): boolean {
  return qualifier === undefined || segments.at(i, qualifiedBy) === qualifier
}

/** Whether a segment is the place's, and what the place names in it is filled. */
function isFilled(place: GuidePlace, segments: SegmentTable, i: number): boolean {
  if (segments.tag(i) !== place.tag || !isMeant(place, segments, i)) return false
  return place.element === 0 || segments.at(i, place.element) !== ''
}

function missingBelow({ of, needs }: Company, segments: SegmentTable): X12Fault[] {
  const faults: X12Fault[] = []
  for (let i = 0; i < segments.length; i++) {
    if (!isFilled(of, segments, i)) continue
    let end = i + 1
    while (end < segments.length && segments.tag(end) !== of.tag) end++
    for (const need of needs) {
      if (isAmong(need, segments, i, end)) continue
      faults.push(missingOf(need, segments, i, `${need.place} below ${segmentText(segments, i)} (${of.place})`))
    }
  }
  return faults
}

function missingBeside({ of, needs }: Company, segments: SegmentTable): X12Fault[] {
  for (let i = 0; i < segments.length; i++) {
    if (!isFilled(of, segments, i)) continue
    return needs
      .filter((need) => !isAmong(need, segments, 0, segments.length))
      .map((need) => missingOf(need, segments, i, `${need.place} beside ${of.place}`))
  }
  return []
}

function isAmong(place: GuidePlace, segments: SegmentTable, from: number, end: number): boolean {
  for (let i = from; i < end; i++) if (isFilled(place, segments, i)) return true
  return false
}

/** What is missing is said to stand where it was missed: at the segment that asks for it. */
function missingOf({ tag }: GuidePlace, segments: SegmentTable, i: number, what: string): X12Fault {
  return fault('GUIDE_SEGMENT_MISSING', { segment: i + 1, tag, offset: segments.offset(i) }, what)
}

/** `HL 4`: the segment and its first element, by which a partner finds it. */
const segmentText = (segments: SegmentTable, i: number): string => `${segments.tag(i)} ${segments.at(i, 1)}`.trimEnd()

/** What one segment does otherwise than one line of a guide asks. */
function broken(rule: GuideRule, segments: SegmentTable, i: number): X12Fault | undefined {
  const value = segments.at(i, rule.element)
  switch (rule.asks) {
    case 'require':
      return rule.element > 0 && value === '' ? said('GUIDE_ELEMENT_MISSING', rule, segments, i) : undefined
    case 'forbid':
      if (rule.element === 0) return said('GUIDE_SEGMENT_UNUSED', rule, segments, i)
      return value === '' ? undefined : said('GUIDE_ELEMENT_UNUSED', rule, segments, i)
    case 'codes': {
      const codes = rule.codes ?? []
      if (value === '' || codes.includes(value)) return undefined
      const reference = referenceOf(rule)
      const agreed = codes.map((code) => codeInWords(reference, code)).join(', ')
      return said('GUIDE_CODE', rule, segments, i, codeInWords(reference, value), agreed)
    }
    case 'longest':
      return value.length > (rule.most ?? 0) ? said('GUIDE_LONG', rule, segments, i, String(rule.most)) : undefined
  }
}

const referenceOf = ({ tag, element }: GuideRule): number => segmentRuleOf(tag)?.elements[element - 1]?.reference ?? 0

function said(name: FaultName, rule: GuideRule, segments: SegmentTable, i: number, ...more: string[]): X12Fault {
  const reference = referenceOf(rule)
  const place: Place = {
    segment: i + 1,
    tag: rule.tag,
    offset: segments.offset(i),
    ...(rule.element > 0 ? { element: rule.element, value: segments.at(i, rule.element) } : {}),
    ...(reference > 0 ? { reference } : {}),
  }
  return fault(name, place, nameOf(rule), ...more)
}

/** `PO107 (product id)`. */
function nameOf({ place, tag, element }: GuidePlace): string {
  const known = segmentRuleOf(tag)?.elements[element - 1]
  return known && known.reference > 0 ? `${place} (${known.name})` : place
}

const compiled = new WeakMap<SetGuide, CompiledGuide>()

/** A guide is an object of the configuration and lives as long as it, so each is made ready once. */
function compiledGuide(guide: SetGuide): CompiledGuide {
  const ready = compiled.get(guide)
  if (ready) return ready
  const rules: GuideRule[] = [
    ...(guide.require ?? []).map((place) => ruleAt(place, { asks: 'require' })),
    ...(guide.forbid ?? []).map((place) => ruleAt(place, { asks: 'forbid' })),
    ...Object.entries(guide.codes ?? {}).map(([place, codes]) => ruleAt(place, { asks: 'codes', codes })),
    ...Object.entries(guide.longest ?? {}).map(([place, most]) => ruleAt(place, { asks: 'longest', most })),
  ]
  const made: CompiledGuide = {
    byTag: Map.groupBy(rules, ({ tag }) => tag),
    needed: rules.filter(({ asks, element }) => asks === 'require' && element === 0),
    below: companies(guide.below),
    beside: companies(guide.beside),
    rejects: guide.breach === 'reject',
  }
  compiled.set(guide, made)
  return made
}

const companies = (asked: Readonly<Record<string, readonly string[]>> = {}): Company[] =>
  Object.entries(asked).map(([of, needs]) => ({ of: placeAt(of), needs: needs.map(placeAt) }))

function ruleAt(place: string, asks: Pick<GuideRule, 'asks' | 'codes' | 'most'>): GuideRule {
  return { ...placeAt(place), ...asks }
}

function placeAt(place: string): GuidePlace {
  if (!isPlace(place)) throw errors.GUIDE_PLACE(place)
  const [, tag = '', by = '1', qualifier, element = '0'] = PLACE.exec(place) ?? []
  return { place, tag, qualifier, qualifiedBy: Number(by), element: Number(element) }
}
