import { describe, expect, test, vi } from 'vitest'
import { seededRandom } from '../base/random.ts'
import { Admission } from './admission.ts'
import type { GatewayOptions } from './options.ts'
import { type FakeCore, type Given, givenGateway, goodOrder, headOf, overSocket } from './testing/given-gateway.ts'

interface Sent {
  readonly body?: string | Buffer
  readonly headers?: Record<string, string>
  readonly key?: string
}

const given = (more?: Partial<GatewayOptions<FakeCore>>) => givenGateway(more)

async function post(
  { gateway, shop }: Given,
  { body = JSON.stringify(goodOrder), headers = {}, key = shop }: Sent = {},
  url = '/v1/orders',
) {
  return gateway.inject({
    method: 'POST',
    url,
    payload: body,
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'idempotency-key': 'k-1',
      ...headers,
    },
  })
}

async function get({ gateway, shop }: Given, url: string, headers: Record<string, string> = {}, key = shop) {
  return gateway.inject({ method: 'GET', url, headers: { authorization: `Bearer ${key}`, ...headers } })
}

const codeOf = (answer: { json(): unknown }) => (answer.json() as { code: string }).code

describe('an order over HTTP', () => {
  test('is answered 202 and reaches the core once, with its bytes', async () => {
    const hub = await given()
    const answer = await post(hub, { headers: { prefer: 'respond-async, wait=99' } })
    expect(answer.statusCode).toBe(202)
    expect(answer.json()).toEqual({ id: 'o0-00-1' })
    const [taken] = hub.core.taken
    expect(taken).toMatchObject({
      tenant: 'acme',
      idempotencyKey: 'k-1',
      contentType: 'application/json',
      waitSeconds: 30,
      respondAsync: true,
    })
    expect(Buffer.from(taken?.rawBody as Uint8Array).toString()).toBe(JSON.stringify(goodOrder))
    expect(taken?.body).toEqual(goodOrder)
    expect(taken?.caller).toMatchObject({ key: 'shop', system: 'shop' })
  })

  test('a problem names what is wrong, where, and the way out; nothing else', async () => {
    const hub = await given()
    const answer = await post(hub, { body: '{"customerOrder":"CANARY-4711","customerOrder":"x"}' })
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.json()).toEqual({
      type: 'urn:crossdock:error:XD_GATEWAY_JSON_DUPLICATE_KEY',
      title: 'Json duplicate key',
      status: 400,
      detail: 'The JSON has the same member twice in one object.',
      code: 'XD_GATEWAY_JSON_DUPLICATE_KEY',
      retry: 'after-fix',
      remedy: 'Send each member once; readers disagree about which of two counts.',
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      errors: [{ pointer: '/customerOrder', detail: 'is there twice' }],
    })
    expect(answer.body).not.toContain('CANARY')
    expect(hub.refusals).toEqual([{ code: 'XD_GATEWAY_JSON_DUPLICATE_KEY', source: '127.0.0.1', route: '/v1/orders' }])
  })

  test('a fault of the hub says nothing about its insides', async () => {
    const hub = await given()
    const answer = await hub.gateway.inject({
      method: 'POST',
      url: '/v1/fail',
      headers: { authorization: `Bearer ${hub.shop}` },
    })
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toMatch(/secret|select|\.ts|at /)
    expect(hub.logged[0]?.particulars['error']).toBeInstanceOf(Error)
  })
})

describe('bad input at the door', () => {
  test.each([
    ['H01 truncated JSON', '{"a":', 400, 'JSON_MALFORMED'],
    ['H01 trailing text', `${JSON.stringify(goodOrder)}x`, 400, 'JSON_MALFORMED'],
    ['H03 nesting', `${'['.repeat(10_000)}${']'.repeat(10_000)}`, 400, 'JSON_TOO_DEEP'],
    ['H04 __proto__', '{"__proto__":{"admin":true}}', 400, 'JSON_FORBIDDEN_KEY'],
    ['H05 a member twice', '{"lines":[{"qty":1,"qty":100}]}', 400, 'JSON_DUPLICATE_KEY'],
    ['H06 a number beyond a double', '{"lines":[{"quantity":1e400}]}', 422, 'NUMBER_OUT_OF_RANGE'],
    ['H07 U+0000', '{"customerOrder":"\\u0000"}', 400, 'TEXT_INVALID'],
    [
      'H12 members nobody knows',
      JSON.stringify({ ...goodOrder, status: 'shipped', tenant_id: 'beta' }),
      422,
      'UNKNOWN_FIELD',
    ],
    ['H20 no lines', JSON.stringify({ ...goodOrder, lines: [] }), 422, 'BODY_INVALID'],
  ])('%s', async (_title, body, status, code) => {
    const hub = await given()
    const answer = await post(hub, { body })
    expect([answer.statusCode, codeOf(answer)]).toEqual([status, `XD_GATEWAY_${code}`])
    expect(hub.core.taken).toEqual([])
  })

  test('H07 bytes that are no UTF-8', async () => {
    const answer = await post(await given(), { body: Buffer.from([0x22, 0xff, 0x22]) })
    expect([answer.statusCode, codeOf(answer)]).toEqual([400, 'XD_GATEWAY_TEXT_INVALID'])
  })

  test('H12 every unknown or missing member is listed with its pointer', async () => {
    const answer = await post(await given(), {
      body: JSON.stringify({ customerOrder: 7, lines: [{ line: '1', 'price/override': '0' }] }),
    })
    expect(answer.statusCode).toBe(422)
    const { errors } = answer.json() as { errors: { pointer: string; code: string }[] }
    expect(errors.map(({ pointer, code }) => `${code} ${pointer}`).sort()).toEqual([
      'INVALID /customerOrder',
      'MISSING /lines/0/quantity',
      'MISSING /lines/0/sku',
      'UNKNOWN_FIELD /lines/0/price~1override',
    ])
  })

  test('H12 thirty faults are thirty entries', async () => {
    const lines = Array.from({ length: 30 }, (_, at) => ({ ...goodOrder.lines[0], [`odd${at}`]: 1 }))
    const answer = await post(await given(), { body: JSON.stringify({ ...goodOrder, lines }) })
    expect((answer.json() as { errors: unknown[] }).errors).toHaveLength(30)
  })

  test.each([
    'application/json garbage',
    'application/json, text/plain',
    'text/plain',
    '',
    'application/json; charset=utf-16',
    'application/json;x',
  ])('H08 Content-Type %j is 415', async (type) => {
    const hub = await given()
    const answer = await post(hub, { headers: { 'content-type': type } })
    expect([answer.statusCode, codeOf(answer)]).toEqual([415, 'XD_GATEWAY_CONTENT_TYPE'])
    expect(hub.core.taken).toEqual([])
  })

  test('H08 a charset of UTF-8 is fine', async () => {
    expect(
      (await post(await given(), { headers: { 'content-type': 'Application/JSON; charset="UTF-8"' } })).statusCode,
    ).toBe(202)
  })

  test('H13 another tenant’s order answers exactly as one that does not exist', async () => {
    const hub = await given()
    const [theirs, nobodys] = [await get(hub, '/v1/orders/o-of-beta'), await get(hub, '/v1/orders/o-of-nobody')]
    const shown = ({ statusCode, json }: typeof theirs) => ({ statusCode, ...(json() as object), trace_id: '' })
    expect(theirs.statusCode).toBe(404)
    expect(shown(theirs)).toEqual(shown(nobodys))
    expect((await get(hub, '/v1/orders/o-of-beta', {}, hub.other)).statusCode).toBe(200)
  })

  test.each([
    ['none', undefined, 'MISSING'],
    ['of 256 characters', 'k'.repeat(256), 'INVALID'],
    ['empty in quotes', '""', 'INVALID'],
    ['with a tab', 'a\tb', 'INVALID'],
    ['beyond ASCII', 'ключ'.normalize('NFKD').replace(/./g, '\u00e9'), 'INVALID'],
  ])('H14 an Idempotency-Key: %s', async (_title, key, which) => {
    const hub = await given()
    const answer = await hub.gateway.inject({
      method: 'POST',
      url: '/v1/orders',
      payload: JSON.stringify(goodOrder),
      headers: {
        authorization: `Bearer ${hub.shop}`,
        'content-type': 'application/json',
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
    })
    expect([answer.statusCode, codeOf(answer)]).toEqual([400, `XD_GATEWAY_IDEMPOTENCY_KEY_${which}`])
    expect(hub.core.taken).toEqual([])
  })

  test('H14 a quoted key and the bare one are the same key', async () => {
    const hub = await given()
    await post(hub, { headers: { 'idempotency-key': '"a \\"b\\""' } })
    const again = await post(hub, { headers: { 'idempotency-key': 'a "b"' } })
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(hub.core.taken).toHaveLength(1)
  })

  test('H15 the same key: the first answer again, 409 while it is under way, 422 for another body', async () => {
    const hub = await given()
    let open = () => {}
    hub.core.gate = new Promise((resolve) => {
      open = resolve
    })
    const first = post(hub)
    await new Promise(setImmediate)
    const busy = await post(hub)
    expect([busy.statusCode, busy.headers['retry-after']]).toEqual([409, '1'])
    open()
    expect((await first).headers['idempotency-replayed']).toBeUndefined()
    const again = await post(hub)
    expect([again.statusCode, again.headers['idempotency-replayed'], again.json()]).toEqual([
      202,
      'true',
      { id: 'o0-00-1' },
    ])
    const other = await post(hub, { body: JSON.stringify({ ...goodOrder, customerOrder: 'PO-2' }) })
    expect(other.statusCode).toBe(422)
  })

  test('H15 a hundred at once have one effect', async () => {
    const hub = await given()
    const answers = await Promise.all(Array.from({ length: 100 }, () => post(hub)))
    expect(hub.core.taken).toHaveLength(1)
    const statuses = answers.map(({ statusCode }) => statusCode)
    expect(statuses.every((status) => status === 202 || status === 409)).toBe(true)
    expect(statuses).toContain(202)
  })

  test.each([
    'limit=1000000000',
    'limit=0',
    'limit=1.5',
    'limit=',
    'cursor=forged',
    'sort=secret_column',
    'unknown=1',
    'open=maybe',
    'limit=1&limit=2',
    'cursor=%00',
    'sort=a%0d%0a',
  ])('H16 a list with %s is 400', async (query) => {
    const answer = await get(await given(), `/v1/orders?${query}`)
    expect(answer.statusCode).toBe(400)
    expect(answer.body).not.toContain('secret_column')
  })

  test('H16 a cursor goes back as it came, to the same list of the same tenant only', async () => {
    const hub = await given()
    const first = (await get(hub, '/v1/orders?limit=10&open=true')).json() as { nextCursor: string }
    const second = await get(hub, `/v1/orders?limit=10&cursor=${first.nextCursor}`)
    expect(second.json()).toMatchObject({ query: { limit: 10, cursor: '10' } })
    expect(second.headers['link']).toMatch(/^<\/v1\/orders\?limit=10&cursor=[\w-]+>; rel="next"$/)
    expect((await get(hub, `/v1/orders?cursor=${first.nextCursor}`, {}, hub.other)).statusCode).toBe(400)
    expect((await get(hub, `/v1/orders?cursor=${first.nextCursor.slice(0, -2)}`)).statusCode).toBe(400)
  })

  test('H17 another method is 405 with Allow, and a method in a header or the query is ignored', async () => {
    const hub = await given()
    const answer = await hub.gateway.inject({
      method: 'PUT',
      url: '/v1/orders',
      headers: { authorization: `Bearer ${hub.shop}` },
    })
    expect([answer.statusCode, answer.headers['allow']]).toEqual([405, 'POST, GET'])
    const listed = await get(hub, '/v1/orders', { 'x-http-method-override': 'DELETE', 'x-method-override': 'POST' })
    expect(listed.statusCode).toBe(200)
  })

  test.each(['a\\r\\nSet-Cookie: x', 'x'.repeat(8_192), '<script>', 'é'])(
    'H18 a correlation id that is odd is replaced: %s',
    async (id) => {
      const hub = await given()
      const answer = await post(hub, { headers: { 'x-correlation-id': id } })
      expect(answer.statusCode).toBe(202)
      expect(answer.headers['x-correlation-id']).toMatch(/^[0-9a-f]{32}$/)
      expect(hub.core.taken[0]?.correlationId).toBe(answer.headers['x-correlation-id'])
    },
  )

  test('H18 a plain one is kept', async () => {
    expect(
      (await post(await given(), { headers: { 'x-correlation-id': 'shop:order/4711' } })).headers['x-correlation-id'],
    ).toBe('shop:order/4711')
  })

  test.each([
    '%2e%2e%2f',
    '..%2f..%2fetc%2fpasswd',
    '%00',
    'o%0d%0a',
    '%c0%ae%c0%ae%2f',
    '%ff',
    '%zz',
    'x'.repeat(300),
    'x'.repeat(41),
  ])('H19 the path /v1/orders/%s is 400 or 404', async (id) => {
    const answer = await get(await given(), `/v1/orders/${id}`)
    expect([400, 404]).toContain(answer.statusCode)
    expect(answer.headers['content-type']).toContain('application/problem+json')
  })

  test('H22 X-Forwarded-For is ignored, unless the proxy is listed', async () => {
    const forwarded = { 'x-forwarded-for': '203.0.113.9' }
    const open = await given()
    await get(open, '/v1/nothing', forwarded)
    expect(open.refusals.at(-1)?.source).toBe('127.0.0.1')
    const behind = await given({ trustedProxies: ['127.0.0.1'] })
    await get(behind, '/v1/nothing', forwarded)
    expect(behind.refusals.at(-1)?.source).toBe('203.0.113.9')
  })
})

describe('who calls', () => {
  test('no key, a wrong scheme, a wrong key: 401, and the body is not looked at', async () => {
    const hub = await given()
    const missing = await hub.gateway.inject({
      method: 'POST',
      url: '/v1/orders',
      payload: '{',
      headers: { 'content-type': 'application/json' },
    })
    expect([missing.statusCode, codeOf(missing), missing.headers['www-authenticate']]).toEqual([
      401,
      'XD_GATEWAY_KEY_MISSING',
      'Bearer realm="crossdock"',
    ])
    const basic = await hub.gateway.inject({
      method: 'GET',
      url: '/v1/orders',
      headers: { authorization: 'Basic eDp5' },
    })
    expect(codeOf(basic)).toBe('XD_GATEWAY_KEY_MISSING')
    const wrong = await post(hub, { key: `${hub.shop.slice(0, -1)}?`, body: '{' })
    expect([wrong.statusCode, codeOf(wrong)]).toEqual([401, 'XD_GOVERNANCE_KEY_REFUSED'])
  })

  test('J05 a revoked key is refused at once here', async () => {
    const hub = await given()
    expect((await post(hub)).statusCode).toBe(202)
    await hub.keys.revoke('acme', 'shop')
    expect((await post(hub)).statusCode).toBe(401)
  })

  test('J06 a key in the address is 400 and never repeated', async () => {
    const hub = await given()
    const answer = await hub.gateway.inject({ method: 'GET', url: `/v1/orders?access_token=${hub.shop}` })
    expect([answer.statusCode, codeOf(answer)]).toEqual([400, 'XD_GATEWAY_KEY_IN_URL'])
    expect(answer.body).not.toContain(hub.shop)
  })

  test('J08 a scope that is missing is 403', async () => {
    const hub = await given()
    const answer = await post(hub, { key: hub.other })
    expect([answer.statusCode, codeOf(answer)]).toEqual([403, 'XD_GATEWAY_SCOPE_MISSING'])
  })

  test('a path that is no route is 404 with or without a key', async () => {
    const hub = await given()
    const answer = await hub.gateway.inject({ method: 'GET', url: '/wp-admin.php' })
    expect([answer.statusCode, codeOf(answer)]).toEqual([404, 'XD_GATEWAY_NOT_FOUND'])
  })
})

describe('overload', () => {
  test('a refusal comes before the body is looked at, with its seconds', async () => {
    const admission = new Admission({ random: seededRandom(1) })
    const hub = await given({ admission })
    admission.closedFrom = 1
    const answer = await post(hub, { body: '{' })
    expect([answer.statusCode, codeOf(answer)]).toEqual([503, 'XD_GATEWAY_DISK_NEARLY_FULL'])
    expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1)
  })

  test('who has sent its quota is told 429, and the others nothing', async () => {
    const admission = new Admission({ random: seededRandom(1) })
    admission.quota = { spent: (caller) => (caller === 'shop' ? 2_500 : 0), take: () => {} }
    const answer = await post(await given({ admission }))
    expect([answer.statusCode, codeOf(answer)]).toEqual([429, 'XD_GATEWAY_QUOTA'])
    expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(3)
  })

  test('a place is given back with the answer, whatever it says, and when the sender hangs up', async () => {
    const admission = new Admission({ random: seededRandom(1) })
    const hub = await given({ admission })
    for (const body of ['{', JSON.stringify(goodOrder), '{"unknown":1}']) await post(hub, { body })
    const { port } = await hub.gateway.listen()
    await overSocket(port, (socket) => {
      socket.write(`${headOf(hub.shop, ['Idempotency-Key: k', 'Content-Length: 500'])}{"half`)
      setTimeout(() => socket.destroy(), 50)
    })
    await vi.waitFor(() => expect(admission.room).toMatchObject({ inside: 0, bytes: 0, reads: 0 }))
    await hub.gateway.drain()
  })

  test('a request turned away before it is routed gets the same problem, and its connection goes on', async () => {
    const admission = new Admission({ random: seededRandom(1) })
    const hub: Given = await given({ admission, known: (text) => hub.keys.known(text) })
    await post(hub) // now the key is known
    admission.closedFrom = 1
    const { port } = await hub.gateway.listen()
    const body = JSON.stringify(goodOrder)
    const { text } = await overSocket(
      port,
      (socket) => {
        const one = `${headOf(hub.shop, ['Idempotency-Key: k', `Content-Length: ${body.length}`])}${body}`
        socket.write(one + one)
      },
      300,
    )
    expect(text.match(/HTTP\/1\.1 503/g)).toHaveLength(2)
    expect(text).toMatch(/retry-after: \d+/i)
    const problem = JSON.parse(text.slice(text.indexOf('{'), text.indexOf('}') + 1)) as Record<string, string>
    expect(problem['code']).toBe('XD_GATEWAY_DISK_NEARLY_FULL')
    expect(problem['trace_id']).toMatch(/^[0-9a-f]{32}$/)
    expect(hub.refusals.filter(({ code }) => code === 'XD_GATEWAY_DISK_NEARLY_FULL')).toHaveLength(2)
    await hub.gateway.drain()
  })

  test('a wrong key is never told that the hub is busy', async () => {
    const admission = new Admission({ random: seededRandom(1) })
    const hub: Given = await given({ admission, known: (text) => hub.keys.known(text) })
    admission.closedFrom = 0
    const answer = await post(hub, { key: `${hub.shop.slice(0, -4)}AAAA` })
    expect(answer.statusCode).toBe(401)
  })
})

describe('batches', () => {
  test('in an array one bad element does not reject its neighbours', async () => {
    const body = JSON.stringify([goodOrder, { ...goodOrder, status: 'x' }, goodOrder])
    const answer = await post(await given(), { body })
    expect(answer.json()).toEqual({
      answers: [
        { index: 0, status: 202 },
        { index: 1, status: 422, code: 'XD_GATEWAY_UNKNOWN_FIELD' },
        { index: 2, status: 202 },
      ],
    })
  })

  test('in NDJSON a line that cannot be read is answered in its place', async () => {
    const body = `${JSON.stringify(goodOrder)}\n{"a":1,"a":2}\n\n{broken\n${JSON.stringify(goodOrder)}`
    const answer = await post(await given(), { body, headers: { 'content-type': 'application/x-ndjson' } })
    expect((answer.json() as { answers: { status: number }[] }).answers.map(({ status }) => status)).toEqual([
      202, 400, 400, 202,
    ])
  })

  test('an array with a repeated member anywhere cannot be taken apart safely and is refused whole', async () => {
    expect((await post(await given(), { body: '[{"a":1},{"b":1,"b":2}]' })).statusCode).toBe(400)
  })

  test('more elements than allowed are 413', async () => {
    const hub = await given({ limits: { batchElements: 2 } })
    expect((await post(hub, { body: '[1,2,3]' })).statusCode).toBe(413)
    expect((await post(hub, { body: '1\n2\n3', headers: { 'content-type': 'application/x-ndjson' } })).statusCode).toBe(
      413,
    )
  })
})

describe('traces', () => {
  const valid = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

  test.each([
    [valid, valid],
    [`01${valid.slice(2)}-future`, valid],
  ])('a trace goes on: %s', async (sent, kept) => {
    const hub = await given()
    await post(hub, { headers: { traceparent: sent } })
    expect(hub.core.taken[0]?.traceparent).toBe(kept)
  })

  test.each([
    '',
    'nonsense',
    `${valid}-extra`,
    `ff${valid.slice(2)}`,
    valid.toUpperCase(),
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
  ])('a trace that is not valid begins anew: %s', async (sent) => {
    const hub = await given()
    await post(hub, { headers: { traceparent: sent } })
    expect(hub.core.taken[0]?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    expect(hub.core.taken[0]?.traceparent).not.toContain('0af7651916cd43dd8448eb211c80319c')
  })
})

test('what was answered is counted by route and status', async () => {
  const hub = await given()
  await post(hub)
  await post(hub, { body: '{' })
  await get(hub, '/v1/orders/o-9')
  const text = hub.gateway.metrics.expose()
  expect(text).toContain('crossdock_http_requests_total{method="POST",route="/v1/orders",status="202"} 1')
  expect(text).toContain('crossdock_http_requests_total{method="POST",route="/v1/orders",status="400"} 1')
  expect(text).toContain('http_server_request_duration_seconds_count{method="GET",route="/v1/orders/{id}"} 1')
  expect(text).not.toContain('o-9')
})
