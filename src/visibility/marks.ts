import type { Store } from '../store/contract.ts'
import type { Database } from './database.ts'

/** Where marks of finished requests come from: packed, twelve bytes each. */
export interface MarkSource {
  /** Marks that were not given before. The first call goes back to `sinceMs`, when the oldest wanted one may be. */
  read(sinceMs: number): Promise<readonly Uint8Array[]>
}

/** All marks there are, each time: for the model, where there are few. */
export function marksFromStore(store: Pick<Store, 'readMarks'>): MarkSource {
  return { read: async (sinceMs) => [await store.readMarks(sinceMs)] }
}

/** How long a transaction that took a number may still be on its way. */
const IN_FLIGHT_MS = 10_000

interface MarkRow {
  readonly id: number
  readonly at: number
  readonly pack: Buffer
}

/**
 * Marks by their number, each row once. Numbers are given before the commit, so a lower one may appear later: the
 * cursor passes a hole only when what lies behind it is old enough.
 */
export function marksFromPostgres(database: Database, now: () => number): MarkSource {
  let after: number | undefined
  const given = new Set<number>()

  const take = (row: MarkRow): Buffer[] => {
    const isNew = !given.has(row.id)
    given.add(row.id)
    if (row.id === (after as number) + 1 || row.at < now() - IN_FLIGHT_MS) {
      after = row.id
      given.delete(row.id)
    }
    return isNew ? [row.pack] : []
  }

  return {
    read: async (sinceMs) => {
      after ??= await lastBefore(database, sinceMs)
      const text = 'select id, at, pack from mark where id > $1 order by id limit 10000'
      const rows = await database.query<MarkRow>({ name: 'follow-marks', text, values: [after] })
      return rows.flatMap(take)
    },
  }
}

async function lastBefore(database: Database, sinceMs: number): Promise<number> {
  const text = 'select coalesce(max(id), 0) as id from mark where at < $1'
  const [row] = await database.query<{ id: number }>({ text, values: [sinceMs - IN_FLIGHT_MS] })
  return row?.id ?? 0
}
