/** What is answered before it is parsed: the same refusal, on the same connection, and never where none was asked for. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { seededRandom } from '../base/random.ts'
import type { Priority } from '../journal/route.ts'
import { Admission, type AdmissionSettings } from './admission.ts'
import { guard, watch } from './guard.ts'
import { type Given, givenGateway, goodOrder, headOf } from './testing/given-gateway.ts'
import { Wire } from './testing/wire.ts'
import type { Look } from './turn-away.ts'

let hub: Given
let wire: Wire
let admission: Admission
let port: number

async function open(settings: Partial<AdmissionSettings> = {}) {
  admission = new Admission({ random: seededRandom(1), settings })
  hub = await givenGateway({ admission, known: (text) => hub.keys.known(text) })
  await hub.keys.admit(hub.shop, '127.0.0.1') // now the key is known
  port = (await hub.gateway.listen()).port
  wire = await Wire.to(port)
}

afterEach(async () => {
  wire.end()
  await hub.gateway.drain()
})

const body = JSON.stringify(goodOrder)
let count = 0
const order = () => {
  count += 1
  return headOf(hub.shop, [`Idempotency-Key: k-${count}`, `Content-Length: ${body.length}`]) + body
}

test('taken, refused while there is too much, and taken again, on one connection', async () => {
  await open()
  const statuses: number[] = []
  for (const closedFrom of [5, 1, 1, 5, 1, 5]) {
    admission.closedFrom = closedFrom
    statuses.push((await wire.ask(order())).status)
  }
  expect(statuses).toEqual([202, 503, 503, 202, 503, 202])
  expect(hub.core.taken).toHaveLength(3)
  expect(admission.room).toMatchObject({ inside: 0, bytes: 0 })
})

test('the refusal is the one that the server would have written', async () => {
  await open()
  await wire.ask(order()) // the first of a connection is always the server's
  admission.closedFrom = 1
  const early = await wire.ask(order())
  const parsed = await wire.ask(order().replace('Content-Length: ', 'Content-Length:')) // unusual: left to the server
  expect(early.status).toBe(503)
  expect([early.headers['keep-alive'], parsed.headers['keep-alive'] !== undefined]).toEqual([undefined, true])
  const withoutIds = ({ status, headers, body: text }: typeof early) => ({
    status,
    type: headers['content-type'],
    names: Object.keys(headers)
      .sort()
      .filter((name) => name !== 'keep-alive'),
    problem: { ...(JSON.parse(text) as object), trace_id: '' },
  })
  expect(withoutIds(early)).toEqual(withoutIds(parsed))
  expect(JSON.parse(early.body)).toMatchObject({ code: 'XD_GATEWAY_DISK_NEARLY_FULL' })
  expect(Number(early.headers['retry-after'])).toBeGreaterThanOrEqual(1)
  expect(hub.refusals.map(({ code, route }) => [code, route])).toEqual(
    Array(2).fill(['XD_GATEWAY_DISK_NEARLY_FULL', '/v1/orders']),
  )
  expect(admission.counts[1]?.refused.disk).toBe(2)
})

test('what comes while an answer is awaited waits for it, however much it looks like a request to be refused', async () => {
  await open()
  let letGo = () => {}
  hub.core.gate = new Promise((resolve) => {
    letGo = resolve
  })
  wire.write(order())
  await vi.waitFor(() => expect(admission.room.inside).toBe(1))
  admission.closedFrom = 1
  wire.write(order())
  await wire.passes(50)
  expect(wire.text).toBe('')
  letGo()
  expect([(await wire.answer()).status, (await wire.answer()).status]).toEqual([202, 503])
})

test('a request inside the body of another is never answered', async () => {
  await open()
  admission.closedFrom = 1
  const hidden = order()
  // The length says that what follows is a body, however it is cut into packets.
  const head = headOf(hub.shop, ['Idempotency-Key: k-hiding', `Content-Length: ${hidden.length * 2}`])
  wire.write(head)
  await wire.passes(50)
  wire.write(hidden)
  await wire.passes(50)
  wire.write(hidden)
  await wire.passes(50)
  expect(wire.text.match(/HTTP\/1\.1/g)).toHaveLength(1)
})

test('after anything unusual the connection is left to the server for good', async () => {
  await open()
  admission.closedFrom = 1
  const whole = order()
  wire.write(whole.slice(0, 40))
  await wire.passes(50)
  wire.write(whole.slice(40))
  expect((await wire.answer()).status).toBe(503)
  const { status, headers } = await wire.ask(order())
  expect([status, headers['keep-alive'] !== undefined]).toEqual([503, true]) // as the server writes it
})

test('with an unknown key nothing is said of load: it is not known whose it is', async () => {
  await open()
  admission.closedFrom = 0
  expect((await wire.ask(order().replace(hub.shop, `${hub.shop.slice(0, -4)}AAAA`))).status).toBe(401)
})

test('under strain everything let in is taken, also from a sender that ends its side at once', async () => {
  await open()
  const wires = await Promise.all(Array.from({ length: 20 }, () => Wire.to(port)))
  for (const one of wires) await one.ask(order())
  admission.closedFrom = 4 // strained, and orders are let in
  const answers = await Promise.all(
    wires.map((one, at) => {
      one.write(order())
      if (at % 2 === 1) return one.answer()
      one.endsItsSide() // it hears no answer, as without strain; what it said is heard
      return undefined
    }),
  )
  expect(new Set(answers.map((answer) => answer?.status))).toEqual(new Set([202, undefined]))
  await vi.waitFor(() => expect(hub.core.taken).toHaveLength(40))
  expect(admission.room).toMatchObject({ inside: 0, reads: 0, bytes: 0 })
  for (const one of wires) one.end()
})

test('a refusal is counted where requests are counted', async () => {
  await open()
  await wire.ask(order())
  admission.closedFrom = 1
  await wire.ask(order())
  const refused = [...hub.gateway.metrics.expose().matchAll(/^crossdock_http_requests_total\{(.*)\} (\d+)$/gm)].filter(
    ([, labels]) => labels?.includes('status="503"'),
  )
  expect(refused.map(([, , count]) => count)).toEqual(['1'])
})

test('a key that may not do this hears that, however full it is', async () => {
  await open()
  const { text: reader } = await hub.keys.make('acme', { name: 'reader', scopes: ['orders:read'] })
  await hub.keys.admit(reader, '127.0.0.1')
  await wire.ask(order())
  admission.closedFrom = 1
  expect((await wire.ask(order().replace(hub.shop, reader))).status).toBe(403)
})

test('a third request does not get its refusal before the second its answer', async () => {
  await open()
  const letGo: (() => void)[] = []
  const gate = () => {
    hub.core.gate = new Promise((resolve) => void letGo.push(resolve))
  }
  gate()
  wire.write(order())
  await vi.waitFor(() => expect(admission.room.inside).toBe(1))
  gate()
  wire.write(order())
  await vi.waitFor(() => expect(admission.room.inside).toBe(2))
  letGo[0]?.()
  expect((await wire.answer()).status).toBe(202)
  admission.closedFrom = 1
  wire.write(order())
  await wire.passes(50)
  expect(wire.text).toBe('')
  letGo[1]?.()
  expect([(await wire.answer()).status, (await wire.answer()).status]).toEqual([202, 503])
})

/** A hub with room for 64, under strain, in which orders of this class are let in. */
async function openStrained(placesAtFirst: number) {
  await open({ placesAtFirst })
  admission.closedFrom = 4
}
const wires = (count: number) => Promise.all(Array.from({ length: count }, () => Wire.to(port)))
const statuses = async (all: readonly Wire[]) =>
  new Set(await Promise.all(all.map(async (one) => (await one.answer()).status)))

test('a flood before the door leaves a small sender its share', async () => {
  await openStrained(64)
  const { text: small } = await hub.keys.make('acme', { name: 'small', system: 'small', scopes: ['orders:*'] })
  await hub.keys.admit(small, '127.0.0.1')
  const [big, few] = [await wires(150), await wires(5)]
  for (const one of big) await one.ask(order())
  for (const one of few) await one.ask(order().replace(hub.shop, small))
  let letGo = () => {}
  hub.core.gate = new Promise((resolve) => {
    letGo = resolve
  })
  for (const one of big) one.write(order())
  for (const one of few) one.write(order().replace(hub.shop, small))
  await wire.passes(300)
  letGo()
  expect(await statuses(few)).toEqual(new Set([202]))
  expect(await statuses(big)).toEqual(new Set([202, 429]))
  for (const one of [...big, ...few]) one.end()
})

test('reads before the door take no places', async () => {
  await openStrained(32)
  const get = `GET /v1/orders/o-1 HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer ${hub.shop}\r\n\r\n`
  const readers = await wires(40)
  for (const one of readers) await one.ask(get)
  for (const one of readers) one.write(get)
  expect(await statuses(readers)).toEqual(new Set([200]))
  for (const one of readers) one.end()
})

/** A server that notes what reaches it, guarded by what a test says of each path. */
async function guarded(look: (url: string) => Look | undefined) {
  const reached: string[] = []
  const standing = { now: 0, most: 0 }
  const sockets: Socket[] = []
  const server = createServer()
  server.on('connection', (socket) => sockets.push(socket))
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    watch(request, response)
    reached.push(request.url as string)
    response.end()
  })
  const stand = () => {
    standing.now += 1
    standing.most = Math.max(standing.most, standing.now)
  }
  const stepDown = () => {
    standing.now -= 1
  }
  guard(server, { answer: () => false, look: ({ url }) => look(url), stand, stepDown })
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening))
  const { port: at } = server.address() as AddressInfo
  const all = await Promise.all([1, 2, 3].map(() => Wire.to(at)))
  for (const one of all) await one.ask(get('/first'))
  const close = () => {
    for (const one of all) one.end()
    server.close()
  }
  return { reached, standing, sockets, all, close }
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: hub\r\n\r\n`
const entrant = (priority: Priority) => ({
  priority,
  caller: 'shop',
  bytes: 0,
  isRead: false,
  isIntake: true,
  isProved: true,
})
const byPath = (url: string): Look | undefined =>
  url === '/first' ? undefined : { entrant: entrant(url === '/urgent' ? 0 : 1) }

test('what is urgent goes past what stands before the door', async () => {
  await open()
  const { reached, standing, all, close } = await guarded(byPath)
  await Promise.all(['/a', '/b', '/urgent'].map((path, at) => all[at]?.ask(get(path))))
  expect(reached.slice(3)).toEqual(['/urgent', '/a', '/b'])
  expect(standing).toEqual({ now: 0, most: 2 })
  close()
})

test('who hangs up before the door is not let in, and gives its place back', async () => {
  await open()
  const { reached, standing, sockets, all, close } = await guarded((url) => {
    if (url === '/gone') sockets[0]?.destroy()
    return byPath(url)
  })
  all[0]?.write(get('/gone'))
  await wire.passes(50)
  expect(reached).not.toContain('/gone')
  expect(standing).toEqual({ now: 0, most: 1 })
  close()
})

/** Something happens to a connection while its request stands before the door: after the look, before the line moves. */
const meanwhile = (happens: () => void) => void setImmediate(happens)

test('what comes behind a request that stands before the door does not go in before it', async () => {
  await open()
  const { reached, sockets, all, close } = await guarded((url) => {
    if (url === '/a') meanwhile(() => sockets[0]?.emit('data', Buffer.from(get('/b'))))
    return byPath(url)
  })
  await all[0]?.ask(get('/a'))
  await all[0]?.answer()
  expect(reached.slice(3)).toEqual(['/a', '/b'])
  close()
})

test('a sender that ends its side while it stands before the door has been heard by then', async () => {
  await open()
  const heard: boolean[] = []
  const { reached, sockets, all, close } = await guarded((url) => {
    if (url === '/last') meanwhile(() => sockets[0]?.emit('end'))
    return byPath(url)
  })
  sockets[0]?.once('end', () => heard.push(reached.includes('/last')))
  all[0]?.write(get('/last'))
  await vi.waitFor(() => expect(heard).toEqual([true]))
  close()
})
