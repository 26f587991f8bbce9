import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { ModelDatabase } from '../../src/store/model/model-database.ts'
import { openModelStore } from '../../src/store/model/model-store.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import { testDatabase } from '../support/database.ts'
import { type Bench, HUBS, Knowledge, LANES, type Operation, operation, perform, plain } from './operations.ts'
import { STOCK, STOCK_SQL } from './turns.ts'

/** Lists to try; `CROSSDOCK_STORE_LISTS=20000` for the long run. */
const LISTS = Number(process.env['CROSSDOCK_STORE_LISTS'] ?? 120)

const database = testDatabase()
beforeAll(async () => {
  await database.query(STOCK_SQL)
})

test(`the model store and PostgreSQL answer ${LISTS} lists of operations alike and end with the same tables`, {
  timeout: 60_000 + LISTS * 500,
}, async () => {
  const reasons = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 10, maxLength: 40 }), async (operations) => {
      await runBoth(operations, reasons)
    }),
    { numRuns: LISTS, endOnFailure: false, interruptAfterTimeLimit: 50_000 + LISTS * 450 },
  )
  // The lists are worth something only when they meet every outcome.
  const outcomes = ['done', 'fenced', 'conflict', 'refused', 'XD_STORE_INSTANCE_TAKEN']
  expect([...reasons.keys()]).toEqual(expect.arrayContaining(outcomes))
})

async function runBoth(operations: readonly Operation[], reasons: Map<string, number>): Promise<void> {
  await emptyTables()
  const disk = new ModelDatabase({ now: () => 0 })
  const benches = [
    await bench(() => openPostgresStore({ url: database.url, readers: 1 })),
    await bench(async () => openModelStore(disk)),
  ]
  const knowledge = new Knowledge()
  try {
    for (const [nth, operation] of operations.entries()) {
      const [real, model] = await Promise.all(benches.map((one) => perform(operation, one, knowledge)))
      expect(model, `answer ${nth} to ${JSON.stringify(plain(operation))}`).toEqual(real)
      const reason = (real as { failed?: string } | undefined)?.failed ?? 'done'
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
      knowledge.learn(disk.lanes.map((lane) => ({ ...lane })))
    }
    expect(tablesOf(disk)).toEqual(await tablesOfPostgres())
  } finally {
    for (const one of benches) for (const session of one.sessions) await session.close()
  }
}

async function bench(open: Bench['open']): Promise<Bench> {
  const sessions = []
  for (const _ of HUBS) sessions.push(await open())
  return { open, sessions }
}

async function emptyTables(): Promise<void> {
  await database.query(`
    delete from journal; delete from receipt; delete from key; delete from inbox; delete from mark;
    delete from instance; delete from test_stock;
    update lane set owner = null, epoch = 0, head = 0, delivered = 0, day = 0 where epoch > 0 or head > 0`)
}

async function tablesOfPostgres(): Promise<unknown> {
  const read = async (text: string) => plain((await database.query(text)).map((row) => Object.values(row).map(number)))
  return {
    lanes: await read(`select lane, owner, epoch, head, delivered from lane where lane in (${LANES}) order by lane`),
    journal: await read('select lane, position, type, subject, at, body from journal order by lane, position'),
    receipts: await read('select id, verdict, bytes from receipt order by id'),
    keys: await read('select kind, hash, digest, ref, lane, at from key order by hash, kind'),
    stock: await read('select lane, item, quantity, note from test_stock order by lane, item'),
    inbox: await read('select lane, sender_lane, sender_epoch, number, body from inbox order by 1, 2, 3, 4'),
    marks: await read('select at, pack from mark order by id'),
  }
}

/** int8 comes as text from a plain connection. */
const number = (value: unknown) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value)

function tablesOf(disk: ModelDatabase): unknown {
  const inOrder = (rows: readonly (readonly unknown[])[]) =>
    rows.map((row) => plain(row)).toSorted((a, b) => compare(a as unknown[], b as unknown[]))
  return {
    lanes: LANES.map((lane) => disk.lanes[lane]).map((l) => [l?.lane, l?.owner, l?.epoch, l?.head, l?.delivered]),
    journal: plain(disk.journal.flat().map((e) => [e.lane, e.position, e.type, e.subject, e.at, e.body])),
    receipts: inOrder([...disk.receipts.values()].map((r) => [r.id, r.verdict, r.bytes])),
    keys: plain(
      [...disk.keys.values()]
        .toSorted((a, b) => Buffer.compare(a.hash, b.hash))
        .map((k) => [k.kind, k.hash, k.digest, k.ref, k.lane, k.at]),
    ),
    stock: inOrder(LANES.flatMap((lane) => disk.table(STOCK).rowsOf(lane))),
    inbox: inOrder([...disk.inbox.values()].map((r) => [r.lane, r.senderLane, r.senderEpoch, r.number, r.body])),
    marks: plain(disk.marks.map((mark) => [mark.at, mark.pack])),
  }
}

function compare(a: readonly unknown[], b: readonly unknown[]): number {
  for (const [at, value] of a.entries()) {
    const other = b[at]
    if (value === other) continue
    if (typeof value === 'number') return value - (other as number)
    return Buffer.compare(Buffer.from(String(value)), Buffer.from(String(other)))
  }
  return 0
}
