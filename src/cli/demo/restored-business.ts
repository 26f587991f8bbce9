import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { CrossdockError } from '../../base/errors.ts'
import { type Restored, restoredFrom } from '../../store/postgres/installation.ts'
import { openDatabase } from '../../store/postgres/open-database.ts'

/** The restore that the database of a data folder began with; undefined when there is none, or no database. */
export async function restoredBusiness(data: string): Promise<Restored | undefined> {
  if (!existsSync(join(data, 'postgres', 'PG_VERSION'))) return undefined
  const database = await openDatabase({ dataFolder: data })
  try {
    return await restoredFrom(database.url)
  } catch (error) {
    if (error instanceof CrossdockError && error.code === 'XD_STORE_NOT_A_HUB') return undefined
    throw error
  } finally {
    await database.stop()
  }
}
