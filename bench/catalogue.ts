import type { BenchOptions, BenchResult } from './support/result.ts'

/** A bench by name: how it is loaded, and whether the quick set has it. */
export interface Bench {
  readonly says: string
  readonly inQuickSet: boolean
  readonly load: () => Promise<{ run(options: BenchOptions): Promise<BenchResult> }>
}

/** All benches, in the order in which a set runs them. */
export const benches = {
  o2c: { says: 'order to cash in one process', inQuickSet: true, load: () => import('./o2c.ts') },
  'chain-6': {
    says: 'six durable steps, beside DBOS, pg-boss and BullMQ',
    inQuickSet: true,
    load: () => import('./chain-6.ts'),
  },
} as const satisfies Record<string, Bench>

export type BenchName = keyof typeof benches

export function isBench(name: string): name is BenchName {
  return Object.hasOwn(benches, name)
}
