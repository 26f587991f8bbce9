import { CR, hasByteOrderMark, LF } from './x12/bytes.ts'

/** Lines shorter than this are not what a mainframe writes. */
const NARROWEST = 20

/** The bytes of a file without the line ends that cut it into blocks. */
export interface Unblocked {
  readonly bytes: Uint8Array
  readonly width: number
}

/**
 * Some systems cut what they send into lines of one width, in the middle of segments. Puts such a file together again;
 * `undefined` for every other file. A file with one segment a line is told from it by its first line, which ends with a terminator.
 */
export function unblocked(bytes: Uint8Array): Unblocked | undefined {
  const start = hasByteOrderMark(bytes, 0) ? 3 : 0
  const first = bytes.indexOf(LF, start)
  if (first < 0) return undefined
  const ending = bytes[first - 1] === CR ? 2 : 1
  const width = first + 1 - ending - start
  if (width < NARROWEST || bytes[start + width - 1] === terminatorOf(bytes, start)) return undefined
  const lines: Uint8Array[] = []
  let at = start
  for (; at + width < bytes.length; at += width + ending) {
    const end = at + width
    if (bytes[end + ending - 1] !== LF || (ending === 2 && bytes[end] !== CR)) return undefined
    lines.push(bytes.subarray(at, end))
  }
  const rest = bytes.subarray(Math.min(at, bytes.length))
  const ended = rest.indexOf(LF)
  if (lines.length < 2 || (ended >= 0 && ended !== rest.length - 1)) return undefined
  return { bytes: Buffer.concat([...lines, rest]), width }
}

/** `'`, or what UNA says. */
const terminatorOf = (bytes: Uint8Array, start: number): number =>
  bytes[start] === 0x55 && bytes[start + 1] === 0x4e && bytes[start + 2] === 0x41 ? bytes[start + 8]! : 0x27
