import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { STEPS } from './chain/contract.ts'
import { isInstalled, versionOf } from './chain/peer-module.ts'
import { budgets } from './support/budgets.ts'
import { type BenchServer, benchServer } from './support/database.ts'
import type { CpuSplit } from './support/meter.ts'
import { installPeers } from './support/peers.ts'
import { type BenchRedis, benchRedis } from './support/redis.ts'
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

/** Orders of a round, so that each side works for some seconds. */
const ORDERS = { crossdock: 15_000, dbos: 600, pgBoss: 9_000, bullmq: 9_000, bullmqJobPerStep: 6_000 }
const PACKAGES = {
  dbos: '@dbos-inc/dbos-sdk',
  pgBoss: 'pg-boss',
  bullmq: 'bullmq',
  bullmqJobPerStep: 'bullmq',
} as const

/** Peers with a floor; the others stand beside them. */
const JUDGED = ['dbos', 'pgBoss', 'bullmq'] as const

type Peer = keyof typeof PACKAGES
type SideName = 'crossdock' | Peer

/** Six durable steps for an order of a kilobyte: Crossdock's core and three peers, in alternated rounds. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  installPeers(Object.values(PACKAGES))
  const server = await benchServer()
  const redis = await benchRedis()
  try {
    const sides = present(redis)
    const rounds = new Map<SideName, Round[]>(sides.map((side) => [side, []]))
    for (let round = 0; round < (options.rounds ?? 3); round += 1) {
      for (const side of sides) {
        const orders = Math.ceil(ORDERS[side] * scaleOf(options))
        const cpu = await oneRound(side, orders, server, redis)
        const done = roundOf(orders / cpu.seconds, orders, cpu)
        rounds.get(side)?.push(done)
        say(`chain-6 round ${round + 1}, ${side}: ${Math.round(done.value)} orders/s`)
      }
    }
    return summary(rounds, server, redis)
  } finally {
    await redis?.close()
    await server.close()
  }
}

const usesRedis = (side: SideName): boolean => PACKAGES[side as Peer] === 'bullmq'

/** `--orders` says how many Crossdock makes; the peers' shrink with it. */
function scaleOf(options: BenchOptions): number {
  return options.orders === undefined ? (options.quick ? 0.4 : 1) : options.orders / ORDERS.crossdock
}

function present(redis: BenchRedis | undefined): SideName[] {
  const peers = (Object.keys(PACKAGES) as Peer[]).filter((peer) => isInstalled(PACKAGES[peer]))
  return ['crossdock', ...peers.filter((peer) => !usesRedis(peer) || redis !== undefined)]
}

async function oneRound(side: SideName, orders: number, server: BenchServer, redis: BenchRedis | undefined) {
  if (usesRedis(side)) return inProcess(side, redis?.url ?? '', orders, redis?.processId)
  const url = side === 'crossdock' ? await server.migrated() : await server.empty()
  await server.checkpoint()
  const cpu = await inProcess(side, url, orders, server.processId)
  await server.drop(url)
  return cpu
}

function inProcess(side: SideName, url: string, orders: number, serverProcess: number | undefined): Promise<CpuSplit> {
  const script = join(import.meta.dirname, 'chain/side.ts')
  const args = [script, side, url, String(orders), ...(serverProcess === undefined ? [] : [String(serverProcess)])]
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], timeout: 180_000 })
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    child.on('close', (code) => {
      const last = text.trim().split('\n').at(-1) ?? ''
      if (code === 0) resolve(JSON.parse(last) as CpuSplit)
      else reject(new Error(`${side} ended with code ${code}: ${text}`))
    })
  })
}

function summary(rounds: ReadonlyMap<SideName, Round[]>, server: BenchServer, redis: BenchRedis | undefined) {
  const ordersPerSecond = (side: SideName): number | null => {
    const some = rounds.get(side)
    return some ? rounded(median(counted(some).map((round) => round.value)), 1) : null
  }
  const ours = ordersPerSecond('crossdock') ?? Number.NaN
  const ratioTo = (peer: Peer): number | null => {
    const theirs = ordersPerSecond(peer)
    return theirs === null ? null : rounded(ours / theirs, 2)
  }
  const cpuPerOrder = (side: SideName): number =>
    median(counted(rounds.get(side) ?? []).map(({ cpuMicros }) => cpuMicros.app + cpuMicros.database))
  const peers = Object.keys(PACKAGES) as Peer[]
  const ratios = Object.fromEntries(peers.map((peer) => [peer, ratioTo(peer)])) as Record<Peer, number | null>
  return resultOf({
    name: 'chain-6',
    figure: 'ordersPerSecond',
    unit: 'order',
    rounds: rounds.get('crossdock') ?? [],
    postgres: server.version,
    budgets: JUDGED.map((peer) => ({ ...budgets[peer], reached: ratios[peer] })),
    more: {
      steps: STEPS,
      ordersPerSecond: ours,
      ratios,
      cpuRatios: Object.fromEntries(peers.map((peer) => [peer, cpuRatio(cpuPerOrder(peer), cpuPerOrder('crossdock'))])),
      peers: Object.fromEntries(peers.map((peer) => [peer, peerReport(peer, rounds.get(peer), redis)])),
    },
  })
}

/** CPU of side and server for an order, theirs to ours: what others do on the machine changes it little. */
const cpuRatio = (theirs: number, ours: number): number | null =>
  Number.isNaN(theirs) ? null : rounded(theirs / ours, 2)

function peerReport(peer: Peer, rounds: readonly Round[] | undefined, redis: BenchRedis | undefined): unknown {
  if (!rounds) return 'absent'
  return {
    version: versionOf(PACKAGES[peer]),
    ...(usesRedis(peer) ? { redis: `${redis?.version}, appendfsync always` } : {}),
    rounds,
  }
}
