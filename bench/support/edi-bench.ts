import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Budget } from './budgets.ts'
import type { EdiFiles, ReadDocuments } from './edi-files.ts'
import { startMeter } from './meter.ts'
import { startProfile } from './profile.ts'
import { type BenchOptions, type BenchResult, median, resultOf, rounded, roundOf } from './result.ts'
import { say } from './say.ts'

/** A parser from npm that is measured beside ours; `read` is absent where it is not installed. */
export interface Peer {
  readonly name: string
  readonly version?: string
  readonly read?: (text: string) => unknown
}

/** What is read, by whom, and what has to be reached for every kind of document. */
export interface EdiBench {
  readonly name: string
  readonly files: readonly EdiFiles[]
  readonly read: ReadDocuments
  readonly peer: Peer
  readonly budgets: { readonly toJsonParse: Budget; readonly toPeer: Budget }
}

/** How fast the documents of one kind are read. */
export interface DocumentSpeed {
  /** The set or message, and the document type. */
  readonly name: string
  readonly document: string
  readonly megabytes: number
  readonly mbPerSecond: number
  readonly toJsonParse: number
  readonly toPeer: number | null
  readonly floor: number
  readonly met: boolean
}

/** CPU seconds for the same files in one round. */
interface Spent {
  readonly ours: number
  readonly jsonParse: number
  readonly peer: number | null
}

const ROUNDS = 7
const WARM_UP = 5
const QUICK_ROUNDS = 3
const MEGABYTE = 1_000_000
/** A peer reads this part of the files: it is slower, and has had enough after them. */
const PEERS_PART = 5

/**
 * Bytes to validated documents, kind by kind, in turn with JSON.parse of the same documents and with a parser that maps
 * nothing. CPU time of the whole process, so that whoever leaves more garbage pays for it; every reader begins with a swept heap.
 */
export async function ediBench(bench: EdiBench, options: BenchOptions): Promise<BenchResult> {
  const { files, peer, budgets } = bench
  const works = files.map((kind) => workOf(kind, bench))
  // as in a hub, the readers have seen every kind of document before any is measured
  for (const work of works) for (const read of [work.ours, work.jsonParse]) each(read, WARM_UP)
  const stopProfile = await startProfile()
  const rounds = options.rounds ?? (options.quick ? QUICK_ROUNDS : ROUNDS)
  const meters = []
  const spent: Spent[][] = works.map(() => [])
  for (let round = 0; round < rounds; round += 1) {
    const meter = startMeter(undefined)
    for (const [at, work] of works.entries()) spent[at]?.push(spentOn(work, round))
    meters.push(meter())
  }
  await stopProfile()
  const speeds = works.map((work, at) => speedOf(work, spent[at] ?? [], budgets.toJsonParse.floor))
  const slowest = speeds.reduce((one, other) => (other.toJsonParse < one.toJsonParse ? other : one))
  const closest = speeds.reduce((one, other) => ((other.toPeer ?? 0) < (one.toPeer ?? 0) ? other : one))
  say(`${bench.name}: slowest ${slowest.name}, ${slowest.toJsonParse} of JSON.parse`)
  const megabytes = works.reduce((sum, work) => sum + work.bytes / MEGABYTE, 0)
  return resultOf({
    name: bench.name,
    figure: 'mbPerSecond',
    unit: 'megabyte',
    rounds: meters.map((cpu, round) => {
      const ours = spent.reduce((sum, one) => sum + (one[round]?.ours ?? 0), 0)
      return roundOf(megabytes / ours, megabytes, { ...cpu, app: ours })
    }),
    postgres: 'none',
    budgets: [
      { ...budgets.toJsonParse, reached: slowest.toJsonParse },
      { ...budgets.toPeer, reached: closest.toPeer },
    ],
    more: {
      ratios: { toJsonParse: slowest.toJsonParse, toPeer: closest.toPeer },
      slowest: slowest.name,
      belowFloor: speeds.filter(({ met }) => !met).map(({ name }) => name),
      documents: speeds,
      peers: { [peer.name]: peer.read ? { version: peer.version } : 'absent' },
    },
  })
}

interface Work {
  readonly name: string
  readonly document: string
  readonly bytes: number
  readonly ours: readonly (() => unknown)[]
  readonly jsonParse: readonly (() => unknown)[]
  readonly peer: readonly (() => unknown)[] | undefined
}

function workOf({ name, document, files }: EdiFiles, { read, peer }: EdiBench): Work {
  const jsons = files.map((file) => JSON.stringify(read(file)))
  const texts = files.filter((_, at) => at % PEERS_PART === 0).map((file) => file.toString('latin1'))
  const { read: theirs } = peer
  return {
    name,
    document,
    bytes: files.reduce((sum, file) => sum + file.length, 0),
    ours: files.map((file) => () => read(file)),
    jsonParse: jsons.map((json) => () => JSON.parse(json)),
    peer: theirs && texts.map((text) => () => theirs(text)),
  }
}

/** The order changes from round to round: nobody is always the one who comes first. */
function spentOn({ ours, jsonParse, peer }: Work, round: number): Spent {
  const peers = (): number | null => (peer ? (cpuSeconds(peer) * ours.length) / peer.length : null)
  if (round % 2 === 0) return { ours: cpuSeconds(ours), jsonParse: cpuSeconds(jsonParse), peer: peers() }
  const theirs = peers()
  const json = cpuSeconds(jsonParse)
  return { ours: cpuSeconds(ours), jsonParse: json, peer: theirs }
}

/** Ratios within a round, so that what slows the machine slows both. */
function speedOf({ name, document, bytes }: Work, spent: readonly Spent[], floor: number): DocumentSpeed {
  const toJsonParse = rounded(median(spent.map(({ ours, jsonParse }) => jsonParse / ours)), 2)
  const peers = spent.flatMap(({ ours, peer }) => (peer === null ? [] : [peer / ours]))
  return {
    name,
    document,
    megabytes: rounded(bytes / MEGABYTE, 2),
    mbPerSecond: rounded(bytes / MEGABYTE / median(spent.map(({ ours }) => ours)), 1),
    toJsonParse,
    toPeer: peers.length === 0 ? null : rounded(median(peers), 2),
    floor,
    met: toJsonParse >= floor,
  }
}

function each(work: readonly (() => unknown)[], times: number): void {
  for (let time = 0; time < times; time += 1) for (const one of work) one()
}

setFlagsFromString('--expose-gc')
/** Sweeps what is young. A full collection would also throw away what the engine has learned of the documents' shapes. */
const collect = runInNewContext('gc') as (how: { readonly type: 'minor' }) => void

function cpuSeconds(work: readonly (() => unknown)[]): number {
  collect({ type: 'minor' })
  const before = process.cpuUsage()
  for (const one of work) one()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}
