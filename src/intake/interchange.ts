import type { DocumentFault } from '../documents/faults.ts'
import type { SetVerdict } from '../edi/x12/judge.ts'
import type { X12Fault } from '../edi/x12/reading.ts'
import type { InterchangeFacts } from './interchange-facts.ts'

/** The languages interchanges are written in. */
export type Standard = 'x12' | 'edifact'

/** One thing that is wrong, as far as both standards say it alike. */
export type OpenedFault = Pick<
  X12Fault,
  'code' | 'message' | 'severity' | 'segment' | 'tag' | 'element' | 'component' | 'value'
>

/** What a set or a message means: the name of its document type, and the document where it could be read. */
export interface UnderstoodDocument {
  /** `purchase-order`; absent for an answer to something of ours, and for what nobody here reads. */
  readonly type?: string
  readonly document?: unknown
  readonly warnings?: readonly DocumentFault[]
}

/** A document as it stands in an interchange, judged: a set of X12, a message of EDIFACT. */
export interface OpenedDocument extends UnderstoodDocument {
  /** `850`, `ORDERS`. */
  readonly id: string
  /** Its own number: ST02, or 0062 of UNH. */
  readonly control: string
  /** What it is called inside its arrival: the numbers of its interchange, its group and its own. */
  readonly name: string
  /** It answers something of ours: a 997, a CONTRL. */
  readonly isAnswer: boolean
  readonly verdict: SetVerdict
  /** False when it, or what it stands in, is rejected. */
  readonly accepted: boolean
  readonly faults: readonly OpenedFault[]
}

/** An interchange that came in, opened and judged. Whatever it is written in, it is taken in by one way from here on. */
export interface OpenedInterchange {
  readonly standard: Standard
  /** Its own number: ISA13, or 0020 of UNB. */
  readonly control: string
  /** Who sends it to whom, as master data names them: `qualifier:id`. */
  readonly sender: string
  readonly receiver: string
  /** `T` for test data. */
  readonly usage: string
  /** Where it stands in the bytes of its arrival, `end` exclusive. */
  readonly start: number
  readonly end: number
  readonly verdict: SetVerdict
  /** Why: TA105, or 0085 of UCI. */
  readonly note: string
  readonly documents: readonly OpenedDocument[]
  /** What its mailbox is told. */
  readonly facts: InterchangeFacts
  /** What its mailbox is told when its number came before with other bytes: the answer says so. */
  readonly reused: () => InterchangeFacts
}

/** The interchanges of a file, and why it holds none that can be read. */
export interface OpenedFile {
  readonly interchanges: readonly OpenedInterchange[]
  readonly unreadable: readonly OpenedFault[]
}
