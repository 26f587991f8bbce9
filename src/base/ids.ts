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

function base32Big(value: bigint, length: number): string {
  let text = ''
  let rest = value
  for (let at = 0; at < length; at += 1) {
    text = ALPHABET[Number(rest & 31n)] + text
    rest >>= 5n
  }
  return text
}

/** What an object is in business: an id made from it is the same whenever it is made. */
export interface Identity {
  /** The business day it carries, milliseconds since 1970: ids of one day lie together. 0 when there is none. */
  readonly dayMs: number
  readonly parts: readonly string[]
}

const DAY_MS = 86_400_000
const IDENTITY_BITS = 55n

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

  /**
   * The id that a business identity always has, in the form of the others: three characters of its day, eleven of its
   * hash. What targets know an order by must come out the same when the order comes again after a restore.
   */
  name(kind: string, lane: number, { dayMs, parts }: Identity): string {
    const day = Number.isFinite(dayMs) ? Math.max(0, Math.floor(dayMs / DAY_MS)) % 32 ** 3 : 0
    const bits = keyHash(kind, ...parts).readBigUInt64BE(0) >> (64n - IDENTITY_BITS)
    const text = base32Big(bits, 11)
    const laneText = lane.toString(16).padStart(2, '0')
    return `${kind}${this.#cell}-${laneText}-${base32(day, 3)}${text.slice(0, 6)}-${text.slice(6)}`
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

/**
 * The part of a delivery key that says where in the journal, or when, something was decided: for effects that have no
 * business identity of their own. After a restore such a key does not come out the same: see {@link isPlaceKey}.
 */
export const placeKey = (place: number): string => `@${place}`

/** Whether a delivery key holds a place in the journal: a target cannot know a repeat by it after a restore. */
export const isPlaceKey = (key: string): boolean => /\/@\d+$/.test(key)
