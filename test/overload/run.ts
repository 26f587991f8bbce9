import { type ChildProcess, fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { getPriority, setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { benchServer } from '../../bench/support/database.ts'
import { type CpuSplit, startMeter, treeSeconds } from '../../bench/support/meter.ts'
import { nodeOptionsOfAHub } from '../../bench/support/with-heap-of-a-hub.ts'
import { heapEnvironment } from '../../src/cli/heap-options.ts'
import { type Shares, sharesOf } from './fairness.ts'
import { findSustained } from './search.ts'
import {
  CLASSES,
  type Doors,
  type FromHub,
  type FromLoad,
  type LoadClass,
  type Phase,
  type Rates,
  type Tally,
  type ToHub,
  type ToLoad,
} from './words.ts'

/** What an overload run is told. */
export interface OverloadOptions {
  readonly seed: number
  /** How long ten times the load lasts. */
  readonly seconds: number
  /** How many times the sustainable load. */
  readonly times: number
  /** How long the other phases last. */
  readonly shortSeconds: number
  /** How many loads are tried at most for the largest that is sustained. */
  readonly tries: number
  /** How much nicer than the hub the load is. */
  readonly nice: number
  readonly say: (sentence: string) => void
}

/** What an overload run found. */
export interface OverloadResult {
  readonly seed: number
  readonly seconds: number
  /** Requests a second of the mix 10/40/30/20 that were sustained: class 0 answered within 100 ms. */
  readonly sustainable: number
  /** Whether it was, and the smallest load that was not: none, when none was tried that was too much. */
  readonly isSustained: boolean
  readonly notSustained: number | null
  readonly times: number
  readonly offeredPerSecond: number
  readonly baseline: PhaseView
  readonly overload: PhaseView
  /** Useful work at overload as a part of that at 1x, each class weighed by what one of it costs. */
  readonly goodput: number
  readonly urgentRefused: number
  /** What was answered 202 and is neither in the export nor to be fetched by its receipt. */
  readonly acceptedAndLost: number
  readonly accepted: number
  readonly recoverySeconds: number | null
  /** Requests to systems over those that were a first try. */
  readonly attemptsPerRequest: number
  readonly fairness: Shares
  readonly wrong: Readonly<Record<string, number>>
}

/** One phase, and what it cost. */
export interface PhaseView {
  readonly seconds: number
  readonly classes: Readonly<Record<LoadClass, Tally>>
  readonly acceptedPerSecond: number
  readonly refusedPerSecond: number
  readonly refusedP99Ms: number
  readonly loadLateP99Ms: number
  readonly loopP99Ms: number
  readonly loopMaxMs: number
  readonly rssMiB: number
  /** Cores used: by the hub, its database, the load, and others on this machine. */
  readonly cores: { readonly hub: number; readonly database: number; readonly load: number; readonly foreign: number }
  readonly outstanding: number
}

const MIX: Rates = { 0: 0.1, 1: 0.4, 2: 0.3, 3: 0.2 }
const CALIBRATING_CONNECTIONS = 48
const SUSTAINED_MS = 100
/** So many times the share of the others is what one sender floods with. */
const FLOOD_TIMES = 20
/** What the load before has left is done by then, or it never will be. */
const DONE_WITHIN_MS = 5_000
/** Of the sustainable load, what stays class 0 when there is more: its reserve. */
const RESERVE = 0.3
/** What one of each class costs beside an order, which is 1: estimates, not measured. Reads never reach the journal. */
const COST: Rates = { 0: 0.25, 1: 1, 2: 0.12, 3: 0.2 }

/** Calibrates, overloads, watches it recover, floods from one sender, and counts what was promised. */
export async function overload(options: OverloadOptions): Promise<OverloadResult> {
  const { say, seed } = options
  const server = await benchServer()
  const dataFolder = await mkdtemp(join(tmpdir(), 'crossdock-overload-'))
  const children: ChildProcess[] = []
  try {
    const url = await server.migrated()
    const hub = start<ToHub, FromHub>(children, 'hub-process.ts', [url, dataFolder, String(seed)], nodeOptionsOfAHub())
    const { doors } = await hub.hear('ready')
    const load = start<ToLoad, FromLoad>(children, 'load.ts', [])
    setPriority(load.pid, Math.min(19, getPriority() + options.nice))
    await load.ask({ kind: 'open', doors, seed }, 'opened')

    const run = async (message: ToLoad): Promise<{ phase: Phase; view: PhaseView }> => {
      await hub.ask({ kind: 'figures' }, 'figures')
      const meter = startMeter(server.processId, [hub.pid, load.pid])
      const before = treeSeconds(hub.pid)
      const { phase } = await load.ask(message, 'phase')
      const cpu = meter()
      const hubSeconds = treeSeconds(hub.pid) - before
      const figures = await hub.ask({ kind: 'figures' }, 'figures')
      return { phase, view: viewOf(phase, figures, cpu, hubSeconds) }
    }
    const openLoop = (rates: Rates, seconds: number, shops?: readonly number[]) =>
      run({ kind: 'open loop', rates, seconds, ...(shops ? { shops } : {}) })

    await run({ kind: 'closed', connections: CALIBRATING_CONNECTIONS, seconds: options.shortSeconds }) // warms up
    const { view: closed } = await run({
      kind: 'closed',
      connections: CALIBRATING_CONNECTIONS,
      seconds: options.shortSeconds,
    })
    say(`closed loop: ${Math.round(closed.acceptedPerSecond)} requests/s`)
    const found = await findSustained(closed.acceptedPerSecond, options.tries, async (rate) => {
      await untilDone(hub)
      const tried = await openLoop(times(MIX, rate), options.shortSeconds)
      const { p99 } = tried.phase.classes[0].acceptedMs
      const holds = p99 <= SUSTAINED_MS && tried.view.refusedPerSecond < rate * 0.01
      say(
        `${Math.round(rate)} requests/s: class 0 within ${p99} ms, ${Math.round(tried.view.refusedPerSecond)}/s refused: ${holds ? 'holds' : 'does not hold'}`,
      )
      return { holds, of: tried }
    })
    const { rate: sustainable, of: base } = found
    await untilDone(hub)

    const rates = overloaded(sustainable, options.times)
    say(
      `${options.times} times as much, ${Math.round(sustainable * options.times)} requests/s, for ${options.seconds} s`,
    )
    const over = await openLoop(rates, options.seconds)
    say(`class 0, p99 second by second: ${over.phase.urgentP99BySecond.join(' ')} ms`)
    const recovery = await openLoop(times(MIX, sustainable * 0.8), Math.max(3, options.shortSeconds))
    await untilDone(hub)
    const fairness = await fair(openLoop, over.phase.classes[1].accepted / over.phase.seconds, options.shortSeconds)
    say(
      `beside one that floods: ${fairness.othersRefused * 100} % of the others refused (worst of four), ${fairness.floodRefused * 100} % of the flood`,
    )
    const figures = await hub.ask({ kind: 'figures' }, 'figures')
    const accepted = await load.ask({ kind: 'accepted' }, 'accepted')
    const lost = await lostOf(doors, accepted)
    const work = (phase: Phase) =>
      CLASSES.reduce<number>((sum, of) => sum + phase.classes[of].accepted * COST[of], 0) / phase.seconds
    const baseline = base.phase.classes[0].acceptedMs.p99
    const recovered = recovery.phase.urgentP99BySecond.findIndex(
      (p99) => p99 <= Math.max(baseline * 1.2, baseline + 10),
    )
    hub.tell({ kind: 'close' })
    await hub.ended
    return {
      seed,
      seconds: options.seconds,
      sustainable: Math.round(sustainable),
      isSustained: found.holds,
      notSustained: found.failedAt === undefined ? null : Math.round(found.failedAt),
      times: options.times,
      offeredPerSecond: Math.round(sum(over.phase, ({ offered }) => offered) / options.seconds),
      baseline: base.view,
      overload: over.view,
      goodput: rounded(work(over.phase) / work(base.phase)),
      urgentRefused: refusedOf(over.phase.classes[0]),
      acceptedAndLost: lost,
      accepted: accepted.receipts.length,
      recoverySeconds: recovered === -1 ? null : recovered + 1,
      attemptsPerRequest: rounded(figures.attempts / Math.max(1, figures.attempts - figures.repeated)),
      fairness,
      wrong: wrongOf([base.phase, over.phase, recovery.phase]),
    }
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await server.close()
    await rm(dataFolder, { recursive: true, force: true })
  }
}

/** A load begins when what the one before it left is done: it is not to be blamed for that. */
async function untilDone(hub: Pick<Child<ToHub, FromHub>, 'ask'>): Promise<void> {
  for (const until = performance.now() + DONE_WITHIN_MS; performance.now() < until; await pause(200)) {
    if ((await hub.ask({ kind: 'figures' }, 'figures')).outstanding === 0) return
  }
}

const times = (rates: Rates, by: number): Rates => ({
  0: rates[0] * by,
  1: rates[1] * by,
  2: rates[2] * by,
  3: rates[3] * by,
})

/** Class 0 within its reserve; the others share the rest as they do at 1x. */
function overloaded(sustainable: number, by: number): Rates {
  const rest = (sustainable * (by - RESERVE)) / (1 - MIX[0])
  return { 0: sustainable * RESERVE, 1: rest * MIX[1], 2: rest * MIX[2], 3: rest * MIX[3] }
}

/**
 * Four shops at a tenth each of the orders that the hub took a second when it was overloaded, and one at twenty times
 * that; beside the same four alone. Together that is more than twice what it can take: somebody must be refused.
 */
async function fair(
  openLoop: (rates: Rates, seconds: number, shops: readonly number[]) => Promise<{ phase: Phase }>,
  ordersPerSecond: number,
  seconds: number,
): Promise<Shares> {
  const each = ordersPerSecond * 0.1
  const orders = (perSecond: number): Rates => ({ 0: 0, 1: perSecond, 2: 0, 3: 0 })
  const all = 4 + FLOOD_TIMES
  const alone = await openLoop(orders(4 * each), seconds, [1 / 4, 1 / 4, 1 / 4, 1 / 4, 0])
  const flooded = await openLoop(orders(all * each), seconds, [1 / all, 1 / all, 1 / all, 1 / all, FLOOD_TIMES / all])
  return sharesOf(alone.phase.shops, flooded.phase.shops, FLOOD_TIMES)
}

function viewOf(phase: Phase, figures: FromHub & { kind: 'figures' }, cpu: CpuSplit, hubSeconds: number): PhaseView {
  const cores = (seconds: number) => rounded(seconds / cpu.seconds)
  return {
    seconds: rounded(phase.seconds),
    classes: phase.classes,
    acceptedPerSecond: rounded(sum(phase, ({ accepted }) => accepted) / phase.seconds),
    refusedPerSecond: rounded(sum(phase, refusedOf) / phase.seconds),
    refusedP99Ms: Math.max(...CLASSES.map((of) => phase.classes[of].refusedMs.p99)),
    loadLateP99Ms: phase.loadLateMs.p99,
    loopP99Ms: figures.loopMs.p99,
    loopMaxMs: figures.loopMs.max,
    rssMiB: figures.rssMiB,
    cores: {
      hub: cores(hubSeconds),
      database: cores(cpu.database),
      load: cores(cpu.load - hubSeconds),
      foreign: cores(cpu.foreign),
    },
    outstanding: figures.outstanding,
  }
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000
const refusedOf = ({ refused }: Tally): number => Object.values(refused).reduce((all, one) => all + one, 0)
const sum = ({ classes }: Phase, of: (tally: Tally) => number): number =>
  CLASSES.reduce<number>((all, one) => all + of(classes[one]), 0)

function wrongOf(phases: readonly Phase[]): Record<string, number> {
  const all: Record<string, number> = {}
  for (const { classes } of phases)
    for (const of of CLASSES)
      for (const [name, count] of Object.entries(classes[of].wrong)) {
        const key = `class ${of}: ${name}`
        all[key] = (all[key] ?? 0) + count
      }
  return all
}

/** What was answered 202 and is nowhere: every order has its event in the export, every receipt can be fetched or is named there. */
async function lostOf(
  doors: Doors,
  accepted: { orders: readonly string[]; receipts: readonly string[] },
): Promise<number> {
  const origin = `http://127.0.0.1:${doors.port}`
  const headers = { authorization: `Bearer ${doors.reader}` }
  const [orders, receipts] = [new Set(accepted.orders), new Set(accepted.receipts)]
  const answer = await fetch(`${origin}/v1/events`, { headers })
  if (answer.status !== 200 || !answer.body) throw new Error(`the export answered ${answer.status}`)
  let rest = ''
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const event = JSON.parse(line) as { type?: string; subject?: string; receipt?: string }
      if (event.receipt) receipts.delete(event.receipt)
      if (event.type === 'order.received') orders.delete(event.subject?.split('/').at(-1) ?? '')
    }
  }
  let lost = orders.size
  for (const receipt of receipts) {
    const found = await fetch(`${origin}/v1/receipts/${receipt}`, { headers })
    await found.arrayBuffer()
    if (found.status !== 200) lost += 1
  }
  return lost
}

interface Child<To, From extends { kind: string }> {
  readonly pid: number
  readonly ended: Promise<void>
  tell(message: To): void
  hear<K extends From['kind']>(kind: K): Promise<From & { kind: K }>
  ask<K extends From['kind']>(message: To, answer: K): Promise<From & { kind: K }>
}

function start<To, From extends { kind: string }>(
  children: ChildProcess[],
  script: string,
  args: readonly string[],
  execArgv: readonly string[] = process.execArgv,
): Child<To, From> {
  const child = fork(join(import.meta.dirname, script), args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [...execArgv],
    env: { ...process.env, ...heapEnvironment(process.env) },
  })
  children.push(child)
  const hear = <K extends From['kind']>(kind: K) =>
    new Promise<From & { kind: K }>((resolve, reject) => {
      const exit = (code: number | null) => reject(new Error(`${script} ended with code ${code}`))
      child.once('exit', exit)
      child.on('message', function take(message: From) {
        if (message.kind !== kind) return
        child.off('message', take)
        child.off('exit', exit)
        resolve(message as From & { kind: K })
      })
    })
  return {
    pid: child.pid as number,
    ended: new Promise((resolve) => child.once('exit', () => resolve())),
    tell: (message) => void child.send(message as object),
    hear,
    ask: (message, answer) => {
      const heard = hear(answer)
      child.send(message as object)
      return heard
    },
  }
}
