import { stockKeyParts } from '../inventory/stock-key.ts'
import { stockTable } from '../inventory/stock-table.ts'
import { laneOfSubject, subjectOf } from '../lifecycle/subject.ts'
import type { Store } from '../store/contract.ts'

/** How many items the book has at a facility, as far as it is committed. */
export async function itemsHeld(store: Pick<Store, 'loadLanes'>, tenant: string, facility: string): Promise<number> {
  const stock = subjectOf(tenant, 'stock', facility)
  const rows = await store.loadLanes(stockTable, [laneOfSubject(stock)])
  return rows.filter(([, key]) => String(key).startsWith(`${stock}/`) && stockKeyParts(String(key)).item !== undefined)
    .length
}
