import { throughTheDoor } from './intake.ts'
import { budgets } from './support/budgets.ts'
import { type BenchServer, benchServer } from './support/database.ts'
import { type BenchOptions, type BenchResult, median, resultOf, rounded, roundOf } from './support/result.ts'
import { say } from './support/say.ts'

const POSTS = 20_000
const QUICK_POSTS = 4_000
/** How much longer each commit takes. PostgreSQL waits for so long before it flushes, whoever else commits. */
const DELAYS_MS = [0, 2, 10] as const
const CONNECTIONS = [64, 800] as const
/** The bench asks what the disk costs, so eight hundred may wait: longer than the hub would let them by itself. */
const PATIENT = { targetMs: 2_000, placesAtFirst: 4_096 }

type Delay = (typeof DELAYS_MS)[number]
type Connections = (typeof CONNECTIONS)[number]

/** One form of one round. */
interface Measured {
  readonly delayMs: Delay
  readonly connections: Connections
  readonly ordersPerSecond: number
  readonly p50: number
  readonly p99: number
}

/**
 * Orders in while each commit takes 2 and 10 ms longer, as on a network disk: a turn that commits longer gathers more, so
 * with enough senders it should cost next to nothing. Ratios to the same number of connections on this disk as it is.
 */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const posts = options.orders ?? (options.quick ? QUICK_POSTS : POSTS)
  const measured: Measured[] = []
  const rounds: ReturnType<typeof roundOf>[] = []
  let version = ''
  for (let round = 0; round < (options.rounds ?? 3); round += 1) {
    for (const delayMs of DELAYS_MS) {
      const server = await benchServer(delayMs === 0 ? {} : delayed(delayMs))
      try {
        version = server.version
        await withDelay(server, delayMs)
      } finally {
        await server.close()
      }
    }
    say(`slow-disk round ${round + 1}: ${JSON.stringify(ratiosOf(measured))}`)
  }

  async function withDelay(server: BenchServer, delayMs: Delay): Promise<void> {
    for (const connections of CONNECTIONS) {
      const round = rounds.length
      const posted = await throughTheDoor(server, posts, false, round, { connections, admission: PATIENT })
      measured.push({
        delayMs,
        connections,
        ordersPerSecond: Math.round(posts / posted.seconds),
        p50: posted.ms.p50,
        p99: posted.ms.p99,
      })
      rounds.push(roundOf(posts / posted.seconds, posts, posted.cpu))
    }
  }

  const ratios = ratiosOf(measured)
  return resultOf({
    name: 'slow-disk',
    figure: 'ordersPerSecond',
    unit: 'order',
    rounds,
    postgres: version,
    budgets: [
      { ...budgets.slowDisk2, reached: ratios.delay2At800 },
      { ...budgets.slowDisk10, reached: ratios.delay10At800 },
    ],
    more: {
      orders: posts,
      ratios,
      forms: DELAYS_MS.flatMap((delayMs) => CONNECTIONS.map((connections) => formOf(measured, delayMs, connections))),
      verified: 'every post answered 202, one order for each in answers and in the tables',
    },
  })
}

const delayed = (ms: number) => ({ commit_delay: String(ms * 1_000), commit_siblings: '0' })

function formOf(measured: readonly Measured[], delayMs: Delay, connections: Connections) {
  const these = measured.filter((one) => one.delayMs === delayMs && one.connections === connections)
  const middle = (of: (one: Measured) => number) => rounded(median(these.map(of)), 1)
  return {
    delayMs,
    connections,
    ordersPerSecond: middle((one) => one.ordersPerSecond),
    answeredMs: { p50: middle((one) => one.p50), p99: middle((one) => one.p99) },
  }
}

/** Medians over the rounds, beside the same connections without a delay. */
function ratiosOf(measured: readonly Measured[]) {
  const ratio = (delayMs: Delay, connections: Connections) =>
    rounded(
      formOf(measured, delayMs, connections).ordersPerSecond / formOf(measured, 0, connections).ordersPerSecond,
      2,
    )
  return {
    delay2At64: ratio(2, 64),
    delay2At800: ratio(2, 800),
    delay10At64: ratio(10, 64),
    delay10At800: ratio(10, 800),
  }
}
