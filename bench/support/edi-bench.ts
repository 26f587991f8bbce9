import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Budget } from './budgets.ts'
import { edifactFiles, x12Files } from './edi-files.ts'
import { type EdiLanguage, peerOf } from './edi-peers.ts'
import { startMeter } from './meter.ts'
import { type BenchOptions, type BenchResult, median, resultOf, rounded, roundOf } from './result.ts'
import { say } from './say.ts'

/** What has to be reached for every kind of document of a language. */
export interface EdiBench {
  readonly language: EdiLanguage
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
const QUICK_ROUNDS = 3
const WARM_UP = 4
const MEGABYTE = 1_000_000

/**
 * Bytes to validated documents, kind by kind, in turn with JSON.parse of the same documents and with a parser that maps
 * nothing, each in a process of its own, so that nobody sweeps up behind another. CPU time of the whole process, so that
 * whoever leaves more garbage pays for it.
 */
export async function ediBench({ language, budgets }: EdiBench, options: BenchOptions): Promise<BenchResult> {
  const size = options.quick ? 1 : 3
  const kinds = language === 'x12' ? x12Files(size) : edifactFiles(size)
  const works = kinds.map(({ name, document, files }) => ({
    name,
    document,
    bytes: sum(files.map(({ length }) => length)),
  }))
  const peer = peerOf(language)
  const readers = {
    ours: await readerOf(language, 'ours', size),
    jsonParse: await readerOf(language, 'jsonParse', size),
    peer: peer.read && (await readerOf(language, 'peer', size)),
  }
  // as in a hub, the readers have seen every kind of document before any is measured
  for (let time = 0; time < WARM_UP; time += 1) for (const at of works.keys()) await spentOn(readers, at, time)
  const rounds = options.rounds ?? (options.quick ? QUICK_ROUNDS : ROUNDS)
  const meters = []
  const spent: Spent[][] = works.map(() => [])
  for (let round = 0; round < rounds; round += 1) {
    const meter = startMeter(
      undefined,
      [readers.ours, readers.jsonParse, readers.peer].flatMap((one) => one?.pid ?? []),
    )
    for (const at of works.keys()) spent[at]?.push(await spentOn(readers, at, round))
    meters.push(meter())
  }
  for (const reader of [readers.ours, readers.jsonParse, readers.peer]) reader?.kill()
  const speeds = works.map((work, at) => speedOf(work, spent[at] ?? [], budgets.toJsonParse.floor))
  const slowest = speeds.reduce((one, other) => (other.toJsonParse < one.toJsonParse ? other : one))
  const closest = speeds.reduce((one, other) => ((other.toPeer ?? 0) < (one.toPeer ?? 0) ? other : one))
  say(`${language}: slowest ${slowest.name}, ${slowest.toJsonParse} of JSON.parse`)
  const megabytes = sum(works.map(({ bytes }) => bytes)) / MEGABYTE
  return resultOf({
    name: language,
    figure: 'mbPerSecond',
    unit: 'megabyte',
    rounds: meters.map((cpu, round) => {
      const ours = sum(spent.map((one) => one[round]?.ours ?? 0))
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
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

interface Readers {
  readonly ours: ChildProcess
  readonly jsonParse: ChildProcess
  readonly peer: ChildProcess | undefined
}

async function readerOf(language: EdiLanguage, reader: keyof Readers, size: number): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'edi-reader-process.ts'), [language, reader, String(size)])
  await answerOf(child)
  return child
}

/** The next word of a reader; one that ends instead has failed, and has said why. */
async function answerOf(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController()
  const [answer] = (await Promise.race([
    once(child, 'message', { signal: ended.signal }),
    once(child, 'exit', { signal: ended.signal }).then(() => {
      throw new Error('A reader of the bench came to no result.')
    }),
  ]).finally(() => ended.abort())) as [unknown]
  return answer
}

async function secondsOf(child: ChildProcess, kind: number): Promise<number> {
  child.send(kind)
  return (await answerOf(child)) as number
}

/** The order changes from round to round: nobody is always the one who comes first. */
async function spentOn({ ours, jsonParse, peer }: Readers, kind: number, round: number): Promise<Spent> {
  const inTurn = [ours, jsonParse, ...(peer ? [peer] : [])]
  const seconds = new Map<ChildProcess, number>()
  for (const child of round % 2 === 0 ? inTurn : inTurn.toReversed()) seconds.set(child, await secondsOf(child, kind))
  const of = (child: ChildProcess) => seconds.get(child) ?? Number.NaN
  return { ours: of(ours), jsonParse: of(jsonParse), peer: peer ? of(peer) : null }
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
