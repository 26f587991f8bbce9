/** A real PostgreSQL under the simulation: time stands still while it works, and a crash cuts its connections. */
import pg from 'pg'
import type { SimulatedTime } from '../../src/base/simulated-time.ts'
import type { InboxRow, Store, StoredEntry, TableSpec } from '../../src/store/contract.ts'
import { heldInTime } from '../../src/store/held-in-time.ts'
import { ModelDatabase } from '../../src/store/model/model-database.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import { openWire, type Wire } from '../support/tcp-proxy.ts'
import type { Disk, Session } from './disk.ts'

/** One migrated database, used for one run after the other. */
export interface PostgresUnderTest {
  /** A disk as it was right after the migrations, for a run on this time. Whoever was connected is not any more. */
  fresh(time: SimulatedTime): Promise<Disk>
  close(): Promise<void>
}

/**
 * Takes a migrated database and remembers what is in it. Emptying it takes two milliseconds, cloning a template 150.
 *
 * @param url connection string over TCP
 */
export async function postgresUnderTest(url: string): Promise<PostgresUnderTest> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  const rememberer = await openPostgresStore({ url }) // makes the partitions of today
  await rememberer.close()
  const pristine = await remember(admin)
  const open: PostgresDisk[] = []
  return {
    fresh: async (time) => {
      for (const disk of open.splice(0)) await disk.close()
      await endOthers(admin)
      await admin.query(pristine)
      const disk = new PostgresDisk(url, time, await openPostgresStore({ url, readers: 1 }))
      open.push(disk)
      return disk
    },
    close: async () => {
      for (const disk of open.splice(0)) await disk.close()
      await admin.end()
    },
  }
}

/** Keeps a copy of what the migrations wrote; answers the statements that bring the database back to it. */
async function remember(admin: pg.Client): Promise<string> {
  const { rows } = await admin.query<{ name: string }>(
    `select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relname <> 'migration'`,
  )
  await admin.query('create schema pristine')
  const back: string[] = []
  for (const { name } of rows) {
    back.push(`delete from public.${name}`)
    await admin.query(`create table pristine.${name} as table public.${name}`)
    const { rowCount } = await admin.query(`select from pristine.${name} limit 1`)
    if (rowCount) back.push(`insert into public.${name} overriding system value table pristine.${name}`)
  }
  return ['begin', ...back, 'commit'].join(';\n')
}

/** A server process that has not noticed yet that its hub is dead is ended, so that no run sees the one before. */
async function endOthers(admin: pg.Client): Promise<void> {
  await admin.query(
    `select pg_terminate_backend(pid, 10000) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
  )
}

class PostgresDisk implements Disk {
  readonly #url: string
  readonly #time: SimulatedTime
  readonly #reader: Store
  readonly #sessions: PostgresSession[] = []
  readonly #line = new Line()

  constructor(url: string, time: SimulatedTime, reader: Store) {
    this.#url = url
    this.#time = time
    this.#reader = reader
  }

  session(): Session {
    const session = new PostgresSession(this.#url, this.#time, this.#line)
    this.#sessions.push(session)
    return session.asStore()
  }

  async read(tables: readonly TableSpec[]): Promise<ModelDatabase> {
    const database = new ModelDatabase(this.#time)
    const client = new pg.Client({ connectionString: this.#url })
    await client.connect()
    try {
      await readJournal(client, database)
      for (const row of await this.#reader.lanes()) Object.assign(database.lanes[row.lane] ?? {}, row)
      const lanes = database.lanes.map(({ lane }) => lane)
      for (const row of await this.#reader.readInbox(lanes)) database.inbox.set(inboxName(row), row)
      for (const spec of tables) {
        for (const row of await this.#reader.loadLanes(spec, lanes)) database.table(spec).set(row)
      }
      return database
    } finally {
      await client.end()
    }
  }

  async close(): Promise<void> {
    for (const session of this.#sessions) await session.end()
    await this.#reader.close()
  }
}

const inboxName = (row: InboxRow) => `${row.lane}/${row.senderLane}/${row.senderEpoch}/${row.number}`

type EntryTuple = [lane: number, position: string, type: number, subject: string, at: string, body: Buffer]

async function readJournal(client: pg.Client, database: ModelDatabase): Promise<void> {
  const { rows } = await client.query<EntryTuple>({
    text: 'select lane, position, type, subject, at, body from journal order by lane, position',
    rowMode: 'array',
  })
  for (const [lane, position, type, subject, at, body] of rows) {
    const entry: StoredEntry = { lane, position: Number(position), type, subject, at: Number(at), body }
    database.journal[lane]?.push(entry)
  }
  const receipts = await client.query<{ id: string }>('select id from receipt')
  for (const { id } of receipts.rows) {
    const receipt = { id, tenant: '', sender: '', channel: '', at: 0, verdict: '', digest: NONE, bytes: NONE }
    database.receipts.set(id, receipt)
  }
}

const NONE = new Uint8Array()

/** Answers of all sessions are heard in the order asked, so that a run makes the same calls each time. */
class Line {
  #last: Promise<unknown> = Promise.resolve()

  after<T>(answer: Promise<T>): Promise<T> {
    answer.catch(() => undefined) // it may fail before its turn to be heard has come
    const heard = this.#last.then(() => answer)
    this.#last = heard.catch(() => undefined) // whoever asked hears of the failure; the next one only waits for the end
    return heard
  }
}

/** The connections of one process, through a wire of their own that a crash cuts. */
class PostgresSession {
  readonly #time: SimulatedTime
  readonly #opened: Promise<{ readonly wire: Wire; readonly store: Store }>
  readonly #line: Line
  #ended: Promise<unknown> | undefined

  constructor(url: string, time: SimulatedTime, line: Line) {
    this.#time = time
    this.#line = line
    this.#opened = open(url)
  }

  asStore(): Session {
    const own = { crash: () => void this.end(), disconnect: () => void this.#cut() }
    const store = new Proxy({} as Session, {
      get: (_target, name) => {
        if (name in own) return own[name as keyof typeof own]
        if (name === 'then') return undefined
        return (...all: unknown[]) => this.#ask(name as keyof Store, all)
      },
    })
    return heldInTime(store, this.#time) as Session
  }

  #ask(name: keyof Store, all: readonly unknown[]): Promise<unknown> {
    const answer = this.#opened.then(({ store }) => (store[name] as (...all: unknown[]) => Promise<unknown>)(...all))
    return this.#line.after(answer)
  }

  async #cut(): Promise<void> {
    const { wire } = await this.#opened
    wire.cutClients()
  }

  /** kill -9: both ends of every connection are gone. What the server was sent whole it may still finish. */
  end(): Promise<unknown> {
    this.#ended ??= this.#time.during(
      this.#opened.then(async ({ wire, store }) => {
        await wire.close()
        await store.close().catch((error: unknown) => error) // nothing but sockets that are gone already
      }),
    )
    return this.#ended
  }
}

async function open(url: string) {
  const wire = await openWire(url)
  return { wire, store: await openPostgresStore({ url: wire.url, readers: 2 }) }
}
