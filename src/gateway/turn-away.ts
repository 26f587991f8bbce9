import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Clock } from '../base/clock.ts'
import type { CrossdockError } from '../base/errors.ts'
import { carries } from '../governance/keys.ts'
import type { Caller, Priority } from '../journal/route.ts'
import type { Admission, Entrant, RefusalReason } from './admission.ts'
import { bodyComes, closeAfterAnswer, leavesMuch } from './connection.ts'
import type { Door } from './door.ts'
import { errors } from './errors.ts'
import { PROBLEM_TYPE, problemOf } from './problem.ts'
import type { TraceMint } from './trace-context.ts'
import type { WholeRequest } from './whole-request.ts'

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
  /** Status line and headers up to the seconds of Retry-After. */
  readonly head: string
}

const FIXED = [
  ['content-type', PROBLEM_TYPE],
  ['cache-control', 'no-store'],
  ['x-content-type-options', 'nosniff'],
] as const
/** A key that was put into a URL. */
export const KEY_TEXT = /xd_(?:live|setup)_/
const TRACE_LENGTH = 32
const MARK = '#'.repeat(TRACE_LENGTH)

const WRITTEN = Object.fromEntries(
  (['quota', 'share', 'load', 'bytes', 'disk'] as const).map((reason) => {
    const problem = problemOf(refusalError(reason), MARK)
    const text = JSON.stringify(problem)
    const [before, after] = text.split(MARK) as [string, string]
    const { status, code } = problem
    const length = String(Buffer.byteLength(text))
    const lines = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      ...FIXED.map(([name, value]) => `${name}: ${value}`),
      `content-length: ${length}`,
      'connection: keep-alive',
      'retry-after: ',
    ]
    return [reason, { status, code, before, after, length, head: lines.join('\r\n') } satisfies Written]
  }),
) as Record<RefusalReason, Written>

/** What is told of each request that is turned away. */
export interface TurnedAway {
  readonly method: string
  readonly route: string
  readonly source: string
  readonly tenant: string
  /** Name of the key that was shown. */
  readonly key: string
  readonly code: string
  readonly status: number
  readonly traceId: string
}

/** What turning away goes by. */
export interface TurnAwayPorts<Ports> {
  readonly admission: Admission
  readonly doors: readonly Door<Ports>[]
  readonly mint: TraceMint
  readonly clock: Clock
  /** The class of what comes through a door, for this system and topic where it is a doorway. */
  readonly classOf: (door: Door<Ports>, system: string, topic: string | undefined) => Priority
  /** Who the bearer of a key is, if that is known at once. */
  readonly known: (text: string) => Caller | undefined
  readonly refused: (turned: TurnedAway) => void
}

/** A refusal that is decided, counted and told; what is left is to write it down. */
interface Decided {
  readonly written: Written
  readonly retryAfterSeconds: number
  readonly traceId: string
}

/** A request is refused, with the whole answer; or it would be let in, as of this class. */
export type Look = { readonly answer: string } | { readonly entrant: Entrant }

/** Turns requests away before they are routed. */
export interface TurnAway {
  /** Answers whether the request is answered. */
  answer(request: IncomingMessage, response: ServerResponse): boolean
  /** What becomes of a request that has not been parsed yet; undefined while nothing is strained, or when it is not known at once. */
  look(request: WholeRequest, source: string): Look | undefined
  /** Keeps a place for a request that stands before the door. */
  stand(entrant: Entrant): void
  /** It goes in by itself now, or does not come any more. */
  stepDown(entrant: Entrant): void
}

/**
 * Turns requests away by path, key and what is inside: under overload a refusal must cost far less than what it refuses.
 * It only ever refuses what the ordinary way would refuse too; whatever it does not know at once goes that way.
 */
export function turnAway<Ports>(ports: TurnAwayPorts<Ports>): TurnAway {
  const { admission, mint, clock } = ports
  const find = finder(ports.doors)

  /** Decides, counts and tells; what is left is to write it down for the one or the other way out. */
  const decide = (asked: WholeRequest, source: string): Decided | Entrant | undefined => {
    const found = find(asked.method, asked.url)
    if (!found) return undefined
    const { authorization } = asked
    const caller = authorization?.startsWith('Bearer ') ? ports.known(authorization.slice('Bearer '.length)) : undefined
    if (!caller) return undefined
    const { door, system, topic } = found
    const priority = ports.classOf(door, system, topic)
    const name = caller.system ?? caller.key
    const { scope } = door.route
    // What is wrong with its key is said by the ordinary way, however full it is here.
    if ((scope !== null && !carries(caller.scopes, scope)) || KEY_TEXT.test(asked.url)) return undefined
    if (system !== '' && caller.system !== undefined && caller.system !== system) return undefined
    const entrant = entrantFor(asked, door, priority, name, true)
    const reason = admission.reasonAgainst(entrant)
    if (!reason) return entrant
    const { retryAfterSeconds } = admission.refuse(priority, reason, name)
    const { traceId } = mint.begin()
    const written = WRITTEN[reason]
    const { status, code } = written
    door.answered(status).value += 1
    const { method, path } = door.route
    ports.refused({ method, route: path, source, tenant: caller.tenant, key: caller.key, code, status, traceId })
    return { written, retryAfterSeconds, traceId }
  }

  return {
    answer: (request, response) => {
      if (!admission.isStrained) return false
      const decided = decide(askedBy(request), request.socket.remoteAddress ?? '')
      if (!decided || !('written' in decided)) return false
      const { status, length, before, after } = decided.written
      const head = [...FIXED.flat(), 'content-length', length, 'retry-after', String(decided.retryAfterSeconds)]
      if (leavesMuch(request)) {
        head.push('connection', 'close')
        response.once('finish', () => closeAfterAnswer(request))
      }
      response.writeHead(status, head)
      response.end(before + decided.traceId + after)
      return true
    },
    look: (request, source) => {
      if (!admission.isStrained) return undefined
      const decided = decide(request, source)
      if (!decided) return undefined
      if (!('written' in decided)) return { entrant: decided }
      const { head, before, after } = decided.written
      const date = `date: ${dateOf(clock.now())}`
      return { answer: `${head}${decided.retryAfterSeconds}\r\n${date}\r\n\r\n${before}${decided.traceId}${after}` }
    },
    stand: (entrant) => admission.stand(entrant),
    stepDown: (entrant) => admission.stepDown(entrant),
  }
}

let second = 0
let date = ''

/** The second as HTTP writes it: made once a second. */
function dateOf(now: number): string {
  const current = Math.floor(now / 1_000)
  if (current !== second) {
    second = current
    date = new Date(now).toUTCString()
  }
  return date
}

/** What of a parsed request decides whether it is let in. */
function askedBy(request: IncomingMessage): WholeRequest {
  const { method, url, headers } = request
  return {
    method: method as string,
    url: url as string,
    authorization: headers.authorization,
    prefers: headers['prefer'] !== undefined,
    bodyBytes: bodyComes(request) ? Number(headers['content-length'] ?? 0) : 0,
  }
}

/** What admission is told of a request. */
export function entrantOf<Ports>(
  request: IncomingMessage,
  door: Door<Ports>,
  priority: Priority,
  caller: string,
  isProved: boolean,
) {
  return entrantFor(askedBy(request), door, priority, caller, isProved)
}

function entrantFor<Ports>(
  { prefers, bodyBytes }: WholeRequest,
  { route, takesBody }: Door<Ports>,
  priority: Priority,
  caller: string,
  isProved: boolean,
): Entrant {
  return {
    priority,
    caller,
    bytes: takesBody && isProved ? bodyBytes : 0, // what nobody proved may announce anything: it counts as it comes
    isRead: (prefers && isProved) || route.method === 'GET',
    isIntake: route.method !== 'GET' && route.tier !== 'operations',
    isProved,
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
