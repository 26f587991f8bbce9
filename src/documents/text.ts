import type { DocumentFaultName } from './faults.ts'

/** Control, format (zero width, bidirectional), private, unassigned and half characters, line and paragraph separators. */
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u
const LATIN = /\p{Script=Latin}/u
const LOOKS_LATIN = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Cherokee}\p{Script=Armenian}]/u

/** True for text of printable ASCII only, which needs no further question. */
export function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < 0x20 || code > 0x7e) return false
  }
  return true
}

/** Three capitals, as ISO 4217 writes a currency. */
export function isCurrency(text: string): boolean {
  if (text.length !== 3) return false
  for (let at = 0; at < 3; at += 1) {
    const code = text.charCodeAt(at)
    if (code < 0x41 || code > 0x5a) return false
  }
  return true
}

/** What is wrong with a text that people read, or undefined. */
export function textFault(text: string): DocumentFaultName | undefined {
  return isPlain(text) || !FORBIDDEN.test(text) ? undefined : 'TEXT_INVALID'
}

/** What is wrong with a number, a key or a SKU: also letters of two scripts that look alike, or undefined. */
export function identifierFault(text: string): DocumentFaultName | undefined {
  if (isPlain(text)) return undefined
  if (FORBIDDEN.test(text)) return 'TEXT_INVALID'
  return LATIN.test(text) && LOOKS_LATIN.test(text) ? 'TEXT_MIXED_SCRIPT' : undefined
}

/** The text in Unicode form NFC, so that one name has one spelling. */
export function composed(text: string): string {
  return isPlain(text) ? text : text.normalize('NFC')
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** The text cut to `most` code units, never through the middle of a character that people see as one. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text
  let cut = ''
  for (const { segment } of graphemes.segment(text)) {
    if (cut.length + segment.length > most) break
    cut += segment
  }
  return cut
}
