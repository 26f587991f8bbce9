import { onDatabase } from './database.ts'
import { DELIVERIES_PER_ORDER } from './messages.ts'

/** What stands in the tables of a hub. */
export interface Standing {
  readonly closed: number
  readonly notClosed: number
  readonly marks: number
  readonly waiting: number
  readonly viewsOver: number
  readonly views: number
  readonly walBytes: number
}

const STANDING = `
  select (select count(*) from order_state where stage = 'closed') as closed,
         (select count(*) from order_state where stage <> 'closed') as "notClosed",
         (select coalesce(sum(length(pack)), 0) / 12 from mark) as marks,
         (select count(*) from waiting) as waiting,
         (select count(*) from order_view where over) as "viewsOver",
         (select count(*) from order_view) as views,
         pg_current_wal_insert_lsn() - '0/0' as "walBytes"`

/** Counts what stands in the tables now. */
export async function standing(url: string): Promise<Standing> {
  const [row] = await onDatabase(url, STANDING)
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)])) as never
}

const UNREAD = `
  select count(*) as lanes from lane
    left join follower_cursor on room = 'visibility' and follower_cursor.lane = lane.lane
   where head > coalesce(position, 0)`

/** Lanes that the views have not read to their end. */
export async function lanesUnread(url: string): Promise<number> {
  const [row] = await onDatabase<{ lanes: string }>(url, UNREAD)
  return Number(row?.lanes)
}

/** A hub forgets marks a quarter of an hour after lanes have passed them. */
const MARKS_KEPT_SECONDS = 14 * 60

/**
 * What is not as it must be after so many orders came to their end; empty when all is right. After a longer run marks
 * are swept, and what was delivered is only counted where it arrived.
 */
export function wrongStanding(before: Standing, after: Standing, orders: number, seconds: number): string[] {
  const expected: Partial<Record<keyof Standing, number>> = {
    closed: orders,
    notClosed: 0,
    ...(seconds < MARKS_KEPT_SECONDS ? { marks: orders * DELIVERIES_PER_ORDER } : {}),
    waiting: 0,
    viewsOver: orders,
    views: orders,
  }
  return Object.entries(expected)
    .map(([name, more]) => ({ name, more, found: after[name as keyof Standing] - before[name as keyof Standing] }))
    .filter(({ more, found }) => found !== more)
    .map(({ name, more, found }) => `${name}: ${found} more instead of ${more}`)
}
