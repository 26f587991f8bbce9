import { type DocumentFault, documentFault } from './faults.ts'
import { readDated, writeDated } from './party-x12.ts'
import { wordFor } from './purposes.ts'
import type { SetReading } from './set-reading.ts'
import type { Segment } from './set-writing.ts'
import type { Dated, ShipWindow } from './shapes.ts'

/** Members of a ship window by the date qualifier of X12 374. */
export const WINDOW = {
  '002': 'requestedDelivery',
  '010': 'requestedShip',
  '037': 'shipNotBefore',
  '038': 'shipNotAfter',
  '063': 'deliverNotAfter',
  '064': 'deliverNotBefore',
  '001': 'cancelAfter',
} as const satisfies Record<string, keyof ShipWindow>

/** What has dates: a document or one of its lines. */
export interface HasDates {
  shipWindow?: ShipWindow
  dates?: Dated[]
}

/** Reads a DTM into the ship window or, when it says something else (or more than a day), into the dates. */
export function readDate(reading: SetReading, at: number, into: HasDates): void {
  placeDate(readDated(reading, at), into)
}

/** Puts a date where it belongs: a plain day of the window into its member the first time, the rest among the dates. */
export function placeDate(dated: Dated, into: HasDates): void {
  const member = wordFor<keyof ShipWindow>(WINDOW, dated.qualifier)
  const isPlainDay = dated.date !== undefined && dated.time === undefined && dated.until === undefined
  if (member && isPlainDay && into.shipWindow?.[member] === undefined) {
    into.shipWindow = into.shipWindow ?? {}
    into.shipWindow[member] = dated.date as string
  } else if (into.dates) into.dates.push(dated)
  else into.dates = [dated]
}

/** Writes the ship window and the other dates as DTM. */
export function writeDates(from: HasDates): Segment[] {
  const window = from.shipWindow ?? {}
  const days = Object.entries(WINDOW).flatMap(([qualifier, member]) => {
    const date = window[member]
    return date === undefined ? [] : [{ qualifier, date }]
  })
  return [...days, ...(from.dates ?? [])].map(writeDated)
}

const ORDERED: readonly (readonly [keyof ShipWindow, keyof ShipWindow])[] = [
  ['shipNotBefore', 'shipNotAfter'],
  ['deliverNotBefore', 'deliverNotAfter'],
]

/** A window that ends before it begins is a fault. */
export function windowFaults(window: ShipWindow | undefined, pointer: string): DocumentFault[] {
  if (window === undefined) return []
  const faults: DocumentFault[] = []
  for (const [first, second] of ORDERED) {
    const from = window[first]
    const until = window[second]
    if (from === undefined || until === undefined || from <= until) continue
    faults.push(documentFault('DATES_CROSS', { pointer: `${pointer}/shipWindow` }, [first, second]))
  }
  return faults
}
