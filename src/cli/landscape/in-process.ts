import type { Clock } from '../../base/clock.ts'
import { seededRandom } from '../../base/random.ts'
import type { Scheduler } from '../../base/scheduler.ts'
import type { Connector } from '../../connectors/contract.ts'
import { type InProcessSystem, memory } from '../../connectors/memory/index.ts'
import type { Hub } from '../../hub.ts'
import { Carrier } from '../../simulators/carrier/carrier.ts'
import { Erp } from '../../simulators/erp/erp.ts'
import { buildLandscape, type Landscape, type LandscapeOptions } from '../../simulators/landscape.ts'
import { type Ledger, MemoryLedger } from '../../simulators/ledger.ts'
import { Oms } from '../../simulators/oms/oms.ts'
import { Partner } from '../../simulators/partner/partner.ts'
import type { SystemAnswer, SystemReport, Taken } from '../../simulators/protocol.ts'
import { Shop } from '../../simulators/shop/shop.ts'
import type { Simulator, SimulatorPorts } from '../../simulators/simulator.ts'
import { ThirdParty } from '../../simulators/wms/third-party.ts'
import { type FloorPace, Wms } from '../../simulators/wms/wms.ts'
import { ediPartners, homeGoodsEdifact } from './acme.ts'
import { type MailRoute, mailRoute } from './mail.ts'

/** How the simulated systems behave. */
export interface SimulatedOptions extends LandscapeOptions {
  /** A business of one's own; absent: one is built from the seed. */
  readonly landscape?: Landscape
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly withOms?: boolean
  readonly shortRate?: number
  readonly substitutionRate?: number
  readonly countAfterMs?: number
  readonly pace?: Partial<FloorPace>
  readonly carrier?: { readonly departMs?: number; readonly deliverMs?: number; readonly milestones?: boolean }
  readonly repeatRate?: number
  readonly newKeyRate?: number
  readonly cancelRate?: number
  readonly cancelAfterMs?: number
  readonly orderPrefix?: string
  readonly ledger?: (system: string) => Ledger
  /** Reports in one call. */
  readonly batch?: number
  readonly digests?: boolean
  /** How many requests a connector sends in one go. */
  readonly connectorBatch?: number
  readonly connectorTimeoutMs?: number
  /** Two EDI customers and a 3PL, spoken to in files. */
  readonly edi?: boolean | EdiHabits
}

/** What EDI customers do besides sending each order once. */
export interface EdiHabits {
  readonly setsPerInterchange?: number
  readonly repeatRate?: number
  readonly resendRate?: number
  readonly faultRate?: number
  readonly resendAfterMs?: number
  /** Home Goods Depot speaks EDIFACT. */
  readonly edifact?: boolean
}

/** The simulated systems of one hub, in its process. */
export interface Simulated {
  readonly landscape: Landscape
  readonly erp: Erp
  readonly oms: Oms | undefined
  readonly warehouses: readonly Wms[]
  readonly shop: Shop
  readonly carrier: Carrier
  readonly all: readonly Simulator[]
  /** EDI customers, the 3PL, and the folders through which files go, when the landscape has them. */
  readonly partners: readonly Partner[]
  readonly thirdParty: ThirdParty | undefined
  readonly mail: Readonly<Record<string, MailRoute>>
  /** Connectors by system name, for the hub's ports. */
  readonly connectors: Readonly<Record<string, Connector>>
  /** The hub that takes what they send; undefined while it is down: they hear nothing and try again. */
  hub: Hub | undefined
}

/** A call that is never answered: the connector's time-out ends it. */
const silence = (scheduler: Scheduler, timeoutMs: number): Promise<never> =>
  new Promise((_, reject) => scheduler.after(timeoutMs, () => reject(new Error('no answer in time'))))

/** Builds the landscape of a seed and its systems, wired to whatever hub is set. */
export function simulate(options: SimulatedOptions): Simulated {
  const landscape = options.landscape ?? buildLandscape(options)
  const timeoutMs = options.connectorTimeoutMs ?? 5_000
  const world: { hub: Hub | undefined } = { hub: undefined }
  const now = () => options.clock.now()

  const ports = (
    system: string,
  ): SimulatorPorts & { place: (document: unknown, key: string) => Promise<SystemAnswer> } => ({
    clock: options.clock,
    random: seededRandom(options.seed),
    ledger: options.ledger?.(system) ?? new MemoryLedger(system),
    schedule: (ms, run) => {
      options.scheduler.after(ms, run)
    },
    emit: (reports, topic) => emit(world.hub, system, reports, topic, now()),
    place: (document, key) => place(world.hub, system, document, key, now()),
  })
  const named = (name: string) => ({
    name,
    seed: options.seed,
    ...(options.batch ? { batch: options.batch } : {}),
    ...(options.digests === undefined ? {} : { digests: options.digests }),
  })
  const floor = {
    ...(options.shortRate === undefined ? {} : { shortRate: options.shortRate }),
    ...(options.substitutionRate === undefined ? {} : { substitutionRate: options.substitutionRate }),
    ...(options.countAfterMs === undefined ? {} : { countAfterMs: options.countAfterMs }),
    ...(options.pace ? { pace: options.pace } : {}),
  }

  const erp = new Erp(named('erp'), landscape, ports('erp'))
  const facilities = Object.keys(landscape.stock).filter((facility) => facility !== '3PL1')
  const warehouses = facilities.map(
    (facility, at) =>
      new Wms(
        { ...named(`wms${at + 1}`), facility, ssccExtension: at + 1, ...floor },
        landscape,
        ports(`wms${at + 1}`),
      ),
  )
  const oms = options.withOms ? new Oms({ ...named('oms'), facilities }, landscape, ports('oms')) : undefined
  const shop = new Shop(
    {
      ...named('shop'),
      repeatRate: options.repeatRate ?? 0,
      newKeyRate: options.newKeyRate ?? 0,
      cancelRate: options.cancelRate ?? 0,
      ...(options.cancelAfterMs === undefined ? {} : { cancelAfterMs: options.cancelAfterMs }),
      ...(options.orderPrefix === undefined ? {} : { orderPrefix: options.orderPrefix }),
    },
    landscape,
    ports('shop'),
  )
  const carrier = new Carrier({ ...named('carrier'), ...options.carrier }, ports('carrier'))
  const inCalls: Simulator[] = [erp, ...warehouses, shop, carrier, ...(oms ? [oms] : [])]
  const inFiles = options.edi ? byMail(options, landscape, floor, ports, world) : noMail
  const called = Object.fromEntries(
    inCalls.map((simulator) => [
      simulator.name,
      memory(inProcess(simulator, options.scheduler, timeoutMs), { batch: options.connectorBatch ?? 64, timeoutMs }),
    ]),
  )
  const { partners, thirdParty, mail } = inFiles
  const filed = Object.fromEntries(Object.entries(mail).map(([name, { connector }]) => [name, connector]))
  const all = [...inCalls, ...partners, ...(thirdParty ? [thirdParty] : [])]
  const connectors: Record<string, Connector> = { ...called, ...filed }
  return Object.assign(world, {
    landscape,
    erp,
    oms,
    warehouses,
    shop,
    carrier,
    all,
    partners,
    thirdParty,
    mail,
    connectors,
  })
}

interface InFiles {
  readonly partners: readonly Partner[]
  readonly thirdParty: ThirdParty | undefined
  readonly mail: Readonly<Record<string, MailRoute>>
}

const noMail: InFiles = { partners: [], thirdParty: undefined, mail: {} }

/** The two EDI customers and the 3PL, each with its pair of folders. */
function byMail(
  options: SimulatedOptions,
  landscape: Landscape,
  floor: { readonly shortRate?: number; readonly countAfterMs?: number; readonly pace?: Partial<FloorPace> },
  ports: (system: string) => SimulatorPorts,
  world: { hub: Hub | undefined },
): InFiles {
  const { clock, scheduler, seed } = options
  const { edifact = false, ...habits } = options.edi === true ? {} : options.edi || {}
  const mail: Record<string, MailRoute> = {}
  const routeOf = (name: string) => {
    const route = mailRoute({ name, clock, scheduler, hub: () => world.hub })
    mail[name] = route
    return route
  }
  const address = (identity: string) => {
    const [qualifier = '', id = ''] = identity.split(':')
    return { qualifier, id }
  }
  const [bigBox, homeGoods, harbor] = ediPartners
  const partners = [bigBox, homeGoods].map(({ name, customer, speaks }) => {
    const route = routeOf(name)
    const edi =
      edifact && name === homeGoods.name
        ? edifactTongue(homeGoodsEdifact)
        : { ours: address(speaks.theirs), theirs: address(speaks.ours) }
    const partner = new Partner({ ...habits, name, seed, customer, edi }, landscape, route.bag, ports(name))
    route.reader = partner
    return partner
  })
  const route = routeOf(harbor.name)
  const edi = { ours: address(harbor.speaks.theirs), theirs: address(harbor.speaks.ours) }
  const site = { ...floor, name: harbor.name, seed, facility: harbor.facility, ssccExtension: 9, edi }
  const thirdParty = new ThirdParty(site, landscape, route.bag, ports(harbor.name))
  route.reader = thirdParty
  return { partners, thirdParty, mail }
}

/** `id:qualifier`, as in UNB; what is theirs in our configuration is ours to them. */
function edifactTongue({ ours, theirs }: typeof homeGoodsEdifact) {
  const address = (identity: string) => {
    const [id = '', qualifier = ''] = identity.split(':')
    return { id, qualifier }
  }
  return { standard: 'edifact', ours: address(theirs), theirs: address(ours) } as const
}

function inProcess(simulator: Simulator, scheduler: Scheduler, timeoutMs: number): InProcessSystem {
  return {
    handle: async (request) => {
      const answer = await simulator.handle(request as never)
      if (answer.spoiled) return silence(scheduler, answer.spoiled === 'silent' ? timeoutMs : 10)
      return {
        status: answer.status,
        body: answer.body as Record<string, unknown>,
        ...(answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }),
        ...(answer.repeat ? { repeat: answer.repeat } : {}),
      }
    },
    ask: async (key) => {
      if (simulator.manners.down) return silence(scheduler, 10)
      return simulator.ask(key)
    },
  }
}

const encoder = new TextEncoder()

async function emit(
  hub: Hub | undefined,
  system: string,
  reports: readonly SystemReport[],
  topic: string | undefined,
  now: number,
): Promise<Taken | readonly Taken[]> {
  if (!hub) return 'unknown'
  const single = reports.length === 1 && topic === undefined
  const parsed = single ? reports[0] : reports
  const answer = await submitted(hub, {
    tenant: hub.tenant,
    system,
    channel: 'memory',
    contentType: 'application/json',
    bytes: encoder.encode(JSON.stringify(parsed)),
    parsed,
    receivedAt: now,
    ...(topic === undefined ? {} : { topic }),
  })
  if (!answer) return 'unknown'
  const results = (answer.body as { results?: readonly { status: number }[] }).results
  return results ? results.map((one) => taken(one.status)) : taken(answer.status)
}

async function place(
  hub: Hub | undefined,
  system: string,
  document: unknown,
  key: string,
  now: number,
): Promise<SystemAnswer> {
  if (!hub) return { status: 0, body: {} }
  const answer = await submitted(hub, {
    tenant: hub.tenant,
    system,
    channel: 'memory',
    topic: 'orders',
    contentType: 'application/json',
    bytes: encoder.encode(JSON.stringify(document)),
    parsed: document,
    idempotencyKey: key,
    receivedAt: now,
  })
  return answer ? { status: answer.status, body: answer.body } : { status: 0, body: {} }
}

/** What the hub answers; undefined when it went down meanwhile: the sender cannot know. */
async function submitted(hub: Hub, arrival: Parameters<Hub['intake']['submit']>[0]) {
  try {
    return await hub.intake.submit(arrival)
  } catch (error) {
    if ((error as { retry?: string }).retry === 'later') return undefined
    throw error
  }
}

function taken(status: number): Taken {
  if (status < 300) return 'ok'
  return status === 409 || status === 429 || status >= 500 ? 'later' : 'refused'
}
