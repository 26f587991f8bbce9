/** The process above the hub of `crossdock start`: it starts the hub again when it ends unexpectedly. */
import { type ChildProcess, spawn } from 'node:child_process'
import { heapEnvironment, heapOptions } from './heap-options.ts'

/** Set for the hub's own process: it is the one that serves. */
const MARK = 'CROSSDOCK_HUB_PROCESS'

/** How long a hub that ended stays down before it is started again. */
export interface Waits {
  /** After the first death within a minute; twice as long after each further one. */
  readonly firstMs: number
  readonly longestMs: number
  /** So many deaths within a minute are more than starting again mends quickly: then it stays down for `pauseMs`. */
  readonly mostDeaths: number
  readonly pauseMs: number
}

const MINUTE_MS = 60_000
/** A dozen messages within a minute that end the hub are no reason to leave a warehouse without one. */
const WAITS: Waits = { firstMs: 100, longestMs: 5_000, mostDeaths: 12, pauseMs: MINUTE_MS }

/** Whether this process is a hub's own, below one that keeps it running. */
export const isHubProcess = (env: Readonly<Record<string, string | undefined>>): boolean => env[MARK] === '1'

/** What the parent is told and tells, on the hub's side. */
export interface Parent {
  /** The hub is open: from now on its end is unexpected. */
  opened(): void
  /** Resolves when the parent is gone: nobody would start this hub again, or end it. */
  readonly gone: Promise<void>
}

/** The process above this one; one that never goes away when there is none. */
export function parentOf(env: Readonly<Record<string, string | undefined>>): Parent {
  if (!isHubProcess(env) || !process.send) return { opened: () => {}, gone: new Promise(() => {}) }
  const gone = new Promise<void>((resolve) => process.once('disconnect', resolve))
  process.channel?.unref() // to listen for its end is no reason to go on
  return { opened: () => void process.send?.('open'), gone }
}

/**
 * Runs `main` with these arguments in a process of its own and answers its exit code, once it ends as asked or could not
 * start. One that was killed, or that failed after it was open, is started again, the sooner the
 * rarer it dies, and never given up.
 */
export async function keepRunning(
  main: string,
  args: readonly string[],
  say: (sentence: string) => void,
  waits: Waits = WAITS,
): Promise<number> {
  const deaths: number[] = []
  const asked = { toEnd: false, child: undefined as ChildProcess | undefined, wake: () => {} }
  const end = (signal: NodeJS.Signals) => {
    asked.toEnd = true
    asked.child?.kill(signal)
    asked.wake()
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
  process.on('SIGHUP', end)
  let wasOpen = false
  for (;;) {
    const child = hubProcess(main, args)
    asked.child = child
    child.once('message', () => {
      wasOpen = true
    })
    const { code, signal } = await endOf(child)
    asked.child = undefined
    const isUnexpected = signal !== null || (wasOpen && code !== 0)
    if (asked.toEnd || !isUnexpected) return signal === null ? (code ?? 1) : 1
    const now = performance.now()
    deaths.push(now)
    while ((deaths[0] as number) < now - MINUTE_MS) deaths.shift()
    const how = signal === null ? `with code ${code}` : `by ${signal}`
    const isTooOften = deaths.length >= waits.mostDeaths
    const waitMs = isTooOften ? waits.pauseMs : Math.min(waits.firstMs * 2 ** (deaths.length - 1), waits.longestMs)
    say(
      `The hub (process ${child.pid}) ended ${how}; ${isTooOften ? tooOften(deaths.length, waitMs) : 'it is started again.'}`,
    )
    if (isTooOften) deaths.length = 0
    const { promise, resolve } = Promise.withResolvers<void>()
    asked.wake = resolve
    const waiting = setTimeout(resolve, waitMs)
    await promise
    clearTimeout(waiting)
    if (asked.toEnd) return 1
  }
}

const tooOften = (times: number, waitMs: number): string =>
  `that is ${times} times within a minute. It is started again in ${Math.ceil(waitMs / 1_000)} s; see what it said before.`

function hubProcess(main: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...heapOptions(process.execArgv, process.env), ...process.execArgv, main, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...heapEnvironment(process.env), [MARK]: '1' },
  })
}

function endOf(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
}
