/**
 * What a reading of an EDIFACT file looks like. Nothing in here is copied out of the file until it is asked for;
 * a string asked for may share memory with its message, so copy what has to outlive it.
 */
import type { SegmentTable, Severity, FaultLevel as X12FaultLevel } from '../x12/reading.ts'

export type { Severity } from '../x12/reading.ts'

/** The service characters of one interchange, as byte values: those of UNA, or the defaults of the syntax. */
export interface EdifactDelimiters {
  readonly component: number
  readonly element: number
  readonly segment: number
  /** `.` or `,`; from syntax 4 on either may be written whatever stands here. */
  readonly decimal: number
  /** Takes the meaning from the character behind it; absent where UNA says a blank. */
  readonly release?: number
  /** Between repeats of an element; from syntax 4 on, or where UNA names one. */
  readonly repetition?: number
}

/** Segments of one message, addressed by index. Index 0 is UNH, the last one is UNT (if present). Release characters are gone. */
export interface EdifactSegments extends SegmentTable {
  /** One component of an element (of one of its repeats), all counted from 1; `''` when absent. A simple element is its own component 1. */
  component(segment: number, element: number, component: number, repeat?: number): string
  /** How many components an element (or one of its repeats) has; 0 when absent. */
  components(segment: number, element: number, repeat?: number): number
}

export type EdifactLevel = Exclude<X12FaultLevel, 'set'> | 'message'

/** One thing that is wrong, where, and what CONTRL says about it. */
export interface EdifactFault {
  /** `XD_EDI_EDIFACT_…`, a row of the table in `faults.ts`. */
  readonly code: string
  readonly message: string
  /** `fatal`: the unit it stands in is rejected. `error`: accepted with errors, and the sender is told. `warning`: only we know. */
  readonly severity: Severity
  readonly level: EdifactLevel
  /** The error code (0085) that CONTRL gives. */
  readonly contrl?: string
  /** The service segment that CONTRL names, where it is not `tag`: one that is missing. */
  readonly contrlTag?: string
  /** Ordinal of the segment in its message, UNH = 1. For a missing segment: where it was missed. */
  readonly segment?: number
  readonly tag?: string
  /** The segment group it stands in, by its first segment. */
  readonly group?: string
  /** Place of the element in its segment, the first after the tag = 1; of the component; of the repeat. */
  readonly element?: number
  readonly component?: number
  readonly repeat?: number
  /** The data element's number in the directory, `'6060'`. */
  readonly reference?: string
  /** Byte offset in the file. */
  readonly offset?: number
  /** What stood there, cut to 99 characters. */
  readonly value?: string
}

/** What UNG says. Text as it stands in the file. */
export interface EdifactGroupHeader {
  readonly type: string
  readonly sender: string
  readonly senderQualifier: string
  readonly receiver: string
  readonly receiverQualifier: string
  readonly date: string
  readonly time: string
  readonly reference: string
  readonly agency: string
  readonly version: string
  readonly release: string
  readonly association: string
}

/** One message, UNH to UNT. `type` is `'ORDERS'`, `version` `'D'`, `release` `'96A'`, `association` `'EAN008'`. */
export interface EdifactMessage {
  readonly type: string
  readonly reference: string
  readonly version: string
  readonly release: string
  readonly agency: string
  readonly association: string
  /** The common access reference (UNH, 0068); `''` when there is none. */
  readonly access: string
  /** The group it stands in, where there are groups. */
  readonly group?: EdifactGroupHeader
  /** The mark numbers are written with. From syntax 4 on either mark may stand in any number. */
  readonly decimal: '.' | ','
  readonly syntaxVersion: number
  readonly segments: EdifactSegments
  readonly faults: readonly EdifactFault[]
}

/** One functional group, UNG to UNE. `declaredMessages` is the count of UNE, absent when there is none to read. */
export interface EdifactGroup extends EdifactGroupHeader {
  readonly messages: readonly EdifactMessage[]
  /** How many messages were met; in a streamed reading `messages` is empty and only this counts them. */
  readonly received: number
  readonly declaredMessages?: number
  readonly faults: readonly EdifactFault[]
}

/** One interchange, UNB to UNZ. */
export interface EdifactInterchange {
  readonly delimiters: EdifactDelimiters
  /** `'UNOA'`, and the version of the syntax, 1 to 4. */
  readonly syntax: string
  readonly syntaxVersion: number
  readonly senderQualifier: string
  readonly sender: string
  readonly receiverQualifier: string
  readonly receiver: string
  /** YYMMDD, or CCYYMMDD from syntax 4 on. */
  readonly date: string
  readonly time: string
  /** The interchange control reference (0020). */
  readonly reference: string
  readonly password: string
  readonly application: string
  readonly priority: string
  readonly agreement: string
  /** The sender wants a CONTRL (0031). */
  readonly ackRequested: boolean
  /** The test indicator (0035) is set. */
  readonly test: boolean
  /** Every message in the order of the file, also those inside groups. */
  readonly messages: readonly EdifactMessage[]
  /** How many messages were met; a streamed reading holds none. */
  readonly received: number
  readonly groups: readonly EdifactGroup[]
  readonly faults: readonly EdifactFault[]
  /** Byte offsets in the file, `end` exclusive; `start` is that of UNA where there is one. */
  readonly start: number
  readonly end: number
}

/** A whole file: its interchanges, and what is wrong outside of them. */
export interface EdifactFile {
  readonly interchanges: readonly EdifactInterchange[]
  readonly faults: readonly EdifactFault[]
}
