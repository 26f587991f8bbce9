/**
 * The room that looks: it follows the journal by cursor, at its own pace, and keeps what people see. It may lag and
 * says by how much; after a crash it goes on where its last transaction ended.
 */

import { LANES } from '../base/ids.ts'
import type { JournalEvent } from '../journal/contract.ts'
import type { EventData, EventType } from '../lifecycle/events.ts'
import type { OrderState } from '../lifecycle/order-state.ts'
import { partsOf } from '../lifecycle/subject.ts'
import { bucketsOf, hourOf, type KpiCount, type KpiSample } from './kpis.ts'
import type { MarkSource } from './marks.ts'
import { byOrder, GOODS_ISSUE, happened, type LaneReached, type News, type NewsSource, type OrderNews } from './news.ts'
import { type OrderView, searchKeysOf, troubleIn, viewOf } from './order-view.ts'
import { clockCounts } from './scorecard.ts'
import type { Standing, StandingOf } from './standing.ts'
import type { PendingGoodsIssue, Views } from './views.ts'

export interface FollowerPorts {
  /** Opens the marks anew: each time the follower begins (again). */
  readonly marks: () => MarkSource
  readonly source: NewsSource
  readonly views: Views
  readonly standing: StandingOf
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Most entries of one round. */
  readonly most?: number
}

/** How far behind the journal the views are. */
export interface Lag {
  readonly entries: number
  /** Lanes with something unread. */
  readonly lanes: number
}

const MOST = 20_000
/** Orders that are looked up and shown in one go: while a thousand of them are, nobody else in this process is heard. */
const AT_ONCE = 100
/** Marks are read at most this often, and only while the ERP owes an acknowledgement. */
const MARKS_EVERY_MS = 1_000

export class Follower {
  readonly #ports: FollowerPorts
  #cursors: Map<number, number> | undefined
  #pending = new Map<number, PendingGoodsIssue>()
  #marks: MarkSource
  /** Marks of requests that the cursor has not reached: by place, milliseconds. */
  readonly #ahead = new Map<number, number>()
  /** Acknowledged and not yet written. */
  readonly #settled = new Map<number, Acknowledged>()
  #marksReadAt = Number.NEGATIVE_INFINITY
  #lag: Lag = { entries: 0, lanes: 0 }

  constructor(ports: FollowerPorts) {
    this.#ports = ports
    this.#marks = ports.marks()
  }

  /** The lag as the last round saw it, after it. */
  get lag(): Lag {
    return this.#lag
  }

  /** Reads and folds one stretch. Answers how many entries that were; 0 when all is read. */
  async round(): Promise<number> {
    const cursors = this.#cursors ?? (await this.#begin())
    const heads = await this.#ports.source.heads()
    const stretches = stretchesBehind(heads, cursors, this.#ports.most ?? MOST)
    const acknowledged = await this.#acknowledged(cursors)
    if (stretches.length === 0 && acknowledged.length === 0) {
      this.#lag = { entries: 0, lanes: 0 }
      return 0
    }
    const news = await this.#ports.source.read(stretches)
    if (await this.#write(news, acknowledged)) this.#advance(stretches, cursors)
    else this.#cursors = undefined
    this.#lag = lagOf(heads, cursors)
    return stretches.reduce((sum, { from, to }) => sum + to - from, 0)
  }

  /** Rounds until nothing is left to read. */
  async catchUp(): Promise<void> {
    while ((await this.round()) > 0 || this.#cursors === undefined);
  }

  async #begin(): Promise<Map<number, number>> {
    const { views } = this.#ports
    const [cursors, pending] = await Promise.all([views.cursors(), views.pendingGoodsIssues()])
    this.#cursors = new Map(cursors)
    this.#pending = new Map(pending.map((issue) => [placeOf(issue), issue]))
    this.#marks = this.#ports.marks()
    this.#ahead.clear()
    this.#settled.clear()
    return this.#cursors
  }

  #advance(stretches: readonly LaneReached[], cursors: Map<number, number>): void {
    for (const { lane, to } of stretches) cursors.set(lane, to)
    for (const place of this.#ahead.keys()) {
      if (Math.floor(place / LANES) <= (cursors.get(place % LANES) ?? 0)) this.#ahead.delete(place)
    }
  }

  async #write(news: News, acknowledged: readonly Acknowledged[]): Promise<boolean> {
    const { views } = this.#ports
    const changed = byOrder(news.orders)
    const troubles = troublesOf(news.noted)
    const known: Known[] = []
    const orders: OrderView[] = []
    for (let from = 0; from < changed.length; from += AT_ONCE) {
      const some = await this.#known(changed.slice(from, from + AT_ONCE))
      known.push(...some)
      for (const { news: one, order, before, facts } of some)
        orders.push(viewOf(order, one, before, facts, troubles.get(one.subject) ?? null))
    }
    const orderOf = new Map(known.map(({ news: one, order }) => [one.subject, order]))
    const issued = news.noted.flatMap((event) => issueOf(event, orderOf.get(event.subject)))
    const measured = acknowledged.map((one) => lagSample(one.issue, one.at))
    const samples = [...known.flatMap(releaseSample), ...measured]
    const written = await views.commit({
      reached: news.reached,
      orders,
      keys: known.flatMap(({ news: one, order }) => searchKeysOf(order, one)),
      buckets: bucketsOf(samples),
      counts: [...countsOf(news.orders), ...clockCounts(news.noted)],
      issued,
      acknowledged: acknowledged.map((one) => one.issue),
    })
    if (written) this.#remember(issued, acknowledged)
    return written
  }

  async #known(changed: readonly OrderNews[]): Promise<Known[]> {
    const standing = await this.#ports.standing(changed)
    return changed.flatMap((order, at) => {
      const found = standing[at]
      return found ? [{ news: order, ...found }] : []
    })
  }

  #remember(issued: readonly PendingGoodsIssue[], acknowledged: readonly Acknowledged[]): void {
    for (const { issue } of acknowledged) {
      this.#pending.delete(placeOf(issue))
      this.#settled.delete(placeOf(issue))
    }
    for (const issue of issued) {
      const place = placeOf(issue)
      const at = this.#ahead.get(place)
      this.#pending.set(place, issue)
      if (at !== undefined) this.#settled.set(place, { issue, at })
    }
  }

  /** Goods issues whose request has got its mark, until they are written. */
  async #acknowledged(cursors: ReadonlyMap<number, number>): Promise<readonly Acknowledged[]> {
    const now = this.#ports.now()
    if (this.#pending.size > 0 && now - this.#marksReadAt >= MARKS_EVERY_MS) {
      this.#marksReadAt = now
      const oldest = Math.min(...[...this.#pending.values()].map((issue) => issue.dispatchedAt))
      for (const pack of await this.#marks.read(oldest)) this.#take(pack, cursors)
    }
    return [...this.#settled.values()]
  }

  #take(pack: Uint8Array, cursors: ReadonlyMap<number, number>): void {
    const bytes = new DataView(pack.buffer, pack.byteOffset, pack.byteLength)
    for (let offset = 0; offset + 12 <= pack.byteLength; offset += 12) {
      const lane = bytes.getUint16(offset)
      const position = bytes.getUint16(offset + 2) * 2 ** 32 + bytes.getUint32(offset + 4)
      const at = bytes.getUint32(offset + 8) * 1000
      const place = placeOf({ lane, position })
      const issue = this.#pending.get(place)
      if (issue) this.#settled.set(place, { issue, at })
      else if (position > (cursors.get(lane) ?? 0)) this.#ahead.set(place, at)
    }
  }
}

interface Acknowledged {
  readonly issue: PendingGoodsIssue
  /** To the second. */
  readonly at: number
}

interface Known extends Standing {
  readonly news: OrderNews
}

function stretchesBehind(
  heads: readonly { readonly lane: number; readonly head: number }[],
  cursors: ReadonlyMap<number, number>,
  most: number,
): LaneReached[] {
  const behind = heads.filter(({ lane, head }) => head > (cursors.get(lane) ?? 0))
  const share = Math.max(1, Math.floor(most / Math.max(1, behind.length)))
  return behind.map(({ lane, head }) => {
    const from = cursors.get(lane) ?? 0
    return { lane, from, to: Math.min(head, from + share) }
  })
}

function lagOf(
  heads: readonly { readonly lane: number; readonly head: number }[],
  cursors: ReadonlyMap<number, number>,
): Lag {
  const behind = heads.map(({ lane, head }) => head - (cursors.get(lane) ?? 0)).filter((entries) => entries > 0)
  return { entries: behind.reduce((sum, entries) => sum + entries, 0), lanes: behind.length }
}

/** Lane and position as one exact number. */
const placeOf = ({ lane, position }: Pick<PendingGoodsIssue, 'lane' | 'position'>): number => position * LANES + lane

/** The last trouble of each order. It is shown until something other than a delivery happens to the order. */
function troublesOf(noted: readonly JournalEvent[]): Map<string, string> {
  const troubles = new Map<string, string>()
  for (const event of noted) {
    const trouble = troubleIn(event)
    if (trouble !== undefined) troubles.set(event.subject, trouble)
  }
  return troubles
}

function issueOf(event: JournalEvent, order: OrderState | undefined): PendingGoodsIssue[] {
  if (event.type !== 'delivery.planned' || !order) return []
  const { verb, key, args } = event.data as EventData['delivery.planned']
  if (verb !== GOODS_ISSUE) return []
  const named = typeof args['shipment'] === 'string' ? args['shipment'] : key
  const shipment = order.shipments.find((one) => one.shipment === named) ?? order.shipments.at(-1)
  if (!shipment) return []
  return [
    {
      lane: event.lane,
      position: event.position,
      subject: event.subject,
      shipment: shipment.shipment,
      facility: shipment.facility || facilityOf(order, shipment.release),
      channel: order.channel,
      dispatchedAt: shipment.dispatchedAt,
    },
  ]
}

function facilityOf(order: OrderState, release: string): string {
  return order.releases.find((one) => one.release === release)?.facility ?? ''
}

function lagSample(issue: PendingGoodsIssue, at: number): KpiSample {
  return {
    tenant: partsOf(issue.subject).tenant,
    kpi: 'shipmentConfirmationLag',
    facility: issue.facility,
    channel: issue.channel,
    at,
    durationMs: Math.max(0, at - issue.dispatchedAt),
  }
}

/** From acceptance to the first release, once for each order. */
function releaseSample({ news, order, before }: Known): KpiSample[] {
  const acceptedAt = before?.acceptedAt ?? news.acceptedAt
  if (news.releasedAt === null || acceptedAt === null || before?.releasedAt) return []
  return [
    {
      tenant: partsOf(news.subject).tenant,
      kpi: 'releaseLatency',
      facility: order.releases[0]?.facility ?? '',
      channel: order.channel,
      at: news.releasedAt,
      durationMs: Math.max(0, news.releasedAt - acceptedAt),
    },
  ]
}

const COUNTED_ONCE: readonly EventType[] = [
  'order.received',
  'order.accepted',
  'order.rejected',
  'order.line_backordered',
]

function countsOf(orders: readonly OrderNews[]): KpiCount[] {
  const counts = new Map<string, KpiCount>()
  const add = (news: OrderNews, name: EventType, more: number) => {
    if (more === 0) return
    const { tenant } = partsOf(news.subject)
    const hour = hourOf(news.at)
    const key = `${tenant}\u0000${name}\u0000${hour}`
    counts.set(key, { tenant, name, hour, count: more + (counts.get(key)?.count ?? 0) })
  }
  for (const news of orders) {
    for (const type of COUNTED_ONCE) if (happened(news, type)) add(news, type, 1)
    add(news, 'order.released', news.releases)
    add(news, 'pick.short', news.shorts)
    add(news, 'order.shipped', news.shipments)
    add(news, 'order.invoiced', news.invoices)
  }
  return [...counts.values()]
}
