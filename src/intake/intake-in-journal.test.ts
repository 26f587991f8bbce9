import { expect, test } from 'vitest'
import { IdMint } from '../base/ids.ts'
import { seededRandom } from '../base/random.ts'
import { SimulatedTime } from '../base/simulated-time.ts'
import type { JournalEvent, Room } from '../journal/contract.ts'
import { decodeEvent } from '../journal/encode.ts'
import { Journal } from '../journal/journal.ts'
import type { EventData } from '../lifecycle/events.ts'
import { CommitFailed } from '../store/contract.ts'
import { ModelDatabase } from '../store/model/model-database.ts'
import { openModelStore } from '../store/model/model-store.ts'
import type { ArrivalAnswer } from './admit.ts'
import type { Arrival } from './arrival.ts'
import { mailboxRoom } from './mailbox.ts'
import { type Intake, openIntake } from './receive.ts'
import { intakeRoom } from './room.ts'
import type { Sender } from './settings.ts'
import { json, SHOP, SHOP_ORDER, smallMaster } from './testing/desk.ts'
import { interchangeOf } from './testing/x12.ts'

const EDI = { ours: 'ZZ:ACMESUPPLY', theirs: '12:5555550142' }
const SENDERS: Readonly<Record<string, Sender>> = {
  shop: SHOP,
  bigbox: { system: 'bigbox', role: 'partner', partner: 'bigbox', edi: EDI },
}

/** Intake on the real journal, over a disk that survives it. */
class Instance {
  readonly intake: Intake
  readonly journal: Journal
  readonly #time: SimulatedTime
  readonly #store
  other: Instance | undefined

  constructor(database: ModelDatabase, time: SimulatedTime, cut: () => boolean = () => false) {
    const hook = () => {
      if (cut()) throw new CommitFailed('unknown', 'cable cut')
    }
    this.#time = time
    this.#store = openModelStore(database, {
      faults: { beforeCommit: hook, afterCommit: hook },
      scheduler: { delay: () => time.yield() },
    })
    this.journal = new Journal({
      store: this.#store,
      clock: time,
      scheduler: time,
      mint: new IdMint(),
      rooms: [intakeRoom(), mailboxRoom({ partners: { bigbox: EDI }, documents: [] })] as Room[],
      lowestOpen: () => undefined,
      committed: () => undefined,
      lanesTaken: async () => undefined,
      lanesLost: () => undefined,
      poke: () => void this.other?.journal.readInbox(),
      trouble: () => undefined,
    })
    const master = smallMaster()
    this.intake = openIntake({
      store: this.#store,
      trouble: () => undefined,
      offer: (work) => this.journal.submit(work),
      sender: (_tenant, system) => SENDERS[system],
      master: () => master,
      delay: (ms) => new Promise((resolve) => time.after(ms, () => resolve())),
    })
  }

  async open(id: string, owns: (lane: number) => boolean = () => true): Promise<this> {
    await run(this.#time, this.#store.register(id, ''))
    const rows = await run(this.#time, this.#store.lanes())
    const wanted = rows.filter(({ lane }) => owns(lane))
    this.journal.start()
    await run(
      this.#time,
      this.journal.take({ rows: await run(this.#time, this.#store.takeLanes(id, wanted)), callsMs: new Map() }),
    )
    return this
  }

  takes(bytes: Uint8Array, about: Partial<Arrival> = {}, waitSeconds = 0): Promise<ArrivalAnswer> {
    const now = this.#time.now()
    const arrival: Arrival = { tenant: 'acme', system: 'shop', channel: 'http', bytes, receivedAt: now, ...about }
    return this.intake.submit(arrival, { waitSeconds })
  }
}

function world(): { database: ModelDatabase; time: SimulatedTime } {
  const time = new SimulatedTime(Date.UTC(2026, 0, 5))
  return { database: new ModelDatabase(time), time }
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

async function eventsOf(database: ModelDatabase, time: SimulatedTime): Promise<JournalEvent[]> {
  const store = openModelStore(database, { scheduler: { delay: () => time.yield() } })
  const events: JournalEvent[] = []
  for (const { lane } of await run(time, store.lanes())) {
    events.push(...(await run(time, store.readLane(lane, 0, 10_000))).map(decodeEvent))
  }
  return events
}

const received = (events: readonly JournalEvent[]) =>
  events
    .filter(({ type }) => type === 'order.received')
    .map(({ data }) => (data as EventData['order.received']).customerOrder)

test('H15: a hundred posts of one key at once are one order, and all who wait get its answer', async () => {
  const { database, time } = world()
  const hub = await new Instance(database, time).open('a')
  const posts = Array.from({ length: 100 }, (_, at) =>
    hub.takes(json(SHOP_ORDER), { idempotencyKey: 'k-1' }, at < 50 ? 5 : 0),
  )
  const answers = await run(time, Promise.all(posts))
  const orders = new Set(answers.slice(0, 50).map(({ body }) => body['order']))
  expect(orders.size).toBe(1)
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202, 409]))
  expect(received(await eventsOf(database, time))).toEqual(['PO-1'])
})

test('a sender that repeats until it is answered has one order each, however commits fail', async () => {
  for (let seed = 1; seed <= 10; seed += 1) {
    const { database, time } = world()
    const random = seededRandom(seed)
    let failing = false
    const hub = await new Instance(database, time, () => failing && random.next() < 0.2).open('a')
    failing = true
    const untilAnswered = async (number: string): Promise<void> => {
      for (;;) {
        const post = hub.takes(json({ ...SHOP_ORDER, number }), { idempotencyKey: number })
        const answer = await post.catch(() => undefined)
        if (answer?.status === 202) return
        await new Promise<void>((resolve) => time.after(10, () => resolve()))
      }
    }
    const numbers = Array.from({ length: 20 }, (_, at) => `PO-${at + 10}`)
    await run(time, Promise.all([...numbers, ...numbers].map(untilAnswered)))
    failing = false
    expect(received(await eventsOf(database, time)).toSorted()).toEqual(numbers)
  }
})

test('the same order at two instances at once is one order, whoever owns its lane', async () => {
  const { database, time } = world()
  const a = await new Instance(database, time).open('a', (lane) => lane % 2 === 0)
  const b = await new Instance(database, time).open('b', (lane) => lane % 2 === 1)
  a.other = b
  b.other = a
  const numbers = Array.from({ length: 20 }, (_, at) => `PO-${at + 10}`)
  const posts = numbers.flatMap((number) =>
    [a, b].map((hub) => hub.takes(json({ ...SHOP_ORDER, number }), { idempotencyKey: number }, 5)),
  )
  const answers = await run(time, Promise.all(posts))
  await time.run({ limitMs: time.now() + 1_000 }) // what was handed over between them arrives
  expect(answers.every(({ status }) => status === 202)).toBe(true)
  expect(received(await eventsOf(database, time)).toSorted()).toEqual(numbers)
})

test('a file that is picked up again after a crash leaves one order and one acknowledgement', async () => {
  const { database, time } = world()
  const file = { system: 'bigbox', channel: 'folder', idempotencyKey: 'file-1' }
  const first = await new Instance(database, time).open('a')
  await run(time, first.takes(interchangeOf([{ number: 'PO-1' }]), file))
  await run(time, first.journal.close())
  await run(time, new Promise<void>((resolve) => time.after(1_000, resolve)))

  const second = await new Instance(database, time).open('b')
  const again = await run(time, second.takes(interchangeOf([{ number: 'PO-1' }]), file))
  expect(again).toMatchObject({ status: 202, replayed: true })
  const events = await eventsOf(database, time)
  expect(received(events)).toEqual(['PO-1'])
  expect(events.filter(({ type }) => type === 'delivery.planned')).toHaveLength(1)

  // the partner itself sends it again: it is answered again, from the mailbox as it was stored
  await run(time, second.takes(interchangeOf([{ number: 'PO-1' }]), { ...file, idempotencyKey: 'file-2' }))
  const planned = (await eventsOf(database, time)).filter(({ type }) => type === 'delivery.planned')
  const bodies = planned.map(({ data }) => (data as EventData['delivery.planned']).body)
  expect(bodies).toHaveLength(2)
  expect(bodies[1]).toBe(bodies[0])
})
