import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../base/random.ts'
import { memoryKeyStore } from '../governance/key-store.ts'
import { type Keys, openKeys } from '../governance/keys.ts'
import { type GovernancePorts, routes as governanceRoutes } from '../governance/routes.ts'
import { consolePages, demoSessions } from './console.ts'
import { readLaneCursor, writeLaneCursor } from './cursor.ts'
import { type DoorwayArrival, type DoorwayPorts, doorways } from './doorways.ts'
import { Metrics } from './metrics.ts'
import { openApiOf } from './openapi.ts'
import { type ExportedEvent, type HealthCheck, type OperationsPorts, operations } from './operations.ts'
import { type Gateway, openGateway } from './server.ts'
import { StillClock } from './testing/given-gateway.ts'

type Ports = OperationsPorts & DoorwayPorts & GovernancePorts

const folder = mkdtempSync(join(tmpdir(), 'crossdock-console-'))
mkdirSync(join(folder, 'assets'))
writeFileSync(join(folder, 'index.html'), '<!doctype html>')
writeFileSync(join(folder, 'assets', 'main-1a2b.js'), 'x')
writeFileSync(join(folder, '..', 'crossdock-secret.txt'), 'secret')

/** A journal of two lanes' events that a test can add to. */
class FakeEvents {
  readonly all: { lane: number; position: number; type: string }[] = []
  #wake: (() => void)[] = []

  add(lane: number, type: string) {
    const position = this.all.filter((event) => event.lane === lane).length + 1
    this.all.push({ lane, position, type })
    for (const wake of this.#wake.splice(0)) wake()
  }

  readonly port: OperationsPorts['events'] = {
    read: async (_tenant, after, limit) => {
      const positions = [...after]
      const events: ExportedEvent[] = []
      for (const { lane, position, type } of this.all) {
        if (position <= (positions[lane] as number) || events.length === limit) continue
        positions[lane] = position
        events.push({ id: `${lane}/${position}`, type })
      }
      return { events, after: positions }
    },
    more: (_tenant, _after, _timeoutMs, signal) =>
      new Promise((resolve) => {
        this.#wake.push(resolve)
        signal.addEventListener('abort', () => resolve(), { once: true })
      }),
    end: async () => {
      const { after } = await this.port.read('', new Array<number>(256).fill(0), 1_000)
      return after
    },
  }
}

let checks: HealthCheck[]
let arrivals: DoorwayArrival[]
let events: FakeEvents
let keys: Keys
let gateway: Gateway
let key: string
let reader: string

beforeEach(async () => {
  checks = [{ name: 'database', ok: true }]
  arrivals = []
  events = new FakeEvents()
  const clock = new StillClock()
  const random = seededRandom(11)
  keys = openKeys(memoryKeyStore(), { clock, random })
  const sessions = demoSessions({ key: 'console', tenant: 'acme', scopes: ['events:read', 'keys:*'] }, random)
  const routes = [...operations(), ...doorways, ...governanceRoutes, ...sessions.routes]
  const document = openApiOf(routes, { version: '0.1.0' })
  const metrics = new Metrics()
  const ports: Ports = {
    metrics,
    keys,
    events: events.port,
    openapi: () => document,
    ready: () => [...checks, { name: 'draining', ok: gateway.accepting }],
    started: () => checks,
    arrive: async (arrival) => {
      arrivals.push(arrival)
      return { status: 202, body: { receipt: 'r0-00-1' } }
    },
  }
  gateway = openGateway<Ports>({
    routes,
    ports,
    clock,
    random,
    metrics,
    admit: keys.admit,
    session: sessions.session,
    page: consolePages(folder),
  })
  key = (await keys.make('acme', { name: 'wms', system: 'wms', scopes: ['in:write', 'metrics:read'] })).text
  reader = (await keys.make('acme', { name: 'reader', scopes: ['events:read'] })).text
})

afterEach(() => gateway.drain())
process.on('exit', () => {
  rmSync(folder, { recursive: true, force: true })
  rmSync(join(folder, '..', 'crossdock-secret.txt'), { force: true })
})

const get = (url: string, headers: Record<string, string> = {}) => gateway.inject({ method: 'GET', url, headers })
const bearer = (text: string) => ({ authorization: `Bearer ${text}` })

describe('health', () => {
  test('live, ready, started: open to anyone, never stored, checks only when asked for', async () => {
    for (const path of ['/livez', '/readyz', '/startupz']) {
      const answer = await get(path)
      expect([answer.statusCode, answer.headers['cache-control'], answer.json()]).toEqual([
        200,
        'no-store',
        { status: 'ok' },
      ])
    }
    const checked = [
      { name: 'database', ok: true },
      { name: 'draining', ok: true },
    ]
    expect((await get('/readyz?verbose')).json()).toEqual({ status: 'ok', checks: checked })
    expect((await gateway.inject({ method: 'HEAD', url: '/livez' })).statusCode).toBe(200)
  })

  test('a database that is down makes it unready, but not dead', async () => {
    checks = [{ name: 'database', ok: false, detail: 'does not answer' }]
    expect((await get('/readyz')).statusCode).toBe(503)
    expect((await get('/livez')).statusCode).toBe(200)
  })
})

test('metrics ask for a key and come in the format Prometheus insists on', async () => {
  expect((await get('/metrics')).statusCode).toBe(401)
  expect((await get('/metrics', bearer(reader))).statusCode).toBe(403)
  const answer = await get('/metrics', bearer(key))
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(answer.body).toContain('# TYPE http_server_request_duration_seconds histogram')
  const open = operations({ openMetrics: true }).find(({ path }) => path === '/metrics')
  expect(open?.scope).toBeNull()
})

describe('doorways', () => {
  const send = (url: string, payload: string, type: string, headers = bearer(key)) =>
    gateway.inject({ method: 'POST', url, payload, headers: { ...headers, 'content-type': type } })

  test.each([
    ['application/json', '{"id":"1","unknown":true}'],
    ['application/json', '{"id":"1","id":"2"'],
    ['application/x-ndjson', '{"id":"1"}\n{"id":"2"}\n'],
    ['application/EDI-X12', 'ISA*00*'],
    ['application/EDIFACT', 'UNB+UNOC:3'],
  ])('take %s as it comes: reading it is for intake, which keeps also what cannot be read', async (type, payload) => {
    const answer = await send('/in/wms', payload, type)
    expect([answer.statusCode, answer.json()]).toEqual([202, { receipt: 'r0-00-1' }])
    expect(arrivals[0]).toMatchObject({ tenant: 'acme', system: 'wms', contentType: type.toLowerCase() })
    expect(Buffer.from(arrivals[0]?.bytes as Uint8Array).toString()).toBe(payload)
  })

  test('know their topic', async () => {
    await send('/in/wms/master', '[]', 'application/json')
    expect(arrivals[0]?.topic).toBe('master')
  })

  test('a system’s key opens its own doorway only', async () => {
    const answer = await send('/in/erp', '{}', 'application/json')
    expect([answer.statusCode, (answer.json() as { code: string }).code]).toEqual([403, 'XD_GATEWAY_OTHER_SYSTEM'])
    expect((await send('/in/..%2Fwms', '{}', 'application/json')).statusCode).toBe(404)
    expect((await send('/in/wms', 'x', 'text/html')).statusCode).toBe(415)
    expect((await send('/in/wms', '{}', 'application/json', bearer(reader))).statusCode).toBe(403)
    expect(arrivals).toEqual([])
  })
})

describe('events', () => {
  test('as NDJSON, to the end, with a cursor to go on from', async () => {
    events.add(3, 'order.received')
    events.add(7, 'order.received')
    const first = await get('/v1/events', bearer(reader))
    expect(first.headers['content-type']).toBe('application/x-ndjson')
    const lines = first.body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>)
    expect(lines.slice(0, 2)).toEqual([
      { id: '3/1', type: 'order.received' },
      { id: '7/1', type: 'order.received' },
    ])
    const { cursor } = lines.at(-1) as { cursor: string }
    events.add(3, 'order.accepted')
    const second = await get(`/v1/events?after=${cursor}`, bearer(reader))
    expect(second.body.split('\n')[0]).toBe('{"id":"3/2","type":"order.accepted"}')
    const third = await get('/v1/events?after=now', bearer(reader))
    expect(third.body.trim().split('\n')).toHaveLength(1)
  })

  test.each(['garbage', '', 'AAAA', writeLaneCursor([1, 2, 3])])('a cursor that is none is 400: %j', async (cursor) => {
    expect((await get(`/v1/events?after=${cursor}`, bearer(reader))).statusCode).toBe(400)
  })

  test('as Server-Sent Events that go on, can be taken up again, and end when the gateway drains', async () => {
    events.add(3, 'order.received')
    const { url } = await gateway.listen()
    const stream = await fetch(`${url}/v1/events`, { headers: { ...bearer(reader), accept: 'text/event-stream' } })
    expect(stream.headers.get('content-type')).toBe('text/event-stream')
    const read = textUntil(stream)
    const first = await read('order.received')
    events.add(9, 'order.accepted')
    const second = await read('order.accepted')
    const id = /id: (\S+)/.exec(second.slice(first.length))?.[1] as string
    events.add(9, 'order.posted')
    await read('order.posted')

    const again = await fetch(`${url}/v1/events`, {
      headers: { ...bearer(reader), accept: 'text/event-stream', 'last-event-id': id },
    })
    const resumed = await textUntil(again)('order.posted')
    expect(resumed).not.toContain('order.accepted')
    const began = performance.now()
    await gateway.drain()
    expect(performance.now() - began).toBeLessThan(2_000)
    expect(await read(undefined)).toContain('order.posted')
  })

  test('a lane cursor is what it was', () => {
    const positions = Array.from({ length: 256 }, (_, at) => at ** 4)
    expect(readLaneCursor(writeLaneCursor(positions), 256)).toEqual(positions)
    expect(() => readLaneCursor(writeLaneCursor(positions), 255)).toThrow()
    expect(() => readLaneCursor('_____________________w', 256)).toThrow()
  })

  test('a cursor of the life before a restore is refused by name, and so is one of a life that is not here', () => {
    const positions = Array.from({ length: 256 }, (_, at) => at)
    const [before, after] = [writeLaneCursor(positions), writeLaneCursor(positions, 2)]
    expect(readLaneCursor(after, 256, 2)).toEqual(positions)
    const refused = expect.objectContaining({ code: 'XD_GATEWAY_CURSOR_OTHER_LIFE' })
    expect(() => readLaneCursor(before, 256, 2)).toThrow(refused)
    expect(() => readLaneCursor(after, 256)).toThrow(refused)
  })
})

describe('keys over HTTP', () => {
  const make = (text: string, body: object) =>
    gateway.inject({
      method: 'POST',
      url: '/v1/keys',
      payload: JSON.stringify(body),
      headers: { ...bearer(text), 'content-type': 'application/json' },
    })

  test('set-up: the token makes the first key, the first key makes others, and a revoked one is gone', async () => {
    const token = await keys.newSetupToken('omega')
    const first = await make(token, { name: 'admin', scopes: ['*'] })
    expect(first.statusCode).toBe(201)
    const admin = (first.json() as { key: string }).key
    expect((await make(token, { name: 'again', scopes: ['*'] })).statusCode).toBe(401)
    const second = await make(admin, {
      name: 'shop',
      system: 'shop',
      scopes: ['orders:write'],
      expiresAt: '2027-01-01T00:00:00Z',
    })
    expect(second.json()).toMatchObject({
      name: 'shop',
      system: 'shop',
      madeBy: 'admin',
      expiresAt: '2027-01-01T00:00:00.000Z',
    })
    const mistaken = await make(admin, { name: 'typo', scopes: ['orders:read', 'orders:raed'] })
    expect(mistaken.statusCode).toBe(422)
    expect(mistaken.json()).toMatchObject({ code: 'XD_GOVERNANCE_SCOPE_UNKNOWN', errors: [{ pointer: '/scopes/1' }] })
    const listed = await get('/v1/keys', bearer(admin))
    expect((listed.json() as { keys: { name: string }[] }).keys.map(({ name }) => name)).toEqual(['admin', 'shop'])
    expect(listed.body).not.toContain('xd_live_')
    const revoked = await gateway.inject({ method: 'DELETE', url: '/v1/keys/shop', headers: bearer(admin) })
    expect(revoked.json()).toMatchObject({ revokedAt: expect.any(String) })
    expect(
      (await gateway.inject({ method: 'DELETE', url: '/v1/keys/reader', headers: bearer(admin) })).statusCode,
    ).toBe(404)
  })

  test.each([
    [{ name: 'A B', scopes: ['*'] }, 422],
    [{ name: 'a', scopes: ['everything'] }, 422],
    [{ name: 'a', scopes: [] }, 422],
    [{ name: 'a', scopes: ['*'], tenant: 'beta' }, 422],
    [{ name: 'a', scopes: ['*'], expiresAt: '2020-01-01T00:00:00Z' }, 422],
    [{ name: 'a', scopes: ['*'], expiresAt: '2027-13-45T00:00:00Z' }, 422],
  ])('%j is refused', async (body, status) => {
    const token = await keys.newSetupToken('omega')
    expect((await make(token, body)).statusCode).toBe(status)
  })
})

describe('the OpenAPI document', () => {
  interface Operation {
    operationId: string
    summary: string
    tags: string[]
    security: unknown[]
    parameters: { name: string; in: string; required: boolean; schema: object }[]
    responses: Record<string, { description: string; content?: Record<string, { schema: Record<string, unknown> }> }>
  }

  test('lists every route that is served, with its problems, keys and parameters', async () => {
    const document = (await get('/openapi.json')).json() as {
      openapi: string
      paths: Record<string, Record<string, Operation>>
    }
    expect(document.openapi).toBe('3.1.0')
    const found = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    )
    expect(found.map(({ path, method }) => `${method} ${path}`).sort()).toEqual(
      [...operations(), ...doorways, ...governanceRoutes]
        .map(({ path, method }) => `${method.toLowerCase()} ${path}`)
        .concat('post /console-session', 'get /console-session')
        .sort(),
    )
    expect(new Set(found.map(({ operation }) => operation.operationId)).size).toBe(found.length)
    for (const { path, operation } of found) {
      expect(operation.summary).toMatch(/\.$/)
      const inPath = operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
      expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
      for (const [status, { description, content }] of Object.entries(operation.responses)) {
        expect(description.length).toBeGreaterThan(3)
        if (Number(status) >= 400 && status !== '503')
          expect(content?.['application/problem+json']?.schema).toEqual({ $ref: '#/components/schemas/Problem' })
      }
      expect(operation.responses).toHaveProperty('500')
    }
  })

  test('uses JSON Schema 2020-12 only: no nullable, no example, no dangling reference', async () => {
    const { body } = await get('/openapi.json')
    expect(body).not.toMatch(/"nullable"|"example":/)
    const document = JSON.parse(body) as object
    for (const [, reference] of body.matchAll(/"\$ref":"([^"]+)"/g)) {
      const steps = (reference as string).replace(/^#\//, '').split('/')
      expect(steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)?.[step], document)).toBeDefined()
    }
  })

  test('two operations of one name are a mistake that is met at the start', () => {
    expect(() => openApiOf([...doorways, ...doorways] as never, { version: '1' })).toThrow('two operations')
  })
})

describe('the console', () => {
  test('its page is asked for each time, its files are kept for ever, and no script runs inside the page', async () => {
    const page = await get('/', { accept: 'text/html' })
    expect([page.statusCode, page.headers['cache-control'], page.headers['content-type']]).toEqual([
      200,
      'no-store',
      'text/html; charset=utf-8',
    ])
    expect(page.headers['content-security-policy']).toMatch(/script-src 'self';/)
    const script = await get('/assets/main-1a2b.js')
    expect([script.headers['cache-control'], script.headers['content-type']]).toEqual([
      'public, max-age=31536000, immutable',
      'text/javascript; charset=utf-8',
    ])
  })

  test.each(['/', '/orders', '/orders/o-1', '/orders/PO%204711.2', '/cases', '/cases/5c1e'])(
    'its place %s is there, whoever looks: a browser, a probe, a script',
    async (place) => {
      for (const accept of ['text/html', '*/*', 'application/json']) {
        const answer = await get(place, { accept })
        expect([answer.statusCode, answer.body]).toEqual([200, '<!doctype html>'])
      }
    },
  )

  test('a browser that is lost gets the page that says so, and is told 404', async () => {
    const lost = await get('/casess', { accept: 'text/html' })
    expect([lost.statusCode, lost.body]).toEqual([404, '<!doctype html>'])
    expect((await get('/casess', { accept: '*/*' })).json()).toMatchObject({ code: 'XD_GATEWAY_NOT_FOUND' })
  })

  test.each([
    '/../crossdock-secret.txt',
    '/%2e%2e/crossdock-secret.txt',
    '/assets/..%2f..%2fcrossdock-secret.txt',
    '/assets/',
    '/assets/none.js',
    '/v1/none',
    '/in',
    '/assets%00.js',
    '//etc/passwd',
  ])('nothing else is served: %s', async (path) => {
    const answer = await get(path, { accept: 'application/json' })
    expect([400, 404]).toContain(answer.statusCode)
    expect(answer.body).not.toContain('secret')
  })

  test('the demo’s cookie reads, and does nothing else with keys, nor elsewhere', async () => {
    const opened = await gateway.inject({
      method: 'POST',
      url: '/console-session',
      headers: { host: 'localhost:8080' },
    })
    const given = opened.headers['set-cookie'] as string
    expect(given).toMatch(/^xd_console=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/)
    const cookie = given.split(';')[0] as string
    const read = (headers: Record<string, string>) => get('/v1/keys', { host: '127.0.0.1:8080', cookie, ...headers })
    expect((await read({})).statusCode).toBe(200)
    expect((await read({ host: 'evil.example' })).statusCode).toBe(401)
    expect((await read({ 'sec-fetch-site': 'cross-site' })).statusCode).toBe(401)
    expect((await read({ cookie: 'xd_console=x' })).statusCode).toBe(401)
    expect(
      (await gateway.inject({ method: 'DELETE', url: '/v1/keys/reader', headers: { host: 'localhost', cookie } }))
        .statusCode,
    ).toBe(401)
  })

  test('working a case is let in when the browser says that it comes from this page', async () => {
    const sessions = demoSessions({ key: 'console', tenant: 'acme', scopes: ['*'] }, seededRandom(3))
    const opened = await sessions.routes[0]?.handle({} as never, {})
    const [cookie = ''] = opened?.headers?.['set-cookie']?.split(';') ?? []
    const asks = (url: string, more: object = { 'sec-fetch-site': 'same-origin' }, method = 'POST') =>
      sessions.session({ headers: { host: 'localhost', cookie, ...more }, method, url } as never)?.key
    expect(asks('/v1/cases/5c1e/trials')).toBe('console')
    expect(asks('/v1/cases/5c1e/trials/t-1/cancel')).toBe('console')
    expect(asks('/v1/cases/5c1e/release')).toBe('console')
    expect(asks('/v1/cases/5c1e/release', {})).toBeUndefined()
    expect(asks('/v1/cases/5c1e/release', { 'sec-fetch-site': 'cross-site' })).toBeUndefined()
    expect(asks('/v1/cases/5c1e/release', undefined, 'DELETE')).toBeUndefined()
    expect(asks('/v1/keys')).toBeUndefined()
    expect(asks('/v1/cases/../trials')).toBeUndefined()
  })
})

/** Reads a stream until a text has come (or, for undefined, to its end) and answers all that came so far. */
function textUntil(answer: Response) {
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let text = ''
  return async (wanted: string | undefined) => {
    while (wanted === undefined || !text.includes(wanted)) {
      const { value, done } = await reader.read()
      if (done) break
      text += decoder.decode(value)
    }
    return text
  }
}
