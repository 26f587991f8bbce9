import { defineErrors } from './errors.ts'

export const errors = defineErrors('base', {
  DURATION: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (text: string) => `“${text}” is not a duration.`,
    remedy: "Write a number and a unit: '500ms', '30s', '5m', '24h', '7d', '18mo', '7y'.",
  },
  RATE: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (text: string) => `“${text}” is not a rate.`,
    remedy: "Write a number above 0 and a unit: '5 per second', '300 per minute', '2000 per hour, 20 at once'.",
  },
  DECIMAL: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (text: string) => `“${text}” is not a decimal number.`,
    remedy: "Write digits with at most one point, as text: '12', '-0.5', '19.990'.",
  },
})

/** A duration as people write it in the configuration, such as `'30s'` or `'75h'`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd' | 'mo' | 'y'}`

const DAY_MS = 86_400_000
const UNIT_MS: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: DAY_MS,
  mo: 30 * DAY_MS,
  y: 365 * DAY_MS,
}

/** Milliseconds of a written duration; a month is 30 days, a year 365. Throws `XD_BASE_DURATION`. */
export function durationMs(text: Duration): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|mo|y)$/.exec(text)
  const unit = match && UNIT_MS[match[2] as string]
  if (!match || unit === undefined || unit === null) throw errors.DURATION(text)
  return Number(match[1]) * unit
}
