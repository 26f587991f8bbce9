import type { Duration } from '../../base/duration.ts'
import type { Money } from '../../base/money.ts'
import type { ExpectationOptions } from '../../documents/document.ts'
import type { AuthorityProfile } from '../../lifecycle/authority.ts'

/** A warehouse orders may ship from. */
export interface Warehouse {
  readonly facility: string
  /** The system that speaks for it. */
  readonly system: string
  /** `http`: asked and answering at once; `edi`: orders go as 940 to `partner`'s mailbox, and depositing one is its acceptance. */
  readonly speaks?: 'http' | 'edi'
  readonly partner?: string
  /** IANA time zone of its dates and clock times; `UTC` when absent. */
  readonly zone?: string
  /** Working days, 1 Monday … 7 Sunday, and days on which it is shut (`YYYY-MM-DD`). Absent: open every day. */
  readonly calendar?: {
    readonly days?: readonly number[]
    readonly holidays?: readonly string[]
    /** Local time at which a day's releases may go out; `00:00` when absent. */
    readonly opens?: string
  }
  /** Local time until which an order still ships the same day. */
  readonly cutoff?: string
  /** Who is told of its shipments, where that is not the carrier of all: a system, or a partner that gets a load tender (204). */
  readonly carrier?: string
  /** SCACs it can ship with. Absent: all. */
  readonly carriers?: readonly string[]
}

/** How documents and news go back to where an order came from. */
export interface Channel {
  readonly kind: 'http' | 'edi'
  /** The mailbox, for `edi`; the order's partner when absent. */
  readonly partner?: string
}

/** A document that is owed to a partner, and by when. */
export interface Owed extends ExpectationOptions {
  /** Name of the document type. */
  readonly document: string
  readonly within: Duration
}

/** What may be done when stock was not found, in the order in which it is tried. */
export type Remedy = 'other-facility' | 'substitution' | 'backorder' | 'cancel'

/** What a business decides about its orders. Systems are named as in the configuration. */
export interface OrderToCashOptions {
  readonly erp: string
  readonly oms?: string
  /** Who is told of shipments before they are picked up: a system, or a partner that gets a load tender (204). */
  readonly carrier?: string
  /** SCACs of the carriers that are told in files, by their names. */
  readonly ediCarriers?: Readonly<Record<string, string>>
  readonly authority: AuthorityProfile
  readonly warehouses: readonly Warehouse[]
  readonly channels?: Readonly<Record<string, Channel>>
  /** What is owed to each partner, by its name. */
  readonly owed?: Readonly<Record<string, readonly Owed[]>>
  readonly credit?: {
    /** Orders below this are accepted while the ERP cannot be asked; they are not released before it has answered. */
    readonly deferBelow?: Money
  }
  readonly price?: {
    /** How far a customer's price may be from ours, in percent of ours. 0 when absent. */
    readonly tolerancePercent?: string
  }
  readonly sourcing?: {
    /** Facilities from the most to the least preferred; as in `warehouses` when absent. */
    readonly order?: readonly string[]
    /** Whether one order may ship from several facilities. Yes when absent. */
    readonly split?: boolean
    /** Most tries of one search before the rest is put on backorder. 6 when absent. */
    readonly attempts?: number
  }
  readonly shorts?: readonly Remedy[]
  readonly backorders?: {
    /** When stock is first looked for again; the wait doubles up to `longest`. 15m and 1d when absent. */
    readonly first?: Duration
    readonly longest?: Duration
  }
  /** How long a warehouse may take to answer a recall before a person hears of it. 1h when absent. */
  readonly recallWithin?: Duration
  /** How long a warehouse that answered “deferred” is left alone before it is asked again. 15m when absent. */
  readonly askAgainAfter?: Duration
}
