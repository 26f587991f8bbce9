/** A figure that must hold, and what we are after. `atMost` for times, where less is better. */
export interface Budget {
  readonly of: string
  readonly floor: number
  readonly aim: number
  readonly atMost?: boolean
}

/** A budget with what was reached; null when it could not be measured, which is never met. */
export interface Judged extends Budget {
  readonly reached: number | null
  readonly met: 'aim' | 'floor' | 'missed' | 'absent'
}

/** Floors and aims on two cores with everything on one machine and fsync on. */
export const budgets = {
  o2c: { of: 'linesPerSecond', floor: 6_000, aim: 10_000 },
  'o2c-60': { of: 'linesPerSecond', floor: 3_000, aim: 4_200 },
  'o2c-batch': { of: 'linesPerSecond', floor: 5_000, aim: 8_000 },
  intake: { of: 'ordersPerSecond', floor: 8_000, aim: 12_000 },
  dbos: { of: 'ratios.dbos', floor: 12, aim: 20 },
  pgBoss: { of: 'ratios.pgBoss', floor: 2.5, aim: 4 },
  bullmq: { of: 'ratios.bullmq', floor: 1.5, aim: 2.5 },
  toJsonParse: { of: 'ratios.toJsonParse', floor: 0.6, aim: 0.9 },
  toNodeX12: { of: 'ratios.toPeer', floor: 2, aim: 3 },
  edifactToJsonParse: { of: 'ratios.toJsonParse', floor: 0.6, aim: 0.9 },
  toEdifactParser: { of: 'ratios.toPeer', floor: 2, aim: 3 },
  compiledMap: { of: 'ratios.compiledToByHand', floor: 3, aim: 1.5, atMost: true },
  grown: { of: 'ratios.toEmpty', floor: 0.8, aim: 0.95 },
  waiting: { of: 'ratios.withWaitingToEmpty', floor: 0.8, aim: 0.95 },
  outageOthers: { of: 'ratios.othersToUsual', floor: 0.9, aim: 0.97 },
  outageP99: { of: 'ratios.othersP99ToUsual', floor: 1.1, aim: 1, atMost: true },
  outageDrain: { of: 'ratios.drainToDeclared', floor: 0.95, aim: 0.98 },
  poison: { of: 'ratios.restToClean', floor: 0.95, aim: 0.99 },
  firstStart: { of: 'firstStartSeconds', floor: 15, aim: 6, atMost: true },
  warmStart: { of: 'warmStartSeconds', floor: 3, aim: 1.5, atMost: true },
  steadyPlaced: { of: 'placedMs.p99', floor: 10, aim: 5, atMost: true },
  steadyDelivered: { of: 'deliveredMs.p99', floor: 15, aim: 10, atMost: true },
  steadyInvoiced: { of: 'invoicedMs.p99', floor: 80, aim: 40, atMost: true },
  slowDisk2: { of: 'ratios.delay2At800', floor: 0.9, aim: 1 },
  slowDisk10: { of: 'ratios.delay10At800', floor: 0.9, aim: 1 },
  soakMemory: { of: 'memory.mostMiB', floor: 512, aim: 256, atMost: true },
  soakFlat: { of: 'ratios.memoryLastToThirdTenth', floor: 1.15, aim: 1.05, atMost: true },
  soakSpeed: { of: 'ratios.invoicedLastToSecondTenth', floor: 1.5, aim: 1.1, atMost: true },
  afterKill: { of: 'afterHubKilledSeconds', floor: 3, aim: 1, atMost: true },
  afterBothKilled: { of: 'afterBothKilledSeconds', floor: 8, aim: 4, atMost: true },
} as const satisfies Record<string, Budget>

/** Says whether a budget was met. */
export function judged(budget: Budget & { readonly reached: number | null }): Judged {
  const { reached, floor, aim, atMost } = budget
  if (reached === null || Number.isNaN(reached)) return { ...budget, reached: null, met: 'absent' }
  const holds = (limit: number) => (atMost ? reached <= limit : reached >= limit)
  return { ...budget, met: holds(aim) ? 'aim' : holds(floor) ? 'floor' : 'missed' }
}
