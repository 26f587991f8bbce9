/** What is answered before it is parsed: the same refusal, on the same connection, and never where none was asked for. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { seededRandom } from '../base/random.ts'
import { Admission } from './admission.ts'
import { guard, watch } from './guard.ts'
import { type Given, givenGateway, goodOrder, headOf } from './testing/given-gateway.ts'
import { Wire } from './testing/wire.ts'
import type { TurnAway } from './turn-away.ts'

let hub: Given
let wire: Wire
let admission: Admission
let port: number

async function open() {
  admission = new Admission({ random: seededRandom(1) })
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
  expect([admission.room.inside, admission.outside]).toEqual([0, 0])
  for (const one of wires) one.end()
})

test('who hangs up before the door is not let in', async () => {
  await open()
  await wire.ask(order())
  admission.closedFrom = 4
  wire.write(order())
  wire.end()
  await wire.passes(50)
  expect(admission).toMatchObject({ outside: 0, room: { inside: 0 } })
})

/** A server that notes what reaches it, guarded by what a test says of each path. */
async function guarded(look: TurnAway['look']) {
  const reached: string[] = []
  const standing: number[] = []
  const server = createServer()
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    watch(request, response)
    reached.push(request.url as string)
    response.end()
  })
  guard(server, { answer: () => false, look, standing: (count) => standing.push(count) })
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return { reached, standing, port, close: () => server.close() }
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: hub\r\n\r\n`

test('what is urgent goes past what stands before the door, and what no longer fits is refused there', async () => {
  await open() // closed afterwards, as in every test here
  let fits = true
  const { reached, standing, port, close } = await guarded(({ url }) => {
    if (url === '/first') return undefined
    if (url === '/urgent') return { priority: 0 }
    return fits ? { priority: 1 } : { answer: 'HTTP/1.1 503 Full\r\ncontent-length: 0\r\n\r\n' }
  })
  const wires = await Promise.all([1, 2, 3].map(() => Wire.to(port)))
  for (const one of wires) await one.ask(get('/first'))
  const ask = (...paths: string[]) => Promise.all(paths.map((path, at) => (wires[at] as Wire).ask(get(path))))
  await ask('/a', '/b', '/urgent')
  expect(reached.slice(3)).toEqual(['/urgent', '/a', '/b'])
  expect(Math.max(...standing)).toBe(2)
  fits = false
  expect((await ask('/e')).map(({ status }) => status)).toEqual([503])
  expect(standing.at(-1)).toBe(0)
  for (const one of wires) one.end()
  close()
})
