import type { KeyRow } from '../store/contract.ts'
import type { FoundKey, KeyClaim } from './work.ts'

/** A key as text, for maps. */
export function keyText(kind: number, bytes: Uint8Array): string {
  return `${kind}${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')}`
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

/** Committed turns whose keys are kept. One is enough, as {@link RecentKeys} says; the others cost nothing. */
const TURNS = 4

/**
 * Keys taken by turns that are not committed yet, and by the last few that were: a look-up that left before a commit may
 * be answered after it, so a key must be found here until no such look-up can be under way. Look-ups belong to the turn
 * that is open, and that one opened while the turn before it was being committed: when it is committed itself, none is
 * left that did not see what the turn before it wrote.
 */
export class RecentKeys {
  readonly #keys = new Map<string, FoundKey>()
  /** The keys of each of the last turns, the oldest first. */
  readonly #confirmed: string[][] = []

  find(claim: KeyClaim): FoundKey | undefined {
    return this.#keys.get(keyText(claim.kind, claim.hash))
  }

  take(key: KeyRow): void {
    this.#keys.set(keyText(key.kind, key.hash), { ...key, pending: true })
  }

  /** The turn that took them is committed. */
  confirm(keys: readonly KeyRow[]): void {
    this.#confirmed.push(
      keys.map((key) => {
        const text = keyText(key.kind, key.hash)
        this.#keys.set(text, key)
        return text
      }),
    )
    if (this.#confirmed.length > TURNS) this.#forget(this.#confirmed.shift() as string[])
  }

  #forget(texts: readonly string[]): void {
    for (const text of texts) if (!this.#keys.get(text)?.pending) this.#keys.delete(text)
  }

  /** The turn that took them is given up. */
  giveBack(keys: readonly KeyRow[]): void {
    for (const key of keys) this.#keys.delete(keyText(key.kind, key.hash))
  }
}
