import { budgets } from './budgets.ts'
import { benchServer } from './database.ts'
import { type DrivenOverHttp, driveOverHttp, type Travel } from './drive-http.ts'
import { LINES } from './landscape.ts'
import { type BenchOptions, type BenchResult, counted, median, resultOf, rounded, roundOf } from './result.ts'
import { say } from './say.ts'

/** A day of 250,000 lines. */
const DAY_ORDERS = 50_000

/** Order to cash over HTTP, in rounds; `seconds` is what a day of 50,000 orders takes at this speed. */
export async function runOverHttp(
  name: 'o2c-60' | 'o2c-batch',
  travel: Travel,
  sizes: { readonly orders: number; readonly quick: number },
  options: BenchOptions,
): Promise<BenchResult> {
  const orders = options.orders ?? (options.quick ? sizes.quick : sizes.orders)
  const server = await benchServer()
  try {
    const driven: DrivenOverHttp[] = []
    for (let round = 0; round < (options.rounds ?? 3); round += 1) {
      const one = await driveOverHttp(server, orders, travel, round)
      driven.push(one)
      say(`${name} round ${round + 1}: ${Math.round(one.linesPerSecond)} lines/s`)
    }
    const rounds = driven.map((one) => roundOf(one.linesPerSecond, orders, one.cpu))
    const some = counted(driven.map((one, at) => ({ ...one, noisy: rounds[at]?.noisy ?? true })))
    const middle = (of: (one: DrivenOverHttp) => number) => rounded(median(some.map(of)), 2)
    const linesPerSecond = middle((one) => one.linesPerSecond)
    return resultOf({
      name,
      figure: 'linesPerSecond',
      unit: 'order',
      rounds,
      postgres: server.version,
      budgets: [{ ...budgets[name], reached: linesPerSecond }],
      more: {
        orders,
        linesPerOrder: LINES,
        ...travel,
        linesPerSecond,
        ordersPerSecond: rounded(linesPerSecond / LINES, 1),
        seconds: rounded((DAY_ORDERS * LINES) / linesPerSecond, 1),
        secondsAreFor: orders === DAY_ORDERS ? 'measured' : `${DAY_ORDERS} orders, scaled from ${orders}`,
        placedMs: { p50: middle((one) => one.placedMs.p50), p99: middle((one) => one.placedMs.p99) },
        endToEndMs: { p50: middle((one) => one.endToEndMs.p50), p99: middle((one) => one.endToEndMs.p99) },
        viewsCaughtUpSeconds: middle((one) => one.viewsCaughtUpSeconds),
        walBytesPerOrder: middle((one) => one.walBytesPerOrder),
        memoryMiB: middle((one) => one.memoryMiB),
        verified: 'every order closed, 7 messages in and 11 out for each, counted by the systems and in the tables',
      },
    })
  } finally {
    await server.close()
  }
}
