/** The tables of this room behind a small port: PostgreSQL, or memory for the simulation. */
import type { KpiBucket, KpiCount } from './kpis.ts'
import type { LaneReached } from './news.ts'
import type { OrderView, SearchKey } from './order-view.ts'

/** A shipment that left, whose goods issue the ERP has not acknowledged: the request at this lane and position. */
export interface PendingGoodsIssue {
  readonly lane: number
  readonly position: number
  readonly subject: string
  readonly shipment: string
  readonly facility: string
  readonly channel: string
  readonly dispatchedAt: number
}

/** What one round of following writes, all of it or nothing. */
export interface ViewWrites {
  readonly reached: readonly LaneReached[]
  readonly orders: readonly OrderView[]
  readonly keys: readonly SearchKey[]
  readonly buckets: readonly KpiBucket[]
  readonly counts: readonly KpiCount[]
  readonly issued: readonly PendingGoodsIssue[]
  readonly acknowledged: readonly PendingGoodsIssue[]
}

/** Orders that have been in a stage for long. */
export interface StageLimit {
  readonly stage: string
  /** Orders untouched since before this instant are stuck. */
  readonly before: number
}

export interface OrderPage {
  readonly stage?: string
  /** The last order of the page before. */
  readonly after?: Pick<OrderView, 'receivedAt' | 'subject'>
  readonly limit: number
}

export interface KpiQuery {
  readonly fromHour: number
  readonly toHour: number
  readonly facility?: string
  readonly channel?: string
}

export interface Views {
  /** How far each lane was read; lanes never read are absent. */
  cursors(): Promise<ReadonlyMap<number, number>>
  pendingGoodsIssues(): Promise<readonly PendingGoodsIssue[]>
  /** The views of these orders, in the order asked. */
  orders(keys: readonly { readonly lane: number; readonly subject: string }[]): Promise<(OrderView | undefined)[]>
  /** Writes a round. Answers false, and writes nothing, when another follower moved one of the cursors. */
  commit(writes: ViewWrites): Promise<boolean>

  countByStage(tenant: string): Promise<readonly { readonly stage: string; readonly count: number }[]>
  /** Orders, the one received last first. */
  page(tenant: string, page: OrderPage): Promise<readonly OrderView[]>
  find(tenant: string, value: string, limit: number): Promise<readonly (SearchKey & { readonly order: OrderView })[]>
  stuck(tenant: string, limits: readonly StageLimit[], limit: number): Promise<readonly OrderView[]>
  unacknowledged(tenant: string, dispatchedBefore: number, limit: number): Promise<readonly PendingGoodsIssue[]>
  buckets(tenant: string, query: KpiQuery): Promise<readonly KpiBucket[]>
  counts(tenant: string, query: KpiQuery): Promise<readonly KpiCount[]>
}
