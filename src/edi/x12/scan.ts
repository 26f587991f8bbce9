import { letters, type ScanLanguage, Scanner, type Stopped } from '../scan.ts'
import { isHeaderStart } from './bytes.ts'

/** The segments of an envelope. */
export type Envelope = 'ISA' | 'GS' | 'ST' | 'SE' | 'GE' | 'IEA' | 'TA1'

/** Where a scan of X12 stopped. */
export type Stop = Stopped<Envelope>

/** Components are few in X12 and looked for when they are asked for. */
const X12: ScanLanguage<Envelope> = {
  headerLetter: 0x49,
  isHeaderStart,
  header: 'ISA',
  envelopeLetters: letters('SGIT'),
  envelopeAt: envelopeTag,
  marksComponents: false,
}

/** Scans X12. */
export type X12Scanner = Scanner<Envelope>

/** A scanner of X12; `expected` bytes are made room for. */
export const x12Scanner = (bytes: Uint8Array, expected?: number): X12Scanner => new Scanner(X12, bytes, expected)

function envelopeTag(bytes: Uint8Array, start: number, end: number): Envelope | undefined {
  const a = bytes[start]
  const b = bytes[start + 1]
  if (end - start === 2) {
    if (a === 0x53) return b === 0x54 ? 'ST' : b === 0x45 ? 'SE' : undefined
    if (a === 0x47) return b === 0x53 ? 'GS' : b === 0x45 ? 'GE' : undefined
    return undefined
  }
  if (end - start !== 3) return undefined
  const c = bytes[start + 2]
  if (a === 0x49 && b === 0x45 && c === 0x41) return 'IEA'
  if (a === 0x54 && b === 0x41 && c === 0x31) return 'TA1'
  return undefined
}
