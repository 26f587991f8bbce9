import { isKept } from '../journal/is-kept.ts'
import type { Admission } from '../journal/work.ts'
import type { Depot } from './depot.ts'
import type { Lot } from './lot.ts'
import type { Parcel } from './parcel.ts'
import { type DeliveryNote, noteInput } from './room.ts'
import { type Waiting, type WaitingState, waitingRow, waitingTable } from './waiting.ts'

/** What a waiting row is to say. */
export interface Wait {
  readonly reason: string
  readonly nextAt: number
  readonly state: WaitingState
}

/** What became of something written about a parcel. */
export type Written = 'written' | 'elsewhere'

/** Writes what parcels wait for: their rows, and the notes to the subjects that planned them. */
export class WaitingRows {
  readonly #depot: Depot

  constructor(depot: Depot) {
    this.#depot = depot
  }

  /** It stays in memory and has a row, so that the cursor of its lane moves on. */
  keepWaiting(lot: Lot, parcel: Parcel, reason: string, nextAt: number): void {
    const note = parcel.row === undefined ? waitingNote(parcel, reason, nextAt) : undefined
    parcel.row = 'waiting'
    lot.shelf.hold(parcel)
    void this.#writeSafely(parcel, { reason, nextAt, state: 'waiting' }, note)
  }

  /** It waits for a person. */
  setAside(parcel: Parcel, state: 'parked' | 'in doubt', reason: string): Promise<void> {
    const { position, target, verb, key } = parcel.request
    const data = { position, target, verb, key, attempts: parcel.attempts, reason }
    const note: DeliveryNote =
      state === 'parked' ? { type: 'delivery.parked', data } : { type: 'delivery.in_doubt', data }
    parcel.row = state
    return this.#writeSafely(parcel, { reason, nextAt: Number.MAX_SAFE_INTEGER, state }, note)
  }

  /** Class C: that an attempt begins is on disk before it does. Answers false when it is not. */
  async declare(parcel: Parcel): Promise<boolean> {
    const { request, attempts } = parcel
    const note = {
      type: 'delivery.attempting',
      data: { position: request.position, attempt: attempts + 1 },
    } as const
    const wait = parcel.row
      ? ({ reason: 'An attempt is under way.', nextAt: parcel.nextAt, state: 'attempting' } as const)
      : undefined
    try {
      return (await this.write(parcel, wait, note)) === 'written'
    } catch (error) {
      this.#depot.ports.trouble(`an attempt of ${request.verb} ${request.key} could not be declared`, error)
      return false
    }
  }

  write(parcel: Parcel, wait: Wait | undefined, note: DeliveryNote | undefined): Promise<Written> {
    const { ports, open } = this.#depot
    const { request } = parcel
    const waiting: Waiting | undefined = wait && {
      request,
      attempts: parcel.attempts,
      nextAt: wait.nextAt,
      state: wait.state,
      reason: wait.reason,
    }
    return new Promise((resolve, reject) => {
      let written: Written = 'elsewhere'
      ports.submit({
        admit: (): Admission => {
          if (!ports.owns(request.lane)) {
            written = 'elsewhere'
            return { inputs: [], immediate: true }
          }
          written = 'written'
          return {
            inputs: note ? [noteInput(request.subject, note, ports.clock.now())] : [],
            upserts: waiting ? [[waitingTable, waitingRow(waiting)]] : [],
          }
        },
        settled: () => {
          if (waiting) open.close(request.lane, request.position)
          resolve(written)
        },
        failed: (error) => {
          if (waiting && isKept(error)) open.close(request.lane, request.position)
          reject(error)
        },
      })
    })
  }

  /** What nobody waits for must still not be lost without a word, and never end the process. */
  async #writeSafely(parcel: Parcel, wait: Wait | undefined, note: DeliveryNote | undefined): Promise<void> {
    const { verb, key } = parcel.request
    try {
      await this.write(parcel, wait, note)
    } catch (error) {
      this.#depot.ports.trouble(`what became of ${verb} ${key} could not be written`, error)
    }
  }
}

/** What its subject's journal is told when a parcel begins to wait. */
export function waitingNote(parcel: Parcel, reason: string, nextAt: number): DeliveryNote {
  const { position, target, verb, key } = parcel.request
  return {
    type: 'delivery.waiting',
    data: { position, target, verb, key, attempts: parcel.attempts, reason, nextAt },
  }
}
