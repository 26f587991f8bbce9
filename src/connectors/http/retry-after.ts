/**
 * Milliseconds a `Retry-After` asks for: seconds or an HTTP date (RFC 9110, section 10.2.3). Absurd or unreadable
 * values count as absent; more than an hour counts as an hour.
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined || header === '') return undefined
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs
  if (!Number.isFinite(ms) || ms < 0) return undefined
  return Math.min(ms, 3_600_000)
}
