import { hash } from 'node:crypto'
import { assert } from '../base/errors.ts'
import type { Identity, IdMint } from '../base/ids.ts'
import type { EventType } from '../lifecycle/events.ts'
import { laneOfSubject, partsOf } from '../lifecycle/subject.ts'
import type { InboxRow, KeyRow, LaneMove, ReceiptRow, Row, Store, TableSpec, TurnWrites } from '../store/contract.ts'
import type {
  DecideContext,
  Decision,
  Input,
  JournalEvent,
  NewEvent,
  NewRequest,
  PlannedRequest,
  Room,
} from './contract.ts'
import { encodeEvent } from './encode.ts'
import type { LaneBook } from './lane-book.ts'
import { type RecentKeys, sameBytes } from './recent-keys.ts'
import type { Slot, Slots } from './slots.ts'
import { type Timer, timerTable } from './timers.ts'
import type { Admission, AdmitContext, FoundKey, Work } from './work.ts'

/** A request that was planned in this turn, with what is to be sent; attempts start after the commit. */
export interface Planned {
  readonly request: PlannedRequest
  readonly body: Uint8Array
  /** What the body says, unless it came as bytes. */
  readonly content?: unknown
}

/** Most events that may follow from one piece of work, before its subject counts as looping. */
const MOST_DERIVED = 2_000

/** The rooms by the kind of subject they keep state for, with their states. */
export interface RoomPlan {
  readonly byKind: ReadonlyMap<string, readonly Slots[]>
  readonly listeners: ReadonlyMap<EventType, readonly ((event: JournalEvent) => readonly string[])[]>
}

/** Lays out which rooms are asked about which subjects, and who listens to what. */
export function planRooms(slots: readonly Slots[]): RoomPlan {
  const byKind = new Map<string, Slots[]>()
  const listeners = new Map<EventType, ((event: JournalEvent) => readonly string[])[]>()
  for (const room of slots) {
    const about = byKind.get(room.room.about)
    if (about) about.push(room)
    else byKind.set(room.room.about, [room])
    for (const [type, hears] of Object.entries(room.room.hears ?? {})) {
      const known = listeners.get(type as EventType) ?? []
      known.push(hears as (event: JournalEvent) => readonly string[])
      listeners.set(type as EventType, known)
    }
  }
  return { byKind, listeners }
}

/**
 * A subject in this turn: its lane, the rooms that are asked about it, and the state each of them keeps for it. Looked
 * up once; a seated state is not evicted while the turn is open.
 */
interface Seat {
  readonly subject: string
  readonly lane: number
  readonly rooms: readonly Slots[]
  /** By room; undefined where the room keeps many states for this subject, or none is loaded yet. */
  readonly held: (Slot | undefined)[]
  complete: boolean
}

interface Step {
  readonly input: Input
  readonly seat: Seat
  readonly correlation: string
  readonly cause: string | undefined
  readonly work: number
}

/** What a turn is opened with. */
export interface TurnPorts {
  readonly plan: RoomPlan
  readonly lanes: LaneBook
  readonly store: Store
  readonly mint: IdMint
  readonly number: number
  /** Keys taken by turns that are not committed yet, or only just were. */
  readonly recentKeys: RecentKeys
  readonly encodeInput: (input: Input) => Uint8Array
  readonly lowestOpen: (lane: number) => number | undefined
  /** Subjects that could not be worked on: what comes for them is kept, and not tried again. */
  readonly parked: ReadonlyMap<string, string>
}

interface Admitted {
  readonly work: Work
  answer: unknown
  readonly events: JournalEvent[]
  /** Its subject is parked: the bytes are kept, the sender hears why. */
  readonly parked: string | undefined
}

/**
 * One turn while it is open: work comes in, rooms decide to quiescence, rows pile up. Nothing is seen outside before
 * it is committed; {@link writes} gives the one transaction.
 */
export class Turn implements DecideContext, AdmitContext {
  readonly number: number
  readonly now: number
  readonly events: JournalEvent[] = []
  readonly planned: Planned[] = []
  readonly admitted: Admitted[] = []
  readonly timers: { readonly set: Timer[]; readonly cancelled: { subject: string; name: string }[] } = {
    set: [],
    cancelled: [],
  }
  readonly touched = new Map<number, number>()
  readonly #ports: TurnPorts
  readonly #steps: Step[] = []
  #at = 0
  readonly #changed: [Slots, Slot][] = []
  readonly #rows = new Map<TableSpec, Map<string, { readonly row: Row; readonly gone: boolean }>>()
  readonly #keys: KeyRow[] = []
  readonly #receipts: ReceiptRow[] = []
  readonly #inbox: InboxRow[] = []
  readonly #inboxDone: NonNullable<Admission['inboxDone']>[] = []
  readonly #marks: (readonly [number, number])[] = []
  readonly #seats = new Map<string, Seat>()
  #seat: Seat | undefined
  #slots: Slots | undefined
  #derived = 0

  constructor(now: number, ports: TurnPorts) {
    this.now = now
    this.number = ports.number
    this.#ports = ports
  }

  /** How much this turn holds already; it is closed when it grows large. */
  get weight(): number {
    return this.events.length + this.#receipts.length
  }

  get empty(): boolean {
    return this.touched.size === 0
  }

  // What an admission may use.

  name(kind: string, identity: Identity, lane?: number): string {
    return this.#ports.mint.name(kind, lane ?? this.#current.lane, identity)
  }

  mint(kind: string, lane?: number): string {
    return this.#ports.mint.mint(kind, lane ?? this.#current.lane, this.now)
  }

  owns(lane: number): boolean {
    return this.#ports.lanes.owns(lane)
  }

  // What a decision may look at.

  peer<S>(room: string): S {
    const { rooms, held, subject } = this.#current
    for (let at = 0; at < rooms.length; at += 1) {
      if (rooms[at]?.room.name === room) return (held[at] as Slot).state as S
    }
    return assert(false, `room ${room} keeps no state for ${subject}`) as never
  }

  state<S>(key: string): S {
    const slot = this.#slots?.get(key)
    assert(slot, `no state was loaded for ${key}`)
    return slot.state as S
  }

  /** Takes a piece of work in. Its steps run in {@link run}. Answers false when it needs no commit. */
  admit(work: Work, found: readonly FoundKey[]): boolean {
    const known = this.#withPending(work, found)
    const admission = work.admit(known, this)
    const parked = admission.inputs.find((input) => this.#ports.parked.has(input.subject) && !isNote(input))?.subject
    const entry: Admitted = { work, answer: admission.answer, events: [], parked }
    if (admission.immediate) {
      work.settled({ answer: admission.answer, events: [], at: this.now })
      return false
    }
    const index = this.admitted.push(entry) - 1
    for (const subject of admission.fresh ?? []) this.#begin(subject)
    for (const key of admission.keys ?? []) {
      this.#keys.push(key)
      this.#ports.recentKeys.take(key)
      this.#touchOwned(key.lane)
    }
    if (admission.receipts) this.#receipts.push(...admission.receipts)
    for (const [table, row] of admission.upserts ?? []) this.#setRow(table, row)
    for (const [table, row] of admission.deletes ?? []) this.#dropRow(table, row)
    for (const mark of admission.marks ?? []) {
      this.#marks.push(mark)
      this.#touchOwned(mark[0])
    }
    if (admission.inboxDone) {
      this.#inboxDone.push(admission.inboxDone)
      this.#touchOwned(admission.inboxDone.lane)
    }
    for (const lane of admission.touches ?? []) this.#touchOwned(lane)
    if (!parked) for (const input of admission.inputs) this.#hand(input, '', undefined, index)
    if (this.touched.size === 0) this.#touchAny()
    return true
  }

  #withPending(work: Work, found: readonly FoundKey[]): readonly FoundKey[] {
    if (!work.claims) return found
    const recent: FoundKey[] = []
    for (const claim of work.claims) {
      const taken = this.#ports.recentKeys.find(claim)
      if (taken && !found.some((key) => key.kind === taken.kind && sameBytes(key.hash, taken.hash))) recent.push(taken)
    }
    return recent.length > 0 ? [...found, ...recent] : found
  }

  /** A step for a subject here, or an inbox row for the lane's owner elsewhere. */
  #hand(input: Input, correlation: string, cause: string | undefined, work: number): void {
    const seat = this.#seatOf(input.subject)
    if (this.#ports.lanes.owns(seat.lane)) {
      this.#steps.push({ input, seat, correlation, cause, work })
      return
    }
    const sender = this.#senderLane(input, seat.lane)
    sender.sent += 1
    this.#inbox.push({
      lane: seat.lane,
      senderLane: sender.lane,
      senderEpoch: sender.epoch,
      number: sender.sent,
      body: this.#ports.encodeInput(input),
    })
  }

  #seatOf(subject: string): Seat {
    let seat = this.#seats.get(subject)
    if (!seat) {
      const rooms = this.#ports.plan.byKind.get(partsOf(subject).kind) ?? []
      seat = { subject, lane: laneOfSubject(subject), rooms, held: new Array(rooms.length), complete: false }
      this.#seats.set(subject, seat)
    }
    return seat
  }

  get #current(): Seat {
    assert(this.#seat, 'a room is being asked')
    return this.#seat
  }

  /** A subject minted just now: its states begin empty, unless its lane is another instance's. */
  #begin(subject: string): void {
    const seat = this.#seatOf(subject)
    if (!this.owns(seat.lane)) return
    for (const slots of seat.rooms) if (!slots.room.keys && !slots.has(subject)) slots.begin(subject, seat.lane)
  }

  /**
   * The lane a row is sent from: that of the subject whose event it is, so that what one order says reaches each lane in
   * the order in which it happened. What came from outside goes by one lane of ours for each lane it is meant for.
   */
  #senderLane(input: Input, target: number) {
    const heard = input.kind === 'heard' ? this.#ports.lanes.get(laneOfSubject(input.event.subject)) : undefined
    const all = heard ? [] : this.#ports.lanes.owned()
    const owned = heard ?? all[target % all.length]
    assert(owned, 'a lane of our own to send from')
    this.#touchOwned(owned.lane)
    return owned
  }

  #touchAny(): number {
    const first = this.touched.keys().next()
    if (!first.done) return first.value
    const owned = this.#ports.lanes.owned()[0]
    assert(owned, 'this instance owns no lane')
    this.#touchOwned(owned.lane)
    return owned.lane
  }

  #touchOwned(lane: number): void {
    if (this.touched.has(lane)) return
    const owned = this.#ports.lanes.get(lane)
    if (owned) this.touched.set(lane, owned.head)
  }

  /**
   * Lets the rooms decide, up to `most` steps. Answers the states that are missing, by room; the steps that need them
   * wait at the front. An empty answer and no steps left: quiescent.
   */
  run(most: number): Map<Slots, Map<string, number>> {
    const missing = new Map<Slots, Map<string, number>>()
    const waiting: Step[] = []
    const blocked = new Set<string>()
    let done = 0
    while (this.#at < this.#steps.length && done < most) {
      const step = this.#steps[this.#at] as Step
      this.#at += 1
      // What a blocked subject's later steps lack is gathered too: one load serves them all.
      if (this.#lacks(step, missing) || blocked.has(step.input.subject)) {
        blocked.add(step.input.subject)
        waiting.push(step)
        continue
      }
      this.#decide(step)
      done += 1
    }
    this.#steps.splice(0, this.#at, ...waiting)
    this.#at = 0
    return missing
  }

  get quiescent(): boolean {
    return this.#steps.length === 0
  }

  #lacks({ input, seat }: Step, missing: Map<Slots, Map<string, number>>): boolean {
    const { rooms, held } = seat
    let lacks = false
    for (let at = 0; at < rooms.length; at += 1) {
      const slots = rooms[at] as Slots
      if (slots.room.keys) {
        for (const key of slots.room.keys(input)) {
          if (slots.has(key)) continue
          lacks = true
          miss(missing, slots, key, seat.lane)
        }
      } else if (!seat.complete && !held[at]) {
        held[at] = slots.sit(input.subject)
        if (held[at]) continue
        lacks = true
        miss(missing, slots, input.subject, seat.lane)
      }
    }
    if (!lacks) seat.complete = true
    return lacks
  }

  #decide(step: Step): void {
    const { input, seat } = step
    this.#seat = seat
    for (let at = 0; at < seat.rooms.length; at += 1) {
      const slots = seat.rooms[at] as Slots
      this.#slots = slots
      const slot = seat.held[at] ?? this.#firstOf(slots, input)
      const decision = slots.room.decide(slot.state, input, this)
      if (decision) this.#apply(decision, slots.room, step)
    }
  }

  /** The state of the first key an input touches, in a room that keeps many for one subject. */
  #firstOf(slots: Slots, input: Input): Slot {
    const key = slots.room.keys?.(input)[0]
    if (key === undefined) return { key: input.subject, lane: 0, state: undefined, turn: 0, seated: 0, used: true }
    const slot = slots.get(key)
    assert(slot, `state of ${key} in ${slots.room.name} is loaded`)
    return slot
  }

  #apply(decision: Decision, room: Room, step: Step): void {
    const { input, seat } = step
    const occurredAt = 'occurredAt' in input ? input.occurredAt : this.now
    const correlation = step.correlation || correlationOf(input)
    for (const event of decision.events ?? []) this.#record(event, seat, room.name, occurredAt, correlation, step)
    for (const request of decision.requests ?? []) this.#plan(request, seat, room.name, correlation, step)
    for (const timer of decision.timers ?? []) this.#setTimer(input.subject, timer.name, timer.dueAt)
    if (decision.answer !== undefined) (this.admitted[step.work] as Admitted).answer = decision.answer
  }

  #record(
    fresh: NewEvent,
    seat: Seat,
    room: string,
    occurredAt: number,
    correlation: string,
    step: Step,
  ): JournalEvent {
    this.#derived += 1
    const { lane, subject } = seat
    this.#touchOwned(lane)
    const event: JournalEvent = {
      lane,
      position: this.#ports.lanes.next(lane),
      type: fresh.type,
      version: 1,
      subject,
      at: this.now,
      occurredAt: fresh.occurredAt ?? occurredAt,
      source: fresh.source ?? room,
      sequence: fresh.sequence,
      correlation,
      cause: step.cause,
      receipt: fresh.receipt,
      data: fresh.data,
    }
    this.events.push(event)
    const entry = this.admitted[step.work] as Admitted
    entry.events.push(event)
    if (entry.events.length >= MOST_DERIVED)
      assert(false, `${subject} derives events without end: ${lastTypes(entry.events)}`)
    this.#fold(event, seat)
    this.#tell(event, seat, correlation, step)
    return event
  }

  #fold(event: JournalEvent, seat: Seat): void {
    for (let at = 0; at < seat.rooms.length; at += 1) {
      const slots = seat.rooms[at] as Slots
      const { room } = slots
      const held = seat.held[at]
      if (held) this.#foldInto(slots, held, event, event.subject)
      else if (room.keys) {
        for (const key of room.keys(event)) {
          const slot = slots.get(key)
          assert(slot, `state of ${key} in ${room.name} is loaded`)
          this.#foldInto(slots, slot, event, key)
        }
      }
    }
  }

  #foldInto(slots: Slots, slot: Slot, event: JournalEvent, key: string): void {
    if (!slots.room.fold(slot.state, event, key)) return
    if (slot.turn === this.number) return
    slot.turn = this.number
    this.#changed.push([slots, slot])
  }

  #tell(event: JournalEvent, seat: Seat, correlation: string, step: Step): void {
    const cause = `${event.lane}/${event.position}`
    this.#steps.push({
      input: { kind: 'recorded', subject: event.subject, event },
      seat,
      correlation,
      cause,
      work: step.work,
    })
    const listeners = this.#ports.plan.listeners.get(event.type)
    if (!listeners) return
    for (const hears of listeners) {
      for (const subject of hears(event)) {
        this.#hand({ kind: 'heard', subject, event }, correlation, cause, step.work)
      }
    }
  }

  #plan(request: NewRequest, seat: Seat, room: string, correlation: string, step: Step): void {
    const { subject } = seat
    const body = request.body instanceof Uint8Array ? request.body : Buffer.from(JSON.stringify(request.body))
    const digest = hash('sha1', body as never, 'base64').slice(0, 20)
    const chain = request.chain ?? subject
    const args = request.args ?? {}
    const kept = request.keep ? Buffer.from(body).toString('latin1') : undefined
    const event = this.#record(
      {
        type: 'delivery.planned',
        data: { target: request.target, verb: request.verb, key: request.key, chain, args, digest, body: kept },
      },
      seat,
      room,
      this.now,
      correlation,
      step,
    )
    const planned: PlannedRequest = {
      lane: event.lane,
      position: event.position,
      subject,
      target: request.target,
      verb: request.verb,
      key: request.key,
      chain,
      args,
      digest,
      plannedAt: this.now,
    }
    this.planned.push(
      request.body instanceof Uint8Array
        ? { request: planned, body }
        : { request: planned, body, content: request.body },
    )
  }

  #setTimer(subject: string, name: string, dueAt: number | null): void {
    const lane = laneOfSubject(subject)
    this.#touchOwned(lane)
    if (dueAt === null) {
      this.#dropRow(timerTable, [lane, subject, name])
      this.timers.cancelled.push({ subject, name })
      return
    }
    this.#setRow(timerTable, [lane, subject, name, dueAt])
    this.timers.set.push({ lane, subject, name, dueAt })
  }

  #setRow(table: TableSpec, row: Row): void {
    this.#rowsOf(table).set(rowKey(table, row), { row, gone: false })
    this.#touchOwned(row[0] as number)
  }

  #dropRow(table: TableSpec, key: Row): void {
    this.#rowsOf(table).set(rowKey(table, key), { row: key, gone: true })
    this.#touchOwned(key[0] as number)
  }

  #rowsOf(table: TableSpec) {
    let rows = this.#rows.get(table)
    if (!rows) {
      rows = new Map()
      this.#rows.set(table, rows)
    }
    return rows
  }

  /** The whole turn as one transaction. */
  writes(): TurnWrites {
    for (const [slots, slot] of this.#changed) {
      const { table } = slots.room
      assert(table, `${slots.room.name} folded an event but keeps no state`)
      const row = slots.row(slot)
      if (row) this.#setRow(table, row)
      else this.#dropRow(table, [slot.lane, slot.key])
    }
    const upserts = new Map<TableSpec, Row[]>()
    const deletes = new Map<TableSpec, Row[]>()
    for (const [table, rows] of this.#rows) {
      const set: Row[] = []
      const gone: Row[] = []
      for (const { row, gone: isGone } of rows.values()) (isGone ? gone : set).push(row)
      if (set.length > 0) upserts.set(table, set)
      if (gone.length > 0) deletes.set(table, gone)
    }
    return {
      lanes: this.#laneMoves(),
      entries: this.events.map(encodeEvent),
      receipts: this.#receipts,
      keys: this.#keys,
      upserts,
      deletes,
      inbox: this.#inbox,
      inboxDone: this.#inboxDone,
      marks: packMarks(this.#marks, this.now),
      at: this.now,
    }
  }

  #laneMoves(): LaneMove[] {
    const moves: LaneMove[] = []
    for (const [lane, oldHead] of [...this.touched].sort((a, b) => a[0] - b[0])) {
      const owned = this.#ports.lanes.get(lane)
      assert(owned, `lane ${lane} is still ours`)
      const open = this.#ports.lowestOpen(lane)
      const delivered = Math.max(
        owned.delivered,
        open === undefined ? owned.committed : Math.min(open - 1, owned.committed),
      )
      moves.push({ lane, epoch: owned.epoch, oldHead, newHead: owned.head, delivered })
    }
    return moves
  }

  /** After the commit: changed states are clean unless a later turn changed them again; keys are no longer pending. */
  committed(moves: readonly LaneMove[]): void {
    for (const [, slot] of this.#changed) if (slot.turn === this.number) slot.turn = 0
    this.#ports.recentKeys.confirm(this.#keys)
    for (const move of moves) {
      const owned = this.#ports.lanes.get(move.lane)
      if (!owned || owned.epoch !== move.epoch) continue
      owned.committed = move.newHead
      owned.delivered = move.delivered
    }
  }

  /** Gives back what this turn took in memory, when it is given up. */
  abandon(): void {
    this.#ports.recentKeys.giveBack(this.#keys)
    for (const [, slot] of this.#changed) slot.turn = 0
  }

  /** Whether other instances have to be poked. */
  get sentTo(): ReadonlySet<number> {
    return new Set(this.#inbox.map((row) => row.lane))
  }
}

function miss(missing: Map<Slots, Map<string, number>>, slots: Slots, key: string, lane: number): void {
  const keys = missing.get(slots) ?? new Map<string, number>()
  keys.set(key, lane)
  missing.set(slots, keys)
}

const lastTypes = (events: readonly JournalEvent[]): string =>
  [...new Set(events.slice(-12).map((event) => event.type))].join(', ')

/** The engine's own word about a parked subject goes through. */
function isNote(input: Input): boolean {
  return input.kind === 'arrival' && (input.type === 'subject.parked' || input.type === 'subject.resumed')
}

function rowKey(table: TableSpec, row: Row): string {
  let text = ''
  for (let at = 1; at < table.key.length; at += 1) text += `${String(row[at])}\u0000`
  return table.key.length === 1 ? String(row[0]) : `${String(row[0])}\u0000${text}`
}

/** One order-to-cash chain from end to end: what was heard belongs to the chain it comes from. */
function correlationOf(input: Input): string {
  return input.kind === 'heard' || input.kind === 'recorded' ? input.event.correlation : partsOf(input.subject).id
}

function packMarks(marks: readonly (readonly [number, number])[], now: number): Uint8Array {
  const pack = Buffer.alloc(marks.length * 12)
  marks.forEach(([lane, position], at) => {
    pack.writeUInt16BE(lane, at * 12)
    pack.writeUIntBE(position, at * 12 + 2, 6)
    pack.writeUInt32BE(Math.floor(now / 1000), at * 12 + 8)
  })
  return pack
}
