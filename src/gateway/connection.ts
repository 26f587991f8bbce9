import type { IncomingMessage } from 'node:http'
import type { Server, Socket } from 'node:net'
import type { CrossdockError } from '../base/errors.ts'
import { errors } from './errors.ts'
import { PROBLEM_TYPE, problemOf } from './problem.ts'

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
}

/** What never became a request gets an answer written by hand, and its connection ends. */
export function answerBadConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const problem = problemOf(errorFor(error.code), '')
  const body = JSON.stringify({ ...problem, trace_id: undefined })
  const head = [
    `HTTP/1.1 ${problem.status} ${REASONS[problem.status]}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

function errorFor(code: string | undefined): CrossdockError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return errors.REQUEST_TIMEOUT()
  if (code === 'HPE_HEADER_OVERFLOW') return errors.HEADERS_TOO_LARGE()
  return errors.REQUEST_MALFORMED()
}

/** The request announces a body. */
export function bodyComes({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** A refused body up to this size is read away, so the connection stays; a larger one costs it. */
const READ_AWAY_BYTES = 64 * 1024

/** A body was refused before its end, and what is left is more than is worth reading for the connection. */
export function leavesMuch(request: IncomingMessage): boolean {
  if (request.complete || !bodyComes(request)) return false
  const length = request.headers['content-length']
  return length === undefined || Number(length) > READ_AWAY_BYTES
}

/** For so long, and so much, a refused body is read away after the answer, so that the sender gets to see it. */
const LINGER_MS = 2_000
const LINGER_BYTES = 4 * 1024 * 1024

/**
 * Ends a connection whose body was refused. Closing it with bytes unread would make the system send a reset, which can
 * overtake the answer; so a little is read and thrown away first.
 */
export function closeAfterAnswer(request: IncomingMessage): void {
  const { socket } = request
  let size = 0
  const cut = setTimeout(() => socket.destroy(), LINGER_MS)
  cut.unref()
  request.removeAllListeners('data')
  request.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > LINGER_BYTES) socket.destroy()
  })
  request.once('end', () => socket.end())
  socket.once('close', () => clearTimeout(cut))
  request.resume()
}

/** Refuses connections beyond `most` from one address, before anything of them is read. */
export function limitPerSource(server: Server, most: number): void {
  const open = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const source = socket.remoteAddress ?? ''
    const count = (open.get(source) ?? 0) + 1
    open.set(source, count)
    socket.once('close', () => {
      const left = (open.get(source) as number) - 1
      if (left === 0) open.delete(source)
      else open.set(source, left)
    })
    if (count > most) socket.destroy()
  })
}
