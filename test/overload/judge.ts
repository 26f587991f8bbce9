import type { OverloadResult } from './run.ts'

/** What a run has to reach. */
export interface Limits {
  readonly urgentP99Ms: number
  readonly refusedP99Ms: number
  readonly goodput: number
  readonly recoverySeconds: number
  readonly rssMiB: number
  readonly othersGoodput: number
}

const LIMITS = {
  /** What is promised, on a quiet machine of two cores. */
  measured: {
    urgentP99Ms: 250,
    refusedP99Ms: 20,
    goodput: 0.9,
    recoverySeconds: 60,
    rssMiB: 512,
    othersGoodput: 0.95,
  },
  /** What must hold on any machine, also one that does other things meanwhile: times say nothing there, ratios do. */
  anywhere: {
    urgentP99Ms: 10_000,
    refusedP99Ms: 10_000,
    goodput: 0.4,
    recoverySeconds: 60,
    rssMiB: 768,
    othersGoodput: 0.7,
  },
} as const satisfies Record<string, Limits>

/** What a run did not reach, in words; empty when it reached all. Nothing lost and nothing odd are never a matter of margins. */
export function failuresOf(result: OverloadResult, where: keyof typeof LIMITS): string[] {
  const limits = LIMITS[where]
  const { overload, fairness, recoverySeconds } = result
  const orders = overload.classes[1]
  const odd = Object.entries(result.wrong).map(([what, count]) => `${what}: ${count} times`)
  return [
    ...odd,
    ...over('accepted and lost', result.acceptedAndLost, 0),
    ...over('class 0, refused', result.urgentRefused, 0),
    ...over('class 0, p99 ms of accepts', overload.classes[0].acceptedMs.p99, limits.urgentP99Ms),
    ...over('ms of a refused order, beside an accepted one', orders.refusedMs.p50, orders.acceptedMs.p50),
    ...over('p99 ms of refusals', overload.refusedP99Ms, limits.refusedP99Ms),
    ...under('goodput', result.goodput, limits.goodput),
    ...over('seconds to recover', recoverySeconds ?? Number.POSITIVE_INFINITY, limits.recoverySeconds),
    ...over('MiB of memory', overload.rssMiB, limits.rssMiB),
    ...under('goodput of those who do not flood', fairness.othersGoodput, limits.othersGoodput),
    ...over('attempts per request', result.attemptsPerRequest, 1.2),
  ]
}

const over = (what: string, reached: number, most: number): string[] =>
  reached > most ? [`${what}: ${reached}, at most ${most}`] : []
const under = (what: string, reached: number, least: number): string[] =>
  reached >= least ? [] : [`${what}: ${reached}, at least ${least}`]
