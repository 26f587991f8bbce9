import { laneOfSubject } from '../lifecycle/subject.ts'
import type { Query } from './parked-list.ts'

/** A handler that had to be cut off. */
export interface CutOff {
  /** The subject whose rooms were asked. */
  readonly subject: string
  /** The subject of the input that led there. */
  readonly root: string
  readonly reason: string
}

/** Others that failed at a bystander before it is the bystander that is parked. */
const ROOTS_BEFORE = 2

/**
 * Parks a subject while its journal cannot: its thread is stuck in the handler. The row is written only while this
 * instance owns the lane; an owner that comes after it finds it there, and says it. Answers who was parked; undefined
 * when the lane is another instance's by now.
 */
export async function parkFromOutside(
  query: Query,
  instance: string,
  { subject, root, reason }: CutOff,
  now: number,
): Promise<string | undefined> {
  const parked = subject !== root && (await failsForOthers(query, subject, root)) ? subject : root
  const rows = await query(
    `with mine as (select lane from lane where lane = $1::int2 and owner = $2 for share)
     insert into parked (lane, subject, room, reason, blamed, since, first, next, told)
     select lane, $3, 'supervisor', $4, $5, $6::int8, 1, 1, false from mine
         on conflict (lane, subject) do update
            set room = 'supervisor', reason = $4, blamed = $5, since = $6::int8, resumed_by = null, told = false
     returning subject`,
    [laneOfSubject(parked), instance, parked, reason, subject, now],
  )
  return rows.length > 0 ? parked : undefined
}

async function failsForOthers(query: Query, subject: string, root: string): Promise<boolean> {
  const rows = await query('select count(*)::int as roots from parked where blamed = $1 and subject not in ($1, $2)', [
    subject,
    root,
  ])
  return Number(rows[0]?.['roots']) >= ROOTS_BEFORE
}
