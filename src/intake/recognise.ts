import type { FoundKey } from '../journal/work.ts'
import type { KeyRow } from '../store/contract.ts'
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
export function recognise(part: Part, found: Known): Verdict {
  if (found.size === 0) return NEW
  for (const claim of part.claims) {
    const key = found.of(claim)
    if (!key) continue
    if (!isSame(key.digest, claim.digest)) return { verdict: 'conflict', key }
    return { verdict: key.pending ? 'in-flight' : 'repeat', key }
  }
  return NEW
}

/** So many keys are looked through one by one; more are told apart by their text. */
const FEW = 16

/** The keys that are known while an arrival is taken in: those that were found, and those it claims itself. */
export class Known {
  readonly #rows: FoundKey[]
  #byText: Map<string, FoundKey> | undefined

  constructor(found: readonly FoundKey[]) {
    this.#rows = [...found]
  }

  get size(): number {
    return this.#rows.length
  }

  of(key: Pick<KeyRow, 'kind' | 'hash'>): FoundKey | undefined {
    if (this.#rows.length > FEW) return this.#index().get(textOf(key))
    return this.#rows.find(({ kind, hash }) => kind === key.kind && isSame(hash, key.hash))
  }

  add(row: FoundKey): void {
    this.#rows.push(row)
    if (this.#byText && !this.#byText.has(textOf(row))) this.#byText.set(textOf(row), row)
  }

  #index(): ReadonlyMap<string, FoundKey> {
    // the first of two rows under one key is the one that counts
    this.#byText ??= new Map(this.#rows.toReversed().map((row) => [textOf(row), row]))
    return this.#byText
  }
}

const textOf = ({ kind, hash }: Pick<KeyRow, 'kind' | 'hash'>): string =>
  `${kind} ${Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('latin1')}`

/** Whether two hashes are the same bytes. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false
  return true
}
