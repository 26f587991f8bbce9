import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIP, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, type InjectOptions } from 'fastify'
import type { Clock } from '../base/clock.ts'
import { CrossdockError } from '../base/errors.ts'
import type { Random } from '../base/random.ts'
import { carries } from '../governance/keys.ts'
import type { Caller, Priority, Route, RouteAnswer } from '../journal/route.ts'
import { Asked, type BodyReading, readBodyFor } from './asked.ts'
import { HungUp, readBody } from './body.ts'
import { cursorSeal } from './cursor.ts'
import { acceptedType, type Door, doorFor, plainParams, type Refusal, refusalError } from './door.ts'
import { errors } from './errors.ts'
import { idempotencyKeyFrom, preferencesFrom } from './headers.ts'
import { LIMITS, type Limits } from './limits.ts'
import { Metrics } from './metrics.ts'
import { PROBLEM_TYPE, problemOf, retryAfterOf, waiting } from './problem.ts'
import { correlationIdFrom, readTraceparent, type TraceContext, TraceMint } from './trace-context.ts'

/** Where the gateway says what a person may have to look at. Values are data, never part of the sentence. */
export type GatewayLog = (level: 'info' | 'warn' | 'error', what: string, particulars: Record<string, unknown>) => void

/** One request that was refused at the door: what the capped refusal row is made of. Never the body. */
export interface RefusedAtDoor {
  readonly at: number
  readonly method: string
  readonly route: string
  readonly source: string
  readonly tenant?: string
  readonly code: string
  readonly status: number
  readonly traceId: string
}

/** What the gateway is opened with. */
export interface GatewayOptions<Ports> {
  readonly routes: readonly Route<Ports>[]
  readonly ports: Ports
  readonly clock: Clock
  readonly random: Random
  /** Who the bearer of a key is; throws or rejects with the error that answers a wrong one. `governance/keys` has it. */
  readonly admit: (text: string, source: string) => Caller | Promise<Caller>
  /** Who a request without a key is, by its cookie; `gateway/console` has it for the demo. */
  readonly session?: (request: IncomingMessage) => Caller | undefined
  /** Asked before a body is read: undefined lets it in. */
  readonly admission?: (priority: Priority, caller: Caller | undefined) => Refusal | undefined
  /** Told of every refusal before a room was asked. */
  readonly refused?: (refusal: RefusedAtDoor) => void
  readonly metrics?: Metrics
  readonly log?: GatewayLog
  readonly limits?: Partial<Limits>
  /** Addresses or networks of proxies whose X-Forwarded-For is believed. Absent: nobody's is. */
  readonly trustedProxies?: readonly string[]
  /** Shared by all instances of an installation; seals cursors. Absent: a new one, good for this process. */
  readonly cursorSecret?: Uint8Array
  /** Answers GET of what is no route: the console's files. Undefined answers 404. */
  readonly page?: (path: string, accept: string) => RouteAnswer | undefined | Promise<RouteAnswer | undefined>
  readonly tls?: { readonly key: string; readonly cert: string }
}

/** The open gateway. */
export interface Gateway {
  /** Listens; loopback unless told otherwise. Port 0 takes a free one. */
  listen(where?: {
    readonly host?: string
    readonly port?: number
  }): Promise<{ readonly url: string; readonly port: number }>
  /** True until {@link Gateway.drain} is called: what `/readyz` asks first. */
  readonly accepting: boolean
  /** Unready at once; open requests get their answers, streams end, then the server closes. */
  drain(graceMs?: number): Promise<void>
  readonly metrics: Metrics
  /** Puts a request through without a socket, for tests. */
  inject(options: InjectOptions): Promise<{
    readonly statusCode: number
    readonly headers: Record<string, unknown>
    readonly body: string
    json(): unknown
  }>
}

/** What is known of a request while it is answered. */
interface Call<Ports> {
  readonly door: Door<Ports>
  readonly trace: TraceContext
  readonly startedAt: number
  caller: Caller
  contentType: string
}

declare module 'fastify' {
  interface FastifyRequest {
    call: unknown
  }
}

/** Everybody, at the doors that are open to everyone. */
const ANYONE: Caller = { key: 'anyone', tenant: '', scopes: [] }
const NO_BYTES = Buffer.alloc(0)
/** A refused body up to this size is read away, so the connection stays; a larger one costs it. */
const READ_AWAY_BYTES = 64 * 1024
const METHODS_WITH_BODY = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/**
 * Opens the HTTP side of the hub. It knows limits, keys, headers and problems, and nothing of the business: what a
 * request means is for the room whose route it is.
 *
 * A request's way: trace → key and scope → admission → content type → body (only now it is read) → strict JSON →
 * schema → the room. Each step may answer with a problem; none reads more than it needs.
 */
export function openGateway<Ports>(options: GatewayOptions<Ports>): Gateway {
  const { ports, clock } = options
  const limits: Limits = { ...LIMITS, ...options.limits }
  const metrics = options.metrics ?? new Metrics()
  const log = options.log ?? (() => {})
  const mint = new TraceMint(options.random)
  const seal = cursorSeal(options.cursorSecret ?? options.random.bytes(32))
  const streams = new Set<AbortController>()
  const hungUp = metrics.counter('crossdock_http_hung_up_total', 'Requests whose sender hung up before the end.')
  const unrouted = metrics.counter('crossdock_http_unrouted_total', 'Requests for which there is no route.')
  let accepting = true

  const server = serverWith(limits, options)
  const doors = options.routes.map((route) => doorFor(route, limits, metrics))

  const begin = (request: FastifyRequest, _reply: FastifyReply, next: (error?: Error) => void) => {
    const door = request.routeOptions.config as unknown as Door<Ports>
    const headers = request.headers
    const trace = readTraceparent(headers['traceparent'] as string | undefined) ?? mint.begin()
    const call: Call<Ports> = { door, trace, startedAt: performance.now(), caller: ANYONE, contentType: '' }
    request.call = call
    if (door.route === undefined) return next()
    let caller: Caller | Promise<Caller>
    try {
      caller = callerOf(request, door)
    } catch (error) {
      return next(error as Error)
    }
    if (!(caller instanceof Promise)) return enter(request, call, caller, next)
    caller.then((found) => enter(request, call, found, next), next)
  }

  const callerOf = (request: FastifyRequest, door: Door<Ports>): Caller | Promise<Caller> => {
    if (request.raw.url?.includes('xd_live_')) throw errors.KEY_IN_URL()
    const header = request.headers.authorization
    if (door.route.scope === null) return ANYONE
    if (header === undefined) {
      const caller = options.session?.(request.raw)
      if (caller) return caller
      throw errors.KEY_MISSING()
    }
    if (!/^bearer /i.test(header.slice(0, 7))) throw errors.KEY_MISSING()
    return options.admit(header.slice(7).trim(), request.ip)
  }

  /** All that can be refused without reading the body. */
  const enter = (request: FastifyRequest, call: Call<Ports>, caller: Caller, next: (error?: Error) => void) => {
    try {
      call.caller = caller
      const { door } = call
      const { scope, priority, idempotency } = door.route
      if (scope !== null && !carries(caller.scopes, scope)) throw errors.SCOPE_MISSING(scope)
      const refusal = options.admission?.(priority, scope === null ? undefined : caller)
      if (refusal) throw waiting(refusalError(refusal), refusal.retryAfterSeconds)
      plainParams(door, request.params as Record<string, string>)
      if (METHODS_WITH_BODY.has(request.method)) {
        const comes = bodyComes(request.raw)
        if (door.takesBody) {
          if (!comes) throw errors.BODY_MISSING()
          call.contentType = acceptedType(door, request.headers['content-type'])
        } else if (comes) throw errors.BODY_UNEXPECTED()
      }
      if (idempotency === 'required' && request.headers['idempotency-key'] === undefined) {
        throw errors.IDEMPOTENCY_KEY_MISSING()
      }
      next()
    } catch (error) {
      next(error as Error)
    }
  }

  const parse = (
    request: FastifyRequest,
    payload: IncomingMessage,
    done: (error: Error | null, body?: Buffer) => void,
  ) => {
    const call = request.call as Call<Ports>
    const limit = call.door.route === undefined ? 0 : call.door.limitFor(call.contentType)
    readBody(payload, limit).then((body) => done(null, body), done)
  }

  const handle = (request: FastifyRequest, reply: FastifyReply): undefined => {
    const call = request.call as Call<Ports>
    const fail = (error: unknown) => {
      reply.send(error)
    }
    try {
      const bytes = (request.body as Buffer | undefined) ?? NO_BYTES
      const reading = call.door.takesBody ? readBodyFor(call.door, bytes, call.contentType, limits.batchElements) : {}
      if (reading instanceof Promise) reading.then((read) => ask(request, reply, call, bytes, read)).catch(fail)
      else ask(request, reply, call, bytes, reading)
    } catch (error) {
      fail(error)
    }
    return undefined
  }

  const ask = (
    request: FastifyRequest,
    reply: FastifyReply,
    call: Call<Ports>,
    bytes: Buffer,
    reading: BodyReading,
  ) => {
    const asked = askedFrom(request, reply, call, bytes)
    asked.body = reading.body
    asked.items = reading.items
    const answer = call.door.route.handle(asked, ports)
    if (!(answer instanceof Promise)) return send(reply, call, answer, asked)
    answer.then((ready) => send(reply, call, ready, asked)).catch((error: unknown) => reply.send(error))
  }

  const askedFrom = (request: FastifyRequest, reply: FastifyReply, call: Call<Ports>, bytes: Buffer): Asked => {
    const { headers } = request
    const { door, trace } = call
    const query = door.readQuery(request.query as Record<string, unknown>)
    if (door.route.paged && typeof query['cursor'] === 'string') {
      query['cursor'] = seal.open(listOf(call), query['cursor'])
    }
    const correlation = correlationIdFrom(headers['x-correlation-id'], trace.traceId)
    const asked = new Asked(
      call.caller,
      request.params as Record<string, string>,
      query,
      bytes,
      call.contentType,
      trace.traceparent,
      correlation,
      clock.now(),
      once(() => endsWith(reply.raw)),
    )
    asked.idempotencyKey = idempotencyKeyFrom(headers['idempotency-key'])
    if (headers['prefer'] !== undefined) Object.assign(asked, preferencesFrom(headers['prefer']))
    if (headers.accept !== undefined) asked.accept = headers.accept.toLowerCase()
    if (typeof headers['last-event-id'] === 'string') asked.lastEventId = headers['last-event-id']
    return asked
  }

  /** A signal for as long as the client listens and the gateway is not draining. */
  const endsWith = (response: ServerResponse): AbortSignal => {
    const controller = new AbortController()
    streams.add(controller)
    response.once('close', () => {
      streams.delete(controller)
      controller.abort()
    })
    if (!accepting) controller.abort()
    return controller.signal
  }

  const listOf = ({ door, caller }: Call<Ports>) => `${door.route.operationId}\u0000${caller.tenant}`

  const send = (reply: FastifyReply, call: Call<Ports>, answer: RouteAnswer, asked: Asked) => {
    const { status, headers, replayed, next } = answer
    let { body } = answer
    reply.code(status)
    reply.header('x-content-type-options', 'nosniff')
    reply.header('x-correlation-id', asked.correlationId)
    if (replayed) reply.header('idempotency-replayed', 'true')
    if (headers) reply.headers(headers)
    if (next !== undefined) {
      const nextCursor = seal.seal(listOf(call), next)
      reply.header('link', `<${linkTo(reply.request.raw.url ?? '/', nextCursor)}>; rel="next"`)
      if (isPlainObject(body)) body = { ...body, nextCursor }
    }
    note(call, status)
    if (body === undefined) return reply.send()
    if (typeof body === 'string' || body instanceof Uint8Array) {
      reply.type(
        answer.contentType ?? (typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/octet-stream'),
      )
      return reply.send(body)
    }
    if (Symbol.asyncIterator in body) {
      reply.type(answer.contentType ?? 'application/octet-stream')
      return reply.send(Readable.from(body as AsyncIterable<string | Uint8Array>))
    }
    reply.type(answer.contentType ?? 'application/json; charset=utf-8')
    return reply.send(JSON.stringify(body))
  }

  const note = (call: Call<Ports>, status: number) => {
    call.door.answered(status).value += 1
    call.door.durations.observe((performance.now() - call.startedAt) / 1000)
  }

  const answerError = (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const call = request.call as Call<Ports> | null
    if (thrown instanceof HungUp) {
      hungUp.value += 1
      reply.hijack()
      request.raw.destroy()
      return
    }
    const error = ours(thrown)
    const traceId = call?.trace.traceId ?? mint.begin().traceId
    if (error.status >= 500 && !(thrown instanceof CrossdockError)) {
      log('error', 'a request failed inside the hub', { traceId, method: request.method, error: thrown })
    }
    const isRouted = call?.door.route !== undefined
    if (isRouted) note(call, error.status)
    else unrouted.value += 1
    options.refused?.({
      at: clock.now(),
      method: request.method,
      route: isRouted ? call.door.route.path : '',
      source: request.ip,
      ...(call?.caller.tenant ? { tenant: call.caller.tenant } : {}),
      code: error.code,
      status: error.status,
      traceId,
    })
    const retryAfter = retryAfterOf(error)
    if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
    if (error.status === 401) reply.header('www-authenticate', 'Bearer realm="crossdock"')
    if (leavesMuch(request.raw)) reply.header('connection', 'close')
    reply
      .code(error.status)
      .header('cache-control', 'no-store')
      .header('x-content-type-options', 'nosniff')
      .header('content-type', PROBLEM_TYPE)
      .send(JSON.stringify(problemOf(error, traceId)))
  }

  const notFound = async (request: FastifyRequest, reply: FastifyReply) => {
    const path = pathOf(request.raw.url ?? '/')
    const allowed = doors.filter(({ route }) => patternOf(route.path).test(path)).map(({ route }) => route.method)
    if (allowed.length > 0 || request.method === 'TRACE') {
      reply.header('allow', [...new Set(allowed)].join(', '))
      throw errors.METHOD_NOT_ALLOWED()
    }
    const isPage = (request.method === 'GET' || request.method === 'HEAD') && options.page !== undefined
    const answer = isPage ? await options.page?.(path, request.headers.accept ?? '') : undefined
    if (!answer) throw errors.NOT_FOUND()
    reply.code(answer.status).headers({ ...answer.headers })
    if (answer.contentType) reply.type(answer.contentType)
    return reply.send(answer.body)
  }

  server.decorateRequest('call', null)
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', parse as never)
  server.addHook('onRequest', begin)
  server.setErrorHandler(answerError)
  server.setNotFoundHandler(notFound)
  for (const door of doors) {
    server.route({
      method: door.route.method,
      url: door.route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      config: door as never,
      handler: handle,
    })
  }
  server.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    response.writeContinue()
    server.routing(request, response)
  })

  return {
    metrics,
    get accepting() {
      return accepting
    },
    async listen({ host = '127.0.0.1', port = 0 } = {}) {
      await server.listen({ host, port })
      const address = server.server.address()
      const bound = typeof address === 'object' && address !== null ? address.port : port
      const shown = isIP(host) === 6 ? `[${host}]` : host
      return { url: `${options.tls ? 'https' : 'http'}://${shown}:${bound}`, port: bound }
    },
    async drain(graceMs = 0) {
      accepting = false
      if (graceMs > 0) await new Promise((resolve) => setTimeout(resolve, graceMs))
      for (const controller of streams) controller.abort()
      const cut = setTimeout(() => server.server.closeAllConnections(), limits.drainMs)
      await server.close()
      clearTimeout(cut)
    },
    inject: (injected) => server.inject(injected),
  }
}

function serverWith<Ports>(limits: Limits, { tls, trustedProxies }: GatewayOptions<Ports>): FastifyInstance {
  const http = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    insecureHTTPParser: false,
    requireHostHeader: true,
  }
  const server = fastify({
    ...(tls ? { https: { ...http, ...tls } } : { http }),
    logger: false,
    bodyLimit: limits.bulkBytes,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    maxRequestsPerSocket: limits.requestsPerSocket,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    trustProxy: trustedProxies ? [...trustedProxies] : false,
    routerOptions: { maxParamLength: limits.paramLength, ignoreTrailingSlash: false, caseSensitive: true },
    clientErrorHandler: answerBadConnection,
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) => {
      request.call = null
      sendUnrouted(reply)
    },
  } as never) as unknown as FastifyInstance
  server.server.maxConnections = limits.sockets
  return server
}

function sendUnrouted(reply: FastifyReply): void {
  const error = errors.PATH_INVALID()
  reply
    .code(error.status)
    .header('content-type', PROBLEM_TYPE)
    .send(JSON.stringify(problemOf(error, '')))
}

/** What never became a request gets an answer written by hand, and its connection ends. */
function answerBadConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const problem = problemOf(connectionError(error.code), '')
  const { trace_id: _none, ...shown } = problem
  const body = JSON.stringify(shown)
  const reason =
    problem.status === 408
      ? 'Request Timeout'
      : problem.status === 431
        ? 'Request Header Fields Too Large'
        : 'Bad Request'
  socket.end(
    `HTTP/1.1 ${problem.status} ${reason}\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

function connectionError(code: string | undefined): CrossdockError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return errors.REQUEST_TIMEOUT()
  if (code === 'HPE_HEADER_OVERFLOW') return errors.HEADERS_TOO_LARGE()
  return errors.REQUEST_MALFORMED()
}

/** Fastify's own refusals in our words; anything unknown is a fault of the hub. */
function ours(thrown: unknown): CrossdockError {
  if (thrown instanceof CrossdockError) return thrown
  const code = (thrown as { code?: unknown } | null)?.code
  if (typeof code !== 'string' || !code.startsWith('FST_ERR_')) return errors.INTERNAL()
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return errors.CONTENT_TYPE('application/json')
  if (code.startsWith('FST_ERR_CTP')) return errors.REQUEST_MALFORMED()
  return errors.INTERNAL()
}

const bodyComes = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** A body that was not read and is not small: the connection is not worth keeping for it. */
function leavesMuch(request: IncomingMessage): boolean {
  if (request.complete || !bodyComes(request)) return false
  const length = request.headers['content-length']
  return length === undefined || Number(length) > READ_AWAY_BYTES
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

const pathOf = (url: string) => url.split(/[?#]/, 1)[0] as string
const patternOf = (path: string) => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)

function linkTo(url: string, cursor: string): string {
  const [path, query] = url.split('?', 2) as [string, string?]
  const members = new URLSearchParams(query)
  members.set('cursor', cursor)
  return `${path}?${members}`
}

function isPlainObject(body: RouteAnswer['body']): body is object {
  if (typeof body !== 'object' || body instanceof Uint8Array) return false
  return !(Symbol.asyncIterator in body) && !Array.isArray(body)
}
