/** What a simulated hub keeps its rows on: the model store, or a real PostgreSQL. */
import type { Clock } from '../../src/base/clock.ts'
import type { Store, TableSpec } from '../../src/store/contract.ts'
import { ModelDatabase } from '../../src/store/model/model-database.ts'
import { type ModelStoreOptions, openModelStore } from '../../src/store/model/model-store.ts'

/** One process's way to the disk. */
export interface Session extends Store {
  /** The process dies: its connections fall, and nothing it asked for is ever answered. */
  crash(): void
  /** The connections are lost while the process lives. */
  disconnect(): void
}

/** What survives when every process dies. */
export interface Disk {
  session(options: ModelStoreOptions): Session
  /** Everything on it, with the rows of these tables, as the model keeps them. */
  read(tables: readonly TableSpec[]): Promise<ModelDatabase>
}

/** The model store's disk: it is what is read. */
export function modelDisk(clock: Clock): Disk & { readonly database: ModelDatabase } {
  const database = new ModelDatabase(clock)
  return {
    database,
    session: (options) => openModelStore(database, options),
    read: () => Promise.resolve(database),
  }
}
