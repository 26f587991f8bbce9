import { expect, test } from 'vitest'
import type { RouteRequest } from '../journal/route.ts'
import type { ReceiptRow } from '../store/contract.ts'
import type { Arrival } from './arrival.ts'
import { problemOf } from './arrival.ts'
import { errors } from './errors.ts'
import { type IntakeDoorPorts, routes } from './routes.ts'
import { json, NOW, SHOP_ORDER } from './testing/desk.ts'

const ORDER = 'o0-5f-01k3v9x2q7-0003'
const RECEIPT: ReceiptRow = {
  id: 'r0-5f-01k3v9x2q7-0001',
  tenant: 'acme',
  sender: 'shop',
  channel: 'http',
  at: NOW,
  verdict: 'accepted',
  digest: Buffer.from('0a0b', 'hex'),
  bytes: Buffer.from('{}'),
}

const asked = (over: Partial<RouteRequest> = {}): RouteRequest => ({
  tenant: 'acme',
  caller: { key: 'shop key', tenant: 'acme', system: 'shop', scopes: ['orders:write'] },
  params: {},
  query: {},
  body: SHOP_ORDER,
  rawBody: json(SHOP_ORDER),
  contentType: 'application/json',
  idempotencyKey: 'k-1',
  traceparent: '',
  correlationId: '',
  now: NOW,
  signal: new AbortController().signal,
  ...over,
})

const given = (over: Partial<IntakeDoorPorts> = {}) => {
  const taken: Arrival[] = []
  const ports: IntakeDoorPorts = {
    intake: {
      submit: async (arrival) => {
        taken.push(arrival)
        return { status: 202, body: { order: ORDER, state: 'received' }, headers: { location: `/v1/orders/${ORDER}` } }
      },
    },
    receipt: async (id) => (id === RECEIPT.id ? RECEIPT : undefined),
    hasOrder: async (tenant, id) => tenant === 'acme' && id === ORDER,
    ...over,
  }
  const call = async (operation: string, request: RouteRequest) =>
    routes.find(({ operationId }) => operationId === operation)?.handle(request, ports)
  return { call, taken }
}

test('an order goes to intake as it came, under the caller’s system and key', async () => {
  const { call, taken } = given()
  expect(await call('createOrder', asked())).toMatchObject({
    status: 202,
    headers: { location: `/v1/orders/${ORDER}` },
  })
  expect(taken).toMatchObject([
    { tenant: 'acme', system: 'shop', channel: 'http', topic: 'orders', idempotencyKey: 'k-1', parsed: SHOP_ORDER },
  ])
})

test('a batch goes on with each element as the door read it', async () => {
  const { call, taken } = given()
  const items = [{ body: SHOP_ORDER, bytes: json(SHOP_ORDER) }]
  await call('createOrder', asked({ items, body: undefined }))
  expect(taken[0]).toMatchObject({ items })
  expect(taken[0]?.parsed).toBeUndefined()
})

test('what intake refuses is thrown with all its faults, for the gateway to write', async () => {
  const error = errors.DOCUMENT_FAULTY.with([{ pointer: '/lines', detail: 'There are no lines.' }], 'order', 1)
  const { call } = given({ intake: { submit: async () => problemOf(error) } })
  await expect(call('createOrder', asked())).rejects.toBe(error)
})

test('who waits hears what became of the order; past the time it is still 202', async () => {
  const accepted = given({ next: async () => ({ type: 'order.accepted' }) as never })
  expect(await accepted.call('createOrder', asked({ waitSeconds: 2 }))).toMatchObject({
    status: 200,
    body: { state: 'accepted' },
  })
  expect(await accepted.call('createOrder', asked())).toMatchObject({ status: 202, body: { state: 'received' } })
  const late = given({ next: async () => undefined })
  expect(await late.call('createOrder', asked({ waitSeconds: 2 }))).toMatchObject({ status: 202 })
})

test('a person’s key enters orders for the order desk, where there is one', async () => {
  const caller = { key: 'ann', tenant: 'acme', scopes: ['orders:write'] }
  await expect(given().call('createOrder', asked({ caller }))).rejects.toMatchObject({
    code: 'XD_INTAKE_SENDER_UNKNOWN',
  })
  const { call, taken } = given({ orderDesk: 'desk' })
  await call('createOrder', asked({ caller }))
  expect(taken[0]?.system).toBe('desk')
})

test('H13: another tenant’s order and one that does not exist are the same 404', async () => {
  const { call } = given()
  const body = { reason: 'ordered twice' }
  const ours = await call('cancelOrder', asked({ params: { id: ORDER }, body }))
  expect(ours).toMatchObject({ status: 202 })
  const answers = await Promise.all(
    [
      asked({ tenant: 'other', params: { id: ORDER }, body }),
      asked({ params: { id: 'o0-00-0000000000-0000' }, body }),
    ].map((request) =>
      call('cancelOrder', request)?.then(undefined, (error: { code: string; status: number }) => error),
    ),
  )
  expect(answers).toMatchObject([
    { code: 'XD_INTAKE_ORDER_UNKNOWN', status: 404 },
    { code: 'XD_INTAKE_ORDER_UNKNOWN', status: 404 },
  ])
})

test('a receipt is shown to its own tenant only, with its bytes when asked', async () => {
  const { call } = given()
  const params = { id: RECEIPT.id }
  expect(await call('getReceipt', asked({ params }))).toMatchObject({
    status: 200,
    body: { sender: 'shop', verdict: 'accepted', digest: '0a0b', bytes: 2 },
  })
  expect(await call('getReceipt', asked({ params, query: { content: true } }))).toMatchObject({
    body: RECEIPT.bytes,
    contentType: 'application/octet-stream',
  })
  await expect(call('getReceipt', asked({ params, tenant: 'other' }))).rejects.toMatchObject({ status: 404 })
})
