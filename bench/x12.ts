import { createRequire } from 'node:module'
import { join } from 'node:path'
import { documentOfSet } from '../src/documents/catalogue.ts'
import { readX12 } from '../src/edi/x12/read.ts'
import { isInstalled, versionOf } from './chain/peer-module.ts'
import { budgets } from './support/budgets.ts'
import { type CpuSplit, startMeter } from './support/meter.ts'
import { installPeers } from './support/peers.ts'
import { type BenchOptions, type BenchResult, median, resultOf, rounded, roundOf } from './support/result.ts'
import { say } from './support/say.ts'
import { filesOf, WORKLOADS, type Workload } from './support/x12-files.ts'

const ROUNDS = 5
const MEGABYTE = 1_000_000

type Parse = (text: string) => unknown

/** Seconds that each reader took for the same files in one round. */
interface Spent {
  readonly crossdock: number
  readonly jsonParse: number
  readonly nodeX12: number | null
  readonly cpu: CpuSplit
}

/**
 * Generated files from bytes to validated documents, in turn with JSON.parse of the same documents and with node-x12,
 * which maps nothing. The 850s have a floor; the others are reported beside them.
 */
export async function run(options: BenchOptions): Promise<BenchResult> {
  installPeers(['node-x12'])
  const peer = loadNodeX12()
  const measured = WORKLOADS.map((workload) => ({ workload, ...measure(workload, options.rounds ?? ROUNDS, peer) }))
  const orders = measured[0]
  if (!orders) throw new Error('There are no files to read.')
  const ratios = ratiosOf(orders.spent)
  const speedOf = ({ crossdock }: Spent) => orders.bytes / MEGABYTE / crossdock
  say(`x12: ${ratios.toJsonParse} of JSON.parse, ${ratios.toNodeX12 ?? 'no'} times node-x12`)
  return resultOf({
    name: 'x12',
    figure: 'mbPerSecond',
    unit: 'megabyte',
    rounds: orders.spent.map((one) => roundOf(speedOf(one), orders.bytes / MEGABYTE, one.cpu)),
    postgres: 'none',
    budgets: [
      { ...budgets.toJsonParse, reached: ratios.toJsonParse },
      { ...budgets.toNodeX12, reached: ratios.toNodeX12 },
    ],
    more: {
      ratios,
      figures: measured.map(({ workload, bytes, spent }) => figuresOf(workload, bytes, spent)),
      peers: { nodeX12: peer ? { version: versionOf('node-x12') } : 'absent' },
    },
  })
}

function measure(workload: Workload, rounds: number, peer: Parse | undefined): { bytes: number; spent: Spent[] } {
  const texts = filesOf(workload)
  const files = texts.map((text) => Buffer.from(text))
  const jsons = files.map((file) => JSON.stringify(readDocuments(file)))
  const spent: Spent[] = []
  // the first round warms up and is thrown away
  for (let round = 0; round <= rounds; round += 1) {
    const meter = startMeter(undefined)
    const crossdock = seconds(() => each(files, readDocuments))
    const cpu = meter()
    const jsonParse = seconds(() => each(jsons, JSON.parse))
    spent.push({ crossdock, jsonParse, nodeX12: peer ? seconds(() => each(texts, peer)) : null, cpu })
  }
  return { bytes: files.reduce((sum, file) => sum + file.length, 0), spent: spent.slice(1) }
}

/** Ratios within a round, so that what slows the machine slows both. */
function ratiosOf(spent: readonly Spent[]) {
  const ratio = (other: (one: Spent) => number | null) => {
    const found = spent.flatMap((one) => {
      const theirs = other(one)
      return theirs === null ? [] : [theirs / one.crossdock]
    })
    return found.length === 0 ? null : rounded(median(found), 2)
  }
  return { toJsonParse: ratio((one) => one.jsonParse), toNodeX12: ratio((one) => one.nodeX12) }
}

function figuresOf(workload: Workload, bytes: number, spent: readonly Spent[]) {
  const speed = (of: (one: Spent) => number | null) => {
    const times = spent.map(of).filter((time) => time !== null)
    return times.length === 0 ? null : rounded(bytes / MEGABYTE / median(times), 1)
  }
  return {
    name: workload.name,
    megabytes: rounded(bytes / MEGABYTE, 2),
    mbPerSecond: {
      crossdock: speed((one) => one.crossdock),
      jsonParse: speed((one) => one.jsonParse),
      nodeX12: speed((one) => one.nodeX12),
    },
    ...ratiosOf(spent),
  }
}

/** Bytes to documents; a fault means that the bench itself is wrong. */
function readDocuments(bytes: Uint8Array): unknown[] {
  const found: unknown[] = []
  for (const { groups } of readX12(bytes).interchanges) {
    for (const { sets } of groups) {
      for (const set of sets) {
        const reading = documentOfSet(set.id)?.readX12(set)
        if (!reading?.document || set.faults.length > 0) {
          throw new Error(`the generated ${set.id} is wrong: ${JSON.stringify(reading?.faults ?? set.faults)}`)
        }
        found.push(reading.document)
      }
    }
  }
  return found
}

function loadNodeX12(): Parse | undefined {
  if (!isInstalled('node-x12')) return undefined
  const { X12Parser } = createRequire(join(import.meta.dirname, 'peers/package.json'))('node-x12') as {
    X12Parser: new (strict: boolean) => { parse(text: string): unknown }
  }
  return (text) => new X12Parser(false).parse(text)
}

function each<T>(inputs: readonly T[], work: (input: T) => unknown): void {
  for (const input of inputs) work(input)
}

function seconds(work: () => void): number {
  const start = performance.now()
  work()
  return (performance.now() - start) / 1_000
}
