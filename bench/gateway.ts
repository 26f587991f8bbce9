/**
 * What the gateway costs: POST /v1/orders with five lines to a core that takes everything, against the limit
 * (node:http that reads the body and parses it) and a peer (fastify that does the same). All answer 202 from this
 * thread; the load comes from another. CPU is this thread's, so it is the cost of a request whatever else runs. Beside
 * them the same gateway that lets nothing in: what a refusal costs.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import fastify from 'fastify'
import Type from 'typebox'
import { systemClock } from '../src/base/clock.ts'
import { seededRandom, systemRandom } from '../src/base/random.ts'
import { Admission } from '../src/gateway/admission.ts'
import { openGateway } from '../src/gateway/server.ts'
import { memoryKeyStore } from '../src/governance/key-store.ts'
import { openKeys } from '../src/governance/keys.ts'
import type { Route } from '../src/journal/route.ts'
import { type CpuSplit, startMeter } from './support/meter.ts'
import { type BenchOptions, type BenchResult, median, resultOf, rounded, roundOf } from './support/result.ts'
import { say } from './support/say.ts'

const CONNECTIONS = 64
const REQUESTS = 10_000
const ROUNDS = 5
const ANSWER = { id: 'o0-5f-01k3v9x2q7-0003' }

const quantity = Type.Object({ value: Type.String(), uom: Type.String() }, { additionalProperties: false })
const line = Type.Object({ line: Type.String(), sku: Type.String(), quantity }, { additionalProperties: false })
const orderSchema = Type.Object(
  {
    customer: Type.String(),
    customerOrder: Type.String(),
    shipTo: Type.Object({ name: Type.String(), city: Type.String(), postalCode: Type.String() }),
    notes: Type.String(),
    lines: Type.Array(line),
  },
  { additionalProperties: false },
)

const order = JSON.stringify({
  customer: 'C-1042',
  customerOrder: 'PO-2026-000123',
  shipTo: { name: 'Acme Store 12', city: 'Springfield', postalCode: '62701' },
  notes: 'x'.repeat(400),
  lines: Array.from({ length: 5 }, (_, at) => ({
    line: `${at + 1}`,
    sku: `SKU-00${at}`,
    quantity: { value: '12', uom: 'EA' },
  })),
})

/** One server's figures of a round. */
interface Measured {
  readonly requestsPerSecond: number
  /** CPU of the serving thread, µs a request. */
  readonly micros: number
  readonly cpu: CpuSplit
}

const route: Route<unknown> = {
  method: 'POST',
  path: '/v1/orders',
  operationId: 'submitOrder',
  summary: 'Takes an order.',
  tier: 'process',
  scope: 'orders:write',
  priority: 1,
  body: orderSchema,
  batch: true,
  idempotency: 'required',
  responses: { 202: Type.Object({}) },
  handle: async () => ({ status: 202, body: ANSWER }),
}

/** Runs the three servers in alternated rounds; the gateway's cost stands beside those of the other two. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const keys = openKeys(memoryKeyStore(), { clock: systemClock, random: systemRandom })
  const { text: key } = await keys.make('acme', { name: 'shop', scopes: ['orders:write'] })
  const gateway = openGateway({
    routes: [route],
    ports: {},
    clock: systemClock,
    random: systemRandom,
    admit: keys.admit,
  })
  const admission = new Admission({ random: seededRandom(1) })
  const closed = openGateway({
    routes: [route],
    ports: {},
    clock: systemClock,
    random: systemRandom,
    admit: keys.admit,
    known: keys.known,
    admission,
  })
  await keys.admit(key, '127.0.0.1') // now it is known
  admission.closedFrom = 1
  const limit = await limitServer()
  const peer = await peerServer()
  const servers = [
    { name: 'nodeHttp', port: limit.port, rounds: [] as Measured[] },
    { name: 'fastify', port: peer.port, rounds: [] as Measured[] },
    { name: 'gateway', port: (await gateway.listen()).port, rounds: [] as Measured[] },
    { name: 'refused', port: (await closed.listen()).port, rounds: [] as Measured[] },
  ]
  for (let round = 0; round <= (options.rounds ?? ROUNDS); round += 1) {
    for (const { name, port, rounds } of servers) {
      const result = await measure(name, port, key)
      if (round > 0) rounds.push(result) // the first warms up
    }
  }
  await Promise.all([limit.close(), peer.close(), gateway.drain(), closed.drain()])
  const micros = Object.fromEntries(
    servers.map(({ name, rounds }) => [name, rounded(median(rounds.map((one) => one.micros)), 1)]),
  )
  const ours = servers[2]?.rounds ?? []
  say(`gateway: ${JSON.stringify(micros)} µs a request`)
  return resultOf({
    name: 'gateway',
    figure: 'requestsPerSecond',
    unit: 'request',
    rounds: ours.map((one) => roundOf(one.requestsPerSecond, REQUESTS, one.cpu)),
    postgres: 'none',
    budgets: [],
    more: {
      microsOfServingThread: micros,
      ratios: {
        toNodeHttp: rounded((micros['gateway'] ?? Number.NaN) / (micros['nodeHttp'] ?? Number.NaN), 2),
        refusedToGateway: rounded((micros['refused'] ?? Number.NaN) / (micros['gateway'] ?? Number.NaN), 2),
        toFastify: rounded((micros['gateway'] ?? Number.NaN) / (micros['fastify'] ?? Number.NaN), 2),
      },
    },
  })
}

async function measure(name: string, port: number, key: string): Promise<Measured> {
  const load = new Worker(new URL(import.meta.url), { workerData: { port, key } })
  await new Promise((resolve) => load.once('message', resolve)) // it is connected
  const meter = startMeter(undefined)
  const before = process.threadCpuUsage()
  load.postMessage('go')
  const accepted = await new Promise<number>((resolve) => load.once('message', resolve))
  const { user, system } = process.threadCpuUsage(before)
  const cpu = meter()
  const expected = name === 'refused' ? 0 : REQUESTS
  if (accepted !== expected) throw new Error(`${name} accepted ${accepted} of ${REQUESTS}`)
  return { requestsPerSecond: REQUESTS / cpu.seconds, micros: (user + system) / REQUESTS, cpu }
}

async function limitServer() {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      JSON.parse(Buffer.concat(chunks).toString())
      const text = JSON.stringify(ANSWER)
      response.writeHead(202, { 'content-type': 'application/json', 'content-length': text.length })
      response.end(text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => new Promise((resolve) => server.close(resolve))
  return { port: (server.address() as AddressInfo).port, close }
}

async function peerServer() {
  const server = fastify()
  server.post('/v1/orders', (_request, reply) => reply.code(202).send(ANSWER))
  await server.listen({ port: 0, host: '127.0.0.1' })
  return { port: (server.server.address() as AddressInfo).port, close: () => server.close() }
}

/** The load: connections that each send the next order when the last was answered. */
async function load(port: number, key: string): Promise<void> {
  const sockets = await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      await new Promise((resolve) => socket.once('connect', resolve))
      return socket
    }),
  )
  parentPort?.postMessage('connected')
  await new Promise((resolve) => parentPort?.once('message', resolve))
  let sent = 0
  let answered = 0
  let accepted = 0
  await new Promise<void>((resolve) => {
    for (const socket of sockets) {
      const next = () => {
        if (sent === REQUESTS) return
        sent += 1
        socket.write(requestText(key, sent))
      }
      socket.on('data', (bytes) => {
        if (bytes.includes('HTTP/1.1 202')) accepted += 1
        answered += 1
        if (answered === REQUESTS) resolve()
        next()
      })
      next()
    }
  })
  for (const socket of sockets) socket.destroy()
  parentPort?.postMessage(accepted)
}

function requestText(key: string, number: number): string {
  const head = [
    'POST /v1/orders HTTP/1.1',
    'Host: hub',
    `Authorization: Bearer ${key}`,
    'Content-Type: application/json',
    `Idempotency-Key: k-${number}`,
    `Content-Length: ${order.length}`,
  ]
  return `${head.join('\r\n')}\r\n\r\n${order}`
}

if (!isMainThread) {
  const { port, key } = workerData as { port: number; key: string }
  await load(port, key)
}
