import type { Depot } from './depot.ts'
import type { Lot } from './lot.ts'
import { parcelOf, placeOf } from './parcel.ts'
import type { AskedAgain } from './takeover.ts'
import { type Waiting, waitingOf, waitingTable } from './waiting.ts'
import type { WaitingRows } from './waiting-rows.ts'
import type { WayIn } from './way-in.ts'
import type { WayOut } from './way-out.ts'

/** How often is looked whether what just became of a delivery is on disk. */
const SETTLING_MS = 100

/** Has deliveries tried again that a person, or a rule, asked for. */
export class Redelivery {
  readonly #depot: Depot
  readonly #rows: WaitingRows
  readonly #wayOut: WayOut
  readonly #wayIn: WayIn
  /** Rows that are being taken up. */
  readonly #takingUp = new Set<string>()

  constructor(depot: Depot, rows: WaitingRows, wayOut: WayOut, wayIn: WayIn) {
    this.#depot = depot
    this.#rows = rows
    this.#wayOut = wayOut
    this.#wayIn = wayIn
  }

  /**
   * A person (or a rule) asked for a delivery to be tried again, and that is in the journal of its subject. Until its
   * row says so too, the cursor stays before it: whoever takes the lane over finds it.
   */
  askedAgain(event: AskedAgain): void {
    const { open, ports } = this.#depot
    open.open(event.lane, event.at)
    this.#redeliver(event)
      .catch((error: unknown) => ports.trouble(`${event.subject} could not be delivered again`, error))
      .finally(() => open.close(event.lane, event.at))
  }

  async #redeliver(asked: AskedAgain): Promise<void> {
    const place = placeOf({ lane: asked.lane, position: asked.position })
    if (this.#takingUp.has(place) || this.#hurry(place)) return
    this.#takingUp.add(place)
    try {
      const wasLeaving = await this.#settled(place, asked.lane)
      if (this.#depot.stopped || this.#hurry(place)) return
      const lot = await this.#onlyByUs(place, () => this.#takeUpRow(asked, wasLeaving))
      if (lot) this.#wayIn.readBack(lot)
    } finally {
      this.#takingUp.delete(place)
    }
  }

  /** In memory it does not wait any longer. Answers whether it is there. */
  #hurry(place: string): boolean {
    for (const lot of this.#depot.lots.values()) {
      const parcel = lot.shelf.inMemory(place)
      if (!parcel) continue
      this.#wayOut.hurry(lot, parcel)
      this.#wayOut.pump(lot)
      return true
    }
    return false
  }

  /** Waits until what just became of it is on disk. Answers whether it had to. */
  async #settled(place: string, lane: number): Promise<boolean> {
    const depot = this.#depot
    const isLeaving = () => [...depot.lots.values()].some((lot) => lot.shelf.isLeaving(place))
    if (!isLeaving()) return false
    while (isLeaving() && !depot.stopped && depot.ports.owns(lane)) await depot.pause(SETTLING_MS)
    return true
  }

  /** While its row is read and written nobody brings it back into memory: what is done by then would be sent again. */
  async #onlyByUs<T>(place: string, work: () => Promise<T>): Promise<T> {
    const shelves = [...this.#depot.lots.values()].map(({ shelf }) => shelf) // whose it is, only the row says
    for (const shelf of shelves) shelf.reserve(place)
    try {
      return await work()
    } finally {
      for (const shelf of shelves) shelf.release(place)
    }
  }

  async #takeUpRow({ lane, subject, position, by }: AskedAgain, wasLeaving: boolean): Promise<Lot | undefined> {
    const range = { lane, subject, after: position - 1, upTo: position }
    const [row] = await this.#depot.surely(() => this.#depot.ports.store.readRanges(waitingTable, [range], 1))
    if (!row) return undefined
    const waiting = waitingOf(row)
    // The doubt is younger than the wish: whoever wished did not know of it.
    return wasLeaving && waiting.state === 'in doubt' ? undefined : this.#takeUp(waiting, by)
  }

  async #takeUp(waiting: Waiting, by: string): Promise<Lot | undefined> {
    const parcel = parcelOf(waiting.request, this.#depot.now())
    parcel.attempts = waiting.attempts
    const lot = this.#depot.lots.get(waiting.request.target)
    if (!lot) {
      await this.#rows.setAside(parcel, 'parked', `There is no system named ${waiting.request.target}.`)
      return undefined
    }
    const wait = { reason: `redelivered by ${by}`, nextAt: this.#depot.now(), state: 'waiting' } as const
    if ((await this.#depot.surely(() => this.#rows.write(parcel, wait, undefined))) === 'elsewhere') return undefined
    const { shelf } = lot
    if (waiting.state !== 'waiting') {
      shelf.unblock(waiting.request.chain)
      shelf.aside = Math.max(0, shelf.aside - 1)
    }
    shelf.holds(shelf.groupOf(parcel.class, waiting.request.partner ?? ''), 1)
    shelf.reopen()
    return lot
  }
}
