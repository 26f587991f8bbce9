import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { memory } from '../src/connectors/memory/index.ts'
import { budgets } from './support/budgets.ts'
import { type BenchServer, benchServer, onServer } from './support/database.ts'
import { type Driven, drive } from './support/drive.ts'
import { fillWaiting, grow, MIRROR } from './support/grow.ts'
import { benchLandscape } from './support/landscape.ts'
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

const ALREADY_THERE = 1_000_000
const QUICK_ALREADY_THERE = 100_000
const DRIVEN = 10_000
const QUICK_DRIVEN = 4_000
/** Orders that are driven once and copied. */
const TEMPLATE = 2_000
const IN_FLIGHT = 400
/** On disk: what an order leaves behind is there twice while a round works on its copy. */
const BYTES_PER_ORDER = 65_000
/** One business throughout: masters that are known already are known alike. */
const SEED = 5

const KINDS = ['empty', 'grown', 'waiting'] as const
type Kind = (typeof KINDS)[number]

/** The target with a million requests before it: it never answers. */
const down = {
  systems: { [MIRROR]: { role: 'carrier' } },
  connectors: { [MIRROR]: memory({ handle: async () => ({ status: 503, body: {} }) }) },
} as const

/** Order to cash in process on empty tables, on a million orders, and beside a million waiting deliveries. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const already = options.orders ?? (options.quick ? QUICK_ALREADY_THERE : ALREADY_THERE)
  const orders = options.quick || already < ALREADY_THERE ? QUICK_DRIVEN : DRIVEN
  await refuseSmallDisk(already * BYTES_PER_ORDER)
  const filled = await filledServer(already)
  const { server } = filled
  try {
    const driven: Record<Kind, Driven[]> = { empty: [], grown: [], waiting: [] }
    for (let round = 0; round < (options.rounds ?? 3); round += 1) {
      for (const kind of KINDS) {
        const one = await oneRound(server, filled.urls[kind], orders, round)
        driven[kind].push(one)
        say(`grown round ${round + 1}, ${kind}: ${Math.round(one.linesPerSecond)} lines/s`)
      }
    }
    return summary(driven, { orders, already, postgres: server.version })
  } finally {
    await server.close()
  }
}

async function refuseSmallDisk(needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(tmpdir())
  if (bavail * bsize > needed) return
  const gigabytes = Math.ceil(needed / 1e9)
  throw new Error(`This needs ${gigabytes} GB in ${tmpdir()}; set TMPDIR to a larger disk, or take --orders 100000.`)
}

/** Filled with no log written, then started again with the product's settings. */
async function filledServer(already: number): Promise<{ server: BenchServer; urls: Record<Kind, string> }> {
  const filling = await benchServer({ wal_level: 'minimal', max_wal_senders: '0', max_wal_size: '8GB' })
  const [empty, grown, waiting] = [await filling.migrated(), await filling.migrated(), await filling.migrated()]
  say(`Filling with ${already.toLocaleString('en')} orders …`)
  const began = performance.now()
  const landscape = benchLandscape(SEED)
  await drive({ server: filling, url: grown, landscape, orders: TEMPLATE, inFlight: IN_FLIGHT, prefix: 'old-' })
  await grow(grown, TEMPLATE, already)
  await fillWaiting(waiting, already)
  const server = await filling.restart()
  say(`Filled in ${Math.round((performance.now() - began) / 1_000)} s.`)
  const at = (url: string) => onServer(server, url)
  return { server, urls: { empty: at(empty), grown: at(grown), waiting: at(waiting) } }
}

async function oneRound(server: BenchServer, template: string, orders: number, round: number): Promise<Driven> {
  const url = await server.copyOf(template)
  const landscape = benchLandscape(SEED)
  const driven = await drive({ server, url, landscape, orders, inFlight: IN_FLIGHT, prefix: `r${round}-`, more: down })
  await server.drop(url)
  return driven
}

function summary(
  driven: Readonly<Record<Kind, readonly Driven[]>>,
  told: { readonly orders: number; readonly already: number; readonly postgres: string },
): BenchResult {
  const report = (kind: Kind) => {
    const rounds: Round[] = driven[kind].map((one) => roundOf(one.linesPerSecond, told.orders, one.cpu))
    const some = counted(driven[kind].map((one, at) => ({ ...one, noisy: rounds[at]?.noisy ?? true })))
    const middle = (of: (one: Driven) => number) => rounded(median(some.map(of)), 2)
    return {
      linesPerSecond: middle((one) => one.linesPerSecond),
      openSeconds: middle((one) => one.openSeconds),
      walBytesPerOrder: middle((one) => one.walBytesPerOrder),
      memoryMiB: middle((one) => one.memoryMiB),
      rounds,
    }
  }
  const [empty, grown, waiting] = [report('empty'), report('grown'), report('waiting')]
  const ratios = {
    toEmpty: rounded(grown.linesPerSecond / empty.linesPerSecond, 3),
    withWaitingToEmpty: rounded(waiting.linesPerSecond / empty.linesPerSecond, 3),
  }
  return resultOf({
    name: 'grown',
    figure: 'linesPerSecond',
    unit: 'order',
    rounds: grown.rounds,
    postgres: told.postgres,
    budgets: [
      { ...budgets.grown, reached: ratios.toEmpty },
      { ...budgets.waiting, reached: ratios.withWaitingToEmpty },
    ],
    more: {
      ordersInTheTables: told.already,
      waitingDeliveries: told.already,
      form: told.already === ALREADY_THERE ? 'full' : `quick: ${told.already} instead of ${ALREADY_THERE}`,
      orders: told.orders,
      ratios,
      empty,
      grown,
      waiting,
    },
  })
}
