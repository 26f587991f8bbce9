import { isUtf8 } from 'node:buffer'
import type { Charset } from './layout.ts'

/** The five bytes that windows-1252 gives no character. */
const UNDEFINED_1252 = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d])

/** The offset of the first byte in a part of a file that its character set does not have, or -1. */
export function wrongByte(bytes: Uint8Array, from: number, to: number, charset: Charset): number {
  if (charset === 'utf-8') return isUtf8(bytes.subarray(from, to)) ? -1 : wrongUtf8(bytes, from, to)
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] as number
    if (byte < 0x80) continue
    if (charset === 'us-ascii') return at
    if (charset === 'windows-1252' ? UNDEFINED_1252.has(byte) : byte < 0xa0) return at
  }
  return -1
}

/** Where UTF-8 breaks: at the first byte of the sequence that is none. */
function wrongUtf8(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to) {
    const first = bytes[at] as number
    const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0
    if (length === 0 || at + length > to || !isUtf8(bytes.subarray(at, at + length))) return at
    at += length
  }
  return -1
}

const windows1252 = new TextDecoder('windows-1252')

/** Text of bytes that were found to be right. */
export function decode(bytes: Uint8Array, from: number, to: number, charset: Charset, isPlain: boolean): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (isPlain || charset === 'iso-8859-1' || charset === 'us-ascii') return buffer.toString('latin1', from, to)
  return charset === 'utf-8' ? buffer.toString('utf8', from, to) : windows1252.decode(bytes.subarray(from, to))
}

/** Bytes of a text, or the first character that the set does not have. */
export function encode(text: string, charset: Charset): Uint8Array | { readonly without: string } {
  if (charset === 'utf-8') {
    const half = /\p{Cs}/u.exec(text)
    return half ? { without: half[0] } : Buffer.from(text, 'utf8')
  }
  const bytes = Buffer.alloc(text.length)
  for (let at = 0; at < text.length; at += 1) {
    const byte = byteOf(text[at] as string, charset)
    if (byte === undefined) return { without: text[at] as string }
    bytes[at] = byte
  }
  return bytes
}

const SPECIAL_1252 = new Map(
  Array.from({ length: 32 }, (_, at) => at + 0x80)
    .filter((byte) => !UNDEFINED_1252.has(byte))
    .map((byte) => [windows1252.decode(Uint8Array.of(byte)), byte]),
)

function byteOf(character: string, charset: Charset): number | undefined {
  const code = character.charCodeAt(0)
  if (code < 0x80) return code
  if (charset === 'us-ascii') return undefined
  if (code >= 0xa0 && code <= 0xff) return code
  return charset === 'windows-1252' ? SPECIAL_1252.get(character) : undefined
}
