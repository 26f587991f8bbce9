import { totalmem } from 'node:os'

const MOST_OLD_MIB = 1_536
const SEMI_SPACE_MIB = 16

/**
 * What a hub's process tells V8 of its heap; options said already go first.
 *
 * Old space: room enough for the supervisor to see a handler that eats memory before the heap ends. Below 2 GiB the
 * collector also lets the heap grow by less than twice between two collections, instead of by four times.
 *
 * Young space: V8 lets its halves grow to 64 MiB each. What a turn has in hand survives, so that copying it from half to
 * half holds up every door; with 8 MiB and less, what is soon garbage gets old and costs whole collections.
 *
 * @example
 * spawn(process.execPath, [...heapOptions(process.execArgv, process.env), ...process.execArgv, main])
 */
export function heapOptions(
  execArgv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const said = [...execArgv, env['NODE_OPTIONS'] ?? ''].join(' ').replaceAll('_', '-') // V8 takes either spelling
  const machineMiB = Math.min(totalmem(), process.constrainedMemory() || Number.MAX_SAFE_INTEGER) / 2 ** 20
  const options = {
    'max-old-space-size': Math.floor(Math.min(MOST_OLD_MIB, machineMiB / 2)),
    'max-semi-space-size': SEMI_SPACE_MIB,
  }
  return Object.entries(options).flatMap(([name, mib]) => (said.includes(name) ? [] : [`--${name}=${mib}`]))
}
