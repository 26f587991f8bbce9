/**
 * What a reading of an X12 file looks like. Nothing in here is copied out of the file until it is asked for;
 * a string asked for may share memory with its set, so copy what has to outlive it.
 */

/** The separators of one interchange, as byte values. `repetition` exists from version 00402 on. */
export interface Delimiters {
  readonly element: number
  readonly segment: number
  readonly component: number
  readonly repetition?: number
}

/** Segments of one transaction set, addressed by index. Index 0 is ST, the last one is SE (if present). */
export interface SegmentTable {
  readonly length: number
  /** True when every character is a printable one of ASCII; absent where nobody looked. */
  readonly plain?: boolean
  /** The segment's name, `'PO1'`. */
  tag(segment: number): string
  /** How many elements follow the tag. */
  count(segment: number): number
  /** The whole text of an element, counted from 1; `''` when absent. */
  at(segment: number, element: number): string
  /** As {@link at}, without blanks at its end, which are padding. */
  value(segment: number, element: number): string
  /** An element of exactly eight digits as a number, which is how a date is written; -1 for any other. */
  day(segment: number, element: number): number
  /** One component of an element, counted from 1; `''` when absent. */
  component(segment: number, element: number, component: number): string
  /** The element split at the repetition separator; `[]` when absent. */
  repeats(segment: number, element: number): string[]
  /** The ordinal of the segment counted from ST = 1, which is what AK302 means. */
  position(segment: number): number
  /** The byte offset of the segment in the file. */
  offset(segment: number): number
}

/**
 * Codes a fault gives to the acknowledgement: TA105, AK502, AK905, AK304, AK403. A 999 says the same with IK502, IK304 and IK403,
 * and where it has a code of its own (what only a partner's guide asks for) that one.
 */
export interface AckCodes {
  readonly ta1?: string
  readonly ak5?: string
  readonly ak9?: string
  readonly ak3?: string
  readonly ak4?: string
  readonly ik3?: string
  readonly ik4?: string
}

/**
 * How grave a fault is for the unit (set, group, interchange, file) it stands in.
 * `fatal`: the unit is rejected. `error`: accepted with errors, and the sender is told. `warning`: tolerated, only we know.
 */
export type Severity = 'fatal' | 'error' | 'warning'

export type FaultLevel = 'file' | 'interchange' | 'group' | 'set' | 'segment' | 'element'

/** One thing that is wrong, where, and what the acknowledgement says about it. */
export interface X12Fault {
  /** `XD_EDI_…`, a row of the table in `faults.ts`. */
  readonly code: string
  readonly message: string
  readonly severity: Severity
  readonly level: FaultLevel
  /** Ordinal of the segment in its set, ST = 1. For a missing segment: where it was missed. */
  readonly segment?: number
  readonly tag?: string
  /** The loop the segment stands in, by its first segment (AK303). */
  readonly loop?: string
  readonly element?: number
  readonly component?: number
  /** The number of the data element in the X12 dictionary (AK402). */
  readonly reference?: number
  /** Byte offset in the file. */
  readonly offset?: number
  readonly ack?: AckCodes
  /** What stood there, cut to 99 characters. */
  readonly value?: string
}

/** What GS says. Text as it stands in the file. */
export interface X12GroupHeader {
  readonly functionalId: string
  readonly sender: string
  readonly receiver: string
  readonly date: string
  readonly time: string
  readonly controlNumber: string
  readonly agency: string
  readonly version: string
}

/** One transaction set, ST to SE. `id` is ST01 (`'850'`), `implementation` ST03. */
export interface X12Set {
  readonly id: string
  readonly controlNumber: string
  readonly implementation?: string
  readonly group: X12GroupHeader
  readonly segments: SegmentTable
  readonly faults: readonly X12Fault[]
}

/** One functional group. `declaredSets` is GE01 as a number, absent when there is none to read. */
export interface X12Group extends X12GroupHeader {
  readonly sets: readonly X12Set[]
  /** How many sets were met; in a streamed reading `sets` is empty and only this counts them. */
  readonly received: number
  readonly declaredSets?: number
  readonly faults: readonly X12Fault[]
}

/** A TA1 segment: what a partner says about one of our interchanges. `verdict` is TA104, `note` TA105. */
export interface X12TradingAck {
  readonly controlNumber: string
  readonly date: string
  readonly time: string
  readonly verdict: string
  readonly note: string
}

/** One interchange, ISA to IEA. Text without the padding; `usage` is ISA15. */
export interface X12Interchange {
  readonly delimiters: Delimiters
  readonly senderQualifier: string
  readonly sender: string
  readonly receiverQualifier: string
  readonly receiver: string
  readonly date: string
  readonly time: string
  readonly version: string
  readonly controlNumber: string
  readonly ackRequested: boolean
  readonly usage: string
  readonly groups: readonly X12Group[]
  readonly tradingAcks: readonly X12TradingAck[]
  readonly faults: readonly X12Fault[]
  /** Byte offsets in the file, `end` exclusive. */
  readonly start: number
  readonly end: number
}

/** A whole file: its interchanges, and what is wrong outside of them. */
export interface X12File {
  readonly interchanges: readonly X12Interchange[]
  readonly faults: readonly X12Fault[]
}
