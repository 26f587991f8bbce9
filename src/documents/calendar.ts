const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function isDay(year: number, month: number, day: number): boolean {
  // asked this way round, so that what is no number is no day
  if (!(year >= 0 && month >= 1 && day >= 1 && day <= (DAYS[month - 1] ?? 0))) return false
  return month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0))
}

function digits(text: string, from: number, length: number): number {
  let value = 0
  for (let at = from; at < from + length; at += 1) {
    const digit = text.charCodeAt(at) - 0x30
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

/** True for a date that exists, written `2026-02-28`. */
export function isDate(text: string): boolean {
  if (text.length !== 10 || text[4] !== '-' || text[7] !== '-') return false
  return isDay(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2))
}

/** True for a time of the day, written `14:30` or `14:30:05`. */
export function isTime(text: string): boolean {
  const { length } = text
  if ((length !== 5 && length !== 8) || text[2] !== ':' || !(digits(text, 0, 2) < 24) || !(digits(text, 3, 2) < 60)) {
    return false
  }
  return length === 5 || (text[5] === ':' && digits(text, 6, 2) < 60)
}

const SLOTS = 1024
const days = new Int32Array(SLOTS)
const dates = new Array<string | undefined>(SLOTS)

/** `20260228` as `2026-02-28`; undefined when there is no such day. A file has few dates, and each is written once. */
export function dateFromX12(text: string): string | undefined {
  if (text.length !== 8) return undefined
  return dateOfDay(digits(text, 0, 8))
}

/** 20260228 as `2026-02-28`; undefined when there is no such day. */
export function dateOfDay(day: number): string | undefined {
  if (!(day > 0)) return undefined
  const slot = day % SLOTS
  if (days[slot] === day) return dates[slot]
  dates[slot] = longDate(String(day).padStart(8, '0'))
  days[slot] = day
  return dates[slot]
}

function longDate(text: string): string | undefined {
  if (text.length !== 8) return undefined
  const whole = isDay(digits(text, 0, 4), digits(text, 4, 2), digits(text, 6, 2))
  return whole ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` : undefined
}

/** `970228` as `1997-02-28`: versions before 004010 write two digits of the year; 50 to 99 are the last century. */
export function shortDateFromX12(text: string): string | undefined {
  if (text.length !== 6) return undefined
  return longDate((text < '50' ? '20' : '19') + text)
}

/** `1430` or `143005` as `14:30` or `14:30:05`; hundredths are read and dropped only when they are zero. */
export function timeFromX12(text: string): string | undefined {
  if (text.length === 4) return minuteFrom(text)
  if (text.length !== 6 && !/^\d{6}00?$/.test(text)) return undefined
  const time = `${text.slice(0, 2)}:${text.slice(2, 4)}:${text.slice(4, 6)}`
  return isTime(time) ? time : undefined
}

/** The minutes of a day, each written when it is first met. */
const minutes = new Array<string | undefined>(2400)

function minuteFrom(text: string): string | undefined {
  const minute = digits(text, 0, 4)
  if (!(minute < 2400) || minute % 100 > 59) return undefined
  minutes[minute] ??= `${text.slice(0, 2)}:${text.slice(2)}`
  return minutes[minute]
}

/** A date or time without its marks, as X12 writes it. */
export function toX12(dateOrTime: string): string {
  return dateOrTime.replace(/[-:]/g, '')
}
