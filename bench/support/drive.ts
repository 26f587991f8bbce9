import type { Committed } from '../../src/journal/journal.ts'
import type { Landscape } from '../../src/simulators/landscape.ts'
import type { BenchServer } from './database.ts'
import { type InProcess, type InProcessOptions, openInProcess, until } from './hub-in-process.ts'
import { LINES } from './landscape.ts'
import { messageCounts, wrongCounts } from './messages.ts'
import { type CpuSplit, startMeter } from './meter.ts'
import { startProfile } from './profile.ts'
import { type Standing, standing, wrongStanding } from './standing.ts'

/** What to drive through a hub in this process. */
export interface Drive {
  readonly server: BenchServer
  /** A migrated database, empty or not. */
  readonly url: string
  readonly landscape: Landscape
  readonly orders: number
  /** Orders that are on their way at once. */
  readonly inFlight: number
  /** Put before order numbers: two drives on one database share none. */
  readonly prefix: string
  readonly more?: InProcessOptions['more']
}

/** What a drive took. Everything is checked: a drive that ends with a wrong count throws. */
export interface Driven {
  readonly cpu: CpuSplit
  readonly linesPerSecond: number
  /** From the last delivery until the views had read everything. */
  readonly viewsCaughtUpSeconds: number
  readonly openSeconds: number
  readonly walBytesPerOrder: number
  readonly memoryMiB: number
}

/** Drives orders to their end, closed loop, and checks that every message was there exactly once. */
export async function drive(options: Drive): Promise<Driven> {
  const { orders, inFlight, url } = options
  const loop = new Loop(orders, inFlight)
  const opening = performance.now()
  const run = await openInProcess({
    url,
    landscape: options.landscape,
    orderPrefix: options.prefix,
    committed: (turn) => loop.hear(turn),
    ...(options.more ? { more: options.more } : {}),
  })
  const openSeconds = (performance.now() - opening) / 1_000
  await run.visibility.follower.catchUp()
  const waitingBefore = run.hub.core.delivery.outstanding
  const before = await standing(url)
  await options.server.checkpoint()

  const meter = startMeter(options.server.processId)
  const profiled = await startProfile()
  loop.begin((index) => void run.simulated.shop.place(index))
  await loop.over
  await until(() => run.hub.core.delivery.outstanding === waitingBefore && run.hub.core.journal.depth === 0)
  const cpu = meter()
  await profiled()

  const viewsCaughtUpSeconds = await secondsOf(() => run.visibility.follower.catchUp())
  const memoryMiB = Math.round(process.memoryUsage().rss / 2 ** 20)
  await run.close()
  const after = await standing(url)
  check(run, before, after, orders)
  return {
    cpu,
    linesPerSecond: (orders * LINES) / cpu.seconds,
    viewsCaughtUpSeconds,
    openSeconds,
    walBytesPerOrder: Math.round((after.walBytes - before.walBytes) / orders),
    memoryMiB,
  }
}

/** Keeps so many orders on their way; an order has ended when its delivery is a fact. */
class Loop {
  readonly over: Promise<void>
  readonly #orders: number
  readonly #inFlight: number
  #end: () => void = () => {}
  #place: ((index: number) => void) | undefined
  #placed = 0
  #delivered = 0

  constructor(orders: number, inFlight: number) {
    this.#orders = orders
    this.#inFlight = inFlight
    this.over = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  begin(place: (index: number) => void): void {
    this.#place = place
    this.#fill()
  }

  hear(turn: Committed): void {
    if (!this.#place) return
    for (const event of turn.events) if (event.type === 'order.delivered') this.#delivered += 1
    if (this.#delivered >= this.#orders) this.#end()
    this.#fill()
  }

  #fill(): void {
    while (this.#placed - this.#delivered < this.#inFlight && this.#placed < this.#orders) {
      this.#placed += 1
      this.#place?.(this.#placed - 1)
    }
  }
}

function check(run: InProcess, before: Standing, after: Standing, orders: number): void {
  const wrong = [...wrongCounts(messageCounts(run.ledgers), orders), ...wrongStanding(before, after, orders, 0)]
  if (wrong.length > 0) throw new Error(`This run does not count:\n  ${wrong.join('\n  ')}`)
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return Math.round(performance.now() - began) / 1_000
}
