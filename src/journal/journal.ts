import type { Clock } from '../base/clock.ts'
import type { IdMint } from '../base/ids.ts'
import type { Scheduler } from '../base/scheduler.ts'
import { laneOfSubject } from '../lifecycle/subject.ts'
import { CommitFailed, type InboxRow, type LaneMove, type LaneRow, type Row, type Store } from '../store/contract.ts'
import { Condemned } from './condemned.ts'
import type { Input, JournalEvent, Room } from './contract.ts'
import { errors } from './errors.ts'
import { decodeKept } from './kept-input.ts'
import { LaneBook } from './lane-book.ts'
import type { LanesTaken } from './ownership.ts'
import { keptName, type Parked, ParkedBook, parkedInputTable, parkedTable } from './parked.ts'
import { keyText, RecentKeys } from './recent-keys.ts'
import { RoomFailed } from './room-failed.ts'
import { Slots } from './slots.ts'
import type { StepBoard } from './step-board.ts'
import { type Timer, TimerBook, timerOf, timerTable } from './timers.ts'
import { type Needed, type Planned, planRooms, RESUME, type RoomPlan, Turn } from './turn.ts'
import type { FoundKey, Settlement, Work } from './work.ts'

/** What a committed turn tells those who follow in memory. */
export interface Committed {
  readonly events: readonly JournalEvent[]
  readonly planned: readonly Planned[]
  readonly at: number
}

/** What a journal is opened with. */
export interface JournalPorts {
  readonly store: Store
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly mint: IdMint
  readonly rooms: readonly Room[]
  /** Lowest request of a lane that delivery has not finished; undefined when all are. */
  readonly lowestOpen: (lane: number) => number | undefined
  /** Hears each committed turn, in order, before its senders are answered. */
  readonly committed: (turn: Committed) => void
  /** Hears of lanes taken and lost, so that delivery can fill and empty its books. */
  readonly lanesTaken: (taken: LanesTaken) => Promise<void>
  readonly lanesLost: (lanes: ReadonlySet<number>) => void
  /** Pokes the owners of these lanes: their inbox has rows. */
  readonly poke: (lanes: ReadonlySet<number>) => void
  /** Something went wrong that a person should see; the journal goes on by itself. */
  readonly trouble: (what: string, error: unknown) => void
  /** States kept in memory for each room. */
  readonly statesPerRoom?: number
  /** Where the supervisor reads which handler runs. */
  readonly board?: StepBoard
}

const SLICE = 256
const HEAVY = 1_500
/** How much a turn holds after one had to be taken back, so that the next poison costs little; it grows turn by turn. */
const HEAVY_AFTER_FAILURE = 500
const HEAVIER_BY = 250
/** Steps between two moments in which the doors are heard: a few milliseconds. */
const STEPS = 256
/** Pieces of work taken in between two such moments: what an order says is read here. */
const ADMITTED = 64
/** Turns after which states nobody asks for are let go: some ten seconds of a busy hub. */
const REST_TURNS = 1_000
/** Nobody waits for what a room answers: that the input is kept for a parked subject is enough. */
const NOBODY = null
/** Kept inputs of a resumed subject that are read at a time. */
const DRAINED = 200

/**
 * The journal: takes work, lets the rooms decide, commits turn after turn. One turn is in flight while the next one is
 * open and takes in what comes; it is committed strictly after.
 */
export class Journal {
  readonly lanes = new LaneBook()
  readonly timers = new TimerBook()
  readonly #ports: JournalPorts
  readonly #slots: readonly Slots[]
  readonly #plan: RoomPlan
  readonly #recentKeys = new RecentKeys()
  #queue: Work[] = []
  #heavy = HEAVY
  /** Work of turns that the database refused, in groups that are turned apart: halves of halves, until one is alone. */
  #apart: (readonly Work[])[] = []
  #turns = 0
  #inFlight: Promise<Failure | undefined> | undefined
  #wake: (() => void) | undefined
  #alarm: { at: number; cancel: () => void } | undefined
  #running: Promise<void> | undefined
  #closing = false
  #ended = false
  #lastNow = 0
  /** Inbox rows taken in, by name; the value is the reading during which they were settled, 0 while they are not. */
  readonly #inboxSeen = new Map<string, number>()
  readonly #fromInbox = new WeakSet<Work>()
  #readings = 0
  #reading: Promise<void> | undefined
  readonly #parked = new ParkedBook()
  readonly #condemned = new Condemned()
  /** Subjects whose kept inputs are being worked on. */
  readonly #draining = new Set<string>()

  constructor(ports: JournalPorts) {
    this.#ports = ports
    this.#slots = ports.rooms.map((room) => new Slots(room, ports.statesPerRoom ?? 5_000))
    this.#plan = planRooms(this.#slots)
  }

  /** Work waiting for a turn: the measure that admission at the doors goes by. */
  get depth(): number {
    let apart = 0
    for (const group of this.#apart) apart += group.length
    return this.#queue.length + apart
  }

  /** Puts work in line. It hears through `settled` or `failed`. */
  submit(work: Work): void {
    if (this.#closing) {
      work.failed(errors.CLOSED())
      return
    }
    this.#queue.push(work)
    this.#wake?.()
  }

  /** Starts turning. Lanes are taken with {@link take}. */
  start(): void {
    this.#running = this.#loop()
  }

  /** Finishes what is in line, commits it, and stops. */
  async close(): Promise<void> {
    this.#closing = true
    this.#alarm?.cancel()
    this.#wake?.()
    await this.#running
  }

  /** Makes lanes ours: loads their timers and inbox before their first append. */
  async take(taken: LanesTaken): Promise<void> {
    const { rows } = taken
    if (rows.length === 0) return
    const numbers = rows.map((row) => row.lane)
    const [timers, parked] = await Promise.all(
      [timerTable, parkedTable].map((table) => this.#ports.store.loadLanes(table, numbers)),
    )
    for (const slots of this.#slots) slots.drop(new Set(numbers))
    for (const row of rows) this.lanes.take(row)
    for (const row of timers ?? []) this.timers.set(timerOf(row))
    this.#parked.load(parked ?? [])
    try {
      await this.#ports.lanesTaken(taken)
      await this.#drainInbox()
    } catch (error) {
      // A lane whose deliveries could not be loaded is not ours yet: it is taken again, whole, at the next heartbeat.
      this.lose(new Set(numbers))
      throw error
    }
    this.#takeUpParked(new Set(numbers))
    this.#setAlarm()
    this.#wake?.()
  }

  /** Lets go of lanes: nothing of them stays in memory. Call when no turn is open, or after a fence. */
  lose(lanes: ReadonlySet<number>): void {
    for (const lane of lanes) this.lanes.lose(lane)
    for (const slots of this.#slots) slots.drop(lanes)
    this.timers.dropLanes(lanes)
    this.#parked.dropLanes(lanes)
    this.#ports.lanesLost(lanes)
  }

  /** Runs `act` when no turn is open or in flight: hand-over of lanes. */
  quiet<T>(act: () => Promise<T>): Promise<T> {
    if (this.#ended) return act() // no turn will open any more
    return new Promise((resolve, reject) => {
      this.#interludes.push(() => act().then(resolve, reject))
      this.#wake?.()
    })
  }

  /** Resolves when what stands in line now has been taken into a turn, or turned away. */
  passed(): Promise<void> {
    return new Promise((resolve) => {
      const over = () => resolve()
      this.submit({ admit: () => ({ inputs: [], immediate: true }), settled: over, failed: over })
    })
  }

  #interludes: (() => Promise<void>)[] = []

  /**
   * Brings the cursors of quiet lanes up to date: a lane's row is written only by turns that touch it, and marks below
   * a cursor are what may be swept.
   */
  tidy(): void {
    const behind = this.lanes.owned().filter(({ lane, delivered, committed }) => {
      const open = this.#ports.lowestOpen(lane)
      return delivered < (open === undefined ? committed : Math.min(open - 1, committed))
    })
    if (behind.length === 0) return
    this.submit({
      admit: () => ({ inputs: [], touches: behind.map(({ lane }) => lane) }),
      settled: () => {},
      failed: (error) => this.#ports.trouble('the cursors of quiet lanes could not be written', error),
    })
  }

  /** Takes in what other instances left for our lanes. */
  readInbox(): Promise<void> {
    this.#reading ??= this.#readInto((works) => {
      for (const work of works) this.submit(work)
    })
    return this.#reading
  }

  /** The inbox of lanes just taken goes before everything else in line: it is older. */
  async #drainInbox(): Promise<void> {
    const over = () => undefined // whoever began that reading hears how it ended
    while (this.#reading) await this.#reading.then(over, over)
    this.#reading = this.#readInto((works) => {
      const isBefore = (work: Work) => this.#fromInbox.has(work) // read while the lanes were being taken, and older
      const [before, behind] = [this.#queue.filter(isBefore), this.#queue.filter((work) => !isBefore(work))]
      this.#queue = [...before, ...works, ...behind]
    })
    await this.#reading
  }

  /** One reading at a time: what two of them saw could not be told from what came twice. */
  async #readInto(take: (works: readonly Work[]) => void): Promise<void> {
    try {
      take(await this.#inboxWorks())
    } finally {
      this.#reading = undefined
    }
  }

  async #inboxWorks(): Promise<Work[]> {
    const owned = this.lanes.owned().map((lane) => lane.lane)
    if (this.#closing || owned.length === 0) return []
    this.#readings += 1
    const rows = await this.#ports.store.readInbox(owned)
    rows.sort((a, b) => a.senderLane - b.senderLane || a.senderEpoch - b.senderEpoch || a.number - b.number)
    const works = rows.flatMap((row) => this.#inboxWork(row) ?? [])
    // A row settled before this reading began cannot be in a reading any more; one settled since may be.
    for (const [name, settledIn] of this.#inboxSeen) {
      if (settledIn !== 0 && settledIn < this.#readings) this.#inboxSeen.delete(name)
    }
    return works
  }

  #inboxWork(row: InboxRow): Work | undefined {
    const name = `${row.lane}/${row.senderLane}/${row.senderEpoch}/${row.number}`
    if (this.#inboxSeen.has(name) || !this.lanes.owns(row.lane)) return undefined
    this.#inboxSeen.set(name, 0)
    const input = decodeInput(row.body)
    let isOurs = false
    const work: Work = {
      admit: () => {
        // Its lane may have gone to another instance since: then the row is that one's, or is read again when it is back.
        isOurs = this.lanes.owns(row.lane)
        return isOurs ? { inputs: [input], inboxDone: row, answer: NOBODY } : { inputs: [], immediate: true }
      },
      settled: () => {
        if (isOurs) this.#inboxSeen.set(name, this.#readings)
        else this.#inboxSeen.delete(name)
      },
      failed: (error) => {
        this.#inboxSeen.delete(name)
        this.#ports.trouble(`inbox row ${name} failed`, error)
      },
    }
    this.#fromInbox.add(work)
    return work
  }

  async #loop(): Promise<void> {
    for (;;) {
      await this.#interlude()
      this.#takeDueTimers()
      if (this.depth === 0) {
        if (this.#inFlight) await this.#landed()
        if (this.depth === 0 && this.#closing && this.#interludes.length === 0) {
          this.#ended = true
          return
        }
        if (this.depth === 0 && this.#interludes.length === 0) await this.#sleep()
        continue
      }
      if (this.lanes.empty) {
        if (this.#inFlight) await this.#landed()
        this.#turnAway()
        continue
      }
      const turn = this.#open()
      const failure = await this.#fill(turn)
      if (await this.#landed(turn)) continue
      if (failure) await this.#recover({ turn, moves: [], error: failure.error, decided: false })
      else if (!turn.empty) this.#inFlight = this.#commit(turn)
    }
  }

  /** Without a lane nothing can be written, not even an inbox row: whoever asks hears so, and nothing is parked. */
  #turnAway(): void {
    const works = [...this.#apart.splice(0).flat(), ...this.#queue.splice(0)]
    for (const work of works) {
      this.#condemned.release(work)
      work.failed(errors.NO_LANES())
    }
  }

  async #interlude(): Promise<void> {
    while (this.#interludes.length > 0) {
      await this.#landed()
      await this.#interludes.shift()?.()
    }
  }

  /**
   * Waits for the commit in flight. A failed one is recovered here, after the turn that was computed on top of it is
   * given up, so that their work stays in order; answers whether there was one.
   */
  async #landed(onTop?: Turn): Promise<boolean> {
    const failure = await this.#inFlight
    this.#inFlight = undefined
    if (!failure) return false
    if (onTop) await this.#giveUp(onTop)
    await this.#recover(failure)
    return true
  }

  /** A turn computed on top of one that failed is worth nothing: its work goes back to the head of the line. */
  async #giveUp(turn: Turn): Promise<void> {
    turn.abandon()
    this.#putBack(turn.admitted.map((admitted) => admitted.work))
    await this.#refresh(new Set(turn.touched.keys()))
  }

  #open(): Turn {
    this.#turns += 1
    this.#lastNow = Math.max(this.#lastNow, this.#ports.clock.now())
    const rests = this.#turns % REST_TURNS === 0
    for (const slots of this.#slots) {
      if (rests) slots.rest()
      slots.openTurn = this.#turns
    }
    return new Turn(this.#lastNow, {
      plan: this.#plan,
      lanes: this.lanes,
      store: this.#ports.store,
      mint: this.#ports.mint,
      number: this.#turns,
      recentKeys: this.#recentKeys,
      encodeInput,
      lowestOpen: this.#ports.lowestOpen,
      isAwaited: (subject) => this.timers.isAwaited(subject),
      parked: this.#parked,
      condemned: this.#condemned,
      board: this.#ports.board,
    })
  }

  /** Fills an open turn: at least once, then with whatever comes while the commit before it is in flight. */
  async #fill(turn: Turn): Promise<{ error: unknown } | undefined> {
    try {
      let landed = this.#inFlight === undefined
      this.#inFlight?.then(() => {
        landed = true
        this.#wake?.()
      })
      for (;;) {
        const apart = this.#apart.shift()
        await this.#absorb(turn, apart ?? this.#queue.splice(0, SLICE), apart !== undefined)
        if (landed || apart || turn.weight > this.#heavy || this.#interludes.length > 0) return undefined
        if (this.#queue.length === 0) await this.#sleep()
        else await this.#ports.scheduler.yield()
        if (landed && this.#queue.length === 0) return undefined
      }
    } catch (error) {
      return { error }
    }
  }

  /** Takes work into an open turn. What was not admitted when the database went away goes back to the head of its line. */
  async #absorb(turn: Turn, batch: readonly Work[], apart: boolean): Promise<void> {
    let found: (readonly FoundKey[])[]
    try {
      found = await this.#lookUp(batch)
    } catch (error) {
      if (apart) this.#apart.unshift(batch)
      else this.#queue.unshift(...batch)
      throw new Unreachable(error)
    }
    for (let at = 0; at < batch.length; at += 1) {
      this.#admit(turn, batch[at] as Work, found[at] ?? [])
      if (at % ADMITTED === ADMITTED - 1) await this.#ports.scheduler.yield()
    }
    while (!turn.quiescent) {
      const missing = turn.run(STEPS)
      for (const [slots, needed] of missing) await this.#load(turn, slots, needed)
      if (missing.size === 0 && !turn.quiescent) await this.#ports.scheduler.yield()
    }
  }

  /** Work that cannot even say what it brings fails by itself. */
  #admit(turn: Turn, work: Work, found: readonly FoundKey[]): void {
    try {
      turn.admit(work, found)
    } catch (error) {
      if (turn.admitted.some((admitted) => admitted.work === work)) throw error
      this.#ports.trouble('a piece of work could not be admitted', error)
      work.failed(error)
    }
  }

  async #load(turn: Turn, slots: Slots, needed: ReadonlyMap<string, Needed>): Promise<void> {
    const asked = [...needed].map(([subject, { lane }]) => ({ lane, subject }))
    try {
      await slots.load(this.#ports.store, asked, (key, error) =>
        turn.unreadable(needed.get(key) as Needed, slots.room.name, error),
      )
    } catch (error) {
      throw error instanceof RoomFailed ? error : new Unreachable(error)
    }
  }

  async #lookUp(batch: readonly Work[]): Promise<(readonly FoundKey[])[]> {
    const claims = batch.flatMap((work) => work.claims ?? [])
    if (claims.length === 0) return []
    const rows = await this.#ports.store.findKeys(claims)
    if (rows.length === 0) return []
    const byText = new Map(rows.map((row) => [keyText(row.kind, row.hash), row]))
    return batch.map((work) =>
      (work.claims ?? []).flatMap((claim) => byText.get(keyText(claim.kind, claim.hash)) ?? []),
    )
  }

  async #commit(turn: Turn): Promise<Failure | undefined> {
    let moves: readonly LaneMove[] = []
    try {
      const writes = turn.writes()
      moves = writes.lanes
      await this.#ports.store.commit(writes)
    } catch (error) {
      return { turn, moves, error, decided: true }
    }
    this.#publish(turn, moves)
    return undefined
  }

  #publish(turn: Turn, moves: readonly LaneMove[]): void {
    turn.committed(moves)
    if (this.#heavy < HEAVY) this.#heavy += HEAVIER_BY
    for (const timer of turn.timers) {
      if (timer.dueAt === null) this.timers.cancel(timer.subject, timer.name)
      else this.timers.set(timer as Timer)
    }
    this.#setAlarm()
    this.#ports.committed({ events: turn.events, planned: turn.planned, at: turn.now })
    if (this.#condemned.size > 0) for (const { work } of turn.admitted) this.#condemned.release(work)
    for (const { work, answer, events, parked } of turn.admitted) {
      // Who needs no room's answer has it: what came is kept, and will be worked on.
      if (parked && answer === undefined) work.failed(errors.PARKED(parked))
      else work.settled({ answer, events, at: turn.now })
    }
    for (const { subject, reason } of turn.parked) {
      this.#condemned.subjects.delete(subject)
      this.#ports.trouble(`${subject} is parked`, new Error(reason))
    }
    for (const subject of turn.resumed) this.#drain(subject)
    if (turn.sentTo.size > 0) this.#ports.poke(turn.sentTo)
  }

  /**
   * After a failed commit, or one whose outcome is unknown: the lane rows are locked and read, memory of those lanes is
   * dropped, and the work turns again; in halves when the database refused it, until the one that fails is alone.
   */
  async #recover(failure: Failure): Promise<void> {
    const { turn, moves, error } = failure
    if (error instanceof RoomFailed) {
      this.#goOnWithout(turn, error)
      return
    }
    const rows = await this.#refresh(this.#concerned(turn), isFence(error))
    if (failure.decided && committedAfterAll(moves, rows)) {
      this.#publish(turn, moves)
      return
    }
    turn.abandon()
    const works = turn.admitted.map((admitted) => admitted.work)
    const reason = error instanceof CommitFailed ? error.reason : error instanceof Unreachable ? 'unknown' : 'refused'
    this.#ports.trouble(`a turn of ${works.length} failed (${reason})`, error)
    const [only] = turn.admitted
    if (reason !== 'refused' || !only) this.#putBack(works)
    else if (works.length > 1) {
      const half = works.length >> 1
      this.#apart.unshift(works.slice(0, half), works.slice(half))
    } else if (this.#condemned.judgeWhole(only, error)) this.#apart.unshift(works)
    else this.#letGo(only.work, error)
  }

  /** Work of a turn that was given up goes before everything that came later. */
  #putBack(works: readonly Work[]): void {
    if (works.length === 0) return
    if (this.#apart.length > 0) this.#apart.unshift(works)
    else this.#queue = [...works, ...this.#queue]
  }

  /**
   * A room failed where nothing could be parked at once: the turn is taken back in memory, without a question to the
   * database, and turned again with what is to blame parked.
   */
  #goOnWithout(turn: Turn, error: RoomFailed): void {
    turn.undo()
    this.#heavy = HEAVY_AFTER_FAILURE
    const failed = turn.admitted[error.blame.work]
    const works = turn.admitted.map((admitted) => admitted.work)
    if (!failed || this.#condemned.judge(failed, error.blame, error)) this.#putBack(works)
    else {
      this.#putBack(works.filter((work) => work !== failed.work))
      this.#letGo(failed.work, error)
    }
  }

  /** It could not even be parked. */
  #letGo(work: Work, error: unknown): void {
    this.#condemned.release(work)
    this.#ports.trouble('a piece of work failed, and it could not be parked', error)
    work.failed(error)
  }

  /** The lanes a failed turn touched; any one of ours when it got no further than a question to the database. */
  #concerned(turn: Turn): ReadonlySet<number> {
    if (turn.touched.size > 0) return new Set(turn.touched.keys())
    const [any] = this.lanes.owned()
    return new Set(any ? [any.lane] : [])
  }

  /**
   * Reads the lanes as they are, waiting for the database as long as it takes, and forgets what is not so. After a
   * fence all lanes are looked at: an instance that was paused has lost them all, not only those it just touched.
   */
  async #refresh(lanes: ReadonlySet<number>, all = false): Promise<readonly LaneRow[]> {
    if (lanes.size === 0) return []
    const asked = all ? new Set([...lanes, ...this.lanes.owned().map((owned) => owned.lane)]) : lanes
    const rows = await this.#settle([...asked])
    for (const slots of this.#slots) slots.drop(lanes)
    const lost = new Set<number>()
    for (const row of rows) {
      const owned = this.lanes.get(row.lane)
      if (!owned) continue
      if (owned.epoch !== row.epoch || row.owner === null) lost.add(row.lane)
      else if (lanes.has(row.lane)) {
        owned.head = row.head
        owned.committed = row.head
        owned.delivered = row.delivered
      }
    }
    if (lost.size > 0) this.lose(lost)
    return rows
  }

  async #settle(lanes: readonly number[]): Promise<LaneRow[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#ports.store.settle(lanes)
      } catch (error) {
        this.#ports.trouble(`the database does not answer (attempt ${attempt})`, error)
        await new Promise<void>((resolve) => this.#ports.scheduler.after(Math.min(100 * attempt, 2_000), resolve))
      }
    }
  }

  /** The parked subjects of the lanes this instance owns. */
  get parked(): ParkedBook {
    return this.#parked
  }

  /**
   * Lets a parked subject be worked on again: first what was kept, in order, then what comes. Works for lanes owned
   * elsewhere too, through their inbox. The answer says what was kept; undefined where another instance does it, or the
   * subject was not parked.
   */
  resume(subject: string, by: string): Promise<Settlement> {
    const input = (at: number): Input => ({
      kind: 'arrival',
      type: RESUME,
      subject,
      source: by,
      occurredAt: at,
      data: { by },
    })
    return new Promise((settled, failed) => {
      this.submit({ admit: (_found, { now }) => ({ inputs: [input(now)] }), settled, failed })
    })
  }

  /** Lanes were taken: what the supervisor parked is said, and what was resumed before goes on. */
  #takeUpParked(lanes: ReadonlySet<number>): void {
    for (const { lane, subject, told, resumedBy } of this.#parked.all()) {
      if (!lanes.has(lane)) continue
      if (!told) this.#say(subject)
      if (resumedBy !== undefined) this.#drain(subject)
    }
  }

  #say(subject: string): void {
    this.submit({
      admit: () => (this.#parked.get(subject) ? { inputs: [], parks: subject } : { inputs: [], immediate: true }),
      settled: () => {},
      failed: (error) => this.#ports.trouble(`that ${subject} is parked could not be said`, error),
    })
  }

  /** Works on what was kept for a resumed subject, so many at a time, until nothing is left or one of them fails. */
  #drain(subject: string): void {
    const parked = this.#parked.get(subject)
    if (parked?.resumedBy === undefined || this.#draining.has(subject)) return
    this.#draining.add(subject)
    const over = () => {
      this.#draining.delete(subject)
      this.#drain(subject)
    }
    this.#drainPage(parked, over).catch((error: unknown) => {
      this.#ports.trouble(`what was kept for ${subject} could not be read`, error)
      this.#ports.scheduler.after(1_000, over)
    })
  }

  async #drainPage(parked: Parked, over: () => void): Promise<void> {
    const { lane, subject, first, next } = parked
    const numbers = Array.from({ length: Math.min(next - first, DRAINED) }, (_, at) => first + at)
    const asked = numbers.map((number) => ({ lane, subject: keptName(subject, number) }))
    const rows = await this.#ports.store.loadRows(parkedInputTable, asked)
    // The last ones may be of a turn that is not committed yet.
    const there = rows.slice(0, rows.includes(undefined) ? rows.indexOf(undefined) : rows.length)
    if (there.length === 0) this.#ports.scheduler.after(100, over)
    there.forEach((row, at) => {
      const isLast = at === there.length - 1
      this.submit(this.#drained(subject, numbers[at] as number, row as Row, isLast ? over : () => {}))
    })
  }

  #drained(subject: string, number: number, row: Row, over: () => void): Work {
    const kept = decodeKept(row[2] as Uint8Array)
    return {
      admit: () => {
        const parked = this.#parked.get(subject)
        // An earlier one failed, or its lane has gone to another instance: this one stays where it is.
        if (parked?.resumedBy === undefined || parked.first !== number) return { inputs: [], immediate: true }
        return { inputs: [kept.input], drained: { kept, number }, answer: NOBODY }
      },
      settled: over,
      failed: (error) => {
        this.#ports.trouble(`a kept input of ${subject} could not be worked on`, error)
        if (this.#closing) this.#draining.delete(subject)
        else this.#ports.scheduler.after(1_000, over)
      },
    }
  }

  #takeDueTimers(): void {
    for (const timer of this.timers.takeDue(this.#ports.clock.now(), 1_000)) {
      const input: Input = { kind: 'timer', subject: timer.subject, name: timer.name, dueAt: timer.dueAt }
      this.#queue.push({
        admit: () =>
          this.lanes.owns(laneOfSubject(timer.subject))
            ? { inputs: [input], deletes: [[timerTable, [timer.lane, timer.subject, timer.name]]], answer: NOBODY }
            : { inputs: [], immediate: true },
        settled: () => {},
        failed: (error) => this.#ports.trouble(`timer ${timer.name} of ${timer.subject} failed`, error),
      })
    }
  }

  #setAlarm(): void {
    const due = this.timers.nextDue()
    if (this.#alarm && this.#alarm.at === due) return
    this.#alarm?.cancel()
    this.#alarm = undefined
    if (due === undefined || this.#closing) return
    const wait = Math.max(1, due - this.#ports.clock.now())
    const cancel = this.#ports.scheduler.after(Math.min(wait, 60_000), () => {
      this.#alarm = undefined
      this.#wake?.()
      this.#setAlarm()
    })
    this.#alarm = { at: due, cancel }
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined
        resolve()
      }
    })
  }
}

/** The database did not answer a read: nobody's work is to blame, all of it turns again. */
class Unreachable extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.name = 'Unreachable'
  }
}

interface Failure {
  readonly turn: Turn
  readonly moves: readonly LaneMove[]
  readonly error: unknown
  /** False when it failed before it was sent to the database. */
  readonly decided: boolean
}

function isFence(error: unknown): boolean {
  return error instanceof CommitFailed && error.reason === 'fenced'
}

/** A commit whose answer was lost is there when a head it moved is where it moved it, under our epoch. */
function committedAfterAll(moves: readonly LaneMove[], rows: readonly LaneRow[]): boolean {
  const moved = moves.filter((move) => move.newHead > move.oldHead)
  if (moved.length === 0) return false
  return moved.every((move) =>
    rows.some((row) => row.lane === move.lane && row.epoch === move.epoch && row.head === move.newHead),
  )
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

function encodeInput(input: Input): Uint8Array {
  return encoder.encode(JSON.stringify(input))
}

function decodeInput(body: Uint8Array): Input {
  return JSON.parse(decoder.decode(body)) as Input
}
