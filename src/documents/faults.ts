import type { FieldFault } from '../base/errors.ts'
import type { AckCodes, X12Fault } from '../edi/x12/reading.ts'
import { rightCheckDigit } from './check-digit.ts'

/** A kind of fault in a document: the sentence, the way out, and what an X12 acknowledgement says about it. */
export interface DocumentFaultRow {
  readonly says: (...particulars: string[]) => string
  readonly remedy: string
  readonly ack?: AckCodes
}

const rightOf = (key: string): string => {
  const right = rightCheckDigit(key)
  return right === undefined ? '' : `; ${right} would be right`
}

const element = (ak4: string): AckCodes => ({ ak4, ak3: '8', ak5: '5' })
/** Of the set as a whole; and of a segment of it, which AK3 names. */
const set: AckCodes = { ak5: '5' }
const place: AckCodes = { ak3: '8', ak5: '5' }

/** Every fault a document can have. The codes are `XD_DOCUMENTS_` and the name; they never change their meaning. */
export const DOCUMENT_FAULTS = {
  MISSING: {
    ack: element('1'),
    says: (what) => `${what} is missing.`,
    remedy: 'Send the value; nothing is assumed in its place.',
  },
  UNKNOWN_FIELD: {
    says: () => 'This member is not part of the document.',
    remedy: 'Leave the member out, or check its spelling against the reference.',
  },
  WRONG_TYPE: {
    says: (expected) => `This must be ${expected}.`,
    remedy: 'Send the kind of value that the reference names.',
  },
  NUMBER_NOT_TEXT: {
    says: () => 'Quantities and money travel as text, not as JSON numbers.',
    remedy: 'Put quotes around the number: "12.5".',
  },
  NUMBER_MALFORMED: {
    ack: element('6'),
    says: (value) => `“${value}” is not a plain decimal number.`,
    remedy: 'Write digits with at most one point; we never guess what was meant.',
  },
  NUMBER_AMBIGUOUS: {
    ack: element('6'),
    says: (value) => `“${value}” has a comma, which means different things in different places.`,
    remedy: 'Write the decimal point as a point, and no separator for thousands.',
  },
  NUMBER_OUT_OF_RANGE: {
    ack: element('7'),
    says: (value, range) => `“${value}” is outside of what is allowed here: ${range}.`,
    remedy: 'Send a value inside the range; it is never rounded or cut.',
  },
  NUMBER_SCALE: {
    ack: element('5'),
    says: (value, places) => `“${value}” has more than ${places} decimal places.`,
    remedy: 'Round by your own rule and send the result; we round nothing we were not told to.',
  },
  TEXT_INVALID: {
    ack: element('6'),
    says: () => 'The text holds control, format or bidirectional characters, or half a character.',
    remedy: 'Send plain text; invisible characters let two names look the same.',
  },
  TEXT_MIXED_SCRIPT: {
    ack: element('6'),
    says: () => 'An identifier mixes letters of different scripts that look alike.',
    remedy: 'Write the identifier in one script.',
  },
  TEXT_LENGTH: {
    ack: element('5'),
    says: (least, most) => `The text must have ${least} to ${most} characters.`,
    remedy: 'Shorten the text; it is not cut here.',
  },
  DATE_INVALID: {
    ack: element('8'),
    says: (value) => `“${value}” is not a date.`,
    remedy: 'Send a date that exists: 2026-02-28 in JSON, 20260228 in X12.',
  },
  TIME_INVALID: {
    ack: element('9'),
    says: (value) => `“${value}” is not a time of the day.`,
    remedy: 'Send a time from 00:00 to 23:59: 14:30 in JSON, 1430 in X12.',
  },
  UNIT_UNKNOWN: {
    ack: element('7'),
    says: (value) => `“${value}” is not a unit of measure we know.`,
    remedy: 'Use a code of X12 355, or declare the partner’s own unit in its configuration.',
  },
  UNIT_ASSUMED: {
    says: () => 'The quantity names no unit; it is counted in pieces (EA).',
    remedy: 'Nothing to do for goods that are counted. For goods that are measured, name the unit.',
  },
  CODE_UNKNOWN: {
    ack: element('7'),
    says: (value, what) => `“${value}” is no ${what}.`,
    remedy: 'Use a code of the list, or agree on another one.',
  },
  CHECK_DIGIT: {
    ack: element('7'),
    says: (value) => `The check digit of “${value}” is wrong${rightOf(value)}.`,
    remedy: 'Send the key as it stands on the goods, with its leading zeros.',
  },
  LINES_NONE: {
    ack: set,
    says: () => 'There are no lines.',
    remedy: 'Send at least one line.',
  },
  LINES_TOO_MANY: {
    ack: set,
    says: (most) => `There are more than ${most} lines.`,
    remedy: 'Split the document.',
  },
  LINE_REPEATED: {
    ack: element('7'),
    says: (line) => `Line number ${line} comes more than once.`,
    remedy: 'Number every line differently; documents back to you carry these numbers.',
  },
  LINE_ASSIGNED: {
    says: (line) => `The line has no number; it was given ${line}, by its place.`,
    remedy: 'Nothing to do. Documents back carry the number given here.',
  },
  COUNT_DIFFERS: {
    ack: element('7'),
    says: (stated, counted) => `The document says ${stated}, counted were ${counted}.`,
    remedy: 'Ask the sender for the document again; something may have been lost on the way.',
  },
  SPLIT_DIFFERS: {
    ack: place,
    says: (split, ordered) => `The split over locations adds up to ${split}, the line says ${ordered}.`,
    remedy: 'The sender must correct the split or the line; we cannot know which one is right.',
  },
  TOTAL_DIFFERS: {
    ack: place,
    says: (stated, computed) => `The stated total is ${stated}, the parts add up to ${computed}.`,
    remedy: 'Compare prices, charges and rounding with the sender.',
  },
  DATES_CROSS: {
    ack: place,
    says: (first, second) => `${first} is after ${second}.`,
    remedy: 'Send a window that begins before it ends.',
  },
  PRICE_MISSING: {
    ack: element('1'),
    says: () => 'The line has no price, so its amount cannot be known.',
    remedy: 'Send a unit price; a free line has the price 0.',
  },
  PRICE_BASIS: {
    ack: element('7'),
    says: (value) => `“${value}” is a basis of price we cannot calculate with.`,
    remedy: 'Send the price for 1, 100 or 1000 of a unit.',
  },
  PRICE_AMBIGUOUS: {
    ack: place,
    says: (what) => `Two different prices hold for the same: ${what}.`,
    remedy: 'Send one price for a type, class, quantity and time; which one holds is never guessed.',
  },
  HIERARCHY: {
    ack: place,
    says: (what) => `The hierarchy does not hold together: ${what}.`,
    remedy: 'The sender must correct the HL segments.',
  },
  REFERENCE_UNKNOWN: {
    ack: place,
    says: (what) => `${what} is not part of this document.`,
    remedy: 'Refer to an order or a pack that the document itself lists.',
  },
  STOPS: {
    ack: place,
    says: (what) => `The stops do not make a trip: ${what}.`,
    remedy: 'Send each stop once, with a place to load at and one to unload at.',
  },
  SERIAL_REPEATED: {
    ack: place,
    says: (serial) => `Serial number ${serial} comes more than once in one shipment.`,
    remedy: 'Ask the shipper which unit was meant; a serial number is in one place only.',
  },
  SET_UNEXPECTED: {
    ack: { ak5: '1' },
    says: (found, expected) => `This is a ${found}, expected was a ${expected}.`,
    remedy: 'Send the set to the reader that knows it.',
  },
  EXPRESSION_FAILED: {
    ack: set,
    says: (why) => `The map’s expression fails: ${why}.`,
    remedy: 'Correct the map, or have the sender correct the document; then try its case again.',
  },
  EXPRESSION_CUT_OFF: {
    ack: set,
    says: (why) => `The map’s expression was cut off: ${why}.`,
    remedy: 'Make the expression simpler, or the document smaller; what a map may take is limited.',
  },
  FAULTS_TOO_MANY: {
    ack: set,
    says: (most) => `There are more than ${most} faults; the rest is not listed.`,
    remedy: 'Correct these first.',
  },
} as const satisfies Record<string, DocumentFaultRow>

export type DocumentFaultName = keyof typeof DOCUMENT_FAULTS

/** Most faults a reading lists; past it, one more says that there are others. */
export const MOST_FAULTS = 1_000

/**
 * One thing that is wrong in a document. From JSON `pointer` is an RFC 6901 pointer; from X12 and EDIFACT it is
 * `/<segment>/<tag>/<element>` (EDIFACT: `/<component>` behind it), and the members of an {@link X12Fault} say the same for an acknowledgement.
 */
export interface DocumentFault extends FieldFault, X12Fault {
  readonly pointer: string
  readonly code: string
}

/** What a reader answers: the document with what was noticed on the way, or everything that is wrong with it. */
export type Reading<T> =
  | { readonly document: T; readonly warnings: readonly DocumentFault[]; readonly faults?: undefined }
  | {
      readonly document?: undefined
      readonly warnings?: readonly DocumentFault[]
      readonly faults: readonly DocumentFault[]
    }

const LONGEST_VALUE = 99

/** Where a fault stands. For JSON only `pointer`, for X12 and EDIFACT the segment (ST or UNH = 1), the element and the component. */
export interface FaultPlace {
  readonly pointer: string
  readonly segment?: number
  readonly tag?: string
  readonly element?: number
  readonly component?: number
  readonly value?: string
}

/** Makes a fault from its row. `warning` marks what is noticed but stops nothing. */
export function documentFault(
  name: DocumentFaultName,
  place: FaultPlace,
  particulars: readonly string[] = [],
  severity: 'fatal' | 'warning' = 'fatal',
): DocumentFault {
  const row: DocumentFaultRow = DOCUMENT_FAULTS[name]
  const sentence = row.says(...particulars.map(short))
  const level = place.element !== undefined ? 'element' : place.segment !== undefined ? 'segment' : 'set'
  return {
    code: `XD_DOCUMENTS_${name}`,
    message: sentence,
    detail: sentence,
    severity,
    level,
    ...place,
    ...(place.value === undefined ? {} : { value: short(place.value) }),
    ...(severity === 'fatal' && row.ack ? { ack: row.ack } : {}),
  }
}

function short(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '\ufffd')
  return plain.length > LONGEST_VALUE ? `${plain.slice(0, LONGEST_VALUE - 1)}…` : plain
}
