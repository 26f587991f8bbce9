/** Holds by hand: a person says why an order may not go on, or that it may. */
import Type from 'typebox'
import type { Input, JournalEvent } from '../journal/contract.ts'
import type { Route, RouteAnswer, RouteRequest } from '../journal/route.ts'
import type { EventData, HoldKind } from '../lifecycle/events.ts'
import { subjectOf } from '../lifecycle/subject.ts'
import { errors } from './errors.ts'

/** What the doors of holds need. */
export interface HoldDoorPorts {
  /** Whether the tenant has this order. Another tenant's is no different from none. */
  readonly hasOrder: (tenant: string, id: string) => Promise<boolean>
  /** Puts an input into the journal and answers what was recorded; undefined when another instance decides it. */
  readonly tell: (input: Input) => Promise<readonly JournalEvent[] | undefined>
  /** The system in whose name a person's own key holds orders: the first that the authority profile names. */
  readonly holdOwner: (atMs: number) => string | undefined
}

const reason = Type.String({ minLength: 1, maxLength: 500 })
const order = Type.String({ minLength: 1, maxLength: 64 })
const kinds = ['credit', 'price', 'reference', 'address', 'compliance', 'manual'] as const satisfies HoldKind[]
const hold = Type.Union(kinds.map((kind) => Type.Literal(kind)))
const answer = Type.Object({ order: Type.String(), hold: Type.String(), state: Type.String() })

export const holdRoutes: readonly Route<HoldDoorPorts>[] = [
  {
    method: 'POST',
    path: '/v1/orders/{id}/holds',
    operationId: 'holdOrder',
    summary: 'Holds an order: nothing of it is released until the hold is lifted.',
    description: 'What a warehouse has already goes on. Holding twice for the same cause is holding once.',
    tier: 'process',
    scope: 'orders:write',
    priority: 0,
    params: Type.Object({ id: order }),
    body: Type.Object({ hold, reason }, { additionalProperties: false }),
    responses: { 200: answer, 202: answer },
    handle: (request, ports) => {
      const { hold: kind, reason: why } = request.body as { hold: HoldKind; reason: string }
      return decide(request, ports, 'order.held', { hold: kind, reason: why, by: request.caller.key })
    },
  },
  {
    method: 'POST',
    path: '/v1/orders/{id}/holds/{hold}/lift',
    operationId: 'liftHold',
    summary: 'Lifts a hold; the order goes on when no other stands.',
    tier: 'process',
    scope: 'orders:write',
    priority: 0,
    params: Type.Object({ id: order, hold }),
    body: Type.Object({ reason }, { additionalProperties: false }),
    responses: { 200: answer, 202: answer },
    handle: (request, ports) => {
      const { reason: why } = request.body as { reason: string }
      const kind = request.params['hold'] as HoldKind
      return decide(request, ports, 'order.hold_lifted', { hold: kind, reason: why, by: request.caller.key })
    },
  },
]

async function decide<T extends 'order.held' | 'order.hold_lifted'>(
  request: RouteRequest,
  ports: HoldDoorPorts,
  type: T,
  data: EventData[T],
): Promise<RouteAnswer> {
  const { tenant, caller, now } = request
  const id = request.params['id'] as string
  const source = caller.system ?? ports.holdOwner(now)
  if (source === undefined) throw errors.SENDER_UNKNOWN(caller.key)
  if (!(await ports.hasOrder(tenant, id))) throw errors.ORDER_UNKNOWN(id)
  const subject = subjectOf(tenant, 'order', id)
  const events = await ports.tell({ kind: 'report', type, subject, source, occurredAt: now, data })
  const refusal = events?.find((event) => event.subject === subject && event.type === 'report.refused')
  if (refusal) throw refused(refusal.data as EventData['report.refused'])
  const state = events ? (type === 'order.held' ? 'held' : 'lifted') : 'asked'
  return { status: events ? 200 : 202, body: { order: id, hold: data.hold, state } }
}

function refused({ code, reason: why }: EventData['report.refused']) {
  return code === 'AUTHORITY' ? errors.HOLD_NOT_YOURS(why) : errors.HOLD_REFUSED(why)
}
