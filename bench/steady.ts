import { budgets } from './support/budgets.ts'
import { benchServer } from './support/database.ts'
import { type DrivenOverHttp, driveOverHttp } from './support/drive-http.ts'
import { type BenchOptions, type BenchResult, counted, median, resultOf, rounded, roundOf } from './support/result.ts'
import { say } from './support/say.ts'
import type { Percentiles, SteadyTimes } from './support/town-orders.ts'

export const PER_SECOND = 100
const ORDERS = 3_000
const QUICK_ORDERS = 1_000

/** Every message an HTTP request of its own, as in `o2c-60`, but orders come at a pace the hub could do six times over. */
export const AT_A_STEADY_PACE = {
  reportsPerPost: 1,
  requestsPerCall: 1,
  inFlight: 0,
  perSecond: PER_SECOND,
  concurrency: 64,
}

/** What an order waits for when there is no queue: until it is stored, until its first request is there, until its invoice is. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const orders = options.orders ?? (options.quick ? QUICK_ORDERS : ORDERS)
  const server = await benchServer()
  try {
    await driveOverHttp(server, QUICK_ORDERS, AT_A_STEADY_PACE, 99) // what is compiled and cached at first is not measured
    const driven: DrivenOverHttp[] = []
    for (let round = 0; round < (options.rounds ?? 3); round += 1) {
      const one = await driveOverHttp(server, orders, AT_A_STEADY_PACE, round)
      driven.push(one)
      say(`steady round ${round + 1}: 202 ${one.placedMs.p99} ms, invoiced ${timesOf(one).invoicedMs.p99} ms at p99`)
    }
    const rounds = driven.map((one) => roundOf(timesOf(one).invoicedMs.p99, orders, one.cpu))
    const some = counted(driven.map((one, at) => ({ ...one, noisy: rounds[at]?.noisy ?? true })))
    const middle = (of: (one: DrivenOverHttp) => Percentiles) => ({
      p50: rounded(median(some.map((one) => of(one).p50)), 1),
      p99: rounded(median(some.map((one) => of(one).p99)), 1),
    })
    const placedMs = middle((one) => one.placedMs)
    const deliveredMs = middle((one) => timesOf(one).deliveredMs)
    const invoicedMs = middle((one) => timesOf(one).invoicedMs)
    return resultOf({
      name: 'steady',
      figure: 'invoicedMs.p99',
      unit: 'order',
      rounds,
      postgres: server.version,
      budgets: [
        { ...budgets.steadyPlaced, reached: placedMs.p99 },
        { ...budgets.steadyDelivered, reached: deliveredMs.p99 },
        { ...budgets.steadyInvoiced, reached: invoicedMs.p99 },
      ],
      more: {
        orders,
        perSecond: PER_SECOND,
        placedMs,
        deliveredMs,
        invoicedMs,
        endToEndMs: middle((one) => one.endToEndMs),
        verified: 'every order closed, 7 messages in and 11 out for each, counted by the systems and in the tables',
      },
    })
  } finally {
    await server.close()
  }
}

/** A drive at a steady pace has its times. */
export function timesOf({ steady }: DrivenOverHttp): SteadyTimes {
  if (!steady) throw new Error('these orders were not placed at a steady pace')
  return steady
}
