import pg from 'pg'
import { CrossdockError } from '../../base/errors.ts'
import { type Random, systemRandom } from '../../base/random.ts'
import { errors } from '../errors.ts'

/** What a connection is for; it is part of the name under which `pg_stat_activity` shows it. */
export type ConnectionRole = 'writer' | 'keeper' | 'session' | 'reader' | 'setup'

const CONNECT_TIMEOUT_MS = 10_000
/**
 * After which an answer will not come: the way is broken. The server gives up a reader's statement after 60 s; what a
 * keeper asks (heartbeats, lanes) waits at most 7 s for a lock, and a lease runs out while it waits.
 */
const ANSWER_TIMEOUTS_MS: Partial<Record<ConnectionRole, number>> = {
  reader: 70_000,
  session: 70_000,
  keeper: 15_000,
}

/**
 * Index plans, always. A plan that PostgreSQL caches while a table is empty keeps scanning it when it has grown:
 * measured 153 µs a row instead of 4. A partitioned table never gets a bad plan from these settings, only a boring one.
 */
const PINNED_PLANS = `
  set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off;
  set plan_cache_mode = force_generic_plan; set jit = off;`

/** A hub that is stopped in the middle of a turn may not hold its lanes' rows for longer than this. */
const WRITER_LIMITS = `
  set idle_in_transaction_session_timeout = '5s'; set lock_timeout = '10s'; set statement_timeout = '60s';
  select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off';`

const READER_LIMITS = `set statement_timeout = '60s'; set default_transaction_read_only = on;`

const SETTINGS: Record<ConnectionRole, string> = {
  writer: PINNED_PLANS + WRITER_LIMITS,
  // Longer than a stopped hub can hold its lanes' rows, shorter than the lease that a heartbeat behind it renews.
  keeper: `set lock_timeout = '7s'; set statement_timeout = '60s'; set jit = off;`,
  session: `set lock_timeout = '7s'; set statement_timeout = '60s'; set jit = off;`,
  reader: PINNED_PLANS + READER_LIMITS,
  setup: `set lock_timeout = '10s';`,
}

const INT8_OID = 20

/** All our int8 are below 2^53, so they travel as numbers. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format: 'text') =>
    oid === INT8_OID ? Number : pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
}

/** A live connection and the name by which its server process can be found again once it is lost. */
export interface Connection {
  readonly client: pg.Client
  readonly name: string
  /** True from the moment the socket or the server gave up. */
  isLost(): boolean
}

/** The prefix of the names of this process's connections. */
export function connectionPrefix(): string {
  return `crossdock/${process.pid}/`
}

/** Options for one of our connections; the reader pool makes its own from them. */
export function clientConfig(url: string, role: ConnectionRole, name: string): pg.ClientConfig {
  const answerMs = ANSWER_TIMEOUTS_MS[role]
  return {
    connectionString: url,
    application_name: name,
    types,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    pipeline: role === 'writer',
    ...(answerMs === undefined ? {} : { query_timeout: answerMs }),
  }
}

/** Gives a new connection the settings of its role. */
export async function configure(client: pg.ClientBase, role: ConnectionRole): Promise<void> {
  await client.query(SETTINGS[role])
}

/** A name that no other connection has: `crossdock/4711/writer/9f2c41d07a3b`. */
export function connectionName(role: ConnectionRole, random: Random = systemRandom): string {
  return `${connectionPrefix()}${role}/${Buffer.from(random.bytes(6)).toString('hex')}`
}

/** Opens a connection. Throws `XD_STORE_UNREACHABLE`. */
export async function connect(url: string, role: ConnectionRole): Promise<Connection> {
  const name = connectionName(role)
  const client = new pg.Client(clientConfig(url, role, name))
  let lost = false
  client.on('error', () => {
    lost = true
  })
  client.on('end', () => {
    lost = true
  })
  try {
    await client.connect()
    await configure(client, role)
  } catch (error) {
    await client.end()
    throw unreachable(error)
  }
  return { client, name, isLost: () => lost }
}

/** The coded form of a failure to connect; the database's own words and code stay inside. */
export function unreachable(error: unknown): Error {
  return Object.assign(errors.UNREACHABLE(reasonOf(error)), { cause: error })
}

/** What the database or the socket said, on one line. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  const code = sqlState(error)
  const message = error instanceof Error ? error.message : String(error)
  return code ? `${message} (${code})` : message
}

/** The SQLSTATE or socket error code of a failure, when it has one. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : undefined
}

/** True for a failure of the way to the database, or of the whole server, rather than of one statement. */
export function isConnectionFailure(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return true
  return /^(08|57P|53300)/.test(error.code ?? '')
}

/** `XD_STORE_UNREACHABLE` or `XD_STORE_FAILED`, with the database's own error as cause. */
export function coded(error: unknown): Error {
  if (error instanceof CrossdockError) return error
  const make = isConnectionFailure(error) ? errors.UNREACHABLE : errors.FAILED
  return Object.assign(make(reasonOf(error)), { cause: error })
}
