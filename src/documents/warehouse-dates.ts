import { added } from './added.ts'
import { dateAt, neededIdentifier, type SetReading, timeAt } from './set-reading.ts'
import { type Segment, segment, x12Date } from './set-writing.ts'
import type { Dated, ShipWindow } from './shapes.ts'
import type { HasDates } from './ship-window.ts'

/** Members of a ship window by the date qualifier of X12 432, which warehouse documents use. */
const WINDOW = {
  '10': 'requestedShip',
  '37': 'shipNotBefore',
  '38': 'shipNotAfter',
  '02': 'requestedDelivery',
  '53': 'deliverNotBefore',
  '54': 'deliverNotAfter',
  '01': 'cancelAfter',
} as const satisfies Record<string, keyof ShipWindow>

/** Reads G62 into the ship window or, when it says something else, into the dates. */
export function readWarehouseDate(reading: SetReading, at: number, into: HasDates): void {
  const dated: Dated = { qualifier: neededIdentifier(reading, at, 1, 'The qualifier of the date') }
  const date = dateAt(reading, at, 2)
  if (date !== undefined) dated.date = date
  const time = timeAt(reading, at, 4)
  if (time !== undefined) dated.time = time
  const member = Object.hasOwn(WINDOW, dated.qualifier) ? WINDOW[dated.qualifier as keyof typeof WINDOW] : undefined
  if (member && date !== undefined && time === undefined && into.shipWindow?.[member] === undefined) {
    into.shipWindow ??= {}
    into.shipWindow[member] = date
  } else into.dates = added(into.dates, dated)
}

/** Writes the ship window and the other dates as G62. */
export function writeWarehouseDates({ shipWindow = {}, dates = [] }: HasDates): Segment[] {
  const days = Object.entries(WINDOW).flatMap(([qualifier, member]): Dated[] => {
    const date = shipWindow[member]
    return date === undefined ? [] : [{ qualifier, date }]
  })
  return [...days, ...dates].map(({ qualifier, date, time }) =>
    segment('G62', qualifier, x12Date(date), time === undefined ? undefined : '8', x12Date(time)),
  )
}
