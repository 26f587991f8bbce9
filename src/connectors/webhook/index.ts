import type { Secret } from '../../base/secret.ts'
import { errors } from './errors.ts'
import { secretBytes, signedHeaders, verdictOn } from './standard-webhooks.ts'

/** Headers of a request, names in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * What a check says: the message's own id, the same for every try; or why it is not believed. `old`: signed too long
 * ago, or by a clock that is ahead.
 */
export type Verdict =
  | { readonly id: string; readonly fault?: undefined }
  | { readonly fault: 'missing' | 'old' | 'wrong' }

/** What a request asks for. */
export interface RequestLine {
  readonly method: string
  /** Path and query as they are sent. */
  readonly target: string
}

/** A signature with its secrets at hand. */
export interface OpenSignature {
  /** The headers to send with a body beside those given, `host` among them, signed for this attempt. */
  sign(id: string, body: Uint8Array, nowMs: number, line: RequestLine, headers: Headers): Record<string, string>
  /** Whether a body came from who holds a secret, over its raw bytes. */
  verify(headers: Headers, body: Uint8Array, nowMs: number, line: RequestLine): Verdict
}

/** How requests are signed, as the configuration names it; secrets are read when the hub opens. */
export interface WebhookSignature {
  readonly secrets: readonly Secret[]
  open(secretOf: (name: string) => string): OpenSignature
}

/**
 * Signs and checks as Standard Webhooks 1.0 says: HMAC-SHA256 over `id.timestamp.body`, at most five minutes old. Name
 * two secrets while one is being replaced: either is believed, and what goes out is signed with both.
 *
 * @example
 * const webStore = { role: 'shop', signature: standardWebhooks(secret('WEBSTORE_WEBHOOKS')) }
 */
export function standardWebhooks(...secrets: readonly Secret[]): WebhookSignature {
  return {
    secrets,
    open: (secretOf) => {
      const keys = secrets.map(({ secret }) => {
        const key = secretBytes(secretOf(secret))
        if (!key) throw errors.SECRET_MALFORMED(secret)
        return key
      })
      if (keys.length === 0) throw errors.SECRETS_NONE()
      return {
        sign: (id, body, nowMs) => signedHeaders(keys, id, body, nowMs),
        verify: (headers, body, nowMs) => verdictOn(keys, headers, body, nowMs),
      }
    },
  }
}
