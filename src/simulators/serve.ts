/**
 * A simulator behind HTTP on the loopback address, and the way its reports take to the hub. Raw `node:http`: the load
 * side of a measurement must cost little.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool } from 'undici'
import type { PurchaseOrder } from '../documents/purchase-order/schema.ts'
import type { Misbehaviour } from './misbehaviour.ts'
import type { RequestBody, SystemAnswer, SystemReport, SystemRequest, Taken } from './protocol.ts'
import type { Simulator } from './simulator.ts'

/** A simulator that listens. */
export interface Served {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** Where to listen, and how long a caller is left without an answer before the line is cut. */
export interface ServeOptions {
  readonly port?: number
  readonly silentMs?: number
}

const JSON_TYPE = { 'content-type': 'application/json' }
const NDJSON = 'application/x-ndjson'

/**
 * Opens the simulator's door: `POST /requests/{verb}`, NDJSON `POST /requests`, `GET /requests?key=`, `GET /ledger`,
 * `POST /misbehave`, `GET /livez`.
 */
export async function serve(simulator: Simulator, options: ServeOptions = {}): Promise<Served> {
  const silentMs = options.silentMs ?? 60_000
  const server = createServer({ keepAliveTimeout: 72_000 }, (request, response) => {
    const done = route(simulator, request, response, silentMs)
    done.catch((error: unknown) => answer(response, 400, { code: 'malformed', detail: String(error) }))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, port, close: () => closed(server) }
}

async function route(
  simulator: Simulator,
  request: IncomingMessage,
  response: ServerResponse,
  silentMs: number,
): Promise<void> {
  const url = request.url ?? '/'
  if (request.method === 'POST' && url.startsWith('/requests/')) {
    const body = JSON.parse(await bodyOf(request)) as RequestBody
    const key = String(request.headers['idempotency-key'] ?? '')
    if (key === '') return answer(response, 400, { code: 'key_missing' })
    return send(response, await simulator.handle({ verb: decodeURIComponent(url.slice(10)), key, body }), silentMs)
  }
  if (request.method === 'POST' && url === '/requests') return batch(simulator, await bodyOf(request), response)
  if (request.method === 'POST' && url === '/misbehave') {
    simulator.misbehave(JSON.parse(await bodyOf(request)) as Partial<Misbehaviour>)
    return answer(response, 200, { ...simulator.manners })
  }
  if (request.method === 'GET' && url.startsWith('/requests?')) return ask(simulator, url, response)
  if (request.method === 'GET' && url === '/ledger') return ledger(simulator, response)
  if (request.method === 'GET' && url === '/livez') return answer(response, 200, { name: simulator.name })
  answer(response, 404, { code: 'not_found' })
}

async function ask(simulator: Simulator, url: string, response: ServerResponse): Promise<void> {
  if (simulator.manners.down) return void response.destroy()
  const key = new URLSearchParams(url.slice(url.indexOf('?'))).get('key') ?? ''
  const known = await simulator.ask(key)
  answer(response, 200, known ? { known: true, answer: known } : { known: false })
}

/**
 * Every line has its own answer. Where one gets none, the line is cut: what was behind it is unknown to the caller too.
 * A system that answers in part ends its answer as if that were all.
 */
async function batch(simulator: Simulator, body: string, response: ServerResponse): Promise<void> {
  const lines = body.split('\n').filter((line) => line !== '')
  const answers = await simulator.handleAll(lines.map((line) => JSON.parse(line) as SystemRequest))
  const cut = answers.findIndex(({ spoiled }) => spoiled !== undefined && spoiled !== 'error-body')
  if (cut === 0) return void response.destroy()
  const told = cut < 0 ? answers : answers.slice(0, cut)
  response.writeHead(200, { 'content-type': NDJSON })
  const text = told
    .map(({ status, body, repeat, spoiled }) => ({ status: spoiled ? 200 : status, body, repeat }))
    .map((one) => `${JSON.stringify(one)}\n`)
    .join('')
  if (cut < 0) response.end(text)
  else response.write(text, () => response.destroy())
}

function ledger(simulator: Simulator, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': NDJSON })
  let lines: string[] = []
  for (const row of simulator.ledger.rows()) {
    lines.push(JSON.stringify(row))
    if (lines.length < 1_000) continue
    response.write(`${lines.join('\n')}\n`)
    lines = []
  }
  response.end(lines.length > 0 ? `${lines.join('\n')}\n` : undefined)
}

function send(response: ServerResponse, reply: SystemAnswer, silentMs: number): void {
  if (reply.spoiled === 'error-body') answer(response, 200, reply.body)
  else if (reply.spoiled) breakOff[reply.spoiled](response, silentMs)
  else answer(response, reply.status, reply.body, retryAfterOf(reply), reply.repeat)
}

/** The ways in which a caller gets no answer. */
const breakOff = {
  dead: (response: ServerResponse) => {
    response.destroy()
  },
  silent: (response: ServerResponse, silentMs: number) => {
    setTimeout(() => response.destroy(), silentMs).unref()
  },
  cut: (response: ServerResponse) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': 1_000 })
    response.write('{"number":', () => response.destroy())
  },
  'not-json': (response: ServerResponse) => {
    response.writeHead(200, JSON_TYPE).end('<html>An error has occurred</html>')
  },
}

function retryAfterOf({ retryAfterMs, retryAfterText }: SystemAnswer): string | undefined {
  return retryAfterText ?? (retryAfterMs === undefined ? undefined : String(Math.ceil(retryAfterMs / 1_000)))
}

function answer(response: ServerResponse, status: number, body: object, retryAfter?: string, repeat = false): void {
  const text = JSON.stringify(body)
  const headers: Record<string, string | number> = { ...JSON_TYPE, 'content-length': Buffer.byteLength(text) }
  if (retryAfter !== undefined) headers['retry-after'] = retryAfter
  if (repeat) headers['idempotency-replayed'] = 'true'
  response.writeHead(status, headers)
  response.end(text)
}

function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => resolve(chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString()))
    request.on('error', reject)
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/** A hub as a simulator reaches it. */
export interface HubDoor {
  /** For {@link SimulatorPorts.emit}. */
  emit(reports: readonly SystemReport[], topic?: string): Promise<Taken | readonly Taken[]>
  /** For {@link ShopPorts.place}. */
  place(document: PurchaseOrder, idempotencyKey: string): Promise<SystemAnswer>
  close(): Promise<void>
}

/**
 * The way to the hub over HTTP: `POST /in/{system}` and `POST /v1/orders`.
 *
 * @param origin `http://127.0.0.1:8080`
 * @param token the system's bearer key
 * @param patienceMs after which a call without an answer is given up and its connection closed; undici's own by default
 */
export function hubDoor(origin: string, system: string, token: string, connections = 32, patienceMs?: number): HubDoor {
  const patience = patienceMs === undefined ? {} : { headersTimeout: patienceMs, bodyTimeout: patienceMs }
  const pool = new Pool(origin, { connections, pipelining: 1, ...patience })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }

  const post = async (path: string, body: unknown, more: Record<string, string> = {}): Promise<SystemAnswer> => {
    try {
      const response = await pool.request({
        method: 'POST',
        path,
        headers: { ...headers, ...more },
        body: JSON.stringify(body),
      })
      return { status: response.statusCode, body: (await response.body.json()) as Record<string, unknown> }
    } catch {
      return { status: 0, body: {} } // whatever broke, nobody knows what arrived
    }
  }

  return {
    emit: async (reports, topic) => {
      const path = topic === undefined ? `/in/${system}` : `/in/${system}/${topic}`
      const reply = await post(path, reports.length === 1 ? reports[0] : reports)
      return takenFrom(reply, reports.length)
    },
    place: (document, key) => post('/v1/orders', document, { 'idempotency-key': key }),
    close: () => pool.close(),
  }
}

/** What a doorway's answer says about each report: a list of answers with a status each, or one for all. */
export function takenFrom(reply: SystemAnswer, count: number): Taken | readonly Taken[] {
  const list = Array.isArray(reply.body) ? reply.body : reply.body['results']
  if (!Array.isArray(list) || list.length !== count) return taken(reply.status)
  return list.map((one: { status?: number }) => taken(one.status ?? reply.status))
}

function taken(status: number): Taken {
  if (status >= 200 && status < 300) return 'ok'
  if (status === 0) return 'unknown'
  return status === 408 || status === 409 || status === 425 || status === 429 || status >= 500 ? 'later' : 'refused'
}
