/** Small questions about bytes, asked all over the reader. */

export const SPACE = 0x20
export const CR = 0x0d
export const LF = 0x0a

/** Space, tab, line ends, NUL and Ctrl-Z: what stands between segments and means nothing. */
export function isBlank(byte: number): boolean {
  return byte === SPACE || byte === LF || byte === CR || byte === 0x09 || byte === 0x00 || byte === 0x1a
}

/** A printable character of ASCII. */
export function isPrinted(byte: number): boolean {
  return byte >= SPACE && byte <= 0x7e
}

export function isLetterOrDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)
}

export function hasByteOrderMark(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf
}

/** True when `ISA` and a separator stand at `at`. */
export function isHeaderStart(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== 0x49 || bytes[at + 1] !== 0x53 || bytes[at + 2] !== 0x41) return false
  const separator = bytes[at + 3]
  return separator !== undefined && !isLetterOrDigit(separator)
}

/** The text of some bytes: UTF-8 where it is UTF-8, else one character for each byte. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  const latin = latinText(bytes, start, end)
  return hasHighCharacter(latin) ? decoded(bytes.subarray(start, end), latin) : latin
}

/** One character for each byte, so that places in the text are places in the bytes. */
export function latinText(bytes: Uint8Array, start: number, end: number): string {
  if (bytes instanceof Buffer) return bytes.toString('latin1', start, end)
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.max(0, end - start)).toString('latin1')
}

/** `latin` read again as UTF-8; partners write either, and what is not UTF-8 keeps one character for each byte. */
export function utf8Text(latin: string): string {
  return hasHighCharacter(latin) ? decoded(Buffer.from(latin, 'latin1'), latin) : latin
}

function hasHighCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return true
  return false
}

const utf8 = new TextDecoder('utf-8')
const REPLACEMENT = '\ufffd'

function decoded(bytes: Uint8Array, latin: string): string {
  const text = utf8.decode(bytes)
  return text.includes(REPLACEMENT) ? latin : text
}
