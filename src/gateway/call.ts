import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../journal/route.ts'
import type { Door } from './door.ts'
import { readTraceparent, type TraceContext, type TraceMint } from './trace-context.ts'

/** Everybody, at the doors that are open to everyone. */
export const ANYONE: Caller = { key: 'anyone', tenant: '', scopes: [] }

/** One request on its way through the gateway, with what is known of it so far. */
export class Call<Ports> {
  readonly door: Door<Ports>
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly trace: TraceContext
  readonly startedAt: number = performance.now()
  caller: Caller = ANYONE
  contentType = ''

  constructor(door: Door<Ports>, request: FastifyRequest, reply: FastifyReply, mint: TraceMint) {
    this.door = door
    this.request = request
    this.reply = reply
    this.trace = readTraceparent(request.headers['traceparent'] as string | undefined) ?? mint.begin()
  }

  /** Counts the answer and how long it took. */
  note(status: number): void {
    this.door.answered(status).value += 1
    this.door.durations.observe((performance.now() - this.startedAt) / 1000)
  }

  /** Whose list a cursor belongs to. */
  get list(): string {
    return `${this.door.route.operationId}\u0000${this.caller.tenant}`
  }
}
