import { added } from './added.ts'
import { hasCheckDigit, ssccFrom } from './check-digit.ts'
import { faultAt, identifierAt, type SetReading } from './set-reading.ts'
import { type Segment, segment } from './set-writing.ts'

/** What stands on a pack. */
export interface Marked {
  sscc?: string
  tracking?: string
  marks?: { qualifier: string; value: string }[]
}

/**
 * Reads MAN: the SSCC (GM, with or without its application identifier; AA), the carrier's tracking number (CP),
 * other marks as they are. A wrong check digit is a warning: the label is on the goods, whatever it says.
 */
export function readMarks(reading: SetReading, at: number, into: Marked): void {
  if (readMark(reading, at, 1, into)) readMark(reading, at, 4, into)
}

/** Reads one mark; false where there is none, and then there is none after it either. */
function readMark(reading: SetReading, at: number, element: number, into: Marked): boolean {
  const qualifier = identifierAt(reading, at, element)
  const value = identifierAt(reading, at, element + 1)
  if (qualifier === undefined || value === undefined) {
    if (element === 1) faultAt(reading, 'MISSING', at, qualifier === undefined ? 1 : 2, ['The mark'])
    return false
  }
  if ((qualifier === 'GM' || qualifier === 'AA') && into.sscc === undefined) {
    into.sscc = ssccFrom(value)
    if (!hasCheckDigit(into.sscc)) faultAt(reading, 'CHECK_DIGIT', at, element + 1, [value], 'warning')
  } else if (qualifier === 'CP' && into.tracking === undefined) into.tracking = value
  else into.marks = added(into.marks, { qualifier, value })
  return true
}

/** Writes MAN, the SSCC with its application identifier. */
export function writeMarks({ sscc, tracking, marks = [] }: Marked): Segment[] {
  return [
    ...(sscc === undefined ? [] : [segment('MAN', 'GM', sscc.length === 18 ? `00${sscc}` : sscc)]),
    ...(tracking === undefined ? [] : [segment('MAN', 'CP', tracking)]),
    ...marks.map(({ qualifier, value }) => segment('MAN', qualifier, value)),
  ]
}
