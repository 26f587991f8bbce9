import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CrossdockError } from '../base/errors.ts'
import type { Caller, Priority } from '../journal/route.ts'
import type { Admission, RefusalReason } from './admission.ts'
import { bodyComes, closeAfterAnswer, leavesMuch } from './connection.ts'
import type { Door } from './door.ts'
import { errors } from './errors.ts'
import { PROBLEM_TYPE, problemOf } from './problem.ts'
import type { TraceMint } from './trace-context.ts'

/** The error that answers a refusal. */
export function refusalError(reason: RefusalReason): CrossdockError {
  if (reason === 'quota') return errors.QUOTA()
  if (reason === 'share') return errors.SHARE()
  if (reason === 'disk') return errors.DISK_NEARLY_FULL()
  return errors.OVERLOADED()
}

/** What a problem says before and after the only thing in it that differs from one answer to the next. */
interface Written {
  readonly status: number
  readonly code: string
  readonly before: string
  readonly after: string
  readonly length: string
}

const TRACE_LENGTH = 32
const MARK = '#'.repeat(TRACE_LENGTH)

const WRITTEN = Object.fromEntries(
  (['quota', 'share', 'load', 'bytes', 'disk'] as const).map((reason) => {
    const problem = problemOf(refusalError(reason), MARK)
    const text = JSON.stringify(problem)
    const [before, after] = text.split(MARK) as [string, string]
    const { status, code } = problem
    return [reason, { status, code, before, after, length: String(Buffer.byteLength(text)) } satisfies Written]
  }),
) as Record<RefusalReason, Written>

/** What is told of each request that is turned away. */
export interface TurnedAway {
  readonly method: string
  readonly route: string
  readonly source: string
  readonly tenant: string
  readonly code: string
  readonly status: number
  readonly traceId: string
}

/** What turning away goes by. */
export interface TurnAwayPorts<Ports> {
  readonly admission: Admission
  readonly doors: readonly Door<Ports>[]
  readonly mint: TraceMint
  /** The class of what comes through a door, for this system and topic where it is a doorway. */
  readonly classOf: (door: Door<Ports>, system: string, topic: string | undefined) => Priority
  /** Who the bearer of a key is, if that is known at once. */
  readonly known: (text: string) => Caller | undefined
  readonly refused: (turned: TurnedAway) => void
}

/**
 * Turns requests away before they are routed, by path, key and what is inside: under overload a refusal must cost far
 * less than what it refuses. It only ever refuses what the ordinary way would refuse too; whatever it does not know at
 * once goes that way. Answers whether the request is answered.
 */
export function turnAway<Ports>(
  ports: TurnAwayPorts<Ports>,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const { admission, mint } = ports
  const find = finder(ports.doors)
  return (request, response) => {
    if (!admission.isStrained) return false
    const found = find(request.method as string, request.url as string)
    if (!found) return false
    const header = request.headers.authorization
    const caller = header?.startsWith('Bearer ') ? ports.known(header.slice('Bearer '.length)) : undefined
    if (!caller) return false
    const { door, system, topic } = found
    const priority = ports.classOf(door, system, topic)
    const name = caller.system ?? caller.key
    const reason = admission.reasonAgainst(entrantOf(request, door, priority, name))
    if (!reason) return false
    const { retryAfterSeconds } = admission.refuse(priority, reason, name)
    const { traceId } = mint.begin()
    const { status, code, before, after, length } = WRITTEN[reason]
    const head = [
      'content-type',
      PROBLEM_TYPE,
      'content-length',
      length,
      'retry-after',
      String(retryAfterSeconds),
      'cache-control',
      'no-store',
      'x-content-type-options',
      'nosniff',
    ]
    if (leavesMuch(request)) {
      head.push('connection', 'close')
      response.once('finish', () => closeAfterAnswer(request))
    }
    response.writeHead(status, head)
    response.end(before + traceId + after)
    door.answered(status).value += 1
    const { method, path } = door.route
    const source = request.socket.remoteAddress ?? ''
    ports.refused({ method, route: path, source, tenant: caller.tenant, code, status, traceId })
    return true
  }
}

/** What admission is told of a request. */
export function entrantOf<Ports>(
  request: IncomingMessage,
  { route, takesBody }: Door<Ports>,
  priority: Priority,
  caller: string,
) {
  const waitsForMore = request.headers['prefer'] !== undefined
  return {
    priority,
    caller,
    bytes: takesBody && bodyComes(request) ? Number(request.headers['content-length'] ?? 0) : 0,
    isRead: waitsForMore || route.method === 'GET',
    isIntake: route.method !== 'GET' && route.tier !== 'operations',
  }
}

interface Found<Ports> {
  readonly door: Door<Ports>
  readonly system: string
  readonly topic: string | undefined
}

/**
 * Doors by method and path. Those with a member in their path are looked for among the few whose path begins alike, up
 * to the third slash; the systems' doorways also say which system it is.
 */
function finder<Ports>(doors: readonly Door<Ports>[]) {
  const fixed = new Map<string, Found<Ports>>()
  const alike = new Map<string, Door<Ports>[]>()
  const doorways: (Door<Ports> | undefined)[] = []
  for (const door of doors) {
    const { method, path } = door.route
    if (path === '/in/{system}') doorways[0] = door
    else if (path === '/in/{system}/{topic}') doorways[1] = door
    else if (!path.includes('{')) fixed.set(`${method} ${path}`, { door, system: '', topic: undefined })
    else {
      const begin = beginOf(method, path)
      alike.set(begin, [...(alike.get(begin) ?? []), door])
    }
  }
  const doorway = (path: string): Found<Ports> | undefined => {
    const slash = path.indexOf('/', IN.length)
    const door = doorways[slash === -1 ? 0 : 1]
    if (!door || path.includes('%')) return undefined
    return slash === -1
      ? { door, system: path.slice(IN.length), topic: undefined }
      : { door, system: path.slice(IN.length, slash), topic: path.slice(slash + 1) }
  }
  return (method: string, url: string): Found<Ports> | undefined => {
    const end = url.indexOf('?')
    const path = end === -1 ? url : url.slice(0, end)
    if (method === 'POST' && path.startsWith(IN)) return doorway(path)
    const found = fixed.get(`${method} ${path}`)
    if (found) return found
    const door = alike.get(beginOf(method, path))?.find(({ pattern }) => pattern.test(path))
    return door && { door, system: '', topic: undefined }
  }
}

const IN = '/in/'

const beginOf = (method: string, path: string): string => `${method} ${path.slice(0, path.indexOf('/', 4) + 1)}`
