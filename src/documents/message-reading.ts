import type { EdifactMessage, EdifactSegments } from '../edi/edifact/reading.ts'
import type { SegmentTable } from '../edi/x12/reading.ts'
import { type DocumentFaultName, documentFault } from './faults.ts'
import { type FigureRule, figure, isOrdinary } from './figures.ts'
import type { PartnerSyntax } from './partner-syntax.ts'
import { wordFor } from './purposes.ts'
import { note, type SetReading } from './set-reading.ts'
import { composed, identifierFault, isCurrency, isPlain, textFault } from './text.ts'
import { isUnit, unitFrom } from './units.ts'

/** One EDIFACT message while it is being read. What needs only tags and positions is shared with X12 ({@link SetReading}). */
export interface MessageReading extends SetReading {
  readonly segments: EdifactSegments
  /** The decimal mark of the interchange; from syntax 4 on both are right. */
  readonly decimal: '.' | ','
  readonly eitherMark: boolean
}

/** Begins to read a message; a message of another kind is a fault at once. */
export function startMessage(message: EdifactMessage, expected: string, syntax: PartnerSyntax): MessageReading {
  const { segments, decimal, syntaxVersion } = message
  const last = segments.length - 1
  const end = last > 0 && segments.tag(last) === 'UNT' ? last : segments.length
  const eitherMark = syntaxVersion >= 4
  const plain = segments.plain === true
  const reading = { segments, syntax, shortDates: false, plain, found: [], end, decimal, eitherMark }
  if (message.type !== expected) faultIn(reading, 'SET_UNEXPECTED', 0, 2, 1, [message.type, expected])
  return reading
}

/** Notes a fault at a component of an element. */
export function faultIn(
  reading: MessageReading,
  name: DocumentFaultName,
  segment: number,
  element: number,
  component: number,
  about: readonly string[] = [],
  severity: 'fatal' | 'warning' = 'fatal',
): void {
  const { segments } = reading
  const tag = segments.tag(segment)
  const position = segments.position(segment)
  const pointer = `/${position}/${tag}/${element}/${component}`
  const value = segments.component(segment, element, component)
  const place = { pointer, segment: position, tag, element, component, offset: segments.offset(segment), value }
  note(reading, documentFault(name, place, about, severity))
}

function plainTextIn(segments: SegmentTable, segment: number, element: number, component: number): string {
  const text = segments.component(segment, element, component)
  return text.charCodeAt(text.length - 1) === 0x20 ? text.trimEnd() : text
}

/** Text for people in one component; undefined when it is empty. */
export function textIn(
  reading: MessageReading,
  segment: number,
  element: number,
  component: number,
): string | undefined {
  const text = plainTextIn(reading.segments, segment, element, component)
  return text === '' ? undefined : checkedText(reading, text, segment, element, component)
}

function checkedText(
  reading: MessageReading,
  text: string,
  segment: number,
  element: number,
  component: number,
): string {
  if (reading.plain || isPlain(text)) return text
  const fault = textFault(text)
  if (fault) faultIn(reading, fault, segment, element, component)
  return composed(text)
}

/**
 * The lines of an element whose components are lines of text (a name, a street, free text). A component that is full to
 * `width` characters goes on in the next one.
 */
export function linesIn(
  reading: MessageReading,
  segment: number,
  element: number,
  first: number,
  width: number,
): readonly string[] {
  const last = reading.segments.components(segment, element)
  if (last < first) return NO_LINES
  if (last > first) return severalLines(reading, segment, element, first, width)
  const line = oneLine(reading, segment, element, first)
  return line === undefined ? NO_LINES : [line]
}

/** A line that stands alone. As of each of several, all white space at its end goes: a tab, a line break, a fixed blank. */
function oneLine(reading: MessageReading, segment: number, element: number, component: number): string | undefined {
  const text = reading.segments.component(segment, element, component)
  const last = text.charCodeAt(text.length - 1)
  const line = last > 0x20 && last < 0x7f ? text : text.trimEnd()
  return line === '' ? undefined : checkedText(reading, line, segment, element, component)
}

const NO_LINES: readonly string[] = []

function severalLines(
  reading: MessageReading,
  segment: number,
  element: number,
  first: number,
  width: number,
): string[] {
  const { segments } = reading
  const lines: string[] = []
  const last = segments.components(segment, element)
  let open = ''
  for (let component = first; component <= last; component += 1) {
    const text = segments.component(segment, element, component)
    open += text
    if (text.length === width && component < last) continue
    const line = open.trimEnd()
    open = ''
    if (line !== '') lines.push(checkedText(reading, line, segment, element, component))
  }
  return lines
}

/** As {@link linesIn}, as one text. */
export function wholeTextIn(
  reading: MessageReading,
  segment: number,
  element: number,
  first: number,
  width: number,
): string | undefined {
  // nearly always it is one line
  if (reading.segments.components(segment, element) <= first) return oneLine(reading, segment, element, first)
  const lines = linesIn(reading, segment, element, first, width)
  return lines.length === 0 ? undefined : lines.join(' ')
}

/** A number, key or code that is compared. */
export function identifierIn(
  reading: MessageReading,
  segment: number,
  element: number,
  component: number,
): string | undefined {
  const text = plainTextIn(reading.segments, segment, element, component)
  if (text === '') return undefined
  if (reading.plain || isPlain(text)) return text
  const fault = identifierFault(text)
  if (fault) faultIn(reading, fault, segment, element, component)
  return composed(text)
}

/** As {@link identifierIn}; its absence is a fault, and the answer then is empty text. */
export function neededIdentifierIn(
  reading: MessageReading,
  segment: number,
  element: number,
  component: number,
  what: string,
): string {
  const text = identifierIn(reading, segment, element, component)
  if (text !== undefined) return text
  faultIn(reading, 'MISSING', segment, element, component, [what])
  return ''
}

/** A figure written with the decimal mark of the interchange, in its one form with a point; undefined when absent or wrong. */
export function figureIn(
  reading: MessageReading,
  segment: number,
  element: number,
  component: number,
  rule: FigureRule,
): string | undefined {
  const text = plainTextIn(reading.segments, segment, element, component)
  if (text === '') return undefined
  const pointed = withPoint(reading, text)
  if (isOrdinary(pointed, rule)) return pointed
  const found = figure(pointed, rule)
  if (found.fault === undefined) return found.text
  faultIn(reading, found.fault, segment, element, component, found.about.with(0, text))
  return undefined
}

/** Only the mark that the interchange declares is a decimal mark; another one stays where it is and makes the figure a fault. */
function withPoint({ decimal, eitherMark }: MessageReading, text: string): string {
  if (decimal === '.' && !eitherMark) return text
  const comma = text.indexOf(',')
  if (comma >= 0) return comma === text.lastIndexOf(',') && !text.includes('.') ? text.replace(',', '.') : text
  // a point where the comma is declared: never guessed to be thousands
  return decimal === ',' && !eitherMark ? text.replace('.', ',') : text
}

/** As {@link figureIn}; its absence is a fault, and the answer then is `'0'`, which nobody gets to see. */
export function neededFigureIn(
  reading: MessageReading,
  segment: number,
  element: number,
  component: number,
  rule: FigureRule,
  what: string,
): string {
  if (reading.segments.component(segment, element, component) === '')
    faultIn(reading, 'MISSING', segment, element, component, [what])
  return figureIn(reading, segment, element, component, rule) ?? '0'
}

/** Units that EDIFACT partners write and neither list of ours has. */
const OTHER_UNITS: Readonly<Record<string, string>> = { PCE: 'PC', PCS: 'PC', CT: 'CT', KAR: 'CT', STK: 'PC' }

function unitOf(reading: MessageReading, text: string): string | undefined {
  const ours = reading.syntax.units?.[text]
  return unitFrom(ours ?? text) ?? wordFor(OTHER_UNITS, text)
}

/** A unit of measure (6411), after the partner's own names for units. */
export function unitIn(
  reading: MessageReading,
  segment: number,
  element: number,
  component: number,
): string | undefined {
  const text = plainTextIn(reading.segments, segment, element, component)
  if (text === '') return undefined
  const unit = unitOf(reading, text)
  if (unit === undefined || !isUnit(unit)) faultIn(reading, 'UNIT_UNKNOWN', segment, element, component, [text])
  return unit
}

/** The unit of a figure that only describes: an unknown one is left out, with a warning. */
export function sideUnitIn(
  reading: MessageReading,
  segment: number,
  element: number,
  component: number,
): string | undefined {
  const text = plainTextIn(reading.segments, segment, element, component)
  if (text === '') return undefined
  const unit = unitOf(reading, text)
  if (unit === undefined) faultIn(reading, 'UNIT_UNKNOWN', segment, element, component, [text], 'warning')
  return unit
}

/** The unit of a quantity. EDIFACT leaves it out where goods are counted; then it is EA, with a warning. */
export function countedUnitIn(reading: MessageReading, segment: number, element: number, component: number): string {
  if (reading.segments.component(segment, element, component) === '') {
    faultIn(reading, 'UNIT_ASSUMED', segment, element, component, [], 'warning')
    return 'EA'
  }
  return unitIn(reading, segment, element, component) ?? ''
}

/** A currency of ISO 4217; undefined when empty or wrong. */
export function currencyIn(
  reading: MessageReading,
  segment: number,
  element: number,
  component: number,
): string | undefined {
  const text = plainTextIn(reading.segments, segment, element, component)
  if (text === '') return undefined
  if (isCurrency(text)) return text
  faultIn(reading, 'CODE_UNKNOWN', segment, element, component, [text, 'currency'])
  return undefined
}
