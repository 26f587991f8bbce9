/** The highest rate that holds: looked for upward as well as downward, so that no first try is taken for the limit. */

/** What became of one rate. */
export interface Tried<T> {
  readonly holds: boolean
  readonly of: T
}

/** The highest rate that held. */
export interface Sustained<T> {
  readonly rate: number
  /** False: nothing held, and this is the lowest that was tried. */
  readonly holds: boolean
  /** The lowest rate that did not hold; absent: all held, and the hub could do more. */
  readonly failedAt?: number
  readonly tries: number
  readonly of: T
}

/** Upward and downward in steps of this, until one rate held and another did not; then between the two. */
const STEP = 1.3
/** So near to one that did not hold, a rate is the limit. */
const NEAR = 1.08

/**
 * Looks for the highest rate that `attempt` says holds, from a first guess on, with at most so many tries.
 *
 * @example
 * await findSustained(400, 10, async (rate) => ({ holds: await answersInTime(rate), of: rate }))
 */
export async function findSustained<T>(
  guess: number,
  mostTries: number,
  attempt: (rate: number) => Promise<Tried<T>>,
): Promise<Sustained<T>> {
  let best: { readonly rate: number; readonly of: T } | undefined
  let worst: { readonly rate: number; readonly of: T } | undefined
  let tries = 0
  for (let rate = guess; tries < mostTries; rate = nextRate(best?.rate, worst?.rate)) {
    const { holds, of } = await attempt(rate)
    tries += 1
    if (holds) best = { rate, of }
    else worst = { rate, of }
    if (best && worst && worst.rate / best.rate <= NEAR) break
  }
  const found = best ?? worst
  if (!found) throw new Error('a search needs at least one try')
  return { ...found, holds: found === best, tries, ...(worst ? { failedAt: worst.rate } : {}) }
}

function nextRate(held: number | undefined, failed: number | undefined): number {
  if (held === undefined) return (failed as number) / STEP
  if (failed === undefined) return held * STEP
  return Math.sqrt(held * failed)
}
