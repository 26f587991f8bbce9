import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../journal/route.ts'
import type { Admission, Entrant, Refusal } from './admission.ts'
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
  #admission: Admission | undefined
  #entrant: Entrant | undefined

  constructor(door: Door<Ports>, request: FastifyRequest, reply: FastifyReply, mint: TraceMint) {
    this.door = door
    this.request = request
    this.reply = reply
    this.trace = readTraceparent(request.headers['traceparent'] as string | undefined) ?? mint.begin()
  }

  /** Was let in, and has a place until it is answered. */
  entered(admission: Admission, entrant: Entrant): void {
    this.#admission = admission
    this.#entrant = entrant
  }

  /** So much of its body has come. Answers why no more of it can be taken. */
  came(bytes: number): Refusal | undefined {
    const entrant = this.#entrant
    return entrant && bytes > entrant.bytes ? this.#admission?.grow(entrant, bytes) : undefined
  }

  /** Whoever sent it has proved that it is who its head says. */
  proved(): void {
    if (this.#entrant) this.#entrant = this.#admission?.prove(this.#entrant)
  }

  /** Gives its place back, if it has one. */
  leave(waitedMs: number, isTaken: boolean): void {
    if (this.#entrant) this.#admission?.leave(this.#entrant, waitedMs, isTaken)
    this.#entrant = undefined
  }

  /** Counts the answer and how long it took. */
  note(status: number): void {
    const tookMs = performance.now() - this.startedAt
    this.door.answered(status).value += 1
    this.door.durations.observe(tookMs / 1000)
    this.leave(tookMs, status < 300)
  }

  /** Whose list a cursor belongs to. */
  get list(): string {
    return `${this.door.route.operationId}\u0000${this.caller.tenant}`
  }
}
