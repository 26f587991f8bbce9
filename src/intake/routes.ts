/** The doors of this room: orders in, orders back, and what was received. */
import Type from 'typebox'
import { purchaseOrderSchema } from '../documents/purchase-order/schema.ts'
import type { JournalEvent } from '../journal/contract.ts'
import type { Route, RouteAnswer, RouteRequest } from '../journal/route.ts'
import { subjectOf } from '../lifecycle/subject.ts'
import type { ReceiptRow } from '../store/contract.ts'
import type { ArrivalAnswer } from './admit.ts'
import type { Arrival } from './arrival.ts'
import { cancellationTopic } from './cancellation-part.ts'
import { decidedIn, isDecision } from './decided.ts'
import { errors } from './errors.ts'
import type { Intake } from './receive.ts'

/** What the doors of this room need. */
export interface IntakeDoorPorts {
  readonly intake: Pick<Intake, 'submit'>
  readonly receipt: (id: string) => Promise<ReceiptRow | undefined>
  /** Whether the tenant has this order. Another tenant's is no different from none. */
  readonly hasOrder: (tenant: string, id: string) => Promise<boolean>
  /** The system that people's own keys enter orders for; without one such a key cannot. */
  readonly orderDesk?: string
  /** The next event of a subject that is asked for: what `Prefer: wait` waits for. Without it nobody waits. */
  readonly next?: (
    subject: string,
    is: (event: JournalEvent) => boolean,
    withinMs: number,
  ) => Promise<JournalEvent | undefined>
}

const text = Type.String()
const quantity = Type.Object({ value: Type.String(), uom: Type.String() }, { additionalProperties: false })

const orderAnswer = Type.Object({
  order: text,
  orders: Type.Optional(Type.Array(text)),
  customerOrder: text,
  receipt: text,
  state: text,
})

const batchAnswer = Type.Object({
  receipt: text,
  results: Type.Array(
    Type.Object({
      index: Type.Integer(),
      status: Type.Integer(),
      retryAfter: Type.Optional(
        Type.Integer({
          description: 'Seconds after which this one may come again; the longest is the Retry-After of all.',
        }),
      ),
    }),
  ),
})

const cancellation = Type.Object(
  {
    reason: Type.String({ minLength: 1, maxLength: 200 }),
    by: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
    lines: Type.Optional(
      Type.Array(Type.Object({ line: text, item: text, quantity }, { additionalProperties: false }), {
        minItems: 1,
        maxItems: 10_000,
      }),
    ),
  },
  { additionalProperties: false },
)

const receiptAnswer = Type.Object({
  id: text,
  sender: text,
  channel: text,
  receivedAt: text,
  verdict: text,
  digest: text,
  bytes: Type.Integer(),
})

const idParam = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) })

export const routes: readonly Route<IntakeDoorPorts>[] = [
  {
    method: 'POST',
    path: '/v1/orders',
    operationId: 'createOrder',
    summary: 'Takes an order, or several.',
    description:
      'One purchase order, an array of them, or NDJSON. 202 says that it is stored; `Prefer: wait=N` waits until it is accepted or rejected. All faults of an order are answered at once.',
    tier: 'process',
    scope: 'orders:write',
    priority: 1,
    idempotency: 'required',
    body: purchaseOrderSchema,
    checksOwnBody: true,
    batch: true,
    responses: { 200: orderAnswer, 202: orderAnswer, 207: batchAnswer },
    handle: createOrder,
  },
  {
    method: 'POST',
    path: '/v1/orders/{id}/cancellation',
    operationId: 'cancelOrder',
    summary: 'Asks for an order, or a part of it, to be cancelled.',
    description:
      'What has not gone to a warehouse is cancelled at once. The rest is recalled, and cancelled only when the warehouse gives it back.',
    tier: 'process',
    scope: 'orders:write',
    priority: 0,
    idempotency: 'required',
    params: idParam,
    body: cancellation,
    responses: { 202: Type.Object({ order: text, receipt: text, state: text }) },
    handle: cancelOrder,
  },
  {
    method: 'GET',
    path: '/v1/receipts/{id}',
    operationId: 'getReceipt',
    summary: 'What came in: who sent it, when, and what was thought of it.',
    description: 'With `content=true` the bytes themselves, exactly as they came.',
    tier: 'operations',
    scope: 'receipts:read',
    priority: 2,
    params: idParam,
    query: Type.Object({ content: Type.Optional(Type.Boolean()) }, { additionalProperties: false }),
    responses: { 200: receiptAnswer },
    handle: getReceipt,
  },
]

async function createOrder(request: RouteRequest, ports: IntakeDoorPorts): Promise<RouteAnswer> {
  const answer = await ports.intake.submit(arrivalOf(request, 'orders', ports), waitOf(request))
  if (answer.error) throw answer.error
  const waited = await decided(request, answer, ports)
  return { ...plain(answer), ...(waited ? { status: 200, body: { ...answer.body, state: waited } } : {}) }
}

async function cancelOrder(request: RouteRequest, ports: IntakeDoorPorts): Promise<RouteAnswer> {
  const id = request.params['id'] as string
  if (!(await ports.hasOrder(request.tenant, id))) throw errors.ORDER_UNKNOWN(id)
  const answer = await ports.intake.submit(arrivalOf(request, cancellationTopic(id), ports), waitOf(request))
  if (answer.error) throw answer.error
  return plain(answer)
}

async function getReceipt(request: RouteRequest, ports: IntakeDoorPorts): Promise<RouteAnswer> {
  const id = request.params['id'] as string
  const receipt = await ports.receipt(id)
  if (!receipt || receipt.tenant !== request.tenant) throw errors.RECEIPT_UNKNOWN(id)
  if (request.query['content'] === true) {
    return { status: 200, body: receipt.bytes, contentType: 'application/octet-stream' }
  }
  const { sender, channel, at, verdict, digest, bytes } = receipt
  return {
    status: 200,
    body: {
      id,
      sender,
      channel,
      receivedAt: new Date(at).toISOString(),
      verdict,
      digest: Buffer.from(digest).toString('hex'),
      bytes: bytes.length,
    },
  }
}

function arrivalOf(request: RouteRequest, topic: string, { orderDesk }: IntakeDoorPorts): Arrival {
  const { tenant, caller, body, items, rawBody, contentType, idempotencyKey, now } = request
  const system = caller.system ?? orderDesk
  if (system === undefined) throw errors.SENDER_UNKNOWN(caller.key)
  return {
    tenant,
    system,
    channel: 'http',
    topic,
    contentType,
    bytes: rawBody,
    receivedAt: now,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(items ? { items } : body === undefined ? {} : { parsed: body }),
  }
}

const waitOf = ({ waitSeconds }: RouteRequest) => (waitSeconds === undefined ? {} : { waitSeconds })

function plain({ status, body, headers, replayed }: ArrivalAnswer): RouteAnswer {
  return { status, body, ...(headers ? { headers } : {}), ...(replayed ? { replayed } : {}) }
}

/** Waits for an order to be accepted or rejected, when its sender asked for that. Past the time nobody knows yet. */
async function decided(
  { tenant, waitSeconds }: RouteRequest,
  answer: ArrivalAnswer,
  { next }: IntakeDoorPorts,
): Promise<string | undefined> {
  const { order } = answer.body
  if (!next || waitSeconds === undefined || typeof order !== 'string' || answer.replayed) return undefined
  if (answer.decided) return answer.decided
  const event = await next(subjectOf(tenant, 'order', order), isDecision, waitSeconds * 1000)
  return event && decidedIn([event])
}
