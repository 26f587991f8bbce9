import { hasByteOrderMark, isBlank } from './x12/bytes.ts'

/** The languages partners write files in. */
export type EdiLanguage = 'x12' | 'edifact' | 'tradacoms'

const BEGINNINGS: readonly (readonly [string, EdiLanguage])[] = [
  ['ISA', 'x12'],
  ['UNA', 'edifact'],
  ['UNB', 'edifact'],
  ['STX', 'tradacoms'],
]

/**
 * Tells the language of a file by its first bytes; where those say nothing, by which interchange comes first in it.
 * `undefined` when there is none: then nobody can say.
 *
 * @example
 * languageOf(Buffer.from("UNB+UNOC:3+…")) // 'edifact'
 */
export function languageOf(bytes: Uint8Array): EdiLanguage | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = hasByteOrderMark(bytes, 0) ? 3 : 0
  while (at < bytes.length && isBlank(bytes[at]!)) at++
  const beginning = buffer.toString('latin1', at, at + 3)
  const first = BEGINNINGS.find(([tag]) => tag === beginning)
  if (first) return first[1]
  const places = BEGINNINGS.map(([tag, language]) => ({ at: interchangeIn(buffer, tag), language }))
  return places.filter((one) => one.at >= 0).sort((a, b) => a.at - b.at)[0]?.language
}

/** Where a tag stands with a separator behind it; letters before or behind make it a part of some word. */
function interchangeIn(buffer: Buffer, tag: string): number {
  const isWord = (byte: number | undefined) => byte !== undefined && /[A-Za-z0-9 ]/.test(String.fromCharCode(byte))
  for (let at = buffer.indexOf(tag, 0, 'latin1'); at >= 0; at = buffer.indexOf(tag, at + 1, 'latin1')) {
    if (!isWord(buffer[at + 3]) && (at === 0 || !isWord(buffer[at - 1]))) return at
  }
  return -1
}
