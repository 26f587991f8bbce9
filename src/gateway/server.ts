import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, type InjectOptions } from 'fastify'
import { assert } from '../base/errors.ts'
import { sendBody } from './answer.ts'
import { answerBadConnection, limitPerSource } from './connection.ts'
import { type Door, doorFor } from './door.ts'
import { errors } from './errors.ts'
import { guard, watch } from './guard.ts'
import { LIMITS, type Limits } from './limits.ts'
import { Metrics } from './metrics.ts'
import type { GatewayOptions } from './options.ts'
import { Passage } from './passage.ts'
import type { TurnAway } from './turn-away.ts'

/** The open gateway. */
export interface Gateway {
  /** Listens; loopback unless told otherwise. Port 0 takes a free one. */
  listen(where?: {
    readonly host?: string
    readonly port?: number
  }): Promise<{ readonly url: string; readonly port: number }>
  /** True until {@link Gateway.drain} is called: what `/readyz` asks first. */
  readonly accepting: boolean
  /**
   * Unready at once; after `graceMs` (time for load balancers to notice) streams end, open requests get their answers
   * and the server closes.
   */
  drain(graceMs?: number): Promise<void>
  readonly metrics: Metrics
  /** Puts a request through without a socket, for tests. */
  inject(options: InjectOptions): Promise<InjectedAnswer>
}

export interface InjectedAnswer {
  readonly statusCode: number
  readonly headers: Record<string, unknown>
  readonly body: string
  json(): unknown
}

/** How often a draining gateway closes the connections that have become idle. */
const SWEEP_MS = 20

/**
 * Opens the HTTP side of the hub. It knows limits, keys, headers and problems, and nothing of the business: what a
 * request means is for the room whose route it is.
 *
 * @example
 * const gateway = openGateway({ routes: [...intakeRoutes, ...operationsRoutes], ports, clock, random, admit: keys.admit })
 * const { url } = await gateway.listen({ port: 8080 })
 * await gateway.drain()
 */
export function openGateway<Ports>(options: GatewayOptions<Ports>): Gateway {
  const limits: Limits = { ...LIMITS, ...options.limits }
  const metrics = options.metrics ?? new Metrics()
  const doors = options.routes.map((route) => doorFor(route, limits, metrics))
  const passage = new Passage(options, limits, metrics)
  const server = serverWith(options, limits, passage)
  turnAwayFirst(server, passage.turnAway(doors), options.tls === undefined)
  let accepting = true

  server.addHook('onRequest', (request, reply, next) => {
    const door = request.routeOptions.config as unknown as Partial<Door<Ports>>
    if (door.route === undefined) next()
    else passage.begin(door as Door<Ports>, request, reply)
  })
  for (const door of doors) mount(server, door)
  server.setNotFoundHandler((request, reply) => answerUnrouted(request, reply, doors, options.page))
  server.setErrorHandler((error, request, reply) => passage.failUnrouted(error, request, reply))
  // With a listener of ours, `100 Continue` waits until somebody wants the body: see passage.ts.
  server.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
    server.routing(request, response),
  )

  return {
    metrics,
    get accepting() {
      return accepting
    },
    async listen({ host = '127.0.0.1', port = 0 } = {}) {
      await server.listen({ host, port })
      const address = server.server.address()
      assert(typeof address === 'object' && address !== null, 'a listening server has an address')
      const shown = isIP(host) === 6 ? `[${host}]` : host
      return { url: `${options.tls ? 'https' : 'http'}://${shown}:${address.port}`, port: address.port }
    },
    async drain(graceMs = 0) {
      accepting = false
      if (graceMs > 0) await new Promise((resolve) => setTimeout(resolve, graceMs))
      passage.endStreams()
      // A connection that becomes idle only after the close would be kept alive for its whole time.
      const sweep = setInterval(() => server.server.closeIdleConnections(), SWEEP_MS)
      const cut = setTimeout(() => server.server.closeAllConnections(), limits.drainMs)
      await server.close()
      clearInterval(sweep)
      clearTimeout(cut)
    },
    inject: (injected) => server.inject(injected),
  }
}

/** Puts a look at each request before the framework's own: it answers what is not let in, and passes on the rest. */
function turnAwayFirst(server: FastifyInstance, turnAway: TurnAway | undefined, isPlain: boolean): void {
  if (!turnAway) return
  const { server: http } = server
  const route = http.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[]
  http.removeAllListeners('request')
  http.on('request', (request: IncomingMessage, response: ServerResponse) => {
    watch(request, response)
    if (!turnAway.answer(request, response)) for (const go of route) go(request, response)
  })
  if (isPlain) guard(http, turnAway)
}

function mount<Ports>(server: FastifyInstance, door: Door<Ports>): void {
  server.route({
    method: door.route.method,
    url: door.route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    config: door as never,
    handler: () => assert(false, 'a request with a door is answered in the hook'),
  })
}

function serverWith<Ports>(
  { tls, trustedProxies }: GatewayOptions<Ports>,
  limits: Limits,
  passage: Passage<Ports>,
): FastifyInstance {
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
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    maxRequestsPerSocket: limits.requestsPerSocket,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    trustProxy: trustedProxies ? [...trustedProxies] : false,
    routerOptions: { maxParamLength: limits.paramLength },
    clientErrorHandler: answerBadConnection,
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) =>
      passage.failUnrouted(errors.PATH_INVALID(), request, reply),
  } as never) as unknown as FastifyInstance
  server.server.maxConnections = limits.sockets
  limitPerSource(server.server, limits.socketsPerSource)
  return server
}

/** What has no door: another method of a known path, a page of the console, or nothing. */
async function answerUnrouted<Ports>(
  request: FastifyRequest,
  reply: FastifyReply,
  doors: readonly Door<Ports>[],
  page: GatewayOptions<Ports>['page'],
): Promise<FastifyReply> {
  const path = (request.raw.url as string).split(/[?#]/, 1)[0] as string
  const allowed = doors.filter(({ pattern }) => pattern.test(path)).map(({ route }) => route.method)
  if (allowed.length > 0 || request.method === 'TRACE') {
    reply.header('allow', [...new Set(allowed)].join(', '))
    throw errors.METHOD_NOT_ALLOWED()
  }
  const wantsPage = request.method === 'GET' || request.method === 'HEAD'
  const answer = wantsPage ? await page?.(path, request.headers.accept ?? '') : undefined
  if (!answer) throw errors.NOT_FOUND()
  reply.code(answer.status).headers({ ...answer.headers })
  sendBody(reply, answer.body, answer.contentType)
  return reply
}
