import type { FlatFile } from '../documents/flat/flat-file.ts'
import type { AnyMap } from '../documents/map/map.ts'
import type { PartnerSyntax } from '../documents/partner-syntax.ts'
import type { PartnerGuide } from '../edi/x12/guide.ts'
import type { AckPolicy } from '../edi/x12/judge.ts'
import type { Separators } from '../edi/x12/write.ts'
import type { MasterData } from '../identity/master.ts'

/** The role of a sending system; it says what can be expected from it. */
export type SenderRole = 'erp' | 'oms' | 'wms' | 'shop' | 'carrier' | 'partner' | 'supplier'

/** What intake must know about a system that sends. */
export interface Sender {
  readonly system: string
  readonly role: SenderRole
  /** The EDI partner whose mailbox its interchanges belong to. */
  readonly partner?: string
  /** The customer all its orders are sold to; absent: the order says it. */
  readonly customer?: string
  /** The facility a warehouse's reports are about, when they do not say it. */
  readonly facility?: string
  /** The SCAC under which a partner carries for us. */
  readonly carrier?: string
  /** The flat files it sends. */
  readonly files?: readonly FlatFile[]
  /** Its files may come in a ZIP or gzip archive. */
  readonly archives?: boolean
  /** What makes documents of ours of its own JSON; the first that is for a document is taken. */
  readonly maps?: readonly AnyMap[]
  /** How it speaks X12. Absent: it sends none. */
  readonly edi?: EdiProfile
}

/** What was agreed with a partner about X12. */
export interface EdiProfile {
  /** `qualifier:id` as in ISA. */
  readonly ours: string
  readonly theirs: string
  /** GS02 and GS03 where they are not the ids of ISA. */
  readonly ourGroupId?: string
  readonly theirGroupId?: string
  /** GS08 of what we send; ISA12 follows from it. Default `004010`. */
  readonly version?: string
  /** GS08 of what the partner sends, where it is another one; the go-live gate asks for it. */
  readonly theirVersion?: string
  /** ISA15 of what may come in and goes out. Default `P`. */
  readonly usage?: 'P' | 'T'
  readonly syntax?: PartnerSyntax
  readonly separators?: Partial<Separators>
  readonly policy?: AckPolicy
  /** What the partner's own guide asks beyond the standard: of what it sends, and, in the go-live gate, of what we send it. */
  readonly guide?: PartnerGuide
  /** How long a document of ours may wait for its 997. Default 24 hours. */
  readonly ackWithinMs?: number
  /** How long before that time a person hears of it. Absent: only when it is over. */
  readonly ackWarnMs?: number
  /** How long a change may wait for its order before a person hears of it. Default 24 hours. */
  readonly changeWaitMs?: number
  /** How long what a carrier says may wait for its shipment to leave before a person hears of it. Default 4 hours. */
  readonly statusWaitMs?: number
  /**
   * How its snapshots of stock (846) are guarded: whether one lists all that the facility has (default true), and from
   * which share missing on it waits for a person (default 0.9).
   */
  readonly snapshots?: { readonly complete?: boolean; readonly shrinksAtMost?: number }
  /** The time zone of dates and times in envelopes. Default `UTC`. */
  readonly timeZone?: string
  /** The system that files for this partner are handed to; absent: the partner's own name. */
  readonly target?: string
}

/** A result of reading JSON: the value, or why it is none. */
export type JsonText =
  | { readonly value: unknown; readonly fault?: undefined }
  | { readonly fault: string; readonly pointer?: string }

/** What interpreting may look things up in. */
export interface IntakeWorld {
  readonly sender: Sender
  readonly master: MasterData
  /** How many items the book has at the sender's facility, when a snapshot of it is to be compared. */
  readonly held?: number
  /** The strict JSON reader; the gateway's where there is one. */
  readonly readJson?: (bytes: Uint8Array) => JsonText
}
