/** Time zones: a zone's offset is asked of Intl once for each quarter of an hour and kept, because none changes within one. */
const QUARTER_MS = 900_000
const MOST_KEPT = 5_000

const formats = new Map<string, Intl.DateTimeFormat>()
const offsets = new Map<string, number>()

/** Milliseconds a zone is ahead of UTC at this instant. */
export function offsetMs(zone: string, atMs: number): number {
  if (zone === 'UTC') return 0
  const quarter = Math.floor(atMs / QUARTER_MS)
  const key = `${zone} ${quarter}`
  const known = offsets.get(key)
  if (known !== undefined) return known
  const offset = askedOffset(zone, quarter * QUARTER_MS)
  if (offsets.size >= MOST_KEPT) offsets.clear()
  offsets.set(key, offset)
  return offset
}

function askedOffset(zone: string, atMs: number): number {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    })
    formats.set(zone, format)
  }
  const part: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(atMs)) part[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute) - atMs
}

/**
 * The instant at which the clocks of a zone show this local time, both in milliseconds since 1970. An hour that comes
 * twice is its first; one that never comes is the hour before it.
 */
export function instantAt(zone: string, localMs: number): number {
  return localMs - offsetMs(zone, localMs - offsetMs(zone, localMs))
}
