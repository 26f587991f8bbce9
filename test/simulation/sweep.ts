/** One order from its first call to its last, once for every call a hub makes, with the hub dead before or after it. */
import { expect } from 'vitest'
import type { Plan } from './plan.ts'
import { type RunOptions, runSeed } from './world.ts'

/** One order, short in part, with everything it touches; nothing else goes wrong. */
const oneOrder: Partial<Plan> = {
  clean: false,
  withOms: false,
  instances: 1,
  orders: 1,
  trafficMs: 26_000,
  stock: [80, 400],
  shortRate: 0.3,
  substitutionRate: 0,
  repeatRate: 1,
  newKeyRate: 0,
  cancelRate: 0,
  batch: 1,
  connectorBatch: 64,
  databaseMs: 0,
  manners: {},
  commits: { unknownBefore: 0, unknownAfter: 0, conflict: 0 },
  incidents: [],
}

/** A landscape, and every how-manieth call of it `npm test` tries. */
export interface Swept {
  readonly name: string
  readonly plan: Partial<Plan>
  readonly step: number
}

/** Two instances spend most of their calls on heartbeats and inboxes that are empty: every fourth is enough. */
export const landscapes: readonly Swept[] = [
  { name: 'one instance', plan: oneOrder, step: 1 },
  { name: 'two instances, one of which takes over', plan: { ...oneOrder, instances: 2 }, step: 4 },
  { name: 'an OMS that sources and releases', plan: { ...oneOrder, withOms: true }, step: 1 },
]

/** The long form tries every call: `CROSSDOCK_SWEEP=all`. */
const isWhole = process.env['CROSSDOCK_SWEEP'] === 'all'

/** How many hubs died, of how many there are to die. */
export interface Sweep {
  readonly swept: number
  readonly of: number
}

/** Runs the order once to count the calls, then once for each call tried, before and after. */
export async function sweep(swept: Swept, disk: RunOptions['disk'], store: string): Promise<Sweep> {
  const where = disk ? { disk } : {}
  const whole = await runSeed(1, { plan: swept.plan, ...where })
  expect(whole.broken).toEqual([])
  const step = isWhole ? 1 : swept.step
  const calls = Array.from({ length: Math.ceil(whole.portCalls / step) }, (_, at) => 1 + at * step)
  for (const call of calls) {
    for (const when of ['before', 'after'] as const) {
      const incidents = [{ kind: 'crash at call', call, when, downMs: 1_500 }] as const
      const { broken, faults, stages } = await runSeed(1, { plan: { ...swept.plan, incidents }, ...where })
      const about = `a crash ${when} port call ${call}`
      expect(broken, about).toEqual([])
      expect(stages, about).toEqual(whole.stages)
      expect(faults[`crash ${when} call`], `${about} did not happen`).toBe(1)
    }
  }
  process.stdout.write(`crash points swept ${2 * calls.length} of ${2 * whole.portCalls} (${store}, ${swept.name})\n`)
  return { swept: 2 * calls.length, of: 2 * whole.portCalls }
}

/** `982 of 982`. */
export function inAll(sweeps: readonly Sweep[]): string {
  const sum = (of: (one: Sweep) => number) => sweeps.reduce((total, one) => total + of(one), 0)
  return `${sum(({ swept }) => swept)} of ${sum(({ of }) => of)}`
}
