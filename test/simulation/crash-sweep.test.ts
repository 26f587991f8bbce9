import { expect, test } from 'vitest'
import type { Plan } from './plan.ts'
import { runSeed } from './world.ts'

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

/** Two instances spend most of their calls on heartbeats and inboxes that are empty: every fourth is enough. */
const landscapes: readonly (readonly [name: string, plan: Partial<Plan>, step: number])[] = [
  ['one instance', oneOrder, 1],
  ['two instances, one of which takes over', { ...oneOrder, instances: 2 }, 4],
  ['an OMS that sources and releases', { ...oneOrder, withOms: true }, 1],
]

for (const [name, plan, step] of landscapes) {
  test(`the hub may die before or after any call to its store or to a system: the order ends the same (${name})`, async () => {
    const whole = await runSeed(1, { plan })
    expect(whole.broken).toEqual([])
    const calls = Array.from({ length: Math.ceil(whole.portCalls / step) }, (_, at) => 1 + at * step)
    for (const call of calls) {
      for (const when of ['before', 'after'] as const) await sweep(plan, call, when, whole.stages)
    }
    process.stdout.write(`crash points swept ${2 * calls.length} of ${2 * whole.portCalls} (${name})\n`)
    expect(calls.length).toBeGreaterThan(50)
  })
}

async function sweep(plan: Partial<Plan>, call: number, when: 'before' | 'after', ended: unknown): Promise<void> {
  const incidents = [{ kind: 'crash at call', call, when, downMs: 1_500 }] as const
  const { broken, faults, stages } = await runSeed(1, { plan: { ...plan, incidents } })
  const about = `a crash ${when} port call ${call}`
  expect(broken, about).toEqual([])
  expect(stages, about).toEqual(ended)
  expect(faults[`crash ${when} call`], `${about} did not happen`).toBe(1)
}
