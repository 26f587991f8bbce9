/** What a seed means: which faults, how often, when, and what business meets them. Drawn once, before anything runs. */
import type { Duration } from '../../src/base/duration.ts'
import { type Random, seededRandom } from '../../src/base/random.ts'
import type { Misbehaviour } from '../../src/simulators/misbehaviour.ts'

/** Something that happens at a moment of the traffic. Milliseconds after the first order. */
export type Incident =
  | { readonly kind: 'crash'; readonly atMs: number; readonly instance: number; readonly downMs: number }
  | {
      readonly kind: 'crash at call'
      readonly call: number
      readonly when: 'before' | 'after'
      readonly downMs: number
    }
  | { readonly kind: 'pause'; readonly atMs: number; readonly instance: number; readonly forMs: number }
  | { readonly kind: 'disconnect'; readonly atMs: number; readonly instance: number }
  | { readonly kind: 'outage'; readonly atMs: number; readonly system: string; readonly forMs: number }
  | { readonly kind: 'clock'; readonly atMs: number; readonly instance: number; readonly byMs: number }
  /** An order that came before comes again with all its bytes, from a queue on its way; its shop does not know. */
  | { readonly kind: 'late copy'; readonly atMs: number; readonly order: number }
  /** Somebody at the shop wants all orders taken so far cancelled. */
  | { readonly kind: 'wish'; readonly atMs: number }
  | { readonly kind: 'leave'; readonly atMs: number; readonly instance: number; readonly downMs: number }

/** How the way to the database fails, as shares of all commits. */
export interface CommitFaults {
  readonly unknownBefore: number
  readonly unknownAfter: number
  readonly conflict: number
}

/** A whole run, drawn from its seed. */
export interface Plan {
  readonly seed: number
  readonly clean: boolean
  readonly withOms: boolean
  readonly instances: 1 | 2
  readonly orders: number
  readonly orderEveryMs: number
  /** How long traffic goes on before everything is healed. */
  readonly trafficMs: number
  readonly stock: readonly [number, number]
  readonly shortRate: number
  readonly substitutionRate: number
  readonly repeatRate: number
  readonly newKeyRate: number
  readonly cancelRate: number
  readonly cancelAfterMs: number
  readonly batch: number
  readonly connectorBatch: number
  readonly databaseMs: number
  readonly manners: Partial<Misbehaviour>
  /** After which a request that never came through is left to a person. */
  readonly parkAfter?: Duration
  readonly commits: CommitFaults
  /** Share of pokes between instances that get lost. */
  readonly lostPokes: number
  readonly incidents: readonly Incident[]
}

const TRAFFIC_MS = 45_000

const calm: CommitFaults = { unknownBefore: 0, unknownAfter: 0, conflict: 0 }

/** Draws the plan of a seed: one in ten is clean, the others have a subset of faults at rates of their own. */
export function drawPlan(seed: number): Plan {
  const random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ 0x51ed)
  const on = (chance: number) => random.next() < chance
  const between = (least: number, most: number) => least + Math.floor(random.next() * (most - least + 1))
  const clean = on(0.1)
  const business = {
    withOms: on(0.35),
    instances: on(0.4) ? (2 as const) : (1 as const),
    orders: between(12, 24),
    orderEveryMs: between(50, 1_200),
    trafficMs: TRAFFIC_MS,
    stock: on(0.4) ? ([4, 40] as const) : ([80, 400] as const),
    shortRate: on(0.6) ? random.next() * 0.25 : 0,
    substitutionRate: on(0.5) ? random.next() * 0.6 : 0,
    repeatRate: on(0.6) ? random.next() * 0.5 : 0,
    newKeyRate: on(0.4) ? random.next() * 0.3 : 0,
    cancelRate: on(0.5) ? random.next() * 0.4 : 0,
    cancelAfterMs: between(100, 12_000),
    batch: on(0.3) ? between(2, 20) : 1,
    connectorBatch: on(0.5) ? 64 : 1,
    databaseMs: on(0.5) ? 0 : between(1, 40),
  }
  const faults = drawFaults(random, business.instances)
  return { seed, clean, ...business, ...(clean ? { manners: {}, commits: calm, lostPokes: 0, incidents: [] } : faults) }
}

function drawFaults(random: Random, instances: number) {
  const on = (chance: number) => random.next() < chance
  const rate = (most: number) => (on(0.4) ? random.next() * most : 0)
  const between = (least: number, most: number) => least + Math.floor(random.next() * (most - least + 1))
  const moment = () => between(0, TRAFFIC_MS - 5_000)
  const someInstance = () => between(0, instances - 1)
  const manners: Partial<Misbehaviour> = {
    slow: rate(0.2),
    slowMs: between(200, 8_000),
    fail500: rate(0.15),
    fail503: rate(0.15),
    failAfterEffect: rate(0.1),
    timeoutBeforeEffect: rate(0.1),
    timeoutAfterEffect: rate(0.15),
    cutAnswer: rate(0.1),
    throttle429: rate(0.15),
    duplicateReports: rate(0.4),
    reorderReports: rate(0.3),
    lateReports: rate(0.1),
    lateMs: between(2_000, 30_000),
  }
  const commits = on(0.4) ? { unknownBefore: rate(0.1), unknownAfter: rate(0.1), conflict: rate(0.1) } : calm
  const incidents: Incident[] = []
  const some = (chance: number, most: number, draw: () => Incident) => {
    if (on(chance)) for (let count = between(1, most); count > 0; count -= 1) incidents.push(draw())
  }
  some(0.4, 3, () => ({ kind: 'crash', atMs: moment(), instance: someInstance(), downMs: between(1_000, 15_000) }))
  some(0.35, 3, () => ({
    kind: 'crash at call',
    call: between(1, 900),
    when: on(0.5) ? 'before' : 'after',
    downMs: between(1_000, 6_000),
  }))
  some(0.25, 2, () => ({ kind: 'pause', atMs: moment(), instance: someInstance(), forMs: between(500, 25_000) }))
  some(0.2, 2, () => ({ kind: 'disconnect', atMs: moment(), instance: someInstance() }))
  some(0.3, 2, () => ({
    kind: 'outage',
    atMs: moment(),
    system: ['erp', 'wms1', 'wms2', 'carrier', 'oms'][between(0, 4)] as string,
    forMs: between(1_000, 30_000),
  }))
  some(0.2, 2, () => ({ kind: 'clock', atMs: moment(), instance: someInstance(), byMs: between(-60_000, 60_000) }))
  some(0.2, 2, () => ({ kind: 'leave', atMs: moment(), instance: someInstance(), downMs: between(500, 8_000) }))
  return { manners, commits, lostPokes: rate(1), incidents }
}
