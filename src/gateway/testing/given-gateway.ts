import { connect, type Socket } from 'node:net'
import Type from 'typebox'
import { defineErrors } from '../../base/errors.ts'
import { seededRandom } from '../../base/random.ts'
import { memoryKeyStore } from '../../governance/key-store.ts'
import { type Keys, openKeys } from '../../governance/keys.ts'
import { sameTenant } from '../../governance/tenant.ts'
import type { Route, RouteRequest } from '../../journal/route.ts'
import type { GatewayOptions } from '../options.ts'
import { type Gateway, openGateway } from '../server.ts'

/** A clock that stands still until it is moved. */
export class StillClock {
  at = Date.UTC(2026, 10, 21, 12)
  now(): number {
    return this.at
  }
}

/** What a core would throw for a key of its own; the gateway only carries it. */
const coreErrors = defineErrors('test', {
  KEY_IN_FLIGHT: { kind: 'conflict', status: 409, retry: 'later', says: () => 'Under way.', remedy: 'Wait.' },
  KEY_REUSED: { kind: 'conflict', status: 422, retry: 'never', says: () => 'Other body.', remedy: 'New key.' },
})

const quantity = Type.Object({ value: Type.String(), uom: Type.String() }, { additionalProperties: false })
const line = Type.Object({ line: Type.String(), sku: Type.String(), quantity }, { additionalProperties: false })
const order = Type.Object(
  { customerOrder: Type.String({ maxLength: 80 }), lines: Type.Array(line, { minItems: 1, maxItems: 10_000 }) },
  { additionalProperties: false },
)

/** A core that takes orders and remembers what reached it. */
export class FakeCore {
  readonly taken: RouteRequest[] = []
  readonly #answers = new Map<string, { body: string; answer: object }>()
  /** While set, an order waits for it. */
  gate: Promise<void> | undefined

  async take(request: RouteRequest) {
    const key = request.idempotencyKey as string
    const body = Buffer.from(request.rawBody).toString()
    const known = this.#answers.get(key)
    if (known && known.body !== body) throw coreErrors.KEY_REUSED()
    if (known && 'pending' in known.answer) throw coreErrors.KEY_IN_FLIGHT()
    if (known) return { status: 202, body: known.answer, replayed: true }
    this.#answers.set(key, { body, answer: { pending: true } })
    await this.gate
    this.taken.push(request)
    const answer = { id: `o0-00-${this.taken.length}` }
    this.#answers.set(key, { body, answer })
    return { status: 202, body: answer }
  }
}

export const testRoutes: readonly Route<FakeCore>[] = [
  {
    method: 'POST',
    path: '/v1/orders',
    operationId: 'submitOrder',
    summary: 'Takes an order.',
    tier: 'process',
    scope: 'orders:write',
    priority: 1,
    body: order,
    batch: true,
    idempotency: 'required',
    responses: { 202: Type.Object({ id: Type.String() }) },
    handle: (request, core) => {
      if (!request.items) return core.take(request)
      const answers = request.items.map(({ error }, index) => ({
        index,
        status: error?.status ?? 202,
        code: error?.code,
      }))
      return { status: 207, body: { answers } }
    },
  },
  {
    method: 'GET',
    path: '/v1/orders/{id}',
    operationId: 'readOrder',
    summary: 'One order.',
    tier: 'process',
    scope: 'orders:read',
    priority: 2,
    params: Type.Object({ id: Type.String({ maxLength: 40 }) }),
    responses: { 200: Type.Object({ id: Type.String() }) },
    handle: ({ tenant, params }) => {
      const found = params['id'] === 'o-of-beta' ? { tenant: 'beta', id: 'o-of-beta' } : undefined
      return { status: 200, body: sameTenant(tenant, params['id'] === 'o-1' ? { tenant: 'acme', id: 'o-1' } : found) }
    },
  },
  {
    method: 'GET',
    path: '/v1/orders',
    operationId: 'listOrders',
    summary: 'Orders, page by page.',
    tier: 'process',
    scope: 'orders:read',
    priority: 3,
    paged: true,
    query: Type.Object(
      {
        limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
        cursor: Type.Optional(Type.String({ maxLength: 500 })),
        sort: Type.Optional(Type.Union([Type.Literal('receivedAt'), Type.Literal('customerOrder')])),
        open: Type.Optional(Type.Boolean()),
      },
      { additionalProperties: false },
    ),
    responses: { 200: Type.Object({ orders: Type.Array(Type.Unknown()) }) },
    handle: ({ query }) => {
      const from = Number(query['cursor'] ?? 0)
      return { status: 200, body: { orders: [], query }, next: String(from + (query['limit'] as number)) }
    },
  },
  {
    method: 'POST',
    path: '/v1/fail',
    operationId: 'fail',
    summary: 'Fails.',
    tier: 'operations',
    scope: 'orders:write',
    priority: 4,
    responses: { 200: null },
    handle: () => {
      throw new Error('select secret from api_key')
    },
  },
]

/** A gateway with one tenant's shop, another tenant, and whatever a test adds. */
export interface Given {
  readonly gateway: Gateway
  readonly core: FakeCore
  readonly keys: Keys
  readonly clock: StillClock
  readonly shop: string
  readonly other: string
  readonly logged: { what: string; particulars: Record<string, unknown> }[]
  readonly refusals: { code: string; source: string; route: string }[]
}

export async function givenGateway(more: Partial<GatewayOptions<FakeCore>> = {}): Promise<Given> {
  const clock = new StillClock()
  const random = seededRandom(7)
  const keys = openKeys(memoryKeyStore(), { clock, random })
  const core = new FakeCore()
  const logged: Given['logged'] = []
  const refusals: Given['refusals'] = []
  const gateway = openGateway<FakeCore>({
    routes: testRoutes,
    ports: core,
    clock,
    random,
    admit: keys.admit,
    log: (_level, what, particulars) => logged.push({ what, particulars }),
    refused: ({ code, source, route }) => refusals.push({ code, source, route }),
    ...more,
  })
  const { text: shop } = await keys.make('acme', { name: 'shop', system: 'shop', scopes: ['orders:*', 'in:write'] })
  const { text: other } = await keys.make('beta', { name: 'reader', scopes: ['orders:read'] })
  return { gateway, core, keys, clock, shop, other, logged, refusals }
}

export const goodOrder = {
  customerOrder: 'PO-1',
  lines: [{ line: '1', sku: '4711', quantity: { value: '2', uom: 'EA' } }],
}

/** Sends bytes over a socket of its own and answers what came back until the other side closed, or the time was over. */
export async function overSocket(
  port: number,
  send: (socket: Socket) => void | Promise<void>,
  timeoutMs = 3_000,
): Promise<{ readonly text: string; readonly closed: boolean; readonly tookMs: number }> {
  const began = performance.now()
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => chunks.push(Buffer.alloc(0))) // a reset is an end, and the text shows what came before
  const closed = new Promise<boolean>((resolve) => {
    socket.on('close', () => resolve(true))
    setTimeout(() => resolve(false), timeoutMs).unref()
  })
  await new Promise((resolve) => socket.on('connect', resolve))
  await send(socket)
  const isClosed = await closed
  socket.destroy()
  return { text: Buffer.concat(chunks).toString(), closed: isClosed, tookMs: performance.now() - began }
}

/** The head of a POST of an order, ready for a body. */
export function headOf(key: string, headers: readonly string[], path = '/v1/orders'): string {
  const all = [
    `POST ${path} HTTP/1.1`,
    'Host: hub',
    `Authorization: Bearer ${key}`,
    'Content-Type: application/json',
    ...headers,
  ]
  return `${all.join('\r\n')}\r\n\r\n`
}
