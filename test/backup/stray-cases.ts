/** Cases and their members, in a database, beside what the journal in it folds to. */
import { cases } from '../../src/cases/fold.ts'
import type { Room } from '../../src/journal/contract.ts'
import { decodeEvent } from '../../src/journal/encode.ts'
import { foldLane, rowName } from '../../src/journal/rebuild.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'

/** Rows that this release does not read as what the journal folds to; a row of an earlier release may be written otherwise. */
export async function strayCases(url: string): Promise<{ found: string | undefined; folded: string | undefined }[]> {
  const strays: { found: string | undefined; folded: string | undefined }[] = []
  const store = await openPostgresStore({ url })
  for (const { lane, head } of await store.lanes()) {
    const entries = head > 0 ? await store.readLane(lane, 0, head) : []
    for (const room of cases() as readonly Room[]) {
      const table = room.table
      if (!table) throw new Error(`${room.name} keeps no rows`)
      const folded = foldLane(entries.map(decodeEvent), [room]).get(table) ?? new Map()
      const rows = new Map(
        (await store.loadLanes(table, [lane])).map((row) => {
          const columns = room.save(room.load(String(row[1]), row.slice(2))) ?? []
          return [rowName(table, row), JSON.stringify([lane, row[1], ...columns])]
        }),
      )
      for (const name of new Set([...rows.keys(), ...folded.keys()])) {
        const row = folded.get(name)
        const pair = { found: rows.get(name), folded: row && JSON.stringify(row) }
        if (pair.found !== pair.folded) strays.push(pair)
      }
    }
  }
  await store.close()
  return strays
}
