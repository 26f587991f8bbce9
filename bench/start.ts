import { budgets } from './support/budgets.ts'
import {
  type Demo,
  databaseProcess,
  endRest,
  type InstalledCheckout,
  installedCheckout,
  isAlive,
  startDemo,
} from './support/demo-process.ts'
import { startMeter } from './support/meter.ts'
import { type BenchOptions, type BenchResult, counted, median, resultOf, rounded, roundOf } from './support/result.ts'
import { say } from './support/say.ts'

/** Traffic before a kill. */
const TRAFFIC_MS = 3_000

interface Starts {
  readonly first: number
  readonly warm: number
  readonly afterHubKilled: number
  readonly afterBothKilled: number
  readonly hasPage: boolean
  readonly foreignCores: number
}

/**
 * `npm start` until page and health check answer: the first time on an installed checkout, again after Ctrl-C, after
 * kill -9 of the hub under traffic, and after kill -9 of hub and PostgreSQL together.
 */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const starts: Starts[] = []
  for (let round = 0; round < (options.rounds ?? 3); round += 1) {
    const one = await oneRound(17_400 + ((process.pid + round) % 500) * 20)
    starts.push(one)
    say(`start round ${round + 1}: ${JSON.stringify(one)}`)
  }
  // starting is short and takes all there is: foreign load is what was there while it waited
  const rounds = starts.map((one) =>
    roundOf(one.first, 1, { ...none, seconds: one.first, foreign: one.foreignCores * one.first }),
  )
  const some = counted(starts.map((one, at) => ({ ...one, noisy: rounds[at]?.noisy ?? true })))
  const middle = (of: (one: Starts) => number) => rounded(median(some.map(of)), 2)
  const figures = {
    firstStartSeconds: middle((one) => one.first),
    warmStartSeconds: middle((one) => one.warm),
    afterHubKilledSeconds: middle((one) => one.afterHubKilled),
    afterBothKilledSeconds: middle((one) => one.afterBothKilled),
  }
  return resultOf({
    name: 'start',
    figure: 'firstStartSeconds',
    unit: 'start',
    rounds,
    postgres: 'embedded',
    budgets: [
      { ...budgets.firstStart, reached: figures.firstStartSeconds },
      { ...budgets.warmStart, reached: figures.warmStartSeconds },
      { ...budgets.afterKill, reached: figures.afterHubKilledSeconds },
      { ...budgets.afterBothKilled, reached: figures.afterBothKilledSeconds },
    ],
    more: { ...figures, hasPage: starts.every((one) => one.hasPage) },
  })
}

const none = { app: 0, database: 0, load: 0 }

async function oneRound(port: number): Promise<Starts> {
  const checkout = await installedCheckout()
  const running: { demo?: Demo } = {}
  const start = async () => {
    running.demo = await startDemo(checkout, port)
    return running.demo
  }
  try {
    const foreignCores = await foreignCoresNow()
    const first = await start()
    await end(first, 'SIGTERM')
    const warm = await start()
    await traffic()
    await end(warm, 'SIGKILL')
    const afterHubKilled = await start()
    await traffic()
    const database = databaseProcess(checkout)
    if (database === undefined) throw new Error('The demo has no database of its own.')
    process.kill(database, 'SIGKILL')
    await end(afterHubKilled, 'SIGKILL')
    const afterBothKilled = await start()
    await end(afterBothKilled, 'SIGTERM')
    return {
      first: rounded(first.seconds, 2),
      warm: rounded(warm.seconds, 2),
      afterHubKilled: rounded(afterHubKilled.seconds, 2),
      afterBothKilled: rounded(afterBothKilled.seconds, 2),
      hasPage: first.hasPage,
      foreignCores,
    }
  } finally {
    await clearAway(running.demo, checkout)
  }
}

const traffic = () => new Promise((resolve) => setTimeout(resolve, TRAFFIC_MS))

async function end(demo: Demo, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  process.kill(demo.hub, signal)
  await demo.ended
}

async function foreignCoresNow(): Promise<number> {
  const meter = startMeter(undefined)
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const { foreign, seconds } = meter()
  return rounded(foreign / seconds, 2)
}

async function clearAway(demo: Demo | undefined, checkout: InstalledCheckout): Promise<void> {
  if (demo && isAlive(demo.hub)) await end(demo, 'SIGTERM')
  await endRest(checkout)
  await checkout.remove()
}
