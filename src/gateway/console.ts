import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { extname, join, sep } from 'node:path'
import type { Random } from '../base/random.ts'
import type { Caller, Route, RouteAnswer } from '../journal/route.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.map': 'application/json; charset=utf-8',
}

const SECURITY = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
}

/** Paths that are doors, never pages: a wrong one answers a problem also to a browser. */
const DOORS = /^\/(v1|in)(\/|$)/
/** Places of the console, as its `app.tsx` knows them: there whoever asks, under any name of an order or a case. */
const PLACES = /^\/(?:(?:orders|cases)(?:\/[^/]+)?)?$/

/**
 * Serves the console's built files. Names below `assets/` carry a hash of their content and are kept for ever; the page
 * itself is asked for each time. A place of the console gets the page; so does a browser that is lost, as not found.
 */
export function consolePages(folder: string): (path: string, accept: string) => Promise<RouteAnswer | undefined> {
  return async (path, accept) => {
    if (PLACES.test(path)) return fileAnswer(folder, 'index.html')
    const name = fileNameIn(path)
    if (name === undefined || DOORS.test(path)) return undefined
    if (extname(name) !== '') return fileAnswer(folder, name)
    const page = accept.includes('text/html') ? await fileAnswer(folder, 'index.html') : undefined
    return page && { ...page, status: 404 } // it says that there is no such page, with a way back
  }
}

/** The relative file name a path asks for; undefined when it is not a plain one. */
function fileNameIn(path: string): string | undefined {
  return /^\/(?:[\w-][\w.-]*\/)*[\w.-]*$/.test(path) && !path.includes('..') ? path.slice(1) : undefined
}

async function fileAnswer(folder: string, name: string): Promise<RouteAnswer | undefined> {
  const file = join(folder, name.replaceAll('/', sep))
  const body = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'EISDIR' || error.code === 'ENOTDIR') return undefined
    throw error
  })
  if (!body) return undefined
  const isForEver = name.startsWith('assets/')
  const cacheControl = isForEver ? 'public, max-age=31536000, immutable' : 'no-store'
  return {
    status: 200,
    body,
    contentType: TYPES[extname(name)] ?? 'application/octet-stream',
    headers: { ...SECURITY, 'cache-control': cacheControl },
  }
}

/** The demo's way for its own console to read without a key. */
export interface ConsoleSessions {
  readonly routes: readonly Route<unknown>[]
  /** Who the request is, by its cookie: reading and working cases, from this page only, by this machine's name only. */
  readonly session: (request: IncomingMessage) => Caller | undefined
}

const COOKIE = 'xd_console'
/** What the page may do besides reading: try corrections of cases, and release them. */
const CASES = /^\/v1\/cases\/[\w-]+\/(?:trials|release|owner|notes|close)(?:\/[\w-]+\/cancel)?$/
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/**
 * Opens `/console-session`, which gives the console a cookie that may read. Only for `demo` on loopback: it lets in
 * whoever can reach the port. The Host is checked, so a foreign page cannot come in under a name of its own that
 * points here; the cookie is SameSite=Strict and opens GET, and of the rest only what a person does with cases, when the
 * browser itself says that the question comes from this page.
 */
export function demoSessions(caller: Caller, random: Random): ConsoleSessions {
  const token = Buffer.from(random.bytes(32)).toString('base64url')
  const cookie = `${COOKIE}=${token}; HttpOnly; SameSite=Strict; Path=/`
  const answer = (): RouteAnswer => ({ status: 204, headers: { 'set-cookie': cookie, 'cache-control': 'no-store' } })
  const route = {
    path: '/console-session',
    tier: 'operations',
    scope: null,
    priority: 0,
    responses: { 204: null },
    handle: answer,
  } as const
  return {
    routes: [
      { ...route, method: 'POST', operationId: 'openConsoleSession', summary: 'Gives the demo’s console its cookie.' },
      { ...route, method: 'GET', operationId: 'readConsoleSession', summary: 'Gives the demo’s console its cookie.' },
    ],
    session: ({ headers, method, url }) => {
      const reads = method === 'GET' || method === 'HEAD'
      const site = headers['sec-fetch-site']
      const isOwnPage = site === undefined || site === 'same-origin' || site === 'none'
      const worksCases = method === 'POST' && site === 'same-origin' && CASES.test(url ?? '')
      if (!(reads || worksCases) || !isOwnPage || !LOOPBACK_HOST.test(headers.host ?? '')) return undefined
      const cookies = (headers.cookie ?? '').split(/;\s*/)
      return cookies.includes(`${COOKIE}=${token}`) ? caller : undefined
    },
  }
}
