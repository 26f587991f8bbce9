import { hash } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { Random } from '../base/random.ts'
import type { Ledger } from './ledger.ts'
import { type Misbehaviour, Mischief, type RequestFault } from './misbehaviour.ts'
import { Outbox } from './outbox.ts'
import type { RequestBody, Role, SystemAnswer, SystemReport, SystemRequest, Taken } from './protocol.ts'

/** What a simulator is given. The same simulator runs on a simulated clock in one process and behind HTTP. */
export interface SimulatorPorts {
  readonly clock: Clock
  readonly random: Random
  readonly ledger: Ledger
  /** Runs `fn` after `ms` milliseconds of the simulator's time. */
  schedule(ms: number, fn: () => void): void
  /**
   * Sends reports to the hub and says what became of them: one answer for all or one each. `topic` names a doorway
   * beside the usual one, `master` for master data.
   */
  emit(reports: readonly SystemReport[], topic?: string): Promise<Taken | readonly Taken[]>
}

/** What every simulator can be told. */
export interface SimulatorOptions {
  /** The system's name in the hub's configuration; also the name of its ledger. */
  readonly name: string
  /** Everything drawn comes from it. */
  readonly seed?: number
  /** Most reports of one call, and calls under way at once. */
  readonly batch?: number
  readonly concurrency?: number
  readonly retryMs?: number
  /** Digests of bodies in the ledger, needed to notice a key that comes again with another body. Default true. */
  readonly digests?: boolean
}

/** What a role does with one request: its answer, and whether anything happened. */
export interface Act {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  /** Written into the ledger beside the effect: what the checker needs to know about it. */
  readonly detail?: unknown
}

interface Kept {
  readonly hash: string | undefined
  readonly answer: SystemAnswer
}

const dead: SystemAnswer = { status: 503, body: { code: 'dead' }, spoiled: 'dead' }
const silent: SystemAnswer = { status: 504, body: { code: 'silent' }, spoiled: 'silent' }
const cut: SystemAnswer = { status: 502, body: { code: 'cut' }, spoiled: 'cut' }
const errorBody: SystemAnswer = { status: 502, body: { error: 'planted' }, spoiled: 'error-body' }
const notJson: SystemAnswer = { status: 502, body: { code: 'not_json' }, spoiled: 'not-json' }

/**
 * A system of the landscape, simulated: it does each request once, gives a repeated key its first answer, writes every
 * intent and every effect into its own ledger, and misbehaves on command. Roles say what they do in {@link act}.
 *
 * @example
 * const erp = new Erp({ name: 'erp', seed: 7 }, landscape, ports)
 * await erp.handle({ verb: 'order.post', key: 'erp/order.post/o0-5f-1', body: { order: 'o0-5f-1', lines: [] } })
 */
export abstract class Simulator {
  readonly name: string
  readonly seed: number
  abstract readonly role: Role
  protected readonly ports: SimulatorPorts
  readonly #mischief: Mischief
  readonly #outbox: Outbox
  readonly #answers = new Map<string, Kept>()
  readonly #sequences = new Map<string, number>()
  readonly #digests: boolean
  #reports = 0
  #timeMs = Number.NaN
  #timeText = ''

  constructor(options: SimulatorOptions, ports: SimulatorPorts) {
    this.name = options.name
    this.seed = options.seed ?? 1
    this.ports = ports
    this.#digests = options.digests ?? true
    this.#mischief = new Mischief(this.seed + 0x5eed)
    this.#outbox = new Outbox(
      {
        emit: (reports) => ports.emit(reports),
        schedule: (ms, fn) => ports.schedule(ms, fn),
        now: () => ports.clock.now(),
        ledger: ports.ledger,
      },
      {
        batch: options.batch ?? 1,
        concurrency: options.concurrency ?? 16,
        retryMs: options.retryMs ?? 250,
        open: () => !this.#mischief.rules.down,
      },
    )
  }

  get ledger(): Ledger {
    return this.ports.ledger
  }

  /** Reports nobody has answered for yet; 0 when this system has said all it has to say for now. */
  get unsent(): number {
    return this.#outbox.unsent
  }

  get manners(): Misbehaviour {
    return this.#mischief.rules
  }

  /** Switches misbehaviour on or off; members left out stay as they are. */
  misbehave(changes: Partial<Misbehaviour> & { readonly seed?: number }): void {
    this.#mischief.change(changes)
    this.#outbox.wake()
  }

  /** Takes one request. An answer that is `spoiled` never reaches a caller over HTTP. */
  handle(request: SystemRequest): Promise<SystemAnswer> {
    if (this.#mischief.quiet) return Promise.resolve(this.#once(request))
    return this.#mischievously(request)
  }

  /**
   * Takes the requests of one call. An answer that is missing at the end never reaches a caller over HTTP: what it was
   * about is done all the same.
   */
  async handleAll(requests: readonly SystemRequest[]): Promise<readonly SystemAnswer[]> {
    const answers = await Promise.all(requests.map((request) => this.handle(request)))
    const told = Math.ceil(requests.length / 2)
    if (told === requests.length || !this.#mischief.isPartial()) return answers
    for (const [at, request] of requests.entries()) {
      if (at < told) continue
      this.#bit('partialBatch', request.key, request.body.order)
      if ((answers[at]?.status ?? 0) < 300) this.#write('withheld', request, undefined, undefined)
    }
    return answers.slice(0, told)
  }

  /** Whether the effect of this key is here, and what was answered: how a caller resolves an unknown outcome. */
  async ask(key: string): Promise<Record<string, unknown> | undefined> {
    return this.#answers.get(key)?.answer.body
  }

  /** Does what the verb says. A status below 300 is an effect; anything else must have changed nothing. */
  protected abstract act(verb: string, body: RequestBody, key: string): Act

  /** Says that something happened about an order. It leaves in order with the other reports of that order. */
  protected report(type: string, order: string, members: Record<string, unknown>): void {
    const sequence = (this.#sequences.get(order) ?? 0) + 1
    this.#sequences.set(order, sequence)
    this.#leave({ id: this.#nextId(), type, order, sequence, occurredAt: this.time(), ...members }, order)
  }

  /** Says that something happened that is about no order: stock of a facility, master data. */
  protected reportAbout(subject: string, type: string, members: Record<string, unknown>): void {
    const sequence = (this.#sequences.get(subject) ?? 0) + 1
    this.#sequences.set(subject, sequence)
    this.#leave({ id: this.#nextId(), type, sequence, occurredAt: this.time(), ...members }, subject)
  }

  /** Now, as systems write it. */
  protected time(): string {
    const now = this.ports.clock.now()
    if (now !== this.#timeMs) {
      this.#timeMs = now
      this.#timeText = new Date(now).toISOString()
    }
    return this.#timeText
  }

  /** Writes down something that happened in the house and that nobody was asked or told. */
  protected fact(what: string, key: string, detail: unknown): void {
    this.ports.ledger.write(this.ports.clock.now(), { kind: 'fact', what, key, detail })
  }

  #nextId(): string {
    this.#reports += 1
    return `${this.name}-${this.#reports}`
  }

  #leave(report: SystemReport, chain: string): void {
    const { clock, ledger, schedule } = this.ports
    ledger.write(clock.now(), {
      kind: 'intent',
      what: report.type,
      key: report.id,
      order: report.order,
      detail: report,
    })
    const fault = this.#mischief.quiet ? undefined : this.#mischief.report()
    if (fault) this.#bit(`report.${fault}`, report.id, report.order)
    if (fault === 'reorder') {
      schedule(Math.min(1_000, this.#mischief.rules.lateMs), () => this.#outbox.put(report, report.id))
    } else if (fault === 'late') {
      schedule(this.#mischief.rules.lateMs, () => this.#outbox.put(report, report.id))
    } else {
      this.#outbox.put(report, chain)
    }
    if (fault === 'duplicate') this.#outbox.put(report, `${report.id} again`)
  }

  /** A key has one effect. The same key with another body is a mistake of the caller and has none. */
  #once(request: SystemRequest): SystemAnswer {
    const { verb, key, body } = request
    const digest = this.#digest(body)
    const kept = this.#answers.get(key)
    if (kept) return this.#repeat(kept, request, digest)

    const done = this.act(verb, body, key)
    const answer: SystemAnswer = { status: done.status, body: done.body }
    const kind = done.status < 300 ? 'effect' : 'refused'
    this.#write(kind, request, digest, kind === 'effect' ? done.detail : done.body)
    if (kind === 'effect') this.#answers.set(key, { hash: digest, answer })
    return answer
  }

  #repeat(kept: Kept, request: SystemRequest, digest: string | undefined): SystemAnswer {
    if (kept.hash !== digest) {
      this.#write('refused', request, digest, { code: 'key_reused' })
      return { status: 422, body: { code: 'key_reused', detail: 'This key came before with another body.' } }
    }
    this.#write('repeat', request, digest, undefined)
    return { ...kept.answer, repeat: true }
  }

  #mischievously(request: SystemRequest): Promise<SystemAnswer> {
    const fault = this.#mischief.request()
    if (fault) this.#bit(fault, request.key, request.body.order)
    const answer = this.#spoilt(request, fault)
    const delayMs = this.#mischief.delayMs()
    if (delayMs === 0) return Promise.resolve(answer)
    return new Promise((resolve) => this.ports.schedule(delayMs, () => resolve(answer)))
  }

  #spoilt(request: SystemRequest, fault: RequestFault | undefined): SystemAnswer {
    switch (fault) {
      case undefined:
        return this.#once(request)
      case 'down':
        return dead
      case 'timeoutBeforeEffect':
        return silent
      case 'throttle429':
        return { status: 429, body: { code: 'slow_down' }, ...this.#retryAfter() }
      case 'fail500':
        return { status: 500, body: { code: 'planted' } }
      case 'errorBody':
        return errorBody
      case 'fail503':
        return { status: 503, body: { code: 'planted' }, ...this.#retryAfter() }
      case 'timeoutAfterEffect':
        return this.#withheld(request, silent)
      case 'failAfterEffect':
        return this.#withheld(request, { status: 500, body: { code: 'planted' } })
      case 'cutAnswer':
        return this.#withheld(request, cut)
      case 'notJson':
        return this.#withheld(request, notJson)
    }
  }

  #retryAfter(): Pick<SystemAnswer, 'retryAfterMs' | 'retryAfterText'> {
    const { retryAfterSeconds, retryAfterForm } = this.#mischief.rules
    const ms = retryAfterSeconds * 1_000
    switch (retryAfterForm) {
      case 'seconds':
        return { retryAfterMs: ms }
      case 'date':
        return { retryAfterMs: ms, retryAfterText: new Date(this.ports.clock.now() + ms).toUTCString() }
      case 'absent':
        return {}
      case 'absurd':
        return { retryAfterText: 'in a while' }
    }
  }

  /** Does it, and keeps the true answer back. A refusal is not worth hiding. */
  #withheld(request: SystemRequest, instead: SystemAnswer): SystemAnswer {
    const answer = this.#once(request)
    if (answer.status >= 300) return answer
    this.#write('withheld', request, undefined, undefined)
    return instead
  }

  #bit(fault: string, key: string, order: string | undefined): void {
    this.ports.ledger.write(this.ports.clock.now(), { kind: 'fault', what: fault, key, order })
  }

  #write(
    kind: 'effect' | 'repeat' | 'withheld' | 'refused',
    request: SystemRequest,
    digest: string | undefined,
    detail: unknown,
  ): void {
    this.ports.ledger.write(this.ports.clock.now(), {
      kind,
      what: request.verb,
      key: request.key,
      order: request.body.order,
      hash: digest,
      detail,
    })
  }

  #digest(body: unknown): string | undefined {
    return this.#digests ? hash('sha1', JSON.stringify(body), 'hex').slice(0, 16) : undefined
  }
}
