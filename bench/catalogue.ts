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
  'o2c-60': { says: 'every message an HTTP request of its own', inQuickSet: true, load: () => import('./o2c-60.ts') },
  'o2c-batch': { says: 'messages in batches over HTTP', inQuickSet: true, load: () => import('./o2c-batch.ts') },
  intake: { says: 'orders one by one, 202 after commit', inQuickSet: true, load: () => import('./intake.ts') },
  'chain-6': {
    says: 'six durable steps, beside DBOS, pg-boss and BullMQ',
    inQuickSet: true,
    load: () => import('./chain-6.ts'),
  },
  x12: {
    says: 'X12 to validated documents of every type, beside JSON.parse and node-x12',
    inQuickSet: true,
    load: () => import('./x12.ts'),
  },
  edifact: {
    says: 'EDIFACT to validated documents, beside JSON.parse and a parser of npm',
    inQuickSet: true,
    load: () => import('./edifact.ts'),
  },
  map: {
    says: 'field maps beside the same by hand, and JSONata',
    inQuickSet: true,
    load: () => import('./map.ts'),
  },
  steady: {
    says: 'a hundred orders a second, and how long each waits',
    inQuickSet: true,
    load: () => import('./steady.ts'),
  },
  'slow-disk': {
    says: 'intake while each commit takes 2 and 10 ms longer',
    inQuickSet: true,
    load: () => import('./slow-disk.ts'),
  },
  soak: {
    says: 'a hundred orders a second for ten minutes, or an hour',
    inQuickSet: false,
    load: () => import('./soak.ts'),
  },
  append: { says: 'turns of several shapes, the store alone', inQuickSet: false, load: () => import('./append.ts') },
  gateway: {
    says: 'a request at the door, beside node:http and Fastify',
    inQuickSet: false,
    load: () => import('./gateway.ts'),
  },
  grown: {
    says: 'on a million orders, and beside a million waiting deliveries',
    inQuickSet: true,
    load: () => import('./grown.ts'),
  },
  poison: {
    says: 'one order in a hundred is poison, the rest beside a clean run',
    inQuickSet: false,
    load: () => import('./poison.ts'),
  },
  outage: {
    says: 'one target down, the others beside it; then its backlog at its rate',
    inQuickSet: false,
    load: () => import('./outage.ts'),
  },
  start: {
    says: 'npm start until it can be used, also after kill -9',
    inQuickSet: true,
    load: () => import('./start.ts'),
  },
  crash: {
    says: 'kill -9 of the hub, and of hub and PostgreSQL, under load',
    inQuickSet: true,
    load: () => import('./crash.ts'),
  },
} as const satisfies Record<string, Bench>

export type BenchName = keyof typeof benches

export function isBench(name: string): name is BenchName {
  return Object.hasOwn(benches, name)
}
