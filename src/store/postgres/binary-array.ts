import type { ColumnType, Value } from '../contract.ts'
import { valueFault } from '../turn-faults.ts'

const OID: Record<ColumnType, number> = { int2: 21, int4: 23, int8: 20, text: 25, bytea: 17, bool: 16 }
const WIDTH = { int2: 2, int4: 4, int8: 8, bool: 1 } as const
const HEADER_BYTES = 20
const EMPTY_BYTES = 12
const FIRST_BYTES = 1 << 20
/** A turn of unusual size may not keep its memory for ever. */
const KEPT_BYTES = 16 << 20
const WORD = 2 ** 32

/** A value that no column of its type can hold; the whole turn is refused. */
export class ValueRefused extends Error {}

/**
 * Builds PostgreSQL's binary arrays in one reusable buffer. node-postgres sends Buffers as binary parameters, so
 * nothing is quoted or turned into hex: 2.3 µs of Node a row against 72 for arrays of text.
 *
 * The arrays are views into the buffer: hand them to the connection before the next {@link ArrayEncoder.begin}.
 *
 * @example
 * encoder.begin()
 * const lanes = encoder.array('int2', 2, (at) => [4, 7][at])
 * await client.query('select * from unnest($1::int2[])', [lanes])
 */
export class ArrayEncoder {
  #buffer: Buffer
  #at = 0

  constructor(firstBytes = FIRST_BYTES) {
    this.#buffer = Buffer.allocUnsafeSlow(firstBytes)
  }

  /** Starts a new turn: the arrays handed out before are overwritten from here on. */
  begin(): void {
    this.#at = 0
    if (this.#buffer.length > KEPT_BYTES) this.#buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)
  }

  /** One array of `length` elements, asked for by index. Throws {@link ValueRefused}. */
  array(type: ColumnType, length: number, valueAt: (index: number) => Value | undefined): Buffer {
    const start = this.#at
    this.#header(type, length)
    for (let index = 0; index < length; index += 1) this.#element(type, valueAt(index))
    return this.#buffer.subarray(start, this.#at)
  }

  #header(type: ColumnType, length: number): void {
    this.#makeRoom(HEADER_BYTES)
    const buffer = this.#buffer
    buffer.writeInt32BE(length === 0 ? 0 : 1, this.#at)
    buffer.writeInt32BE(0, this.#at + 4)
    buffer.writeInt32BE(OID[type], this.#at + 8)
    if (length === 0) {
      this.#at += EMPTY_BYTES
      return
    }
    buffer.writeInt32BE(length, this.#at + 12)
    buffer.writeInt32BE(1, this.#at + 16)
    this.#at += HEADER_BYTES
  }

  #element(type: ColumnType, value: Value | undefined): void {
    if (value === null) {
      this.#makeRoom(4)
      this.#at = this.#buffer.writeInt32BE(-1, this.#at)
      return
    }
    const fault = valueFault(type, value)
    if (fault) throw new ValueRefused(fault)
    if (type === 'text') this.#text(value as string)
    else if (type === 'bytea') this.#bytes(value as Uint8Array)
    else this.#fixed(type, Number(value))
  }

  #fixed(type: 'int2' | 'int4' | 'int8' | 'bool', value: number): void {
    this.#makeRoom(12)
    const buffer = this.#buffer
    const at = buffer.writeInt32BE(WIDTH[type], this.#at)
    if (type === 'int2') this.#at = buffer.writeInt16BE(value, at)
    else if (type === 'int4') this.#at = buffer.writeInt32BE(value, at)
    else if (type === 'bool') this.#at = buffer.writeInt8(value, at)
    else {
      const high = Math.floor(value / WORD)
      this.#at = buffer.writeUInt32BE(value - high * WORD, buffer.writeInt32BE(high, at))
    }
  }

  #text(value: string): void {
    this.#makeRoom(4 + value.length * 3)
    const written = this.#buffer.write(value, this.#at + 4, 'utf8')
    this.#buffer.writeInt32BE(written, this.#at)
    this.#at += 4 + written
  }

  #bytes(value: Uint8Array): void {
    this.#makeRoom(4 + value.length)
    this.#buffer.set(value, this.#buffer.writeInt32BE(value.length, this.#at))
    this.#at += 4 + value.length
  }

  /** Grows by copying: arrays handed out before keep the old memory, offsets stay the same. */
  #makeRoom(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#at + bytes))
    this.#buffer.copy(larger, 0, 0, this.#at)
    this.#buffer = larger
  }
}

/** One array with memory of its own, for a read whose connection may take it later. Throws {@link ValueRefused}. */
export function binaryArray<T>(type: ColumnType, rows: readonly T[], of: (row: T) => Value): Buffer {
  const encoder = new ArrayEncoder(HEADER_BYTES + rows.length * 40)
  return encoder.array(type, rows.length, (index) => of(rows[index] as T))
}
