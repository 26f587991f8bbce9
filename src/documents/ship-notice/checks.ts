import { add, decimal, decimalText } from '../../base/decimal.ts'
import { type DocumentFault, documentFault } from '../faults.ts'
import { serialFaults } from '../line-checks.ts'
import { packFaults, placeFaults, repeatedPacks } from '../pack-checks.ts'
import { windowFaults } from '../ship-window.ts'
import type { ShipNotice, ShippedItem, ShippedOrder } from './schema.ts'

/** What must hold across the members of a ship notice: items and packs refer to what the notice lists. */
export function shipNoticeFaults(notice: ShipNotice): DocumentFault[] {
  const { packs, items, shipWindow, purpose } = notice
  const faults: DocumentFault[] = []
  if (items.length === 0 && purpose !== 'cancel') faults.push(documentFault('LINES_NONE', { pointer: '/items' }))
  faults.push(...windowFaults(shipWindow, ''), ...serialFaults(items, 'items'))
  faults.push(...packFaults(packs), ...itemFaults(notice), ...repeatedPacks(packs))
  return faults
}

function itemFaults({ orders, packs, items }: ShipNotice): DocumentFault[] {
  const faults: DocumentFault[] = []
  items.forEach((item, at) => {
    const { purchaseOrder } = item
    if (purchaseOrder === undefined) {
      faults.push(
        documentFault('MISSING', { pointer: `/items/${at}/purchaseOrder` }, ['The order of the item'], 'warning'),
      )
    } else if (orderAmong(orders, item) === undefined) {
      const pointer = `/items/${at}/purchaseOrder`
      faults.push(documentFault('REFERENCE_UNKNOWN', { pointer }, [`Order ${purchaseOrder}`]))
    }
  })
  return [...faults, ...placeFaults(packs, items)]
}

/** What names an order in a notice. */
interface OrderNamed {
  readonly purchaseOrder?: string
  readonly release?: string
}

const isSame = (one: OrderNamed, other: OrderNamed): boolean =>
  one.purchaseOrder === other.purchaseOrder && (one.release ?? '') === (other.release ?? '')

const FEW = 16
const tables = new WeakMap<readonly ShippedOrder[], Map<string, ShippedOrder>>()

/** The order of a notice that an item or a reference names. Few are compared one by one, many are kept in a table. */
export function orderAmong(orders: readonly ShippedOrder[], named: OrderNamed): ShippedOrder | undefined {
  if (orders.length <= FEW) return orders.find((one) => isSame(one, named))
  const { purchaseOrder, release } = named
  if (purchaseOrder === undefined) return undefined
  const table = tables.get(orders) ?? new Map<string, ShippedOrder>()
  tables.set(orders, table)
  for (let at = orders.length - 1; at >= 0; at -= 1) {
    const key = orderKey(orders[at] as ShippedOrder)
    if (table.get(key) === orders[at]) break // all before it were put in when it was
    table.set(key, orders[at] as ShippedOrder)
  }
  return table.get(orderKey(release === undefined ? { purchaseOrder } : { purchaseOrder, release }))
}

/** An order of a notice by its number and release. */
export function orderKey({ purchaseOrder, release }: { purchaseOrder: string; release?: string }): string {
  return `${purchaseOrder}\u0000${release ?? ''}`
}

/** What was shipped of one line, over all packs. */
export interface ShippedQuantity {
  readonly purchaseOrder?: string
  readonly release?: string
  readonly line?: string
  readonly sku?: string
  readonly quantity: string
  readonly uom: string
}

/**
 * Sums a notice up: each item stands once for every pack it is in, and only together they say what was shipped of a line.
 *
 * @example
 * shippedQuantities(notice) // [{ purchaseOrder: '4711', line: '1', sku: 'BOLT-M8', quantity: '24', uom: 'EA' }]
 */
export function shippedQuantities(notice: ShipNotice): ShippedQuantity[] {
  const sums = new Map<string, ShippedQuantity>()
  for (const item of notice.items) {
    const { purchaseOrder, release, line, sku, uom, quantity } = item
    const key = JSON.stringify([purchaseOrder, release, line ?? goods(item), uom])
    const before = sums.get(key)
    const sum = before ? decimalText(add(decimal(before.quantity), decimal(quantity))) : quantity
    sums.set(key, { ...before, purchaseOrder, release, line, sku, uom, quantity: sum })
  }
  return [...sums.values()]
}

/** What tells items without a line number apart. */
function goods({ sku, ids = [] }: ShippedItem): unknown {
  return sku ?? ids.map(({ qualifier, value }) => [qualifier, value])
}
