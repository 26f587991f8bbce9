import { neededDay, writeMoment } from './date-edifact.ts'
import { readReferenceGroup } from './message-parts.ts'
import { identifierIn, type MessageReading } from './message-reading.ts'
import { type MessageSegment, messageSegment } from './message-writing.ts'
import { lastOfHead, missingSegment } from './set-reading.ts'

/** What a message about an order says of it, and when it was made itself. */
export interface AboutOrder {
  number?: string
  release?: string
  /** The day of the order. */
  orderedOn?: string
  /** The day of the message. */
  madeOn?: string
}

const MESSAGE_DAY = '137'
const ORDER_DAY = '4'

/** Reads DTM and RFF+ON as far as they tell of the order; `what` names the message. Answers where to go on, or 0. */
export function readAboutOrder(
  reading: MessageReading,
  at: number,
  tag: string,
  about: AboutOrder,
  what: string,
): number {
  const code = reading.segments.component(at, 1, 1)
  if (tag === 'DTM') {
    if (code === MESSAGE_DAY && about.madeOn === undefined) about.madeOn = neededDay(reading, at, `The date of ${what}`)
    else if (code === ORDER_DAY && about.orderedOn === undefined)
      about.orderedOn = neededDay(reading, at, 'The date of the order')
    else return 0
    return at + 1
  }
  if (tag !== 'RFF' || code !== 'ON' || about.number !== undefined) return 0
  if (identifierIn(reading, at, 1, 2) === undefined) return 0
  const { value, version, date, next } = readReferenceGroup(reading, at)
  if (value !== undefined) about.number = value
  if (version !== undefined) about.release = version
  if (date !== undefined) about.orderedOn ??= date
  return next
}

const BEFORE_REFERENCES: ReadonlySet<string> = new Set(['BGM', 'DTM', 'PAI', 'ALI', 'IMD', 'FTX'])

/** Notes that nothing says which order the message is about (RFF+ON). */
export function missingOrder(reading: MessageReading): void {
  missingSegment(reading, 'RFF', lastOfHead(reading, BEFORE_REFERENCES), 'ON')
}

/** Notes that nothing says of which day the order is: DTM+171 behind its RFF+ON, or behind the days where it has none. */
export function missingOrderDay(reading: MessageReading): void {
  const { segments, end } = reading
  let order = end - 1
  while (order > 0 && !(segments.tag(order) === 'RFF' && segments.component(order, 1, 1) === 'ON')) order -= 1
  missingSegment(reading, 'DTM', order > 0 ? order : lastOfHead(reading, BEFORE_REFERENCES), '171')
}

/** Writes the first DTM: the day of the message, or that of the order where the message has none. */
export function writeOrderDay(orderedOn: string | undefined, madeOn: string | undefined): MessageSegment[] {
  return madeOn === undefined ? writeMoment(ORDER_DAY, { date: orderedOn }) : writeMoment(MESSAGE_DAY, { date: madeOn })
}

/** Writes RFF+ON, with the day of the order unless {@link writeOrderDay} has said it. */
export function writeAboutOrder(
  number: string,
  release: string | undefined,
  orderedOn: string | undefined,
  madeOn: string | undefined,
): MessageSegment[] {
  return [
    messageSegment('RFF', ['ON', number, undefined, release]),
    ...(madeOn === undefined ? [] : writeMoment('171', { date: orderedOn })),
  ]
}
