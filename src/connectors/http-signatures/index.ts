import type { Secret } from '../../base/secret.ts'
import type { WebhookSignature } from '../webhook/index.ts'
import { errors } from './errors.ts'
import { signedHeaders, verdictOn } from './message-signatures.ts'

/** A key that both sides have. */
export interface SignatureKey {
  /** What signatures call it: their `keyid`. */
  readonly id: string
  readonly secret: Secret
  /** How the secret's bytes are written; `base64` unless told. */
  readonly written?: 'base64' | 'hex' | 'text'
}

/**
 * Signs and checks as RFC 9421 (HTTP Message Signatures) says, with `hmac-sha256`: over method, address, the digest of the
 * body (`Content-Digest`), media type and `Idempotency-Key`, at most five minutes old. What comes in must cover method,
 * address and digest. Name two keys while one is being replaced: either is believed, and what goes out is signed with both.
 *
 * @example
 * const agreed = httpSignatures({ id: 'acme-2026', secret: secret('HARBOR_SIGNING') })
 * const harbor = { role: 'wms', signature: agreed, connector: http({ url: 'https://api.harbor.example', signature: agreed }) }
 */
export function httpSignatures(...keys: readonly SignatureKey[]): WebhookSignature {
  return {
    secrets: keys.map(({ secret }) => secret),
    open: (secretOf) => {
      if (keys.length === 0) throw errors.KEYS_NONE()
      const open = keys.map((key) => ({ id: key.id, bytes: bytesOf(key, secretOf(key.secret.secret)) }))
      return {
        sign: (_id, body, nowMs, line, headers) => signedHeaders(open, { ...line, headers }, body, nowMs),
        verify: (headers, body, nowMs, line) => verdictOn(open, { ...line, headers }, body, nowMs),
      }
    },
  }
}

const SHORTEST_KEY = 24
const FORMS = { base64: /^[A-Za-z0-9+/]+={0,2}$/, hex: /^(?:[0-9a-fA-F]{2})+$/, text: /^[^\0]+$/ }

function bytesOf({ secret, written = 'base64' }: SignatureKey, text: string): Buffer {
  const bytes = Buffer.from(text, written === 'text' ? 'utf8' : written)
  if (!FORMS[written].test(text) || bytes.length < SHORTEST_KEY) throw errors.KEY_MALFORMED(secret.secret, written)
  return bytes
}
