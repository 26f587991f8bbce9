import type { EdifactLevel, Severity } from '../edifact/reading.ts'

/** A kind of fault in a TRADACOMS file. There is no acknowledgement to tell the sender by, so no codes. */
export interface TradacomsFaultRow {
  readonly level: EdifactLevel
  readonly severity: Severity
  readonly says: (...particulars: string[]) => string
  readonly remedy: string
}

/** One thing that is wrong in a TRADACOMS file, and where. */
export interface TradacomsFault {
  /** `XD_EDI_TRADACOMS_…` */
  readonly code: string
  readonly message: string
  readonly severity: Severity
  readonly level: EdifactLevel
  /** Ordinal of the segment in its message, MHD = 1. */
  readonly segment?: number
  readonly tag?: string
  readonly offset?: number
}

/** Every fault a reading of TRADACOMS can report. */
export const TRADACOMS_FAULTS = {
  NO_TRANSMISSION: {
    level: 'file',
    severity: 'fatal',
    says: () => 'There is no transmission: no STX segment was found.',
    remedy: 'Send the file as TRADACOMS, beginning with STX.',
  },
  STX_UNREADABLE: {
    level: 'file',
    severity: 'fatal',
    says: (why) => `The STX segment cannot be read: ${why}.`,
    remedy: 'The bytes are kept in quarantine. Ask the sender for the file again.',
  },
  LINE_BLOCKS: {
    level: 'file',
    severity: 'warning',
    says: (width) => `The file is cut into lines of ${width} characters; they were put together again.`,
    remedy: 'Nothing to do; places are counted without the line ends.',
  },
  SYNTAX_UNKNOWN: {
    level: 'interchange',
    severity: 'error',
    says: (syntax) => `STX names the syntax rules ${syntax}; ANA:1 is expected.`,
    remedy: 'Ask the sender which rules the file follows.',
  },
  MESSAGE_COUNT: {
    level: 'interchange',
    severity: 'fatal',
    says: (declared, counted) => `END says ${declared} messages, there are ${counted}.`,
    remedy: 'Ask the sender for the whole transmission again.',
  },
  END_MISSING: {
    level: 'interchange',
    severity: 'fatal',
    says: () => 'The transmission ends without END; nothing of it is processed.',
    remedy: 'Ask the sender for the whole transmission again.',
  },
  OUTSIDE_MESSAGE: {
    level: 'interchange',
    severity: 'error',
    says: (tag) => `Segment ${tag} stands outside of any message; it was not processed.`,
    remedy: 'The sender must put every segment between MHD and MTR.',
  },
  MTR_MISSING: {
    level: 'message',
    severity: 'fatal',
    says: (number) => `Message ${number} has no MTR.`,
    remedy: 'The sender must close every message with MTR.',
  },
  SEGMENT_COUNT: {
    level: 'message',
    severity: 'fatal',
    says: (declared, counted) => `MTR says ${declared} segments, there are ${counted}.`,
    remedy: 'Ask the sender for the transmission again; something may have been lost on the way.',
  },
  MESSAGE_NUMBER: {
    level: 'message',
    severity: 'error',
    says: (number, expected) => `The message is numbered ${number}, and is the ${expected}th of the transmission.`,
    remedy: 'The sender must number the messages of a transmission from 1 on.',
  },
  CONTROL_CHARACTER: {
    level: 'message',
    severity: 'fatal',
    says: (tag) => `${tag} has a control character.`,
    remedy: 'The sender must correct the segment; we never guess what was meant.',
  },
} as const satisfies Record<string, TradacomsFaultRow>

export type TradacomsFaultName = keyof typeof TRADACOMS_FAULTS

/** Makes one fault from its row. */
export function tradacomsFault(
  name: TradacomsFaultName,
  place: Pick<TradacomsFault, 'segment' | 'tag' | 'offset'> = {},
  ...particulars: string[]
): TradacomsFault {
  const row: TradacomsFaultRow = TRADACOMS_FAULTS[name]
  const short = particulars.map((text) => text.slice(0, 99))
  return {
    code: `XD_EDI_TRADACOMS_${name}`,
    message: row.says(...short),
    severity: row.severity,
    level: row.level,
    ...place,
  }
}
