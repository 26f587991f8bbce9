/** Exact figures of the checker's own: nothing here is shared with what is checked. */

const PLACES = 6

/** Millionths of decimal text: `'12.5'` is 12500000n. Undefined for anything that is not plain digits. */
export function millionths(value: unknown): bigint | undefined {
  if (typeof value !== 'string') return undefined
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value)
  if (!match) return undefined
  const fraction = match[3] ?? ''
  if (fraction.length > PLACES) return undefined
  const size = BigInt((match[2] as string) + fraction.padEnd(PLACES, '0'))
  return match[1] ? -size : size
}

/** Text of millionths, for sentences. */
export function plain(value: bigint): string {
  const size = value < 0n ? -value : value
  const fraction = (size % 1_000_000n).toString().padStart(PLACES, '0').replace(/0+$/, '')
  return `${value < 0n ? '-' : ''}${size / 1_000_000n}${fraction ? `.${fraction}` : ''}`
}

/** Quantity (millionths) times price (millionths, for `per` units) in cents, rounded once, half away from zero. */
export function timesPrice(quantity: bigint, price: bigint, per: bigint): bigint {
  const numerator = quantity * price
  const denominator = 10_000_000_000n * per // 10^6 times 10^6, seen from cents
  const size = numerator < 0n ? -numerator : numerator
  const rounded = (size * 2n + denominator) / (denominator * 2n)
  return numerator < 0n ? -rounded : rounded
}

/** Millionths as cents; undefined when there is more than two places. */
export function cents(value: unknown): bigint | undefined {
  const size = millionths(value)
  return size === undefined || size % 10_000n !== 0n ? undefined : size / 10_000n
}

/** Sums by key. */
export class Sums {
  readonly #sums = new Map<string, bigint>()

  add(key: string, value: bigint): void {
    this.#sums.set(key, this.get(key) + value)
  }

  get(key: string): bigint {
    return this.#sums.get(key) ?? 0n
  }

  has(key: string): boolean {
    return this.#sums.has(key)
  }

  keys(): Iterable<string> {
    return this.#sums.keys()
  }

  /** Keys of this and the other, each once. */
  keysWith(other: Sums): Set<string> {
    return new Set([...this.#sums.keys(), ...other.#sums.keys()])
  }
}
