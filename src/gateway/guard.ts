import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Entrant } from './admission.ts'
import type { TurnAway } from './turn-away.ts'
import { wholeRequest } from './whole-request.ts'

type Take = (chunk: Buffer) => void

/** One connection as the guard knows it. */
interface Guarded {
  readonly socket: Socket
  /** The server's own way of taking what comes. */
  readonly take: Take
  /** What comes next begins a request: all before it is answered, and nothing of it is left. */
  atRest: boolean
  /** The request that is with the server came as one whole chunk, and nothing has come after it. */
  whole: boolean
  /** A request that stands before the door. */
  held: { readonly chunk: Buffer; readonly entrant: Entrant } | undefined
}

const GUARDED = Symbol('guarded')
type GuardedSocket = Socket & { [GUARDED]?: Guarded }

/** Answers that a client does not take are not piled up here: with so much unread, its connection is the server's. */
const MOST_UNREAD = 16_384
/** So long requests are let in between two looks at what else has come. */
const LET_IN_MS = 4

/**
 * Looks at what comes in before the HTTP server parses it. While the hub is strained, a request that came as one whole
 * chunk on a connection at rest, and that would be refused, is answered by bytes that are ready: refusing
 * must stay cheap when there is ten times too much, and what is not parsed costs least. One that is let
 * in and is not urgent (class 0) stands before the door until all that came with it has been looked at: so neither a
 * refusal nor anything urgent waits for the work of a hundred others.
 *
 * Everything else goes to the server untouched, and so does every later request of a connection on which anything
 * unusual came: a guard that were wrong about where a request begins would answer what nobody asked. For plain sockets;
 * what comes over TLS is turned away by the server.
 */
export function guard(server: Server, turnAway: TurnAway): void {
  const line = new DoorLine(turnAway)
  const listeners = server.listeners('connection') as ((socket: Socket) => void)[]
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    for (const listen of listeners) listen.call(server, socket)
    stand(socket as GuardedSocket, turnAway, line)
  })
}

/** Stands between a socket and the server's parser. */
function stand(socket: GuardedSocket, turnAway: TurnAway, line: DoorLine): void {
  const parse = socket.listeners('data') as Take[]
  if (parse.length === 0) return // it was closed at the door
  const take: Take = (chunk) => {
    for (const one of parse) one.call(socket, chunk)
  }
  const guarded: Guarded = { socket, take, atRest: false, whole: false, held: undefined }
  socket[GUARDED] = guarded
  // The first request is always the server's: before it has parsed one, it counts the connection as one that says nothing.
  let isFirst = true
  socket.removeAllListeners('data')
  socket.on('data', (chunk: Buffer) => {
    if (guarded.atRest) {
      meet(guarded, chunk, turnAway, line)
      return
    }
    line.letIn(guarded)
    guarded.whole = isFirst && wholeRequest(chunk) !== undefined
    isFirst = false
    take(chunk)
  })
  socket.prependListener('end', () => line.letIn(guarded)) // what came before the end is heard before it
}

/** A chunk that begins a request, on a connection at rest. */
function meet(guarded: Guarded, chunk: Buffer, turnAway: TurnAway, line: DoorLine): void {
  const { socket } = guarded
  const request = socket.writableLength < MOST_UNREAD ? wholeRequest(chunk) : undefined
  const look = request && socket.writable ? turnAway.look(request, socket.remoteAddress ?? '') : undefined
  if (look && 'answer' in look) {
    socket.write(look.answer, 'latin1')
    return
  }
  guarded.atRest = false
  guarded.whole = request !== undefined
  if (look && look.entrant.priority > 0) line.join(guarded, chunk, look.entrant)
  else guarded.take(chunk)
}

/** Requests before the door, in the order in which they came; each has its place already. */
class DoorLine {
  readonly #turnAway: TurnAway
  #waiting: Guarded[] = []
  #isMoving = false

  constructor(turnAway: TurnAway) {
    this.#turnAway = turnAway
  }

  join(guarded: Guarded, chunk: Buffer, entrant: Entrant): void {
    guarded.held = { chunk, entrant }
    this.#turnAway.stand(entrant)
    this.#waiting.push(guarded)
    if (this.#isMoving) return
    this.#isMoving = true
    setImmediate(() => this.#move())
  }

  /** Lets in what this connection has before the door, if anything; not when whoever sent it has hung up. */
  letIn(guarded: Guarded): void {
    const { held, socket } = guarded
    if (!held) return
    guarded.held = undefined
    this.#turnAway.stepDown(held.entrant)
    if (!socket.destroyed) guarded.take(held.chunk)
  }

  /** Lets some in, for a few milliseconds. */
  #move(): void {
    const until = performance.now() + LET_IN_MS
    let at = 0
    do {
      this.letIn(this.#waiting[at] as Guarded)
      at += 1
    } while (at < this.#waiting.length && performance.now() < until)
    this.#waiting.splice(0, at)
    this.#isMoving = this.#waiting.length > 0
    if (this.#isMoving) setImmediate(() => this.#move())
  }
}

/** To be told of each request that the server has parsed: once it is answered, its connection may be at rest again. */
export function watch({ socket }: IncomingMessage, response: ServerResponse): void {
  const guarded = (socket as GuardedSocket)[GUARDED]
  if (!guarded?.whole) return
  response.once('finish', () => {
    guarded.atRest = guarded.whole
  })
}
