import type { CountingLedger } from '../../src/simulators/ledger.ts'

/** What is sent to the hub for one order, as the senders' ledgers name it. */
export const INTAKES = [
  'order.place',
  'pick.started',
  'pick.confirmed',
  'carton.closed',
  'shipment.manifested',
  'shipment.dispatched',
  'shipment.delivered',
] as const

/** What the hub sends for one order; `order.status` goes out accepted, shipped and delivered. */
export const DELIVERIES = {
  'credit.check': 1,
  'price.check': 1,
  'order.post': 1,
  'warehouse.release': 1,
  'shipment.post': 1,
  'invoice.request': 1,
  'invoice.send': 1,
  'shipment.notify': 1,
  'order.status': 3,
} as const

export const DELIVERIES_PER_ORDER = Object.values(DELIVERIES).reduce((sum, count) => sum + count, 0)

/** How often each message was seen, by the systems' own books. */
export type MessageCounts = Readonly<Record<string, number>>

/** Counts of every message, summed over the systems. */
export function messageCounts(ledgers: readonly CountingLedger[]): MessageCounts {
  const sum = (name: string) => ledgers.reduce((total, ledger) => total + ledger.count(name), 0)
  const counts: Record<string, number> = {}
  for (const type of INTAKES) {
    counts[`sent ${type}`] = sum(`intent ${type}`)
    counts[`answered ${type}`] = sum(`outcome ${type}`)
  }
  for (const verb of Object.keys(DELIVERIES)) {
    counts[`done ${verb}`] = sum(`effect ${verb}`)
    counts[`again ${verb}`] = sum(`repeat ${verb}`)
    counts[`refused ${verb}`] = sum(`refused ${verb}`)
  }
  return counts
}

/** Differences between what was counted and what so many orders must have made; empty when all is right. */
export function wrongCounts(counts: MessageCounts, orders: number): string[] {
  const expected: Record<string, number> = {}
  for (const type of INTAKES) Object.assign(expected, { [`sent ${type}`]: orders, [`answered ${type}`]: orders })
  for (const [verb, times] of Object.entries(DELIVERIES)) {
    Object.assign(expected, { [`done ${verb}`]: orders * times, [`refused ${verb}`]: 0, [`again ${verb}`]: 0 })
  }
  return Object.entries(expected)
    .filter(([name, count]) => counts[name] !== count)
    .map(([name, count]) => `${name}: ${counts[name] ?? 0} instead of ${count}`)
}
