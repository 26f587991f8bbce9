/**
 * The positions of each lane that hold its low-water cursor back: requests that are neither marked nor in a waiting
 * row, and what people asked of delivery that is not on disk yet. Everything at or below the cursor is settled.
 */
export class OpenBook {
  readonly #lanes = new Map<number, { positions: number[]; from: number; readonly open: Set<number> }>()

  open(lane: number, position: number): void {
    const book = this.#lanes.get(lane)
    if (!book) {
      this.#lanes.set(lane, { positions: [position], from: 0, open: new Set([position]) })
      return
    }
    book.open.add(position)
    const last = book.positions.at(-1)
    book.positions.push(position)
    if (last !== undefined && last > position) {
      // Within one turn two kinds of events are opened one after the other.
      book.positions = book.positions.slice(book.from).sort((a, b) => a - b)
      book.from = 0
    }
  }

  close(lane: number, position: number): void {
    const book = this.#lanes.get(lane)
    if (!book?.open.delete(position)) return
    while (book.from < book.positions.length && !book.open.has(book.positions[book.from] as number)) book.from += 1
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
