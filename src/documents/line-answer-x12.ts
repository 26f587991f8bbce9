import { POSSIBLE } from './figures.ts'
import { itemIdPairs, readItemIds } from './item-x12.ts'
import type { LineAnswer, Schedule, Verdict } from './line-answer.ts'
import type { PartnerSyntax } from './partner-syntax.ts'
import { codeFor, wordFor } from './purposes.ts'
import {
  dateAt,
  faultAt,
  figureAt,
  identifierAt,
  neededFigure,
  neededIdentifier,
  neededUnit,
  type SetReading,
  unitAt,
} from './set-reading.ts'
import { type Segment, segment, unitText, x12Date } from './set-writing.ts'

/** X12 587 in words. */
export const VERDICTS: Readonly<Record<string, Verdict>> = {
  AD: 'accepted',
  AC: 'changed',
  AE: 'exceptions',
  AK: 'acceptedWithoutDetail',
  RD: 'rejected',
  RJ: 'rejectedWithoutDetail',
}

/** ACK01 in words. */
const STATUSES: Readonly<Record<string, LineAnswer['status']>> = {
  IA: 'accepted',
  IB: 'backordered',
  IC: 'changed',
  ID: 'deleted',
  IH: 'held',
  IP: 'priceChanged',
  IQ: 'quantityChanged',
  IR: 'rejected',
  IS: 'substituted',
  BP: 'partlyShipped',
  DR: 'rescheduled',
}

const SHIPS = '068'
const LAST_ACK_ID = 26

/** Reads the verdict on a whole document; undefined when it is missing or unknown, which is a fault. */
export function readVerdict(reading: SetReading, at: number, element: number): Verdict | undefined {
  const code = neededIdentifier(reading, at, element, 'The verdict')
  const verdict = wordFor(VERDICTS, code)
  if (verdict === undefined && code !== '') {
    faultAt(reading, 'CODE_UNKNOWN', at, element, [code, 'verdict on an order'])
  }
  return verdict
}

/** Reads ACK. */
export function readAnswer(reading: SetReading, at: number): LineAnswer {
  const code = neededIdentifier(reading, at, 1, 'The status of the line')
  const status = wordFor(STATUSES, code)
  if (status === undefined && code !== '') faultAt(reading, 'CODE_UNKNOWN', at, 1, [code, 'status of a line'])
  const answer: LineAnswer = { status: status ?? 'accepted' }
  const quantity = figureAt(reading, at, 2, POSSIBLE)
  if (quantity !== undefined) answer.quantity = quantity
  const uom = unitAt(reading, at, 3)
  if (uom !== undefined) answer.uom = uom
  const qualifier = identifierAt(reading, at, 4)
  if (qualifier !== undefined && qualifier !== SHIPS) answer.dateQualifier = qualifier
  const date = dateAt(reading, at, 5)
  if (date !== undefined) answer.date = date
  readItemIds(reading, at, 7, answer, LAST_ACK_ID)
  const agency = identifierAt(reading, at, 27)
  if (agency !== undefined) answer.reasonAgency = agency
  const list = identifierAt(reading, at, 28)
  if (list !== undefined) answer.reasonList = list
  const reason = identifierAt(reading, at, 29)
  if (reason !== undefined) answer.reason = reason
  return answer
}

/** Reads SCH. */
export function readSchedule(reading: SetReading, at: number): Schedule {
  const quantity = neededFigure(reading, at, 1, POSSIBLE, 'The quantity')
  const schedule: Schedule = { quantity, uom: neededUnit(reading, at, 2) }
  const qualifier = identifierAt(reading, at, 5)
  if (qualifier !== undefined && qualifier !== SHIPS) schedule.dateQualifier = qualifier
  const date = dateAt(reading, at, 6)
  if (date !== undefined) schedule.date = date
  return schedule
}

/** Writes ACK. */
export function writeAnswer(answer: LineAnswer, syntax: PartnerSyntax): Segment {
  const { quantity, date, reasonAgency, reasonList, reason } = answer
  const qualifier = answer.dateQualifier ?? (date === undefined ? undefined : SHIPS)
  const ids = itemIdPairs(answer, syntax)
  const room = Array.from({ length: Math.max(0, LAST_ACK_ID - 6 - ids.length) }, () => undefined)
  const why = [reasonAgency, reasonList, reason]
  const what = [codeFor(STATUSES, answer.status), quantity, unitText(answer.uom, syntax), qualifier, x12Date(date)]
  return segment('ACK', ...what, undefined, ...ids, ...room, ...why)
}

/** Writes SCH. */
export function writeSchedule(schedule: Schedule, syntax: PartnerSyntax): Segment {
  const { quantity, uom, date } = schedule
  const qualifier = schedule.dateQualifier ?? (date === undefined ? undefined : SHIPS)
  return segment('SCH', quantity, unitText(uom, syntax), undefined, undefined, qualifier, x12Date(date))
}
