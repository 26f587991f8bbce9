/** One order, of which one step or its undoing goes wrong in one way, cancelled at one moment or not at all. */
import type { Connector, Outcome } from '../../src/connectors/contract.ts'
import type { Incident, Plan } from './plan.ts'
import { sending } from './planting.ts'
import { type RunResult, runSeed, type Sabotage } from './world.ts'

/** How a step goes wrong. Three times and then well, or for good. */
export type Failing =
  | 'refuses'
  | 'says no'
  | 'turns it down'
  | 'does nothing'
  | 'loses its answers'
  | 'is busy'
  | 'is never heard of again'

/** One case of the table. */
export interface Saga {
  readonly withOms: boolean
  readonly verb: string
  readonly failing: Failing
  /** Milliseconds after the order was taken; each is one wish to cancel all of it. */
  readonly wishes: readonly number[]
  /** The port call at which the hub dies. */
  readonly crashAt?: number
}

/** Every step, and everything that undoes one. */
const VERBS = [
  'credit.check',
  'price.check',
  'order.source',
  'order.post',
  'warehouse.release',
  'warehouse.recall',
  'order.cancel',
  'shipment.post',
  'invoice.request',
]

const FAILINGS: readonly Failing[] = [
  'refuses',
  'says no',
  'turns it down',
  'does nothing',
  'loses its answers',
  'is busy',
  'is never heard of again',
]

/**
 * Never; while it is checked; while it is posted and released; after both, before and while a recall is under way; when
 * it is picked; when it has left.
 */
const WISHES: readonly (readonly number[])[] = [
  [],
  [0],
  [100],
  [250],
  [390],
  [600],
  [600, 700],
  [300, 1_100],
  [1_100],
  [1_900],
  [5_000],
  [15_000],
]

/** The whole table: 9 steps, 7 ways, 12 moments, with an OMS and without. */
export function allSagas(): Saga[] {
  return [false, true].flatMap((withOms) =>
    VERBS.filter((verb) => withOms || verb !== 'order.source').flatMap((verb) =>
      FAILINGS.filter((failing) => failing !== 'turns it down' || verb === 'warehouse.release').flatMap((failing) =>
        WISHES.map((wishes) => ({ withOms, verb, failing, wishes })),
      ),
    ),
  )
}

const order: Partial<Plan> = {
  clean: false,
  instances: 1,
  orders: 1,
  trafficMs: 60_000,
  stock: [80, 400],
  shortRate: 0,
  substitutionRate: 0,
  repeatRate: 0,
  newKeyRate: 0,
  cancelRate: 0,
  batch: 1,
  connectorBatch: 1,
  databaseMs: 0,
  manners: { slow: 1, slowMs: 200 }, // an answer takes its time, so that something can happen before it
  commits: { unknownBefore: 0, unknownAfter: 0, conflict: 0 },
  lostPokes: 0,
  parkAfter: '40s',
}

/** Runs one case to its end. */
export function runSaga({ withOms, verb, failing, wishes, crashAt }: Saga, hub?: Sabotage['hub']): Promise<RunResult> {
  const incidents: Incident[] = wishes.map((atMs) => ({ kind: 'wish', atMs }))
  if (crashAt !== undefined) incidents.push({ kind: 'crash at call', call: crashAt, when: 'after', downMs: 1_000 })
  const attempts = new Map<string, number>()
  return runSeed(1, {
    plan: { ...order, withOms, incidents },
    sabotage: { connector: (connector) => failingAt(connector, verb, failing, attempts), ...(hub ? { hub } : {}) },
  })
}

const MOST = 3

function failingAt(connector: Connector, verb: string, failing: Failing, attempts: Map<string, number>): Connector {
  return sending(connector, async (request, send) => {
    if (request.verb !== verb) return send(request)
    const attempt = (attempts.get(request.key) ?? 0) + 1
    attempts.set(request.key, attempt)
    if (failing === 'refuses') return { result: 'refused', retry: 'never', reason: 'told to refuse' }
    if (failing === 'turns it down' && verb === 'warehouse.release')
      return { result: 'done', answer: { status: 'rejected', reason: 'we do not carry it' } }
    if (failing === 'says no') return saysNo(verb, attempts.size) ?? send(request)
    if (failing === 'is never heard of again') return { result: 'unknown', reason: 'no answer' }
    if (attempt > MOST) return send(request)
    if (failing === 'is busy') return { result: 'later', reason: 'busy' }
    if (failing === 'loses its answers') await send(request)
    return { result: 'unknown', reason: 'no answer' }
  })
}

/** A no in the words of the system that says it; undefined where it has none, and from the second time on. */
function saysNo(verb: string, times: number): Outcome | undefined {
  const no = (answer: Record<string, unknown>): Outcome => ({ result: 'done', answer })
  if (times > 1) return undefined
  switch (verb) {
    case 'credit.check':
      return no({ decision: 'held', reason: 'over the limit' })
    case 'price.check':
      return no({ agrees: false, lines: [] })
    case 'order.source':
      return no({ parts: [], backordered: [] })
    case 'warehouse.release':
      return no({ status: 'deferred', reason: 'the wave is full' })
    case 'warehouse.recall':
      return no({ status: 'refused', reason: 'it is on the cart' })
    default:
      return undefined
  }
}

/**
 * What a run may break because a request waits for a person for good: that is what such a case is about. What undoes a
 * step waits behind it until its outcome is known.
 */
const WAITING = [
  'quiet after healing',
  'nothing outstanding',
  'nobody is called for nothing',
  'lost: request without effect',
]

/** What is broken and is not the case itself. A step whose answer was made up leaves no effect. */
export function brokenBesides({ verb, failing }: Saga, { broken }: RunResult): string[] {
  const waits = failing === 'is never heard of again' || failing === 'refuses' || failing.startsWith('turns')
  return broken
    .filter(({ rule }) => !(waits && WAITING.includes(rule)))
    .filter(({ rule }) => !(rule === 'quiet after healing' && failing === 'says no'))
    .filter(({ rule, says }) => !(rule === 'lost: request without effect' && says.includes(` ${verb} `)))
    .map(({ rule, about, says }) => `${rule}, ${about}: ${says}`)
}
