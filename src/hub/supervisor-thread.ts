/** The thread behind {@link openSupervisor}: looks at the board, and cuts off what does not end. */
import { writeSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { workerData } from 'node:worker_threads'
import pg from 'pg'
import { type CutOff, parkFromOutside } from '../journal/park-from-outside.ts'
import { BoardReader } from '../journal/step-board.ts'
import type { SupervisorOrders } from './supervisor.ts'

/** Between two looks while steps come and go; and while one step lasts, because memory can grow by gigabytes a second. */
const CALM_MS = 50
const CLOSE_MS = 20
/**
 * A step counts as running only while it is seen to run: a machine that stood still for a minute blames nobody. It must
 * have used this much processor time too, unless it has been there five times as long: then it waits for something.
 */
const LEAST_CPU_MS = 250
const WITHOUT_CPU = 5
/** How long the database is asked to write down who is parked, before the process ends without it. */
const PARK_MS = 8_000
const HOG_PARK_MS = 1_000

const { memory, databaseUrl, instance, limits } = workerData as SupervisorOrders
const board = new BoardReader(memory)
const connection = keptConnection()
connection.open().catch(() => undefined) // tried again when it is needed; what fails then is said

let seen = { step: 0, runningMs: 0, cpuMs: 0, bytesBefore: process.memoryUsage.rss() }
let bytes = seen.bytesBefore
let lookedAt = performance.now()
for (;;) {
  await pause(seen.runningMs > 0 ? CLOSE_MS : CALM_MS)
  const now = performance.now()
  const passed = now - lookedAt
  lookedAt = now
  look(passed)
  const reason = cutOffReason()
  if (reason) await cutOff(reason.text, reason.withinMs)
}

function look(passedMs: number): void {
  const { step } = board
  const bytesBefore = bytes
  bytes = process.memoryUsage.rss()
  if (step === 0 || step !== seen.step) {
    // When this look comes late the step has eaten already: it is measured from the look before it.
    seen = { step, runningMs: 0, cpuMs: cpuMs(), bytesBefore: Math.min(bytesBefore, bytes) }
  } else seen.runningMs += Math.min(passedMs, 2 * CALM_MS)
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

function cutOffReason(): { readonly text: string; readonly withinMs: number } | undefined {
  if (seen.step === 0 || seen.runningMs === 0) return undefined
  const grown = bytes - seen.bytesBefore
  if (grown > limits.growthBytes) {
    return {
      text: `Its handler took ${Math.round(grown / 2 ** 20)} MiB of memory and was cut off.`,
      withinMs: HOG_PARK_MS,
    }
  }
  const { runningMs } = seen
  const isBusy = cpuMs() - seen.cpuMs >= LEAST_CPU_MS
  if (runningMs < limits.stepMs || !(isBusy || runningMs >= WITHOUT_CPU * limits.stepMs)) return undefined
  return {
    text: `Its handler ran for ${(runningMs / 1_000).toFixed(1)} s without an end and was cut off.`,
    withinMs: PARK_MS,
  }
}

/** Parks first, dies then: whoever takes the lanes must find it parked. */
async function cutOff(reason: string, withinMs: number): Promise<void> {
  const running = board.read()
  if (!running) return // it ended in this very moment
  const { subject, root } = running
  const until = performance.now() + withinMs
  const said = await Promise.race([parked({ subject, root, reason }, until), pause(withinMs, 'Nobody is parked.')])
  if (board.step !== running.step && !said.endsWith('is parked.')) return // it ended after all, and nobody was blamed
  writeSync(2, `The supervisor ends process ${process.pid}: ${root} (${subject}): ${reason} ${said}\n`)
  process.kill(process.pid, 'SIGKILL')
}

async function parked(what: CutOff, until: number): Promise<string> {
  while (performance.now() < until) {
    try {
      const who = await parkFromOutside((text, values) => connection.query(text, values), instance, what, Date.now())
      return who === undefined ? 'Its lane has gone to another instance.' : `${who} is parked.`
    } catch (error) {
      writeSync(
        2,
        `The supervisor cannot park ${what.root}: ${error instanceof Error ? error.message : String(error)}\n`,
      )
      await pause(200)
    }
  }
  return 'Nobody is parked.'
}

/** One connection that is there before it is needed, and is opened again when it was lost. */
function keptConnection() {
  let client: pg.Client | undefined
  const open = async () => {
    const fresh = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'crossdock supervisor',
      keepAlive: true,
      connectionTimeoutMillis: 2_000,
      query_timeout: 2_000,
    })
    fresh.on('error', () => {
      if (client === fresh) client = undefined
    })
    await fresh.connect()
    client = fresh
    return fresh
  }
  return {
    open,
    query: async (text: string, values: readonly unknown[]) => {
      const { rows } = await (client ?? (await open())).query(text, [...values])
      return rows as Record<string, unknown>[]
    },
  }
}
