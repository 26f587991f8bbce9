/**
 * One fault run: two hub processes on one PostgreSQL, all simulated systems in a process of their own, a proxy on every
 * edge, a schedule of faults; then everything is healed, and when it is quiet the independent checker judges.
 */
import { appendFileSync, closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { systemClock } from '../../src/base/clock.ts'
import { systemRandom } from '../../src/base/random.ts'
import type { Violation, ViolationKind } from '../../src/checker/records.ts'
import { openKeys } from '../../src/governance/keys.ts'
import { postgresKeyStore } from '../../src/governance/postgres-key-store.ts'
import { goodManners } from '../../src/simulators/misbehaviour.ts'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { openDatabase } from '../../src/store/postgres/open-database.ts'
import { type FaultProxy, openFaultProxy } from '../support/fault-proxy.ts'
import { commit } from '../support/record.ts'
import { freePorts } from './free-ports.ts'
import type { HubOrders } from './hub-process.ts'
import { openHubs } from './hubs.ts'
import { type Behind, exportEvents, lookBehind, putAsideUnread, runChecker, unfinishedOrders } from './judge.ts'
import type { PlannedFault, Schedule } from './schedule.ts'
import { type Bench, resourcesOf, type Struck, strike } from './strike.ts'
import { startTown } from './town.ts'
import { SYSTEMS } from './town-words.ts'

/** How a run is made. */
export interface RunOptions {
  readonly schedule: Schedule
  /** The name of a bug to plant into the hubs. */
  readonly plant?: string
  /** Where the database keeps its files, and settings that differ: for a disk that can be filled. */
  readonly database?: { readonly folder: string; readonly settings: Readonly<Record<string, string>> }
  /** Whether the books of a run with something wrong stay for looking at. Default true. */
  readonly keep?: boolean
  /** How long healed systems may take to come to rest. */
  readonly quietWithinMs?: number
  /** How long an order placed after a fault may take to be posted. */
  readonly recoveredWithinMs?: number
  readonly say: (sentence: string) => void
}

/** Seconds until things went on. */
export interface Recovery {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** What a run found. */
export interface RunResult extends Readonly<Record<ViolationKind, number>> {
  readonly seed: number
  readonly minutes: number
  readonly commit: string
  readonly orders: number
  readonly events: number
  /** Faults that bit. */
  readonly faults: number
  readonly faultsPlanned: number
  readonly faultsByKind: Readonly<Record<string, number>>
  readonly faultsByForm: Readonly<Record<string, number>>
  /** From a fault (F1, F3, F16, torn sessions) or from its healing until an order placed then was posted at the ERP. */
  readonly recoverySeconds: Readonly<Record<string, Recovery>>
  readonly gaps: number
  readonly strayRows: number
  readonly unfinished: number
  /** What must never happen, in sentences: hubs that end by themselves, poison that is taken, no recovery. */
  readonly findings: readonly string[]
  readonly details: readonly Violation[]
  /** Every rule that was broken, each once: of the checker, and of what lies behind. */
  readonly rules: readonly string[]
  /** From the end of the load until nothing was under way. */
  readonly quietSeconds: number
  readonly seconds: number
  /** The four ledgers, schedule and logs; kept when something is wrong. */
  readonly folder: string
}

/** Longer than any run should need: what is not posted by then fails it. */
const RECOVERED_WITHIN_MS = 180_000
const QUIET_WITHIN_MS = 120_000

/** True when nothing is wrong. */
export function isClean(result: RunResult): boolean {
  const { lost, duplicates, phantom, reordered, illegal, unbalanced, gaps, strayRows, unfinished, findings } = result
  return (
    lost + duplicates + phantom + reordered + illegal + unbalanced + gaps + strayRows + unfinished + findings.length ===
    0
  )
}

/** Runs a schedule and judges. Leaves no process behind; leaves its folder when something is wrong. */
export async function runFaults(options: RunOptions): Promise<RunResult> {
  const cleanUp: (() => unknown)[] = []
  let cleaning: Promise<void> | undefined
  const clean = () => {
    cleaning ??= (async () => {
      for (const one of cleanUp.splice(0).reverse()) await one()
    })()
    return cleaning
  }
  const interrupted = () => void clean().finally(() => process.exit(1))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted)
  try {
    return await run(options, cleanUp)
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupted)
    await clean()
  }
}

async function run(options: RunOptions, cleanUp: (() => unknown)[]): Promise<RunResult> {
  const began = performance.now()
  const { schedule, say } = options
  const folder = await mkdtemp(join(tmpdir(), 'crossdock-faults-'))
  await chmod(folder, 0o755)
  await mkdir(join(folder, 'ledgers'))
  await writeFile(join(folder, 'schedule.json'), JSON.stringify(schedule, null, 2))
  const database = await startDatabase(options.database?.folder ?? join(folder, 'database'), options.database?.settings)
  cleanUp.push(
    () => rm(join(folder, 'database'), { recursive: true, force: true }),
    () => database.stop(),
  )
  await migrate({ url: database.url })
  const tokens = await makeKeys(database.url)
  const partners = join(folder, 'partners')
  const town = await startTown({ seed: schedule.seed, ledgers: join(folder, 'ledgers'), partners })
  cleanUp.push(() => town.process.kill('SIGKILL'))
  const edges = new Map<string, FaultProxy>()
  const open = async (name: string, port: number) => {
    const edge = await openFaultProxy(port)
    edges.set(name, edge)
    cleanUp.push(() => edge.close())
    return edge.port
  }
  const systems: Record<string, string> = {}
  for (const system of SYSTEMS) {
    systems[system] = `http://127.0.0.1:${await open(`hub→${system}`, town.ports[system] as number)}`
  }
  const ports = await freePorts(2)
  const orders: HubOrders[] = []
  const senders: string[] = []
  for (const [at, port] of ports.entries()) {
    const wire = new URL(database.url)
    wire.port = String(await open(`hub${at}→postgres`, Number(wire.port)))
    wire.search = '' // no Unix socket: it would pass the proxy by
    orders.push({ databaseUrl: wire.href, port, dataFolder: join(folder, `hub-${at}`), partners, systems })
    senders.push(`http://127.0.0.1:${await open(`sender→hub${at}`, port)}`)
  }
  const hubs = openHubs({ orders, folder, say, ...(options.plant ? { plant: options.plant } : {}) })
  cleanUp.push(() => hubs.close())
  await Promise.all([hubs.start(0), hubs.start(1)])
  await town.connect(senders, tokens)
  await pause(1_000)
  say(`two hubs, their database and ${SYSTEMS.length} systems are up after ${secondsSince(began)} s`)

  const bench: Bench = {
    seed: schedule.seed,
    hubs,
    town,
    edges,
    hubUrls: ports.map((port) => `http://127.0.0.1:${port}`),
    tokens,
    databaseUrl: database.url,
    killDatabase: (downMs) => database.kill(downMs),
    fillDisk: (forMs) => database.fillDisk(forMs),
    hearDatabase: () => database.hear(),
    hearHubs: () => {
      const all = [0, 1].map((at) => hear(join(folder, `hub-${at}.log`)))
      return (pattern) => all.flatMap((heard) => [...heard(pattern)])
    },
    findings: [],
  }
  const book = new FaultBook(join(folder, 'faults.ndjson'))
  const perSecond = schedule.orders / (schedule.loadMs / 1_000)
  await town.go({ perSecond, orders: schedule.orders, mostUnanswered: 400 })
  await playFaults(schedule, bench, book, say, options.recoveredWithinMs ?? RECOVERED_WITHIN_MS)
  const healed = performance.now()
  const { unfinished, isAtRest } = await untilQuiet(bench, database.url, options.quietWithinMs ?? QUIET_WITHIN_MS, say)
  const quietSeconds = secondsSince(healed)

  const books = { folder, hubUrl: bench.hubUrls[0] as string, token: tokens['operator'] as string }
  const events = await exportEvents(books)
  bench.findings.push(...(await putAsideUnread(books, partners)).slice(0, 5))
  await town.close()
  const verdict = await runChecker(folder, isAtRest)
  const behind = await lookBehind(database.url)
  for (const at of [0, 1]) {
    const code = await hubs.end(at)
    if (code !== 0) bench.findings.push(`hub ${at} was asked to end and did so with ${code}`)
  }
  const { lost, duplicates, phantom, reordered, illegal, unbalanced, details } = verdict
  const result: RunResult = {
    seed: schedule.seed,
    minutes: schedule.minutes,
    commit: commit(),
    orders: verdict.orders,
    events,
    faults: book.bitten,
    faultsPlanned: schedule.faults.length,
    faultsByKind: book.byKind,
    faultsByForm: book.byForm,
    ...{ lost, duplicates, phantom, reordered, illegal, unbalanced },
    recoverySeconds: book.recovery(),
    ...behind,
    unfinished: unfinished.length,
    findings: [...bench.findings, ...hubs.unplanned, ...unfinished.slice(0, 5)],
    details: details.slice(0, 20),
    rules: rulesOf(details, behind, unfinished.length > 0),
    quietSeconds,
    seconds: secondsSince(began),
    folder,
  }
  if (isClean(result) || options.keep === false) cleanUp.unshift(() => rm(folder, { recursive: true, force: true }))
  else await writeFile(join(folder, 'result.json'), JSON.stringify(result, null, 2))
  return result
}

/** The rules that were broken, by name: a planted bug must be caught by one that is about it. */
function rulesOf(details: readonly Violation[], { gaps, strayRows }: Behind, isUnfinished: boolean): string[] {
  return [
    ...new Set(details.map(({ kind, rule }) => `${kind}: ${rule}`)),
    ...(gaps > 0 ? ['positions without gaps'] : []),
    ...(strayRows > 0 ? ['rows are folds of the journal'] : []),
    ...(isUnfinished ? ['every order ends'] : []),
  ]
}

/** Strikes every fault at its time; those that share a hub, an edge or a system wait for one another. */
async function playFaults(
  schedule: Schedule,
  bench: Bench,
  book: FaultBook,
  say: (sentence: string) => void,
  withinMs: number,
) {
  const began = performance.now()
  const queues = new Map<string, Promise<unknown>>()
  const probes: Promise<void>[] = []
  const one = async (fault: PlannedFault, turn: Promise<unknown>) => {
    await turn
    const strikesAt = performance.now()
    const struck = await strike(fault, bench)
    say(
      `${fault.nth}/${schedule.faults.length} ${fault.kind} ${fault.form}, ${fault.on}: ${struck.proof ?? 'did not bite'}`,
    )
    if (struck.proof !== undefined) {
      const since = struck.since === 'strike' ? strikesAt : performance.now()
      probes.push(probe(fault, struck, since, bench, book, withinMs))
    }
    book.write(fault, struck, strikesAt - began)
  }
  const running: Promise<void>[] = []
  for (const fault of schedule.faults) {
    await pause(Math.max(0, fault.atMs - (performance.now() - began)))
    const resources = resourcesOf(fault)
    const turn = Promise.all(resources.map((resource) => queues.get(resource)))
    const done = one(fault, turn)
    for (const resource of resources) queues.set(resource, done)
    running.push(done)
  }
  await Promise.all(running)
  await pause(Math.max(0, schedule.loadMs - (performance.now() - began)))
  await Promise.all(probes)
}

/** An order that is placed when the fault is over: recovered is when the ERP has it. */
async function probe(
  fault: PlannedFault,
  struck: Struck,
  since: number,
  bench: Bench,
  book: FaultBook,
  withinMs: number,
): Promise<void> {
  const seconds = await bench.town.probe(struck.hub, withinMs)
  if (seconds === null) {
    bench.findings.push(`nothing was posted for ${withinMs / 1_000} s after ${fault.kind} ${fault.form} on ${fault.on}`)
    return
  }
  book.recovered(fault, secondsSince(since))
}

/** How a healed run ended. */
interface Rest {
  /** Orders that have not come to an end. */
  readonly unfinished: readonly string[]
  /** Nothing moved any more. Else what is missing may still have been on its way, and nobody may call it lost. */
  readonly isAtRest: boolean
}

/** Everything is healed; then nobody has anything left to say, to send or to finish. */
async function untilQuiet(
  bench: Bench,
  databaseUrl: string,
  withinMs: number,
  say: (sentence: string) => void,
): Promise<Rest> {
  await bench.town.misbehave(SYSTEMS, goodManners)
  for (const edge of bench.edges.values()) edge.heal()
  const began = performance.now()
  let calmSince = began
  let rows = 0
  for (let unfinished: readonly string[] | undefined; ; await pause(250)) {
    const now = await bench.town.status()
    const isBusy = now.unanswered > 0 || now.unsent > 0 || now.rows !== rows
    rows = now.rows
    if (isBusy) calmSince = performance.now()
    const isAtRest = performance.now() - calmSince > 3_000
    const isLate = performance.now() - began > withinMs
    if (isAtRest || isLate) unfinished = await unfinishedOrders(databaseUrl)
    if (!unfinished || !(isLate || unfinished.length === 0)) continue
    const how = isAtRest ? (unfinished.length === 0 ? 'quiet' : 'not quiet') : 'not at rest'
    say(`${how}: ${now.placed} orders placed, ${unfinished.length} open`)
    if (!isAtRest) {
      const { unanswered, unsent } = now
      bench.findings.push(
        `${withinMs / 1_000} s after everything was healed it was not at rest: ${unanswered} orders unanswered, ${unsent} reports unsent`,
      )
    }
    await bench.town.stop()
    return { unfinished, isAtRest }
  }
}

/** The ledger of faults. */
class FaultBook {
  readonly #path: string
  readonly byKind: Record<string, number> = {}
  readonly byForm: Record<string, number> = {}
  readonly #recovery: Record<string, number[]> = {}
  bitten = 0

  constructor(path: string) {
    this.#path = path
    appendFileSync(path, '')
  }

  write(fault: PlannedFault, { proof }: Struck, atMs: number): void {
    const { nth, kind, form, on, forMs } = fault
    const row = {
      nth,
      at: new Date().toISOString(),
      atMs: Math.round(atMs),
      kind,
      form,
      on,
      forMs,
      proof: proof ?? null,
    }
    appendFileSync(proof === undefined ? `${this.#path}.idle` : this.#path, `${JSON.stringify(row)}\n`)
    if (proof === undefined) return
    this.bitten += 1
    this.byKind[kind] = (this.byKind[kind] ?? 0) + 1
    this.byForm[`${kind} ${form}`] = (this.byForm[`${kind} ${form}`] ?? 0) + 1
  }

  recovered({ nth, kind, form, on }: PlannedFault, seconds: number): void {
    appendFileSync(`${this.#path}.recovery`, `${JSON.stringify({ nth, kind, form, on, seconds })}\n`)
    for (const name of [kind, 'all']) {
      const list = this.#recovery[name] ?? []
      list.push(seconds)
      this.#recovery[name] = list
    }
  }

  recovery(): Record<string, Recovery> {
    return Object.fromEntries(Object.entries(this.#recovery).map(([name, seconds]) => [name, spread(seconds)]))
  }
}

function spread(values: readonly number[]): Recovery {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? 0 }
}

/** PostgreSQL as it comes with the packages, fsync on; it can be killed and comes back where it was. */
async function startDatabase(folder: string, settings: Readonly<Record<string, string>> = {}) {
  let database = await openDatabase({ dataFolder: folder, settings })
  const { url } = database
  const { port } = new URL(url)
  const log = join(folder, 'postgres.log')
  return {
    url,
    hear: () => hear(log),
    kill: async (downMs: number) => {
      const before = database.processId as number
      process.kill(before, 'SIGKILL')
      await pause(downMs)
      database = await openDatabase({ dataFolder: folder, settings: { ...settings, port } })
      return { before, after: database.processId as number }
    },
    fillDisk: async (forMs: number) => {
      const heard = hear(log)
      const ballast = join(folder, 'ballast')
      fillUp(ballast)
      await pause(forMs)
      const said = heard(/.*No space left on device.*/g)
      rmSync(ballast)
      database = await openDatabase({ dataFolder: folder, settings: { ...settings, port } }) // it may have given up
      return said.length > 0 ? `${said.length} times: ${said[0]}` : undefined
    },
    stop: () => database.stop(),
  }
}

/** Listens to what is written into a log from now on. */
function hear(log: string): (pattern: RegExp) => readonly string[] {
  const before = statSync(log).size
  return (pattern) => readFileSync(log).subarray(before).toString().match(pattern) ?? []
}

/** Writes until there is not a byte left. */
function fillUp(path: string): void {
  const file = openSync(path, 'w')
  try {
    for (let size = 1 << 20; size > 0; ) {
      try {
        writeSync(file, Buffer.alloc(size))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
        size = Math.floor(size / 2)
      }
    }
  } finally {
    closeSync(file)
  }
}

async function makeKeys(url: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const store = postgresKeyStore((text, values) => client.query(text, [...values]))
    const keys = openKeys(store, { clock: systemClock, random: systemRandom })
    const tokens: Record<string, string> = {}
    for (const system of SYSTEMS) {
      tokens[system] = (await keys.make('acme', { name: system, system, scopes: ['in:write', 'orders:write'] })).text
    }
    tokens['operator'] = (await keys.make('acme', { name: 'operator', scopes: ['*'] })).text
    return tokens
  } finally {
    await client.end()
  }
}

const secondsSince = (began: number): number => Math.round(performance.now() - began) / 1_000
