import { instantsOf, isDay, wallClock } from './day.ts'

/** What is wrong with a date, in the words of its fault. */
export interface NoDate {
  readonly why: string
}

/** A way to write dates or instants, read once: reads text, and writes it again. */
export interface DateForm {
  /** `2026-02-28`, or an instant in UTC; or why it is none. */
  read(text: string): string | NoDate
  write(value: string): string
}

type Part = 'YYYY' | 'YY' | 'MM' | 'DD' | 'HH' | 'mm' | 'ss' | 'Z'
type Step = { readonly part: Part } | { readonly text: string }

const SPLIT = /(YYYY|YY|MM|DD|HH|mm|ss|Z)/

function stepsOf(form: string): Step[] {
  const pieces = form.split(SPLIT).filter((piece) => piece !== '')
  return pieces.map((piece) => (SPLIT.test(piece) ? { part: piece as Part } : { text: piece }))
}

interface Parts {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  /** Minutes east of Greenwich; undefined: it is not said. */
  offset: number | undefined
}

/** Two digits of a year belong to the hundred years that begin here. */
interface Century {
  readonly century?: number | undefined
  readonly zone?: string | undefined
}

/** Dates of a form such as `DD.MM.YYYY`. */
export function dateForm(form: string, about: Century): DateForm {
  const steps = stepsOf(form)
  return {
    read: (text) => {
      const parts = partsOf(text, steps, about)
      if (!parts) return { why: `is not written ${form}` }
      const { year, month, day } = parts
      return isDay(year, month, day) ? iso(year, month, day) : { why: 'is no day of the calendar' }
    },
    write: (value) => {
      const [year, month, day] = value.split('-').map(Number) as [number, number, number]
      return written(steps, { year, month, day, hour: 0, minute: 0, second: 0, offset: 0 })
    },
  }
}

/** Instants of a form such as `YYYYMMDD HH:mm`, in the zone of the layout unless the form has an offset. */
export function instantForm(form: string, about: Century): DateForm {
  const steps = stepsOf(form)
  const hasOffset = steps.some((step) => 'part' in step && step.part === 'Z')
  return {
    read: (text) => {
      const parts = partsOf(text, steps, about)
      return parts ? instantOf(parts, about.zone) : { why: `is not written ${form}` }
    },
    write: (value) => {
      const at = Date.parse(value)
      const wall = new Date(hasOffset || about.zone === undefined ? at : wallClock(at, about.zone))
      return written(steps, {
        year: wall.getUTCFullYear(),
        month: wall.getUTCMonth() + 1,
        day: wall.getUTCDate(),
        hour: wall.getUTCHours(),
        minute: wall.getUTCMinutes(),
        second: wall.getUTCSeconds(),
        offset: 0,
      })
    },
  }
}

function instantOf({ year, month, day, hour, minute, second, offset }: Parts, zone: string | undefined) {
  if (!isDay(year, month, day)) return { why: 'is no day of the calendar' }
  if (hour > 23 || minute > 59 || second > 59) return { why: 'is no time of the day' }
  const wall = Date.UTC(year, month - 1, day, hour, minute, second)
  if (offset !== undefined) return utc(wall - offset * 60_000)
  if (zone === undefined) return { why: 'has no offset, and the layout has no zone' }
  const [first, second_] = instantsOf(wall, zone)
  if (first === undefined) return { why: `is skipped by the clocks of ${zone}` }
  return second_ === undefined ? utc(first) : { why: `comes twice by the clocks of ${zone}` }
}

const utc = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')

const two = (value: number): string => (value < 10 ? `0${value}` : String(value))
const iso = (year: number, month: number, day: number) => `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`

/** Walks text and form together; undefined where they part. */
function partsOf(text: string, steps: readonly Step[], { century }: Century): Parts | undefined {
  const parts: Parts = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0, offset: undefined }
  let at = 0
  for (const step of steps) {
    if ('text' in step) {
      if (!text.startsWith(step.text, at)) return undefined
      at += step.text.length
      continue
    }
    const read = step.part === 'Z' ? readOffset(text, at) : readDigits(text, at, step.part.length)
    if (!read) return undefined
    at += read.length
    place(parts, step.part, read.value, century)
  }
  return at === text.length ? parts : undefined
}

function place(parts: Parts, part: Part, value: number, century = 0): void {
  if (part === 'YYYY') parts.year = value
  else if (part === 'YY') parts.year = century + ((((value - century) % 100) + 100) % 100)
  else if (part === 'MM') parts.month = value
  else if (part === 'DD') parts.day = value
  else if (part === 'HH') parts.hour = value
  else if (part === 'mm') parts.minute = value
  else if (part === 'ss') parts.second = value
  else parts.offset = value
}

function readDigits(text: string, from: number, length: number): { value: number; length: number } | undefined {
  let value = 0
  for (let at = from; at < from + length; at += 1) {
    const digit = text.charCodeAt(at) - 0x30
    if (!(digit >= 0 && digit <= 9)) return undefined
    value = value * 10 + digit
  }
  return { value, length }
}

function readOffset(text: string, at: number): { value: number; length: number } | undefined {
  if (text[at] === 'Z') return { value: 0, length: 1 }
  const match = /^([+-])(\d\d):?([0-5]\d)/.exec(text.slice(at, at + 6))
  if (!match) return undefined
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return { value: match[1] === '-' ? -minutes : minutes, length: match[0].length }
}

function written(steps: readonly Step[], parts: Parts): string {
  const shown: Readonly<Record<Part, () => string>> = {
    YYYY: () => String(parts.year).padStart(4, '0'),
    YY: () => two(parts.year % 100),
    MM: () => two(parts.month),
    DD: () => two(parts.day),
    HH: () => two(parts.hour),
    mm: () => two(parts.minute),
    ss: () => two(parts.second),
    Z: () => '+0000',
  }
  return steps.map((step) => ('text' in step ? step.text : shown[step.part]())).join('')
}
