import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildLandscape } from './landscape.ts'
import { type HubDoor, hubDoor } from './serve.ts'
import { Shop } from './shop/shop.ts'
import { SimulatedWorld } from './world.ts'

interface Asked {
  readonly path: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

let asked: Asked[] = []
let answer: () => { readonly status: number; readonly body: string } | 'cut'
let door: HubDoor

const hub = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    asked.push({ path: request.url, headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) })
    const reply = answer()
    if (reply === 'cut') response.destroy()
    else response.writeHead(reply.status, { 'content-type': 'application/json' }).end(reply.body)
  })
})

beforeEach(async () => {
  asked = []
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve))
  door = hubDoor(`http://127.0.0.1:${(hub.address() as AddressInfo).port}`, 'wms1', 'xd_live_test')
})
afterEach(async () => {
  await door.close()
  await new Promise((resolve) => hub.close(resolve))
})

const report = (id: string) => ({
  id,
  type: 'pick.started',
  order: 'o1',
  sequence: 1,
  occurredAt: '2026-01-05T08:00:00Z',
})

test('one report goes as an object and many as a list, to the doorway of the system, with its key', async () => {
  answer = () => ({ status: 202, body: '{}' })
  expect(await door.emit([report('a')])).toBe('ok')
  expect(await door.emit([report('a'), report('b')], 'master')).toBe('ok')
  expect(asked.map((one) => one.path)).toEqual(['/in/wms1', '/in/wms1/master'])
  expect(asked.map((one) => Array.isArray(one.body))).toEqual([false, true])
  expect(asked[0]?.headers.authorization).toBe('Bearer xd_live_test')
})

test('an answer for each report is told report by report', async () => {
  answer = () => ({ status: 207, body: '{"results":[{"status":202},{"status":422}]}' })
  expect(await door.emit([report('a'), report('b')])).toEqual(['ok', 'refused'])
})

test.each<[string, ReturnType<typeof answer>, string]>([
  ['overload', { status: 429, body: '{}' }, 'later'],
  ['a fault of the hub', { status: 500, body: '{}' }, 'later'],
  ['a refusal', { status: 422, body: '{}' }, 'refused'],
  ['a broken line', 'cut', 'unknown'],
])('%s leaves the sender knowing what to do', async (_, reply, taken) => {
  answer = () => reply
  expect(await door.emit([report('a')])).toBe(taken)
})

test('a shop places orders through it, each under its own Idempotency-Key, and learns their ids', async () => {
  answer = () => ({ status: 202, body: '{"id":"o0-5f-1"}' })
  const shop = new Shop({ name: 'shop', seed: 7 }, buildLandscape({ seed: 7, items: 50 }), {
    ...new SimulatedWorld().ports('shop'),
    place: (document, key) => door.place(document, key),
  })
  await shop.placeAll(3, 2)
  expect(asked.map((one) => one.path)).toEqual(['/v1/orders', '/v1/orders', '/v1/orders'])
  expect(asked.map((one) => one.headers['idempotency-key']).sort()).toEqual([
    'shop-PO-0000001',
    'shop-PO-0000002',
    'shop-PO-0000003',
  ])
  const outcomes = [...shop.ledger.rows()].filter((row) => row.kind === 'outcome')
  expect(outcomes.map((row) => [row.order, row.detail])).toEqual([
    ['o0-5f-1', 'ok'],
    ['o0-5f-1', 'ok'],
    ['o0-5f-1', 'ok'],
  ])
})
