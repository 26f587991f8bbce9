import { isDeepStrictEqual } from 'node:util'
import { compiledOrder, expressionOrder, orderByHand, timedSource } from '../src/documents/map/testing/timed-order.ts'
import { budgets } from './support/budgets.ts'
import { type CpuSplit, startMeter } from './support/meter.ts'
import { type BenchOptions, type BenchResult, median, resultOf, rounded, roundOf } from './support/result.ts'
import { say } from './support/say.ts'

const ROUNDS = 9
const DOCUMENTS = 4_000
const LINES = 50
/** JSONata takes so much longer that it does a part of the work. */
const EXPRESSION_PART = 10

/** Microseconds for one document, by each way of writing a map. */
interface Spent {
  readonly compiled: number
  readonly byHand: number
  readonly jsonata: number
  readonly cpu: CpuSplit
}

/** The same document through a compiled map, the same work by hand and an expression in JSONata, in turn. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const source = timedSource(LINES)
  const documents = options.quick ? DOCUMENTS / 4 : DOCUMENTS
  await sameOfAll(source)
  const spent: Spent[] = []
  // the first round warms up and is thrown away
  for (let round = 0; round <= (options.rounds ?? ROUNDS); round += 1) {
    const meter = startMeter(undefined)
    const compiled = await micros(documents, () => compiledOrder.run(source))
    const cpu = meter()
    const byHand = await micros(documents, () => orderByHand(source))
    const jsonata = await micros(documents / EXPRESSION_PART, () => expressionOrder.run(source, 0))
    spent.push({ compiled, byHand, jsonata, cpu })
  }
  const rounds = spent.slice(1)
  const toByHand = (of: (one: Spent) => number) => rounded(median(rounds.map((one) => of(one) / one.byHand)), 2)
  const ratios = {
    compiledToByHand: toByHand(({ compiled }) => compiled),
    jsonataToByHand: toByHand(({ jsonata }) => jsonata),
  }
  say(`map: ${ratios.compiledToByHand} times by hand; JSONata ${ratios.jsonataToByHand} times`)
  return resultOf({
    name: 'map',
    figure: 'documentsPerSecond',
    unit: 'document',
    rounds: rounds.map(({ compiled, cpu }) => roundOf(1e6 / compiled, documents, cpu)),
    postgres: 'none',
    budgets: [{ ...budgets.compiledMap, reached: ratios.compiledToByHand }],
    more: {
      ratios,
      microsPerDocument: Object.fromEntries(
        (['compiled', 'byHand', 'jsonata'] as const).map((way) => [
          way,
          rounded(median(rounds.map((one) => one[way])), 1),
        ]),
      ),
      lines: LINES,
    },
  })
}

async function sameOfAll(source: unknown): Promise<void> {
  const byHand = orderByHand(source)
  const others = [compiledOrder.run(source), await expressionOrder.run(source, 0)]
  if (others.some((made) => !isDeepStrictEqual(made, byHand))) throw new Error('the three maps do not make the same')
}

async function micros(times: number, work: () => unknown): Promise<number> {
  const begun = performance.now()
  for (let at = 0; at < times; at += 1) {
    const made = work()
    if (made instanceof Promise) await made
  }
  return ((performance.now() - begun) * 1_000) / times
}
