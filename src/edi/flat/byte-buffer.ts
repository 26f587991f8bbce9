const EMPTY = new Uint8Array(0)

/**
 * The piece of a file that is being read: what is left of the pieces before, and the new one. A whole file in one piece
 * is not copied.
 */
export class ByteBuffer {
  bytes: Uint8Array = EMPTY
  length = 0
  /** Offset in the file of the first byte here. */
  base = 0
  #isOwn = false

  /** Drops everything before `keepFrom` and adds a piece. Answers by how much positions have moved. */
  add(chunk: Uint8Array, keepFrom: number): number {
    const left = this.length - keepFrom
    this.base += keepFrom
    if (left === 0) {
      this.bytes = chunk
      this.#isOwn = false
    } else {
      this.#keep(chunk, keepFrom, left)
    }
    this.length = left + chunk.length
    return keepFrom
  }

  #keep(chunk: Uint8Array, keepFrom: number, left: number): void {
    const needed = left + chunk.length
    if (this.#isOwn && this.bytes.length >= needed) this.bytes.copyWithin(0, keepFrom, this.length)
    else {
      const larger = new Uint8Array(Math.max(needed, 2 * left, 4096))
      larger.set(this.bytes.subarray(keepFrom, this.length))
      this.bytes = larger
      this.#isOwn = true
    }
    this.bytes.set(chunk, left)
  }
}
