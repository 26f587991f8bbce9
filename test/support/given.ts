/**
 * Runs rooms without the engine, for tests that say given, when, then: inputs go round until nothing follows, requests
 * pile up until the test answers them, timers until it lets time pass. Nothing is stored.
 */

import type { Outcome } from '../../src/connectors/contract.ts'
import type {
  DecideContext,
  Decision,
  Input,
  JournalEvent,
  NewEvent,
  NewRequest,
  PlannedRequest,
  Room,
} from '../../src/journal/contract.ts'
import type { EventData, EventType } from '../../src/lifecycle/events.ts'
import { partsOf } from '../../src/lifecycle/subject.ts'

/** A request that was planned and has had no final answer. */
export interface Asked extends PlannedRequest {
  readonly body: Record<string, unknown>
}

// biome-ignore lint/suspicious/noExplicitAny: rooms of every state ride in one harness
type AnyRoom = Room<any>

/** Rooms with their states, and what has happened to them. */
export class Floor {
  now: number
  readonly events: JournalEvent[] = []
  readonly asked: Asked[] = []
  readonly timers = new Map<string, { subject: string; name: string; dueAt: number }>()
  readonly #rooms: readonly AnyRoom[]
  readonly #states = new Map<string, unknown>()
  readonly #steps: Input[] = []
  #minted = 0

  constructor(rooms: readonly AnyRoom[], now = Date.UTC(2026, 0, 5, 14, 0)) {
    this.#rooms = rooms
    this.now = now
  }

  /** Hands one input in and lets everything follow. Answers the events that were recorded. */
  takes(input: Input): JournalEvent[] {
    const before = this.events.length
    this.#steps.push(input)
    this.#run()
    return this.events.slice(before)
  }

  /** Records what another room, not on this floor, decided about a subject. */
  says(fresh: NewEvent, by: AnyRoom, subject: string): JournalEvent[] {
    const before = this.events.length
    this.#record(fresh, by, { kind: 'timer', subject, name: '', dueAt: this.now })
    this.#run()
    return this.events.slice(before)
  }

  /** Gives a request its final answer. */
  answers(asked: Asked, outcome: Outcome): JournalEvent[] {
    this.asked.splice(this.asked.indexOf(asked), 1)
    return this.takes({ kind: 'answer', subject: asked.subject, request: asked, outcome, occurredAt: this.now })
  }

  /** Lets time pass; what comes due on the way wakes its subject, in order. */
  passes(ms: number): JournalEvent[] {
    const before = this.events.length
    const until = this.now + ms
    for (;;) {
      const due = [...this.timers.values()].filter((timer) => timer.dueAt <= until).sort((a, b) => a.dueAt - b.dueAt)[0]
      if (!due) break
      this.now = Math.max(this.now, due.dueAt)
      this.timers.delete(`${due.subject} ${due.name}`)
      this.takes({ kind: 'timer', subject: due.subject, name: due.name, dueAt: due.dueAt })
    }
    this.now = until
    return this.events.slice(before)
  }

  /** The state a room keeps under a key. */
  state<S>(room: string, key: string): S {
    const found = this.#rooms.find((one) => one.name === room)
    if (!found) throw new Error(`no room ${room}`)
    return this.#stateOf(found, key) as S
  }

  /** Every room forgets and reads back what it saved, as after a restart. */
  restarts(): void {
    for (const [name, state] of this.#states) {
      const at = name.indexOf(' ')
      const room = this.#rooms.find((one) => one.name === name.slice(0, at)) as AnyRoom
      const key = name.slice(at + 1)
      const row = room.save(state)
      this.#states.set(name, row === null ? room.initial(key) : room.load(key, row))
    }
  }

  #run(): void {
    for (let step = this.#steps.shift(); step; step = this.#steps.shift()) {
      for (const room of this.#about(step.subject)) {
        const key = room.keys?.(step)[0] ?? step.subject
        const decision = room.decide(this.#stateOf(room, key), step, this.#context(room, step.subject))
        if (decision) this.#apply(decision, room, step)
      }
      if (this.events.length > 20_000) throw new Error('events without end')
    }
  }

  #about(subject: string): readonly AnyRoom[] {
    const { kind } = partsOf(subject)
    return this.#rooms.filter((room) => room.about === kind)
  }

  #stateOf(room: AnyRoom, key: string): unknown {
    const name = `${room.name} ${key}`
    if (!this.#states.has(name)) this.#states.set(name, room.initial(key))
    return this.#states.get(name)
  }

  #context(room: AnyRoom, subject: string): DecideContext {
    const peer = <S>(name: string) => this.state<S>(name, subject)
    const state = <S>(key: string) => this.#stateOf(room, key) as S
    const mint = (kind: string) => {
      this.#minted += 1
      return `${kind}0-00-test-${this.#minted}`
    }
    return { now: this.now, peer, state, mint, name: mint }
  }

  #apply(decision: Decision, room: AnyRoom, step: Input): void {
    for (const event of decision.events ?? []) this.#record(event, room, step)
    for (const request of decision.requests ?? []) this.#plan(request, room, step)
    for (const { name, dueAt } of decision.timers ?? []) {
      const key = `${step.subject} ${name}`
      if (dueAt === null) this.timers.delete(key)
      else this.timers.set(key, { subject: step.subject, name, dueAt })
    }
  }

  #record(fresh: NewEvent, room: AnyRoom, step: Input): JournalEvent {
    const event: JournalEvent = {
      lane: 0,
      position: this.events.length + 1,
      type: fresh.type,
      version: 1,
      subject: step.subject,
      at: this.now,
      occurredAt: fresh.occurredAt ?? ('occurredAt' in step ? step.occurredAt : this.now),
      source: fresh.source ?? room.name,
      sequence: fresh.sequence,
      correlation: partsOf(step.subject).id,
      receipt: fresh.receipt,
      // what is recorded is what can be written and read back
      data: JSON.parse(JSON.stringify(fresh.data)) as EventData[EventType],
    }
    this.events.push(event)
    for (const one of this.#about(event.subject)) {
      if (one.keys && one === room) mustHave(one.keys(step), one.keys(event), event)
      for (const key of one.keys?.(event) ?? [event.subject]) one.fold(this.#stateOf(one, key), event, key)
    }
    this.#steps.push({ kind: 'recorded', subject: event.subject, event })
    for (const one of this.#rooms) {
      const hears = one.hears?.[event.type] as ((event: JournalEvent) => readonly string[]) | undefined
      for (const subject of hears?.(event) ?? []) this.#steps.push({ kind: 'heard', subject, event })
    }
    return event
  }

  #plan(request: NewRequest, room: AnyRoom, step: Input): void {
    const { target, verb, key, chain = step.subject, args = {} } = request
    const data = { target, verb, key, chain, args, digest: '' }
    const { lane, position } = this.#record({ type: 'delivery.planned', data }, room, step)
    const body = JSON.parse(JSON.stringify(request.body)) as Record<string, unknown>
    this.asked.push({ lane, position, subject: step.subject, ...data, plannedAt: this.now, body })
  }
}

/** The engine has in hand only what the input touches: an event may change nothing else. */
function mustHave(inHand: readonly string[], changed: readonly string[], { type }: JournalEvent): void {
  const missing = changed.filter((key) => !inHand.includes(key))
  if (missing.length > 0) throw new Error(`${type} changes ${missing.join(', ')}, which its input did not touch`)
}
