import { http } from '../../src/connectors/http/index.ts'
import type { BenchServer } from './database.ts'
import { until } from './hub-in-process.ts'
import { LINES } from './landscape.ts'
import { wrongCounts } from './messages.ts'
import { type CpuSplit, startMeter } from './meter.ts'
import { startProfile } from './profile.ts'
import { openServedHub, type ServedHub } from './served-hub.ts'
import { lanesUnread, standing, wrongStanding } from './standing.ts'
import { startTown, type Town } from './town.ts'
import { type Percentiles, type SteadyTimes, TOWN_SYSTEMS } from './town-orders.ts'

/** How messages travel. */
export interface Travel {
  /** Most reports in one POST. */
  readonly reportsPerPost: number
  /** Most requests in one NDJSON call. */
  readonly requestsPerCall: number
  readonly inFlight: number
  /** So many orders a second, whatever becomes of them; absent: as many as `inFlight` lets on their way. */
  readonly perSecond?: number
  /** Calls under way to one system. */
  readonly concurrency: number
}

/** What a drive over HTTP took. It is checked like one in process. */
export interface DrivenOverHttp {
  readonly cpu: CpuSplit
  readonly linesPerSecond: number
  readonly viewsCaughtUpSeconds: number
  readonly placedMs: Percentiles
  readonly endToEndMs: Percentiles
  readonly walBytesPerOrder: number
  readonly memoryMiB: number
  /** Of this process, once a second; at a steady pace. */
  readonly memorySamplesMiB: readonly number[]
  readonly steady: SteadyTimes | undefined
}

/** Drives orders to their end with hub and systems in two processes and every message over HTTP. */
export async function driveOverHttp(
  server: BenchServer,
  orders: number,
  travel: Travel,
  round: number,
): Promise<DrivenOverHttp> {
  const url = await server.migrated()
  const town = await startTown({ batch: travel.reportsPerPost, seed: 7 + round, prefix: `r${round}-` })
  try {
    const hub = await openServedHub(url, connectorsTo(town, travel))
    await town.ask({ kind: 'open', hub: hub.server.url, tokens: hub.tokens }, 'introduced')
    const before = await standing(url)
    await server.checkpoint()
    const { done, cpu, memory } = await measured(server, hub, town, orders, travel)
    const { counts } = await town.ask({ kind: 'counts' }, 'counts')
    const caughtUp = await viewsCaughtUp(url)
    const memoryMiB = Math.round(process.memoryUsage().rss / 2 ** 20)
    await hub.close()
    const after = await standing(url)
    const wrong = [...wrongCounts(counts, orders), ...wrongStanding(before, after, orders, cpu.seconds)]
    if (wrong.length > 0) throw new Error(`This run does not count:\n  ${wrong.join('\n  ')}`)
    return {
      cpu,
      linesPerSecond: (orders * LINES) / cpu.seconds,
      viewsCaughtUpSeconds: caughtUp,
      placedMs: done.placedMs,
      endToEndMs: done.endToEndMs,
      walBytesPerOrder: Math.round((after.walBytes - before.walBytes) / orders),
      memoryMiB,
      memorySamplesMiB: memory,
      steady: done.steady,
    }
  } finally {
    await town.close()
    await server.drop(url)
  }
}

function connectorsTo(town: Town, { requestsPerCall, concurrency }: Travel) {
  const one = (name: string) => http({ url: town.urls[name] as string, batch: requestsPerCall, concurrency })
  return Object.fromEntries(TOWN_SYSTEMS.map((name) => [name, one(name)]))
}

/** From the first order placed until the last delivery is answered and marked. */
async function measured(
  server: BenchServer,
  hub: ServedHub,
  town: Town,
  orders: number,
  { inFlight, perSecond }: Travel,
) {
  const { journal, delivery } = hub.server.hub.core
  const meter = startMeter(server.processId, [town.processId])
  const profiled = await startProfile()
  const memory: number[] = []
  const sampling = setInterval(() => memory.push(Math.round(process.memoryUsage.rss() / 2 ** 20)), 1_000)
  const done = await town.ask({ kind: 'go', orders, inFlight, ...(perSecond ? { perSecond } : {}) }, 'done')
  clearInterval(sampling)
  await until(() => delivery.outstanding === 0 && journal.depth === 0)
  const cpu = meter()
  await profiled()
  return { done, cpu, memory }
}

/** The views' own cursors say how far they have read. */
async function viewsCaughtUp(url: string): Promise<number> {
  const began = performance.now()
  while ((await lanesUnread(url)) > 0) await new Promise((resolve) => setTimeout(resolve, 50))
  return Math.round(performance.now() - began) / 1_000
}
