import Type from 'typebox'
import { LANES } from '../base/ids.ts'
import type { Route, RouteAnswer, RouteRequest } from '../journal/route.ts'
import { readLaneCursor, writeLaneCursor } from './cursor.ts'
import type { Metrics } from './metrics.ts'

/** One thing that must hold before requests are sent here. */
export interface HealthCheck {
  readonly name: string
  readonly ok: boolean
  /** For people, with `?verbose`: never an address, a password or a statement. */
  readonly detail?: string
}

/** An event as it leaves the hub. */
export interface ExportedEvent {
  /** `lane/position`: the duplicate key. */
  readonly id: string
  readonly type: string
  readonly [member: string]: unknown
}

/** Events in lane order, and where a reader stands after them: a position in each lane. */
export interface EventPage {
  readonly events: readonly ExportedEvent[]
  readonly after: readonly number[]
}

/** What the operators' doors need. */
export interface OperationsPorts {
  readonly metrics: Metrics
  /** `/readyz`: dependencies and drain state. */
  readonly ready: () => readonly HealthCheck[] | Promise<readonly HealthCheck[]>
  /** `/startupz`: migrations done, rooms open. */
  readonly started: () => readonly HealthCheck[] | Promise<readonly HealthCheck[]>
  /** The OpenAPI document, made once. */
  readonly openapi: () => object
  readonly events: {
    /** Committed events of the tenant after a cursor, at most `limit`; an empty page when there are none. */
    read(tenant: string, after: readonly number[], limit: number): Promise<EventPage>
    /** Resolves when there may be more events, when the time is over, or when the signal says so. */
    more(tenant: string, after: readonly number[], timeoutMs: number, signal: AbortSignal): Promise<void>
    /** Where the tenant's journal ends now. */
    end(tenant: string): Promise<readonly number[]>
    /** Which life of the installation this is: positions of an earlier one may stand for other events now. 1 when absent. */
    readonly life?: number
  }
}

const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'
const EVENT_STREAM = 'text/event-stream'
const NDJSON = 'application/x-ndjson'
const HEARTBEAT_MS = 15_000
const PAGE = 500
const NO_STORE = { 'cache-control': 'no-store' }

const health = Type.Object({
  status: Type.Union([Type.Literal('ok'), Type.Literal('unavailable')]),
  checks: Type.Optional(
    Type.Array(Type.Object({ name: Type.String(), ok: Type.Boolean(), detail: Type.Optional(Type.String()) })),
  ),
})

const verbose = Type.Object({ verbose: Type.Optional(Type.Boolean()) })

const probe = {
  method: 'GET',
  tier: 'operations',
  scope: null,
  priority: 0,
  query: verbose,
  responses: { 200: health, 503: health },
} as const

const STARTS_AT_THE_BEGINNING = 'start'
const STARTS_NOW = 'now'

const eventsQuery = Type.Object({
  after: Type.Optional(
    Type.String({
      maxLength: 4096,
      default: STARTS_AT_THE_BEGINNING,
      description: 'A cursor as given out, `start` or `now`. Last-Event-ID goes before it.',
    }),
  ),
  follow: Type.Optional(Type.Boolean({ description: 'NDJSON only: wait for more at the end. SSE always waits.' })),
})

/** Health, metrics, the OpenAPI document and the export of events. `/metrics` is open where `openMetrics` says so. */
export function operations(options: { readonly openMetrics?: boolean } = {}): readonly Route<OperationsPorts>[] {
  return [
    {
      ...probe,
      path: '/livez',
      operationId: 'isAlive',
      summary: 'This process runs. It asks nothing else, so a database that is down restarts no hub.',
      handle: ({ query }) => healthAnswer([{ name: 'process', ok: true }], query),
    },
    {
      ...probe,
      path: '/readyz',
      operationId: 'isReady',
      summary: 'Requests may be sent here: dependencies answer and the hub is not draining.',
      handle: async ({ query }, { ready }) => healthAnswer(await ready(), query),
    },
    {
      ...probe,
      path: '/startupz',
      operationId: 'hasStarted',
      summary: 'Migrations are done and the rooms are open.',
      handle: async ({ query }, { started }) => healthAnswer(await started(), query),
    },
    {
      method: 'GET',
      path: '/metrics',
      operationId: 'readMetrics',
      summary: 'The hub’s numbers in the Prometheus text format.',
      tier: 'operations',
      scope: options.openMetrics ? null : 'metrics:read',
      priority: 0,
      responses: { 200: Type.String() },
      produces: 'text/plain',
      handle: (_request, { metrics }) => ({
        status: 200,
        body: metrics.expose(),
        contentType: PROMETHEUS_TYPE,
        headers: NO_STORE,
      }),
    },
    {
      method: 'GET',
      path: '/openapi.json',
      operationId: 'readOpenApi',
      summary: 'This document.',
      tier: 'operations',
      scope: null,
      priority: 3,
      responses: { 200: Type.Object({}) },
      handle: (_request, { openapi }) => ({ status: 200, body: openapi() }),
    },
    {
      method: 'GET',
      path: '/v1/events',
      operationId: 'readEvents',
      summary: 'Every event, as Server-Sent Events or NDJSON.',
      description:
        'Events of one lane come in order; there is no order across lanes. A cursor is a position in each lane: it comes as the SSE id, and in NDJSON as a line {"cursor":…} after each page. Delivery is at least once; `id` is the duplicate key.',
      tier: 'operations',
      scope: 'events:read',
      priority: 3,
      query: eventsQuery,
      responses: { 200: Type.String() },
      produces: EVENT_STREAM,
      handle: exportEvents,
    },
  ]
}

function healthAnswer(checks: readonly HealthCheck[], query: RouteRequest['query']): RouteAnswer {
  const isOk = checks.every(({ ok }) => ok)
  const shown = query['verbose'] === true ? { checks } : {}
  return { status: isOk ? 200 : 503, headers: NO_STORE, body: { status: isOk ? 'ok' : 'unavailable', ...shown } }
}

async function exportEvents(request: RouteRequest, { events }: OperationsPorts): Promise<RouteAnswer> {
  const { tenant, accept, query } = request
  const start = await startOf(request, events)
  if (accept?.includes(EVENT_STREAM)) {
    const body = eventStream(tenant, start, events, request.signal)
    return { status: 200, body, contentType: EVENT_STREAM, headers: { ...NO_STORE, 'x-accel-buffering': 'no' } }
  }
  const body = eventLines(tenant, start, events, request.signal, query['follow'] === true)
  return { status: 200, body, contentType: NDJSON, headers: NO_STORE }
}

async function startOf({ tenant, query, lastEventId }: RouteRequest, events: OperationsPorts['events']) {
  const after = lastEventId ?? (query['after'] as string)
  if (after === STARTS_NOW) return events.end(tenant)
  return after === STARTS_AT_THE_BEGINNING
    ? new Array<number>(LANES).fill(0)
    : readLaneCursor(after, LANES, events.life)
}

type Events = OperationsPorts['events']

/** Server-Sent Events. The id, which is long, comes with the last event of each page; a repeat from there is harmless. */
async function* eventStream(tenant: string, start: readonly number[], events: Events, signal: AbortSignal) {
  yield 'retry: 2000\n\n'
  for await (const { page, isLast } of pages(tenant, start, events, signal, true)) {
    if (page.events.length === 0) yield ': still here\n\n'
    const text = page.events.map((event, at) => {
      const id = isLast && at === page.events.length - 1 ? `id: ${writeLaneCursor(page.after, events.life)}\n` : ''
      return `${id}event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
    })
    if (text.length > 0) yield text.join('')
  }
}

async function* eventLines(
  tenant: string,
  start: readonly number[],
  events: Events,
  signal: AbortSignal,
  follow: boolean,
) {
  for await (const { page } of pages(tenant, start, events, signal, follow)) {
    const lines = page.events.map((event) => `${JSON.stringify(event)}\n`)
    yield `${lines.join('')}${JSON.stringify({ cursor: writeLaneCursor(page.after, events.life) })}\n`
  }
}

/** Pages until the end of the journal, or until the reader goes; while following, an empty page is a heartbeat. */
async function* pages(tenant: string, start: readonly number[], events: Events, signal: AbortSignal, follow: boolean) {
  let after = start
  while (!signal.aborted) {
    const page = await events.read(tenant, after, PAGE)
    after = page.after
    const isEnd = page.events.length === 0
    if (!isEnd || !follow) yield { page, isLast: true }
    if (isEnd && !follow) return
    if (!isEnd) continue
    const waitedFrom = after
    await events.more(tenant, waitedFrom, HEARTBEAT_MS, signal)
    if (!signal.aborted) yield { page: { events: [], after }, isLast: true }
  }
}
