/** Randomness as the rooms see it: a number in [0, 1) and raw bytes. */
export interface Random {
  next(): number
  bytes(length: number): Uint8Array
}

/** The operating system's randomness: for tokens, keys and jitter in production. */
export const systemRandom: Random = {
  next: () => {
    const word = crypto.getRandomValues(new Uint32Array(1))[0] as number
    return word / 0x1_0000_0000
  },
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
}

/**
 * Randomness from a seed (mulberry32): the same seed gives the same run. Never for secrets.
 *
 * @example
 * const random = seededRandom(7)
 * random.next() // the same number every time
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const bytes = (length: number) => Uint8Array.from({ length }, () => Math.floor(next() * 256))
  return { next, bytes }
}
