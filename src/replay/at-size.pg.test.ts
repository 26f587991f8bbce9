/**
 * Replays at size: requests without an order-to-cash chain behind them, so that five thousand take seconds and a hundred
 * thousand, or a million that wait, take minutes (`npm run test:long -- src/replay`).
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { recordTest } from '../../test/support/record.ts'
import { until } from '../../test/support/town.ts'
import { systemClock } from '../base/clock.ts'
import { systemRandom } from '../base/random.ts'
import { systemScheduler } from '../base/scheduler.ts'
import { memory } from '../connectors/memory/index.ts'
import { type Core, openCore } from '../core.ts'
import { deliveryRoom } from '../delivery/room.ts'
import { digestOf, Rendering } from '../hub/rendering.ts'
import { openReplays, type Replays } from '../hub/replays.ts'
import type { Room } from '../journal/contract.ts'
import { openPostgresStore } from '../store/postgres/store.ts'
import type { Forecast } from './forecast.ts'
import type { Act, Job } from './job.ts'
import { type ItemOutcome, isAsForecast } from './outcome.ts'
import { replaying } from './room.ts'
import type { Selection } from './selection.ts'

const MESSAGES = Number(process.env['CROSSDOCK_REPLAY_MESSAGES'] ?? 5_000)
const WAITING = Number(process.env['CROSSDOCK_REPLAY_WAITING'] ?? 20_000)
const PER_ORDER = 10

/** An ERP that does each key once, gives a repeat its first answer, and refuses what it was told to. */
class Ledger {
  readonly effects = new Map<string, number>()
  readonly repeats = new Map<string, number>()
  refuses: (key: string) => boolean = () => false

  async handle({ key }: { readonly key: string }) {
    if (this.refuses(key)) return { status: 422, body: { detail: 'planted' } }
    const had = this.effects.has(key)
    if (had) this.repeats.set(key, (this.repeats.get(key) ?? 0) + 1)
    else this.effects.set(key, 1)
    return { status: 200, body: {}, ...(had ? ({ repeat: true } as const) : {}) }
  }

  async ask(key: string) {
    return this.effects.has(key) ? {} : undefined
  }
}

/** Plans what it is asked to: ten requests of an order. */
const planner: Room<null> = {
  name: 'planner',
  about: 'order',
  initial: () => null,
  load: () => null,
  save: () => null,
  fold: () => false,
  decide: (_state, input) => {
    if (input.kind !== 'arrival' || input.type !== 'plan') return undefined
    const { from } = input.data as { from: number }
    const numbers = Array.from({ length: PER_ORDER }, (_, at) => from + at)
    return {
      requests: numbers.map((n) => ({ target: 'erp', verb: 'order.post', key: `k${n}`, args: { n }, body: { n } })),
    }
  },
}

interface Place {
  readonly core: Core
  readonly replays: Replays
  close(): Promise<void>
}

const database = testDatabase()
const ledger = new Ledger()
const opened: Place[] = []
let opens = 0

async function open(erp = memory(ledger)): Promise<Place> {
  opens += 1
  const store = await openPostgresStore({ url: database.url })
  const rooms = [planner, replaying(deliveryRoom('order'))] as Room[]
  const rendering = new Rendering(store, rooms, ({ args }) => ({ n: args['n'] }))
  const trouble = (what: string, error: unknown) => process.stderr.write(`${what}: ${String(error)}\n`)
  const core = await openCore({
    store,
    clock: systemClock,
    random: systemRandom,
    scheduler: systemScheduler,
    monotonic: () => performance.now(),
    rooms,
    systems: { erp },
    connectorPorts: { now: () => Date.now(), secret: () => '', dataFolder: '.' },
    render: (request) => rendering.again(request),
    id: `at-size-${opens}`,
    trouble,
  })
  const ports = { clock: systemClock, random: systemRandom, scheduler: systemScheduler, trouble }
  const replays = openReplays({ hub: { core, rendering, tenant: 'acme' }, url: database.url, ...ports })
  const place = {
    core,
    replays,
    close: async () => {
      await replays.close()
      await core.close()
      await store.close()
    },
  }
  opened.push(place)
  return place
}

afterEach(async () => {
  for (const place of opened.splice(0)) await place.close()
})
beforeAll(() => {
  expect(MESSAGES % PER_ORDER).toBe(0)
})
/** What the tests that passed have measured; kept at the end, when it is known how long the file takes. */
const figuresOfTests: { replay?: Record<string, number>; bulk?: Record<string, number> } = {}
afterAll(() => {
  const path = 'src/replay/at-size.pg.test.ts'
  const { replay, bulk } = figuresOfTests
  if (replay) recordTest('replay', replay, { path, form: 'CROSSDOCK_REPLAY_MESSAGES' })
  if (bulk) recordTest('bulk-redelivery', bulk, { path, form: 'CROSSDOCK_REPLAY_WAITING' })
})

async function planAll({ core }: Place): Promise<void> {
  const open = { left: MESSAGES / PER_ORDER }
  for (let from = 0; from < MESSAGES; from += PER_ORDER) {
    const lane = (from / PER_ORDER) % 256
    const subject = `acme/order/o0-${lane.toString(16).padStart(2, '0')}-${from}`
    const input = {
      kind: 'arrival',
      type: 'plan',
      subject,
      source: 'test',
      occurredAt: Date.now(),
      data: { from },
    } as const
    core.journal.submit({
      admit: () => ({ inputs: [input] }),
      settled: () => {
        open.left -= 1
      },
      failed: (error) => {
        throw error
      },
    })
  }
  await until(() => open.left === 0 && core.delivery.outstanding === 0, 600_000, 20)
  // what a target has answered is marked in the turn that follows: whatever comes after it sees the marks
  await new Promise((settled, failed) =>
    core.journal.submit({ admit: () => ({ inputs: [], touches: [0] }), settled, failed }),
  )
  core.journal.tidy()
}

const make = ({ replays }: Place, selection: Selection, action: Job['action'] = 'replay') =>
  replays.replays.make('acme', {
    action,
    mapping: 'as sent',
    selection,
    reason: 'at size',
    by: 'ann',
    requestKey: undefined,
    now: Date.now(),
  })

const say = ({ replays }: Place, id: string, act: Act, include?: readonly Forecast[]) =>
  replays.replays.act(
    'acme',
    id,
    act,
    'ann',
    'at size',
    Date.now(),
    include && { include, reissue: false, stopPercent: 5, by: 'ann' },
  )

async function untilState({ replays }: Place, id: string, ...states: string[]): Promise<Job> {
  const seen: { job?: Job } = {}
  await until(
    async () => {
      seen.job = await replays.replays.one('acme', id)
      return states.includes(seen.job.state)
    },
    3_600_000,
    50,
  )
  return seen.job as Job
}

async function figures({ replays }: Place, id: string) {
  const sums: Record<string, number> = {}
  for (const { state, forecast, outcome, count } of await replays.replays.counts(id)) {
    const name = [state, forecast, outcome].filter((word) => word !== '').join('/')
    sums[name] = (sums[name] ?? 0) + count
  }
  return sums
}

/** Items that ended otherwise than their forecast said. */
async function notAsForecast({ replays }: Place, id: string): Promise<number> {
  const counts = await replays.replays.counts(id)
  const others = counts.filter(
    ({ forecast, outcome }) => !isAsForecast(forecast as Forecast, outcome as ItemOutcome), // '' is not as forecast
  )
  return others.reduce((sum, { count }) => sum + count, 0)
}

const megabytes = () => Math.round(process.memoryUsage().rss / 2 ** 20)
const seconds = (from: number) => Math.round((performance.now() - from) / 100) / 10

test(`${MESSAGES} messages, 60 % already applied: the forecast is the outcome, to the last one`, async () => {
  const place = await open()
  ledger.refuses = (key) => Number(key.slice(key.lastIndexOf('k') + 1)) % 5 < 2
  await planAll(place)
  ledger.refuses = () => false
  const applied = (MESSAGES * 3) / 5
  expect(ledger.effects.size).toBe(applied)

  const began = performance.now()
  const { job } = await make(place, { targets: ['erp'] })
  await untilState(place, job.id, 'ready')
  const forecastS = seconds(began)
  expect(await figures(place, job.id)).toEqual({
    'looked/already done': applied,
    'looked/new': MESSAGES - applied,
  })
  expect([ledger.effects.size, ledger.repeats.size]).toEqual([applied, 0])

  const from = performance.now()
  await say(place, job.id, 'start', ['new', 'already done'])
  await say(place, job.id, 'start', ['new', 'already done']) // pressed twice
  const most = { rss: 0 }
  const watching = setInterval(() => {
    most.rss = Math.max(most.rss, megabytes())
  }, 200)
  const over = await untilState(place, job.id, 'finished', 'paused')
  clearInterval(watching)
  expect([over.state, over.why]).toEqual(['finished', undefined])
  expect(await figures(place, job.id)).toEqual({
    'over/already done/no second effect': applied,
    'over/new/took effect': MESSAGES - applied,
  })
  expect(ledger.effects.size).toBe(MESSAGES)
  expect(ledger.repeats.size).toBe(applied)
  expect([...ledger.repeats.values()].every((count) => count === 1)).toBe(true)
  const told = {
    messages: MESSAGES,
    alreadyDone: applied,
    new: MESSAGES - applied,
    effects: ledger.effects.size - applied,
    repeatsWithoutEffect: ledger.repeats.size,
    differences: await notAsForecast(place, job.id),
    forecastSeconds: forecastS,
    replaySeconds: seconds(from),
    rssMiB: most.rss,
  }
  process.stderr.write(`replay: ${JSON.stringify(told)}\n`)
  figuresOfTests.replay = told
})

test('a target that forgets every key between the forecast and the start: the second effects are no promise kept', async () => {
  const place = await open()
  const keys = Array.from({ length: 10 }, (_, n) => `k${n}`)
  const { job } = await make(place, { targets: ['erp'], keys })
  await untilState(place, job.id, 'ready')
  expect(await figures(place, job.id)).toEqual({ 'looked/already done': 10 })
  ledger.effects.clear()
  await say(place, job.id, 'start', ['already done'])
  await untilState(place, job.id, 'finished', 'paused')
  expect(ledger.effects.size).toBe(10) // each of them a second effect
  expect(await figures(place, job.id)).toEqual({ 'over/already done/done': 10 })
  expect(isAsForecast('already done', 'done')).toBe(false)
})

test.each(['one after the other', 'at once'])(
  'what two frozen replays hold has one effect at a target that cannot tell a repeat: %s',
  async (how) => {
    const effects = new Map<string, number>()
    const target = { refuses: true }
    const place = await open(
      memory(
        {
          handle: async ({ key }: { readonly key: string }) => {
            if (target.refuses) return { status: 422, body: { detail: 'planted' } }
            effects.set(key, (effects.get(key) ?? 0) + 1)
            return { status: 200, body: {} }
          },
        },
        { deliveryClass: 'C' },
      ),
    )
    const from = how === 'at once' ? 2_000_000 : 1_000_000
    const keys = Array.from({ length: PER_ORDER }, (_, n) => `k${from + n}`)
    const subject = `acme/order/o0-07-${from}`
    place.core.journal.submit({
      admit: () => ({
        inputs: [{ kind: 'arrival', type: 'plan', subject, source: 'test', occurredAt: Date.now(), data: { from } }],
      }),
      settled: () => {},
      failed: (error) => {
        throw error
      },
    })
    const refused = async () =>
      (await database.query('select 1 from journal where subject = $1 and type = 122', [subject])).length
    await until(async () => (await refused()) === PER_ORDER)
    target.refuses = false
    const first = await make(place, { targets: ['erp'], keys })
    const second = await make(place, { verbs: ['order.post'], keys })
    for (const { job } of [first, second]) {
      await untilState(place, job.id, 'ready')
      expect(await figures(place, job.id)).toEqual({ 'looked/new': PER_ORDER })
    }
    for (const { job } of [first, second]) {
      await say(place, job.id, 'start', ['new'])
      if (how !== 'at once') await untilState(place, job.id, 'finished', 'paused')
    }
    for (const { job } of [first, second]) await untilState(place, job.id, 'finished', 'paused')
    expect([...effects.keys()].length).toBe(PER_ORDER)
    expect([...effects.values()].every((count) => count === 1)).toBe(true)
    const ends = [await figures(place, first.job.id), await figures(place, second.job.id)]
    const sums = (name: string) => ends.reduce((sum, end) => sum + (end[name] ?? 0), 0)
    expect([sums('over/new/took effect'), sums('over/new/found done')]).toEqual([PER_ORDER, PER_ORDER])
  },
)

/** Rows as a long outage leaves them: each parked for the ERP, in the lane of its order. */
async function parkMany(count: number): Promise<void> {
  for (let from = 1; from <= count; from += 20_000) {
    const numbers = Array.from({ length: Math.min(20_000, count - from + 1) }, (_, at) => from + at)
    await database.query(
      `insert into waiting (lane, subject, position, target, verb, key, chain, args, digest, planned_at, attempts, next_at, state, reason)
     select (n % 256)::int2, subject, 1000000 + n, 'erp', 'order.post', 'w' || n, subject, json_build_object('n', n)::text,
            digest, 1000, 1, 9007199254740991, 'parked', 'the ERP was down'
       from unnest($1::int4[], $2::text[]) as planned (n, digest),
            lateral (select 'acme/order/o0-' || lpad(to_hex(n % 256), 2, '0') || '-w' || n as subject) as named`,
      [numbers, numbers.map((n) => digestOf(Buffer.from(JSON.stringify({ n }))))],
    )
  }
  await database.query('update lane set head = 1000000 + $1::int8, delivered = 1000000 + $1::int8', [count])
  await database.query('analyze waiting')
}

test(`${WAITING} waiting deliveries: chosen page by page in the database, cancelled half way, and another part taken up`, async () => {
  await parkMany(WAITING)
  const before = megabytes()
  const place = await open()
  const began = performance.now()
  const { job } = await make(place, { targets: ['erp'], states: ['parked'] }, 'redeliver')
  const seen: number[] = []
  const most = { rss: 0 }
  await until(
    async () => {
      const now = await place.replays.replays.one('acme', job.id)
      seen.push(now.scanned)
      most.rss = Math.max(most.rss, megabytes())
      return now.state === 'ready'
    },
    3_600_000,
    20,
  )
  const frozenS = seconds(began)
  expect(new Set(seen).size).toBeGreaterThan(3) // it says how far it is
  expect(await figures(place, job.id)).toEqual({ 'looked/new': WAITING })
  const page = await place.replays.replays.items(job.id, { after: WAITING - 10, limit: 50 })
  expect(page.map((item) => item.n)).toEqual(Array.from({ length: 10 }, (_, at) => WAITING - 9 + at))

  ledger.effects.clear()
  const from = performance.now()
  await say(place, job.id, 'start', ['new'])
  await until(async () => ((await figures(place, job.id))['over/new/done'] ?? 0) > 1_000, 600_000, 20)
  await say(place, job.id, 'cancel')
  await until(
    async () => Object.keys(await figures(place, job.id)).every((name) => !name.startsWith('sent')),
    60_000,
    20,
  )
  const cancelled = await figures(place, job.id)
  const done = cancelled['over/new/done'] as number
  const perSecond = Math.round(done / seconds(from))
  expect(cancelled['looked/new']).toBe(WAITING - done)
  expect(ledger.effects.size).toBe(done)

  const [left] = await database.query<{ count: number }>(
    `select count(*)::int4 as count from waiting where state = 'parked'`,
  )
  expect(left?.count).toBe(WAITING - done)
  const told = {
    waiting: WAITING,
    frozenSeconds: frozenS,
    rssMiB: most.rss,
    rssGrewMiB: most.rss - before,
    redelivered: done,
    perSecond,
  }
  process.stderr.write(`bulk: ${JSON.stringify(told)}\n`)
  figuresOfTests.bulk = told
  // Another time, another part: what is left of the first five hundred keys.
  const keys = Array.from({ length: 500 }, (_, at) => `w${at + 1}`)
  const rest = await make(place, { keys, states: ['parked'] }, 'redeliver')
  const { items } = await untilState(place, rest.job.id, 'ready')
  await say(place, rest.job.id, 'start', ['new'])
  await untilState(place, rest.job.id, 'finished', 'paused')
  expect(await figures(place, rest.job.id)).toEqual({ 'over/new/done': items })
  expect(keys.filter((key) => !ledger.effects.has(`erp:order.post:${key}`))).toEqual([])
  expect(ledger.effects.size).toBe(done + items)
  expect([...ledger.effects.values()].every((count) => count === 1)).toBe(true)
})
