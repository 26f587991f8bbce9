import type { KeyRow } from '../store/contract.ts'
import type { FoundKey, KeyClaim } from './work.ts'

/** A key as text, for maps. */
export function keyText(kind: number, bytes: Uint8Array): string {
  return `${kind}${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')}`
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

/**
 * Keys taken by turns that are not committed yet, and the last few thousand that were: a look-up that left before a
 * commit may be answered after it, so a key must be found here until no such look-up can be under way.
 */
export class RecentKeys {
  readonly #keys = new Map<string, FoundKey>()
  readonly #confirmed: string[] = []
  readonly #limit: number

  constructor(limit = 20_000) {
    this.#limit = limit
  }

  find(claim: KeyClaim): FoundKey | undefined {
    return this.#keys.get(keyText(claim.kind, claim.hash))
  }

  take(key: KeyRow): void {
    this.#keys.set(keyText(key.kind, key.hash), { ...key, pending: true })
  }

  /** The turn that took them is committed. */
  confirm(keys: readonly KeyRow[]): void {
    for (const key of keys) {
      const text = keyText(key.kind, key.hash)
      this.#keys.set(text, key)
      this.#confirmed.push(text)
    }
    if (this.#confirmed.length <= this.#limit * 2) return
    for (const text of this.#confirmed.splice(0, this.#confirmed.length - this.#limit)) {
      if (!this.#keys.get(text)?.pending) this.#keys.delete(text)
    }
  }

  /** The turn that took them is given up. */
  giveBack(keys: readonly KeyRow[]): void {
    for (const key of keys) this.#keys.delete(keyText(key.kind, key.hash))
  }
}
