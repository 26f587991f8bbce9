import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { heapEnvironment, heapOptions } from '../../src/cli/heap-options.ts'

/** Options of Node for a process that is measured as a hub: it has the heap `crossdock start` would give it. */
export const nodeOptionsOfAHub = (): string[] => [...heapOptions(process.execArgv, process.env), ...process.execArgv]

/** True in a process that was not started with the heap of a hub. */
export const lacksHeapOfAHub = (): boolean => heapOptions(process.execArgv, process.env).length > 0

/** Runs this same command again with the heap of a hub, and answers its exit code. */
export async function againWithHeapOfAHub(): Promise<number> {
  const args = [...nodeOptionsOfAHub(), ...process.argv.slice(1)]
  const env = { ...process.env, ...heapEnvironment(process.env) }
  const child = spawn(process.execPath, args, { stdio: 'inherit', env })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}
