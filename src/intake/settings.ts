import type { PartnerSyntax } from '../documents/partner-syntax.ts'
import type { MasterData } from '../identity/master.ts'

/** The role of a sending system; it says what can be expected from it. */
export type SenderRole = 'erp' | 'oms' | 'wms' | 'shop' | 'carrier' | 'partner'

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
  readonly syntax?: PartnerSyntax
}

/** A result of reading JSON: the value, or why it is none. */
export type JsonText =
  | { readonly value: unknown; readonly fault?: undefined }
  | { readonly fault: string; readonly pointer?: string }

/** What interpreting may look things up in. */
export interface IntakeWorld {
  readonly sender: Sender
  readonly master: MasterData
  /** The strict JSON reader; the gateway's where there is one. */
  readonly readJson?: (bytes: Uint8Array) => JsonText
}
