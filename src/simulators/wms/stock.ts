import { micros, microsText } from '../../base/quantity.ts'
import type { OpeningStock } from '../landscape.ts'

/** What is good, what nobody can find or trusts until it was counted, and what lies on carts, tables and the dock. */
export interface Shelf {
  available: number
  suspect: number
  picked: number
}

/** The physical stock of one facility, in millionths of each item's base unit. It moves when goods move, never before. */
export class Shelves {
  readonly #shelves = new Map<string, Shelf>()

  constructor(opening: readonly OpeningStock[]) {
    for (const { item, quantity } of opening) this.#shelf(item).available += micros(quantity) ?? 0
  }

  available(item: string): number {
    return this.#shelves.get(item)?.available ?? 0
  }

  /** Picks up to `quantity` from the shelf; answers what was there. */
  pick(item: string, quantity: number): number {
    const shelf = this.#shelf(item)
    const taken = Math.min(quantity, shelf.available)
    shelf.available -= taken
    shelf.picked += taken
    return taken
  }

  /** What was picked leaves the house. */
  ship(item: string, quantity: number): void {
    this.#shelf(item).picked -= quantity
  }

  /** What should be there and is not: it becomes suspect, as far as the books have it. Answers how much moved. */
  doubt(item: string, quantity: number): number {
    const shelf = this.#shelf(item)
    const moved = Math.min(quantity, shelf.available)
    shelf.available -= moved
    shelf.suspect += moved
    return moved
  }

  put(item: string, quantity: number): void {
    this.#shelf(item).available += quantity
  }

  /** Somebody counted what was in doubt: it is there after all, or it is gone. Answers how much it was. */
  resolve(item: string, found: boolean): number {
    const shelf = this.#shelf(item)
    const quantity = shelf.suspect
    shelf.suspect = 0
    if (found) shelf.available += quantity
    return quantity
  }

  /** Every item with what lies there, as text. */
  *lines(): Iterable<{
    readonly item: string
    readonly available: string
    readonly suspect: string
    readonly picked: string
  }> {
    for (const [item, { available, suspect, picked }] of this.#shelves) {
      yield {
        item,
        available: microsText(available),
        suspect: microsText(suspect),
        picked: microsText(picked),
      }
    }
  }

  #shelf(item: string): Shelf {
    let shelf = this.#shelves.get(item)
    if (!shelf) {
      shelf = { available: 0, suspect: 0, picked: 0 }
      this.#shelves.set(item, shelf)
    }
    return shelf
  }
}
