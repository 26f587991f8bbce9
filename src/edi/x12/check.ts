import { textOf } from './bytes.ts'
import { bitOf, type ConditionRule, halvesOf, isMet } from './condition-rules.ts'
import { type FaultName, fault, type Place } from './faults.ts'
import type { X12Fault, X12Set } from './reading.ts'
import {
  type ElementRule,
  isKnownSegment,
  type Loop,
  type Move,
  packed,
  rulesOf,
  type SegmentRule,
  type SetRules,
  type Slot,
} from './rules.ts'
import type { MarkedSegments } from './segment-table.ts'

/**
 * Checks the segments and elements of a set against the tables. Sets we have no table for only answer for control characters.
 *
 * Partners deviate from the standard every day, so the check asks what a deviation costs: where we cannot be sure what is meant
 * (something mandatory is missing, a number, date, time or code is none) the set is rejected; where we can
 * (too long, too many, out of order, a segment nobody knows) it is accepted with errors, and both are reported.
 * Releases after 004010 made elements longer, segments wider and loops more frequent; there we do not count against our table.
 * Before 004000 a date had six digits; there we take six or eight.
 */

/** Past this nobody reads on; the sender has sent something else than it said. */
const MOST_FAULTS = 200
const NOTHING: readonly X12Fault[] = []

/** All faults in the segments and elements of one set, in the order of the file. */
export function checkSyntax(set: X12Set, segments: MarkedSegments, controls: readonly number[]): readonly X12Fault[] {
  const rules = rulesOf(set.id)
  if (!rules && controls.length === 0) return NOTHING
  const check = new SyntaxCheck(set, segments, controls)
  if (rules) check.walk(rules)
  else check.controlCharacters()
  return listable(check.faults)
}

function listable(faults: X12Fault[]): readonly X12Fault[] {
  if (faults.length <= MOST_FAULTS) return faults
  return [...faults.slice(0, MOST_FAULTS), fault('TOO_MANY_FAULTS', { tag: 'ST' }, String(MOST_FAULTS))]
}

/** How a release differs from our tables. */
interface Release {
  readonly version: string
  readonly later: boolean
  readonly shortDates: boolean
}

let lastRelease: Release = { version: '', later: false, shortDates: false }

/** The sets of a group all have its version, so the last answer is kept. */
function releaseOf(version: string): Release {
  if (version !== lastRelease.version) {
    const later = version >= '004011' && version < '1'
    lastRelease = { version, later, shortDates: version >= '001' && version < '004' }
  }
  return lastRelease
}

class SyntaxCheck {
  readonly faults: X12Fault[] = []
  private readonly set: X12Set
  private readonly segments: MarkedSegments
  private readonly controls: readonly number[]
  /** True where the release is later than our tables. */
  private readonly later: boolean
  private readonly shortDates: boolean
  private loop: Loop | undefined

  constructor(set: X12Set, segments: MarkedSegments, controls: readonly number[]) {
    this.set = set
    this.segments = segments
    this.controls = controls
    const { later, shortDates } = releaseOf(set.group.version)
    this.later = later
    this.shortDates = shortDates
  }

  walk(rules: SetRules): void {
    const { segments } = this
    const { marks, first, bytes } = segments.source
    let slot: Slot = rules.start
    let inRow = 1
    for (let i = 0; i < segments.length && this.faults.length <= MOST_FAULTS; i++) {
      const mark = first[segments.from + i]!
      const tag = rules.tagAt(bytes, marks[mark]! + 1, marks[mark + 1]!)
      if (tag === undefined) {
        this.reportStranger(i)
        continue
      }
      const move = i === 0 ? undefined : rules.move(slot, tag)
      if (move) {
        if (move.missing.length > 0) this.reportMissing(i + 1, move.missing)
        inRow = move.slot === slot && !move.begins ? inRow + 1 : 1
        slot = move.slot
        this.loop = slot.loop
        if (inRow > slot.most && !this.later)
          this.report('SEGMENT_TOO_OFTEN', this.placeOf(i, tag.tag), tag.tag, String(slot.most))
        if (move.begins) this.countLoop(i, move, rules.loopCounts)
      } else if (i > 0) {
        this.report('SEGMENT_ORDER', this.placeOf(i, tag.tag), tag.tag)
      }
      if (tag.segment) this.elements(i, tag.segment)
    }
    this.reportUnfinished(rules, slot)
    if (this.controls.length > 0) this.controlCharacters()
  }

  /** Control characters may stand in no element of any set. */
  controlCharacters(): void {
    for (const segment of this.controls) {
      for (let element = 1; element <= this.segments.count(segment); element++) {
        if (!hasControlCharacter(this.segments.at(segment, element))) continue
        if (this.faults.length > MOST_FAULTS) return
        const place = this.elementPlace(segment, element)
        if (this.faults.some((f) => f.offset === place.offset && f.ack?.ak4 === '6')) continue
        this.report('ELEMENT_CHARACTER', place, nameOf(place), 'text', place.value ?? '')
      }
    }
  }

  private countLoop(i: number, move: Move, loops: Int32Array): void {
    const loop = move.begins!
    loops[loop.number] = move.again ? loops[loop.number]! + 1 : 1
    if (loops[loop.number]! === loop.most + 1 && !this.later) {
      this.report('LOOP_TOO_OFTEN', this.placeOf(i, move.slot.tag), move.slot.tag, String(loop.most))
    }
  }

  private reportStranger(i: number): void {
    const tag = this.segments.tag(i)
    const place = this.placeOf(i, tag)
    if (isKnownSegment(tag)) this.report('SEGMENT_UNEXPECTED', place, tag, this.set.id)
    else this.report('SEGMENT_UNKNOWN', place, tag)
  }

  /** Without SE the envelope check has spoken already; here only what should have come before. */
  private reportUnfinished(rules: SetRules, slot: Slot): void {
    if (slot.tag === 'SE') return
    const missing = rules.move(slot, rules.last)?.missing ?? []
    this.reportMissing(this.segments.length + 1, missing)
  }

  private reportMissing(segment: number, tags: readonly string[]): void {
    for (const tag of tags) this.report('SEGMENT_MISSING', { segment, tag }, tag)
  }

  /** Goes over the elements of a segment; only where something is wrong with them it asks a second time, what. */
  private elements(i: number, rule: SegmentRule): void {
    const { marks, first } = this.segments.source
    const { elements, easy } = rule
    const mark = first[this.segments.from + i]!
    const count = first[this.segments.from + i + 1]! - mark - 2
    if (count > 32) {
      this.explainElements(i, rule)
      return
    }
    const checked = count < elements.length ? count : elements.length
    let present = 0 // the elements that are there, as bits
    let start = marks[mark + 1]! + 1
    for (let e = 0; e < checked; e++) {
      const end = marks[mark + e + 2]!
      if (start !== end) {
        present |= 1 << e
        // most elements are of an easy length
        if (end - start > easy[e]! && !this.holds(elements[e]!, start, end)) {
          this.explainElements(i, rule)
          return
        }
      }
      start = end + 1
    }
    if ((rule.mandatory & ~present) !== 0 || rule.lastMandatory > 32 || count > elements.length)
      this.explainElements(i, rule)
    else if (present !== rule.lastMet) this.conditions(i, rule, present)
  }

  /** All that is wrong with the elements of a segment, in their order. */
  private explainElements(i: number, rule: SegmentRule): void {
    const { marks, first } = this.segments.source
    const mark = first[this.segments.from + i]!
    const count = first[this.segments.from + i + 1]! - mark - 2
    const { elements } = rule
    const checked = count < elements.length ? count : elements.length
    let present = 0 // the elements that are there, as bits
    let start = marks[mark + 1]! + 1
    for (let e = 0; e < checked; e++) {
      const end = marks[mark + e + 2]!
      const element = elements[e]!
      if (start === end) {
        if (element.mandatory) this.reportEmpty(i, e + 1, element)
      } else {
        if (e < 32) present |= 1 << e
        // most elements are of an easy length
        if (end - start > element.easyLength && !this.holds(element, start, end)) {
          this.explain(i, e + 1, element, start, end)
        }
      }
      start = end + 1
    }
    for (let e = count; e < rule.lastMandatory; e++) {
      if (elements[e]!.mandatory) this.reportEmpty(i, e + 1, elements[e]!)
    }
    if (present !== rule.lastMet) this.conditions(i, rule, present)
    if (count > elements.length && !rule.open && !this.later) this.reportSurplus(i, elements.length, count)
  }

  private conditions(i: number, rule: SegmentRule, present: number): void {
    let met = halvesOf(present, rule.pairs) === 0
    if (!met) this.explainPairs(i, rule, present)
    for (const condition of rule.conditions) {
      if (isMet(condition, present)) continue
      met = false
      this.explainCondition(i, rule, condition, present)
    }
    if (met) rule.lastMet = present
  }

  private explainPairs(i: number, rule: SegmentRule, present: number): void {
    const halves = halvesOf(present, rule.pairs)
    for (let e = 1; e < 32; e++) {
      if ((halves & bitOf(e)) === 0) continue
      const [there, missing] = (present & bitOf(e)) === 0 ? [e + 1, e] : [e, e + 1]
      this.reportConditional(i, rule, missing, `it goes with ${elementName(rule.tag, there)}`)
    }
  }

  private explainCondition(i: number, rule: SegmentRule, { kind, elements }: ConditionRule, present: number): void {
    const names = (list: readonly number[]): string => list.map((e) => elementName(rule.tag, e)).join(', ')
    const there = elements.filter((e) => (present & bitOf(e)) !== 0)
    const absent = elements.filter((e) => (present & bitOf(e)) === 0)
    if (kind === 'E') this.reportExcluded(i, rule, there)
    else if (kind === 'R') this.reportConditional(i, rule, absent[0]!, `one of ${names(elements)} must be there`)
    else if (kind === 'L')
      this.reportConditional(i, rule, absent[0]!, `${names(there)} asks for one of ${names(absent)}`)
    else {
      const reason = kind === 'P' ? `it goes with ${names(there)}` : `${names(elements.slice(0, 1))} asks for it`
      for (const missing of absent) this.reportConditional(i, rule, missing, reason)
    }
  }

  private reportExcluded(i: number, rule: SegmentRule, [one, other]: readonly number[]): void {
    const place = this.elementPlace(i, other!, rule.elements[other! - 1])
    this.report('ELEMENT_EXCLUDED', place, nameOf(place, rule.elements[other! - 1]), elementName(rule.tag, one!))
  }

  private reportConditional(i: number, rule: SegmentRule, element: number, reason: string): void {
    if (rule.elements[element - 1]?.mandatory) return // said already
    const { value: _, ...place } = this.elementPlace(i, element, rule.elements[element - 1])
    this.report('ELEMENT_CONDITIONAL', place, nameOf(place, rule.elements[element - 1]), reason)
  }

  /** True when nothing is wrong with an element. No text is made here: this runs for every element of every set. */
  private holds(rule: ElementRule, start: number, end: number): boolean {
    const { bytes } = this.segments.source
    const length = end - start
    switch (rule.type) {
      case 'AN':
        return length >= rule.least && length <= rule.most
      case 'ID':
        if (length < rule.least || length > rule.most) return false
        return rule.codes === undefined || rule.codes.has(packed(bytes, start, end))
      case 'R':
        return isNumber(bytes, start, end, 1, rule.most)
      case 'N':
        return isNumber(bytes, start, end, 0, rule.most)
      case 'DT':
        return length === 8 && isDate(bytes, start, 4)
      case 'TM':
        return isTime(bytes, start, length)
      case 'C':
        return true
    }
  }

  /** Finds out what is wrong with an element, repeat by repeat. */
  private explain(i: number, element: number, rule: ElementRule, start: number, end: number): void {
    const { bytes } = this.segments.source
    const { repetition } = this.segments.delimiters
    let from = start
    for (let to = start; to <= end; to++) {
      if (to < end && bytes[to] !== repetition) continue
      if (to > from && !this.holds(rule, from, to)) {
        const offset = this.segments.source.base + from
        const place = { ...this.elementPlace(i, element, rule), offset, value: textOf(bytes, from, to) }
        this.explainText(rule, place, from, to)
      }
      from = to + 1
    }
  }

  private explainText(rule: ElementRule, place: Place & { value: string }, start: number, end: number): void {
    const { bytes } = this.segments.source
    const { value } = place
    const at = nameOf(place, rule)
    const { type } = rule
    if (type === 'DT') {
      const short = this.shortDates && value.length === 6 && isDate(bytes, start, 2)
      if (!short) this.report('ELEMENT_DATE', place, at, value)
    } else if (type === 'TM') {
      this.report('ELEMENT_TIME', place, at, value)
    } else if (type === 'R' || type === 'N') {
      this.explainNumber(place, at, rule, value)
    } else {
      // characters, not bytes: a name in UTF-8 is as long as it reads
      if (value.length < rule.least) this.report('ELEMENT_SHORT', place, at, String(rule.least))
      if (value.length > rule.most && !this.later) this.report('ELEMENT_LONG', place, at, String(rule.most))
      if (rule.codes && !rule.codes.has(packed(bytes, start, end))) this.report('ELEMENT_CODE', place, at, value)
    }
  }

  /** A number is digits with at most one sign before and, for R, one point inside. `1O` is none, and is never read as 10. */
  private explainNumber(place: Place, at: string, rule: ElementRule, value: string): void {
    const form = rule.type === 'R' ? /^-?(?:\d+(?:\.\d*)?|\.\d+)$/ : /^-?\d+$/
    if (!form.test(value)) this.report('ELEMENT_CHARACTER', place, at, 'a number', value)
    else if (!this.later) this.report('ELEMENT_LONG', place, at, String(rule.most))
  }

  private reportEmpty(i: number, element: number, rule: ElementRule): void {
    const { value: _, ...place } = this.elementPlace(i, element, rule)
    this.report('ELEMENT_MISSING', place, nameOf(place, rule))
  }

  private reportSurplus(i: number, most: number, count: number): void {
    for (let element = most + 1; element <= count; element++) {
      const place = this.elementPlace(i, element)
      if (place.value === '') continue // separators at the end say nothing
      this.report('ELEMENT_TOO_MANY', place, nameOf(place), String(most))
      return
    }
  }

  private placeOf(i: number, tag: string): Place {
    const loop = this.loop?.parent ? { loop: (this.loop.children[0] as Slot).tag } : {}
    return { segment: i + 1, tag, offset: this.segments.offset(i), ...loop }
  }

  private elementPlace(i: number, element: number, rule?: ElementRule): Place {
    const { marks, first, base } = this.segments.source
    const mark = first[this.segments.from + i]! + element
    const value = this.segments.at(i, element)
    const there = element <= this.segments.count(i)
    return {
      ...this.placeOf(i, this.segments.tag(i)),
      ...(there ? { offset: base + marks[mark]! + 1 } : {}),
      element,
      ...(rule && rule.reference > 0 ? { reference: rule.reference } : {}),
      value,
    }
  }

  private report(name: FaultName, place: Place, ...particulars: string[]): void {
    this.faults.push(fault(name, place, ...particulars))
  }
}

const elementName = (tag: string, element: number): string => `${tag}${String(element).padStart(2, '0')}`

/** `PO103 (unit of measure)`. */
function nameOf(place: Place, rule?: ElementRule): string {
  const at = elementName(place.tag ?? '', place.element ?? 0)
  return rule && rule.reference > 0 ? `${at} (${rule.name})` : at
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 || code === 0x7f) return true
  }
  return false
}

/** A sign, digits, at most `points` decimal points; neither sign nor point counts towards the length. */
function isNumber(bytes: Uint8Array, start: number, end: number, points: number, most: number): boolean {
  let left = points
  let count = 0
  for (let i = bytes[start] === 0x2d ? start + 1 : start; i < end; i++) {
    const byte = bytes[i]!
    if (byte >= 0x30 && byte <= 0x39) count++
    else if (byte !== 0x2e || left-- === 0) return false
  }
  return count > 0 && count <= most
}

function digits(bytes: Uint8Array, start: number, count: number): number {
  let number = 0
  for (let i = start; i < start + count; i++) {
    const digit = bytes[i]! - 0x30
    if (digit < 0 || digit > 9) return -1
    number = number * 10 + digit
  }
  return number
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function isDate(bytes: Uint8Array, start: number, yearDigits: 2 | 4): boolean {
  const year = digits(bytes, start, yearDigits)
  const month = digits(bytes, start + yearDigits, 2)
  const day = digits(bytes, start + yearDigits + 2, 2)
  if (year < 0 || month < 1 || month > 12 || day < 1) return false
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return day <= MONTH_DAYS[month - 1]! + (leap ? 1 : 0)
}

/** HHMM, HHMMSS, HHMMSSd or HHMMSSdd. */
function isTime(bytes: Uint8Array, start: number, length: number): boolean {
  if (length !== 4 && (length < 6 || length > 8)) return false
  const hours = digits(bytes, start, 2)
  const minutes = digits(bytes, start + 2, 2)
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false
  if (length === 4) return true
  const seconds = digits(bytes, start + 4, 2)
  return seconds >= 0 && seconds <= 59 && digits(bytes, start + 6, length - 6) >= 0
}
