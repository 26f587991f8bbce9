/** Parked subjects as people list them. */
import type { Parked } from './parked.ts'

/** Runs one statement and answers its rows. */
export type Query = (text: string, values: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>

/** Where a page of parked subjects begins: after this one. */
export interface After {
  readonly since: number
  readonly subject: string
}

/** The parked subjects of a tenant, the longest parked first. */
export async function listParked(query: Query, tenant: string, limit: number, after?: After): Promise<Parked[]> {
  const rows = await query(
    `select lane, subject, room, reason, blamed, since, first, next, resumed_by, told from parked
      where split_part(subject, '/', 1) = $1 and (since, subject) > ($2::int8, $3::text collate "C")
      order by since, subject limit $4`,
    [tenant, after?.since ?? -1, after?.subject ?? '', limit],
  )
  return rows.map((row) => ({
    lane: Number(row['lane']),
    subject: String(row['subject']),
    room: String(row['room']),
    reason: String(row['reason']),
    blamed: String(row['blamed']),
    since: Number(row['since']),
    first: Number(row['first']),
    next: Number(row['next']),
    resumedBy: row['resumed_by'] === null ? undefined : String(row['resumed_by']),
    told: row['told'] === true,
  }))
}

/** Whether a subject is parked now, whichever instance owns its lane. */
export async function isParked(query: Query, lane: number, subject: string): Promise<boolean> {
  const rows = await query('select 1 from parked where lane = $1 and subject = $2', [lane, subject])
  return rows.length > 0
}
