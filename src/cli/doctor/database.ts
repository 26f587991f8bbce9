import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { CrossdockError } from '../../base/errors.ts'
import { findBinaries } from '../../store/postgres/binaries.ts'
import { missingMigrations } from '../../store/postgres/migrate.ts'
import { type Database, openDatabase } from '../../store/postgres/open-database.ts'
import { reason } from '../input.ts'
import type { Place } from '../settings.ts'
import { type Check, doubtful, healthy, ill } from './check.ts'

const LEAST_VERSION = 15
const MOST_SKEW_MS = 5_000
const ANSWER_MS = 10_000

/** What a database says about itself. */
export interface DatabaseFacts {
  /** `server_version_num`: 180004 is 18.4. */
  readonly version: number
  readonly settings: Readonly<Record<string, string>>
  /** The database's clock less ours, milliseconds. */
  readonly skewMs: number
  readonly isStandby: boolean
}

/** Looks at the database of a place: the one it names, or the embedded one, which is not created for being looked at. */
export async function checkDatabase(place: Place, isProduction: boolean): Promise<Check[]> {
  const embedded = place.databaseUrl === undefined
  const kind = embedded ? [checkEmbedded(isProduction)] : []
  if (embedded && !existsSync(join(resolve(place.data), 'postgres', 'PG_VERSION')))
    return [...kind, await checkBinaries()]
  try {
    return [...kind, ...(await inspected(place))]
  } catch (error) {
    return [...kind, refused(error)]
  }
}

function checkEmbedded(isProduction: boolean): Check {
  const says = 'The embedded PostgreSQL is used.'
  const remedy = 'Set DATABASE_URL to a PostgreSQL of your own (15 or later) with backups and a standby.'
  return isProduction
    ? ill('embedded', says, remedy)
    : healthy('embedded', `${says} It is for one machine, not for production.`)
}

async function checkBinaries(): Promise<Check> {
  try {
    await findBinaries()
    return healthy('database', 'It will be made at the first start.')
  } catch (error) {
    return refused(error)
  }
}

function refused(error: unknown): Check {
  if (error instanceof CrossdockError) return ill('database', error.message, error.remedy)
  return ill('database', `It cannot be reached: ${reason(error)}.`, 'Check DATABASE_URL and that PostgreSQL runs.')
}

async function inspected({ databaseUrl, data }: Place): Promise<Check[]> {
  if (databaseUrl !== undefined) return inspect(databaseUrl)
  const database = await openDatabase({ dataFolder: resolve(data) })
  try {
    return await inspect(database.url)
  } finally {
    await leave(database)
  }
}

/** A server that ran before goes on running. */
async function leave(database: Database): Promise<void> {
  if (!database.adopted) await database.stop()
}

async function inspect(url: string): Promise<Check[]> {
  const facts = await factsOf(url)
  return [...judge(facts), await checkMigrations(url)]
}

const QUESTION = `
  select current_setting('server_version_num')::int as version, pg_is_in_recovery() as standby,
         extract(epoch from clock_timestamp()) * 1000 as now,
         current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous_commit,
         current_setting('full_page_writes') as full_page_writes`

async function factsOf(url: string): Promise<DatabaseFacts> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: ANSWER_MS, query_timeout: ANSWER_MS })
  client.on('error', () => undefined) // the query reports what happened
  await client.connect()
  try {
    await client.query('select') // the first answer is slower than the clock may be wrong
    const asked = Date.now()
    const { version, standby, now, ...settings } = (await client.query(QUESTION)).rows[0] as Record<string, string>
    const ours = (asked + Date.now()) / 2
    return {
      version: Number(version),
      settings,
      skewMs: Math.round(Number(now) - ours),
      isStandby: standby as unknown as boolean,
    }
  } finally {
    await client.end()
  }
}

/** What to think of a database that says this about itself. */
export function judge(facts: DatabaseFacts): Check[] {
  const { version, settings, skewMs, isStandby } = facts
  const major = Math.floor(version / 10_000)
  return [
    major >= LEAST_VERSION
      ? healthy('database', `PostgreSQL ${major}.${version % 10_000}.`)
      : ill('database', `PostgreSQL ${major} is too old.`, `Use PostgreSQL ${LEAST_VERSION} or later.`),
    ...(isStandby
      ? [ill('standby', 'The database is a standby and takes no writes.', 'Let DATABASE_URL name the primary.')]
      : []),
    checkSetting(settings, 'fsync', ['on']),
    checkSetting(settings, 'synchronous_commit', ['on', 'remote_write', 'remote_apply', 'local']),
    checkSetting(settings, 'full_page_writes', ['on']),
    Math.abs(skewMs) <= MOST_SKEW_MS
      ? healthy('clock', `${Math.abs(skewMs)} ms between this clock and the database’s.`)
      : ill(
          'clock',
          `This clock is ${Math.abs(skewMs)} ms ${skewMs > 0 ? 'behind' : 'ahead of'} the database’s.`,
          'Let both machines follow the same time server.',
        ),
  ]
}

function checkSetting(settings: DatabaseFacts['settings'], name: string, good: readonly string[]): Check {
  const value = settings[name] ?? 'unknown'
  if (good.includes(value)) return healthy(name, `${name} is ${value}.`)
  return ill(
    name,
    `${name} is ${value}: what was accepted can be lost.`,
    `alter system set ${name} = on; select pg_reload_conf();`,
  )
}

async function checkMigrations(url: string): Promise<Check> {
  try {
    const missing = await missingMigrations({ url })
    if (missing.length === 0) return healthy('migrations', 'The database is up to date.')
    return doubtful(
      'migrations',
      `${missing.length} to apply, from ${missing[0]} on.`,
      'The next start applies them; have a backup first.',
    )
  } catch (error) {
    if (!(error instanceof CrossdockError)) throw error
    return ill('migrations', error.message, error.remedy)
  }
}
