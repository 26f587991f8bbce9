const MOST_MS = 3_600_000
/** The three forms of RFC 9110, section 5.6.7; anything else `Date.parse` would guess at. */
const HTTP_DATE =
  /^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4}|[A-Z][a-z]+, \d{2}-[A-Z][a-z]{2}-\d{2}|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d) \d{2}:\d{2}:\d{2}/

/**
 * Milliseconds a `Retry-After` asks for: seconds or an HTTP date (RFC 9110, section 10.2.3). Values that are negative,
 * past or unreadable count as absent; more than an hour counts as an hour.
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? ''
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, MOST_MS)
  if (!HTTP_DATE.test(text)) return undefined
  const ms = Date.parse(/GMT$/.test(text) ? text : `${text} GMT`) - nowMs
  return ms > 0 ? Math.min(ms, MOST_MS) : undefined // also when it is no date at all
}
