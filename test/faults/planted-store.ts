/** Stands in the place of the store's module in a hub process with a planted bug. */
import type { Store } from '../../src/store/contract.ts'
import { openPostgresStore as open, type PostgresStoreOptions } from '../../src/store/postgres/store.ts'
import { plantNamed } from './planted.ts'

export type { PostgresStoreOptions }

/** Opens the store with the bug around it. */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const store = await open(options)
  return plantNamed(process.env['CROSSDOCK_PLANT'])?.store?.(store) ?? store
}
