import type { Random } from '../base/random.ts'
import type { Priority } from '../journal/route.ts'
import { Histogram } from './metrics.ts'
import { unproved } from './unproved.ts'

/** Why something is not let in. */
export type RefusalReason = 'quota' | 'share' | 'load' | 'bytes' | 'disk'

/** What is not let in, and when it may come again. */
export interface Refusal {
  readonly reason: RefusalReason
  readonly retryAfterSeconds: number
}

/** What admission goes by; everything in it is known before a body is read. */
export interface Entrant {
  readonly priority: Priority
  /** Name of the key it came with or of the system that has it, or of whom its head names. */
  readonly caller: string
  /** As its head announces it, and more once more has come ({@link Admission.grow}); 0 without a body. */
  bytes: number
  /** Reads, and whoever waits for more than the commit: they are counted, but say nothing about the journal. */
  readonly isRead: boolean
  /** Brings something in: what a full disk closes. Operators' own acts go on. */
  readonly isIntake: boolean
  /** Its sender has shown a key, or signed it. Whoever has not may say anything. */
  readonly isProved: boolean
}

/** How much is let in. */
export interface AdmissionSettings {
  /** Time from a request's head to its commit at which new work of lower classes stays outside. */
  readonly targetMs: number
  /** Places there are while it is not known yet what is finished in time. */
  readonly placesAtFirst: number
  /** Bodies of work that is not answered yet, all together. */
  readonly mostBytes: number
  /** Reads under way, all together. */
  readonly mostReads: number
}

export const ADMISSION: AdmissionSettings = {
  targetMs: 60,
  placesAtFirst: 1_024,
  mostBytes: 192 * 1024 * 1024,
  mostReads: 512,
}

/**
 * The part of the room up to which work of a class is let in. Class 0 has a room of its own, as large as that of all
 * others together: what is urgent waits for nothing but its like.
 */
const ROOM: readonly number[] = [1, 0.7, 0.5, 0.3, 0.2]
/** However slow the hub is, so much of class 0 may wait: a moment's standstill must not turn it away. */
const LEAST_URGENT = 128
/** What a class is let in all the same, as a part of what is finished: under pressure it gets older, but never starves. */
const TRICKLE: readonly number[] = [0, 0.1, 0.05, 0.02, 0.01]
const MOST_CREDIT = 4
/** So much of its class's room whoever comes may fill; the rest is for senders that have less than their share. */
const BORROWED = 0.75
/** And so much over it: what a flood took just now must not cost those who send little. */
const CROWDED = 1.25
/** Nobody sends evenly: who takes its share on average now and then has half as much again inside. */
const UNEVEN = 1.5

/**
 * What nobody has proved yet has a room of its own, as a part of the whole, whatever class its door has: an address and a
 * name are easily said. It is left at the proof, and counts in its class from then on.
 */
const UNPROVED_ROOM = 0.25
const LEAST_UNPROVED = 16
/** Of the memory for bodies, all classes but the urgent one together. */
const COMMON_BYTES = 0.875

const LEAST = 16
const MOST = 8_192
/** Times the latency of a hub at rest: a database far away is not overload. */
const AT_REST = 3
const MOST_TARGET_MS = 1_000
/** A batch counts as many, so that a sender of batches has no larger share than a sender of single ones. */
const BYTES_PER_PLACE = 4_096
const MOST_PLACES = 16
const SEEN_MS = 1_000
/** Answers a refused sender waits for, at most. */
const LONGEST_WAIT_SECONDS = 30
/**
 * More than this many times what seems possible is never let in, so that a flood that comes all at once does not stand in
 * line before it is noticed. What seems possible: what is done, and the part of the time the hub was busy doing it.
 */
const HEADROOM = 2
/** Fewer places a millisecond say nothing about what is possible. */
const LEAST_SPEED = 0.05
/** Ticks over which throughput is taken, and how many such throughputs the best is looked for among: 2 s. */
const WINDOWS = 5
const REMEMBERED = 40
/** Ticks in which something was finished before what seems possible is believed: a hub that has just begun is slow. */
const KNOWN_AFTER = 40
/** Nothing finished for so long is more than a moment's standstill of the disk or the collector of garbage. */
const STALLED_MS = 1_000
/** Ticks in a row, of those in which something was finished: fewer are what waited through a standstill, or came at once. */
const SLOW_TICKS = 10

const WAIT_BUCKETS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5]

interface Standing {
  places: number
  seenAt: number
}

/** Counts of one class, for the metrics. */
export interface ClassCounts {
  accepted: number
  readonly refused: Record<RefusalReason, number>
  /** From the head of a request to the answer, of what brought something in. */
  readonly waits: Histogram
}

/** How much is inside. */
export interface RoomView {
  /** Places taken, and how many there are. */
  readonly inside: number
  readonly limit: number
  /** Places of what nobody has proved yet, beside those. */
  readonly unproved: number
  readonly bytes: number
  readonly reads: number
}

/** How often {@link Admission.tick} is to be called. */
export const TICK_MS = 50

/**
 * Says who is let in while there is more than can be done. What is inside and not answered yet is held to what the hub
 * finishes within `targetMs`, by its own throughput; each class may fill only a part of that, each sender only its share
 * of its class once there is a crowd. Deciding costs a few comparisons, and nothing has been read by then.
 *
 * @example
 * const admission = new Admission({ random })
 * const refusal = admission.enter(entrant)
 * if (!refusal) admission.leave(entrant, waitedMs, true)
 */
export class Admission {
  readonly #settings: AdmissionSettings
  readonly #random: Random
  readonly #counts: readonly ClassCounts[]
  readonly #standings: readonly Map<string, Standing>[]
  /** Of those that have proved nothing yet, by the name that was said. */
  readonly #claims = new Map<string, Standing>()
  readonly #credit: number[] = [0, 0, 0, 0, 0]
  /** A class from which on nothing is taken in, since the disk is nearly full; 5 when all are. */
  closedFrom = 5
  /** Whether a sender has used up what it may send; told of each entry, asked before. */
  quota: { spent(caller: string): number; take(caller: string): void } | undefined
  #limit: number
  #places = 0
  /** Of them, class 0. */
  #urgent = 0
  /** Not among them. */
  #unproved = 0
  #bytes = 0
  /** Of them, of what nobody has proved. */
  #unprovedBytes = 0
  #reads = 0
  #now = 0
  #atRestMs = 0
  #slowTicks = 0
  #busyTicks = 0
  #busy = 0
  /** Of the time since the last tick. */
  #peak = 0
  #finished = 0
  #finishedPlaces = 0
  #waitedMs = 0
  #entered = 0
  #refused = 0
  #stalledSince: number | undefined
  readonly #recent: { places: number; ms: number }[] = []
  readonly #throughputs: number[] = []
  #spread = 2

  constructor(ports: { readonly random: Random; readonly settings?: Partial<AdmissionSettings> }) {
    this.#random = ports.random
    this.#settings = { ...ADMISSION, ...ports.settings }
    this.#limit = this.#settings.placesAtFirst
    this.#counts = ROOM.map(() => ({
      accepted: 0,
      refused: { quota: 0, share: 0, load: 0, bytes: 0, disk: 0 },
      waits: new Histogram(WAIT_BUCKETS),
    }))
    this.#standings = ROOM.map(() => new Map())
  }

  /** There is so much inside that it is worth asking before a request is even routed. */
  get isStrained(): boolean {
    return this.#places > this.#limit * 0.25 || this.closedFrom < 5 || this.quota !== undefined
  }

  /** By class. */
  get counts(): readonly ClassCounts[] {
    return this.#counts
  }

  /** What is inside, and how much of it may be. */
  get room(): RoomView {
    return {
      inside: this.#places,
      limit: Math.round(this.#limit),
      unproved: this.#unproved,
      bytes: this.#bytes,
      reads: this.#reads,
    }
  }

  /** Whether work of this class would be taken in now, whoever brings it: doorways that can leave things where they are. */
  isOpenTo(priority: Priority): boolean {
    return priority < this.closedFrom && (priority === 0 || this.#places < this.#limit * (ROOM[priority] as number))
  }

  /** Lets in, or says why not. Whoever was let in must {@link Admission.leave}. */
  enter(entrant: Entrant): Refusal | undefined {
    const reason = this.#reasonAgainst(entrant, true)
    if (reason) return this.refuse(entrant.priority, reason, nameIn(entrant))
    this.#take(entrant)
    return undefined
  }

  /** Why this one would not be let in; nothing is counted. */
  reasonAgainst(entrant: Entrant): RefusalReason | undefined {
    return this.#reasonAgainst(entrant, false)
  }

  /** Counts a refusal, and says when to come again. */
  refuse(priority: Priority, reason: RefusalReason, caller: string): Refusal {
    const counts = this.#counts[priority] as ClassCounts
    counts.refused[reason] += 1
    this.#refused += 1
    const earliest = reason === 'quota' ? (this.quota?.spent(caller) ?? 0) / 1_000 : 0
    const seconds = 1 + Math.floor(earliest + this.#random.next() * this.#spread)
    return { reason, retryAfterSeconds: Math.min(LONGEST_WAIT_SECONDS, seconds) }
  }

  /** Gives the place back. `isTaken`: it was taken in, so the time it took is the hub's and not a fault's. */
  leave(entrant: Entrant, waitedMs: number, isTaken: boolean): void {
    this.stepDown(entrant)
    // Answering what nobody proved says nothing about what the hub can do.
    if (entrant.isRead || !entrant.isProved) return
    this.#finishedPlaces += placesOf(entrant.bytes)
    if (!isTaken) return
    this.#finished += 1
    this.#waitedMs += waitedMs
    this.#counts[entrant.priority]?.waits.observe(waitedMs / 1_000)
  }

  /** Its sender has proved itself. Answers what it is from now on: this is what has to {@link Admission.leave}. */
  prove(entrant: Entrant): Entrant {
    if (entrant.isProved) return entrant
    const proved: Entrant = { ...entrant, isProved: true }
    this.stepDown(entrant)
    this.stand(proved)
    return proved
  }

  /**
   * So much of a body has come, more than its head announced; a head may announce nothing, or what is packed. Where there
   * is no room for it nothing is counted, and its sender is to be told.
   */
  grow(entrant: Entrant, bytes: number): Refusal | undefined {
    const { priority, isRead, isProved } = entrant
    const more = bytes - entrant.bytes
    if (!this.#hasBytesFor(entrant, more, entrant.bytes)) return this.refuse(priority, 'bytes', nameIn(entrant))
    this.#bytes += more
    if (!isProved) this.#unprovedBytes += more
    const places = placesOf(bytes) - placesOf(entrant.bytes)
    if (places > 0 && !isRead) this.#addPlaces(entrant, places)
    entrant.bytes = bytes
    return undefined
  }

  /**
   * Keeps a place for one that is before the door and would be let in; nothing is counted yet. It must
   * {@link Admission.stepDown} before it enters, or when it does not come.
   */
  stand(entrant: Entrant): void {
    const { bytes, isRead, isProved } = entrant
    this.#bytes += bytes
    if (!isProved) this.#unprovedBytes += bytes
    if (isRead) {
      this.#reads += 1
      return
    }
    if (isProved && this.#places === 0) this.#stalledSince = this.#now
    this.#addPlaces(entrant, placesOf(bytes))
  }

  /** Gives up a place that was kept, or taken. */
  stepDown(entrant: Entrant): void {
    const { bytes, isRead, isProved } = entrant
    this.#bytes -= bytes
    if (!isProved) this.#unprovedBytes -= bytes
    if (isRead) {
      this.#reads -= 1
      return
    }
    this.#addPlaces(entrant, -placesOf(bytes))
    if (isProved) this.#stalledSince = this.#places > 0 ? this.#now : undefined
  }

  /** Takes stock, every {@link TICK_MS}: monotonic milliseconds, and for what part of the time since the hub was busy. */
  tick(now: number, busy?: number): void {
    const lateMs = this.#now === 0 ? 0 : now - this.#now - TICK_MS
    const ms = this.#now === 0 ? TICK_MS : now - this.#now
    this.#now = now
    this.#recent.push({ places: this.#finishedPlaces, ms })
    if (this.#recent.length > WINDOWS) this.#recent.shift()
    this.#throughputs.push(this.#throughput())
    if (this.#throughputs.length > REMEMBERED) this.#throughputs.shift()
    this.#busy += ((busy ?? 0) - this.#busy) / WINDOWS
    this.#adapt(this.#latency(lateMs))
    this.#grantCredit()
    this.#spread = this.#spreadNow()
    this.#forget(now)
    this.#peak = this.#places
    this.#finished = 0
    this.#finishedPlaces = 0
    this.#waitedMs = 0
    this.#entered = 0
    this.#refused = 0
  }

  #reasonAgainst(entrant: Entrant, takesCredit: boolean): RefusalReason | undefined {
    const { priority, caller, bytes, isRead, isIntake, isProved } = entrant
    if (isRead && priority === 0 && !isIntake) return undefined
    if (this.quota && this.quota.spent(nameIn(entrant)) > 0) return 'quota'
    if (isIntake && priority >= this.closedFrom) return 'disk'
    if (bytes > 0 && !this.#hasBytesFor(entrant, bytes, 0)) return 'bytes'
    if (isRead && this.#reads >= this.#settings.mostReads * (priority === 0 ? 2 : 1)) return 'load'
    if (!isProved && !isRead) {
      const room = Math.max(LEAST_UNPROVED, this.#limit * UNPROVED_ROOM)
      const reason = reasonIn(room, this.#unproved, this.#claims, caller)
      if (reason) return reason
    }
    const standings = this.#standings[priority] as Map<string, Standing>
    if (priority === 0) return reasonIn(Math.max(LEAST_URGENT, this.#limit), this.#urgent, standings, caller)
    const room = this.#limit * (ROOM[priority] as number)
    if (this.#places < room * BORROWED) return undefined
    const share = isRead ? undefined : shareLeft(standings, caller, room)
    if (share !== undefined && share > 0 && this.#places < room * CROWDED) return undefined
    if (this.#places < room) return share === undefined ? undefined : 'share'
    return this.#hasCredit(priority, takesCredit) ? undefined : 'load'
  }

  /** Whether there is room for so many more bytes of it, which has so many inside already. */
  #hasBytesFor({ priority, isProved }: Entrant, more: number, own: number): boolean {
    const { mostBytes } = this.#settings
    const doubted = this.#unprovedBytes
    if (!isProved && doubted > own && doubted + more > mostBytes * UNPROVED_ROOM) return false
    const most = priority === 0 && isProved ? mostBytes : mostBytes * COMMON_BYTES
    return this.#bytes === own || this.#bytes + more <= most
  }

  /** Places it takes, or gives back: in the room of the unproved, or in its class. */
  #addPlaces({ priority, caller, isProved }: Entrant, places: number): void {
    if (isProved) {
      this.#places += places
      if (priority === 0) this.#urgent += places
      if (this.#places > this.#peak) this.#peak = this.#places
    } else this.#unproved += places
    const standings = isProved ? (this.#standings[priority] as Map<string, Standing>) : this.#claims
    const mine = standings.get(caller)
    if (mine) {
      mine.places += places
      if (places > 0) mine.seenAt = this.#now
    } else if (places > 0) standings.set(caller, { places, seenAt: this.#now })
  }

  #hasCredit(priority: Priority, takes: boolean): boolean {
    if ((this.#credit[priority] as number) < 1) return false
    if (takes) (this.#credit[priority] as number) -= 1
    return true
  }

  #take(entrant: Entrant): void {
    ;(this.#counts[entrant.priority] as ClassCounts).accepted += 1
    this.quota?.take(nameIn(entrant))
    this.#entered += 1
    this.stand(entrant)
  }

  /** How long work takes now: what was finished since the last tick, or how long nothing was, or how late this is. */
  #latency(lateMs: number): number {
    const stalled = this.#stalledSince === undefined ? 0 : this.#now - this.#stalledSince
    return Math.max(this.#meanWaitMs, stalled > STALLED_MS ? stalled : 0, lateMs > TICK_MS ? lateMs : 0)
  }

  get #meanWaitMs(): number {
    return this.#finished > 0 ? this.#waitedMs / this.#finished : 0
  }

  /**
   * Too slow: no more inside than is finished within the target, by half at a time. Fast and well filled: a little more.
   * The target is never below what the same hub takes when it is nearly empty; what it can finish is the best it did
   * lately; and a few slow ticks are no overload, so that a short standstill turns nobody away.
   */
  #adapt(latencyMs: number): void {
    if (this.#finished > 0 && this.#peak <= LEAST) this.#atRestMs += (this.#meanWaitMs - this.#atRestMs) / 8
    const target = Math.min(MOST_TARGET_MS, Math.max(this.#settings.targetMs, AT_REST * this.#atRestMs))
    if (this.#finished > 0) this.#busyTicks += 1
    const isKnown = this.#finished > 0 || latencyMs > 0
    if (isKnown) this.#slowTicks = latencyMs > target ? this.#slowTicks + 1 : 0
    if (this.#slowTicks >= SLOW_TICKS && this.#peak > LEAST) {
      const finishable = Math.max(...this.#throughputs) * target
      this.#limit = Math.max(LEAST, this.#limit / 2, Math.min(this.#limit, finishable))
    } else if (this.#finished > 0 && this.#peak > this.#limit / 2 && latencyMs < target * 0.9) {
      this.#limit = Math.min(MOST, this.#limit * 1.04 + 1)
    }
    this.#limit = Math.max(LEAST, Math.min(this.#limit, this.#possible() * target * HEADROOM))
    // Nothing is known of a hub at rest; what it may do is what it might do at first.
    if (this.#throughput() < LEAST_SPEED && this.#peak <= LEAST)
      this.#limit = Math.max(this.#limit, Math.min(this.#limit * 1.2 + 1, this.#settings.placesAtFirst))
  }

  /**
   * Places a millisecond that the hub seems able to finish, when it is busy all the time. Squared, since the more there is
   * to do, the more is done in one turn and the less each costs.
   */
  #possible(): number {
    const isKnown = this.#busyTicks >= KNOWN_AFTER && this.#throughput() >= LEAST_SPEED
    if (this.#busy === 0 || !isKnown) return Number.POSITIVE_INFINITY
    return Math.max(...this.#throughputs) / this.#busy ** 2
  }

  /** Places a millisecond. */
  #throughput(): number {
    let places = 0
    let ms = 0
    for (const window of this.#recent) {
      places += window.places
      ms += window.ms
    }
    return ms > 0 ? places / ms : 0
  }

  #grantCredit(): void {
    for (let priority = 0; priority < TRICKLE.length; priority += 1) {
      const granted = (this.#credit[priority] as number) + this.#finished * (TRICKLE[priority] as number)
      this.#credit[priority] = Math.min(MOST_CREDIT, granted)
    }
  }

  /** Who is refused comes again when the crowd may be through: spread over more seconds the larger it is. */
  #spreadNow(): number {
    const now = this.#refused === 0 ? 2 : (2 * this.#refused) / Math.max(1, this.#entered)
    return Math.min(LONGEST_WAIT_SECONDS - 1, Math.max(2, this.#spread * 0.9 + now * 0.1))
  }

  #forget(now: number): void {
    for (const standings of this.#standings) forgetIn(standings, now)
    forgetIn(this.#claims, now)
  }
}

/** Under which name its quota is kept. */
const nameIn = ({ caller, isProved }: Entrant): string => (isProved ? caller : unproved(caller))

function forgetIn(standings: Map<string, Standing>, now: number): void {
  for (const [caller, { places, seenAt }] of standings)
    if (places <= 0 && now - seenAt > SEEN_MS) standings.delete(caller)
}

/** How much of an equal part of a room a sender has not taken; undefined while it is alone. */
function shareLeft(standings: ReadonlyMap<string, Standing>, caller: string, room: number): number | undefined {
  const mine = standings.get(caller)
  const senders = standings.size + (mine ? 0 : 1)
  return senders > 1 ? (room * UNEVEN) / senders - (mine?.places ?? 0) : undefined
}

/** Why there is no place for one more of this sender in a room that is for its like alone. */
function reasonIn(
  room: number,
  inside: number,
  standings: ReadonlyMap<string, Standing>,
  caller: string,
): RefusalReason | undefined {
  if (inside < room * BORROWED) return undefined
  const share = shareLeft(standings, caller, room)
  if (share === undefined) return inside < room ? undefined : 'load'
  if (share <= 0) return 'share'
  return inside < room * CROWDED ? undefined : 'load'
}

const placesOf = (bytes: number): number => Math.min(MOST_PLACES, 1 + Math.floor(bytes / BYTES_PER_PLACE))
