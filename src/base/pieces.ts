import type { Scheduler } from './scheduler.ts'

/** Long work that stops wherever it may: whoever drives it decides whether others have their turn there. */
export type Pieces<T> = Generator<undefined, T, undefined>

/** Does all of it at once. */
export function atOnce<T>(work: Pieces<T>): T {
  let step = work.next()
  while (!step.done) step = work.next()
  return step.value
}

/** What time work is given and how others have theirs; monotonic milliseconds. */
export interface Breath {
  readonly scheduler: Pick<Scheduler, 'yield'>
  readonly monotonic: () => number
}

/** So many milliseconds of work, and others have their turn. */
const STRETCH_MS = 10

/** Does it stretch by stretch: what is heard, answered or due in between does not wait for the end. */
export async function inPieces<T>(work: Pieces<T>, { scheduler, monotonic }: Breath): Promise<T> {
  let from = monotonic()
  let step = work.next()
  while (!step.done) {
    if (monotonic() - from >= STRETCH_MS) {
      await scheduler.yield()
      from = monotonic()
    }
    step = work.next()
  }
  return step.value
}
