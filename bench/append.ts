import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { LaneRow, Row, Store, StoredEntry, TableSpec, TurnWrites } from '../src/store/contract.ts'
import { migrate } from '../src/store/postgres/migrate.ts'
import { openDatabase } from '../src/store/postgres/open-database.ts'
import { openPostgresStore } from '../src/store/postgres/store.ts'

const BODY = Buffer.alloc(864, 'order line 4711, ten of them, please; ')
const ROUNDS = 3
const TURNS = 40

const STATE: TableSpec = {
  name: 'bench_state',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'subject', type: 'text' },
  ],
  columns: [
    { name: 'version', type: 'int8' },
    { name: 'state', type: 'bytea' },
  ],
}

const STATE_SQL = `
  create table if not exists bench_state (
    lane int2 not null, subject text collate "C" not null, version int8 not null, state bytea not null,
    primary key (lane, subject)
  ) with (fillfactor = 70)`

/** One kind of turn: how many entries and how many rows of state it writes, and whether the rows are new. */
interface Shape {
  readonly name: string
  readonly entries: number
  readonly rows: number
  readonly fresh: boolean
}

const SHAPES: readonly Shape[] = [
  { name: 'entries 200', entries: 200, rows: 0, fresh: true },
  { name: 'entries 1,000', entries: 1_000, rows: 0, fresh: true },
  { name: 'entries 1,000, new rows 1,000', entries: 1_000, rows: 1_000, fresh: true },
  { name: 'entries 1,000, changed rows 1,000', entries: 1_000, rows: 1_000, fresh: false },
]

/** What one shape costs: the median of the rounds. */
export interface AppendResult {
  readonly name: string
  readonly msPerTurn: number
  readonly rowsPerSecond: number
  /** CPU of this process and of the server's connection, µs a row. */
  readonly nodeMicros: number
  readonly postgresMicros: number
}

/** Commits turns of several shapes on an embedded PostgreSQL with fsync on; prints and answers what they cost. */
export async function run(): Promise<AppendResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'crossdock-append-'))
  const database = await openDatabase({ dataFolder: folder })
  await migrate({ url: database.url })
  const spectator = new pg.Client({ connectionString: database.url })
  await spectator.connect()
  await spectator.query(STATE_SQL)
  const store = await openPostgresStore({ url: database.url })
  try {
    const [lane] = await store.takeLanes('bench', [{ lane: 0, epoch: 0 }])
    return await measureAll(store, lane as LaneRow, spectator)
  } finally {
    await store.close()
    await spectator.end()
    await database.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function measureAll(store: Store, lane: LaneRow, spectator: pg.Client): Promise<AppendResult[]> {
  let head = lane.head
  const rounds: AppendResult[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const shape of SHAPES) {
      rounds.push(await measure(store, { ...lane, head }, shape, spectator))
      head += shape.entries * TURNS
    }
  }
  const results = SHAPES.map((shape) => median(rounds.filter((result) => result.name === shape.name)))
  for (const result of results) console.log(line(result))
  return results
}

async function measure(store: Store, lane: LaneRow, shape: Shape, spectator: pg.Client): Promise<AppendResult> {
  const serverBefore = await serverCpuMicros(spectator)
  const before = process.cpuUsage()
  const began = performance.now()
  for (let nth = 0; nth < TURNS; nth += 1) {
    await store.commit(turnOf(lane, lane.head + nth * shape.entries, nth, shape))
  }
  const elapsedMs = performance.now() - began
  const used = process.cpuUsage(before)
  const rows = TURNS * (shape.entries + shape.rows)
  return {
    name: shape.name,
    msPerTurn: elapsedMs / TURNS,
    rowsPerSecond: (rows / elapsedMs) * 1_000,
    nodeMicros: (used.user + used.system) / rows,
    postgresMicros: ((await serverCpuMicros(spectator)) - serverBefore) / rows,
  }
}

function turnOf(lane: LaneRow, head: number, nth: number, shape: Shape): TurnWrites {
  const at = Date.now()
  const entries: StoredEntry[] = Array.from({ length: shape.entries }, (_, offset) => ({
    lane: lane.lane,
    position: head + 1 + offset,
    type: 1,
    subject: `bench/order/${head + 1 + offset}`,
    at,
    body: BODY,
  }))
  const from = shape.fresh ? head : 0
  const rows: Row[] = Array.from({ length: shape.rows }, (_, offset) => [
    lane.lane,
    `bench/order/${from + offset}`,
    nth,
    BODY.subarray(0, 200),
  ])
  return {
    lanes: [{ lane: lane.lane, epoch: lane.epoch, oldHead: head, newHead: head + shape.entries, delivered: 0 }],
    entries,
    receipts: [],
    keys: [],
    upserts: new Map([[STATE, rows]]),
    deletes: new Map(),
    inbox: [],
    inboxDone: [],
    marks: new Uint8Array(0),
    at,
  }
}

/** User and system time of the writer's server process, from /proc; 0 where there is none. */
async function serverCpuMicros(spectator: pg.Client): Promise<number> {
  const { rows } = await spectator.query(
    `select pid from pg_stat_activity where application_name like 'crossdock/${process.pid}/writer/%'`,
  )
  if (process.platform !== 'linux' || !rows[0]) return 0
  const fields = (await readFile(`/proc/${rows[0].pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10_000 // hundredths of a second
}

function median(results: readonly AppendResult[]): AppendResult {
  return results.toSorted((a, b) => a.msPerTurn - b.msPerTurn)[Math.floor(results.length / 2)] as AppendResult
}

function line(result: AppendResult): string {
  const figures = [
    `${result.msPerTurn.toFixed(1)} ms a turn`,
    `${Math.round(result.rowsPerSecond).toLocaleString('en')} rows/s`,
    `CPU a row: node ${result.nodeMicros.toFixed(1)} µs, postgres ${result.postgresMicros.toFixed(1)} µs`,
  ]
  return `${result.name.padEnd(36)} ${figures.join(' · ')}`
}

if (import.meta.main) await run()
