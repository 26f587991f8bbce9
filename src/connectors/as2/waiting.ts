import { setTimeout as pause } from 'node:timers/promises'
import type { Receipt } from './receipt.ts'

/** Which messages wait for a receipt that comes by itself, and what receipts said: kept for all instances of a hub. */
export interface ReceiptBook {
  /** A message goes out. Answers the receipt that came since an earlier try of it, if one did. */
  expect(id: string): Promise<Receipt | undefined>
  /** What came said no, or was about other content: the next receipt counts. */
  forget(id: string): Promise<void>
  /** A receipt came; false when no instance waits for one about that message. */
  keep(receipt: Receipt): Promise<boolean>
  /** What came about a message by now. */
  read(id: string): Promise<Receipt | undefined>
}

/** How often the book is asked for what another instance may have been told. */
const LOOK_MS = 500

/** A wait for one receipt. */
export interface Wait {
  /** Came for an earlier try of the same message. */
  readonly before: Receipt | undefined
  /** The receipt, undefined when none came in time. */
  readonly said: Promise<Receipt | undefined>
  over(): void
}

/**
 * The receipts that messages of one partner wait for. Without a book it knows this process alone: its receipts have to come
 * here, and before it ends.
 */
export class Waiting {
  /** Set by a hub that has a database. */
  book: ReceiptBook | undefined
  readonly #here = new Map<string, (receipt: Receipt) => void>()

  /** How many wait here. */
  get size(): number {
    return this.#here.size
  }

  /** A receipt came; false when nobody waits for it, here or elsewhere. */
  async confirmed(receipt: Receipt): Promise<boolean> {
    const isKept = (await this.book?.keep(receipt)) ?? false
    const waits = this.#here.get(receipt.about)
    waits?.(receipt)
    return isKept || waits !== undefined
  }

  /** Begins to wait, for so long; before the message goes, since its receipt may be faster than its answer. */
  async begin(id: string, timeoutMs: number): Promise<Wait> {
    const before = await this.book?.expect(id)
    const ended = new AbortController()
    const said = new Promise<Receipt | undefined>((resolve, reject) => {
      this.#here.set(id, resolve)
      this.#look(id, timeoutMs, ended.signal).then(resolve, reject)
    })
    said.catch(() => undefined) // whoever awaits it hears it; nobody does where the message itself failed
    return {
      before,
      said,
      over: () => {
        ended.abort()
        this.#here.delete(id)
      },
    }
  }

  /** Looks into the book until the time is over. */
  async #look(id: string, timeoutMs: number, ended: AbortSignal): Promise<Receipt | undefined> {
    const { book } = this
    for (let left = timeoutMs; left > 0 && !ended.aborted; left -= LOOK_MS) {
      await pause(Math.min(left, LOOK_MS), undefined, { ref: false })
      const found = ended.aborted ? undefined : await book?.read(id)
      if (found) return found
    }
    return undefined
  }
}
