import { errors } from './errors.ts'

/** `application/json; charset=utf-8` is `application/json`; undefined when it is no media type in UTF-8. */
export function mediaTypeOf(header: string | undefined): string | undefined {
  if (header === 'application/json') return header
  const match = header === undefined ? null : MEDIA_TYPE.exec(header)
  if (!match) return undefined
  const charset = match[2]?.toLowerCase()
  return charset === undefined || charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii'
    ? (match[1] as string).toLowerCase()
    : undefined
}

const MEDIA_TYPE = /^([\w!#$&^.+-]{1,64}\/[\w!#$&^.+-]{1,64})(?:\s*;\s*charset\s*=\s*"?([\w-]{1,32})"?)?\s*;?\s*$/i

const LONGEST_KEY = 255
const PRINTABLE = /^[\x20-\x7e]+$/

/**
 * The Idempotency-Key, quoted as the draft asks or bare as clients send it. Throws `XD_GATEWAY_IDEMPOTENCY_KEY_INVALID`
 * for an empty or long one, or characters that are not printable ASCII.
 */
export function idempotencyKeyFrom(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  const text = typeof header === 'string' ? header.trim() : ''
  const isQuoted = text.length >= 2 && text.startsWith('"') && text.endsWith('"')
  const key = isQuoted ? text.slice(1, -1).replace(/\\(["\\])/g, '$1') : text
  if (key.length > LONGEST_KEY || !PRINTABLE.test(key)) throw errors.IDEMPOTENCY_KEY_INVALID()
  return key
}

/** What `Prefer` asks for: `wait=N` (cut to 30 s) and `respond-async`; all else is ignored, as RFC 7240 says. */
export function preferencesFrom(header: string | string[] | undefined): {
  waitSeconds?: number
  respondAsync?: boolean
} {
  if (typeof header !== 'string') return {}
  const wait = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:$|[,;])/i.exec(header)
  const isAsync = /(?:^|[,;])\s*respond-async\s*(?:$|[,;])/i.test(header)
  return {
    ...(wait ? { waitSeconds: Math.min(30, Number(wait[1])) } : {}),
    ...(isAsync ? { respondAsync: true } : {}),
  }
}
