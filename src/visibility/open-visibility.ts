/** The whole room, opened: on PostgreSQL for a hub, in memory for the simulation. */
import type { Store } from '../store/contract.ts'
import { type Database, openFollowingDatabase } from './database.ts'
import { Follower } from './follower.ts'
import { type Following, type FollowingPorts, keepFollowing } from './keep-following.ts'
import { marksFromPostgres, marksFromStore } from './marks.ts'
import { MemoryViews } from './memory-views.ts'
import { newsFromStore } from './news.ts'
import { newsFromPostgres } from './postgres-news.ts'
import { standingFromPostgres } from './postgres-standing.ts'
import { PostgresViews } from './postgres-views.ts'
import { standingFromStore } from './standing.ts'
import type { Views } from './views.ts'

export interface OpenVisibility {
  readonly views: Views
  readonly follower: Follower
  close(): Promise<void>
}

/**
 * Opens the views on PostgreSQL and keeps them following.
 *
 * @example
 * const visibility = openVisibility(url, store, { scheduler, now, trouble })
 * visibility.follower.lag // { entries: 0, lanes: 0 }
 */
export function openVisibility(url: string, store: Store, ports: FollowingPorts): OpenVisibility {
  const database = openFollowingDatabase(url)
  const views = new PostgresViews(database)
  const follower = new Follower({
    views,
    marks: () => marksFromPostgres(database, ports.now),
    source: newsFromPostgres(store, database),
    standing: standingFromPostgres(database),
    now: ports.now,
  })
  const following = keepFollowing(follower, ports)
  return { views, follower, close: () => closed(following, database) }
}

async function closed(following: Following, database: Database): Promise<void> {
  await following.stop()
  await database.close()
}

/** The views in memory over any store; the caller decides when they follow (`follower.catchUp()`). */
export function visibilityInMemory(store: Store, now: () => number): { views: Views; follower: Follower } {
  const views = new MemoryViews()
  const source = newsFromStore(store)
  return {
    views,
    follower: new Follower({
      views,
      source,
      standing: standingFromStore(store, views),
      marks: () => marksFromStore(store),
      now,
    }),
  }
}
