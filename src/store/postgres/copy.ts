/**
 * COPY through the connection that everything else goes through. `pg` speaks the protocol and leaves what to do with the
 * bytes to whoever asks; nothing here holds more than a few blocks, however large the table.
 */
import type { Client, Submittable } from 'pg'
import { coded } from './connection.ts'

/** Rows come one a message, mostly small; they are gathered to blocks of this size. */
const BLOCK_BYTES = 256 * 1024
/** Blocks not yet taken, beyond which the server is not read any further. */
const MOST_WAITING = 8

/** The part of `pg`'s connection that COPY needs. */
interface Wire {
  query(text: string): void
  sendCopyFromChunk(chunk: Uint8Array): void
  endCopyFrom(): void
  sendCopyFail(reason: string): void
  readonly stream: { pause(): void; resume(): void; readonly writableNeedDrain: boolean } & NodeJS.EventEmitter
}

/** A statement whose answer is neither rows nor a count: the client hands each message of the server to it. */
abstract class Copying {
  protected wire: Wire | undefined
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  submit(wire: unknown): void {
    this.wire = wire as Wire
    this.wire.query(this.#text)
  }

  handleRowDescription(): void {}
  handleDataRow(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
  handleCommandComplete(_message: { readonly text: string }): void {}
  handleCopyInResponse(wire: unknown): void {
    ;(wire as Wire).sendCopyFail('nothing is to be copied in here')
  }
  handleCopyData(_message: { readonly chunk: Uint8Array }): void {}
  abstract handleReadyForQuery(): void
  abstract handleError(error: unknown): void
}

class CopyOut extends Copying {
  rows = 0
  readonly #blocks: Buffer[] = []
  #gathered: Buffer[] = []
  #size = 0
  #over = false
  #failure: unknown
  #wake: (() => void) | undefined
  #paused = false

  override handleCopyData({ chunk }: { readonly chunk: Uint8Array }): void {
    this.#gathered.push(Buffer.from(chunk)) // the parser goes on to use its buffer
    this.#size += chunk.byteLength
    if (this.#size >= BLOCK_BYTES) this.#close()
  }

  #close(): void {
    if (this.#size > 0) this.#blocks.push(Buffer.concat(this.#gathered, this.#size))
    this.#gathered = []
    this.#size = 0
    if (this.#blocks.length >= MOST_WAITING && !this.#paused) {
      this.#paused = true
      this.wire?.stream.pause()
    }
    this.#wake?.()
  }

  override handleCommandComplete(message: { readonly text: string }): void {
    this.rows = rowsOf(message)
  }

  handleReadyForQuery(): void {
    this.#over = true
    this.#close()
    this.#wake?.()
  }

  handleError(error: unknown): void {
    this.#failure = error
    this.#over = true
    this.#wake?.()
  }

  async *blocks(): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        const block = this.#blocks.shift()
        if (this.#paused && this.#blocks.length < MOST_WAITING / 2) this.#resume()
        if (block) yield block
        else if (this.#failure !== undefined) throw coded(this.#failure)
        else if (this.#over) return
        else await new Promise<void>((resolve) => (this.#wake = resolve))
      }
    } finally {
      this.#resume() // whoever stops reading early must not leave the connection standing
    }
  }

  #resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.wire?.stream.resume()
  }
}

class CopyIn extends Copying {
  readonly done: Promise<number>
  readonly #chunks: AsyncIterable<Uint8Array>
  #resolve: (rows: number) => void = () => {}
  #reject: (error: unknown) => void = () => {}
  #rows = 0
  #failed = false
  #stop: () => void = () => {}
  /** Whoever waits to send on learns by it that there is nobody to send to. */
  readonly #broken = new Promise<void>((resolve) => {
    this.#stop = resolve
  })

  constructor(text: string, chunks: AsyncIterable<Uint8Array>) {
    super(text)
    this.#chunks = chunks
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  override handleCopyInResponse(wire: unknown): void {
    this.#send(wire as Wire).catch((error: unknown) => {
      ;(wire as Wire).sendCopyFail(String(error))
      this.handleError(error)
    })
  }

  async #send(wire: Wire): Promise<void> {
    for await (const chunk of this.#chunks) {
      if (this.#failed) return
      wire.sendCopyFromChunk(chunk)
      if (wire.stream.writableNeedDrain) await Promise.race([drained(wire), this.#broken])
    }
    wire.endCopyFrom()
  }

  override handleCommandComplete(message: { readonly text: string }): void {
    this.#rows = rowsOf(message)
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#rows)
  }

  handleError(error: unknown): void {
    this.#failed = true
    this.#stop()
    this.#reject(coded(error))
  }
}

/** `COPY 4711`. */
const rowsOf = ({ text }: { readonly text: string }): number => Number(/\d+$/.exec(text)?.[0] ?? 0)

function drained({ stream }: Wire): Promise<void> {
  return new Promise((resolve) => stream.once('drain', () => resolve()))
}

/** A table on its way out. */
export interface CopiedOut {
  readonly blocks: AsyncGenerator<Buffer>
  /** How many rows it was; known once the last block is taken. */
  rows(): number
}

/**
 * What a `copy … to stdout` says, block by block, no faster than it is taken. Throws `XD_STORE_FAILED` or `_UNREACHABLE`.
 *
 * @example
 * const { blocks } = copyOut(client, 'copy (select * from key) to stdout (format binary)')
 * for await (const block of blocks) await file.write(block)
 */
export function copyOut(client: Client, text: string): CopiedOut {
  const copying = new CopyOut(text)
  client.query(copying as unknown as Submittable)
  return { blocks: copying.blocks(), rows: () => copying.rows }
}

/** Feeds a `copy … from stdin`; answers how many rows it took. Throws `XD_STORE_FAILED` or `_UNREACHABLE`. */
export function copyIn(client: Client, text: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const copying = new CopyIn(text, chunks)
  client.query(copying as unknown as Submittable)
  return copying.done
}
