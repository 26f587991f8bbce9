import type { FoundKey } from '../journal/work.ts'
import type { Part } from './arrival.ts'

/**
 * What the keys of a part say. `repeat`: the same came before, its first answer is given again and nothing happens.
 * `conflict`: the key came before with something else. `in-flight`: the first one is not committed yet.
 */
export type Verdict =
  | { readonly verdict: 'new' }
  | { readonly verdict: 'repeat'; readonly key: FoundKey }
  | { readonly verdict: 'in-flight'; readonly key: FoundKey }
  | { readonly verdict: 'conflict'; readonly key: FoundKey }

const NEW: Verdict = { verdict: 'new' }

/**
 * Recognises a repeat. The sender's own key is asked first: under it only exactly the same body is a repeat, anything
 * else is a key used twice. Then the transport's number and the document's business identity.
 */
export function recognise(part: Part, found: readonly FoundKey[]): Verdict {
  if (found.length === 0) return NEW
  for (const claim of part.claims) {
    const key = found.find((known) => known.kind === claim.kind && isSame(known.hash, claim.hash))
    if (!key) continue
    if (!isSame(key.digest, claim.digest)) return { verdict: 'conflict', key }
    return { verdict: key.pending ? 'in-flight' : 'repeat', key }
  }
  return NEW
}

/** Whether two hashes are the same bytes. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false
  return true
}
