import type { JournalEvent } from '../journal/contract.ts'
import type { Store } from '../store/contract.ts'
import type { DeliveryFact, DeliveryState } from './timeline.ts'

/** A request that did not go through at once, as delivery keeps it. */
export interface WaitingRequest {
  readonly position: number
  readonly state: string
  readonly attempts: number
  readonly reason: string
  readonly nextAt: number
}

/**
 * What is known of an order's requests besides the journal: a waiting row says what it waits for; a mark, or a lane
 * whose cursor has passed the request, says that it is done.
 *
 * @param sinceMs when the order came: nothing of it was done before
 */
export async function readDeliveryFacts(
  store: Pick<Store, 'lanes' | 'readMarks'>,
  waiting: readonly WaitingRequest[],
  sinceMs: number,
): Promise<(event: JournalEvent) => DeliveryFact | undefined> {
  const [lanes, marks] = await Promise.all([store.lanes(), store.readMarks(sinceMs)])
  const delivered = new Map(lanes.map((lane) => [lane.lane, lane.delivered]))
  const rows = new Map(waiting.map((row) => [row.position, row]))
  return ({ lane, position }) => {
    const row = rows.get(position)
    if (row) return { ...row, state: row.state as DeliveryState }
    const doneAt = markedAt(marks, lane, position)
    if (doneAt !== undefined) return { state: 'done', at: doneAt }
    return position <= (delivered.get(lane) ?? 0) ? { state: 'done' } : undefined
  }
}

/** When a request was marked done, milliseconds; marks are twelve bytes: lane, position, second. */
function markedAt(marks: Uint8Array, lane: number, position: number): number | undefined {
  const bytes = new DataView(marks.buffer, marks.byteOffset, marks.byteLength)
  for (let at = 0; at + 12 <= bytes.byteLength; at += 12) {
    if (bytes.getUint16(at) !== lane) continue
    if (bytes.getUint16(at + 2) * 2 ** 32 + bytes.getUint32(at + 4) === position) return bytes.getUint32(at + 8) * 1000
  }
  return undefined
}
