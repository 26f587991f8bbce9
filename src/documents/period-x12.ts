import { type DocumentFault, documentFault } from './faults.ts'
import { type Headed, takenDay } from './head-x12.ts'
import { type Segment, segment, x12Date } from './set-writing.ts'

/** From when and until when something holds. */
export interface Period {
  from?: string
  until?: string
}

/** The qualifiers of the first and the last day (X12 374). */
export type PeriodQualifiers = readonly [from: string, until: string]

/** Effective and expiration: prices and catalogs. */
export const EFFECTIVE: PeriodQualifiers = ['007', '036']
/** Start and end of what a report covers. */
export const REPORTED: PeriodQualifiers = ['090', '091']

/** Moves the days of a period out of the dates into members of their own. */
export function placePeriod(owner: Headed & Period, [first, last]: PeriodQualifiers): void {
  if (owner.dates === undefined) return
  const from = takenDay(owner, first)
  if (from !== undefined) owner.from = from
  const until = takenDay(owner, last)
  if (until !== undefined) owner.until = until
}

/** Writes the days of a period. */
export function writePeriod({ from, until }: Period, [first, last]: PeriodQualifiers): Segment[] {
  return [
    ...(from === undefined ? [] : [segment('DTM', first, x12Date(from))]),
    ...(until === undefined ? [] : [segment('DTM', last, x12Date(until))]),
  ]
}

/** A period that ends before it begins is a fault. */
export function periodFaults({ from, until }: Readonly<Period>, pointer: string): DocumentFault[] {
  if (from === undefined || until === undefined || from <= until) return []
  return [documentFault('DATES_CROSS', { pointer: `${pointer}/from` }, ['from', 'until'])]
}
