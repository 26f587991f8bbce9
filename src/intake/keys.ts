import { hash } from 'node:crypto'
import type { KeyClaim } from './arrival.ts'

const KEY_BYTES = 16

/** The first 16 bytes of the SHA-256 of a content: what keys carry to tell a repeat from a conflict. */
export function digestOf(content: Uint8Array | string): Uint8Array {
  return (hash('sha256', content as never, 'buffer') as unknown as Buffer).subarray(0, KEY_BYTES)
}

const known = new WeakMap<Uint8Array, Uint8Array>()

/** The digest of an arrival's bytes, worked out once: its request key and its receipt both need it. */
export function digestOfArrival(bytes: Uint8Array): Uint8Array {
  const before = known.get(bytes)
  if (before) return before
  const digest = digestOf(bytes)
  known.set(bytes, digest)
  return digest
}

function claim(kind: 1 | 2 | 3, parts: readonly string[], digest: Uint8Array, lane: number): KeyClaim {
  return { kind, hash: digestOf(parts.join('\u0000')), digest, lane }
}

/** The sender's own key for a request: Idempotency-Key, or the id of a report. Kept for 30 days. */
export function requestKey(
  of: { readonly tenant: string; readonly system: string; readonly scope: string; readonly key: string },
  digest: Uint8Array,
  lane: number,
): KeyClaim {
  return claim(1, ['request', of.tenant, of.system, of.scope, of.key], digest, lane)
}

/** An interchange's own number: unique per sender, receiver and usage. Kept for 18 months. */
export function controlNumberKey(
  of: {
    readonly tenant: string
    readonly sender: string
    readonly receiver: string
    readonly usage: string
    readonly control: string
  },
  digest: Uint8Array,
  lane: number,
): KeyClaim {
  return claim(2, ['interchange', of.tenant, of.sender, of.receiver, of.usage, of.control], digest, lane)
}

/**
 * What a document without a number of its own wants of an order. Nothing else tells it from the one before, so the same
 * content is the same wish however often it comes, and other content is another wish: this key never meets a conflict.
 */
export function wishKey(
  tenant: string,
  order: readonly string[],
  { purpose, content }: { readonly purpose: string; readonly content: unknown },
  lane: number,
): KeyClaim {
  const digest = digestOf(JSON.stringify(content))
  return documentKey(tenant, 'order-wish', [...order, purpose, Buffer.from(digest).toString('hex')], digest, lane)
}

/** A document's business identity; kept for ever. */
export function documentKey(
  tenant: string,
  kind: string,
  identity: readonly string[],
  digest: Uint8Array,
  lane: number,
): KeyClaim {
  return claim(3, ['document', tenant, kind, ...identity], digest, lane)
}
