import { added } from './added.ts'
import { dateFromX12, shortDateFromX12, timeFromX12, toX12 } from './calendar.ts'
import { dateCodes } from './edifact-codes.ts'
import { faultIn, type MessageReading } from './message-reading.ts'
import { type MessageSegment, messageSegment } from './message-writing.ts'
import type { Dated, ShipWindow } from './shapes.ts'
import { type HasDates, placeDate, WINDOW } from './ship-window.ts'

/** What a DTM says: a day, a time, or a period of days. */
export type Moment = Omit<Dated, 'qualifier'>

/** Reads the value of a DTM by its format (2379); a moment without members when there is nothing, or nothing right. */
export function readMoment(reading: MessageReading, at: number): Moment {
  const text = reading.segments.component(at, 1, 2).trimEnd()
  if (text === '') return NOTHING
  const format = reading.segments.component(at, 1, 3)
  const moment = momentFrom(text, format)
  if (typeof moment !== 'string') return moment
  if (moment === 'format')
    faultIn(reading, 'CODE_UNKNOWN', at, 1, 3, [format, 'format of a date we read (101, 102, 201, 203, 204, 401, 718)'])
  else faultIn(reading, moment, at, 1, 2, [text])
  return NOTHING
}

const NOTHING: Moment = Object.freeze({})

/** A moment among the dates of a document; the members in one order, whichever there are. */
function datedOf(qualifier: string, { date, time, until }: Moment): Dated {
  const dated: Dated = { qualifier }
  if (date !== undefined) dated.date = date
  if (time !== undefined) dated.time = time
  if (until !== undefined) dated.until = until
  return dated
}

type Wrong = 'format' | 'DATE_INVALID' | 'TIME_INVALID'

function momentFrom(text: string, format: string): Moment | Wrong {
  switch (format) {
    case '102':
    case '':
      return dayAnd(dateFromX12(text))
    case '203':
    case '204':
    case '205':
      return dayAnd(dateFromX12(text.slice(0, 8)), text.slice(8, format === '204' ? 14 : 12))
    case '303':
      return dayAnd(dateFromX12(text.slice(0, 8)), text.slice(8, 12))
    case '101':
      return dayAnd(shortDateFromX12(text))
    case '201':
      return dayAnd(shortDateFromX12(text.slice(0, 6)), text.slice(6, 10))
    case '401':
    case '402':
      return timeAlone(text)
    case '718':
      return period(text.replace('-', ''))
    default:
      return 'format'
  }
}

function dayAnd(date: string | undefined, clock?: string): Moment | Wrong {
  if (date === undefined) return 'DATE_INVALID'
  if (clock === undefined) return { date }
  const time = timeFromX12(clock)
  return time === undefined ? 'TIME_INVALID' : { date, time }
}

function timeAlone(text: string): Moment | Wrong {
  const time = timeFromX12(text)
  return time === undefined ? 'TIME_INVALID' : { time }
}

function period(digits: string): Moment | Wrong {
  const date = dateFromX12(digits.slice(0, 8))
  const until = dateFromX12(digits.slice(8))
  return date === undefined || until === undefined ? 'DATE_INVALID' : { date, until }
}

/** The day of a DTM that has to be there; its absence is a fault. */
export function neededDay(reading: MessageReading, at: number, what: string): string {
  const before = reading.found.length
  const { date } = readMoment(reading, at)
  if (date === undefined && reading.found.length === before) faultIn(reading, 'MISSING', at, 1, 2, [what])
  return date ?? ''
}

/** Reads a DTM into the ship window or, when it says something else, into the dates. */
export function readMessageDate(reading: MessageReading, at: number, into: HasDates): void {
  const moment = readMoment(reading, at)
  if (moment.date === undefined && moment.time === undefined) return
  placeDate(datedOf(dateCodes.toX12(reading.segments.component(at, 1, 1)), moment), into)
}

/** As {@link readMessageDate} for documents that have no ship window: every day is one of the dates. */
export function readPlainDate(reading: MessageReading, at: number, into: { dates?: Dated[] }): void {
  const moment = readMoment(reading, at)
  if (moment.date === undefined && moment.time === undefined) return
  into.dates = added(into.dates, datedOf(dateCodes.toX12(reading.segments.component(at, 1, 1)), moment))
}

/** The DTM (2005) that are members of a document: the day and, where there is room for it, the time. */
export type NamedMoments<M extends string> = readonly (readonly [code: string, date: M, time?: M])[]

/** Reads a DTM that is a member of the document, the first of its kind; false for any other. `seen` keeps which have come. */
export function readNamedMoment<M extends string>(
  reading: MessageReading,
  at: number,
  document: { [K in M]?: string },
  named: NamedMoments<M>,
  seen: Set<string>,
): boolean {
  const code = reading.segments.component(at, 1, 1)
  const row = rowOf(named, code)
  if (row === undefined || seen.has(code)) return false
  seen.add(code)
  const [, day, clock] = row
  const { date, time } = readMoment(reading, at)
  const texts: { [K in string]?: string } = document
  if (date !== undefined) texts[day] = date
  if (date !== undefined && time !== undefined && clock !== undefined) texts[clock] = time
  return true
}

function rowOf<M extends string>(named: NamedMoments<M>, code: string): NamedMoments<M>[number] | undefined {
  for (const row of named) if (row[0] === code) return row
  return undefined
}

/** Writes the DTM that are members of a document. */
export function writeNamedMoments<M extends string>(
  document: { readonly [K in M]?: string },
  named: NamedMoments<M>,
): MessageSegment[] {
  const texts: { readonly [K in string]?: string } = document
  return named.flatMap(([code, day, clock]) => {
    const date = texts[day]
    const time = clock === undefined ? undefined : texts[clock]
    return date === undefined ? [] : writeMoment(code, time === undefined ? { date } : { date, time })
  })
}

/** EDIFACT 137, when the message was made, is X12 097 in documents that have no member for it. */
const MADE_ON = '137'
const CREATED = '097'

/** As {@link readPlainDate} for the head of such a document. */
export function readDocumentDate(reading: MessageReading, at: number, into: { dates?: Dated[] }): void {
  if (reading.segments.component(at, 1, 1) !== MADE_ON) {
    readPlainDate(reading, at, into)
    return
  }
  const moment = readMoment(reading, at)
  if (moment.date !== undefined) into.dates = added(into.dates, datedOf(CREATED, moment))
}

/** Writes what {@link readDocumentDate} reads. */
export function writeDocumentDates(dates: readonly Dated[] | undefined): MessageSegment[] {
  return (dates ?? []).flatMap((dated) => {
    const { qualifier, ...moment } = dated
    return writeMoment(qualifier === CREATED ? MADE_ON : dateCodes.toEdifact(qualifier), moment)
  })
}

/** Writes a DTM by the EDIFACT code of what happens then. */
export function writeMoment(code: string, { date, time, until }: Moment): MessageSegment[] {
  const compact = date === undefined ? '' : toX12(date)
  if (until !== undefined) return [messageSegment('DTM', [code, `${compact}${toX12(until)}`, '718'])]
  if (time === undefined) return date === undefined ? [] : [messageSegment('DTM', [code, compact, '102'])]
  const clock = toX12(time)
  const format = date === undefined ? ['401', '402'] : ['203', '204']
  return [messageSegment('DTM', [code, `${compact}${clock}`, clock.length === 4 ? format[0] : format[1]])]
}

/** Writes the ship window and the other dates. */
export function writeMessageDates(from: HasDates): MessageSegment[] {
  const window: ShipWindow = from.shipWindow ?? {}
  const days = Object.entries(WINDOW).flatMap(([qualifier, member]) =>
    writeMoment(dateCodes.toEdifact(qualifier), { date: window[member] }),
  )
  return [
    ...days,
    ...(from.dates ?? []).flatMap(({ qualifier, ...moment }) => writeMoment(dateCodes.toEdifact(qualifier), moment)),
  ]
}
