import { hash } from 'node:crypto'
import { assert } from '../base/errors.ts'
import type { Identity, IdMint } from '../base/ids.ts'
import type { EventType } from '../lifecycle/events.ts'
import { laneOfSubject, partsOf } from '../lifecycle/subject.ts'
import type { InboxRow, KeyRow, LaneMove, ReceiptRow, Row, Store, TableSpec, TurnWrites } from '../store/contract.ts'
import type { Condemned, Why } from './condemned.ts'
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
import { encodeKept } from './kept-input.ts'
import type { LaneBook } from './lane-book.ts'
import { keptName, type Parked, type ParkedBook, parkedInputTable, parkedRow, parkedTable } from './parked.ts'
import { type RecentKeys, sameBytes } from './recent-keys.ts'
import { RoomFailed, reasonOf } from './room-failed.ts'
import type { Slot, Slots } from './slots.ts'
import type { StepBoard } from './step-board.ts'
import { type Timer, timerTable } from './timers.ts'
import type { Admission, AdmitContext, DrainedInput, FoundKey, Work } from './work.ts'

/** A request that was planned in this turn, with what is to be sent; attempts start after the commit. */
export interface Planned {
  readonly request: PlannedRequest
  readonly body: Uint8Array
  /** What the body says, unless it came as bytes. */
  readonly content?: unknown
}

/** The input with which a parked subject is let go on, wherever its lane is owned. */
export const RESUME = 'subject.resume'

/** Whose state is missing. */
export interface Needed {
  readonly subject: string
  readonly lane: number
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
  /** Whether it is worked on: what comes for a parked subject is kept. */
  stop: typeof OPEN | typeof PARKED | typeof RESUMING
  /** Place of its name on the board that the supervisor reads. */
  readonly name: number
}

const OPEN = 0
const PARKED = 1
/** Its kept inputs are worked on, in order; what comes meanwhile gets in line behind them. */
const RESUMING = 2

interface Step {
  readonly input: Input
  readonly seat: Seat
  /** The subject of the input that led here: it is parked when a handler fails elsewhere on its behalf. */
  readonly root: Seat
  readonly correlation: string
  readonly cause: string | undefined
  readonly work: number
  readonly special: Special | undefined
}

/** What few steps have. */
interface Special {
  /** The first room to be asked: those before it have decided this input already. */
  readonly from: number
  /** It was kept while its subject was parked. */
  readonly drained: boolean
  /** It made a turn fail: its subject is parked, and it is not tried again. */
  readonly why: Why | undefined
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
  /** Whether something waits for a subject that came before the subject did. */
  readonly isAwaited: (subject: string) => boolean
  /** Subjects that could not be worked on: what comes for them is kept, and not tried again. */
  readonly parked: ParkedBook
  /** What made a turn fail that was given up: it is parked this time. */
  readonly condemned: Condemned
  /** Where the supervisor reads which handler runs. */
  readonly board: StepBoard | undefined
}

interface Admitted {
  readonly work: Work
  readonly inputs: readonly Input[]
  answer: unknown
  readonly events: JournalEvent[]
  /** An input of it is kept, because its subject is parked. */
  parked: string | undefined
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
  /** Timers that were set and cancelled (no `dueAt`), in that order: the last word about a name holds. */
  readonly timers: (Timer | (Omit<Timer, 'dueAt'> & { readonly dueAt: null }))[] = []
  readonly touched = new Map<number, number>()
  /** Subjects whose kept inputs are to be worked on once this is committed. */
  readonly resumed: string[] = []
  /** Subjects this turn parks, and why. */
  readonly parked: { readonly subject: string; readonly reason: string }[] = []
  readonly #ports: TurnPorts
  readonly #steps: Step[] = []
  #at = 0
  readonly #changed: [Slots, Slot, Step][] = []
  /** How the book of parked subjects was before this turn changed it, in the order of the changes. */
  readonly #bookBefore: (() => void)[] = []
  readonly #rows = new Map<TableSpec, Map<string, { readonly row: Row; readonly gone: boolean }>>()
  readonly #keys: KeyRow[] = []
  readonly #receipts: ReceiptRow[] = []
  readonly #inbox: InboxRow[] = []
  readonly #inboxDone: NonNullable<Admission['inboxDone']>[] = []
  readonly #marks: (readonly [number, number])[] = []
  readonly #seats = new Map<string, Seat>()
  #seat: Seat | undefined
  #slots: Slots | undefined
  /** Place of the room that is deciding now; -1 while none is. */
  #asked = -1
  #folding: Slots | undefined
  #foldingSlot: Slot | undefined

  constructor(now: number, ports: TurnPorts) {
    this.now = now
    this.number = ports.number
    this.#ports = ports
    ports.board?.open()
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
    if (admission.immediate) {
      work.settled({ answer: admission.answer, events: [], at: this.now })
      return false
    }
    const { inputs, answer } = admission
    const index = this.admitted.push({ work, inputs, answer, events: [], parked: undefined }) - 1
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
    const { condemned } = this.#ports
    const sentence = condemned.size > 0 ? condemned.of(work) : undefined
    if (admission.drained) this.#drain(admission.drained, index, sentence?.inputs.get(0))
    else if (admission.parks) this.#announce(admission.parks, index)
    else if (sentence) this.#handCondemned(inputs, index, sentence.inputs)
    else for (const input of inputs) this.#hand(input, '', undefined, index, undefined)
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
  #hand(
    input: Input,
    correlation: string,
    cause: string | undefined,
    work: number,
    root: Seat | undefined,
    special?: Special,
  ): void {
    const seat = this.#seatOf(input.subject)
    if (this.#ports.lanes.owns(seat.lane)) {
      if (this.#ports.condemned.subjects.size > 0) this.#parkBystander(seat, work)
      this.#steps.push({ input, seat, root: root ?? seat, correlation, cause, work, special })
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
      const { plan, parked, board } = this.#ports
      const rooms = plan.byKind.get(partsOf(subject).kind) ?? []
      const standing = parked.get(subject)
      seat = {
        subject,
        lane: laneOfSubject(subject),
        rooms,
        held: new Array(rooms.length),
        complete: false,
        stop: standing === undefined ? OPEN : standing.resumedBy === undefined ? PARKED : RESUMING,
        name: board === undefined ? 0 : board.name(subject),
      }
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
    if (!this.owns(seat.lane) || this.#ports.isAwaited(subject)) return
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
   * Lets the rooms decide, up to `most` steps. Answers the states that are missing, by room, with who needs them; the
   * steps that need them wait at the front. An empty answer and no steps left: quiescent.
   */
  run(most: number): Map<Slots, Map<string, Needed>> {
    const missing = new Map<Slots, Map<string, Needed>>()
    const waiting: Step[] = []
    const blocked = new Set<string>()
    const { board } = this.#ports
    let done = 0
    while (this.#at < this.#steps.length && done < most) {
      const step = this.#steps[this.#at] as Step
      const { seat, root } = step
      this.#at += 1
      if (seat.stop !== OPEN || step.special) {
        if (blocked.has(seat.subject)) {
          waiting.push(step)
          continue
        }
        if (this.#isStopped(step)) continue
      }
      if (board) board.step(seat.name, root.name, seat.subject, root.subject)
      try {
        // What a blocked subject's later steps lack is gathered too: one load serves them all.
        if (this.#lacks(step, missing) || blocked.has(seat.subject)) {
          blocked.add(seat.subject)
          waiting.push(step)
          continue
        }
        this.#decide(step)
      } catch (error) {
        this.#failed(step, error)
      }
      done += 1
    }
    board?.rest()
    this.#steps.splice(0, this.#at, ...waiting)
    this.#at = 0
    return missing
  }

  get quiescent(): boolean {
    return this.#steps.length === 0
  }

  #lacks({ input, seat }: Step, missing: Map<Slots, Map<string, Needed>>): boolean {
    const { rooms, held } = seat
    let lacks = false
    for (let at = 0; at < rooms.length; at += 1) {
      const slots = rooms[at] as Slots
      if (slots.room.keys) {
        for (const key of slots.room.keys(input)) {
          if (slots.has(key)) continue
          lacks = true
          miss(missing, slots, key, seat)
        }
      } else if (!seat.complete && !held[at]) {
        held[at] = slots.sit(input.subject)
        if (held[at]) continue
        lacks = true
        miss(missing, slots, input.subject, seat)
      }
    }
    if (!lacks) seat.complete = true
    return lacks
  }

  #decide(step: Step): void {
    const { input, seat } = step
    this.#seat = seat
    for (let at = step.special?.from ?? 0; at < seat.rooms.length; at += 1) {
      const slots = seat.rooms[at] as Slots
      this.#slots = slots
      const slot = seat.held[at] ?? this.#firstOf(slots, input)
      this.#asked = at
      const decision = slots.room.decide(slot.state, input, this)
      this.#asked = -1
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
    const { subject } = seat
    const event = this.#append(seat, fresh, step.work, occurredAt, room, correlation, step.cause)
    const entry = this.admitted[step.work] as Admitted
    if (entry.events.length >= MOST_DERIVED)
      assert(false, `${subject} derives events without end: ${lastTypes(entry.events)}`)
    this.#fold(event, seat, step)
    const { root, work } = step
    const at = `${event.lane}/${event.position}`
    const input: Input = { kind: 'recorded', subject, event }
    this.#steps.push({ input, seat, root, correlation, cause: at, work, special: undefined })
    this.#tell(event, correlation, at, work, root)
    return event
  }

  /** Puts an event at the next place of its lane; what it does not say of itself is as given. */
  #append(
    { lane, subject }: Seat,
    fresh: NewEvent,
    work: number,
    occurredAt: number,
    source: string,
    correlation: string,
    cause: string | undefined,
  ): JournalEvent {
    this.#touchOwned(lane)
    const event: JournalEvent = {
      lane,
      position: this.#ports.lanes.next(lane),
      type: fresh.type,
      version: 1,
      subject,
      at: this.now,
      occurredAt: fresh.occurredAt ?? occurredAt,
      source: fresh.source ?? source,
      sequence: fresh.sequence,
      correlation,
      cause,
      receipt: fresh.receipt,
      data: fresh.data,
    }
    this.events.push(event)
    ;(this.admitted[work] as Admitted).events.push(event)
    return event
  }

  #fold(event: JournalEvent, seat: Seat, step: Step): void {
    for (let at = 0; at < seat.rooms.length; at += 1) {
      const slots = seat.rooms[at] as Slots
      const { room } = slots
      const held = seat.held[at]
      if (held) this.#foldInto(slots, held, event, event.subject, step)
      else if (room.keys) {
        for (const key of room.keys(event)) {
          const slot = slots.get(key)
          assert(slot, `state of ${key} in ${room.name} is loaded`)
          this.#foldInto(slots, slot, event, key, step)
        }
      }
    }
  }

  #foldInto(slots: Slots, slot: Slot, event: JournalEvent, key: string, step: Step): void {
    this.#folding = slots
    this.#foldingSlot = slot
    const changed = slots.room.fold(slot.state, event, key)
    this.#folding = undefined
    if (!changed || slot.turn === this.number) return
    slot.turn = this.number
    this.#changed.push([slots, slot, step])
  }

  /** Hands an event to the subjects that listen to it. */
  #tell(event: JournalEvent, correlation: string, cause: string, work: number, root: Seat): void {
    const listeners = this.#ports.plan.listeners.get(event.type)
    if (!listeners) return
    const told = listeners.length > 1 ? new Set<string>() : undefined // every room of a subject hears it, whoever asked
    for (const hears of listeners) {
      for (const subject of hears(event)) {
        if (told?.has(subject)) continue
        told?.add(subject)
        this.#hand({ kind: 'heard', subject, event }, correlation, cause, work, root)
      }
    }
  }

  // What becomes of what cannot be worked on.

  /**
   * A handler threw. Deciding changes nothing, so a subject that failed at its own input is parked where it stands: what
   * was decided before is kept, this input and what follows wait, the rest of the turn goes on. Anything else leaves
   * states half folded, or would stop a bystander (the stock of a whole facility) for one order's fault: the turn is
   * given up.
   */
  #failed(step: Step, error: unknown): void {
    const at = this.#asked
    const blame = this.#blame(step)
    this.#asked = -1
    const { seat, root } = step
    if (at < 0 || seat !== root || seat.stop !== OPEN || step.special?.drained) throw new RoomFailed(blame, error)
    this.#park(seat, { room: blame.room, reason: reasonOf(error), blamed: seat.subject }, step.work, true)
    this.#keep(step, blame.room)
  }

  #blame({ seat, root, work }: Step) {
    const asked = this.#asked >= 0 ? seat.rooms[this.#asked] : this.#folding
    return { subject: seat.subject, root: root.subject, room: asked?.room.name ?? 'journal', work }
  }

  /** The state of a subject cannot be read: whoever needs it, it is this subject that stands still. */
  unreadable({ subject }: Needed, room: string, error: unknown): void {
    const seat = this.#seatOf(subject)
    const work = this.#steps.find((step) => step.seat === seat)?.work ?? 0
    if (seat.stop === OPEN) this.#park(seat, { room, reason: reasonOf(error), blamed: subject }, work, true)
    else throw new RoomFailed({ subject, root: subject, room, work }, error)
  }

  /** Parks a subject: the row, and the event that makes a case of it. */
  #park(seat: Seat, why: Why, work: number, tells: boolean): void {
    const standing = this.#ports.parked.get(seat.subject)
    const { first, next } = standing ?? { first: 1, next: 1 }
    const { lane, subject } = seat
    seat.stop = PARKED
    this.#setParked(subject, { lane, subject, ...why, since: this.now, first, next, resumedBy: undefined, told: true })
    const { room, reason } = why
    this.parked.push({ subject, reason: `${room}: ${reason}` })
    this.#say(seat, { type: 'subject.parked', data: { room, reason } }, work, tells)
  }

  /** The engine's own word about a subject. Rooms of the subject are not asked: they may be what fails. */
  #say(seat: Seat, fresh: NewEvent, work: number, tells: boolean): void {
    const { lane, subject } = seat
    const event = this.#append(seat, fresh, work, this.now, 'journal', partsOf(subject).id, undefined)
    if (tells) this.#tell(event, event.correlation, `${lane}/${event.position}`, work, seat)
  }

  /** Keeps what comes for a subject that stands still; answers false when it is to be worked on all the same. */
  #isStopped(step: Step): boolean {
    const { seat, input, special } = step
    if (special?.why) {
      if (seat.stop !== PARKED) this.#park(seat, special.why, step.work, !this.#isQuiet(step.work))
      if (!special.drained) this.#keep(step, undefined)
      return true
    }
    if (seat.stop === OPEN) return false
    if (isResume(input)) {
      this.#resume(seat, (input as { data: { by: string } }).data.by, step.work)
      return true
    }
    if (seat.stop === RESUMING && (special?.drained || input.kind === 'recorded')) return false
    this.#keep(step, undefined)
    return true
  }

  #keep(step: Step, room: string | undefined): void {
    const { seat, input, correlation, cause, work } = step
    const parked = this.#standing(seat)
    const number = parked.next
    const body = encodeKept({ input, correlation, cause, room: room ?? firstRoom(step) })
    this.#setParked(seat.subject, { ...parked, next: number + 1 })
    this.#setRow(parkedInputTable, [seat.lane, keptName(seat.subject, number), body])
    if (input.kind === 'recorded') return
    if (cause === undefined) (this.admitted[work] as Admitted).parked ??= seat.subject
    const data = { number, input: nameOf(input) }
    this.#say(seat, { type: 'subject.input_kept', data }, work, false)
  }

  /** A person lets a subject go on: what was kept is worked on in order, then what comes. */
  #resume(seat: Seat, by: string, work: number): void {
    const parked = this.#standing(seat)
    const entry = this.admitted[work] as Admitted
    entry.answer = { resumed: parked.resumedBy === undefined, kept: parked.next - parked.first }
    if (parked.resumedBy !== undefined) return
    this.#say(seat, { type: 'subject.resumed', data: { by }, source: by }, work, true)
    if (parked.first === parked.next) this.#unpark(seat)
    else {
      seat.stop = RESUMING
      this.#setParked(seat.subject, { ...parked, resumedBy: by })
      this.resumed.push(seat.subject)
    }
  }

  /** A kept input is worked on; after the last one its subject is parked no more. */
  #drain({ kept, number }: DrainedInput, work: number, why: Why | undefined): void {
    const { input, correlation, cause, room } = kept
    const seat = this.#seatOf(input.subject)
    const special = {
      from: Math.max(
        0,
        seat.rooms.findIndex((slots) => slots.room.name === room),
      ),
      drained: true,
      why,
    }
    this.#steps.push({ input, seat, root: seat, correlation, cause, work, special })
    if (why) return // its row stays where it is
    const parked = this.#standing(seat)
    this.#dropRow(parkedInputTable, [seat.lane, keptName(seat.subject, number)])
    if (number + 1 === parked.next) this.#unpark(seat)
    else this.#setParked(seat.subject, { ...parked, first: number + 1 })
  }

  /** What the supervisor parked from outside is said by the journal. */
  #announce(subject: string, work: number): void {
    const seat = this.#seatOf(subject)
    const parked = this.#ports.parked.get(subject)
    if (!parked || parked.told) return
    this.#setParked(subject, { ...parked, told: true })
    this.#say(seat, { type: 'subject.parked', data: { room: parked.room, reason: parked.reason } }, work, true)
  }

  /** Work that made a turn fail is not tried again: its inputs that are to blame are kept when their turn comes. */
  #handCondemned(inputs: readonly Input[], work: number, sentences: ReadonlyMap<number, Why>): void {
    for (const [at, input] of inputs.entries()) {
      const why = sentences.get(at)
      this.#hand(input, '', undefined, work, undefined, why && { from: 0, drained: false, why })
    }
  }

  /** Nobody is told of it: whoever listens may be what fails. */
  #isQuiet(work: number): boolean {
    return this.#ports.condemned.of((this.admitted[work] as Admitted).work)?.quietly ?? false
  }

  /** Several subjects failed at this one: it stands still, and they go on. */
  #parkBystander(seat: Seat, work: number): void {
    const why = this.#ports.condemned.subjects.get(seat.subject)
    if (why && seat.stop === OPEN) this.#park(seat, why, work, true)
  }

  #standing(seat: Seat): Parked {
    const parked = this.#ports.parked.get(seat.subject)
    assert(parked, `${seat.subject} is parked`)
    return parked
  }

  #unpark(seat: Seat): void {
    seat.stop = OPEN
    this.#remember(seat.subject)
    this.#ports.parked.put(seat.subject, undefined)
    this.#dropRow(parkedTable, [seat.lane, seat.subject])
  }

  #setParked(subject: string, parked: Parked): void {
    this.#remember(subject)
    this.#ports.parked.put(subject, parked)
    this.#setRow(parkedTable, parkedRow(parked))
  }

  #remember(subject: string): void {
    const { parked } = this.#ports
    const before = parked.get(subject)
    this.#bookBefore.push(() => parked.put(subject, before))
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
        data: {
          target: request.target,
          verb: request.verb,
          key: request.key,
          chain,
          args,
          digest,
          body: kept,
          priority: request.priority,
          partner: request.partner,
        },
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
      priority: request.priority,
      partner: request.partner,
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
      this.timers.push({ lane, subject, name, dueAt })
      return
    }
    this.#setRow(timerTable, [lane, subject, name, dueAt])
    this.timers.push({ lane, subject, name, dueAt })
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
    const { board } = this.#ports
    for (const [slots, slot, step] of this.#changed) {
      const { seat, root } = step
      if (board) board.step(seat.name, root.name, seat.subject, root.subject)
      try {
        this.#save(slots, slot)
      } catch (error) {
        this.#asked = -1
        this.#folding = slots
        throw new RoomFailed(this.#blame(step), error)
      }
    }
    board?.rest()
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

  #save(slots: Slots, slot: Slot): void {
    const { table } = slots.room
    assert(table, `${slots.room.name} folded an event but keeps no state`)
    const row = slots.row(slot)
    if (row) this.#setRow(table, row)
    else this.#dropRow(table, [slot.lane, slot.key])
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
    for (const giveBack of this.#bookBefore.reverse()) giveBack()
    this.#ports.board?.rest()
  }

  /**
   * Gives the turn up as if it had not been, without asking the database: for a room that failed. Nothing is in flight,
   * so the lanes stand where they were, and every state this turn changed is read again.
   */
  undo(): void {
    this.abandon()
    for (const [slots, slot] of this.#changed) slots.forget(slot)
    if (this.#folding && this.#foldingSlot) this.#folding.forget(this.#foldingSlot)
    for (const [lane, head] of this.touched) {
      const owned = this.#ports.lanes.get(lane)
      if (owned) owned.head = head
    }
  }

  /** Whether other instances have to be poked. */
  get sentTo(): ReadonlySet<number> {
    return new Set(this.#inbox.map((row) => row.lane))
  }
}

function miss(missing: Map<Slots, Map<string, Needed>>, slots: Slots, key: string, by: Needed): void {
  const keys = missing.get(slots) ?? new Map<string, Needed>()
  keys.set(key, by)
  missing.set(slots, keys)
}

/** The room a step begins at, unless that is the first. */
function firstRoom({ special, seat }: Step): string | undefined {
  return special?.from ? seat.rooms[special.from]?.room.name : undefined
}

/** What came, in a word: the type of a report, the verb of an answer, the name of a timer. */
function nameOf(input: Input): string {
  if (input.kind === 'answer') return `answer to ${input.request.verb}`
  if (input.kind === 'timer') return `timer ${input.name}`
  return input.kind === 'heard' || input.kind === 'recorded' ? input.event.type : input.type
}

const lastTypes = (events: readonly JournalEvent[]): string =>
  [...new Set(events.slice(-12).map((event) => event.type))].join(', ')

/** A person lets a parked subject go on: the one input that is not kept. */
function isResume(input: Input): boolean {
  return input.kind === 'arrival' && input.type === RESUME
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
