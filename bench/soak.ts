import { AT_A_STEADY_PACE, PER_SECOND, timesOf } from './steady.ts'
import { budgets } from './support/budgets.ts'
import { benchServer } from './support/database.ts'
import { driveOverHttp } from './support/drive-http.ts'
import { type BenchOptions, type BenchResult, median, resultOf, rounded, roundOf } from './support/result.ts'
import { say } from './support/say.ts'

const TEN_MINUTES = 600 * PER_SECOND
const QUICK_ORDERS = 20 * PER_SECOND

/**
 * A hundred orders a second, each to its end, for ten minutes; `--orders 360000` is the hour. One round: what is asked is
 * whether its end is like its beginning. Memory is this process's: hub, doors and views, nothing of the systems.
 */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const orders = options.orders ?? (options.quick ? QUICK_ORDERS : TEN_MINUTES)
  const server = await benchServer()
  try {
    say(`soak: ${orders} orders take ${Math.round(orders / PER_SECOND)} s`)
    const driven = await driveOverHttp(server, orders, AT_A_STEADY_PACE, 0)
    const { tenths } = timesOf(driven)
    const memory = tenthsOf(driven.memorySamplesMiB)
    const last = tenths.at(-1)
    const second = tenths[1]
    const mostMiB = Math.max(...driven.memorySamplesMiB)
    const memoryLastToThirdTenth = rounded((memory[9] ?? Number.NaN) / (memory[2] ?? Number.NaN), 2)
    const invoicedLastToSecondTenth = rounded(
      (last?.invoicedMs.p50 ?? Number.NaN) / (second?.invoicedMs.p50 ?? Number.NaN),
      2,
    )
    return resultOf({
      name: 'soak',
      figure: 'memory.mostMiB',
      unit: 'order',
      rounds: [roundOf(mostMiB, orders, driven.cpu)],
      postgres: server.version,
      budgets: [
        { ...budgets.soakMemory, reached: mostMiB },
        { ...budgets.soakFlat, reached: memoryLastToThirdTenth },
        { ...budgets.soakSpeed, reached: invoicedLastToSecondTenth },
      ],
      more: {
        orders,
        perSecond: PER_SECOND,
        seconds: rounded(driven.cpu.seconds, 0),
        memory: { mostMiB, byTenthMiB: memory },
        placedMs: driven.placedMs,
        invoicedMs: timesOf(driven).invoicedMs,
        tenths,
        ratios: { memoryLastToThirdTenth, invoicedLastToSecondTenth },
        verified: 'every order closed, 7 messages in and 11 out for each, counted by the systems and in the tables',
      },
    })
  } finally {
    await server.close()
  }
}

/** The median of each tenth. */
function tenthsOf(samples: readonly number[]): number[] {
  return Array.from({ length: 10 }, (_, tenth) => {
    const part = samples.slice(
      Math.floor((samples.length * tenth) / 10),
      Math.max(1, Math.floor((samples.length * (tenth + 1)) / 10)),
    )
    return rounded(median(part), 0)
  })
}
