import { LANES } from '../base/ids.ts'
import type { Scheduler } from '../base/scheduler.ts'
import type { InstanceRow, LaneRow, Store } from '../store/contract.ts'
import type { Journal } from './journal.ts'

/** After this long without a heartbeat an instance counts as paused and its lanes are taken. */
export const LEASE_MS = 10_000
/** A heartbeat that came this late says that we, too, were cut off from the database. */
const CUT_OFF_MS = 2_500
/** When the database was away, everybody's lock is free: so long the others have for taking theirs back. */
const RETURN_MS = 3_000

/** Asked first, then sent: nothing that is under way takes longer. If it does, the lanes are kept, and given later. */
const LONGEST_MS = 3 * LEASE_MS
/** How long a beat waits for what is under way in lanes that are to be given; what takes longer is for a later beat. */
const LEAVE_MS = 300

/** Lanes that were just taken. */
export interface LanesTaken {
  readonly rows: readonly LaneRow[]
  /**
   * By lane, the milliseconds from now in which calls of the owner before may still be under way. Absent for those it
   * gave back, and where its lease is over: calls end inside it.
   */
  readonly callsMs: ReadonlyMap<number, number>
}

/** What the keeper of lanes is opened with. */
export interface OwnershipPorts {
  readonly store: Store
  readonly scheduler: Scheduler
  /** Monotonic milliseconds: for our own lease, which no clock change may stretch. */
  readonly monotonic: () => number
  readonly journal: Journal
  /** Begins nothing of these lanes any more; answers, after so many milliseconds at most, whether nothing of them is under way. */
  readonly leaving: (lanes: ReadonlySet<number>, mostMs: number) => Promise<boolean>
  /** They are kept after all. */
  readonly staying: (lanes: ReadonlySet<number>) => void
  readonly id: string
  readonly address: string
  readonly beatMs?: number
  readonly trouble: (what: string, error: unknown) => void
}

interface Held {
  readonly lane: number
  readonly epoch: number
}

/**
 * Keeps this instance's share of the lanes: takes those of the dead at once, those of the paused after their lease,
 * and gives surplus lanes to newcomers when no turn is open.
 */
export class Ownership {
  readonly #ports: OwnershipPorts
  #beatAt = Number.NEGATIVE_INFINITY
  #cancel: (() => void) | undefined
  #stopped = false
  /** Until then a lock that is free says nothing about whether its owner lives. */
  #returningUntil = Number.NEGATIVE_INFINITY
  #others: readonly InstanceRow[] = []
  #owners: (string | null)[] = new Array(LANES).fill(null)
  #round: Promise<void> | undefined
  /** Lanes another instance is to get, once nothing of them is under way. */
  #leaving: { readonly lanes: readonly Held[]; readonly ended: Promise<boolean> } | undefined

  constructor(ports: OwnershipPorts) {
    this.#ports = ports
  }

  /** Enters the list of instances and takes what is free. Resolves when the first round is done. */
  async start(): Promise<void> {
    await this.#ports.store.register(this.#ports.id, this.#ports.address)
    await this.#beat()
    this.#plan()
  }

  /**
   * Gives all lanes back, in peace, and leaves the list. With calls still under way they are not given: whoever takes
   * them takes them as from the dead.
   */
  async stop({ givesBack = true } = {}): Promise<void> {
    this.#stopped = true
    this.#cancel?.()
    await this.#round
    const { store, id, journal } = this.#ports
    const held = journal.lanes.owned().map(({ lane, epoch }) => ({ lane, epoch }))
    journal.lose(new Set(held.map(({ lane }) => lane)))
    if (givesBack) await store.releaseLanes(id, held)
    await store.unregister(id)
  }

  /** Milliseconds of the lease that are left: attempts start only while this exceeds their timeout. */
  leaseLeftMs(): number {
    return this.#beatAt + LEASE_MS - this.#ports.monotonic()
  }

  /** The address of the instance that owns a lane, for a synchronous call; undefined when it is ours or free. */
  ownerOf(lane: number): string | undefined {
    const owner = this.#owners[lane]
    if (!owner || owner === this.#ports.id) return undefined
    return this.#others.find((instance) => instance.id === owner)?.address
  }

  /** How many living instances there are, this one included. */
  get living(): number {
    return Math.max(1, this.#others.length)
  }

  #plan(): void {
    if (this.#stopped) return
    this.#cancel = this.#ports.scheduler.after(this.#ports.beatMs ?? 1_000, () => {
      this.#round = this.#beat()
        .catch((error: unknown) => this.#ports.trouble('the heartbeat failed', error))
        .then(() => this.#plan())
    })
  }

  async #beat(): Promise<void> {
    const { store, id } = this.#ports
    const before = this.#ports.monotonic()
    await store.heartbeat(id)
    if (Number.isFinite(this.#beatAt) && before - this.#beatAt > CUT_OFF_MS) this.#returningUntil = before + RETURN_MS
    this.#beatAt = before
    const isReturning = before < this.#returningUntil
    const [instances, lanes] = [await store.instances(), await store.lanes()]
    const living = instances.filter((instance) => isLiving(instance, isReturning) || instance.id === id)
    this.#others = living
    this.#owners = ownersOf(lanes)
    await this.#forgetLost(lanes)
    if (!(await this.#giveSurplus(living, lanes))) await this.#takeFree(living, instances, lanes)
  }

  /** Lanes another instance took while we were paused: nothing of them may stay in memory. */
  async #forgetLost(lanes: readonly LaneRow[]): Promise<void> {
    const { journal, id } = this.#ports
    const lost = new Set<number>()
    for (const row of lanes) {
      const owned = journal.lanes.get(row.lane)
      if (owned && (row.owner !== id || row.epoch !== owned.epoch)) lost.add(row.lane)
    }
    if (lost.size > 0) await journal.quiet(async () => journal.lose(lost))
  }

  /** Answers whether lanes were given: then what was read of them is old. */
  async #giveSurplus(living: readonly InstanceRow[], lanes: readonly LaneRow[]): Promise<boolean> {
    const { journal, store, id } = this.#ports
    const share = Math.ceil(LANES / living.length)
    const owned = journal.lanes.owned()
    const hungry = living.some(
      (other) =>
        other.id !== id && lanes.filter((row) => row.owner === other.id).length < Math.floor(LANES / living.length),
    )
    if (owned.length <= share || !hungry) {
      this.#stay() // whoever was to get them is gone
      return false
    }
    this.#leaving ??= this.#leave(owned.slice(share))
    const isOver = await this.#haveLeft(this.#leaving.ended)
    if (isOver === undefined) return false
    if (!isOver) {
      this.#stay()
      return false
    }
    const { lanes: leaving } = this.#leaving
    this.#leaving = undefined
    await journal.quiet(async () => {
      const surplus = leaving.filter(({ lane, epoch }) => journal.lanes.get(lane)?.epoch === epoch)
      journal.lose(new Set(surplus.map(({ lane }) => lane)))
      await store.releaseLanes(id, surplus)
    })
    return true
  }

  #leave(surplus: readonly Held[]): { lanes: readonly Held[]; ended: Promise<boolean> } {
    const lanes = surplus.map(({ lane, epoch }) => ({ lane, epoch }))
    return { lanes, ended: this.#ports.leaving(numbersOf(lanes), LONGEST_MS) }
  }

  #stay(): void {
    if (!this.#leaving) return
    this.#ports.staying(numbersOf(this.#leaving.lanes))
    this.#leaving = undefined
  }

  /** Heartbeats go on while a call takes its time. */
  #haveLeft(ended: Promise<boolean>): Promise<boolean | undefined> {
    const late = Promise.withResolvers<undefined>()
    const cancel = this.#ports.scheduler.after(LEAVE_MS, () => late.resolve(undefined))
    return Promise.race([ended, late.promise]).finally(cancel)
  }

  async #takeFree(
    living: readonly InstanceRow[],
    instances: readonly InstanceRow[],
    lanes: readonly LaneRow[],
  ): Promise<void> {
    const { journal, store, id } = this.#ports
    const share = Math.ceil(LANES / living.length)
    const room = share - journal.lanes.owned().length
    if (room <= 0) return
    const livingIds = new Set(living.map((instance) => instance.id))
    const free = lanes.filter(
      (row) => row.owner === null || (row.owner !== id && !livingIds.has(row.owner)) || orphaned(row, id, journal),
    )
    const wanted = free.slice(0, room).map(({ lane, epoch }) => ({ lane, epoch }))
    if (wanted.length === 0) return
    const taken = await store.takeLanes(id, wanted)
    const callsMs = callsOf(wanted, free, instances)
    await journal.quiet(() => journal.take({ rows: taken, callsMs }))
    for (const row of taken) this.#owners[row.lane] = id
    if (instances.length > living.length && taken.length > 0) await journal.readInbox()
  }
}

const numbersOf = (lanes: readonly Held[]): Set<number> => new Set(lanes.map(({ lane }) => lane))

/** How long calls of the owners before may be under way: an attempt ends inside the lease it was begun in. */
function callsOf(
  wanted: readonly Held[],
  rows: readonly LaneRow[],
  instances: readonly InstanceRow[],
): Map<number, number> {
  const owners = new Map(rows.map(({ lane, owner }) => [lane, owner]))
  const silent = new Map(instances.map(({ id, silentMs }) => [id, silentMs]))
  const calls = new Map<number, number>()
  for (const { lane } of wanted) {
    const owner = owners.get(lane)
    if (!owner) continue
    const leftMs = LEASE_MS - (silent.get(owner) ?? 0)
    if (leftMs > 0) calls.set(lane, leftMs)
  }
  return calls
}

/** A lane that carries our name from before a restart under the same name, but is not in our book. */
function orphaned(row: LaneRow, id: string, journal: Journal): boolean {
  return row.owner === id && !journal.lanes.owns(row.lane)
}

function isLiving({ alive, silentMs }: InstanceRow, isReturning: boolean): boolean {
  return (alive || isReturning) && silentMs < LEASE_MS
}

function ownersOf(lanes: readonly LaneRow[]): (string | null)[] {
  const owners: (string | null)[] = new Array(LANES).fill(null)
  for (const row of lanes) owners[row.lane] = row.owner
  return owners
}
