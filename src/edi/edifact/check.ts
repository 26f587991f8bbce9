import { type Loop, type Move, packed, packedText, type Slot } from '../grammar.ts'
import { latinText } from '../x12/bytes.ts'
import { type EdifactFaultName, type EdifactPlace, edifactFault } from './faults.ts'
import type { EdifactFault, EdifactMessage } from './reading.ts'
import {
  BASE,
  type ComponentRule,
  type ElementRule,
  isKnownSegment,
  type MessageRules,
  rulesOf,
  type SegmentRule,
} from './rules.ts'
import type { EdifactSegmentTable } from './segment-table.ts'

/**
 * Checks the segments and elements of a message against the tables of D.96A. Messages we have no table for only answer for control
 * characters. Other directories made elements longer, segments wider and put groups elsewhere: there we ask only for what is mandatory,
 * and whether numbers, dates and deciding codes are what they should be.
 */

/** Past this nobody reads on; the sender has sent something else than it said. */
const MOST_FAULTS = 200
const NOTHING: readonly EdifactFault[] = []

const POINT = 0x2e
const COMMA = 0x2c

/** All faults in the segments and elements of one message, in the order of the file. */
export function checkMessage(
  message: EdifactMessage,
  segments: EdifactSegmentTable,
  controls: readonly number[],
): readonly EdifactFault[] {
  const rules = rulesOf(message.type)
  if (!rules && controls.length === 0) return NOTHING
  const check = new MessageCheck(message, segments, controls)
  if (rules) check.walk(rules)
  check.controlCharacters()
  const { faults } = check
  if (faults.length <= MOST_FAULTS) return faults
  return [...faults.slice(0, MOST_FAULTS), edifactFault('TOO_MANY_FAULTS', { tag: 'UNH' }, String(MOST_FAULTS))]
}

/** A component while it is looked at: which of which segment. */
interface Where {
  readonly segment: number
  readonly element: number
  readonly component: number
  readonly repeat: number
}

class MessageCheck {
  readonly faults: EdifactFault[] = []
  private readonly message: EdifactMessage
  private readonly segments: EdifactSegmentTable
  private readonly controls: readonly number[]
  /** True where the message is of the directory our tables are of. */
  private readonly exact: boolean
  private readonly repeated: boolean
  // asked for every component
  private readonly bytes: Uint8Array
  private readonly marks: Int32Array
  private readonly first: Int32Array
  private readonly parts: Int32Array
  private readonly partsBefore: Int32Array
  private loop: Loop | undefined

  constructor(message: EdifactMessage, segments: EdifactSegmentTable, controls: readonly number[]) {
    this.message = message
    this.segments = segments
    this.controls = controls
    this.exact = message.release === BASE
    this.repeated = segments.form.repeated
    const { source } = segments
    this.bytes = source.bytes
    this.marks = source.marks
    this.first = source.first
    this.parts = source.parts
    this.partsBefore = source.partsBefore
    this.loop = undefined
  }

  walk(rules: MessageRules): void {
    const { segments, marks, first, bytes } = this
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
        if (inRow === slot.most + 1) {
          this.reportInExact('SEGMENT_TOO_OFTEN', this.placeOf(i, tag.tag), tag.tag, String(slot.most))
        }
        if (move.begins) this.countLoop(i, move, rules.loopCounts)
      } else if (i > 0) {
        this.reportInExact('SEGMENT_ORDER', this.placeOf(i, tag.tag), tag.tag)
      }
      if (tag.segment) this.segment(i, tag.segment)
    }
    // without UNT the envelope has spoken already; here only what should have come before
    if (slot.tag !== 'UNT') this.reportMissing(segments.length + 1, rules.move(slot, rules.last)?.missing ?? [])
  }

  /** Control characters may stand in no element of any message. */
  controlCharacters(): void {
    for (const segment of this.controls) {
      for (let element = 1; element <= this.segments.count(segment); element++) {
        if (!hasControlCharacter(this.segments.at(segment, element))) continue
        if (this.faults.length > MOST_FAULTS) return
        const place = this.elementPlace({ segment, element, component: 0, repeat: 1 })
        this.report('CONTROL_CHARACTER', { ...place, value: this.segments.at(segment, element) }, nameOf(place))
      }
    }
  }

  private countLoop(i: number, move: Move, loops: Int32Array): void {
    const loop = move.begins!
    loops[loop.number] = move.again ? loops[loop.number]! + 1 : 1
    if (loops[loop.number]! === loop.most + 1) {
      this.reportInExact('GROUP_TOO_OFTEN', this.placeOf(i, move.slot.tag), move.slot.tag, String(loop.most))
    }
  }

  private reportStranger(i: number): void {
    const tag = this.segments.tag(i)
    const place = this.placeOf(i, tag)
    if (isKnownSegment(tag)) this.reportInExact('SEGMENT_UNEXPECTED', place, tag, this.message.type)
    else this.report('SEGMENT_UNKNOWN', place, tag)
  }

  private reportMissing(segment: number, tags: readonly string[]): void {
    for (const tag of tags) if (tag !== 'UNT') this.report('SEGMENT_MISSING', { segment, tag }, tag)
  }

  private segment(i: number, rule: SegmentRule): void {
    const { marks, first, partsBefore } = this
    const mark = first[this.segments.from + i]!
    const count = first[this.segments.from + i + 1]! - mark - 2
    const { elements } = rule
    const checked = count < elements.length ? count : elements.length
    for (let e = 0; e < checked; e++) {
      const at = mark + e + 1
      const element = elements[e]!
      const start = marks[at]! + 1
      const stop = marks[at + 1]!
      if (start < stop) {
        // most elements are one component, and most of those only have to be short enough
        const isEasy = partsBefore[at] === partsBefore[at + 1] && stop - start <= element.easyLength && !this.repeated
        if (!isEasy) this.element(i, e + 1, element, at)
      } else if (element.mandatory) this.reportEmpty({ segment: i, element: e + 1, component: 0, repeat: 1 }, element)
    }
    for (let e = count; e < rule.lastMandatory; e++) {
      const element = elements[e]!
      if (element.mandatory) this.reportEmpty({ segment: i, element: e + 1, component: 0, repeat: 1 }, element)
    }
    if (count > elements.length && !rule.open && this.exact) this.reportSurplus(i, elements.length, count)
  }

  /** The components of an element, from its marks. */
  private element(i: number, e: number, rule: ElementRule, mark: number): void {
    const { marks, parts, partsBefore } = this
    let start = marks[mark]! + 1
    const stop = marks[mark + 1]!
    if (this.repeated) {
      this.repeats(i, e, rule, start, stop)
      return
    }
    const { components } = rule
    const last = partsBefore[mark + 1]!
    let c = 0
    for (let part = partsBefore[mark]!; part <= last; part++) {
      const end = part < last ? parts[part]! : stop
      if (c >= components.length) {
        if (end > start) this.reportTooMany({ segment: i, element: e, component: c + 1, repeat: 1 }, rule)
      } else if (start === end) {
        if (components[c]!.mandatory) this.reportEmpty({ segment: i, element: e, component: c + 1, repeat: 1 }, rule)
      } else if (end - start > components[c]!.easyLength && !this.holds(components[c]!, start, end)) {
        this.explain({ segment: i, element: e, component: c + 1, repeat: 1 }, rule, components[c]!, start, end)
      }
      start = end + 1
      c++
    }
    for (; c < rule.lastMandatory; c++) {
      if (components[c]!.mandatory) this.reportEmpty({ segment: i, element: e, component: c + 1, repeat: 1 }, rule)
    }
  }

  /** One pass over an element of a message that has repeats: them, and the components of each. */
  private repeats(i: number, e: number, rule: ElementRule, start: number, end: number): void {
    const { bytes } = this.segments.source
    const { component, repetition, release } = this.segments.delimiters
    let from = start
    let c = 0
    let repeat = 1
    for (let at = start; at <= end; at++) {
      const byte = at < end ? bytes[at]! : -1
      if (byte === release && byte >= 0) {
        at++
        continue
      }
      if (byte !== component && byte !== repetition && byte !== -1) continue
      if (c < rule.components.length) this.component(i, e, rule, c, repeat, from, at)
      else if (at > from) this.reportTooMany({ segment: i, element: e, component: c + 1, repeat }, rule)
      from = at + 1
      c++
      if (byte === component) continue
      for (; c < rule.lastMandatory; c++) {
        if (rule.components[c]!.mandatory) this.reportEmpty({ segment: i, element: e, component: c + 1, repeat }, rule)
      }
      c = 0
      repeat++
    }
  }

  private component(
    i: number,
    e: number,
    element: ElementRule,
    c: number,
    repeat: number,
    start: number,
    end: number,
  ): void {
    const rule = element.components[c]!
    const length = end - start
    if (length === 0) {
      if (rule.mandatory) this.reportEmpty({ segment: i, element: e, component: c + 1, repeat }, element)
    } else if (length > rule.easyLength && !this.holds(rule, start, end)) {
      this.explain({ segment: i, element: e, component: c + 1, repeat }, element, rule, start, end)
    }
  }

  /** True when nothing is wrong with a component. No text is made here: this runs for every component of every message. */
  private holds(rule: ComponentRule, start: number, end: number): boolean {
    const { bytes } = this
    const length = end - start
    if (rule.type === 'n') return this.isNumber(start, end, rule.most)
    if (length < rule.least || length > rule.most) return false
    if (rule.codes !== undefined) return rule.codes.has(packed(bytes, start, end))
    return rule.reference !== '2380' || this.isDate(start, end)
  }

  private explain(where: Where, element: ElementRule, rule: ComponentRule, start: number, end: number): void {
    const { bytes, base } = this.segments.source
    const value = this.segments.component(where.segment, where.element, where.component, where.repeat)
    const place = { ...this.elementPlace(where, element), offset: base + start, value }
    const at = nameOf(place, rule)
    if (rule.type === 'n') {
      this.explainNumber(place, at, rule, value)
      return
    }
    // characters, not bytes: a name in UTF-8 is as long as it reads
    if (value.length < rule.least) this.reportInExact('ELEMENT_SHORT', place, at, String(rule.least))
    if (value.length > rule.most) this.reportInExact('ELEMENT_LONG', place, at, String(rule.most))
    if (rule.codes && !rule.codes.has(packed(bytes, start, end))) this.report('ELEMENT_CODE', place, at, value)
    if (rule.reference === '2380' && !this.isDate(start, end)) {
      this.report('ELEMENT_DATE', place, at, value, latinText(bytes, end + 1, end + 4))
    }
  }

  /** A number is digits, with a sign before and its mark inside. `1O` is none, and `1.234,56` is none by any mark. */
  private explainNumber(place: EdifactPlace, at: string, rule: ComponentRule, value: string): void {
    const { decimal } = this.message
    if (!/^-?[\d.,]*$/.test(value) || !/\d/.test(value)) this.report('ELEMENT_CHARACTER', place, at, value, 'a number')
    else if (/^-?[.,]\d+$/.test(value) && this.isMark(value.replace('-', '').charCodeAt(0))) {
      this.report('ELEMENT_LEADING_DIGIT', place, at)
    } else if (!this.isWritten(value)) this.report('ELEMENT_DECIMAL', place, at, value, decimal)
    else this.reportInExact('ELEMENT_LONG', place, at, String(rule.most))
  }

  private isWritten(value: string): boolean {
    const marks = value.match(/[.,]/g) ?? []
    return marks.length <= 1 && marks.every((mark) => this.isMark(mark.charCodeAt(0))) && /\d$/.test(value)
  }

  private isMark(byte: number): boolean {
    if (this.message.syntaxVersion >= 4) return byte === POINT || byte === COMMA
    return byte === this.segments.delimiters.decimal
  }

  /** A sign, digits, at most one mark between digits; neither sign nor mark counts towards the length. */
  private isNumber(start: number, end: number, most: number): boolean {
    const { bytes } = this
    let count = 0
    let marks = 0
    for (let i = bytes[start] === 0x2d ? start + 1 : start; i < end; i++) {
      const byte = bytes[i]!
      if (byte >= 0x30 && byte <= 0x39) count++
      else if (!this.isMark(byte) || marks++ > 0 || count === 0 || i + 1 === end) return false
    }
    return count > 0 && count <= most
  }

  /** Dates in the formats of which we know what they say; others are text between the partners. */
  private isDate(start: number, end: number): boolean {
    const { bytes } = this
    if (bytes[end] !== this.segments.delimiters.component) return true
    const length = end - start
    switch (packed(bytes, end + 1, Math.min(end + 4, bytes.length))) {
      case F102:
        return length === 8 && isDay(bytes, start, 4)
      case F203:
        return length === 12 && isDay(bytes, start, 4) && isMinute(bytes, start + 8)
      case F204:
        return length === 14 && isDay(bytes, start, 4) && isMinute(bytes, start + 8)
      case F101:
        return length === 6 && isDay(bytes, start, 2)
      case F201:
        return length === 10 && isDay(bytes, start, 2) && isMinute(bytes, start + 6)
      default:
        return true
    }
  }

  private reportEmpty(where: Where, element: ElementRule): void {
    const { value: _, ...place } = this.elementPlace(where, element)
    const rule = where.component > 0 ? element.components[where.component - 1] : element.components[0]
    this.report('ELEMENT_MISSING', place, nameOf(place, element.composite && where.component === 0 ? undefined : rule))
  }

  private reportTooMany(where: Where, element: ElementRule): void {
    if (!this.exact) return
    const place = this.elementPlace(where, element)
    this.report('ELEMENT_TOO_MANY', place, nameOf(place), String(element.components.length))
  }

  private reportSurplus(i: number, most: number, count: number): void {
    for (let element = most + 1; element <= count; element++) {
      const value = this.segments.at(i, element)
      if (value === '') continue // separators at the end say nothing
      const place = { ...this.elementPlace({ segment: i, element, component: 0, repeat: 1 }), value }
      this.report('ELEMENT_TOO_MANY', place, nameOf(place), String(most))
      return
    }
  }

  private placeOf(i: number, tag: string): EdifactPlace {
    const group = this.loop?.parent ? { group: (this.loop.children[0] as Slot).tag } : {}
    return { segment: i + 1, tag, offset: this.segments.offset(i), ...group }
  }

  private elementPlace({ segment, element, component, repeat }: Where, rule?: ElementRule): EdifactPlace {
    const { marks, first, base } = this.segments.source
    const there = element <= this.segments.count(segment)
    const mark = first[this.segments.from + segment]! + element
    const inside = component > 0 && (rule === undefined || rule.composite || component > 1)
    const reference = (component > 0 ? rule?.components[component - 1]?.reference : undefined) ?? rule?.reference ?? ''
    return {
      ...this.placeOf(segment, this.segments.tag(segment)),
      ...(there ? { offset: base + marks[mark]! + 1 } : {}),
      element,
      ...(inside ? { component } : {}),
      ...(repeat > 1 ? { repeat } : {}),
      ...(reference === '' ? {} : { reference }),
      value: component > 0 ? this.segments.component(segment, element, component, repeat) : '',
    }
  }

  private report(name: EdifactFaultName, place: EdifactPlace, ...particulars: string[]): void {
    this.faults.push(edifactFault(name, place, ...particulars))
  }

  /** What another directory may well allow is no fault there. */
  private reportInExact(name: EdifactFaultName, place: EdifactPlace, ...particulars: string[]): void {
    if (this.exact) this.report(name, place, ...particulars)
  }
}

/** `QTY 1-2 (quantity)`. */
function nameOf(place: EdifactPlace, rule?: ComponentRule): string {
  const component = place.component === undefined ? '' : `-${place.component}`
  const at = `${place.tag} ${place.element}${component}`
  return rule && rule.reference !== '' ? `${at} (${rule.name})` : at
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 || code === 0x7f) return true
  }
  return false
}

const [F101, F102, F201, F203, F204] = ['101', '102', '201', '203', '204'].map(packedText)

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

function isDay(bytes: Uint8Array, start: number, yearDigits: 2 | 4): boolean {
  const year = digits(bytes, start, yearDigits)
  const month = digits(bytes, start + yearDigits, 2)
  const day = digits(bytes, start + yearDigits + 2, 2)
  if (year < 0 || month < 1 || month > 12 || day < 1) return false
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return day <= MONTH_DAYS[month - 1]! + (leap ? 1 : 0)
}

function isMinute(bytes: Uint8Array, start: number): boolean {
  const hours = digits(bytes, start, 2)
  const minutes = digits(bytes, start + 2, 2)
  return hours >= 0 && hours <= 24 && minutes >= 0 && minutes <= 59
}
