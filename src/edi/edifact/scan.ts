import { letters, type ScanLanguage, Scanner, type Stopped } from '../scan.ts'
import { isLetterOrDigit } from '../x12/bytes.ts'

const TAGS = ['UNG', 'UNH', 'UNT', 'UNE', 'UNZ'] as const
/** The segments of an envelope. */
export type Envelope = 'UNB' | (typeof TAGS)[number]

/** Where a scan of EDIFACT stopped. */
export type EdifactStop = Stopped<Envelope>

const EDIFACT: ScanLanguage<Envelope> = {
  headerLetter: 0x55,
  isHeaderStart,
  header: 'UNB',
  envelopeLetters: letters('U'),
  envelopeAt: (bytes, start, end) =>
    bytes[start + 1] === 0x4e && end - start === 3 ? BY_LETTER[bytes[start + 2]!] : undefined,
  marksComponents: true,
}

const BY_LETTER: (Envelope | undefined)[] = new Array(256).fill(undefined)
for (const tag of TAGS) BY_LETTER[tag.charCodeAt(2)] = tag

/** Scans EDIFACT. */
export type EdifactScanner = Scanner<Envelope>

/** A scanner of EDIFACT; `expected` bytes are made room for. */
export const edifactScanner = (bytes: Uint8Array, expected?: number): EdifactScanner =>
  new Scanner(EDIFACT, bytes, expected)

/** True when `UNA`, or `UNB` and a separator, stands at `at`. */
export function isHeaderStart(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== 0x55 || bytes[at + 1] !== 0x4e) return false
  if (bytes[at + 2] === 0x41) return true
  const separator = bytes[at + 3]
  return bytes[at + 2] === 0x42 && separator !== undefined && !isLetterOrDigit(separator)
}
