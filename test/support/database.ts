import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, inject } from 'vitest'
import { startEmbedded } from '../../src/store/postgres/embedded.ts'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { KEPT_FILE } from './postgres-setup.ts'

const TEMPLATE = 'crossdock_template'
const TEMPLATE_LOCK = 7_227_100_099

/** A migrated database of a test file's own. */
export interface TestDatabase {
  /** Connection string; there from `beforeAll` on. */
  readonly url: string
  readonly name: string
  /** Runs one statement on a connection of its own, for looking behind the store's back. */
  query<T extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<T[]>
}

/**
 * Gives the test file a migrated database of its own, cloned from a template. Call it at the top of the file or of a
 * `describe`. It is dropped afterwards, or kept and named when a test has failed.
 *
 * @example
 * const database = testDatabase()
 * test('…', async () => {
 *   const store = await openPostgresStore({ url: database.url })
 * })
 */
export function testDatabase(): TestDatabase {
  const name = `test_${crypto.randomUUID().replaceAll('-', '').slice(0, 16)}`
  let url: string | undefined
  let hasFailed = false

  beforeAll(async () => {
    url = await cloneTemplate(name)
  })
  afterEach(({ task }) => {
    hasFailed ||= task.result?.state === 'fail'
  })
  afterAll(async () => {
    if (hasFailed) await keep(name)
    else await administer((admin) => drop(admin, name))
  })

  const current = () => {
    if (!url) throw new Error('the test database is there from beforeAll on')
    return url
  }
  return {
    name,
    get url() {
      return current()
    },
    query: (text, values) => queryOnce(current(), text, values),
  }
}

/** Sessions that are just ending are let go in peace: one that is cut off ends the test's process with an error. */
async function drop(admin: pg.Client, name: string): Promise<void> {
  for (let waited = 0; waited < 2_000; waited += 50) {
    const { rows } = await admin.query('select from pg_stat_activity where datname = $1 limit 1', [name])
    if (rows.length === 0) break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await admin.query(`drop database if exists ${name} with (force)`)
}

/** Runs one statement on a connection of its own. */
export async function queryOnce<T extends pg.QueryResultRow>(url: string, text: string, values?: unknown[]) {
  return withClient(url, async (client) => (await client.query<T>(text, values)).rows)
}

async function cloneTemplate(name: string): Promise<string> {
  const server = await startEmbedded({ dataFolder: inject('postgresFolder') })
  await administer(async (admin) => {
    await admin.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK])
    await makeTemplate(admin, server.url)
    await admin.query(`create database ${name} template ${TEMPLATE}`)
    await admin.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK])
  })
  return server.url(name)
}

/** Migrated under another name first, so that a template that is there is a whole one. */
async function makeTemplate(admin: pg.Client, urlOf: (name: string) => string): Promise<void> {
  const { rows } = await admin.query('select from pg_database where datname = $1', [TEMPLATE])
  if (rows.length > 0) return
  const partial = `${TEMPLATE}_new`
  await admin.query(`drop database if exists ${partial} with (force)`)
  await admin.query(`create database ${partial}`)
  await migrate({ url: urlOf(partial) })
  await admin.query(`alter database ${partial} rename to ${TEMPLATE}`)
}

async function keep(name: string): Promise<void> {
  await appendFile(join(inject('postgresFolder'), KEPT_FILE), `${name}\n`)
  console.error(`The database of the failed test is kept: ${name}`)
}

async function administer<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const server = await startEmbedded({ dataFolder: inject('postgresFolder') })
  return withClient(server.url('postgres'), work)
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
