import { createHash, hash } from 'node:crypto'

/** Lanes there are, for ever: the unit of order, ownership and parallelism. */
export const LANES = 256

/** The lane of a business key: FNV-1a over its UTF-16 code units, folded to {@link LANES}. */
export function laneOf(key: string): number {
  let mixed = 0x811c9dc5
  for (let at = 0; at < key.length; at += 1) {
    mixed = Math.imul(mixed ^ key.charCodeAt(at), 0x01000193)
  }
  return ((mixed >>> 16) ^ mixed) & (LANES - 1)
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

function base32(value: number, length: number): string {
  let text = ''
  let rest = value
  for (let at = 0; at < length; at += 1) {
    text = ALPHABET[rest % 32] + text
    rest = Math.floor(rest / 32)
  }
  return text
}

/** Ids one instance mints in a millisecond before it borrows the next one. */
const MOST_IN_A_MILLISECOND = 32 * 32

/**
 * Mints ids that sort by time and carry cell and lane: `o0-5f-1k3v9x2q7-4kt03`, 21 characters, so that a release number
 * made of one fits the 22 of an X12 element. Two instances may mint for one lane in the same millisecond (a receipt, an
 * order on its way to its owner): the three characters after the time are each instance's own.
 * The lane is read back with {@link laneInId}, so anyone who quotes the id can be routed without a look-up.
 */
export class IdMint {
  readonly #cell: number
  readonly #tag: string
  #lastMs = 0
  #count = 0

  /** @param instance a name no other instance has, new at each start; absent where there is only one. */
  constructor(cell = 0, instance = '') {
    this.#cell = cell
    this.#tag = base32(instance === '' ? 0 : keyHash(instance).readUInt16BE(0), 3)
  }

  /** @param kind one letter: o order, s shipment, i invoice, r receipt, c case. @param nowMs the clock's now. */
  mint(kind: string, lane: number, nowMs: number): string {
    this.#count += 1
    if (nowMs > this.#lastMs || this.#count === MOST_IN_A_MILLISECOND) {
      this.#lastMs = Math.max(nowMs, this.#lastMs + 1)
      this.#count = 1
    }
    const laneText = lane.toString(16).padStart(2, '0')
    return `${kind}${this.#cell}-${laneText}-${base32(this.#lastMs, 9)}-${this.#tag}${base32(this.#count, 2)}`
  }
}

const ID_LANE = /^[a-z]\d+-([0-9a-f]{2})-/

/** The lane an id carries, or undefined when the text is not one of our ids. */
export function laneInId(id: string): number | undefined {
  const match = ID_LANE.exec(id)
  return match ? Number.parseInt(match[1] as string, 16) : undefined
}

/** SHA-256 as 64 hex digits: for what must be compared for ever. */
export function sha256(bytes: Uint8Array | string): string {
  return hash('sha256', bytes as never, 'hex')
}

/** The first 16 bytes of SHA-256: the form in which keys are stored and compared. */
export function keyHash(...parts: string[]): Buffer {
  return createHash('sha256').update(parts.join('\u0000')).digest().subarray(0, 16)
}
