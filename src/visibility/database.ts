import pg from 'pg'
import { clientConfig, connectionName } from '../store/postgres/connection.ts'

/** A statement; named ones are prepared once on each connection. */
export interface Sql {
  readonly name?: string
  readonly text: string
  readonly values?: readonly unknown[]
}

/** The database as this room uses it: reads, and transactions of its own tables. */
export interface Database {
  query<T extends pg.QueryResultRow>(sql: Sql): Promise<T[]>
  /** Runs these in one transaction; all of it or nothing. */
  transaction<T>(work: (query: Database['query']) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Index plans, always: one that was made while a table was empty keeps scanning it when it has grown. */
const SETTINGS = [
  'enable_seqscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
  'plan_cache_mode=force_generic_plan',
  'jit=off',
  'lock_timeout=10s',
  'statement_timeout=60s',
]
  .map((setting) => `-c ${setting}`)
  .join(' ')

/**
 * A small pool of connections for following and for what people ask, apart from the writer's.
 *
 * @example
 * const database = openFollowingDatabase(url)
 * const views = new PostgresViews(database)
 */
export function openFollowingDatabase(url: string, connections = 3): Database {
  const config = clientConfig(url, 'reader', connectionName('reader'))
  const pool = new pg.Pool({ ...config, options: SETTINGS, max: connections })
  pool.on('error', () => {
    // An idle connection was lost: the pool drops it, the next query opens another or says why it cannot.
  })
  return {
    query: (sql) => run(pool, sql),
    transaction: (work) => inTransaction(pool, work),
    close: () => pool.end(),
  }
}

async function run<T extends pg.QueryResultRow>(client: pg.Pool | pg.PoolClient, sql: Sql): Promise<T[]> {
  const { name, text, values = [] } = sql
  const { rows } = await client.query<T>({ text, values: [...values], ...(name ? { name } : {}) })
  return rows
}

async function inTransaction<T>(pool: pg.Pool, work: (query: Database['query']) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  // A connection that is lost between two statements says so here too; the next statement tells the caller.
  const noMatter = () => undefined
  client.on('error', noMatter)
  try {
    await client.query('begin')
    const result = await work((sql) => run(client, sql))
    await client.query('commit')
    client.release()
    return result
  } catch (error) {
    client.release(error instanceof Error ? error : true)
    throw error
  } finally {
    client.off('error', noMatter)
  }
}
