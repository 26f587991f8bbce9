/** The doors of this room: what is on its way, what waits and why, and how a person has it tried again. */
import Type from 'typebox'
import { defineErrors } from '../base/errors.ts'
import type { Route, RouteAnswer, RouteRequest } from '../journal/route.ts'
import type { TargetView } from './delivery.ts'
import type { Waiting } from './waiting.ts'

export const errors = defineErrors('delivery', {
  NOT_WAITING: {
    kind: 'reference',
    status: 404,
    retry: 'never',
    says: (id: string) => `No delivery ${id} waits here.`,
    remedy: 'It may be done by now: see the timeline of its order. GET /v1/deliveries lists what waits.',
  },
})

/** What the doors of this room need. */
export interface DeliveryDoorPorts {
  /** Waiting, parked and doubtful requests of the tenant, the longest waiting first. */
  readonly listWaiting: (
    tenant: string,
    query: { readonly target?: string; readonly state?: string; readonly limit: number },
  ) => Promise<readonly Waiting[]>
  readonly targets: () => readonly TargetView[]
  readonly redeliver: (subject: string, position: number, by: string) => Promise<boolean>
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
  state: Type.String(),
  since: Type.Union([Type.String(), Type.Null()]),
  reason: Type.Union([Type.String(), Type.Null()]),
  wakesAt: Type.Union([Type.String(), Type.Null()]),
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
    query: Type.Object({
      target: Type.Optional(Type.String({ maxLength: 64 })),
      state: Type.Optional(Type.Union([Type.Literal('waiting'), Type.Literal('parked'), Type.Literal('in doubt')])),
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
]

async function list({ tenant, query }: RouteRequest, { listWaiting }: DeliveryDoorPorts): Promise<RouteAnswer> {
  const { target, state, limit = 50 } = query as { target?: string; state?: string; limit?: number }
  const rows = await listWaiting(tenant, { limit, ...(target ? { target } : {}), ...(state ? { state } : {}) })
  return { status: 200, body: { items: rows.map(shown) } }
}

async function redeliver(request: RouteRequest, ports: DeliveryDoorPorts): Promise<RouteAnswer> {
  const id = request.params['id'] as string
  const [position, subject] = [Number(id.slice(id.lastIndexOf(':') + 1)), id.slice(0, id.lastIndexOf(':'))]
  const ours = subject.startsWith(`${request.tenant}/`) && Number.isInteger(position)
  if (!ours || !(await ports.redeliver(subject, position, request.caller.key))) throw errors.NOT_WAITING(id)
  return { status: 202, body: { id, state: 'waiting' } }
}

function shown({ request, attempts, nextAt, state, reason }: Waiting) {
  return {
    id: `${request.subject}:${request.position}`,
    subject: request.subject,
    target: request.target,
    request: request.verb,
    key: request.key,
    state,
    attempts,
    reason,
    plannedAt: iso(request.plannedAt),
    nextAt: state === 'waiting' ? iso(nextAt) : null,
  }
}

function shownSystem({ target, deliveryClass, queued, underWay, waiting, breaker }: TargetView) {
  return {
    system: target,
    deliveryClass,
    queued,
    underWay,
    waiting,
    state: breaker.state === 'closed' ? 'up' : breaker.state === 'probing' ? 'being tried' : 'down',
    since: breaker.since === undefined ? null : iso(breaker.since),
    reason: breaker.reason ?? null,
    wakesAt: breaker.probeAt === undefined ? null : iso(breaker.probeAt),
  }
}
