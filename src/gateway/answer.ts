import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { CrossdockError } from '../base/errors.ts'
import type { RouteAnswer } from '../journal/route.ts'
import type { Call } from './call.ts'
import type { CursorSeal } from './cursor.ts'
import { PROBLEM_TYPE, problemOf, retryAfterOf } from './problem.ts'

const JSON_UTF8 = 'application/json; charset=utf-8'

/** Writes what a room answered. */
export function sendAnswer<Ports>(
  call: Call<Ports>,
  answer: RouteAnswer,
  correlationId: string,
  seal: CursorSeal,
): void {
  const { reply } = call
  call.note(answer.status)
  reply.code(answer.status)
  reply.header('x-content-type-options', 'nosniff')
  reply.header('x-correlation-id', correlationId)
  if (answer.replayed) reply.header('idempotency-replayed', 'true')
  if (answer.headers) reply.headers(answer.headers)
  if (answer.next === undefined) {
    sendBody(reply, answer.body, answer.contentType)
    return
  }
  const nextCursor = seal.seal(call.list, answer.next)
  reply.header('link', `<${withCursor(call.request.raw.url as string, nextCursor)}>; rel="next"`)
  sendBody(reply, isPlainObject(answer.body) ? { ...answer.body, nextCursor } : answer.body, answer.contentType)
}

/** Writes a body of any of the kinds a room may answer with. */
export function sendBody(reply: FastifyReply, body: RouteAnswer['body'], contentType: string | undefined): void {
  if (body === undefined) {
    reply.send()
  } else if (typeof body === 'string') {
    reply.type(contentType ?? 'text/plain; charset=utf-8').send(body)
  } else if (body instanceof Uint8Array) {
    reply.type(contentType ?? 'application/octet-stream').send(body)
  } else if (Symbol.asyncIterator in body) {
    const stream = Readable.from(body as AsyncIterable<string | Uint8Array>, { objectMode: false })
    reply.type(contentType ?? 'application/octet-stream').send(stream)
  } else {
    reply.type(contentType ?? JSON_UTF8).send(JSON.stringify(body))
  }
}

/** Writes a problem. A large body that nobody will read ends the connection. */
export function sendProblem(reply: FastifyReply, error: CrossdockError, traceId: string): void {
  const retryAfter = retryAfterOf(error)
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
  if (error.status === 401) reply.header('www-authenticate', 'Bearer realm="crossdock"')
  reply
    .code(error.status)
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
    .header('content-type', PROBLEM_TYPE)
    .send(JSON.stringify(problemOf(error, traceId)))
}

function withCursor(url: string, cursor: string): string {
  const [path, query] = url.split('?', 2) as [string, string?]
  const members = new URLSearchParams(query)
  members.set('cursor', cursor)
  return `${path}?${members}`
}

function isPlainObject(body: RouteAnswer['body']): body is object {
  if (typeof body !== 'object' || body instanceof Uint8Array) return false
  return !(Symbol.asyncIterator in body) && !Array.isArray(body)
}
