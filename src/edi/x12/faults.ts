import type { AckCodes, FaultLevel, Severity, X12Fault } from './reading.ts'

/** A kind of fault: what it is called, how grave it is, what the acknowledgement says, and the way out. */
export interface FaultRow {
  readonly level: FaultLevel
  readonly severity: Severity
  readonly ack?: AckCodes
  readonly says: (...particulars: string[]) => string
  readonly remedy: string
}

/**
 * Every fault a reading can report. The severity is our choice where X12 leaves it open, and follows one thought:
 * what we cannot understand for certain is rejected, what we understand but the standard forbids is accepted with errors,
 * what only concerns the packing is tolerated.
 */
export const FAULTS = {
  NO_INTERCHANGE: {
    level: 'file',
    severity: 'fatal',
    says: () => 'There is no interchange: no ISA segment was found.',
    remedy: 'Send the file as X12, beginning with ISA.',
  },
  ISA_UNREADABLE: {
    level: 'file',
    severity: 'fatal',
    says: (why) => `The ISA segment cannot be read: ${why}.`,
    remedy:
      'The bytes are kept in quarantine. Ask the sender for the file again; nobody can be answered without an ISA.',
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
    says: (count) => `${count} bytes stand before ISA.`,
    remedy: 'Nothing to do; the sender should begin the file with ISA.',
  },
  STRAY_BYTES: {
    level: 'file',
    severity: 'error',
    says: (count) => `${count} bytes after an interchange belong to nothing.`,
    remedy: 'Ask the sender whether something was cut off.',
  },
  ISA_LENGTH: {
    level: 'interchange',
    severity: 'warning',
    says: (length) => `ISA has ${length} characters instead of 106; it was read by its separators.`,
    remedy: 'Nothing to do; the sender should pad the ISA elements to their fixed widths.',
  },
  ISA_ELEMENTS: {
    level: 'interchange',
    severity: 'warning',
    says: (count) =>
      `ISA has ${count} elements instead of 16; sender and receiver were read from the left, the rest from the right.`,
    remedy: 'The sender should write ISA with its sixteen elements.',
  },
  NO_LAST_TERMINATOR: {
    level: 'interchange',
    severity: 'warning',
    says: () => 'The last segment is not terminated.',
    remedy: 'Nothing to do; the sender should terminate IEA.',
  },
  EMPTY_SEGMENT: {
    level: 'interchange',
    severity: 'warning',
    says: (count) => `${count} empty segments were passed over; they count for nothing.`,
    remedy: 'Nothing to do; the sender writes one terminator too many.',
  },
  SEPARATORS_CLASH: {
    level: 'interchange',
    severity: 'fatal',
    ack: { ta1: '026' },
    says: () => 'The element separator is also the segment terminator.',
    remedy: 'The sender must choose three different separators.',
  },
  COMPONENT_SEPARATOR: {
    level: 'interchange',
    severity: 'error',
    ack: { ta1: '027' },
    says: () => 'The component separator (ISA16) is also another separator, or a letter or digit.',
    remedy: 'The sender must choose three different separators.',
  },
  INTERCHANGE_NUMBER: {
    level: 'interchange',
    severity: 'error',
    ack: { ta1: '018' },
    says: (number) => `The interchange control number ${number} is not nine digits.`,
    remedy: 'The sender should write ISA13 as nine digits.',
  },
  INTERCHANGE_MISMATCH: {
    level: 'interchange',
    severity: 'fatal',
    ack: { ta1: '001' },
    says: (header, trailer) => `ISA13 is ${header}, IEA02 is ${trailer}.`,
    remedy: 'The sender must write the same control number in ISA13 and IEA02.',
  },
  GROUP_COUNT: {
    level: 'interchange',
    severity: 'fatal',
    ack: { ta1: '021' },
    says: (declared, counted) => `IEA01 says ${declared} groups, there are ${counted}.`,
    remedy: 'Ask the sender for the whole interchange again.',
  },
  IEA_MISSING: {
    level: 'interchange',
    severity: 'fatal',
    ack: { ta1: '023' },
    says: () => 'The interchange ends without IEA; nothing of it is processed.',
    remedy: 'Ask the sender for the whole interchange again.',
  },
  OUTSIDE_GROUP: {
    level: 'interchange',
    severity: 'fatal',
    ack: { ta1: '024' },
    says: (tag) => `Segment ${tag} stands outside of any group.`,
    remedy: 'The sender must put every set between GS and GE.',
  },
  UNREAD_TEST_INDICATOR: {
    level: 'interchange',
    severity: 'error',
    ack: { ta1: '020' },
    says: (value) => `ISA15 is "${value}"; it says T for test or P for production.`,
    remedy: 'The sender must write T or P.',
  },
  GE_MISSING: {
    level: 'group',
    severity: 'fatal',
    ack: { ak9: '3' },
    says: (number) => `Group ${number} has no GE.`,
    remedy: 'The sender must close every group with GE.',
  },
  GROUP_MISMATCH: {
    level: 'group',
    severity: 'fatal',
    ack: { ak9: '4' },
    says: (header, trailer) => `GS06 is ${header}, GE02 is ${trailer}.`,
    remedy: 'The sender must write the same control number in GS06 and GE02.',
  },
  SET_COUNT: {
    level: 'group',
    severity: 'fatal',
    ack: { ak9: '5' },
    says: (declared, counted) => `GE01 says ${declared} sets, there are ${counted}.`,
    remedy: 'Ask the sender for the whole group again.',
  },
  GROUP_NUMBER: {
    level: 'group',
    severity: 'error',
    ack: { ak9: '6' },
    says: (number) => `The group control number "${number}" is not one to nine digits.`,
    remedy: 'The sender must write GS06 as digits.',
  },
  OUTSIDE_SET: {
    level: 'group',
    severity: 'error',
    says: (tag) => `Segment ${tag} stands outside of any set; it was not processed.`,
    remedy: 'The sender must put every segment between ST and SE.',
  },
  SE_MISSING: {
    level: 'set',
    severity: 'fatal',
    ack: { ak5: '2' },
    says: (number) => `Set ${number} has no SE.`,
    remedy: 'The sender must close every set with SE.',
  },
  SET_MISMATCH: {
    level: 'set',
    severity: 'fatal',
    ack: { ak5: '3' },
    says: (header, trailer) => `ST02 is ${header}, SE02 is ${trailer}.`,
    remedy: 'The sender must write the same control number in ST02 and SE02.',
  },
  SEGMENT_COUNT: {
    level: 'set',
    severity: 'fatal',
    ack: { ak5: '4' },
    says: (declared, counted) => `SE01 says ${declared} segments, there are ${counted}.`,
    remedy: 'Ask the sender for the set again; something may have been lost on the way.',
  },
  SET_ID: {
    level: 'set',
    severity: 'fatal',
    ack: { ak5: '6' },
    says: (id) => `ST01 is "${id}"; it names no transaction set.`,
    remedy: 'The sender must write the number of the set in ST01.',
  },
  SET_NUMBER: {
    level: 'set',
    severity: 'error',
    ack: { ak5: '7' },
    says: (number) => `The set control number "${number}" is not four to nine characters.`,
    remedy: 'The sender must write ST02 with four to nine characters.',
  },
  SET_NUMBER_MISSING: {
    level: 'set',
    severity: 'fatal',
    ack: { ak5: '7' },
    says: () => 'ST02 is empty.',
    remedy: 'The sender must number every set.',
  },
  SET_NUMBER_TWICE: {
    level: 'set',
    severity: 'fatal',
    ack: { ak5: '23' },
    says: (number) => `Set control number ${number} comes twice in its group.`,
    remedy: 'The sender must number the sets of a group without repeats.',
  },
  SET_TOO_BIG: {
    level: 'set',
    severity: 'fatal',
    ack: { ak5: '5' },
    says: (limit) => `The set is larger than ${limit} bytes; it was counted, not kept.`,
    remedy: 'Raise the limit for this partner, or ask for smaller sets.',
  },
  TOO_MANY_FAULTS: {
    level: 'set',
    severity: 'fatal',
    ack: { ak5: '5' },
    says: (limit) => `The set has more than ${limit} faults; the rest is not listed.`,
    remedy: 'The sender probably sends another set or version than it says.',
  },
  SEGMENT_UNKNOWN: {
    level: 'segment',
    severity: 'error',
    ack: { ak3: '1', ak5: '5' },
    says: (tag) => `${tag} is no segment we know; it was passed over.`,
    remedy: 'The sender should leave the segment out, or agree on its meaning.',
  },
  SEGMENT_UNEXPECTED: {
    level: 'segment',
    severity: 'error',
    ack: { ak3: '2', ak5: '5' },
    says: (tag, set) => `${tag} does not belong to a ${set}; it was passed over.`,
    remedy: 'The sender should leave the segment out, or agree on its meaning.',
  },
  SEGMENT_MISSING: {
    level: 'segment',
    severity: 'fatal',
    ack: { ak3: '3', ak5: '5' },
    says: (tag) => `Mandatory segment ${tag} is missing.`,
    remedy: 'The sender must write the segment.',
  },
  LOOP_TOO_OFTEN: {
    level: 'segment',
    severity: 'error',
    ack: { ak3: '4', ak5: '5' },
    says: (tag, most) => `Loop ${tag} comes more than ${most} times.`,
    remedy: 'The sender should split the set.',
  },
  SEGMENT_TOO_OFTEN: {
    level: 'segment',
    severity: 'error',
    ack: { ak3: '5', ak5: '5' },
    says: (tag, most) => `${tag} comes more than ${most} times here.`,
    remedy: 'The sender should write the segment less often.',
  },
  SEGMENT_ORDER: {
    level: 'segment',
    severity: 'error',
    ack: { ak3: '7', ak5: '5' },
    says: (tag) => `${tag} may not stand here.`,
    remedy: 'The sender should write the segments in the order of the standard.',
  },
  ELEMENT_MISSING: {
    level: 'element',
    severity: 'fatal',
    ack: { ak4: '1', ak3: '8', ak5: '5' },
    says: (place) => `${place} is mandatory and empty.`,
    remedy: 'The sender must write the element.',
  },
  ELEMENT_CONDITIONAL: {
    level: 'element',
    severity: 'error',
    ack: { ak4: '2', ak3: '8', ak5: '5' },
    says: (place, reason) => `${place} is missing: ${reason}.`,
    remedy: 'The sender should write the element, or leave out the one that asks for it.',
  },
  ELEMENT_EXCLUDED: {
    level: 'element',
    severity: 'error',
    ack: { ak4: '10', ak3: '8', ak5: '5' },
    says: (place, other) => `${place} may not stand beside ${other}.`,
    remedy: 'The sender should write only one of the two.',
  },
  ELEMENT_TOO_MANY: {
    level: 'element',
    severity: 'error',
    ack: { ak4: '3', ak3: '8', ak5: '5' },
    says: (place, most) => `${place} is one too many; the segment has ${most} elements.`,
    remedy: 'The sender should write only the elements of the version it names in GS08.',
  },
  ELEMENT_SHORT: {
    level: 'element',
    severity: 'error',
    ack: { ak4: '4', ak3: '8', ak5: '5' },
    says: (place, least) => `${place} is shorter than ${least}.`,
    remedy: 'The sender should write the element in its length.',
  },
  ELEMENT_LONG: {
    level: 'element',
    severity: 'error',
    ack: { ak4: '5', ak3: '8', ak5: '5' },
    says: (place, most) => `${place} is longer than ${most}; it was kept whole.`,
    remedy: 'The sender should write the element in its length.',
  },
  ELEMENT_CHARACTER: {
    level: 'element',
    severity: 'fatal',
    ack: { ak4: '6', ak3: '8', ak5: '5' },
    says: (place, what, value) => `${place} is "${value}": that has a character that may not stand in ${what}.`,
    remedy: 'The sender must correct the element; we never guess what was meant.',
  },
  ELEMENT_CODE: {
    level: 'element',
    severity: 'fatal',
    ack: { ak4: '7', ak3: '8', ak5: '5' },
    says: (place, value) => `${place} is "${value}", which is no code of its list.`,
    remedy: 'The sender must use a code of the list, or agree on another one.',
  },
  ELEMENT_DATE: {
    level: 'element',
    severity: 'fatal',
    ack: { ak4: '8', ak3: '8', ak5: '5' },
    says: (place, value) => `${place} is "${value}", which is no date.`,
    remedy: 'The sender must write a date that exists, as CCYYMMDD.',
  },
  ELEMENT_TIME: {
    level: 'element',
    severity: 'fatal',
    ack: { ak4: '9', ak3: '8', ak5: '5' },
    says: (place, value) => `${place} is "${value}", which is no time.`,
    remedy: 'The sender must write a time of the day, as HHMM or HHMMSS.',
  },
  GUIDE_SEGMENT_MISSING: {
    level: 'segment',
    severity: 'error',
    ack: { ak3: '3', ik3: 'I6', ak5: '5' },
    says: (place) => `${place} is missing, though it was agreed.`,
    remedy: 'The sender should write the segment, as its guide says.',
  },
  GUIDE_SEGMENT_UNUSED: {
    level: 'segment',
    severity: 'error',
    ack: { ak3: '2', ik3: 'I4', ak5: '5' },
    says: (place) => `${place} is there, though it was agreed to leave it out.`,
    remedy: 'The sender should leave the segment out, as its guide says.',
  },
  GUIDE_ELEMENT_MISSING: {
    level: 'element',
    severity: 'error',
    ack: { ak4: '1', ik4: 'I9', ak3: '8', ak5: '5' },
    says: (place) => `${place} is empty, though it was agreed.`,
    remedy: 'The sender should write the element, as its guide says.',
  },
  GUIDE_ELEMENT_UNUSED: {
    level: 'element',
    severity: 'error',
    ack: { ak4: '3', ik4: 'I10', ak3: '8', ak5: '5' },
    says: (place) => `${place} is filled, though it was agreed to leave it out.`,
    remedy: 'The sender should leave the element out, as its guide says.',
  },
  GUIDE_CODE: {
    level: 'element',
    severity: 'error',
    ack: { ak4: '7', ik4: 'I6', ak3: '8', ak5: '5' },
    says: (place, value, agreed) => `${place} is ${value}; agreed are ${agreed}.`,
    remedy: 'The sender should use a code of its guide, or agree on another one.',
  },
  GUIDE_LONG: {
    level: 'element',
    severity: 'error',
    ack: { ak4: '5', ak3: '8', ak5: '5' },
    says: (place, most) => `${place} is longer than the ${most} that were agreed; it was kept whole.`,
    remedy: 'The sender should write the element in the length of its guide.',
  },
} as const satisfies Record<string, FaultRow>

export type FaultName = keyof typeof FAULTS

/** Where a fault stands. */
export type Place = Pick<
  X12Fault,
  'segment' | 'tag' | 'loop' | 'element' | 'component' | 'reference' | 'offset' | 'value'
>

const LONGEST_VALUE = 99 // AK404 has no room for more

const short = (text: string): string => text.slice(0, LONGEST_VALUE)

/**
 * Makes one fault from its row.
 *
 * @example
 * fault('SEGMENT_COUNT', { segment: 12, tag: 'SE' }, '12', '9')
 */
export function fault(name: FaultName, place: Place = {}, ...particulars: string[]): X12Fault {
  const row: FaultRow = FAULTS[name]
  const value = place.value === undefined ? {} : { value: short(place.value) }
  const tag = place.tag === undefined ? {} : { tag: short(place.tag) }
  return {
    code: `XD_EDI_${name}`,
    message: row.says(...particulars.map(short)),
    severity: row.severity,
    level: row.level,
    ...place,
    ...value,
    ...tag,
    ...(row.ack ? { ack: row.ack } : {}),
  }
}
