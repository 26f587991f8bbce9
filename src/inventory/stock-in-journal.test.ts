import { describe, expect, test } from 'vitest'
import { IdMint } from '../base/ids.ts'
import { MICROS } from '../base/quantity.ts'
import { seededRandom } from '../base/random.ts'
import { SimulatedTime } from '../base/simulated-time.ts'
import type { Input, JournalEvent, Room } from '../journal/contract.ts'
import { decodeEvent } from '../journal/encode.ts'
import { Journal } from '../journal/journal.ts'
import { laneOfSubject, subjectOf } from '../lifecycle/subject.ts'
import { CommitFailed, type Row } from '../store/contract.ts'
import { ModelDatabase } from '../store/model/model-database.ts'
import { openModelStore } from '../store/model/model-store.ts'
import { inventory, type StockState } from './stock.ts'
import { stockTable } from './stock-table.ts'

const stock = subjectOf('acme', 'stock', 'DC1')
const units = (quantity: number) => quantity * MICROS

/** Orders that ask for stock and write down the answer: the process, without its process. */
const asking: Room<null> = {
  name: 'asking',
  about: 'order',
  initial: () => null,
  load: () => null,
  save: () => null,
  fold: () => false,
  hears: {
    'inventory.reserved': (event) => [subjectOf('acme', 'order', event.data.order)],
    'inventory.reservation_refused': (event) => [subjectOf('acme', 'order', event.data.order)],
  },
  decide: (_, input) => {
    if (input.kind === 'arrival') return { events: [input.data as never] }
    if (input.kind !== 'heard') return undefined
    const { attempt, facility, ...rest } = (input.event as JournalEvent<'inventory.reserved'>).data
    return input.event.type === 'inventory.reserved'
      ? { events: [{ type: 'order.reserved', data: { attempt, facility, lines: rest.lines } }] }
      : { events: [{ type: 'order.reservation_refused', data: { attempt, facility, missing: [] } }] }
  },
}

class Instance {
  readonly journal: Journal
  readonly #store
  readonly #time: SimulatedTime
  other: Instance | undefined

  constructor(database: ModelDatabase, time: SimulatedTime, cut: () => boolean) {
    const hook = () => {
      if (cut()) throw new CommitFailed('unknown', 'cable cut')
    }
    const faults = { beforeCommit: hook, afterCommit: hook }
    this.#time = time
    this.#store = openModelStore(database, { faults, scheduler: { delay: () => time.yield() } })
    this.journal = new Journal({
      store: this.#store,
      clock: time,
      scheduler: time,
      mint: new IdMint(),
      rooms: [asking as Room, inventory() as Room],
      lowestOpen: () => undefined,
      committed: () => undefined,
      lanesTaken: async () => undefined,
      lanesLost: () => undefined,
      poke: () => void this.other?.journal.readInbox(),
      trouble: () => undefined,
    })
  }

  async open(id: string, owns: (lane: number) => boolean): Promise<this> {
    await run(this.#time, this.#store.register(id, ''))
    const rows = await run(this.#time, this.#store.lanes())
    const taken = await run(
      this.#time,
      this.#store.takeLanes(
        id,
        rows.filter((row) => owns(row.lane)),
      ),
    )
    this.journal.start()
    await run(this.#time, this.journal.take({ rows: taken, callsMs: new Map() }))
    return this
  }

  says(input: Input): Promise<unknown> {
    return new Promise((settled, failed) => {
      this.journal.submit({ admit: () => ({ inputs: [input] }), settled, failed })
    })
  }
}

async function run<T>(time: SimulatedTime, work: Promise<T>): Promise<T> {
  let isSettled = false
  const watched = work.finally(() => {
    isSettled = true
  })
  watched.catch(() => undefined)
  await time.run({ until: () => isSettled })
  return work
}

const opening: Input = {
  kind: 'report',
  type: 'inventory.counted',
  subject: stock,
  source: 'wms',
  occurredAt: 1,
  data: { facility: 'DC1', lines: [{ item: 'bolts', status: 'available', quantity: units(10) }] },
}

function asks(order: string, quantity: number): Input {
  const lines = [{ line: '1', item: 'bolts', quantity: units(quantity) }]
  const parts = [{ facility: 'DC1', lines, whole: true }]
  const data = { type: 'order.sourced', data: { attempt: 1, by: 'Crossdock', parts } }
  return {
    kind: 'arrival',
    type: 'ask',
    subject: subjectOf('acme', 'order', order),
    source: 'test',
    occurredAt: 1,
    data,
  }
}

async function everything(database: ModelDatabase, time: SimulatedTime) {
  const store = openModelStore(database, { scheduler: { delay: () => time.yield() } })
  const lanes = await run(time, store.lanes())
  const events: JournalEvent[] = []
  for (const { lane } of lanes) events.push(...(await run(time, store.readLane(lane, 0, 10_000))).map(decodeEvent))
  const all = lanes.map(({ lane }) => lane)
  return { events, rows: await run(time, store.loadLanes(stockTable, all)) }
}

/** The rows that the journal alone would give. */
function foldedRows(events: readonly JournalEvent[]): Row[] {
  const room = inventory()
  const states = new Map<string, StockState>()
  for (const event of events.filter((one) => one.subject === stock)) {
    for (const key of room.keys?.(event) ?? []) {
      const state = states.get(key) ?? room.initial(key)
      states.set(key, state)
      room.fold(state, event, key)
    }
  }
  const rows: Row[] = []
  for (const [key, state] of states) {
    const columns = room.save(state)
    if (columns) rows.push([laneOfSubject(stock), key, ...columns])
  }
  return rows
}

const sorted = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(row)).sort()
const ofType = (events: readonly JournalEvent[], type: string) => events.filter((event) => event.type === type)

describe('forty orders at once for ten pieces', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('ten are promised, however commits fail (seed %i)', async (seed) => {
    const time = new SimulatedTime(1_000_000)
    const database = new ModelDatabase(time)
    const random = seededRandom(seed)
    let cuts = seed
    const cut = () => cuts > 0 && random.next() < 0.3 && cuts-- > 0
    const one = await new Instance(database, time, cut).open('one', () => true)
    await run(time, one.says(opening))
    const orders = Array.from({ length: 40 }, (_, nth) => `o${nth}`)
    await run(time, Promise.all(orders.map((order) => one.says(asks(order, 1)))))

    const { events, rows } = await everything(database, time)
    expect(ofType(events, 'inventory.reserved')).toHaveLength(10)
    expect(ofType(events, 'order.reserved')).toHaveLength(10)
    expect(ofType(events, 'order.reservation_refused')).toHaveLength(30)
    expect(sorted(rows)).toEqual(sorted(foldedRows(events)))
  })

  test.each([1, 2, 3])('ten are promised when orders and stock belong to two instances (seed %i)', async (seed) => {
    const time = new SimulatedTime(1_000_000)
    const database = new ModelDatabase(time)
    const random = seededRandom(seed)
    let cuts = 3
    const cut = () => cuts > 0 && random.next() < 0.2 && cuts-- > 0
    const one = await new Instance(database, time, cut).open('one', (lane) => lane !== laneOfSubject(stock))
    const two = await new Instance(database, time, cut).open('two', (lane) => lane === laneOfSubject(stock))
    one.other = two
    two.other = one
    await run(time, two.says(opening))
    const orders = Array.from({ length: 40 }, (_, nth) => `o${nth}`)
    await run(time, Promise.all(orders.map((order) => one.says(asks(order, 1)))))
    await time.run({ until: () => false })

    const { events, rows } = await everything(database, time)
    const onStockLane = orders.filter(
      (order) => laneOfSubject(subjectOf('acme', 'order', order)) === laneOfSubject(stock),
    )
    expect(onStockLane.length).toBeLessThan(5)
    expect(ofType(events, 'inventory.reserved')).toHaveLength(10)
    expect(ofType(events, 'order.reserved')).toHaveLength(10)
    expect(ofType(events, 'order.reservation_refused')).toHaveLength(30)
    expect(sorted(rows)).toEqual(sorted(foldedRows(events)))
  })

  test('a hub that starts again knows what is promised and to whom', async () => {
    const time = new SimulatedTime(1_000_000)
    const database = new ModelDatabase(time)
    const one = await new Instance(database, time, () => false).open('one', () => true)
    await run(time, one.says(opening))
    await run(time, one.says(asks('o1', 7)))
    await run(time, one.journal.close())
    const two = await new Instance(database, time, () => false).open('two', () => true)
    await run(time, Promise.all([two.says(asks('o1', 7)), two.says(asks('o2', 4)), two.says(asks('o3', 3))]))
    const { events } = await everything(database, time)
    const orders = (type: string) => ofType(events, type).map((event) => (event.data as { order: string }).order)
    expect(orders('inventory.reserved')).toEqual(['o1', 'o3'])
    expect(orders('inventory.reservation_refused')).toEqual(['o2'])
  })
})
