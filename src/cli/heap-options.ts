import { totalmem } from 'node:os'

const MOST_OLD_MIB = 1_536

/**
 * What a hub's process tells V8 of its heap; an option said already goes first. Room enough for the supervisor to see a
 * handler that eats memory before the heap ends.
 *
 * V8 makes the halves of the young space a thirty-second of it, 48 MiB at most. A hub takes no harm from that; with 16
 * MiB what is soon garbage gets old, whole collections are more frequent, and at a hundred orders a second the p99 of
 * every answer doubles (measured in turn, twice).
 *
 * @example
 * spawn(process.execPath, [...heapOptions(process.execArgv, process.env), ...process.execArgv, main])
 */
export function heapOptions(
  execArgv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const said = [...execArgv, env['NODE_OPTIONS'] ?? ''].join(' ').replaceAll('_', '-') // V8 takes either spelling
  if (said.includes('max-old-space-size')) return []
  const machineMiB = Math.min(totalmem(), process.constrainedMemory() || Number.MAX_SAFE_INTEGER) / 2 ** 20
  return [`--max-old-space-size=${Math.floor(Math.min(MOST_OLD_MIB, machineMiB / 2))}`]
}

/**
 * What a hub's process finds in its environment: two pools of native memory instead of eight for each core, each of which
 * would keep what it once needed. What is said already stands. Only the C library of Linux heeds it.
 */
export function heapEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return env['MALLOC_ARENA_MAX'] === undefined ? { MALLOC_ARENA_MAX: '2' } : {}
}
