import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { HubOrders, ToHub } from './hub-process.ts'

const HEAP_MIB = 256
const START_WITHIN_MS = 60_000

/** The hub processes of a run. */
export interface Hubs {
  readonly processes: readonly (ChildProcess | undefined)[]
  /** Hubs that ended although nobody ended them, and how. */
  readonly unplanned: readonly string[]
  /** Starts hub `at` and waits until its doors are open; tries again, as a supervisor would, while it cannot start. */
  start(at: number): Promise<void>
  kill(at: number): Promise<NodeJS.Signals | null>
  /** Asks it to end; its exit code. */
  end(at: number): Promise<number | null>
  /** Moves its clock; says by how much the hub's own clock is off now. */
  moveClock(at: number, offsetMs: number): Promise<number>
  close(): void
}

/** What all hubs are started with. */
export interface HubsOptions {
  readonly orders: readonly HubOrders[]
  /** Where what they say is kept, a file for each. */
  readonly folder: string
  readonly plant?: string
  readonly say: (sentence: string) => void
}

/** Runs hub processes; none is started yet. */
export function openHubs(options: HubsOptions): Hubs {
  const processes: (ChildProcess | undefined)[] = options.orders.map(() => undefined)
  const expected = new WeakSet<ChildProcess>()
  const unplanned: string[] = []
  const logs = options.orders.map((_, at) => createWriteStream(join(options.folder, `hub-${at}.log`), { flags: 'a' }))
  let closed = false

  const tryStart = async (at: number): Promise<boolean> => {
    const script = fileURLToPath(new URL('./hub-process.ts', import.meta.url))
    const args = [`--max-old-space-size=${HEAP_MIB}`, script, JSON.stringify(options.orders[at])]
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, CROSSDOCK_PLANT: options.plant ?? '' },
    })
    child.stderr?.pipe(logs[at] as NodeJS.WritableStream, { end: false })
    processes[at] = child
    const isReady = await new Promise<boolean>((resolve) => {
      child.once('message', () => resolve(true))
      child.once('exit', () => resolve(false))
    })
    if (!isReady) return false
    child.once('exit', (code, signal) => {
      if (closed || expected.has(child)) return
      unplanned.push(`hub ${at} ended by itself: ${signal ?? code}`)
      void start(at).catch((error: unknown) => unplanned.push(String(error)))
    })
    return true
  }

  const exitOf = (child: ChildProcess) =>
    new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve([child.exitCode, child.signalCode])
      else child.once('exit', (code, signal) => resolve([code, signal]))
    })

  const running = (at: number): ChildProcess => {
    const child = processes[at]
    if (!child) throw new Error(`hub ${at} was never started`)
    return child
  }

  async function start(at: number): Promise<void> {
    for (const until = performance.now() + START_WITHIN_MS; ; await pause(200)) {
      if (closed || (await tryStart(at))) return
      if (performance.now() > until) {
        throw new Error(`hub ${at} does not start:\n${readFileSync(join(options.folder, `hub-${at}.log`), 'utf8')}`)
      }
    }
  }

  return {
    processes,
    unplanned,
    start,
    kill: async (at) => {
      const child = running(at)
      expected.add(child)
      child.kill('SIGKILL')
      return (await exitOf(child))[1]
    },
    end: async (at) => {
      const child = running(at)
      expected.add(child)
      child.kill('SIGTERM')
      return (await exitOf(child))[0]
    },
    moveClock: (at, offsetMs) =>
      new Promise((resolve) => {
        const child = running(at)
        if (!child.connected) return resolve(Number.NaN)
        const told = ({ now }: { now: number }) => {
          child.off('exit', gone)
          resolve(now - Date.now())
        }
        const gone = () => {
          child.off('message', told)
          resolve(Number.NaN)
        }
        child.once('message', told)
        child.once('exit', gone)
        child.send({ clockOffsetMs: offsetMs } satisfies ToHub)
      }),
    close: () => {
      closed = true
      for (const child of processes) child?.kill('SIGKILL')
      for (const log of logs) log.end()
    },
  }
}
