import type { OverloadResult } from './run.ts'

/** What a run has to reach. */
export interface Limits {
  readonly urgentP99Ms: number
  readonly refusedP99Ms: number
  readonly goodput: number
  readonly recoverySeconds: number
  readonly rssMiB: number
  readonly othersGoodput: number
  /** Of what one sender within its share sends while another floods. */
  readonly othersRefused: number
  readonly othersP99Ratio: number
  /** Of the flood: less says that nothing had to be shared. */
  readonly floodRefused: number
  /** Whether the sustainable load must be one that held, just below one that did not. */
  readonly isLimitKnown: boolean
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
    othersRefused: 0.05,
    othersP99Ratio: 1.2,
    floodRefused: 0.2,
    isLimitKnown: true,
  },
  /** What must hold on any machine, also one that does other things meanwhile: times say nothing there, ratios do. */
  anywhere: {
    urgentP99Ms: 10_000,
    refusedP99Ms: 10_000,
    goodput: 0.4,
    recoverySeconds: 60,
    rssMiB: 768,
    othersGoodput: 0.7,
    othersRefused: 0.3,
    othersP99Ratio: Number.POSITIVE_INFINITY,
    floodRefused: 0.01,
    isLimitKnown: false,
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
    ...under('goodput of the worst of those who do not flood', fairness.othersGoodput, limits.othersGoodput),
    ...over('part of the worst of them that is refused', fairness.othersRefused, limits.othersRefused),
    ...over('p99 of those who do not flood, to that without the flood', fairness.othersP99Ratio, limits.othersP99Ratio),
    ...under('part of the flood that is refused', fairness.floodRefused, limits.floodRefused),
    ...(limits.isLimitKnown ? unknownLimit(result) : []),
    ...over('attempts per request', result.attemptsPerRequest, 1.2),
  ]
}

/** Ten times what somebody happened to try first is no overload: the largest load that holds is just below one that does not. */
function unknownLimit({ sustainable, isSustained, notSustained }: OverloadResult): string[] {
  if (!isSustained) return [`sustainable load: not even ${sustainable} requests a second held`]
  return notSustained === null ? [`sustainable load: ${sustainable} held, and nobody knows what would not`] : []
}

const over = (what: string, reached: number, most: number): string[] =>
  reached > most ? [`${what}: ${reached}, at most ${most}`] : []
const under = (what: string, reached: number, least: number): string[] =>
  reached >= least ? [] : [`${what}: ${reached}, at least ${least}`]
