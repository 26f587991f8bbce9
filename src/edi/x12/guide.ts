import { codeInWords } from './code-names.ts'
import { errors } from './errors.ts'
import { type FaultName, fault, type Place } from './faults.ts'
import type { SegmentTable, X12Fault, X12Interchange, X12Set } from './reading.ts'
import { segmentRuleOf } from './rules.ts'

/**
 * What a partner's guide asks for beyond the standard. Places are segments (`TD5`) or elements (`PO107`); in brackets stands what the
 * first element of the segment must be for the line to apply: `REF[DP]`, `N1[ST]04`.
 *
 * @example
 * const guide: PartnerGuide = {
 *   '850': { require: ['REF[DP]', 'PO107'], forbid: ['SDQ'], codes: { N101: ['ST', 'BT'] }, longest: { PO107: 20 } },
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
  /** What becomes of a set that does not keep to it: accepted with errors (`report`, the default) or rejected. */
  readonly breach?: 'report' | 'reject'
}

/** A line of a guide, ready to be asked of segments. */
interface GuideRule {
  readonly place: string
  readonly tag: string
  readonly qualifier: string | undefined
  /** 0: the segment itself. */
  readonly element: number
  readonly asks: 'require' | 'forbid' | 'codes' | 'longest'
  readonly codes?: readonly string[]
  readonly most?: number
}

interface CompiledGuide {
  readonly byTag: ReadonlyMap<string, readonly GuideRule[]>
  /** Segments that must come at all. */
  readonly needed: readonly GuideRule[]
  readonly rejects: boolean
}

const PLACE = /^([A-Z][A-Z0-9]{1,2})(?:\[([^\]]+)\])?(\d\d)?$/

/** The places of a guide that no segment has, `'850 PO199'`; none when it can be used. */
export function wrongPlaces(guide: PartnerGuide): string[] {
  return Object.entries(guide).flatMap(([set, one]) => {
    const segments = [...(one.require ?? []), ...(one.forbid ?? [])]
    const elements = [...Object.keys(one.codes ?? {}), ...Object.keys(one.longest ?? {})]
    const wrong = [...segments.filter((place) => !isPlace(place)), ...elements.filter((place) => !isPlace(place, true))]
    return wrong.map((place) => `${set} ${place}`)
  })
}

function isPlace(text: string, mustBeElement = false): boolean {
  const [, tag = '', , element] = PLACE.exec(text) ?? []
  const rule = segmentRuleOf(tag)
  if (!rule) return false
  if (element === undefined) return !mustBeElement
  return Number(element) > 0 && (rule.open || Number(element) <= rule.elements.length)
}

/**
 * The interchange with what its sender's guide finds beside the faults of the standard, for {@link judge} to judge.
 * Throws `XD_EDI_GUIDE_PLACE` for a guide with places that do not exist.
 */
export function withGuide(interchange: X12Interchange, guide: PartnerGuide): X12Interchange {
  const groups = interchange.groups.map((group) => ({ ...group, sets: group.sets.map((set) => guided(set, guide)) }))
  return { ...interchange, groups }
}

function guided(set: X12Set, guide: PartnerGuide): X12Set {
  const one = guide[set.id]
  if (!one) return set
  const faults = guideFaults(set, one)
  return faults.length === 0 ? set : { ...set, faults: [...set.faults, ...faults] }
}

/** What a set does otherwise than the guide asks, in the order of the file. */
export function guideFaults({ segments }: X12Set, guide: SetGuide): X12Fault[] {
  const { byTag, needed, rejects } = compiledGuide(guide)
  const faults: X12Fault[] = []
  const seen = new Set<GuideRule>()
  for (let i = 0; i < segments.length; i++) {
    for (const rule of byTag.get(segments.tag(i)) ?? []) {
      if (rule.qualifier !== undefined && segments.at(i, 1) !== rule.qualifier) continue
      seen.add(rule)
      const found = broken(rule, segments, i)
      if (found) faults.push(found)
    }
  }
  for (const rule of needed) {
    if (!seen.has(rule))
      faults.push(fault('GUIDE_SEGMENT_MISSING', { segment: segments.length, tag: rule.tag }, rule.place))
  }
  return rejects ? faults.map((found) => ({ ...found, severity: 'fatal' as const })) : faults
}

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
function nameOf({ place, tag, element }: GuideRule): string {
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
    rejects: guide.breach === 'reject',
  }
  compiled.set(guide, made)
  return made
}

function ruleAt(place: string, asks: Pick<GuideRule, 'asks' | 'codes' | 'most'>): GuideRule {
  if (!isPlace(place)) throw errors.GUIDE_PLACE(place)
  const [, tag = '', qualifier, element = '0'] = PLACE.exec(place) ?? []
  return { place, tag, qualifier, element: Number(element), ...asks }
}
