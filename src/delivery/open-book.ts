/**
 * The requests of each lane that are neither marked nor in a waiting row. The lowest one holds the lane's low-water
 * cursor back; everything at or below the cursor is settled.
 */
export class OpenBook {
  readonly #lanes = new Map<number, { positions: number[]; from: number; readonly closed: Set<number> }>()

  /** Positions of a lane are opened in ascending order. */
  open(lane: number, position: number): void {
    const book = this.#lanes.get(lane)
    if (book) book.positions.push(position)
    else this.#lanes.set(lane, { positions: [position], from: 0, closed: new Set() })
  }

  close(lane: number, position: number): void {
    const book = this.#lanes.get(lane)
    if (!book) return
    book.closed.add(position)
    while (book.from < book.positions.length && book.closed.delete(book.positions[book.from] as number)) book.from += 1
    if (book.from > 256 && book.from * 2 > book.positions.length) {
      book.positions = book.positions.slice(book.from)
      book.from = 0
    }
  }

  lowest(lane: number): number | undefined {
    const book = this.#lanes.get(lane)
    return book?.positions[book.from]
  }

  drop(lanes: ReadonlySet<number>): void {
    for (const lane of lanes) this.#lanes.delete(lane)
  }
}
