/**
 * What travels between the hub and a simulated system. Quantities and money are text, as everywhere on a wire;
 * the verbs and report types are listed in `docs/reference/simulated-landscape.md`.
 */
import type { Money, Price } from '../base/money.ts'

/** A quantity on the wire. */
export interface Amount {
  readonly value: string
  readonly uom: string
}

/** What a simulated system does in a landscape. */
export type Role = 'erp' | 'oms' | 'wms' | 'shop' | 'carrier' | 'partner'

/** A line as requests and reports name it. */
export interface WireLine {
  readonly line: string
  readonly item: string
  readonly quantity: Amount
  readonly price?: Price
  readonly weight?: string | Amount
  readonly customerLine?: string
  readonly substitutes?: readonly string[]
}

/** The body of a request, before the simulator knows which verb it answers. Members depend on the verb. */
export interface RequestBody {
  readonly date?: string
  readonly order?: string
  readonly customer?: string
  readonly customerOrder?: string
  readonly amount?: Money
  readonly lines?: readonly WireLine[]
  readonly charges?: readonly WireCharge[]
  readonly shipment?: string
  readonly release?: string
  readonly facility?: string
  readonly status?: string
  readonly invoice?: string
  readonly number?: string
  readonly scac?: string
  readonly tracking?: readonly string[]
  readonly shipComplete?: boolean
  readonly backorders?: boolean
  readonly carrier?: { readonly scac?: string; readonly service?: string }
  readonly [member: string]: unknown
}

/** A charge or allowance on the wire; `amount` is negative for an allowance. */
export interface WireCharge {
  readonly type: string
  readonly code?: string
  readonly amount: Money
}

/** One request as it reaches a system. */
export interface SystemRequest {
  readonly verb: string
  /** The delivery key: the same for every attempt of one effect. */
  readonly key: string
  readonly body: RequestBody
  /** 1 for the first; simulators only write it down. */
  readonly attempt?: number
}

/**
 * What a system answers. `spoiled` says that over HTTP no whole answer leaves: the line is dead, silent, cut in the
 * middle, carries no JSON, or says 200 above a body that speaks of an error. The status beside it is what a caller in the
 * same process sees instead: 503 when nothing was done, 504 or 502 when nobody can know.
 */
export interface SystemAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  /** The answer of the first time, given again. */
  readonly repeat?: true
  /** With 429 and 503: when to come back. */
  readonly retryAfterMs?: number
  /** Retry-After as it is written where that is not plain seconds. */
  readonly retryAfterText?: string
  readonly spoiled?: 'dead' | 'silent' | 'cut' | 'not-json' | 'error-body'
}

/** What a system says happened. `sequence` counts from 1 for each order and system. */
export interface SystemReport {
  readonly id: string
  readonly type: string
  readonly order?: string
  readonly sequence?: number
  readonly occurredAt: string
  readonly [member: string]: unknown
}

/** How sending ended: taken, refused for good, refused for now, or nobody knows. */
export type Taken = 'ok' | 'refused' | 'later' | 'unknown'
