const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]
const SPACE = 0x20
const QUOTE = 0x27
const X12_TERMINATOR_AT = 105
const UNA_TERMINATOR_AT = 8

/**
 * Whether a file that begins as X12 or EDIFACT ends with the trailer of an interchange and its terminator. Whoever pauses
 * in the middle of one has not written that yet.
 */
export function endsWithTrailer(bytes: Uint8Array): boolean {
  const start = startOf(bytes)
  const form = formAt(bytes, start)
  if (form?.terminator === undefined) return false
  let end = bytes.length - 1
  while (end > start && isBlank(bytes[end]) && bytes[end] !== form.terminator) end -= 1
  if (bytes[end] !== form.terminator) return false
  let from = bytes.lastIndexOf(form.terminator, end - 1) + 1
  while (from < end && isBlank(bytes[from])) from += 1
  return tagAt(bytes, from) === form.trailer
}

function formAt(bytes: Uint8Array, start: number): { trailer: string; terminator: number | undefined } | undefined {
  const tag = tagAt(bytes, start)
  if (tag === 'ISA') return { trailer: 'IEA', terminator: bytes[start + X12_TERMINATOR_AT] }
  if (tag === 'UNA') return { trailer: 'UNZ', terminator: bytes[start + UNA_TERMINATOR_AT] }
  return tag === 'UNB' ? { trailer: 'UNZ', terminator: QUOTE } : undefined
}

/** Where the first segment begins. */
function startOf(bytes: Uint8Array): number {
  let at = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte) ? BYTE_ORDER_MARK.length : 0
  while (at < bytes.length && isBlank(bytes[at])) at += 1
  return at
}

const isBlank = (byte: number | undefined): boolean => byte !== undefined && byte <= SPACE

const tagAt = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 3))
