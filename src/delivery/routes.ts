/** The doors of this room: what is on its way, what waits and why, and how a person has it tried again. */
import Type from 'typebox'
import { defineErrors } from '../base/errors.ts'
import type { Route, RouteAnswer, RouteRequest } from '../journal/route.ts'
import { type Standstill, standstillOf, type TargetView } from './lot.ts'
import type { SystemSaid } from './system-room.ts'
import type { Waiting } from './waiting.ts'

export const errors = defineErrors('delivery', {
  NOT_WAITING: {
    kind: 'reference',
    status: 404,
    retry: 'never',
    says: (id: string) => `No delivery ${id} waits here.`,
    remedy: 'It may be done by now: see the timeline of its order. GET /v1/deliveries lists what waits.',
  },
  SYSTEM_UNKNOWN: {
    kind: 'reference',
    status: 404,
    retry: 'never',
    says: (system: string) => `There is no system named ${system} here.`,
    remedy: 'GET /v1/systems lists the systems of this hub by name.',
  },
})

/** What the doors of this room need. */
export interface DeliveryDoorPorts {
  /** Waiting, parked and doubtful requests of the tenant, the longest waiting first. */
  readonly listWaiting: (
    tenant: string,
    query: {
      readonly target?: string
      readonly state?: string
      readonly verb?: string
      readonly after?: readonly [number, number, number]
      readonly limit: number
    },
  ) => Promise<readonly Waiting[]>
  readonly targets: () => readonly TargetView[]
  /** Has it tried again. False when nothing of that id waits. */
  readonly redeliver: (id: string, by: string) => Promise<boolean>
  /** Stops what goes to a system, or lets it go on. Undefined when there is no such system. */
  readonly pauseSystem: (system: string, by: string, reason: string) => Promise<SystemSaid | undefined>
  readonly resumeSystem: (system: string, by: string) => Promise<SystemSaid | undefined>
}

/** The parts of a delivery's id: its subject, and its position in the subject's lane. */
export function deliveryId(id: string): { subject: string; position: number } {
  const cut = id.lastIndexOf(':')
  return { subject: id.slice(0, cut), position: Number(id.slice(cut + 1)) }
}

const delivery = Type.Object({
  id: Type.String(),
  subject: Type.String(),
  target: Type.String(),
  request: Type.String(),
  key: Type.String(),
  state: Type.String(),
  attempts: Type.Integer(),
  reason: Type.String(),
  plannedAt: Type.String(),
  nextAt: Type.Union([Type.String(), Type.Null()]),
})

const system = Type.Object({
  system: Type.String(),
  deliveryClass: Type.String(),
  queued: Type.Integer(),
  underWay: Type.Integer(),
  waiting: Type.Integer(),
  aside: Type.Integer(),
  pace: Type.Union([Type.String(), Type.Null()]),
  state: Type.String(),
  since: Type.Union([Type.String(), Type.Null()]),
  reason: Type.Union([Type.String(), Type.Null()]),
  wakesAt: Type.Union([Type.String(), Type.Null()]),
})

const systemAnswer = Type.Object({ system: Type.String(), state: Type.String() })
const pauseAnswer = Type.Object({
  ...systemAnswer.properties,
  by: Type.String(),
  reason: Type.String(),
  since: Type.String(),
})

const iso = (ms: number): string => new Date(ms).toISOString()

export const routes: readonly Route<DeliveryDoorPorts>[] = [
  {
    method: 'GET',
    path: '/v1/deliveries',
    operationId: 'listDeliveries',
    summary: 'Requests that did not go through at once: waiting, parked or in doubt, and why.',
    tier: 'operations',
    scope: 'deliveries:read',
    priority: 2,
    paged: true,
    query: Type.Object({
      target: Type.Optional(Type.String({ maxLength: 64 })),
      state: Type.Optional(Type.Union([Type.Literal('waiting'), Type.Literal('parked'), Type.Literal('in doubt')])),
      verb: Type.Optional(Type.String({ maxLength: 64 })),
      cursor: Type.Optional(Type.String({ maxLength: 512 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
    }),
    responses: { 200: Type.Object({ items: Type.Array(delivery) }) },
    handle: list,
  },
  {
    method: 'POST',
    path: '/v1/deliveries/{id}/redelivery',
    operationId: 'redeliver',
    summary: 'Has a waiting, parked or doubtful request tried again now, under the same key.',
    tier: 'operations',
    scope: 'deliveries:write',
    priority: 1,
    params: Type.Object({ id: Type.String({ maxLength: 200 }) }),
    responses: { 202: Type.Object({ id: Type.String(), state: Type.String() }) },
    handle: redeliver,
  },
  {
    method: 'GET',
    path: '/v1/systems',
    operationId: 'listSystems',
    summary: 'Every system: whether it answers, what is queued for it, why it pauses and what will wake it.',
    tier: 'operations',
    scope: 'systems:read',
    priority: 2,
    responses: { 200: Type.Object({ items: Type.Array(system) }) },
    handle: (_request, { targets }) => ({ status: 200, body: { items: targets().map(shownSystem) } }),
  },
  {
    method: 'POST',
    path: '/v1/systems/{system}/pause',
    operationId: 'pauseSystem',
    summary: 'Stops what goes to a system until it is resumed. What comes for it waits; nothing is lost.',
    description: '200 when it is paused already: the answer is the pause that stands, and nothing is recorded.',
    tier: 'operations',
    scope: 'systems:write',
    priority: 1,
    params: Type.Object({ system: Type.String({ maxLength: 64 }) }),
    body: Type.Object({ reason: Type.String({ minLength: 1, maxLength: 500 }) }, { additionalProperties: false }),
    responses: { 200: pauseAnswer, 202: systemAnswer },
    handle: pause,
  },
  {
    method: 'POST',
    path: '/v1/systems/{system}/resume',
    operationId: 'resumeSystem',
    summary: 'Lets what waits for a paused system go on, in order and at its rate.',
    description: '200 when it is not paused: the answer says how it is doing, and nothing is recorded.',
    tier: 'operations',
    scope: 'systems:write',
    priority: 1,
    params: Type.Object({ system: Type.String({ maxLength: 64 }) }),
    responses: { 200: systemAnswer, 202: systemAnswer },
    handle: resume,
  },
]

async function list(
  { tenant, query }: RouteRequest,
  { listWaiting, targets }: DeliveryDoorPorts,
): Promise<RouteAnswer> {
  const {
    limit = 50,
    cursor,
    ...asked
  } = query as {
    target?: string
    state?: string
    verb?: string
    limit?: number
    cursor?: string
  }
  const after = cursor === undefined ? {} : { after: cursor.split('/').map(Number) as [number, number, number] }
  const rows = await listWaiting(tenant, { ...asked, ...after, limit: limit + 1 })
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1)?.request : undefined
  const standstills = new Map(targets().map((view) => [view.target, standstillOf(view)]))
  return {
    status: 200,
    body: { items: page.map((row) => shown(row, standstills.get(row.request.target))) },
    ...(last ? { next: `${last.plannedAt}/${last.lane}/${last.position}` } : {}),
  }
}

async function redeliver(request: RouteRequest, ports: DeliveryDoorPorts): Promise<RouteAnswer> {
  const id = request.params['id'] as string
  const { subject, position } = deliveryId(id)
  const ours = subject.startsWith(`${request.tenant}/`) && Number.isInteger(position)
  if (!ours || !(await ports.redeliver(id, request.caller.key))) throw errors.NOT_WAITING(id)
  return { status: 202, body: { id, state: 'waiting' } }
}

async function pause({ params, body, caller }: RouteRequest, ports: DeliveryDoorPorts): Promise<RouteAnswer> {
  const system = params['system'] as string
  const { reason } = body as { reason: string }
  const said = await ports.pauseSystem(system, caller.key, reason)
  if (!said) throw errors.SYSTEM_UNKNOWN(system)
  if (!said.pause) return { status: 202, body: { system, state: 'paused' } }
  const { pause } = said
  return { status: 200, body: { system, state: 'paused', ...pause, since: iso(pause.since) } }
}

async function resume({ params, caller }: RouteRequest, ports: DeliveryDoorPorts): Promise<RouteAnswer> {
  const system = params['system'] as string
  const said = await ports.resumeSystem(system, caller.key)
  if (!said) throw errors.SYSTEM_UNKNOWN(system)
  if (said.changed) return { status: 202, body: { system, state: 'up' } }
  const view = ports.targets().find(({ target }) => target === system)
  return { status: 200, body: { system, state: view ? health(view) : 'up' } }
}

function shown({ request, attempts, nextAt, state, reason }: Waiting, standstill: Standstill | undefined) {
  const stands = state === 'waiting' ? standstill : undefined
  return {
    id: `${request.subject}:${request.position}`,
    subject: request.subject,
    target: request.target,
    request: request.verb,
    key: request.key,
    state,
    attempts,
    reason: stands?.why ?? reason,
    plannedAt: iso(request.plannedAt),
    nextAt: state === 'waiting' && !stands ? iso(nextAt) : null,
  }
}

function shownSystem(view: TargetView) {
  const { target, deliveryClass, queued, underWay, waiting, aside, pace } = view
  return { system: target, deliveryClass, queued, underWay, waiting, aside, pace: pace ?? null, ...standing(view) }
}

const health = ({ breaker }: Pick<TargetView, 'breaker'>): string =>
  breaker.state === 'closed' ? 'up' : breaker.state === 'probing' ? 'being tried' : 'down'

/** Every pause explains itself: why, since when, and what will wake it. */
function standing({ breaker, paused }: TargetView) {
  if (paused)
    return {
      state: 'paused',
      since: iso(paused.since),
      reason: `paused by ${paused.by}: ${paused.reason}`,
      wakesAt: null, // whoever paused it resumes it
    }
  return {
    state: health({ breaker }),
    since: breaker.since === undefined ? null : iso(breaker.since),
    reason: breaker.reason ?? null,
    wakesAt: breaker.probeAt === undefined ? null : iso(breaker.probeAt),
  }
}
