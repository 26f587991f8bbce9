import { isKept } from '../journal/is-kept.ts'
import { type Depot, TRY_AGAIN_MS } from './depot.ts'
import type { Lot } from './lot.ts'
import { type Parcel, parcelOf } from './parcel.ts'
import { isHungry, readBack } from './read-back.ts'
import type { Group } from './shelf.ts'
import type { Waiting } from './waiting.ts'
import { type WaitingRows, type Written, waitingNote } from './waiting-rows.ts'
import type { WayOut } from './way-out.ts'

/** No wait for the next attempt is longer: what a target may ask for. */
const LONGEST_WAIT_MS = 3_600_000

/** Into the window of a target, or onto its shelf while others go first, and back from there in order. */
export class WayIn {
  readonly #depot: Depot
  readonly #rows: WaitingRows
  readonly #wayOut: WayOut

  constructor(depot: Depot, rows: WaitingRows, wayOut: WayOut) {
    this.#depot = depot
    this.#rows = rows
    this.#wayOut = wayOut
  }

  /** A request that is on disk in the journal only: into the window of its target, or behind what waits on its shelf. */
  takeIn(parcel: Parcel): Lot | undefined {
    const { request } = parcel
    const lot = this.#depot.lots.get(request.target)
    if (!lot) {
      void this.#rows.setAside(parcel, 'parked', `There is no system named ${request.target}.`)
      return undefined
    }
    if (lot.hasRoomFor(request.chain)) this.#enqueue(lot, parcel)
    else this.shelve(lot, parcel)
    return lot
  }

  /** To disk, and out of memory once it is there. Until then nothing of its chain is read back. */
  shelve(lot: Lot, parcel: Parcel): void {
    const { chain } = parcel.request
    const { shelf } = lot
    if (shelf.quiet) lot.countGroups()
    shelf.putting(chain)
    this.#shelveSurely(lot, parcel)
      .then((written) => {
        shelf.put(chain)
        shelf.left(parcel)
        if (written === 'written') shelf.holds(shelf.groupOf(parcel.class, parcel.request.partner ?? ''), 1)
        this.readBack(lot)
      })
      .catch((error: unknown) => this.#depot.ports.trouble('a request could not be put on the shelf', error))
  }

  /** Fills the window of a target from its shelf, as long as something comes. */
  readBack(lot: Lot): void {
    const { stopped, taking, ports } = this.#depot
    if (stopped || taking > 0 || lot.shelf.quiet || !isHungry(lot) || !lot.shelf.beginReading()) return
    readBack(lot, {
      store: ports.store,
      lanes: ports.lanes,
      generation: () => this.#depot.generation,
      enqueue: (of, waiting, group) => this.#bringBack(of, waiting, group),
    })
      .then(
        (came) => came > 0,
        (error: unknown) => {
          ports.trouble(`what waits for ${lot.target.name} could not be read`, error)
          return false
        },
      )
      .then((more) => {
        lot.shelf.endReading()
        this.#wayOut.pump(lot)
        if (more) this.readBack(lot)
        else if (isHungry(lot)) ports.scheduler.after(TRY_AGAIN_MS, () => this.readBack(lot))
      })
      .catch((error: unknown) => ports.trouble(`delivery to ${lot.target.name} failed inside`, error))
  }

  #enqueue(lot: Lot, parcel: Parcel): void {
    if (lot.enqueue(parcel)) this.#wayOut.line(lot, parcel)
    else if (!parcel.row && lot.chains.get(parcel.request.chain)?.[0]?.row) {
      // Behind one that waits: it will not go at once either.
      this.#rows.keepWaiting(lot, parcel, lot.why, Math.max(this.#depot.now(), parcel.nextAt))
    }
  }

  async #shelveSurely(lot: Lot, parcel: Parcel): Promise<Written> {
    const nextAt = Math.max(parcel.nextAt, this.#depot.now())
    const wait = { reason: `others go first: ${lot.why}`, nextAt, state: 'waiting' } as const
    const note = parcel.row ? undefined : waitingNote(parcel, wait.reason, nextAt)
    parcel.body = undefined
    parcel.content = undefined
    for (;;) {
      try {
        return await this.#rows.write(parcel, wait, note)
      } catch (error) {
        if (isKept(error)) return 'written'
        const { verb, key } = parcel.request
        this.#depot.ports.trouble(`${verb} ${key} could not be put on the shelf`, error)
        await this.#depot.pause(TRY_AGAIN_MS)
        if (this.#depot.stopped) return 'elsewhere'
      }
    }
  }

  #bringBack(lot: Lot, waiting: Waiting, group: Group): void {
    const { request, attempts } = waiting
    const now = this.#depot.now()
    const parcel = parcelOf(request, now)
    parcel.attempts = attempts
    parcel.nextAt = Math.min(waiting.nextAt, now + LONGEST_WAIT_MS) // another instance's clock may be ahead
    parcel.reason = waiting.reason
    parcel.row = 'waiting'
    parcel.group = group
    // Planned here and never tried: nothing can have come of it yet.
    const untried = attempts === 0 && request.position > (this.#depot.headWhenTaken.get(request.lane) ?? 0)
    parcel.askFirst = !untried && lot.asksFirst
    if (parcel.askFirst) parcel.nextAt = Math.max(parcel.nextAt, this.#depot.callsOver(request.lane))
    group.inMemory += 1
    lot.shelf.hold(parcel)
    this.#enqueue(lot, parcel)
  }
}
