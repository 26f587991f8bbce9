import type { FlatFile } from '../documents/flat/flat-file.ts'
import type { AnyMap } from '../documents/map/map.ts'
import type { PartnerSyntax } from '../documents/partner-syntax.ts'
import type { Charset } from '../edi/edifact/charset.ts'
import type { EdifactPolicy } from '../edi/edifact/judge.ts'
import type { EdifactSeparators, Unwritable } from '../edi/edifact/write.ts'
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
  /** How it speaks X12 or EDIFACT. Absent: it sends neither. */
  readonly edi?: EdiProfile
  /**
   * Documents of its that are handed on as they are understood: the systems they go to, by the name of the type. None
   * where one is only owed.
   */
  readonly relays?: ReadonlyMap<string, readonly string[]>
  /** Documents that systems may have us send to it, by the names of their types. */
  readonly takes?: ReadonlySet<string>
}

/** What is agreed with a partner whatever it speaks: members of {@link X12Profile} and {@link EdifactProfile}. */
export interface AgreedProfile {
  /** Who we and the partner are: `qualifier:id` as in ISA, `id:qualifier` (or the id alone) as in UNB. */
  readonly ours: string
  readonly theirs: string
  /** Whether production or test data may come in and goes out: ISA15, or the test indicator of UNB. Default `P`. */
  readonly usage?: 'P' | 'T'
  readonly syntax?: PartnerSyntax
  /** How long a document of ours may wait for its 997 or CONTRL. Default 24 hours. */
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

/** What was agreed with a partner about X12. */
export interface X12Profile extends AgreedProfile {
  readonly standard?: 'x12'
  /** GS02 and GS03 where they are not the ids of ISA. */
  readonly ourGroupId?: string
  readonly theirGroupId?: string
  /** GS08 of what we send; ISA12 follows from it. Default `004010`. */
  readonly version?: string
  /** GS08 of what the partner sends, where it is another one; the go-live gate asks for it. */
  readonly theirVersion?: string
  readonly separators?: Partial<Separators>
  readonly policy?: AckPolicy
  /** What the partner's own guide asks beyond the standard: of what it sends, and, in the go-live gate, of what we send it. */
  readonly guide?: PartnerGuide
}

/** What is only said in X12: absent, so that whoever wants to know may ask any profile. */
interface SaidInX12 {
  readonly ourGroupId?: undefined
  readonly theirGroupId?: undefined
  readonly theirVersion?: undefined
  readonly guide?: undefined
}

/** What was agreed with a partner about EDIFACT. */
export interface EdifactProfile extends AgreedProfile, SaidInX12 {
  readonly standard: 'edifact'
  /** The directory of what we send. Default: the one each document is written in first, `D.96A`. */
  readonly version?: string
  /** What UNH says of the guide we follow (0057), by message: `{ ORDRSP: 'EAN005', INVOIC: 'EAN008' }`. */
  readonly associations?: Readonly<Record<string, string>>
  /** The characters we write, and the version of the syntax. Default `UNOC`, 3. */
  readonly charset?: 'UNOA' | 'UNOB' | 'UNOC' | 'UNOW' | 'UNOY'
  readonly syntaxVersion?: 1 | 2 | 3 | 4
  /** The characters the partner really writes, where they are not the ones it declares. */
  readonly writes?: Charset
  /** The service characters we write with; the decimal mark is always a point. */
  readonly separators?: Partial<Omit<EdifactSeparators, 'decimal'>>
  /** Whether UNA is written. Default `true`. */
  readonly una?: boolean
  /** What is written for a character that our set cannot carry. Default: the document is refused, and a person hears of it. */
  readonly unwritable?: Unwritable
  /** What UNB says of the application (0026) and of an agreement (0032). */
  readonly application?: string
  readonly agreement?: string
  readonly policy?: Pick<EdifactPolicy, 'strict'>
  /** When an interchange is answered by CONTRL: where UNB asks for it or something is wrong (default), or `always`. */
  readonly contrl?: 'asked' | 'always'
  /** Whether documents of ours ask for a CONTRL and wait for one. Default `true`. */
  readonly awaitsContrl?: boolean
  /** A CONTRL that says no more than “received” (action 8) is enough. Off unless `true`. */
  readonly receiptSuffices?: boolean
}

/** What was agreed with a partner about the files it sends and gets. */
export type EdiProfile = X12Profile | EdifactProfile

/** Whether a partner speaks EDIFACT. */
export const isEdifact = (profile: EdiProfile): profile is EdifactProfile => profile.standard === 'edifact'

/** A result of reading JSON: the value, or why it is none. */
export type JsonText =
  | { readonly value: unknown; readonly fault?: undefined }
  | { readonly fault: string; readonly pointer?: string }

/** What interpreting may look things up in. */
export interface IntakeWorld {
  readonly sender: Sender
  /** The partner that a document of the sender is for. */
  readonly addressee?: Sender
  readonly master: MasterData
  /** How many items the book has at the sender's facility, when a snapshot of it is to be compared. */
  readonly held?: number
  /** The strict JSON reader; the gateway's where there is one. */
  readonly readJson?: (bytes: Uint8Array) => JsonText
}
