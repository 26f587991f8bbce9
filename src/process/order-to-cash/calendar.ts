/** Local days and times of a facility. Days are counted from 1970. */
import { instantAt, offsetMs } from '../../base/zone.ts'
import type { Warehouse } from './options.ts'

const DAY_MS = 86_400_000
const MOST_KEPT = 5_000

const days = new Map<string, number>()
const dates = new Map<number, string>()

/** Days since 1970 of `YYYY-MM-DD`. */
export function dayOf(date: string): number {
  const known = days.get(date)
  if (known !== undefined) return known
  const day = Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10))) / DAY_MS
  if (days.size >= MOST_KEPT) days.clear()
  days.set(date, day)
  return day
}

/** `YYYY-MM-DD` of a day since 1970. */
export function dateOf(day: number): string {
  const known = dates.get(day)
  if (known !== undefined) return known
  const date = new Date(day * DAY_MS).toISOString().slice(0, 10)
  if (dates.size >= MOST_KEPT) dates.clear()
  dates.set(day, date)
  return date
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

/** The local day and minute of the day at a facility. */
export function localTime(warehouse: Warehouse, atMs: number): { readonly day: number; readonly minute: number } {
  const local = atMs + offsetMs(warehouse.zone ?? 'UTC', atMs)
  const day = Math.floor(local / DAY_MS)
  return { day, minute: Math.floor((local - day * DAY_MS) / 60_000) }
}

/** Whether a facility works on a day. */
export function isOpen(warehouse: Warehouse, day: number): boolean {
  const { calendar } = warehouse
  if (!calendar) return true
  const weekday = ((day + 3) % 7) + 1 // 1970-01-01 was a Thursday
  if (calendar.days && !calendar.days.includes(weekday)) return false
  return !calendar.holidays?.includes(dateOf(day))
}

const YEAR = 366

/** The first working day on or after a day. A facility shut for a whole year has none. */
export function nextOpen(warehouse: Warehouse, from: number): number | undefined {
  for (let day = from; day < from + YEAR; day += 1) if (isOpen(warehouse, day)) return day
  return undefined
}

/** The dates an order puts on its shipping. */
export interface ShipWindow {
  readonly shipNotBefore?: string
  readonly shipNotAfter?: string
  readonly requestedShip?: string
}

/**
 * The day an order released now would ship: today before the cut-off, else the next working day, not before the window
 * opens. Undefined when that is after the window has closed.
 */
export function shipDay(warehouse: Warehouse, window: ShipWindow, nowMs: number): number | undefined {
  const { day, minute } = localTime(warehouse, nowMs)
  let earliest = warehouse.cutoff !== undefined && minute >= minutesOf(warehouse.cutoff) ? day + 1 : day
  if (window.shipNotBefore) earliest = Math.max(earliest, dayOf(window.shipNotBefore))
  if (window.requestedShip) earliest = Math.max(earliest, dayOf(window.requestedShip))
  const ships = nextOpen(warehouse, earliest)
  if (ships === undefined) return undefined
  return window.shipNotAfter && ships > dayOf(window.shipNotAfter) ? undefined : ships
}

/** Days before its ship day on which a release may reach the warehouse. */
const LEAD_DAYS = 1

/** When a release for this ship day may go out: now, or the opening of the working day before. */
export function releaseAt(warehouse: Warehouse, ships: number, nowMs: number): number {
  const today = localTime(warehouse, nowMs).day
  const earliest = Math.max(today, ships - LEAD_DAYS)
  const day = nextOpen(warehouse, earliest) ?? earliest
  if (day <= today) return nowMs
  return instantOf(warehouse, day, minutesOf(warehouse.calendar?.opens ?? '00:00'))
}

/** When a day begins at a facility. */
export const startOfDay = (warehouse: Warehouse, day: number): number => instantOf(warehouse, day, 0)

function instantOf(warehouse: Warehouse, day: number, minute: number): number {
  return instantAt(warehouse.zone ?? 'UTC', day * DAY_MS + minute * 60_000)
}
