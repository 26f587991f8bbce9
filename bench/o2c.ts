import { budgets } from './support/budgets.ts'
import { type BenchServer, benchServer } from './support/database.ts'
import { type Driven, drive } from './support/drive.ts'
import { benchLandscape, LINES } from './support/landscape.ts'
import { type BenchOptions, type BenchResult, counted, median, resultOf, rounded, roundOf } from './support/result.ts'
import { say } from './support/say.ts'

const ORDERS = 20_000
const QUICK_ORDERS = 8_000
const IN_FLIGHT = 400

/**
 * Order to cash in one process: hub, views and simulated systems here, PostgreSQL beside, orders from the shop's place
 * to the last of their eleven deliveries. The systems' own work is part of `app`.
 */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const orders = options.orders ?? (options.quick ? QUICK_ORDERS : ORDERS)
  const server = await benchServer()
  try {
    const rounds: (Driven & ReturnType<typeof roundOf>)[] = []
    for (let round = 0; round < (options.rounds ?? 3); round += 1) {
      const driven = await oneRound(server, orders, round)
      rounds.push({ ...driven, ...roundOf(driven.linesPerSecond, orders, driven.cpu) })
      say(`o2c round ${round + 1}: ${Math.round(driven.linesPerSecond)} lines/s`)
    }
    const middle = (of: (round: Driven) => number) => rounded(median(counted(rounds).map(of)), 2)
    const linesPerSecond = middle((round) => round.linesPerSecond)
    return resultOf({
      name: 'o2c',
      figure: 'linesPerSecond',
      unit: 'order',
      rounds: rounds.map((round) => roundOf(round.linesPerSecond, orders, round.cpu)),
      postgres: server.version,
      budgets: [{ ...budgets.o2c, reached: linesPerSecond }],
      more: {
        orders,
        linesPerOrder: LINES,
        inFlight: IN_FLIGHT,
        linesPerSecond,
        ordersPerSecond: rounded(linesPerSecond / LINES, 1),
        messagesPerSecond: Math.round((linesPerSecond / LINES) * 18),
        viewsCaughtUpSeconds: middle((round) => round.viewsCaughtUpSeconds),
        walBytesPerOrder: middle((round) => round.walBytesPerOrder),
        memoryMiB: middle((round) => round.memoryMiB),
        verified: 'every order closed, 7 messages in and 11 out for each, counted by the systems and in the tables',
      },
    })
  } finally {
    await server.close()
  }
}

async function oneRound(server: BenchServer, orders: number, round: number): Promise<Driven> {
  const url = await server.migrated()
  const driven = await drive({
    server,
    url,
    landscape: benchLandscape(7 + round),
    orders,
    inFlight: IN_FLIGHT,
    prefix: `r${round}-`,
  })
  await server.drop(url)
  return driven
}
