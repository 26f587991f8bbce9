/**
 * What a room is, and what it is given. A room inside the turn keeps a state per subject; it folds events into it and
 * decides what follows. Both are synchronous and pure towards the world: time, ids and master data come in.
 */
import type { Identity } from '../base/ids.ts'
import type { Outcome } from '../connectors/contract.ts'
import type { EventData, EventType } from '../lifecycle/events.ts'
import type { Row, TableSpec } from '../store/contract.ts'

/** One fact of one subject, with its position in the subject's lane. */
export interface JournalEvent<T extends EventType = EventType> {
  readonly lane: number
  readonly position: number
  readonly type: T
  /** Payload version. */
  readonly version: number
  /** `<tenant>/<kind>/<id>`, see `lifecycle/subject.ts`. */
  readonly subject: string
  /** Milliseconds since 1970: recorded by us, and when it happened according to its source. */
  readonly at: number
  readonly occurredAt: number
  /** The system or room that said it. */
  readonly source: string
  /** The source's own counter for this subject, when it has one. */
  readonly sequence?: number
  /** One order-to-cash chain from end to end: the order's id. */
  readonly correlation: string
  /** `lane/position` of the entry that led to this one. */
  readonly cause?: string
  /** Receipt of the arrival that said it. */
  readonly receipt?: string
  readonly data: EventData[T]
}

/** What a system says happened; lifecycle decides it against the state: fact, early, repeat or refused. */
export interface Report<T extends EventType = EventType> {
  readonly kind: 'report'
  readonly type: T
  readonly subject: string
  readonly source: string
  readonly sequence?: number
  readonly occurredAt: number
  readonly receipt?: string
  readonly data: EventData[T]
}

/** What a subject is handed in a turn. */
export type Input =
  | Report
  /** A document or command that starts or concerns this subject, already interpreted. */
  | {
      readonly kind: 'arrival'
      readonly type: string
      readonly subject: string
      readonly source: string
      readonly receipt?: string
      readonly occurredAt: number
      readonly data: unknown
    }
  /** An event of another subject that this one listens to. */
  | { readonly kind: 'heard'; readonly subject: string; readonly event: JournalEvent }
  /** A final answer of a target to one of this subject's requests (done or refused). */
  | {
      readonly kind: 'answer'
      readonly subject: string
      readonly request: PlannedRequest
      readonly outcome: Outcome
      readonly occurredAt: number
    }
  /** A timer this subject set has come due. */
  | { readonly kind: 'timer'; readonly subject: string; readonly name: string; readonly dueAt: number }
  /** An event of this very subject, just recorded: rooms react to it in the same turn. */
  | { readonly kind: 'recorded'; readonly subject: string; readonly event: JournalEvent }

/** An event a room decides for the subject it was asked about. The engine gives it its position. */
export type NewEvent = {
  readonly [T in EventType]: {
    readonly type: T
    readonly data: EventData[T]
    /** Absent: the room's name. A report that became fact keeps its system's name. */
    readonly source?: string
    readonly sequence?: number
    readonly occurredAt?: number
    readonly receipt?: string
  }
}[EventType]

/** Something a system is asked to do. Planning it is the event `delivery.planned`. */
export interface NewRequest {
  /** Name of the target system in the configuration. */
  readonly target: string
  /** Imperative: `order.post`, `warehouse.release`. */
  readonly verb: string
  /** Business identity of the effect; with target and verb it makes the delivery key. */
  readonly key: string
  /** Requests to one target that share a chain go one after another. Absent: the subject. */
  readonly chain?: string
  /** What `render` needs besides the state; small. */
  readonly args?: Record<string, unknown>
  /** Workload class, 0 to 4, when it is not that of the verb: 3 for what is sent again in bulk. */
  readonly priority?: number
  /** Whose business it is: targets are shared fairly between partners. */
  readonly partner?: string
  /** What is sent. Built by the process's pure `render` from the state as of now, and again after a restart. */
  readonly body: unknown
  /** Keep the rendered bytes in the event (EDI and class C). */
  readonly keep?: boolean
}

/** A planned request as the delivery room and the deciding rooms see it. */
export interface PlannedRequest {
  readonly lane: number
  readonly position: number
  readonly subject: string
  readonly target: string
  readonly verb: string
  readonly key: string
  readonly chain: string
  readonly args: Record<string, unknown>
  readonly digest: string
  readonly plannedAt: number
  /** Absent: the class of its verb. */
  readonly priority?: number | undefined
  readonly partner?: string | undefined
}

/** Wakes this subject later. Setting a name again moves it; `dueAt` null cancels it. */
export interface NewTimer {
  readonly name: string
  readonly dueAt: number | null
}

/** What a room answers to one input. */
export interface Decision {
  readonly events?: readonly NewEvent[]
  readonly requests?: readonly NewRequest[]
  readonly timers?: readonly NewTimer[]
  /** For synchronous callers: what is answered once the turn is committed. */
  readonly answer?: unknown
}

/** What a decision may look at besides its own state. */
export interface DecideContext {
  /** The clock's now, milliseconds; the same for the whole turn. */
  readonly now: number
  /** The state another room keeps for the same subject, read only. */
  peer<S>(room: string): S
  /** One of this room's states by key, among those `keys` named, read only. */
  state<S>(key: string): S
  /** Mints an id of this kind (`s` shipment, `i` invoice, `r` release …) whose lane is this subject's. */
  mint(kind: string): string
  /** The id of this kind that a business identity always has; its lane is this subject's. */
  name(kind: string, identity: Identity): string
}

/** A room that rides in the turn. `S` is the state it keeps for each subject of `about`. */
export interface Room<S = unknown> {
  readonly name: string
  /** The kind of subject it keeps state for: `order`, `stock`, `shipment`, `invoice`, `mailbox`. */
  readonly about: string
  /** Key is (`lane`, `subject`); the columns are what `save` gives. Absent: the room keeps no state. */
  readonly table?: TableSpec
  initial(subject: string): S
  /** From the columns after (lane, subject). */
  load(subject: string, row: Row): S
  /** The columns after (lane, subject). `null`: the row goes away. */
  save(state: S): Row | null
  /**
   * State keys an input or event touches, when one subject has many states in its lane (a facility's stock has one per
   * item: `acme/stock/DC1/4711`). Absent: the subject itself is the only key.
   */
  keys?(input: Input | JournalEvent): readonly string[]
  /** Changes the state in place. Only events of the subject itself, once for each key. Answers whether it changed. */
  fold(state: S, event: JournalEvent, key: string): boolean
  /** What follows. Must not change the state. Absent answer: nothing follows. `state` is that of the first key. */
  decide(state: S, input: Input, context: DecideContext): Decision | undefined
  /** Which other subjects of `about` an event concerns; they get it as `heard`. */
  readonly hears?: Partial<{ readonly [T in EventType]: (event: JournalEvent<T>) => readonly string[] }>
}
