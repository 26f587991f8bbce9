import { partsOf } from '../lifecycle/subject.ts'
import type { KpiBucket, KpiCount } from './kpis.ts'
import type { OrderView, SearchKey } from './order-view.ts'
import type { KpiQuery, OrderPage, PendingGoodsIssue, StageLimit, Views, ViewWrites } from './views.ts'

type Received = Pick<OrderView, 'receivedAt' | 'subject'>

/** The views in memory: for the simulation and for tests. */
export class MemoryViews implements Views {
  readonly #cursors = new Map<number, number>()
  readonly #orders = new Map<string, OrderView>()
  readonly #keys = new Map<string, SearchKey>()
  readonly #buckets = new Map<string, KpiBucket>()
  readonly #counts = new Map<string, KpiCount>()
  readonly #pending = new Map<string, PendingGoodsIssue>()

  async cursors() {
    return new Map(this.#cursors)
  }

  async pendingGoodsIssues() {
    return [...this.#pending.values()]
  }

  async orders(keys: readonly { readonly subject: string }[]) {
    return keys.map(({ subject }) => this.#orders.get(subject))
  }

  async commit(writes: ViewWrites) {
    if (writes.reached.some(({ lane, from }) => (this.#cursors.get(lane) ?? 0) !== from)) return false
    for (const { lane, to } of writes.reached) this.#cursors.set(lane, to)
    for (const order of writes.orders) this.#orders.set(order.subject, order)
    for (const key of writes.keys) this.#keys.set(named(key.tenant, key.value, key.kind, key.subject), key)
    for (const bucket of writes.buckets) addTo(this.#buckets, bucketName(bucket), bucket)
    for (const count of writes.counts) addTo(this.#counts, named(count.tenant, count.name, count.hour), count)
    for (const issue of writes.issued) this.#pending.set(named(issue.lane, issue.position), issue)
    for (const issue of writes.acknowledged) this.#pending.delete(named(issue.lane, issue.position))
    return true
  }

  async countByStage(tenant: string) {
    const counts = new Map<string, number>()
    for (const order of this.#ordersOf(tenant)) counts.set(order.stage, (counts.get(order.stage) ?? 0) + 1)
    return [...counts].map(([stage, count]) => ({ stage, count })).sort((a, b) => compareText(a.stage, b.stage))
  }

  async page(tenant: string, { stage, after, limit }: OrderPage) {
    return this.#ordersOf(tenant)
      .filter((order) => (stage === undefined || order.stage === stage) && (!after || latestFirst(after, order) < 0))
      .sort(latestFirst)
      .slice(0, limit)
  }

  async find(tenant: string, value: string, limit: number) {
    return [...this.#keys.values()]
      .filter((key) => key.tenant === tenant && key.value === value)
      .sort((a, b) => compareText(a.kind, b.kind) || compareText(a.subject, b.subject))
      .flatMap((key) => {
        const order = this.#orders.get(key.subject)
        return order ? [{ ...key, order }] : []
      })
      .slice(0, limit)
  }

  async stuck(tenant: string, limits: readonly StageLimit[], limit: number) {
    return this.#ordersOf(tenant)
      .filter((order) => !order.over && limits.some((known) => isPast(order, known)))
      .sort((a, b) => a.updatedAt - b.updatedAt || compareText(a.subject, b.subject))
      .slice(0, limit)
  }

  async unacknowledged(tenant: string, dispatchedBefore: number, limit: number) {
    return [...this.#pending.values()]
      .filter((issue) => partsOf(issue.subject).tenant === tenant && issue.dispatchedAt < dispatchedBefore)
      .sort((a, b) => a.dispatchedAt - b.dispatchedAt)
      .slice(0, limit)
  }

  async buckets(tenant: string, query: KpiQuery) {
    return [...this.#buckets.values()].filter(
      (bucket) =>
        bucket.tenant === tenant &&
        isWithin(bucket.hour, query) &&
        (query.facility ?? bucket.facility) === bucket.facility &&
        (query.channel ?? bucket.channel) === bucket.channel,
    )
  }

  async counts(tenant: string, query: KpiQuery) {
    return [...this.#counts.values()].filter((count) => count.tenant === tenant && isWithin(count.hour, query))
  }

  #ordersOf(tenant: string): OrderView[] {
    return [...this.#orders.values()].filter((order) => order.tenant === tenant)
  }
}

const named = (...parts: (string | number)[]): string => parts.join('\u0000')

const bucketName = ({ tenant, kpi, hour, facility, channel, bucket }: KpiBucket): string =>
  named(tenant, kpi, hour, facility, channel, bucket)

function addTo<T extends { readonly count: number }>(sums: Map<string, T>, name: string, more: T): void {
  sums.set(name, { ...more, count: more.count + (sums.get(name)?.count ?? 0) })
}

const isPast = (order: OrderView, limit: StageLimit): boolean =>
  order.stage === limit.stage && order.updatedAt < limit.before

const isWithin = (hour: number, query: KpiQuery): boolean => hour >= query.fromHour && hour <= query.toHour

const latestFirst = (a: Received, b: Received): number =>
  b.receivedAt - a.receivedAt || compareText(b.subject, a.subject)

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
