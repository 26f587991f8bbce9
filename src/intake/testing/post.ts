import type {
  DecideContext,
  Decision,
  Input,
  JournalEvent,
  NewEvent,
  NewRequest,
  NewTimer,
  Room,
} from '../../journal/contract.ts'
import { laneOfSubject } from '../../lifecycle/subject.ts'

/** One room with its states, without the engine: events are folded as they are decided. */
export class OneRoom<S> {
  readonly events: JournalEvent[] = []
  readonly requests: NewRequest[] = []
  readonly timers: NewTimer[] = []
  now: number
  readonly #room: Room<S>
  readonly #states = new Map<string, S>()
  /** States of other rooms, by the room's name. */
  readonly peers: Record<string, unknown> = {}

  constructor(room: Room<S>, now: number) {
    this.#room = room
    this.now = now
  }

  state(subject: string): S {
    const known = this.#states.get(subject)
    if (known !== undefined) return known
    const fresh = this.#room.initial(subject)
    this.#states.set(subject, fresh)
    return fresh
  }

  /** Gives inputs to the room; answers the events that followed. */
  takes(inputs: readonly Input[]): JournalEvent[] {
    const before = this.events.length
    for (const input of inputs) {
      const decision = this.#room.decide(this.state(input.subject), input, this.#context())
      if (decision) this.#apply(input.subject, decision)
    }
    return this.events.slice(before)
  }

  /** Every subject with its state. */
  states(): ReadonlyMap<string, S> {
    return this.#states
  }

  /** Stores every state and loads it again, as a restart does. */
  restarts(): void {
    for (const [subject, state] of this.#states) {
      const row = this.#room.save(state)
      this.#states.set(subject, row ? this.#room.load(subject, row) : this.#room.initial(subject))
    }
  }

  /** Something another room decided is folded. */
  folds(subject: string, event: NewEvent): void {
    this.#record(subject, event)
  }

  #apply(subject: string, { events = [], requests = [], timers = [] }: Decision): void {
    for (const event of events) this.#record(subject, event)
    this.requests.push(...requests)
    this.timers.push(...timers)
  }

  #record(subject: string, fresh: NewEvent): void {
    const event: JournalEvent = {
      lane: laneOfSubject(subject),
      position: this.events.length + 1,
      version: 1,
      subject,
      at: this.now,
      occurredAt: this.now,
      correlation: subject,
      source: this.#room.name,
      ...fresh,
    }
    this.events.push(event)
    this.#room.fold(this.state(subject), event, subject)
  }

  #context(): DecideContext {
    const unasked = () => {
      throw new Error('this room asks nobody else')
    }
    return {
      now: this.now,
      peer: <P>(room: string) => this.peers[room] as P,
      state: unasked,
      mint: unasked,
      name: unasked,
    }
  }
}
