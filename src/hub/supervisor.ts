import { getHeapStatistics } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { StepBoard } from '../journal/step-board.ts'

/** How long, and how much, one handler may take. */
export interface SupervisorLimits {
  /** A step that runs longer is cut off. */
  readonly stepMs: number
  /** Memory by which the process may grow during one step. */
  readonly growthBytes: number
}

/** What the thread is told. */
export interface SupervisorOrders {
  readonly memory: SharedArrayBuffer
  readonly databaseUrl: string
  readonly instance: string
  readonly limits: SupervisorLimits
}

const STEP_MS = 2_000
const MIB = 2 ** 20

/** A quarter of the heap: what eats memory is seen before the heap ends, and with it the process, without a word. */
function limitsHere(): SupervisorLimits {
  const quarter = getHeapStatistics().heap_size_limit / 4
  return { stepMs: STEP_MS, growthBytes: Math.min(Math.max(quarter, 48 * MIB), 256 * MIB) }
}

/** A thread that watches the one that turns. */
export interface Supervisor {
  readonly board: StepBoard
  close(): Promise<void>
}

/**
 * Starts the thread that looks at which handler runs. A handler that does not end, or that eats memory, is cut off: the
 * thread parks its subject with a connection of its own and kills the process; whoever takes the lanes next, this hub
 * started again or another instance, finds it parked and goes on with everything else.
 */
export function openSupervisor(ports: {
  readonly databaseUrl: string
  readonly instance: string
  readonly trouble: (what: string, error: unknown) => void
}): Supervisor {
  const { databaseUrl, instance, trouble } = ports
  const board = new StepBoard()
  const orders: SupervisorOrders = { memory: board.memory, databaseUrl, instance, limits: limitsHere() }
  const thread = new Worker(new URL('./supervisor-thread.ts', import.meta.url), {
    workerData: orders,
    name: 'supervisor',
  })
  thread.on('error', (error) => trouble('the supervisor ended; a handler that hangs is not cut off', error))
  thread.unref()
  return {
    board,
    close: async () => {
      await thread.terminate()
    },
  }
}
