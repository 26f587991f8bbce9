/** One order as lists show it: where it stands, since when, and what it waits for. */

import type { JournalEvent } from '../journal/contract.ts'
import type { EventData, OrderFacts } from '../lifecycle/events.ts'
import { backordered, isCancelled } from '../lifecycle/order-line.ts'
import { isOver, type OrderState, orderState } from '../lifecycle/order-state.ts'
import { partsOf } from '../lifecycle/subject.ts'
import { happened, type OrderNews } from './news.ts'
import { orderValue } from './order-value.ts'

export interface OrderView {
  readonly lane: number
  readonly subject: string
  readonly tenant: string
  readonly stage: string
  readonly stageSince: number
  readonly customer: string
  readonly customerOrder: string
  /** The ERP's number; empty until posted. */
  readonly number: string
  readonly channel: string
  readonly receivedAt: number
  readonly acceptedAt: number | null
  readonly releasedAt: number | null
  readonly updatedAt: number
  readonly lines: number
  readonly openLines: number
  readonly backordered: number
  /** Comma between, empty when none. */
  readonly holds: string
  readonly facilities: string
  readonly amount: string | null
  readonly currency: string | null
  /** What went wrong last with a delivery and has not been followed by anything good. */
  readonly trouble: string | null
  readonly over: boolean
}

/** What the next view takes over from the one before. */
export type Before = Pick<
  OrderView,
  'stage' | 'stageSince' | 'acceptedAt' | 'releasedAt' | 'updatedAt' | 'amount' | 'currency' | 'trouble'
>

/** A name by which an order is found. Values are upper case. */
export interface SearchKey {
  readonly tenant: string
  readonly kind: SearchKind
  readonly value: string
  readonly subject: string
}

export type SearchKind =
  | 'order'
  | 'customerOrder'
  | 'erpNumber'
  | 'shipment'
  | 'tracking'
  | 'carton'
  | 'sscc'
  | 'invoice'

/** The view of an order after news: how it stands now, and since when, seen from what was known before. */
export function viewOf(
  order: OrderState,
  news: OrderNews,
  before: Before | undefined,
  facts: OrderFacts | undefined,
  trouble: string | null,
): OrderView {
  const stage = orderState(order)
  const value = facts ? orderValue(facts) : undefined
  return {
    lane: news.lane,
    subject: news.subject,
    tenant: partsOf(news.subject).tenant,
    stage,
    stageSince: before?.stage === stage ? before.stageSince : order.updatedAt,
    customer: order.customer,
    customerOrder: order.customerOrder,
    number: order.number,
    channel: order.channel,
    receivedAt: order.receivedAt,
    acceptedAt: before?.acceptedAt ?? news.acceptedAt,
    releasedAt: before?.releasedAt ?? news.releasedAt,
    updatedAt: Math.max(news.at, order.updatedAt, before?.updatedAt ?? 0),
    lines: order.lines.length,
    openLines: order.lines.filter((line) => !line.closed && !isCancelled(line)).length,
    backordered: order.accepted ? order.lines.filter((line) => backordered(line) > 0).length : 0,
    holds: order.holds.join(','),
    facilities: facilitiesOf(order).join(','),
    amount: value?.amount ?? before?.amount ?? null,
    currency: value?.currency ?? before?.currency ?? null,
    trouble: trouble ?? (news.progressed ? null : (before?.trouble ?? null)),
    over: isOver(order),
  }
}

function facilitiesOf(order: OrderState): string[] {
  const found = new Set<string>()
  for (const release of order.releases) found.add(release.facility)
  for (const reservation of order.reservations) found.add(reservation.facility)
  return [...found].sort()
}

/** Whether the value of the order may have changed. */
export function mayChangeValue(news: OrderNews): boolean {
  return (
    happened(news, 'order.received') ||
    happened(news, 'price.checked') ||
    happened(news, 'substitution.made') ||
    happened(news, 'order.terms_changed') ||
    happened(news, 'order.corrected')
  )
}

/** The names that these news give the order. */
export function searchKeysOf(order: OrderState, news: OrderNews): SearchKey[] {
  const { tenant } = partsOf(news.subject)
  const keys: SearchKey[] = []
  const add = (kind: SearchKind, value: string | undefined) => {
    if (value) keys.push({ tenant, kind, value: value.toUpperCase(), subject: news.subject })
  }
  if (happened(news, 'order.received')) add('customerOrder', order.customerOrder)
  if (happened(news, 'order.posted')) add('erpNumber', order.number)
  const shipping = happened(news, 'shipment.manifested') || happened(news, 'order.shipped')
  if (shipping || happened(news, 'carton.closed')) {
    for (const { carton, sscc, tracking } of order.cartons) {
      add('carton', carton)
      add('sscc', sscc)
      add('tracking', tracking)
    }
  }
  if (shipping) for (const { shipment } of order.shipments) add('shipment', shipment)
  if (happened(news, 'order.invoiced')) for (const { invoice } of order.shipments) add('invoice', invoice)
  return keys
}

type Troubled = EventData['delivery.waiting'] | EventData['delivery.refused']

/** What a delivery in trouble means, in one line. */
export function troubleIn(event: JournalEvent): string | undefined {
  if (event.type === 'subject.parked') return `stopped: ${(event.data as EventData['subject.parked']).reason}`
  if (!(event.type in TROUBLES)) return undefined
  const { target, verb, reason } = event.data as Troubled
  return `${verb} to ${target} ${TROUBLES[event.type as keyof typeof TROUBLES]}: ${reason}`
}

const TROUBLES = {
  'delivery.waiting': 'waits',
  'delivery.refused': 'was refused',
  'delivery.parked': 'needs a person',
  'delivery.in_doubt': 'is in doubt',
} as const
