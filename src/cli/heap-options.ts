import { totalmem } from 'node:os'

const MOST_OLD_MIB = 2_048

/**
 * What a hub's process tells V8 of its heap; an option said already goes first. Room enough for the supervisor to see a
 * handler that eats memory before the heap ends.
 *
 * The young space is V8's own affair. With halves of 16 MiB instead of up to 64 a hub needs about 100 MiB less, and its
 * longest standstill under overload is half as long; but what is soon garbage gets old, whole collections are more
 * frequent, and at a hundred orders a second the p99 of every answer doubles (measured in turn, twice).
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
