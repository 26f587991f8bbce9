import { readdirSync, readFileSync } from 'node:fs'

/** Seconds of CPU since a meter was started, split by who used them; `foreign` is everybody else on the machine. */
export interface CpuSplit {
  readonly seconds: number
  readonly app: number
  readonly database: number
  readonly load: number
  readonly foreign: number
}

const TICKS_PER_SECOND = 100

/**
 * Measures wall time and CPU: ours, the database's (its whole process tree), the load generators', and the rest of the
 * machine's. Linux only (`/proc`); elsewhere everything but ours is 0.
 */
export function startMeter(databaseProcess: number | undefined, loadProcesses: readonly number[] = []): () => CpuSplit {
  const began = performance.now()
  const own = process.cpuUsage()
  const database = treeSeconds(databaseProcess)
  const load = loadProcesses.reduce((sum, pid) => sum + treeSeconds(pid), 0)
  const machine = machineSeconds()
  return () => {
    const used = process.cpuUsage(own)
    const app = (used.user + used.system) / 1e6
    const databaseUsed = treeSeconds(databaseProcess) - database
    const loadUsed = loadProcesses.reduce((sum, pid) => sum + treeSeconds(pid), 0) - load
    const all = machineSeconds() - machine
    return {
      seconds: (performance.now() - began) / 1000,
      app,
      database: databaseUsed,
      load: loadUsed,
      foreign: Math.max(0, all - app - databaseUsed - loadUsed),
    }
  }
}

function machineSeconds(): number {
  try {
    const [, ...fields] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] as string).split(/\s+/)
    const [user, nice, system, , , irq, softirq] = fields.map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    return (user + nice + system + irq + softirq) / TICKS_PER_SECOND
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return 0
    throw error
  }
}

/** CPU seconds of a process and its children, living and reaped. */
export function treeSeconds(root: number | undefined): number {
  if (root === undefined) return 0
  const parents = new Map<number, { parent: number; seconds: number }>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = statOf(Number(name))
    if (stat) parents.set(Number(name), stat)
  }
  let sum = 0
  for (const [pid, { seconds }] of parents) if (descends(pid, root, parents)) sum += seconds
  return sum
}

function descends(pid: number, root: number, parents: ReadonlyMap<number, { parent: number }>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at !== 0; at = parents.get(at)?.parent)
    if (at === root) return true
  return false
}

function statOf(pid: number): { parent: number; seconds: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [user, system, childUser, childSystem] = fields.slice(11, 15) as [number, number, number, number]
    return { parent: fields[1] as number, seconds: (user + system + childUser + childSystem) / TICKS_PER_SECOND }
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as { code?: string }).code ?? '')) return undefined
    throw error
  }
}
