/**
 * A hub for looking at the console without one: `node console/testing/fake-api.ts` serves `console/dist` and believable
 * answers. Its arguments are a mode (busy, empty, failing) and a port.
 */
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import type { CaseSummary, Kpis, OrderSummary, SystemStatus } from '../src/api.ts'
import { fakeOrders } from './fake-orders.ts'
import { fakeArrivals, fakeBench, fakeDocuments, fakePartner, fakePartners, fakeTraces } from './fake-partners.ts'
import { fakeTimeline } from './fake-timeline.ts'

export type FakeMode = 'busy' | 'empty' | 'failing'

export interface FakeApiOptions {
  readonly mode?: FakeMode
  /** The folder of built pages; absent: no pages, the answers only. */
  readonly pages?: string
  readonly orders?: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Stricter than the gateway: a style of its own in the page would show in the tests. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"

const AGES = { '0-15m': 1, '15-60m': 0, '1-4h': 1, '4-24h': 1, '>24h': 0 }

const LAG = { entries: 0, lanes: 0 }

/** A server that answers as the hub would; listen where you like. */
export function fakeApi({ mode = 'busy', pages, orders: howMany = 10_000, now }: FakeApiOptions): Server {
  const orders = mode === 'empty' ? [] : fakeOrders(howMany, now())
  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://fake')
    const answered = url.pathname.startsWith('/v1/') || url.pathname === '/console-session'
    if (answered) answer(url, request, response)
    else void page(url.pathname, response, pages)
  })

  function answer(url: URL, request: IncomingMessage, response: ServerResponse): void {
    const body = bodyOf(url, orders, now())
    if (url.pathname === '/console-session') response.writeHead(204).end()
    else if (mode === 'failing') problem(response, 503, 'XD_STORE_UNAVAILABLE', 'The database does not answer.')
    else if (url.pathname === '/v1/events') stream(request, response)
    else if (body) json(response, 200, body, 'application/json')
    else problem(response, 404, 'XD_VISIBILITY_UNKNOWN_KEY', 'Nothing is known by that name.')
  }
}

function bodyOf(url: URL, orders: readonly OrderSummary[], now: number): object | undefined {
  const { pathname, searchParams } = url
  if (pathname === '/v1/orders') return orderPage(orders, searchParams)
  if (pathname === '/v1/search') return { found: foundBy(orders, searchParams.get('q') ?? ''), lag: LAG }
  if (pathname === '/v1/stuck') return { orders: orders.filter(isStuck).slice(0, 200), shipments: [], lag: LAG }
  if (pathname === '/v1/kpis') return kpis(orders.length)
  if (pathname === '/v1/systems') return { items: systems(now, orders.length > 0) }
  if (pathname === '/v1/cases') return { cases: orders.length > 0 ? cases(now) : [], ages: AGES }
  if (pathname === '/v1/partners') return { items: orders.length > 0 ? fakePartners() : [] }
  if (pathname === '/v1/documents/trace') return fakeTraces(now)
  const partner = /^\/v1\/partners\/([a-z]+)(?:\/(bench|arrivals|documents))?$/.exec(pathname)
  const named = partner && fakePartners().find(({ name }) => name === partner[1])
  if (named && orders.length > 0) {
    if (partner?.[2] === 'arrivals') return fakeArrivals(now)
    if (partner?.[2] === 'documents') return fakeDocuments(now)
    return partner?.[2] ? fakeBench(named.name, now) : fakePartner(named, now)
  }
  const part = /^\/v1\/cases\/(c\d)(?:\/(members|trials))?(?:\/t-1\/(members))?$/.exec(pathname)
  const one = part && orders.length > 0 ? cases(now).find(({ id }) => id === part[1]) : undefined
  if (one) return caseBody(one, `${part?.[2] ?? ''}${part?.[3] ? '/members' : ''}`, now)
  const key = /^\/v1\/timeline\/(.+)$/.exec(pathname)?.[1]
  const order = key && orders.find(({ id, customerOrder }) => [id, customerOrder].includes(decodeURIComponent(key)))
  return order ? fakeTimeline(order, now) : undefined
}

const isStuck = ({ state, trouble }: OrderSummary): boolean => state === 'packed' || trouble !== undefined

function orderPage(orders: readonly OrderSummary[], query: URLSearchParams): object {
  const [state, cursor] = [query.get('state'), query.get('cursor') ?? '']
  const limit = Number(query.get('limit') ?? 50)
  const wanted = orders.filter((order) => order.id > cursor && (state === null || order.state === state))
  const shown = wanted.slice(0, limit)
  const groups = Object.entries(Object.groupBy(orders, (order) => order.state))
  return {
    orders: shown,
    next: wanted.length > limit ? (shown.at(-1)?.id ?? null) : null,
    states: groups.map(([name, its]) => ({ state: name, count: its?.length ?? 0 })),
    lag: LAG,
  }
}

function foundBy(orders: readonly OrderSummary[], q: string): object[] {
  const isShared = q === 'TRUCK-9'
  const its = isShared ? orders.slice(0, 4) : orders.filter(({ id, customerOrder }) => id === q || customerOrder === q)
  return its.map((order) => ({ kind: isShared ? 'shipment' : 'customerOrder', value: q, order }))
}

function kpis(orders: number): Kpis {
  const none = { count: 0, medianMs: null, p90Ms: null, p99Ms: null }
  const empty = {
    hours: 24,
    releaseLatency: none,
    shipmentConfirmationLag: none,
    unacknowledgedShipments: 0,
    counts: {},
    lag: LAG,
  }
  if (orders === 0) return empty
  return {
    ...empty,
    releaseLatency: { count: 3_412, medianMs: 1_240, p90Ms: 94_000, p99Ms: 1_800_000 },
    shipmentConfirmationLag: { count: 2_877, medianMs: 640, p90Ms: 2_210, p99Ms: 61_000 },
    unacknowledgedShipments: 2,
  }
}

function systems(now: number, isBusy: boolean): SystemStatus[] {
  const target = { deliveryClass: 'A', queued: 0, underWay: 1, waiting: 0, aside: 0, pace: null }
  const up = {
    ...target,
    state: 'up',
    since: null,
    reason: null,
    wakesAt: null,
  } as const
  const wms2 = { system: 'wms2', role: 'wms', facility: 'DC2', zone: 'America/Denver' }
  const down = {
    ...target,
    state: 'down',
    since: new Date(now - 372_000).toISOString(),
    reason: 'connection refused',
    wakesAt: new Date(now + 18_000).toISOString(),
    queued: 3,
    waiting: 38,
  } as const
  return [
    { system: 'erp', role: 'erp', ...up, queued: 2 },
    { system: 'wms1', role: 'wms', facility: 'DC1', zone: 'America/Chicago', ...up },
    isBusy ? { ...wms2, ...down } : { ...wms2, ...up },
    { system: 'shop', role: 'shop', ...up },
    { system: 'carrier', role: 'carrier', ...up },
    { system: 'bigbox', role: 'partner', ...up, waiting: isBusy ? 1 : 0 },
  ]
}

function cases(now: number): CaseSummary[] {
  const of = (id: string, title: string, owner: string, minutes: number, members: number, amount: string) => ({
    id,
    open: true,
    cause: 'XD_IDENTITY_UNKNOWN_ITEM',
    title,
    field: 'item',
    partner: 'bigbox',
    owner,
    example: 'PO-410021',
    openedAt: new Date(now - minutes * 60_000).toISOString(),
    lastAt: new Date(now).toISOString(),
    ageMs: minutes * 60_000,
    priority: 2,
    note: '',
    members,
    left: members,
    released: 0,
    returned: 0,
    orders: members,
    closedBy: '',
    closedFor: '',
    atRisk: [{ amount, currency: 'USD' }],
  })
  return [
    of('c1', 'BIGBOX orders an item nobody knows: UP 061414100096', 'order desk', 340, 41, '88120.40'),
    of('c2', 'The 810 to bigbox was refused: 550 mailbox full', 'EDI desk', 64, 1, '1684.20'),
    of('c3', 'Reports after the truck left, wms1', 'warehouse desk', 12, 3, '420.00'),
  ]
}

/** One case, its members, its trial, and what was found about a member. */
function caseBody(one: CaseSummary, part: string, now: number): object {
  const since = new Date(now).toISOString()
  const member = { member: 'order/o-1', about: 'order/o-1', standing: 'open', again: 'reference', since }
  if (part === 'members') {
    const members = [{ ...member, detail: 'item <b>061414100096</b> is not known', failure: '7/12' }]
    return { members, nextCursor: null }
  }
  if (part === 'trials/members')
    return { members: [{ member: member.member, about: member.about, verdict: 'fails', why: 'not known' }] }
  if (part !== 'trials') return { case: one }
  const corrections = [{ kind: 'crosswalk', partner: 'bigbox', type: 'item', value: 'UP', means: '4711' }]
  const verdicts = { succeeds: one.left - 1, fails: 1, conflicts: 0, done: 0, 'in doubt': 0 }
  const counts = { of: one.left, tried: one.left, verdicts, released: 0, failed: 0 }
  return { trials: [{ id: 't-1', case: one.id, state: 'tried', by: 'ann', madeAt: since, corrections, ...counts }] }
}

/** An event every three seconds, so that the screens ask again. */
function stream(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write('retry: 2000\n\n')
  const timer = setInterval(() => response.write('event: order.received\ndata: {}\n\n'), 3_000)
  request.on('close', () => clearInterval(timer))
}

function problem(response: ServerResponse, status: number, code: string, detail: string): void {
  const remedy = status === 503 ? 'Look at /readyz?verbose on the hub.' : 'Look at how it is written.'
  json(
    response,
    status,
    { type: `urn:crossdock:error:${code}`, title: code, status, detail, code, remedy },
    'application/problem+json',
  )
}

function json(response: ServerResponse, status: number, body: object, type: string): void {
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body))
}

async function page(path: string, response: ServerResponse, pages: string | undefined): Promise<void> {
  const name = extname(path) === '' ? 'index.html' : path.slice(1)
  const body = pages && !name.includes('..') ? await readFile(join(pages, name)).catch(() => undefined) : undefined
  if (!body) {
    response.writeHead(404).end()
    return
  }
  response.writeHead(200, {
    'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
    'content-security-policy': POLICY,
  })
  response.end(body)
}

if (import.meta.main) {
  const { buildConsole, consoleFolder } = await import('../build.ts')
  const log = (sentence: string) => process.stderr.write(`${sentence}\n`)
  const [mode = 'busy', port = '7421'] = process.argv.slice(2)
  await buildConsole({ log })
  fakeApi({ mode: mode as FakeMode, pages: consoleFolder, now: Date.now }).listen(Number(port), '127.0.0.1', () => {
    log(`The console with a ${mode} hub that is none: http://127.0.0.1:${port}`)
  })
}
