import { LANES, laneOf } from '../base/ids.ts'
import type { Row, Store, TableSpec } from '../store/contract.ts'
import { correctionName } from './corrections.ts'
import { type Crosswalk, crosswalkTable } from './crosswalk.ts'
import type { MasterChange, MasterData } from './master.ts'

function tableOf(name: string): TableSpec {
  return {
    name,
    key: [
      { name: 'lane', type: 'int2' },
      { name: 'subject', type: 'text' },
    ],
    columns: [
      { name: 'body', type: 'text' },
      { name: 'changed_at', type: 'int8' },
    ],
  }
}

/** Master data as the store keeps it: the newest word of its owner, one row for each object. */
export const masterTables: Readonly<Record<MasterChange['kind'], TableSpec>> = {
  item: tableOf('master_item'),
  customer: tableOf('master_customer'),
  price: tableOf('master_price'),
  correction: tableOf('master_correction'),
}

/** The subject that all master data of a kind is written under: one lane, so that two writers cannot pass each other. */
export function masterSubject(tenant: string, kind: MasterChange['kind']): string {
  return `${tenant}/master-${kind}/all`
}

/** The lane of {@link masterSubject}. */
export function masterLane(tenant: string, kind: MasterChange['kind']): number {
  return laneOf(masterSubject(tenant, kind))
}

/** The row that a change becomes. */
export function masterRow(tenant: string, change: MasterChange, now: number): readonly [TableSpec, Row] {
  const row = [masterLane(tenant, change.kind), `${tenant}/${nameOf(change)}`, JSON.stringify(change.value), now]
  return [masterTables[change.kind], row]
}

/** What tells an object from the others of its kind. */
export function nameOf(change: MasterChange): string {
  if (change.kind === 'item') return change.value.sku
  if (change.kind === 'customer') return change.value.id
  if (change.kind === 'correction') return correctionName(change.value)
  const { customer, item, from } = change.value
  return [customer, item, from ?? ''].join('\u001f')
}

/** Fills master data and crosswalk of one tenant from the store: at start, and again when another instance changed them. */
export async function loadMaster(
  store: Pick<Store, 'loadLanes'>,
  master: MasterData,
  crosswalk?: Crosswalk,
): Promise<void> {
  for (const [kind, table] of Object.entries(masterTables)) {
    const lane = masterLane(master.tenant, kind as MasterChange['kind'])
    for (const row of await store.loadLanes(table, [lane])) {
      if (!String(row[1]).startsWith(`${master.tenant}/`)) continue
      master.apply({ kind, value: JSON.parse(String(row[2])) } as MasterChange)
    }
  }
  if (!crosswalk) return
  for (const row of await store.loadLanes(crosswalkTable, ALL_LANES)) crosswalk.load(row)
}

/** All lanes: for tables that are read whole at the start. */
export const ALL_LANES: readonly number[] = Array.from({ length: LANES }, (_, lane) => lane)
