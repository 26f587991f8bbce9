import type { Depot } from './depot.ts'
import { parcelOf, placeOf } from './parcel.ts'
import type { AskedAgain } from './takeover.ts'
import { type Waiting, waitingOf, waitingTable } from './waiting.ts'
import type { WaitingRows } from './waiting-rows.ts'
import type { WayIn } from './way-in.ts'
import type { WayOut } from './way-out.ts'

/** Has deliveries tried again that a person, or a rule, asked for. */
export class Redelivery {
  readonly #depot: Depot
  readonly #rows: WaitingRows
  readonly #wayOut: WayOut
  readonly #wayIn: WayIn

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

  async #redeliver({ lane, subject, position, by }: AskedAgain): Promise<void> {
    const { lots, ports } = this.#depot
    const place = placeOf({ lane, position })
    for (const lot of lots.values()) {
      const parcel = lot.shelf.inMemory(place)
      if (!parcel) continue
      this.#wayOut.hurry(lot, parcel)
      this.#wayOut.pump(lot)
      return
    }
    const range = { lane, subject, after: position - 1, upTo: position }
    const [row] = await this.#depot.surely(() => ports.store.readRanges(waitingTable, [range], 1))
    if (row) await this.#takeUp(waitingOf(row), by)
  }

  async #takeUp(waiting: Waiting, by: string): Promise<void> {
    const parcel = parcelOf(waiting.request, this.#depot.now())
    parcel.attempts = waiting.attempts
    const lot = this.#depot.lots.get(waiting.request.target)
    if (!lot) {
      await this.#rows.setAside(parcel, 'parked', `There is no system named ${waiting.request.target}.`)
      return
    }
    const wait = { reason: `redelivered by ${by}`, nextAt: this.#depot.now(), state: 'waiting' } as const
    if ((await this.#depot.surely(() => this.#rows.write(parcel, wait, undefined))) === 'elsewhere') return
    const { shelf } = lot
    if (waiting.state !== 'waiting') {
      shelf.unblock(waiting.request.chain)
      shelf.aside = Math.max(0, shelf.aside - 1)
    }
    shelf.holds(shelf.groupOf(parcel.class, waiting.request.partner ?? ''), 1)
    shelf.reopen()
    this.#wayIn.readBack(lot)
  }
}
