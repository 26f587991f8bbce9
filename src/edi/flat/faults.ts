import type { FieldFault } from '../../base/errors.ts'

/** A kind of fault: how far it reaches, the sentence, and the way out. */
export interface FlatFaultRow {
  /** `file`: nothing in the file can be trusted any more; `record`: this record only. */
  readonly level: 'file' | 'record'
  readonly says: (...particulars: string[]) => string
  readonly remedy: string
}

/** Every fault a flat file can have. Codes are `XD_EDI_FLAT_` and the name. */
export const FLAT_FAULTS = {
  CHARSET_INVALID: {
    level: 'file',
    says: (offset, charset, what) => `The byte at offset ${offset} is ${what}, which ${charset} text cannot hold.`,
    remedy: 'Save the file in the declared character set, or declare the one it really has. Bytes are never replaced.',
  },
  NEWLINES_MIXED: {
    level: 'file',
    says: (offset, found, first) =>
      `The line ends with ${found} at byte ${offset}; the lines before end with ${first}.`,
    remedy: 'Write all lines with the same end; a file of two kinds was put together or damaged on the way.',
  },
  LINE_TOO_LONG: {
    level: 'file',
    says: (most) => `The line has more than ${most} bytes; nothing behind that was read.`,
    remedy: 'Check the delimiter and the line ends; the limit is 1 MiB unless the layout names a smaller one.',
  },
  QUOTE_OPEN: {
    level: 'file',
    says: (line) => `A quote is opened on line ${line} and never closed.`,
    remedy: 'Close the quote; inside quotes write a quote twice. Where quotes mean nothing declare `quote: null`.',
  },
  QUOTE_STRAY: {
    level: 'record',
    says: () => 'There is a quote in the middle of a cell.',
    remedy: 'Put the whole cell in quotes and write the quote in it twice.',
  },
  HEADER_DIFFERS: {
    level: 'file',
    says: (difference) => `The header is not the one that was declared: ${difference}.`,
    remedy: 'Correct the header line, or declare the layout that is meant; columns are never guessed by their place.',
  },
  HEADER_MISSING: {
    level: 'file',
    says: () => 'There is no header line.',
    remedy: 'Send the header also when there are no rows.',
  },
  CELLS_DIFFER: {
    level: 'record',
    says: (found, declared) => `The row has ${found} cells, ${declared} are declared.`,
    remedy: 'Look for a delimiter inside a cell without quotes, or a line that was broken in two.',
  },
  MISSING: {
    level: 'record',
    says: (field) => `${field} is missing.`,
    remedy: 'Send the value; nothing is assumed in its place.',
  },
  NUMBER_AMBIGUOUS: {
    level: 'record',
    says: (value) => `“${value}” has a separator, and the layout does not say what separators mean.`,
    remedy: "Declare `numbers: { point: '.', group: ',' }` (or the other way round) in the layout.",
  },
  NUMBER_MALFORMED: {
    level: 'record',
    says: (value, form) => `“${value}” is not a number of the form ${form}.`,
    remedy: 'Write the number as the layout declares it; we never guess what was meant.',
  },
  DATE_INVALID: {
    level: 'record',
    says: (value, why) => `“${value}” ${why}.`,
    remedy: 'Send a date that exists, in the declared form; instants need an offset or a declared zone.',
  },
  CODE_UNKNOWN: {
    level: 'record',
    says: (value, among) => `“${value}” is none of ${among}.`,
    remedy: 'Use a code of the list, or agree on another one.',
  },
  TEXT_LENGTH: {
    level: 'record',
    says: (most) => `The text has more than ${most} characters.`,
    remedy: 'Shorten the text; it is not cut here.',
  },
  RECORD_SHORT: {
    level: 'record',
    says: (found, declared, hint) => `The record has ${found}, ${declared} are declared${hint}.`,
    remedy: "Send whole records; where trailing blanks are cut off declare `shortRecords: 'pad'`.",
  },
  RECORD_LONG: {
    level: 'record',
    says: (found, declared, hint) => `The record has ${found}, ${declared} are declared${hint}.`,
    remedy: 'Send records of the declared length, or declare the length they have.',
  },
  RECORD_UNKNOWN: {
    level: 'record',
    says: (tag) => `“${tag}” begins no record of this layout.`,
    remedy: "Declare the record, or `otherRecords: 'pass'` where the rest of the file is of no interest.",
  },
  RECORD_MISSING: {
    level: 'file',
    says: (kind) => `The ${kind} record is missing.`,
    remedy: 'The file may be cut off: ask the sender for it again.',
  },
  RECORD_MISPLACED: {
    level: 'file',
    says: (kind, place) => `The ${kind} record must be the ${place} one and is not.`,
    remedy: 'The file may be two files put together, or damaged: ask the sender for it again.',
  },
  TOTAL_DIFFERS: {
    level: 'file',
    says: (field, stated, counted) => `${field} says ${stated}, counted were ${counted}.`,
    remedy: 'Something was lost or came twice on the way: ask the sender for the file again.',
  },
  GROUP_DIFFERS: {
    level: 'record',
    says: (field, value, first, line) =>
      `${field} is “${value}” here and “${first}” on line ${line} of the same order.`,
    remedy: 'Every row of an order repeats the same heading; look for rows of two orders under one number.',
  },
  FAULTS_TOO_MANY: {
    level: 'file',
    says: (most) => `There are more than ${most} faults; the rest is not listed.`,
    remedy: 'Correct these first.',
  },
} as const satisfies Record<string, FlatFaultRow>

export type FlatFaultName = keyof typeof FLAT_FAULTS

/** Most faults a reading lists; past it, one more says that there are others. */
export const MOST_FAULTS = 1_000

/** Where in a file something is wrong. */
export interface FlatPlace {
  /** Counted from 1; the line a record begins on. */
  readonly line: number
  /** CSV: which cell, from 1. Fixed width: which character (or byte, where the layout counts bytes), from 1. */
  readonly column?: number | undefined
  /** The field as the layout calls it. */
  readonly field?: string | undefined
}

/** One thing that is wrong in a flat file; `pointer` is `/<line>/<column>`. */
export interface FlatFault extends FieldFault, FlatPlace {
  readonly code: string
  readonly level: 'file' | 'record'
}

const LONGEST_VALUE = 99

/** Makes a fault from its row. */
export function flatFault(name: FlatFaultName, place: FlatPlace, particulars: readonly string[] = []): FlatFault {
  const row: FlatFaultRow = FLAT_FAULTS[name]
  return { ...placed(place, row.says(...particulars.map(short))), code: `XD_EDI_FLAT_${name}`, level: row.level }
}

/** A fault that somebody else found in what stands at a place of a file. */
export function faultAt(place: FlatPlace, { code = '', detail }: Pick<FieldFault, 'code' | 'detail'>): FlatFault {
  return { ...placed(place, detail), code, level: 'record' }
}

function placed(place: FlatPlace, sentence: string) {
  const { line, column, field } = place
  const where = `Line ${line}${column === undefined ? '' : `, column ${column}`}${field === undefined ? '' : ` (${field})`}`
  const pointer = column === undefined ? `/${line}` : `/${line}/${column}`
  return {
    pointer,
    detail: `${where}: ${sentence}`,
    line,
    ...(column === undefined ? {} : { column }),
    ...(field === undefined ? {} : { field }),
  }
}

function short(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '\ufffd')
  return plain.length > LONGEST_VALUE * 6 ? `${plain.slice(0, LONGEST_VALUE * 6 - 1)}…` : plain
}
