/** How figures, amounts and instants are written. Pure: now and zone are arguments. */
import type { Money } from './api.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/**
 * A length of time in at most two units, the way one says it.
 *
 * @example
 * duration(192 * 60_000) // '3 h 12 min'
 */
export function duration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds)
  if (ms < SECOND_MS) return `${Math.round(ms)} ms`
  if (ms < 10 * SECOND_MS) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`
  if (ms < HOUR_MS) return twoUnits(ms, MINUTE_MS, 'min', SECOND_MS, 's', 10)
  if (ms < DAY_MS) return twoUnits(ms, HOUR_MS, 'h', MINUTE_MS, 'min', 24)
  return twoUnits(ms, DAY_MS, 'd', HOUR_MS, 'h', 10)
}

/** The smaller unit is said only below so many of the larger. */
function twoUnits(ms: number, large: number, name: string, small: number, smallName: string, below: number): string {
  const wholes = Math.floor(ms / large)
  const rest = Math.floor((ms % large) / small)
  return rest > 0 && wholes < below ? `${wholes} ${name} ${rest} ${smallName}` : `${wholes} ${name}`
}

/** How long ago something was: whole seconds at the finest, because it is read while it grows. */
export function age(milliseconds: number): string {
  return milliseconds < 5 * SECOND_MS
    ? 'now'
    : duration(Math.floor(milliseconds / SECOND_MS) * SECOND_MS).replace('.0 s', ' s')
}

const COUNT = new Intl.NumberFormat('en-US')

export const count = (n: number): string => COUNT.format(n)

/** `3 lines`, `1 line`. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`

/** An exact amount with its currency; decimal text stays decimal text, whatever its size. */
export function money({ amount, currency }: Money): string {
  return `${quantity(amount)} ${currency}`
}

/**
 * Decimal text with its thousands parted; nothing is rounded.
 *
 * @example
 * quantity('-1234567.50') // '-1,234,567.50'
 */
export function quantity(text: string): string {
  const parts = /^(-?)(\d+)(\.\d+)?$/.exec(text)
  if (!parts) return text
  const [, sign = '', whole = '', fraction = ''] = parts
  return sign + whole.replace(/\B(?=(\d{3})+$)/g, ',') + fraction
}

/** Whether decimal text says nothing: `0`, `0.00`. */
export const isNothing = (text: string | undefined): boolean => text === undefined || !/[1-9]/.test(text)

const formats = new Map<string, Intl.DateTimeFormat>()

function formatted(zone: string, name: string, options: Intl.DateTimeFormatOptions, at: Date): string {
  const key = `${zone} ${name}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { ...options, timeZone: zone, hourCycle: 'h23' })
    formats.set(key, format)
  }
  return format.format(at)
}

/** `10:42:03` in a zone. */
export function timeOfDay(instant: string, zone: string): string {
  return formatted(zone, 'time', { hour: '2-digit', minute: '2-digit', second: '2-digit' }, new Date(instant))
}

/** `Sat, Nov 21, 2026` in a zone. */
export function day(instant: string, zone: string): string {
  return formatted(
    zone,
    'day',
    { weekday: 'short', month: 'short', day: 'numeric', year: 'numeric' },
    new Date(instant),
  )
}

const DAY_AND_TIME = { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' } as const

/** `Nov 21, 10:42` in a zone, with the year when it is not that of `now`. */
export function dayAndTime(instant: string, zone: string, now: number): string {
  const year = (at: Date) => formatted(zone, 'year', { year: 'numeric' }, at)
  const at = new Date(instant)
  if (year(at) === year(new Date(now))) return formatted(zone, 'dayAndTime', DAY_AND_TIME, at)
  return formatted(zone, 'dayAndTimeInYear', { ...DAY_AND_TIME, year: 'numeric' }, at)
}

/** The time alone on the day of `now`, else with its day: `10:42` or `Nov 20, 10:42`. */
export function sometime(instant: string, zone: string, now: number): string {
  if (day(instant, zone) !== day(new Date(now).toISOString(), zone)) return dayAndTime(instant, zone, now)
  return formatted(zone, 'shortTime', { hour: '2-digit', minute: '2-digit' }, new Date(instant))
}

/** A sentence in pieces: each RFC 3339 instant in it stands alone, to be written in the reader's zone. */
export function instantsIn(sentence: string): string[] {
  return sentence.split(/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/)
}

/** `2026-11-21 16:42:03 UTC`: what an instant says on hover. */
export function utc(instant: string): string {
  return `${new Date(instant).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** `Chicago (CST)`: how a zone is called at an instant. */
export function zoneName(zone: string, at: number): string {
  if (zone === 'UTC') return 'UTC'
  const place = zone.split('/').at(-1)?.replaceAll('_', ' ') ?? zone
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'short' }).formatToParts(at)
  const short = parts.find((part) => part.type === 'timeZoneName')?.value
  return short ? `${place} (${short})` : place
}
