import type { Client } from 'pg'
import { errors } from '../errors.ts'
import { connect } from './connection.ts'

/** A life of the installation that began with a restore: what the backup knew ends at `backupAt`. */
export interface Restored {
  readonly incarnation: number
  /** Id of the backup. */
  readonly backup: string
  /** Milliseconds since 1970, by the database's clock. */
  readonly backupAt: number
  readonly restoredAt: number
  /** How far control numbers jump ahead of the last ones in the backup. */
  readonly controlGap: number
  /** A person said that the senders have repeated what they hold. Until then, what is planned may have been done before. */
  readonly settled: boolean
}

/** The restore this life began with; undefined in one that never was restored. Throws `XD_STORE_NOT_A_HUB`. */
export async function restoredFrom(url: string): Promise<Restored | undefined> {
  const { client } = await connect(url, 'setup')
  try {
    await refuseNoHub(client)
    return await readRestored(client)
  } finally {
    await client.end()
  }
}

/** Throws `XD_STORE_NOT_A_HUB` where no hub has ever lived. */
export async function refuseNoHub(client: Pick<Client, 'query'>, itsTable = 'installation'): Promise<void> {
  const { rows } = await client.query('select to_regclass($1) is not null as yes', [itsTable])
  if (!rows[0].yes) throw errors.NOT_A_HUB()
}

/** As {@link restoredFrom}, on a connection that is open. */
export async function readRestored(client: Pick<Client, 'query'>): Promise<Restored | undefined> {
  const { rows } = await client.query(`
    select incarnation, restored_from as backup, backup_at::float8 as "backupAt", began_at::float8 as "restoredAt",
           control_gap::float8 as "controlGap", settled_at is not null as settled
      from installation order by incarnation desc limit 1`)
  const row = rows[0] as (Restored & { readonly backup: string | null }) | undefined
  return row && row.backup !== null ? row : undefined
}

/** The senders have repeated what they hold: from now on requests are sent as always. Answers false when nothing was open. */
export async function settleRestore(url: string): Promise<boolean> {
  const { client } = await connect(url, 'setup')
  try {
    await refuseNoHub(client)
    const { rowCount } = await client.query(`
      update installation set settled_at = floor(extract(epoch from clock_timestamp()) * 1000)
       where settled_at is null and restored_from is not null`)
    return (rowCount ?? 0) > 0
  } finally {
    await client.end()
  }
}
