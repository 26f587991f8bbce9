import type { Connection, Connector } from '../src/connectors/contract.ts'
import type { Committed } from '../src/journal/journal.ts'
import { budgets } from './support/budgets.ts'
import { type BenchServer, benchServer } from './support/database.ts'
import { type InProcess, openInProcess, until } from './support/hub-in-process.ts'
import { benchLandscape, LINES } from './support/landscape.ts'
import { type CpuSplit, startMeter } from './support/meter.ts'
import { type BenchOptions, type BenchResult, counted, median, resultOf, rounded, roundOf } from './support/result.ts'
import { say } from './support/say.ts'
import { percentiles } from './support/town-orders.ts'

/** Four requests of each wait for the shop: 100,000. */
const ORDERS = 25_000
const QUICK_ORDERS = 3_000
const IN_FLIGHT = 200
/** The shop's declared rate: what it is told of orders afterwards comes at this pace. */
const PER_SECOND = 1_000
const QUICK_PER_SECOND = 400
/** Orders after those, each when it is due, to see how long the others wait beside the backlog. */
const DUE_PER_SECOND = 100
const SECONDS = 20
const QUICK_SECONDS = 8

/** How large a run is. */
interface Size {
  readonly orders: number
  readonly perSecond: number
  /** Orders at a steady pace. */
  readonly due: number
}

interface Outcome {
  readonly cpu: CpuSplit
  /** Of the shop's declared rate; 1 when it was never down. */
  readonly drainRate: number
  readonly queued: number
  readonly sent: number
  readonly inversions: number
  /** From the moment an order was due until its first request was at the ERP; 99 of 100. */
  readonly p99: number
}

/** Order to cash in one process with all targets up, and with the shop down for as long as it lasts, in turn. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const orders = options.orders ?? (options.quick ? QUICK_ORDERS : ORDERS)
  const perSecond = options.quick ? QUICK_PER_SECOND : PER_SECOND
  const size = { orders, perSecond, due: DUE_PER_SECOND * (options.quick ? QUICK_SECONDS : SECONDS) }
  const server = await benchServer()
  try {
    const rounds: (ReturnType<typeof roundOf> & {
      ratio: number
      p99: number
      usualP99: number
      drainRate: number
      inversions: number
      queued: number
    })[] = []
    for (let round = 0; round < (options.rounds ?? 3); round += 1) {
      const downFirst = round % 2 === 1
      const first = await oneRun(server, size, round, downFirst)
      const second = await oneRun(server, size, round, !downFirst)
      const [usual, down] = downFirst ? [second, first] : [first, second]
      rounds.push({
        ...roundOf((orders * LINES) / down.cpu.seconds, orders, down.cpu),
        ratio: usual.cpu.seconds / down.cpu.seconds,
        p99: down.p99,
        usualP99: usual.p99,
        drainRate: down.drainRate,
        inversions: down.inversions,
        queued: down.queued,
      })
      say(
        `outage round ${round + 1}: the others at ${rounded(rounds.at(-1)?.ratio ?? 0, 3)} of usual, p99 ${down.p99} ms (usual ${usual.p99}), ${down.queued} queued, drained at ${rounded(down.drainRate, 3)} of the rate`,
      )
    }
    const middle = (of: (round: (typeof rounds)[number]) => number) => rounded(median(counted(rounds).map(of)), 3)
    const ratios = {
      othersToUsual: middle(({ ratio }) => ratio),
      drainToDeclared: middle(({ drainRate }) => drainRate),
      othersP99ToUsual: middle(({ p99, usualP99 }) => p99 / usualP99),
    }
    const inversions = rounds.reduce((sum, round) => sum + round.inversions, 0)
    const queued = Math.min(...rounds.map((round) => round.queued))
    return resultOf({
      name: 'outage',
      figure: 'linesPerSecond',
      unit: 'order',
      rounds,
      postgres: server.version,
      budgets: [
        { ...budgets.outageOthers, reached: ratios.othersToUsual },
        { ...budgets.outageDrain, reached: ratios.drainToDeclared },
        { ...budgets.outageP99, reached: ratios.othersP99ToUsual },
        { of: 'inversions', floor: 0, aim: 0, atMost: true, reached: inversions },
      ],
      more: {
        orders,
        queued,
        perSecond,
        inversions,
        othersP99Ms: middle(({ p99 }) => p99),
        othersUsualP99Ms: middle(({ usualP99 }) => usualP99),
        ratios,
        verified: 'each request of the shop once, in order',
      },
    })
  } finally {
    await server.close()
  }
}

async function oneRun(server: BenchServer, size: Size, round: number, isDown: boolean): Promise<Outcome> {
  const { orders, perSecond, due } = size
  const url = await server.migrated()
  await server.checkpoint()
  const shop = new DownShop(isDown, perSecond)
  const ended = { orders: 0 }
  const landscape = benchLandscape(7 + round)
  let place: ((index: number) => void) | undefined
  let placed = 0
  const fill = () => {
    while (place && placed - ended.orders < IN_FLIGHT && placed < orders) {
      placed += 1
      place(placed - 1)
    }
  }
  const opened = await openInProcess({
    url,
    landscape,
    orderPrefix: `r${round}-`,
    committed: (turn: Committed) => {
      shop.planned(turn)
      for (const event of turn.events) if (event.type === 'order.delivered') ended.orders += 1
      fill()
    },
    more: { systems: {}, connectors: { shop: shop.connector() } },
  })
  shop.inner = await (opened.simulated.connectors['shop'] as Connector).open({
    now: () => Date.now(),
    secret: () => '',
    dataFolder: '.',
  })
  const meter = startMeter(server.processId)
  place = (index) => void opened.simulated.shop.place(index)
  fill()
  await until(() => ended.orders >= orders)
  const cpu = meter()
  const { delivery } = opened.hub.core
  if (!isDown) await until(() => delivery.outstanding === 0)
  await opened.visibility.follower.catchUp()
  await server.checkpoint()
  const p99 = await othersP99(opened, orders, due)
  await until(() => ended.orders >= orders + due)
  const queued = delivery.outstanding
  const before = shop.sent
  const began = performance.now()
  shop.isDown = false
  await until(() => shop.sent > before || !isDown) // the probe
  const first = performance.now()
  await until(() => delivery.outstanding === 0)
  const drainRate = isDown ? (shop.sent - before) / ((performance.now() - first) / 1_000) / perSecond : 1
  say(
    `${isDown ? 'down' : 'up'}: ${Math.round((orders * LINES) / cpu.seconds)} lines/s, back after ${Math.round(first - began)} ms`,
  )
  await opened.close()
  await server.drop(url)
  const inversions = shop.inversions()
  if (isDown && shop.wrong > 0) throw new Error(`This run does not count: ${shop.wrong} requests came twice or never.`)
  return { cpu, drainRate, queued, sent: shop.sent, inversions, p99 }
}

/** Places orders one by one, each when it is due, and looks when the ERP gets the first request of each. */
async function othersP99({ hub, simulated }: InProcess, from: number, count: number): Promise<number> {
  const atErp = new Map<string, number>()
  const connection = hub.core.targets.get('erp')?.connection
  if (!connection) throw new Error('There is no ERP.')
  const send = connection.send.bind(connection)
  connection.send = (requests, timeoutMs) => {
    for (const { verb, key } of requests) if (verb === 'credit.check') atErp.set(orderOf(key), performance.now())
    return send(requests, timeoutMs)
  }
  const began = performance.now()
  const dueAt = (nth: number) => began + (nth * 1_000) / DUE_PER_SECOND
  const placed: Promise<{ readonly order?: string }>[] = []
  await until(() => {
    while (placed.length < count && dueAt(placed.length) <= performance.now())
      placed.push(simulated.shop.place(from + placed.length))
    return placed.length === count
  }, 1)
  const orders = (await Promise.all(placed)).map(({ order }) => order ?? '')
  await until(() => orders.every((order) => atErp.has(order)))
  connection.send = send
  return percentiles(orders.map((order, nth) => (atErp.get(order) ?? Number.NaN) - dueAt(nth))).p99
}

/** The shop's own connector, which can be down; it knows what was planned for it and what it got, order by order. */
class DownShop {
  isDown: boolean
  inner: Connection | undefined
  sent = 0
  readonly #wasDown: boolean
  readonly #perSecond: number
  readonly #planned = new Map<string, string[]>()
  readonly #got = new Map<string, string[]>()

  constructor(isDown: boolean, perSecond: number) {
    this.isDown = isDown
    this.#perSecond = perSecond
    this.#wasDown = isDown
  }

  connector(): Connector {
    return {
      kind: 'memory',
      deliveryClass: 'A',
      batch: 64,
      concurrency: 64,
      timeoutMs: 5_000,
      ...(this.#wasDown ? { pace: `${this.#perSecond} per second` as const } : {}),
      open: async () => ({
        send: async (requests, timeoutMs) => {
          if (this.isDown || !this.inner) return requests.map(() => ({ result: 'later', reason: 'answered 503' }))
          this.sent += requests.length
          for (const { key } of requests) push(this.#got, orderOf(key), key)
          return this.inner.send(requests, timeoutMs)
        },
        close: async () => {},
      }),
    }
  }

  planned({ planned }: Committed): void {
    for (const { request } of planned) {
      if (request.target !== 'shop') continue
      const key = `shop:${request.verb}:${request.key}`
      push(this.#planned, orderOf(key), key)
    }
  }

  /** Orders whose requests did not come as they were planned. */
  inversions(): number {
    let count = 0
    for (const [order, keys] of this.#planned) if ((this.#got.get(order) ?? []).join() !== keys.join()) count += 1
    return count
  }

  get wrong(): number {
    const size = (of: Map<string, string[]>) => [...of.values()].reduce((sum, keys) => sum + keys.length, 0)
    return Math.abs(size(this.#planned) - size(this.#got))
  }
}

function push(to: Map<string, string[]>, name: string, key: string): void {
  const known = to.get(name)
  if (known) known.push(key)
  else to.set(name, [key])
}

/** `shop:order.status:o0-5f-1/accepted` is about o0-5f-1. */
const orderOf = (key: string): string => (key.split(':')[2] as string).split('/')[0] as string
