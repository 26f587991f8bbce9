import { errors } from './duration.ts'

/** A rate as people write it: `'5 per second'`, `'300 per minute'`, `'2000 per hour, 20 at once'`. */
export type Rate = `${number} per ${'second' | 'minute' | 'hour'}${'' | `, ${number} at once`}`

/** A written rate in figures. */
export interface RateFigures {
  readonly perSecond: number
  /** How many may come at once after a rest; absent: evenly spaced. */
  readonly atOnce: number | undefined
}

const SECONDS: Record<string, number> = { second: 1, minute: 60, hour: 3_600 }

/**
 * The figures of a written rate. Throws `XD_BASE_RATE`.
 *
 * @example
 * rateOf('300 per minute') // { perSecond: 5, atOnce: undefined }
 */
export function rateOf(text: Rate): RateFigures {
  const figures = read(text)
  if (!figures) throw errors.RATE(text)
  return figures
}

/** Whether this is a written rate. */
export function isRate(text: string): text is Rate {
  return read(text) !== undefined
}

function read(text: string): RateFigures | undefined {
  const match = /^(\d+(?:\.\d+)?) per (second|minute|hour)(?:, (\d+) at once)?$/.exec(text)
  if (!match) return undefined
  const perSecond = Number(match[1]) / (SECONDS[match[2] as string] as number)
  const atOnce = match[3] === undefined ? undefined : Number(match[3])
  return perSecond > 0 && atOnce !== 0 ? { perSecond, atOnce } : undefined
}
