import { assert } from '../base/errors.ts'
import { LANES } from '../base/ids.ts'
import type { LaneRow } from '../store/contract.ts'

/** A lane this instance owns. `head` runs ahead of `committed` while a turn is open or in flight. */
export interface OwnedLane {
  readonly lane: number
  readonly epoch: number
  head: number
  committed: number
  /** Low-water cursor of delivery as last written. */
  delivered: number
  /** Numbers the inbox rows this lane sent under its epoch. */
  sent: number
}

/** The lanes this instance owns now. */
export class LaneBook {
  readonly #lanes: (OwnedLane | undefined)[] = new Array(LANES).fill(undefined)
  #count = 0

  get(lane: number): OwnedLane | undefined {
    return this.#lanes[lane]
  }

  owns(lane: number): boolean {
    return this.#lanes[lane] !== undefined
  }

  /** No lane at all is owned here. */
  get empty(): boolean {
    return this.#count === 0
  }

  owned(): OwnedLane[] {
    return this.#lanes.filter((lane) => lane !== undefined)
  }

  take(row: LaneRow): OwnedLane {
    const lane: OwnedLane = {
      lane: row.lane,
      epoch: row.epoch,
      head: row.head,
      committed: row.head,
      delivered: row.delivered,
      sent: 0,
    }
    if (!this.#lanes[row.lane]) this.#count += 1
    this.#lanes[row.lane] = lane
    return lane
  }

  lose(lane: number): void {
    if (this.#lanes[lane]) this.#count -= 1
    this.#lanes[lane] = undefined
  }

  /** The next position of a lane: gap-free, because the head moves in the same commit. */
  next(lane: number): number {
    const owned = this.#lanes[lane]
    assert(owned !== undefined, `lane ${lane} is not owned here`)
    owned.head += 1
    return owned.head
  }
}
