import { describe, expect, test } from 'vitest'
import { IdMint, keyHash } from '../base/ids.ts'
import type { Scheduler } from '../base/scheduler.ts'
import { SimulatedTime } from '../base/simulated-time.ts'
import { laneOfSubject, subjectOf } from '../lifecycle/subject.ts'
import { CommitFailed } from '../store/contract.ts'
import { ModelDatabase } from '../store/model/model-database.ts'
import { type ModelFaults, openModelStore } from '../store/model/model-store.ts'
import type { Room } from './contract.ts'
import { decodeEvent } from './encode.ts'
import { Journal } from './journal.ts'
import type { Settlement, Work } from './work.ts'

/** Counts what arrives for an order; tells its stock; throws at poison. */
const counting: Room<{ count: number }> = {
  name: 'counting',
  about: 'order',
  table: table('order_state'),
  initial: () => ({ count: 0 }),
  load: (_subject, row) => JSON.parse(Buffer.from(row[0] as Uint8Array).toString()) as { count: number },
  save: (state) => [Buffer.from(JSON.stringify(state))],
  fold: (state, event) => {
    if (event.type !== 'order.posted') return false
    state.count += 1
    return true
  },
  decide: (state, input) => {
    if (input.kind !== 'arrival' || input.type !== 'count') return undefined
    if (input.data === 'poison') throw new Error('cannot work on this')
    return { events: [{ type: 'order.posted', data: { number: String(state.count + 1) } }], answer: state.count + 1 }
  },
}

const hearing: Room<{ heard: number }> = {
  ...(counting as unknown as Room<{ heard: number }>),
  name: 'hearing',
  about: 'stock',
  table: table('stock_position'),
  initial: () => ({ heard: 0 }),
  load: (_subject, row) => JSON.parse(Buffer.from(row[0] as Uint8Array).toString()) as { heard: number },
  fold: (state) => {
    state.heard += 1
    return true
  },
  decide: (_state, input) =>
    input.kind === 'heard'
      ? { events: [{ type: 'inventory.policy_set', data: { facility: 'DC1', lines: [] } }] }
      : undefined,
  hears: { 'order.posted': () => [stock] },
}

const parking: Room<null> = {
  name: 'parking',
  about: 'order',
  initial: () => null,
  load: () => null,
  save: () => null,
  fold: () => false,
  decide: (_state, input) =>
    input.kind === 'arrival' && input.type === 'subject.parked'
      ? { events: [{ type: 'subject.parked', data: input.data as { room: string; reason: string } }] }
      : undefined,
}

const stock = subjectOf('acme', 'stock', 'DC1')

function table(name: string) {
  return {
    name,
    key: [
      { name: 'lane', type: 'int2' as const },
      { name: 'subject', type: 'text' as const },
    ],
    columns: [{ name: 'state', type: 'bytea' as const }],
  }
}

async function open(
  database: ModelDatabase,
  time: SimulatedTime,
  options: {
    faults?: ModelFaults
    id?: string
    lanes?: (lane: number) => boolean
    scheduler?: Scheduler
    room?: Room
    lanesTaken?: (journal: Journal) => Promise<void>
  } = {},
) {
  const id = options.id ?? 'one'
  const store = openModelStore(database, { faults: options.faults ?? {}, scheduler: { delay: () => time.yield() } })
  const troubles: string[] = []
  const committed: number[] = []
  const journal: Journal = new Journal({
    store,
    clock: time,
    scheduler: options.scheduler ?? time,
    mint: new IdMint(),
    rooms: [counting as Room, parking as Room, hearing as Room, ...(options.room ? [options.room] : [])],
    lowestOpen: () => undefined,
    committed: (turn) => committed.push(turn.events.length),
    lanesTaken: () => options.lanesTaken?.(journal) ?? Promise.resolve(),
    lanesLost: () => {},
    poke: () => {},
    trouble: (what) => troubles.push(what),
  })
  await run(time, store.register(id, ''))
  const rows = await run(time, store.lanes())
  const wanted = rows.filter((row) => options.lanes?.(row.lane) ?? true)
  const taken = await run(time, store.takeLanes(id, wanted))
  journal.start()
  await run(
    time,
    journal.quiet(() => journal.take({ rows: taken, callsMs: new Map() })),
  )
  return { journal, store, troubles, committed }
}

async function run<T>(time: SimulatedTime, work: Promise<T>): Promise<T> {
  let settled = false
  const watched = work.finally(() => {
    settled = true
  })
  watched.catch(() => {})
  await time.run({ until: () => settled })
  return work
}

function count(journal: Journal, order: string, options: { data?: string; key?: string } = {}): Promise<Settlement> {
  const subject = subjectOf('acme', 'order', order)
  const hash = options.key ? keyHash(options.key) : undefined
  return new Promise((settled, failed) => {
    const work: Work = {
      ...(hash ? { claims: [{ kind: 1, hash, digest: hash }] } : {}),
      admit: (found, context) => {
        if (found[0]) return { inputs: [], immediate: true, answer: `repeat of ${found[0].ref}` }
        const input = {
          kind: 'arrival',
          type: 'count',
          subject,
          source: 'test',
          occurredAt: context.now,
          data: options.data,
        } as const
        const keys = hash
          ? [{ kind: 1, hash, digest: hash, ref: order, lane: laneOfSubject(subject), at: context.now }]
          : []
        return { inputs: [input], keys }
      },
      settled,
      failed,
    }
    journal.submit(work)
  })
}

async function everything(database: ModelDatabase, time: SimulatedTime) {
  const store = openModelStore(database, { scheduler: { delay: () => time.yield() } })
  const lanes = await run(time, store.lanes())
  const entries = []
  for (const lane of lanes) {
    const events = (await run(time, store.readLane(lane.lane, 0, 10_000))).map(decodeEvent)
    expect(events.map((event) => event.position)).toEqual(Array.from({ length: lane.head }, (_, at) => at + 1))
    entries.push(...events)
  }
  return entries
}

describe('the journal', () => {
  test('answers only after the commit, and positions have no gaps', async () => {
    const time = new SimulatedTime(1_000_000)
    const database = new ModelDatabase(time)
    const { journal } = await open(database, time)
    const answers = await run(time, Promise.all(['a', 'b', 'a', 'a'].map((order) => count(journal, order))))
    expect(answers.map((settlement) => settlement.answer)).toEqual([1, 1, 2, 3])
    const events = await everything(database, time)
    expect(events.filter((event) => event.type === 'order.posted')).toHaveLength(4)
    expect(events.filter((event) => event.subject === stock)).toHaveLength(4)
  })

  test('what two rooms of a subject listen to, each of them hears once', async () => {
    const time = new SimulatedTime(1_000_000)
    const database = new ModelDatabase(time)
    const alsoHearing: Room = { ...(parking as Room), about: 'stock', name: 'also-hearing', hears: hearing.hears ?? {} }
    const { journal } = await open(database, time, { room: alsoHearing })
    await run(time, count(journal, 'a'))
    expect((await everything(database, time)).filter((event) => event.subject === stock)).toHaveLength(1)
  })

  test('one key has one effect, also when its repeats come in the same turn', async () => {
    const time = new SimulatedTime(1_000_000)
    const database = new ModelDatabase(time)
    const { journal } = await open(database, time)
    const first = await run(time, Promise.all([1, 2, 3].map(() => count(journal, 'a', { key: 'k' }))))
    const later = await run(time, count(journal, 'a', { key: 'k' }))
    expect([...first, later].map((settlement) => settlement.answer)).toEqual([
      1,
      'repeat of a',
      'repeat of a',
      'repeat of a',
    ])
    expect((await everything(database, time)).filter((event) => event.type === 'order.posted')).toHaveLength(1)
  })

  test.each([
    ['before it happened', 'beforeCommit'],
    ['after it happened', 'afterCommit'],
  ] as const)('a commit whose answer is lost %s has its effect once', async (_when, hook) => {
    const time = new SimulatedTime(1_000_000)
    const database = new ModelDatabase(time)
    let cuts = 1
    const faults: ModelFaults = {
      [hook]: () => {
        if (cuts-- > 0) throw new CommitFailed('unknown', 'cable cut')
      },
    }
    const { journal } = await open(database, time, { faults })
    const answers = await run(time, Promise.all(['a', 'b', 'c', 'a'].map((order) => count(journal, order))))
    expect(answers.map((settlement) => settlement.answer)).toEqual([1, 1, 1, 2])
    expect((await everything(database, time)).filter((event) => event.type === 'order.posted')).toHaveLength(4)
  })

  test('poison parks its own subject; its neighbours in the turn go on', async () => {
    const time = new SimulatedTime(1_000_000)
    const database = new ModelDatabase(time)
    const { journal } = await open(database, time)
    const results = await run(
      time,
      Promise.allSettled([count(journal, 'a'), count(journal, 'b', { data: 'poison' }), count(journal, 'c')]),
    )
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    const later = await run(time, Promise.allSettled([count(journal, 'b'), count(journal, 'a')]))
    expect(later.map((result) => result.status)).toEqual(['rejected', 'fulfilled'])
    const events = await everything(database, time)
    expect(events.filter((event) => event.type === 'subject.parked').map((event) => event.subject)).toEqual([
      'acme/order/b',
    ])
    expect(events.filter((event) => event.type === 'order.posted')).toHaveLength(3)
  })

  test('an instance whose lanes were taken changes nothing more, and its work reaches the new owner', async () => {
    const time = new SimulatedTime(1_000_000)
    const database = new ModelDatabase(time)
    const lane = laneOfSubject(subjectOf('acme', 'order', 'a'))
    const one = await open(database, time)
    await run(time, count(one.journal, 'a'))
    const two = await open(database, time, { id: 'two', lanes: (number) => number === lane })
    const settled = count(one.journal, 'a')
    await run(time, settled)
    await run(time, two.journal.readInbox())
    await time.run({ until: () => two.committed.length > 0 })
    const events = (await everything(database, time)).filter((event) => event.type === 'order.posted')
    expect(events.map((event) => (event.data as { number: string }).number)).toEqual(['1', '2'])
    expect(one.journal.lanes.owns(lane)).toBe(false)
  })
})

test('what was left for a lane is worked on in order, also when some of it came while the lane was being taken', async () => {
  const time = new SimulatedTime(1_000_000)
  const database = new ModelDatabase(time)
  const noting: Room = {
    ...(parking as Room),
    about: 'stock',
    name: 'noting',
    hears: hearing.hears ?? {},
    decide: (_state, input) => {
      if (input.kind !== 'heard') return undefined
      const { number } = input.event.data as { number: string }
      return { events: [{ type: 'inventory.policy_set', data: { facility: number, lines: [] } }] }
    },
  }
  const lane = laneOfSubject(stock)
  const one = await open(database, time, { lanes: (number) => number !== lane })
  const two = await open(database, time, {
    id: 'two',
    lanes: (number) => number === lane,
    room: noting,
    lanesTaken: async (journal) => {
      await count(one.journal, 'a')
      await journal.readInbox() // the other one poked
      await count(one.journal, 'a')
    },
  })
  await time.run({ until: () => two.committed.length > 0 })
  await run(time, two.journal.close())
  const noted = (await everything(database, time))
    .filter(({ type, source }) => type === 'inventory.policy_set' && source === 'noting')
    .map(({ data }) => (data as { facility: string }).facility)
  expect(noted).toEqual(['1', '2'])
})

test('what was left for a lane that went while it was in line is worked on when the lane is back, in order', async () => {
  const time = new SimulatedTime(1_000_000)
  const database = new ModelDatabase(time)
  const noted: string[] = []
  const noting: Room = {
    ...(parking as Room),
    about: 'stock',
    name: 'noting',
    hears: hearing.hears ?? {},
    decide: (_state, input) => {
      if (input.kind === 'heard') noted.push((input.event.data as { number: string }).number)
      return undefined
    },
  }
  const [lane, other] = [laneOfSubject(stock), laneOfSubject(subjectOf('acme', 'order', 'a'))]
  const kept = [0, 1, 2].find((number) => number !== lane && number !== other) as number
  const one = await open(database, time, { lanes: (number) => number !== lane && number !== kept })
  const two = await open(database, time, {
    id: 'two',
    lanes: (number) => number === lane || number === kept,
    room: noting,
  })
  await run(time, count(one.journal, 'a'))
  const { epoch } = two.journal.lanes.get(lane) as { epoch: number }
  await run(
    time,
    two.journal.quiet(async () => {
      await two.journal.readInbox()
      two.journal.lose(new Set([lane]))
      await two.store.releaseLanes('two', [{ lane, epoch }])
    }),
  )
  await run(time, two.journal.passed())
  await run(time, count(one.journal, 'a'))
  const rows = await run(time, two.store.takeLanes('two', [{ lane, epoch }]))
  await run(
    time,
    two.journal.quiet(() => two.journal.take({ rows, callsMs: new Map() })),
  )
  await run(time, two.journal.close())
  expect(noted).toEqual(['1', '2'])
})

test('an instance that owns no lane yet asks its callers to come again and parks nobody', async () => {
  const time = new SimulatedTime(Date.UTC(2026, 0, 5))
  const database = new ModelDatabase(time)
  const { journal, troubles } = await open(database, time, { lanes: () => false })
  await expect(run(time, count(journal, 'o0-05-1'))).rejects.toMatchObject({
    code: 'XD_JOURNAL_NO_LANES',
    retry: 'later',
  })
  expect(troubles).toEqual([])

  const store = openModelStore(database)
  const rows = await run(time, store.takeLanes('one', await run(time, store.lanes())))
  await run(time, journal.take({ rows, callsMs: new Map() }))
  await expect(run(time, count(journal, 'o0-05-1'))).resolves.toMatchObject({ answer: 1 })
})

test('the cursors of quiet lanes follow without an event', async () => {
  const time = new SimulatedTime(1_000_000)
  const database = new ModelDatabase(time)
  const { journal, store } = await open(database, time)
  await run(time, count(journal, 'a'))
  const lane = laneOfSubject(subjectOf('acme', 'order', 'a'))
  const cursor = async () => (await run(time, store.lanes())).find((row) => row.lane === lane)
  expect(await cursor()).toMatchObject({ head: 1, delivered: 0 })
  journal.tidy()
  await run(time, count(journal, 'b'))
  expect(await cursor()).toMatchObject({ head: 1, delivered: 1 })
})

test('a lane whose deliveries could not be loaded is not ours, so that it is taken again whole', async () => {
  const time = new SimulatedTime(1_000_000)
  const database = new ModelDatabase(time)
  const store = openModelStore(database)
  const journal: Journal = new Journal({
    store,
    clock: time,
    scheduler: time,
    mint: new IdMint(),
    rooms: [counting as Room],
    lowestOpen: () => undefined,
    committed: () => {},
    lanesTaken: () => Promise.reject(new Error('the database is gone')),
    lanesLost: () => {},
    poke: () => {},
    trouble: () => {},
  })
  await run(time, store.register('one', ''))
  const taken = await run(time, store.takeLanes('one', await run(time, store.lanes())))
  await expect(run(time, journal.take({ rows: taken, callsMs: new Map() }))).rejects.toThrow('the database is gone')
  expect(journal.lanes.owned()).toEqual([])
})

test('work that came while the database was away is done when it is back, and parks nobody', async () => {
  const time = new SimulatedTime(1_000_000)
  const database = new ModelDatabase(time)
  const { journal, store } = await open(database, time)
  const findKeys = store.findKeys.bind(store)
  let away = 3
  store.findKeys = (keys) => (away-- > 0 ? Promise.reject(new Error('the database is gone')) : findKeys(keys))
  const answers = await run(time, Promise.all([count(journal, 'a', { key: 'k' }), count(journal, 'a', { key: 'l' })]))
  expect(answers.map((settlement) => settlement.answer)).toEqual([1, 2])
  expect((await everything(database, time)).filter((event) => event.type === 'order.posted')).toHaveLength(2)
})

test('a long turn lets the doors be heard: never more than 256 steps without a pause', async () => {
  const time = new SimulatedTime(1_000_000)
  /** Decisions since the last pause, at each pause. */
  const stretches: number[] = []
  let decided = 0
  const pausing: Scheduler = {
    yield: () => {
      stretches.push(decided)
      decided = 0
      return time.yield()
    },
    after: (ms, run) => time.after(ms, run),
  }
  const watching: Room<null> = {
    ...parking,
    name: 'watching',
    decide: () => {
      decided += 1
      return undefined
    },
  }
  const { journal } = await open(new ModelDatabase(time), time, { scheduler: pausing, room: watching as Room })
  const steps = 1_500
  stretches.length = 0
  decided = 0
  const subject = subjectOf('acme', 'order', 'a')
  const input = { kind: 'arrival', type: 'nothing', subject, source: 'test', occurredAt: 1, data: undefined } as const
  const inputs = new Array<typeof input>(steps).fill(input)
  await run(time, new Promise((settled, failed) => journal.submit({ admit: () => ({ inputs }), settled, failed })))
  stretches.push(decided)
  expect(stretches.reduce((sum, stretch) => sum + stretch, 0)).toBe(steps)
  expect(Math.max(...stretches)).toBeLessThanOrEqual(256)
  expect(stretches.length).toBeGreaterThanOrEqual(Math.floor(steps / 256))
})

test('of a timer that is set and cancelled in one turn the last word holds, in memory as on disk', async () => {
  const time = new SimulatedTime(1_000_000)
  const rang: string[] = []
  /** Sets two timers when something comes, and cancels one of them when that is recorded; the other one is moved. */
  const timing: Room<null> = {
    ...parking,
    name: 'timing',
    decide: (_state, input, { now }) => {
      if (input.kind === 'timer') rang.push(input.name)
      if (input.kind === 'arrival' && input.type === 'count')
        return { timers: ['kept', 'dropped'].map((name) => ({ name, dueAt: now + 1_000 })) }
      if (input.kind !== 'recorded') return undefined
      return {
        timers: [
          { name: 'dropped', dueAt: null },
          { name: 'kept', dueAt: null },
          { name: 'kept', dueAt: now + 2_000 },
        ],
      }
    },
  }
  const database = new ModelDatabase(time)
  const { journal } = await open(database, time, { room: timing as Room })
  await run(time, count(journal, 'a'))
  expect(journal.timers.size).toBe(1)
  const began = time.now()
  await time.run({ limitMs: began + 1_500 })
  expect(rang).toEqual([])
  await time.run({ limitMs: began + 2_500 })
  expect(rang).toEqual(['kept'])
})
