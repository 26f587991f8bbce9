/** What a shop that signs its webhooks tells the hub, through the real doors into the real rooms. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/base/random.ts'
import { secret } from '../../src/base/secret.ts'
import { httpSignatures } from '../../src/connectors/http-signatures/index.ts'
import { standardWebhooks } from '../../src/connectors/webhook/index.ts'
import { type HookPorts, hooks } from '../../src/gateway/hooks.ts'
import { type Gateway, openGateway } from '../../src/gateway/server.ts'
import { arriving } from '../../src/hub/arriving.ts'
import { signaturesOf } from '../../src/hub/signatures.ts'
import { type Journey, openHub } from '../support/hub.ts'
import { acme, purchaseOrder850, shopOrder, smallBusiness } from '../support/retailer.ts'

const values: Readonly<Record<string, string>> = {
  OLD: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
  NEW: `whsec_${Buffer.alloc(32, 2).toString('base64')}`,
  BIGBOX: Buffer.alloc(32, 3).toString('base64'),
}
const secretOf = (name: string) => values[name] as string
const signature = standardWebhooks(secret('NEW'), secret('OLD'))
const bigbox = httpSignatures({ id: 'bigbox', secret: secret('BIGBOX') })
const signing = {
  ...acme,
  partners: (acme.partners ?? []).map((one) => (one.name === 'bigbox' ? { ...one, signature: bigbox } : one)),
  systems: { ...acme.systems, shop: { ...acme.systems['shop'], role: 'shop' as const, signature } },
}

let hub: Journey
let gateway: Gateway
const refused: string[] = []

beforeEach(async () => {
  hub = await openHub(signing, { edi: true, landscape: smallBusiness() })
  const signatures = signaturesOf(signing, secretOf)
  gateway = openGateway<HookPorts>({
    routes: hooks,
    ports: {
      tenant: hub.hub.tenant,
      signatureOf: (system) => signatures.get(system),
      arrive: arriving(hub.hub.intake),
    },
    clock: hub.time,
    random: seededRandom(7),
    admit: () => expect.unreachable('no key is asked for'),
    refused: ({ code }) => refused.push(code),
  })
  refused.length = 0
})
afterEach(async () => {
  await gateway.drain()
  await hub.close()
})

interface Sent {
  readonly id?: string
  readonly by?: string
  readonly at?: number
  readonly to?: string
  readonly headers?: Record<string, string>
}

async function tells(content: object | string, { id = 'msg_1', by = 'OLD', at = 0, to = 'shop', headers }: Sent = {}) {
  const body = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
  const signed = standardWebhooks(secret(by))
    .open(secretOf)
    .sign(id, body, hub.time.now() + at, { method: 'POST', target: `/hooks/${to}` }, {})
  const answer = gateway.inject({
    method: 'POST',
    url: `/hooks/${to}`,
    payload: body,
    headers: { 'content-type': 'application/json', ...(headers ?? signed) },
  })
  const { statusCode, json, headers: answered } = await hub.until(answer)
  return { status: statusCode, body: json() as Record<string, unknown>, replayed: answered['idempotency-replayed'] }
}

const order = shopOrder('W-1', [{ item: 'BOLT', quantity: 3 }])

test('a signed order needs no key, and becomes an order', async () => {
  expect(await tells(order)).toMatchObject({ status: 202, body: { customerOrder: 'W-1' } })
  await hub.settles()
  expect(hub.posted()).toMatchObject([{ lines: 1 }])
})

test('W01: without a signature, with a bad one and for somebody who signs nothing it is 401, whatever the body is', async () => {
  const bodies = ['{ no JSON', JSON.stringify(order)]
  for (const body of bodies) {
    expect(await tells(body, { headers: {} })).toMatchObject({
      status: 401,
      body: { code: 'XD_GATEWAY_SIGNATURE_MISSING' },
    })
    const forged = { 'webhook-id': 'msg_1', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' }
    const wrong = await tells(body, { headers: forged })
    expect(wrong).toMatchObject({ status: 401, body: { code: 'XD_GATEWAY_SIGNATURE_WRONG' } })
    for (const to of ['erp', 'nobody']) {
      const other = await tells(body, { to })
      expect({ ...other.body, trace_id: '' }).toEqual({ ...wrong.body, trace_id: '' })
    }
  }
  expect(refused).toHaveLength(8)
  await hub.settles()
  expect(hub.of('order.received')).toEqual([])
})

test('W02: six minutes off is 401', async () => {
  for (const at of [-360_000, 360_000])
    expect(await tells(order, { at })).toMatchObject({ status: 401, body: { code: 'XD_GATEWAY_SIGNATURE_OLD' } })
})

test('W03: the same message again, signed anew, is 200 and has no effect', async () => {
  const first = await tells(order)
  await hub.passes(60_000)
  const again = await tells(order)
  expect(again).toMatchObject({ status: 200, replayed: 'true', body: { order: first.body['order'] } })
  await hub.settles()
  expect(hub.posted()).toHaveLength(1)
  expect(await tells(shopOrder('W-2', [{ item: 'BOLT', quantity: 1 }]))).toMatchObject({
    status: 422,
    body: { code: 'XD_INTAKE_IDEMPOTENCY_KEY_REUSED' },
  })
})

test('W04: the old secret and the new one are believed', async () => {
  expect((await tells(order, { by: 'OLD' })).status).toBe(202)
  expect((await tells(shopOrder('W-2', [{ item: 'BOLT', quantity: 1 }]), { id: 'msg_2', by: 'NEW' })).status).toBe(202)
})

test.each([
  ['W05: a report of an unknown type', { id: 'e1', type: 'customer.sang', occurredAt: '2026-01-05T08:00:00Z' }],
  ['W05: a message of a form nobody knows', { event: 'customer_created', data: {} }],
  ['W05: a signed body that is no JSON', '{ no JSON'],
])('%s is parked with a case and answered 202, so that it is not sent for ever', async (_what, content) => {
  const first = await tells(content)
  expect(first).toMatchObject({ status: 202, body: { state: 'parked', receipt: expect.any(String) } })
  await hub.settles()
  expect(hub.of('report.refused')).toHaveLength(1)
})

test('W05: what was parked is one case, however often it is sent', async () => {
  const message = { event: 'customer_created', data: {} }
  await tells(message)
  expect(await tells(message)).toMatchObject({ status: 200, body: { state: 'parked' } })
  await hub.settles()
  expect(hub.of('report.refused')).toHaveLength(1)
})

describe('signed HTTP', () => {
  async function posts(number: string, { at = 0, to = '/hooks/bigbox', key }: Posted = {}) {
    const control = 900 + number.length
    const body = Buffer.from(purchaseOrder850({ number, control, lines: [{ item: 'BOLT', quantity: 3 }] }))
    const line = { method: 'POST', target: '/hooks/bigbox' }
    const named = key === undefined ? {} : { 'idempotency-key': key }
    const sent = { host: 'hub.acme.example', 'content-type': 'application/edi-x12', ...named }
    const signed = bigbox.open(secretOf).sign('', body, hub.time.now() + at, line, sent)
    const answer = gateway.inject({ method: 'POST', url: to, payload: body, headers: { ...sent, ...signed } })
    const { statusCode, json } = await hub.until(answer)
    return { status: statusCode, code: (json() as { code?: string }).code }
  }

  test('an 850 that is signed as RFC 9421 says needs no key of ours, and becomes an order', async () => {
    expect(await posts('PO-1')).toMatchObject({ status: 202 })
    await hub.settles()
    expect(hub.posted()).toMatchObject([{ lines: 1 }])
  })

  test('W01, W02: signed for another address, or six minutes ago, it is 401 and has no effect', async () => {
    expect(await posts('PO-1', { to: '/hooks/bigbox/orders' })).toEqual({
      status: 401,
      code: 'XD_GATEWAY_SIGNATURE_WRONG',
    })
    expect(await posts('PO-1', { at: -360_000 })).toEqual({ status: 401, code: 'XD_GATEWAY_SIGNATURE_OLD' })
    await hub.settles()
    expect(hub.of('interchange.received')).toEqual([])
  })

  test('W03: recorded and sent again within five minutes it is 200, and has no effect', async () => {
    for (const [number, how] of [
      ['PO-1', {}],
      ['PO-22', { key: 'bigbox-1' }],
    ] as const) {
      expect(await posts(number, how)).toEqual({ status: 202 })
      expect(await posts(number, how)).toEqual({ status: 200 })
    }
    await hub.settles()
    expect(hub.posted()).toHaveLength(2)
  })
})

interface Posted {
  readonly at?: number
  readonly to?: string
  readonly key?: string
}
