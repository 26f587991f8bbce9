import { budgets } from './support/budgets.ts'
import { type BenchServer, benchServer } from './support/database.ts'
import { benchLandscape, LINES } from './support/landscape.ts'
import { type PoisonRound, poisonRound } from './support/poison-round.ts'
import { type BenchOptions, type BenchResult, counted, median, resultOf, rounded, roundOf } from './support/result.ts'
import { say } from './support/say.ts'

const ORDERS = 10_000
const QUICK_ORDERS = 4_000
const IN_FLIGHT = 400
const EVERY_NTH = 100

/** Order to cash in one process, clean and with one order in a hundred poisoned, in turn. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const orders = options.orders ?? (options.quick ? QUICK_ORDERS : ORDERS)
  const server = await benchServer()
  try {
    const rounds: (ReturnType<typeof roundOf> & {
      ratio: number
      cpuRatio: number
      parked: number
      planted: number
    })[] = []
    for (let round = 0; round < (options.rounds ?? 3); round += 1) {
      const poisonedFirst = round % 2 === 1
      const first = await oneRun(server, orders, round, poisonedFirst ? EVERY_NTH : 0)
      const second = await oneRun(server, orders, round, poisonedFirst ? 0 : EVERY_NTH)
      const [clean, poisoned] = poisonedFirst ? [second, first] : [first, second]
      check(clean, poisoned, orders)
      const rest = orders - poisoned.planted
      rounds.push({
        ...roundOf((rest * LINES) / poisoned.seconds, orders, poisoned.cpu),
        ratio: clean.seconds / poisoned.seconds,
        cpuRatio: clean.cpu.app / poisoned.cpu.app,
        parked: poisoned.parked,
        planted: poisoned.planted,
      })
      say(`poison round ${round + 1}: the rest at ${rounded(rounds.at(-1)?.ratio ?? 0, 3)} of clean`)
    }
    const middle = (of: (round: (typeof rounds)[number]) => number) => rounded(median(counted(rounds).map(of)), 3)
    const ratios = { restToClean: middle(({ ratio }) => ratio), cleanCpuToPoisoned: middle(({ cpuRatio }) => cpuRatio) }
    const [{ planted, parked }] = rounds as [(typeof rounds)[number]]
    return resultOf({
      name: 'poison',
      figure: 'linesPerSecond',
      unit: 'order',
      rounds,
      postgres: server.version,
      budgets: [{ ...budgets.poison, reached: ratios.restToClean }],
      more: { orders, planted, parked, ratios, verified: 'parked equals planted, every other order delivered' },
    })
  } finally {
    await server.close()
  }
}

async function oneRun(server: BenchServer, orders: number, round: number, everyNth: number): Promise<PoisonRound> {
  const url = await server.migrated()
  await server.checkpoint()
  const driven = await poisonRound({
    url,
    landscape: benchLandscape(7 + round),
    orders,
    inFlight: IN_FLIGHT,
    prefix: `r${round}-`,
    everyNth,
    databaseProcess: server.processId,
  })
  await server.drop(url)
  return driven
}

function check(clean: PoisonRound, poisoned: PoisonRound, orders: number): void {
  const { planted, parked, innocentParked, delivered } = poisoned
  const wrong = clean.delivered !== orders || parked !== planted || innocentParked > 0 || delivered !== orders - planted
  if (wrong) throw new Error(`This run does not count: ${JSON.stringify({ clean, poisoned })}`)
}
