import pg from 'pg'
import type { LaneRow, Row, Store, StoredEntry, TableSpec, TurnWrites } from '../src/store/contract.ts'
import { openPostgresStore } from '../src/store/postgres/store.ts'
import { type BenchServer, benchServer } from './support/database.ts'
import { type CpuSplit, startMeter } from './support/meter.ts'
import {
  type BenchOptions,
  type BenchResult,
  counted,
  median,
  type Round,
  resultOf,
  rounded,
  roundOf,
} from './support/result.ts'
import { say } from './support/say.ts'

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

/** Turns of several shapes, committed one after another on PostgreSQL with fsync on: what the store alone can do. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const server = await benchServer()
  try {
    const rounds = await measureAll(server, options.rounds ?? ROUNDS)
    const shapes = SHAPES.map(({ name }) => ({ name, ...figuresOf(rounds.get(name) ?? []) }))
    const entries = shapes[1]
    say(shapes.map(({ name, rowsPerSecond }) => `${name}: ${rowsPerSecond} rows/s`).join('; '))
    return resultOf({
      name: 'append',
      figure: 'rowsPerSecond',
      unit: 'row',
      rounds: rounds.get(entries?.name ?? '') ?? [],
      postgres: server.version,
      budgets: [],
      more: { turnsPerRound: TURNS, shapes },
    })
  } finally {
    await server.close()
  }
}

function figuresOf(rounds: readonly Round[]) {
  const some = counted(rounds)
  const middle = (of: (round: Round) => number) => rounded(median(some.map(of)), 1)
  return {
    rowsPerSecond: Math.round(middle((round) => round.value)),
    appMicrosPerRow: middle((round) => round.cpuMicros.app),
    databaseMicrosPerRow: middle((round) => round.cpuMicros.database),
  }
}

async function measureAll(server: BenchServer, count: number): Promise<ReadonlyMap<string, Round[]>> {
  const url = await server.migrated()
  const spectator = new pg.Client({ connectionString: url })
  await spectator.connect()
  await spectator.query(STATE_SQL)
  await spectator.end()
  const store = await openPostgresStore({ url })
  const [lane] = await store.takeLanes('bench', [{ lane: 0, epoch: 0 }])
  const rounds = new Map<string, Round[]>(SHAPES.map(({ name }) => [name, []]))
  let head = lane?.head ?? 0
  for (let round = 0; round < count; round += 1) {
    for (const shape of SHAPES) {
      const cpu = await measure(server, store, { ...(lane as LaneRow), head }, shape)
      const rows = TURNS * (shape.entries + shape.rows)
      rounds.get(shape.name)?.push(roundOf(rows / cpu.seconds, rows, cpu))
      head += shape.entries * TURNS
    }
  }
  await store.close()
  return rounds
}

async function measure(server: BenchServer, store: Store, lane: LaneRow, shape: Shape): Promise<CpuSplit> {
  const meter = startMeter(server.processId)
  for (let nth = 0; nth < TURNS; nth += 1) {
    await store.commit(turnOf(lane, lane.head + nth * shape.entries, nth, shape))
  }
  return meter()
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
