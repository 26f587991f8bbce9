/** The doors of this room: plan a replay, look at what would come of it, start it, stop it, read what came of it. */
import Type from 'typebox'
import type { Route, RouteAnswer, RouteRequest } from '../journal/route.ts'
import { errors } from './errors.ts'
import { FORECASTS, type Forecast, INCLUDABLE } from './forecast.ts'
import type { Act, Item, Job, JobAction, MappingVersion, StartOrders } from './job.ts'
import { type ItemOutcome, isAsForecast } from './outcome.ts'
import type { ItemCount, ItemQuery, RecordedAct } from './replay-book.ts'
import { type BookState, isEmpty, type Selection } from './selection.ts'

/** What is asked for when a replay is made. */
export interface Wish {
  readonly action: JobAction
  readonly mapping: MappingVersion
  readonly selection: Selection
  readonly reason: string
  readonly by: string
  readonly requestKey: string | undefined
  readonly now: number
}

/** What the doors of this room need. */
export interface ReplayDoorPorts {
  readonly replays: {
    make(tenant: string, wish: Wish): Promise<{ readonly job: Job; readonly made: boolean }>
    act(
      tenant: string,
      id: string,
      act: Act,
      by: string,
      reason: string,
      now: number,
      orders?: StartOrders,
    ): Promise<Job>
    one(tenant: string, id: string): Promise<Job>
    list(tenant: string, before: string | undefined, limit: number): Promise<readonly Job[]>
    counts(id: string): Promise<readonly ItemCount[]>
    acts(id: string): Promise<readonly RecordedAct[]>
    items(id: string, asked: ItemQuery): Promise<readonly Item[]>
  }
}

const text = Type.String()
const name = Type.String({ minLength: 1, maxLength: 200 })
const names = Type.Array(name, { minItems: 1, maxItems: 10_000 })
const instant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?Z$' })
const reason = Type.String({ minLength: 1, maxLength: 500 })
const oneOf = (...values: readonly string[]) => Type.Union(values.map((value) => Type.Literal(value)))
const forecast = oneOf(...FORECASTS)
const bookState = oneOf('done', 'refused', 'waiting', 'parked', 'in doubt', 'on its way')
const closed = { additionalProperties: false }

const selection = Type.Object(
  {
    from: Type.Optional(instant),
    until: Type.Optional(instant),
    targets: Type.Optional(names),
    verbs: Type.Optional(names),
    keys: Type.Optional(names),
    orders: Type.Optional(names),
    customers: Type.Optional(names),
    partners: Type.Optional(names),
    case: Type.Optional(name),
    states: Type.Optional(Type.Array(bookState, { minItems: 1 })),
  },
  closed,
)

const figures = Type.Record(text, Type.Integer())

const replay = Type.Object({
  id: text,
  action: text,
  state: text,
  why: Type.Union([text, Type.Null()]),
  select: Type.Object({}, { additionalProperties: true }),
  mapping: text,
  madeBy: text,
  madeAt: text,
  changedAt: text,
  reason: text,
  step: Type.Integer(),
  progress: Type.Object({
    scanned: Type.Integer(),
    toScan: Type.Integer(),
    items: Type.Integer(),
    states: figures,
  }),
  forecast: Type.Record(text, figures),
  outcome: Type.Record(text, figures),
  asForecast: Type.Integer(),
  differences: Type.Array(Type.Object({ target: text, forecast: text, outcome: text, count: Type.Integer() })),
  started: Type.Union([Type.Null(), Type.Object({}, { additionalProperties: true })]),
  acts: Type.Array(Type.Object({ at: text, who: text, act: text, reason: text })),
})

const shownItem = Type.Object({
  n: Type.Integer(),
  original: text,
  subject: text,
  target: text,
  request: text,
  key: text,
  plannedAt: text,
  state: text,
  forecast: Type.Union([text, Type.Null()]),
  outcome: Type.Union([text, Type.Null()]),
  asForecast: Type.Union([Type.Boolean(), Type.Null()]),
  why: text,
  sentAs: Type.Union([text, Type.Null()]),
})

const params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) })

const makeReplay: Route<ReplayDoorPorts> = {
  method: 'POST',
  path: '/v1/replays',
  operationId: 'makeReplay',
  summary: 'Plans a replay: freezes the set in the background and forecasts what would come of it. Sends nothing.',
  description:
    'The same question asked again, by the same Idempotency-Key or while the first replay of it is not over, gives the same replay. `redeliver` has requests that wait or are parked tried again, without a forecast; those in doubt only when `states` names them, for nobody knows whether they took effect.',
  tier: 'operations',
  scope: 'replays:write',
  priority: 3,
  body: Type.Object(
    {
      select: selection,
      action: Type.Optional(oneOf('replay', 'redeliver')),
      mapping: Type.Optional(oneOf('as sent', 'today')),
      reason,
    },
    closed,
  ),
  responses: { 200: replay, 202: replay },
  handle: async (request, ports) => {
    const {
      select,
      action = 'replay',
      mapping = 'as sent',
      reason: why,
    } = request.body as {
      select: Record<string, unknown>
      action?: JobAction
      mapping?: MappingVersion
      reason: string
    }
    const { job, made } = await ports.replays.make(request.tenant, {
      action,
      mapping,
      selection: selectionOf(select, action),
      reason: why,
      by: request.caller.key,
      requestKey: request.idempotencyKey,
      now: request.now,
    })
    const body = await shown(job, ports)
    return made ? { status: 202, body } : { status: 200, body, replayed: true }
  },
}

const listReplays: Route<ReplayDoorPorts> = {
  method: 'GET',
  path: '/v1/replays',
  operationId: 'listReplays',
  summary: 'Replays, the newest first.',
  tier: 'operations',
  scope: 'replays:read',
  priority: 2,
  paged: true,
  query: Type.Object({
    cursor: Type.Optional(text),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  }),
  responses: { 200: Type.Object({ items: Type.Array(replay) }) },
  handle: async ({ tenant, query }, ports) => {
    const { cursor, limit = 50 } = query as { cursor?: string; limit?: number }
    const found = await ports.replays.list(tenant, cursor, limit)
    const items = await Promise.all(found.map((job) => shown(job, ports)))
    const last = found.at(-1)
    return { status: 200, body: { items }, ...(last && found.length === limit ? { next: last.id } : {}) }
  },
}

const getReplay: Route<ReplayDoorPorts> = {
  method: 'GET',
  path: '/v1/replays/{id}',
  operationId: 'getReplay',
  summary: 'One replay: how far it is, what was forecast and what came of it, and who asked for what.',
  tier: 'operations',
  scope: 'replays:read',
  priority: 2,
  params,
  responses: { 200: replay },
  handle: async ({ tenant, params: { id } }, ports) => ({
    status: 200,
    body: await shown(await ports.replays.one(tenant, id as string), ports),
  }),
}

const listReplayItems: Route<ReplayDoorPorts> = {
  method: 'GET',
  path: '/v1/replays/{id}/items',
  operationId: 'listReplayItems',
  summary: 'The frozen set of a replay, in order: each request with its forecast and outcome.',
  tier: 'operations',
  scope: 'replays:read',
  priority: 2,
  paged: true,
  params,
  query: Type.Object({
    state: Type.Optional(oneOf('chosen', 'looked', 'sent', 'over')),
    target: Type.Optional(name),
    forecast: Type.Optional(forecast),
    outcome: Type.Optional(name),
    cursor: Type.Optional(text),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  }),
  responses: { 200: Type.Object({ items: Type.Array(shownItem) }) },
  handle: async ({ tenant, params: { id }, query }, ports) => {
    const { cursor, limit = 50, ...wanted } = query as Partial<Omit<ItemQuery, 'after'>> & { cursor?: string }
    const job = await ports.replays.one(tenant, id as string)
    const found = await ports.replays.items(job.id, { ...wanted, after: Number(cursor ?? 0), limit })
    const last = found.at(-1)
    const next = last && found.length === limit ? { next: String(last.n) } : {}
    return { status: 200, body: { items: found.map((item) => shownItemOf(item)) }, ...next }
  },
}

const startReplay: Route<ReplayDoorPorts> = {
  method: 'POST',
  path: '/v1/replays/{id}/start',
  operationId: 'startReplay',
  summary: 'Starts a replay whose forecast is complete: 1, 10, 100, then all; it pauses by itself when too much fails.',
  description:
    'Without `include` only what is forecast as `new` is sent. `reissue` has new effects under new keys and needs the scope replays:reissue. Pressed twice it does nothing.',
  tier: 'operations',
  scope: 'replays:write',
  priority: 3,
  params,
  body: Type.Object(
    {
      targets: Type.Optional(names),
      include: Type.Optional(Type.Array(forecast, { minItems: 1, maxItems: FORECASTS.length })),
      reissue: Type.Optional(Type.Boolean()),
      stopPercent: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
      reason: Type.Optional(reason),
    },
    closed,
  ),
  responses: { 200: replay },
  handle: start,
}

async function start(request: RouteRequest, ports: ReplayDoorPorts): Promise<RouteAnswer> {
  const {
    targets,
    include = ['new'],
    reissue = false,
    stopPercent = 5,
    reason: why = 'started',
  } = request.body as {
    targets?: string[]
    include?: Forecast[]
    reissue?: boolean
    stopPercent?: number
    reason?: string
  }
  if (reissue && !carries(request.caller.scopes)) throw errors.REISSUE_SCOPE()
  const strange = include.find((one) => !INCLUDABLE.has(one) && (!reissue || one === 'on its way'))
  if (strange) throw errors.NOT_INCLUDABLE(strange)
  const orders: StartOrders = {
    ...(targets ? { targets } : {}),
    include: FORECASTS.filter((one) => include.includes(one)),
    reissue,
    stopPercent,
    by: request.caller.key,
  }
  const id = request.params['id'] as string
  const job = await ports.replays.act(request.tenant, id, 'start', request.caller.key, why, request.now, orders)
  return { status: 200, body: await shown(job, ports) }
}

function carries(scopes: readonly string[]): boolean {
  return scopes.includes('*') || scopes.includes('replays:*') || scopes.includes('replays:reissue')
}

const said = (act: Exclude<Act, 'start'>, summary: string): Route<ReplayDoorPorts> => ({
  method: 'POST',
  path: `/v1/replays/{id}/${act}`,
  operationId: `${act}Replay`,
  summary,
  tier: 'operations',
  scope: 'replays:write',
  priority: 1,
  params,
  body: Type.Object({ reason }, closed),
  responses: { 200: replay },
  handle: async ({ tenant, params: { id }, body, caller, now }, ports) => {
    const { reason: why } = body as { reason: string }
    const job = await ports.replays.act(tenant, id as string, act, caller.key, why, now)
    return { status: 200, body: await shown(job, ports) }
  },
})

export const routes: readonly Route<ReplayDoorPorts>[] = [
  makeReplay,
  listReplays,
  getReplay,
  listReplayItems,
  startReplay,
  said('pause', 'Pauses a replay; what is under way ends by itself.'),
  said('resume', 'Lets a paused replay go on, beginning again with one.'),
  said('cancel', 'Ends a replay for good; what was not sent stays as it is.'),
]

/** What is in doubt may have taken effect: in bulk it is tried again only by name. */
const NO_DOUBT: readonly BookState[] = ['waiting', 'parked']

function selectionOf(asked: Record<string, unknown>, action: JobAction): Selection {
  const { from, until, ...rest } = asked as { from?: string; until?: string }
  const chosen: Selection = {
    ...rest,
    ...(from === undefined ? {} : { from: Date.parse(from) }),
    ...(until === undefined ? {} : { until: Date.parse(until) }),
  }
  if (action === 'replay' && isEmpty(chosen)) throw errors.NOTHING_CHOSEN()
  return action === 'replay' || chosen.states ? chosen : { ...chosen, states: NO_DOUBT }
}

const iso = (ms: number): string => new Date(ms).toISOString()

async function shown(job: Job, { replays }: ReplayDoorPorts) {
  const [all, acts] = await Promise.all([replays.counts(job.id), replays.acts(job.id)])
  const { id, action, state, mapping, madeBy, reason: why, step, scanned, toScan, items, selection: asked } = job
  const { from, until } = asked
  const over = all.filter((one) => one.state === 'over' && one.forecast !== '' && one.outcome !== '')
  const isSame = (one: ItemCount) => isAsForecast(one.forecast as Forecast, one.outcome as ItemOutcome)
  return {
    id,
    action,
    state,
    why: job.why ?? null,
    select: {
      ...asked,
      ...(from === undefined ? {} : { from: iso(from) }),
      ...(until === undefined ? {} : { until: iso(until) }),
    },
    mapping,
    madeBy,
    madeAt: iso(job.madeAt),
    changedAt: iso(job.changedAt),
    reason: why,
    step,
    progress: { scanned, toScan, items, states: summed(all, (one) => one.state) },
    forecast: byTarget(all, (one) => one.forecast),
    outcome: byTarget(all, (one) => one.outcome),
    asForecast: over.filter(isSame).reduce((sum, one) => sum + one.count, 0),
    differences: over
      .filter((one) => !isSame(one))
      .map((one) => ({ target: one.target, forecast: one.forecast, outcome: one.outcome, count: one.count })),
    started: job.orders ?? null,
    acts: acts.map((one) => ({ ...one, at: iso(one.at) })),
  }
}

function byTarget(all: readonly ItemCount[], of: (one: ItemCount) => string): Record<string, Record<string, number>> {
  const targets = [...new Set(all.map((one) => one.target))]
  return Object.fromEntries(
    targets.map((target) => [
      target,
      summed(
        all.filter((one) => one.target === target),
        of,
      ),
    ]),
  )
}

function summed(all: readonly ItemCount[], of: (one: ItemCount) => string): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const one of all) {
    const word = of(one)
    if (word !== '') sums[word] = (sums[word] ?? 0) + one.count
  }
  return sums
}

function shownItemOf(item: Item) {
  const { n, lane, position, subject, target, verb, key, plannedAt, state, forecast: said, outcome, why, sentAs } = item
  return {
    n,
    original: `${lane}/${position}`,
    subject,
    target,
    request: verb,
    key,
    plannedAt: iso(plannedAt),
    state,
    forecast: said === '' ? null : said,
    outcome: outcome === '' ? null : outcome,
    asForecast: said === '' || outcome === '' ? null : isAsForecast(said, outcome),
    why,
    sentAs: sentAs === undefined ? null : `${lane}/${sentAs}`,
  }
}
