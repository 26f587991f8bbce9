import type { Random } from '../base/random.ts'

/** Where a request stands in a trace: W3C Trace Context, level 1. */
export interface TraceContext {
  readonly traceId: string
  readonly traceparent: string
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const NO_TRACE = '0'.repeat(32)
const NO_SPAN = '0'.repeat(16)

/** The caller's trace when its header is valid (also of a later version), else undefined: then a trace begins here. */
export function readTraceparent(header: string | undefined): TraceContext | undefined {
  const match = header === undefined || header.length > 512 ? null : TRACEPARENT.exec(header)
  if (!match) return undefined
  const [, version, traceId, spanId, flags, rest] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string?,
  ]
  const isInvalid = version === 'ff' || (version === '00' && rest !== undefined)
  if (isInvalid || traceId === NO_TRACE || spanId === NO_SPAN) return undefined
  return { traceId, traceparent: `00-${traceId}-${spanId}-${flags}` }
}

/** Begins traces. Random bytes are drawn for many at once, since drawing costs more than using. */
export class TraceMint {
  readonly #random: Random
  #pool = ''
  #at = 0

  constructor(random: Random) {
    this.#random = random
  }

  begin(): TraceContext {
    if (this.#at === this.#pool.length) {
      this.#pool = Buffer.from(this.#random.bytes(24 * 128)).toString('hex')
      this.#at = 0
    }
    const traceId = this.#pool.slice(this.#at, this.#at + 32)
    const spanId = this.#pool.slice(this.#at + 32, this.#at + 48)
    this.#at += 48
    return { traceId, traceparent: `00-${traceId}-${spanId}-01` }
  }
}

const CORRELATION_ID = /^[\w.:@/+=-]{1,128}$/

/** A correlation id that may be kept and shown: 1 to 128 plain characters. Anything else is replaced with `ours`. */
export function correlationIdFrom(header: string | string[] | undefined, ours: string): string {
  return typeof header === 'string' && CORRELATION_ID.test(header) ? header : ours
}
