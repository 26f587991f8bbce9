import { createHmac, timingSafeEqual } from 'node:crypto'
import { errors } from './errors.ts'

/** Makes the cursors of paged lists unforgeable: a caller sends back what was given out, for the same list, or gets 400. */
export interface CursorSeal {
  /** @param list whose cursor it is: operation and tenant. */
  seal(list: string, position: string): string
  /** The position again. Throws `XD_GATEWAY_CURSOR_INVALID`. */
  open(list: string, cursor: string): string
}

const MARK_BYTES = 12

/** A seal under a secret that all instances of an installation share. */
export function cursorSeal(secret: Uint8Array): CursorSeal {
  const mark = (list: string, position: Buffer) =>
    createHmac('sha256', secret).update(list).update('\u0000').update(position).digest().subarray(0, MARK_BYTES)
  return {
    seal(list, text) {
      const position = Buffer.from(text)
      return Buffer.concat([mark(list, position), position]).toString('base64url')
    },
    open(list, cursor) {
      const bytes = Buffer.from(cursor, 'base64url')
      const position = bytes.subarray(MARK_BYTES)
      const isOurs = bytes.length > MARK_BYTES && timingSafeEqual(bytes.subarray(0, MARK_BYTES), mark(list, position))
      if (!isOurs) throw errors.CURSOR_INVALID()
      return position.toString()
    },
  }
}

/**
 * The public cursor of the journal: a position in each lane, as text. There is no total order across lanes, so a
 * single number could not say where a reader stands. After a restore the life of the installation stands behind them:
 * what a reader has read of another life may not be what is there now.
 */
export function writeLaneCursor(positions: readonly number[], life = 1): string {
  const bytes: number[] = []
  for (const position of life === 1 ? positions : [...positions, life]) {
    let rest = position
    while (rest >= 128) {
      bytes.push((rest % 128) + 128)
      rest = Math.floor(rest / 128)
    }
    bytes.push(rest)
  }
  return Buffer.from(bytes).toString('base64url')
}

/**
 * Reads {@link writeLaneCursor}. Throws `XD_GATEWAY_CURSOR_OTHER_LIFE` for one of another life, `_CURSOR_INVALID` for
 * anything else.
 */
export function readLaneCursor(text: string, lanes: number, life = 1): number[] {
  const positions: number[] = []
  let value = 0
  let factor = 1
  for (const byte of Buffer.from(text, 'base64url')) {
    value += (byte % 128) * factor
    factor *= 128
    if (!Number.isSafeInteger(value)) throw errors.CURSOR_INVALID()
    if (byte < 128) {
      positions.push(value)
      value = 0
      factor = 1
    }
  }
  const written = positions.length === lanes + 1 ? (positions.pop() as number) : 1
  if (positions.length !== lanes || factor !== 1) throw errors.CURSOR_INVALID()
  if (written !== life) throw errors.CURSOR_OTHER_LIFE()
  return positions
}
