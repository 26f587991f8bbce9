import type { SegmentTable, X12Set } from '../edi/x12/reading.ts'
import { dateFromX12, dateOfDay, shortDateFromX12, timeFromX12 } from './calendar.ts'
import { type DocumentFault, type DocumentFaultName, documentFault, MOST_FAULTS, type Reading } from './faults.ts'
import { type FigureRule, figure, isOrdinary } from './figures.ts'
import { NOT_IN_FILE } from './other-values.ts'
import type { PartnerSyntax } from './partner-syntax.ts'
import { composed, identifierFault, isPlain, textFault } from './text.ts'
import { isUnit } from './units.ts'

/** One transaction set while it is being read: its segments, the partner's ways, and what was found so far. */
export interface SetReading {
  readonly segments: SegmentTable
  readonly syntax: PartnerSyntax
  /** True for versions before 004010, whose dates have six digits. */
  readonly shortDates: boolean
  /** True when no text needs to be looked at: every character is a printable one of ASCII. */
  readonly plain: boolean
  readonly found: DocumentFault[]
  /** Index of the first segment after the body: SE, or the end. */
  readonly end: number
}

/** Begins to read a set; a set of another kind is a fault at once. */
export function startReading(set: X12Set, expected: string, syntax: PartnerSyntax): SetReading {
  const { segments } = set
  const last = segments.length - 1
  const end = last > 0 && segments.tag(last) === 'SE' ? last : segments.length
  const shortDates = hasShortDates(set.group.version)
  const reading = { segments, syntax, shortDates, plain: segments.plain === true, found: [], end }
  if (set.id !== expected) faultAt(reading, 'SET_UNEXPECTED', 0, 1, [set.id, expected])
  return reading
}

let lastVersion = ''
let lastHasShortDates = false

/** The sets of a group all have its version, so the last answer is kept. */
function hasShortDates(version: string): boolean {
  if (version === lastVersion) return lastHasShortDates
  const release = version.slice(0, 6)
  lastVersion = version
  lastHasShortDates = release !== '' && release < '004010'
  return lastHasShortDates
}

/** Ends the reading: the document, or every fault, with the warnings. */
export function endReading<T>(reading: SetReading, document: T): Reading<T> {
  const { found } = reading
  if (found.length === 0) return { document, warnings: found }
  const faults = found.filter((fault) => fault.severity !== 'warning')
  if (faults.length === 0) return { document, warnings: found }
  if (faults.length === found.length) return { faults }
  return { faults, warnings: found.filter((fault) => fault.severity === 'warning') }
}

/** Notes a fault; past the most that are listed, one more says that there are others. */
export function note({ found }: SetReading, fault: DocumentFault): void {
  if (found.length < MOST_FAULTS) found.push(fault)
  else if (found.length === MOST_FAULTS) {
    found.push(documentFault('FAULTS_TOO_MANY', { pointer: '' }, [String(MOST_FAULTS)]))
  }
}

/** Notes a fault at an element (or at a segment, when `element` is undefined). */
export function faultAt(
  reading: SetReading,
  name: DocumentFaultName,
  segment: number,
  element: number | undefined,
  about: readonly string[] = [],
  severity: 'fatal' | 'warning' = 'fatal',
): void {
  const { segments } = reading
  const tag = segments.tag(segment)
  const position = segments.position(segment)
  const pointer = element === undefined ? `/${position}/${tag}` : `/${position}/${tag}/${element}`
  const place = { pointer, segment: position, tag, offset: segments.offset(segment) }
  const value = element === undefined ? undefined : segments.at(segment, element)
  note(
    reading,
    documentFault(name, element === undefined ? place : { ...place, element, value: value ?? '' }, about, severity),
  )
}

/**
 * Notes that a mandatory segment never came; the qualifier says which one of its kind. It is missed behind the segment `after`
 * (ST or UNH unless told): that one is named, and the place is the one behind it, as in an acknowledgement.
 */
export function missingSegment(reading: SetReading, tag: string, after = 0, qualifier?: string): void {
  const what = qualifier === undefined ? tag : `${tag}+${qualifier}`
  const { segments } = reading
  let at = after
  while (segments.position(at) === NOT_IN_FILE) at -= 1
  const before = segments.position(at)
  const position = before + 1
  const fault = documentFault('MISSING', { pointer: `/${position}/${tag}`, segment: position, tag }, [
    `Segment ${what} after ${segments.tag(at)} (segment ${before})`,
  ])
  reading.found.push({ ...fault, ack: { ak3: '3', ak5: '5' } })
}

/** The last segment of the head that has one of these tags, without another one before it: where what follows them is missed. */
export function lastOfHead({ segments, end }: SetReading, tags: ReadonlySet<string>): number {
  let at = 0
  while (at + 1 < end && tags.has(segments.tag(at + 1))) at += 1
  return at
}

/** The last segment of the body that has none of these tags, which end it: where what comes before them is missed. */
export function lastBefore({ segments, end }: SetReading, tags: ReadonlySet<string>): number {
  let at = end - 1
  while (at > 0 && tags.has(segments.tag(at))) at -= 1
  return at
}

/** The findings of a document's own checks, moved from pointers into the document to the segments they came from. */
export function locateFindings(
  reading: SetReading,
  findings: readonly DocumentFault[],
  segmentOf: (pointer: string) => number,
): void {
  for (const finding of findings) {
    const segment = segmentOf(finding.pointer)
    const { segments } = reading
    const tag = segments.tag(segment)
    const position = segments.position(segment)
    const place = { pointer: `/${position}/${tag}`, segment: position, tag }
    if (finding.code === LINE_REPEATED && NUMBERED.has(tag)) {
      const pointer = `${place.pointer}/1`
      note(reading, { ...finding, ...place, level: 'element', pointer, element: 1, value: segments.at(segment, 1) })
    } else note(reading, { ...finding, ...place, level: 'segment' })
  }
}

const LINE_REPEATED = 'XD_DOCUMENTS_LINE_REPEATED'
/** Segments whose first element is the number of their line, in X12 and in EDIFACT. */
const NUMBERED: ReadonlySet<string> = new Set(['PO1', 'IT1', 'POC', 'LIN'])

function trimmed(text: string): string {
  return text.charCodeAt(text.length - 1) === 0x20 ? text.trimEnd() : text
}

/** Text for people: a name, a description. Undefined when the element is empty; blanks at the end are padding. */
export function textAt(reading: SetReading, segment: number, element: number): string | undefined {
  const text = reading.segments.value(segment, element)
  if (text === '') return undefined
  if (reading.plain || isPlain(text)) return text
  const fault = textFault(text)
  if (fault) faultAt(reading, fault, segment, element)
  return composed(text)
}

/** A number, key or code that is compared: an order number, a SKU, a qualifier. */
export function identifierAt(reading: SetReading, segment: number, element: number): string | undefined {
  const text = reading.segments.value(segment, element)
  if (text === '') return undefined
  if (reading.plain || isPlain(text)) return text
  const fault = identifierFault(text)
  if (fault) faultAt(reading, fault, segment, element)
  return composed(text)
}

/** As {@link identifierAt}; its absence is a fault, and the answer then is empty text. */
export function neededIdentifier(reading: SetReading, segment: number, element: number, what: string): string {
  const text = identifierAt(reading, segment, element)
  if (text !== undefined) return text
  faultAt(reading, 'MISSING', segment, element, [what])
  return ''
}

/** A figure with explicit point (type R), in its one form; undefined when absent or wrong. */
export function figureAt(reading: SetReading, segment: number, element: number, rule: FigureRule): string | undefined {
  const text = reading.segments.at(segment, element)
  if (text === '') return undefined
  if (isOrdinary(text, rule)) return text
  const found = figure(trimmed(text), rule)
  if (found.fault === undefined) return found.text
  faultAt(reading, found.fault, segment, element, found.about)
  return undefined
}

/** As {@link figureAt}; its absence is a fault, and the answer then is `'0'`, which nobody gets to see. */
export function neededFigure(
  reading: SetReading,
  segment: number,
  element: number,
  rule: FigureRule,
  what: string,
): string {
  if (reading.segments.at(segment, element) === '') faultAt(reading, 'MISSING', segment, element, [what])
  return figureAt(reading, segment, element, rule) ?? '0'
}

const WHOLE: FigureRule = { least: 'signed', places: 0 }
const MINUS = 0x2d

/** Money with two implied places (type N2: `TDS01`, `SAC05`): `'1250'` is `'12.50'`. A point in it is a fault. */
export function centsAt(reading: SetReading, segment: number, element: number): string | undefined {
  const text = reading.segments.value(segment, element)
  if (text === '') return undefined
  if (isOrdinary(text, WHOLE) && text.length > 2 && text.charCodeAt(0) !== MINUS) {
    return `${text.slice(0, -2)}.${text.slice(-2)}`
  }
  if (!/^-?\d+$/.test(text)) {
    faultAt(reading, 'NUMBER_MALFORMED', segment, element, [text])
    return undefined
  }
  const sign = text.startsWith('-') && /[1-9]/.test(text) ? '-' : ''
  const digits = text.replace('-', '').replace(/^0+/, '').padStart(3, '0')
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** A date as `2026-01-31`; one that does not exist is a fault. */
export function dateAt(reading: SetReading, segment: number, element: number): string | undefined {
  const known = dateOfDay(reading.segments.day(segment, element))
  if (known !== undefined) return known
  const text = reading.segments.value(segment, element)
  if (text === '') return undefined
  const date = dateFromX12(text) ?? (reading.shortDates ? shortDateFromX12(text) : undefined)
  if (date === undefined) faultAt(reading, 'DATE_INVALID', segment, element, [text])
  return date
}

/** As {@link dateAt}; its absence is a fault. */
export function neededDate(reading: SetReading, segment: number, element: number, what: string): string {
  if (reading.segments.at(segment, element) === '') faultAt(reading, 'MISSING', segment, element, [what])
  return dateAt(reading, segment, element) ?? ''
}

/** A time as `14:30` or `14:30:05`. */
export function timeAt(reading: SetReading, segment: number, element: number): string | undefined {
  const text = reading.segments.value(segment, element)
  if (text === '') return undefined
  const time = timeFromX12(text)
  if (time === undefined) faultAt(reading, 'TIME_INVALID', segment, element, [text])
  return time
}

/** A unit of measure, after the partner's own names for units. Of a composite the first component counts. */
export function unitAt(reading: SetReading, segment: number, element: number): string | undefined {
  const text = reading.segments.value(segment, element)
  if (text === '') return undefined
  if (reading.syntax.units === undefined && isUnit(text)) return text
  const first = reading.segments.component(segment, element, 1)
  const unit = reading.syntax.units?.[first] ?? first
  if (!isUnit(unit)) faultAt(reading, 'UNIT_UNKNOWN', segment, element, [first])
  return unit
}

/** The unit of a figure that only describes (a weight, a volume): an unknown one is left out, with a warning. */
export function sideUnitAt(reading: SetReading, segment: number, element: number): string | undefined {
  const text = reading.segments.value(segment, element)
  if (text === '') return undefined
  const unit = reading.syntax.units?.[text] ?? text
  if (isUnit(unit)) return unit
  faultAt(reading, 'UNIT_UNKNOWN', segment, element, [text], 'warning')
  return undefined
}

/** A currency of ISO 4217, three capitals; `otherwise` when the element is empty. */
export function currencyAt(reading: SetReading, segment: number, element: number, otherwise: string): string {
  const text = reading.segments.value(segment, element)
  if (text === '') return otherwise
  if (/^[A-Z]{3}$/.test(text)) return text
  faultAt(reading, 'CODE_UNKNOWN', segment, element, [text, 'currency'])
  return otherwise
}

/** As {@link unitAt}; its absence is a fault. */
export function neededUnit(reading: SetReading, segment: number, element: number): string {
  const unit = unitAt(reading, segment, element)
  if (unit !== undefined) return unit
  faultAt(reading, 'MISSING', segment, element, ['The unit of measure'])
  return ''
}
