const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Whether there is such a day. */
export function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1 || day > (DAYS[month - 1] as number)) return false
  return month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0))
}

const clocks = new Map<string, Intl.DateTimeFormat>()

function clockOf(zone: string): Intl.DateTimeFormat {
  let clock = clocks.get(zone)
  if (!clock) {
    const two = { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
    clock = new Intl.DateTimeFormat('en-US', { ...two, year: 'numeric', timeZone: zone, hourCycle: 'h23' })
    clocks.set(zone, clock)
  }
  return clock
}

/** What a clock on the wall of a zone shows at an instant, as if it were UTC. */
export function wallClock(atMs: number, zone: string): number {
  const parts: Record<string, string> = {}
  for (const { type, value } of clockOf(zone).formatToParts(atMs)) parts[type] = value
  const { year, month, day, hour, minute, second } = parts
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
}

const HOUR_MS = 3_600_000

/** The instants at which a wall clock shows this: none in the hour that is skipped, two in the hour that comes twice. */
export function instantsOf(wallMs: number, zone: string): number[] {
  const around = [-14, -1, 1, 14].map((hours) => {
    const near = wallMs + hours * HOUR_MS
    return wallClock(near, zone) - near
  })
  const candidates = [...new Set(around)].map((offset) => wallMs - offset)
  return candidates.filter((at) => wallClock(at, zone) === wallMs).sort((a, b) => a - b)
}
