import type { EdifactFault, EdifactLevel, Severity } from './reading.ts'

/** A kind of fault: what it is called, how grave it is, the error code (0085) of CONTRL, and the way out. */
export interface EdifactFaultRow {
  readonly level: EdifactLevel
  readonly severity: Severity
  readonly contrl?: string
  /** The service segment (0135) that CONTRL names, where that is not the one the fault stands at: it is not there. */
  readonly contrlTag?: string
  readonly says: (...particulars: string[]) => string
  readonly remedy: string
}

/**
 * Every fault a reading of EDIFACT can report. As in X12: what we cannot understand for certain is rejected, what we understand
 * but the standard forbids is accepted with errors, what only concerns the packing is tolerated.
 */
export const EDIFACT_FAULTS = {
  NO_INTERCHANGE: {
    level: 'file',
    severity: 'fatal',
    says: () => 'There is no interchange: no UNB segment was found.',
    remedy: 'Send the file as EDIFACT, beginning with UNA or UNB.',
  },
  UNB_UNREADABLE: {
    level: 'file',
    severity: 'fatal',
    says: (why) => `The UNB segment cannot be read: ${why}.`,
    remedy:
      'The bytes are kept in quarantine. Ask the sender for the file again; nobody can be answered without a UNB.',
  },
  UNA_UNUSABLE: {
    level: 'file',
    severity: 'fatal',
    contrl: '22',
    says: (why) => `The service characters of UNA cannot be used: ${why}.`,
    remedy: 'The sender must choose different characters that are neither letters nor digits; none is guessed.',
  },
  BYTE_ORDER_MARK: {
    level: 'file',
    severity: 'warning',
    says: () => 'The file begins with a byte order mark.',
    remedy: 'Nothing to do; the sender may save the file without a byte order mark.',
  },
  LEAD_IN: {
    level: 'file',
    severity: 'warning',
    says: (count) => `${count} bytes stand before the first interchange.`,
    remedy: 'Nothing to do; the sender should begin the file with UNA or UNB.',
  },
  STRAY_BYTES: {
    level: 'file',
    severity: 'error',
    says: (count) => `${count} bytes after an interchange belong to nothing.`,
    remedy: 'Ask the sender whether something was cut off.',
  },
  LINE_BLOCKS: {
    level: 'file',
    severity: 'warning',
    says: (width) => `The file is cut into lines of ${width} characters; they were put together again.`,
    remedy: 'Nothing to do; places are counted without the line ends. The sender should not wrap lines.',
  },
  SYNTAX_UNKNOWN: {
    level: 'interchange',
    severity: 'fatal',
    contrl: '2',
    says: (syntax) => `Syntax ${syntax} is none we know.`,
    remedy: 'The sender must use UNOA to UNOK, UNOW or UNOY with version 1 to 4.',
  },
  CHARACTERS_UNSUPPORTED: {
    level: 'interchange',
    severity: 'fatal',
    contrl: '46',
    says: (syntax) => `Character set ${syntax} switches its meaning inside the data and is not supported.`,
    remedy: 'The sender should use UNOC, or UNOY for all characters there are.',
  },
  DECIMAL_MARK: {
    level: 'interchange',
    severity: 'fatal',
    contrl: '22',
    says: (mark) => `UNA gives "${mark}" as decimal mark; only a point or a comma can be one.`,
    remedy: 'The sender must write a point or a comma as third character of UNA.',
  },
  DANGLING_RELEASE: {
    level: 'interchange',
    severity: 'fatal',
    contrl: '22',
    says: () => 'The data ends with a release character that releases nothing.',
    remedy: 'Ask the sender for the whole interchange again.',
  },
  NO_LAST_TERMINATOR: {
    level: 'interchange',
    severity: 'error',
    contrl: '22',
    says: () => 'The last segment is not terminated.',
    remedy: 'The sender should terminate UNZ.',
  },
  EMPTY_SEGMENT: {
    level: 'interchange',
    severity: 'warning',
    says: (count) => `${count} empty segments were passed over; they count for nothing.`,
    remedy: 'Nothing to do; the sender writes one terminator too many.',
  },
  REPERTOIRE: {
    level: 'interchange',
    severity: 'error',
    contrl: '21',
    says: (character, syntax) => `"${character}" does not belong to the characters of ${syntax}.`,
    remedy: 'The sender should declare a wider character set: UNOB for small letters, UNOC for Latin, UNOY for all.',
  },
  INTERCHANGE_REFERENCE: {
    level: 'interchange',
    severity: 'fatal',
    contrl: '13',
    says: () => 'UNB gives no interchange control reference.',
    remedy: 'The sender must number every interchange.',
  },
  RECEIVER_MISSING: {
    level: 'interchange',
    severity: 'error',
    contrl: '13',
    says: () => 'UNB names no recipient.',
    remedy: 'The sender must name the recipient of the interchange.',
  },
  INTERCHANGE_DATE: {
    level: 'interchange',
    severity: 'error',
    contrl: '12',
    says: (value) => `"${value}" in UNB is no date and time.`,
    remedy: 'The sender should write YYMMDD:HHMM, or CCYYMMDD:HHMM in syntax 4.',
  },
  INTERCHANGE_MISMATCH: {
    level: 'interchange',
    severity: 'fatal',
    contrl: '28',
    says: (header, trailer) => `The reference in UNB is ${header}, in UNZ it is ${trailer}.`,
    remedy: 'The sender must write the same reference in UNB and UNZ.',
  },
  INTERCHANGE_COUNT: {
    level: 'interchange',
    severity: 'fatal',
    contrl: '29',
    says: (declared, counted, what) => `UNZ says ${declared} ${what}, there are ${counted}.`,
    remedy: 'Ask the sender for the whole interchange again.',
  },
  UNZ_MISSING: {
    level: 'interchange',
    severity: 'fatal',
    contrl: '13',
    contrlTag: 'UNZ',
    says: () => 'The interchange ends without UNZ; nothing of it is processed.',
    remedy: 'Ask the sender for the whole interchange again.',
  },
  GROUPS_AND_MESSAGES: {
    level: 'interchange',
    severity: 'error',
    contrl: '30',
    says: () => 'Some messages stand in groups and some do not.',
    remedy: 'The sender must put all messages into groups, or none.',
  },
  NOTHING_INSIDE: {
    level: 'interchange',
    severity: 'error',
    contrl: '32',
    says: () => 'The interchange holds no message.',
    remedy: 'Nothing to do; the sender need not send it.',
  },
  OUTSIDE_MESSAGE: {
    level: 'interchange',
    severity: 'error',
    contrl: '33',
    says: (tag) => `Segment ${tag} stands outside of any message; it was not processed.`,
    remedy: 'The sender must put every segment between UNH and UNT.',
  },
  UNE_MISSING: {
    level: 'group',
    severity: 'fatal',
    contrl: '13',
    contrlTag: 'UNE',
    says: (reference) => `Group ${reference} has no UNE.`,
    remedy: 'The sender must close every group with UNE.',
  },
  GROUP_MISMATCH: {
    level: 'group',
    severity: 'fatal',
    contrl: '28',
    says: (header, trailer) => `The reference in UNG is ${header}, in UNE it is ${trailer}.`,
    remedy: 'The sender must write the same reference in UNG and UNE.',
  },
  GROUP_COUNT: {
    level: 'group',
    severity: 'fatal',
    contrl: '29',
    says: (declared, counted) => `UNE says ${declared} messages, there are ${counted}.`,
    remedy: 'Ask the sender for the whole group again.',
  },
  GROUP_TYPES: {
    level: 'group',
    severity: 'error',
    contrl: '31',
    says: (first, other) => `The group holds ${first} and ${other}.`,
    remedy: 'The sender should put messages of one type into a group.',
  },
  UNT_MISSING: {
    level: 'message',
    severity: 'fatal',
    contrl: '13',
    contrlTag: 'UNT',
    says: (reference) => `Message ${reference} has no UNT.`,
    remedy: 'The sender must close every message with UNT.',
  },
  MESSAGE_MISMATCH: {
    level: 'message',
    severity: 'fatal',
    contrl: '28',
    says: (header, trailer) => `The reference in UNH is ${header}, in UNT it is ${trailer}.`,
    remedy: 'The sender must write the same reference in UNH and UNT.',
  },
  SEGMENT_COUNT: {
    level: 'message',
    severity: 'fatal',
    contrl: '29',
    says: (declared, counted) => `UNT says ${declared} segments, there are ${counted}.`,
    remedy: 'Ask the sender for the message again; something may have been lost on the way.',
  },
  MESSAGE_REFERENCE: {
    level: 'message',
    severity: 'fatal',
    contrl: '13',
    says: () => 'UNH gives no message reference.',
    remedy: 'The sender must number every message.',
  },
  MESSAGE_TWICE: {
    level: 'message',
    severity: 'fatal',
    contrl: '26',
    says: (reference) => `Message reference ${reference} comes twice.`,
    remedy: 'The sender must number the messages of an interchange without repeats.',
  },
  MESSAGE_TYPE: {
    level: 'message',
    severity: 'fatal',
    contrl: '13',
    says: () => 'UNH does not say what type of message this is.',
    remedy: 'The sender must write type, version, release and agency in UNH.',
  },
  MESSAGE_TOO_BIG: {
    level: 'message',
    severity: 'fatal',
    contrl: '18',
    says: (limit) => `The message is larger than ${limit} bytes; it was counted, not kept.`,
    remedy: 'Raise the limit for this partner, or ask for smaller messages.',
  },
  CHARACTERS_OTHER: {
    level: 'message',
    severity: 'error',
    contrl: '21',
    says: (syntax, other) => `The text is ${other}, not what ${syntax} declares; it was read as ${other}.`,
    remedy: 'The sender should declare the character set it writes: UNOC for Latin, UNOY for UTF-8.',
  },
  CHARACTERS_UNSURE: {
    level: 'message',
    severity: 'fatal',
    contrl: '21',
    says: (syntax) => `The text holds bytes that are no characters of ${syntax}; what they mean is not guessed.`,
    remedy: "Set the partner's character set in its profile, or ask the sender to declare the one it writes.",
  },
  TOO_MANY_FAULTS: {
    level: 'message',
    severity: 'fatal',
    contrl: '18',
    says: (limit) => `The message has more than ${limit} faults; the rest is not listed.`,
    remedy: 'The sender probably sends another message or directory than it says.',
  },
  CONTROL_CHARACTER: {
    level: 'element',
    severity: 'fatal',
    contrl: '21',
    says: (place) => `${place} has a control character.`,
    remedy: 'The sender must correct the element; we never guess what was meant.',
  },
  SEGMENT_UNKNOWN: {
    level: 'segment',
    severity: 'error',
    contrl: '15',
    says: (tag) => `${tag} is no segment we know; it was passed over.`,
    remedy: 'The sender should leave the segment out, or agree on its meaning.',
  },
  SEGMENT_UNEXPECTED: {
    level: 'segment',
    severity: 'error',
    contrl: '15',
    says: (tag, type) => `${tag} does not belong to ${type}; it was passed over.`,
    remedy: 'The sender should leave the segment out, or agree on its meaning.',
  },
  SEGMENT_ORDER: {
    level: 'segment',
    severity: 'error',
    contrl: '15',
    says: (tag) => `${tag} may not stand here.`,
    remedy: 'The sender should write the segments in the order of the directory.',
  },
  SEGMENT_MISSING: {
    level: 'segment',
    severity: 'fatal',
    contrl: '13',
    says: (tag) => `Mandatory segment ${tag} is missing.`,
    remedy: 'The sender must write the segment.',
  },
  SEGMENT_TOO_OFTEN: {
    level: 'segment',
    severity: 'error',
    contrl: '35',
    says: (tag, most) => `${tag} comes more than ${most} times here.`,
    remedy: 'The sender should write the segment less often.',
  },
  GROUP_TOO_OFTEN: {
    level: 'segment',
    severity: 'error',
    contrl: '36',
    says: (tag, most) => `Segment group ${tag} comes more than ${most} times.`,
    remedy: 'The sender should split the message.',
  },
  ELEMENT_MISSING: {
    level: 'element',
    severity: 'fatal',
    contrl: '13',
    says: (place) => `${place} is mandatory and empty.`,
    remedy: 'The sender must write the element.',
  },
  ELEMENT_TOO_MANY: {
    level: 'element',
    severity: 'error',
    contrl: '16',
    says: (place, most) => `${place} is one too many; there are ${most}.`,
    remedy: 'The sender should write only the elements of the directory it names in UNH.',
  },
  ELEMENT_SHORT: {
    level: 'element',
    severity: 'error',
    contrl: '40',
    says: (place, least) => `${place} is shorter than ${least}.`,
    remedy: 'The sender should write the element in its length.',
  },
  ELEMENT_LONG: {
    level: 'element',
    severity: 'error',
    contrl: '39',
    says: (place, most) => `${place} is longer than ${most}; it was kept whole.`,
    remedy: 'The sender should write the element in its length.',
  },
  ELEMENT_CHARACTER: {
    level: 'element',
    severity: 'fatal',
    contrl: '37',
    says: (place, value, what) => `${place} is "${value}", which is not ${what}.`,
    remedy: 'The sender must correct the element; we never guess what was meant.',
  },
  ELEMENT_DECIMAL: {
    level: 'element',
    severity: 'fatal',
    contrl: '19',
    says: (place, value, mark) => `${place} is "${value}"; the decimal mark of this interchange is "${mark}".`,
    remedy:
      'The sender must write numbers with the mark of UNA and nothing between thousands; we never guess what was meant.',
  },
  ELEMENT_LEADING_DIGIT: {
    level: 'element',
    severity: 'error',
    contrl: '38',
    says: (place) => `${place} begins with its decimal mark.`,
    remedy: 'The sender should write a zero before the decimal mark.',
  },
  ELEMENT_CODE: {
    level: 'element',
    severity: 'fatal',
    contrl: '12',
    says: (place, value) => `${place} is "${value}", which is no code of its list.`,
    remedy: 'The sender must use a code of the list, or agree on another one.',
  },
  ELEMENT_DATE: {
    level: 'element',
    severity: 'fatal',
    contrl: '12',
    says: (place, value, format) => `${place} is "${value}", which is no date in format ${format}.`,
    remedy: 'The sender must write a date that exists, in the format it names.',
  },
} as const satisfies Record<string, EdifactFaultRow>

export type EdifactFaultName = keyof typeof EDIFACT_FAULTS

/** Where a fault stands. */
export type EdifactPlace = Pick<
  EdifactFault,
  'segment' | 'tag' | 'group' | 'element' | 'component' | 'repeat' | 'reference' | 'offset' | 'value'
>

const LONGEST_VALUE = 99
const short = (text: string): string => (text.length > LONGEST_VALUE ? text.slice(0, LONGEST_VALUE) : text)

/**
 * Makes one fault from its row.
 *
 * @example
 * edifactFault('SEGMENT_COUNT', { segment: 12, tag: 'UNT' }, '12', '9')
 */
export function edifactFault(name: EdifactFaultName, place: EdifactPlace = {}, ...particulars: string[]): EdifactFault {
  const row: EdifactFaultRow = EDIFACT_FAULTS[name]
  const value = place.value === undefined ? {} : { value: short(place.value) }
  const tag = place.tag === undefined ? {} : { tag: short(place.tag) }
  return {
    code: `XD_EDI_EDIFACT_${name}`,
    message: row.says(...particulars.map(short)),
    severity: row.severity,
    level: row.level,
    ...place,
    ...value,
    ...tag,
    ...(row.contrl === undefined ? {} : { contrl: row.contrl }),
    ...(row.contrlTag === undefined ? {} : { contrlTag: row.contrlTag }),
  }
}
