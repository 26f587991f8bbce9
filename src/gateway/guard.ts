import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { TurnAway } from './turn-away.ts'
import { wholeRequest } from './whole-request.ts'

/** What the guard knows of one connection. */
interface Guarded {
  /** What comes next begins a request: all before it is answered, and nothing of it is left. */
  atRest: boolean
  /** The request that is with the server came as one whole chunk, and nothing has come after it. */
  whole: boolean
}

const GUARDED = Symbol('guarded')
type GuardedSocket = Socket & { [GUARDED]?: Guarded }

type Take = (chunk: Buffer) => void

/**
 * Looks at what comes in before the HTTP server parses it. While the hub is strained, a request that came as one whole
 * chunk on a connection at rest, and that would be refused, is answered by bytes that are ready: that costs a third of
 * what parsing and answering it costs, and refusing must stay cheap when there is ten times too much. Everything else
 * goes to the server untouched, and so does every later request of a connection on which anything unusual came: a guard
 * that were wrong about where a request begins would answer what nobody asked.
 *
 * For plain sockets; what comes over TLS is turned away by the server.
 */
export function guard(server: Server, turnAway: TurnAway): void {
  const listeners = server.listeners('connection') as ((socket: Socket) => void)[]
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    for (const listen of listeners) listen.call(server, socket)
    stand(socket as GuardedSocket, turnAway)
  })
}

/** Stands between a socket and the server's parser. */
function stand(socket: GuardedSocket, turnAway: TurnAway): void {
  const parse = socket.listeners('data') as Take[]
  if (parse.length === 0) return // it was closed at the door
  // The first request is always the server's: before it has parsed one, it counts the connection as one that says nothing.
  const state: Guarded = { atRest: false, whole: false }
  let isFirst = true
  socket[GUARDED] = state
  socket.removeAllListeners('data')
  socket.on('data', (chunk: Buffer) => {
    if (state.atRest) {
      const request = wholeRequest(chunk)
      const refusal = request && socket.writable ? turnAway.refusalOf(request, socket.remoteAddress ?? '') : undefined
      if (refusal) {
        socket.write(refusal.text, 'latin1')
        return
      }
      state.atRest = false
      state.whole = request !== undefined
    } else state.whole = isFirst && wholeRequest(chunk) !== undefined
    isFirst = false
    for (const take of parse) take.call(socket, chunk)
  })
}

/** To be told of each request that the server has parsed: once it is answered, its connection may be at rest again. */
export function watch({ socket }: IncomingMessage, response: ServerResponse): void {
  const state = (socket as GuardedSocket)[GUARDED]
  if (!state?.whole) return
  response.once('finish', () => {
    state.atRest = state.whole
  })
}
