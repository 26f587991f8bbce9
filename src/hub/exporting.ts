import type { EventPage, ExportedEvent } from '../gateway/operations.ts'
import type { JournalEvent } from '../journal/contract.ts'
import { decodeEvent } from '../journal/encode.ts'
import { partsOf } from '../lifecycle/subject.ts'
import type { Store } from '../store/contract.ts'

/** Reports are kept and answered, never shown to subscribers; so is the machinery of delivery. */
const HIDDEN = new Set(['report.early', 'delivery.attempting'])

/** The journal as the outside may read it: events of one tenant, by a vector of positions over the lanes. */
export class Exporting {
  readonly #store: Pick<Store, 'lanes' | 'readLane'>
  readonly #listeners = new Set<() => void>()

  constructor(store: Pick<Store, 'lanes' | 'readLane'>) {
    this.#store = store
  }

  /** Says that something was committed: whoever waits for more looks again. */
  stir(): void {
    for (const wake of this.#listeners) wake()
  }

  async read(tenant: string, after: readonly number[], limit: number): Promise<EventPage> {
    const reached = [...after]
    const events: ExportedEvent[] = []
    for (const { lane, head } of await this.#store.lanes()) {
      const from = reached[lane] ?? 0
      if (head <= from || events.length >= limit) continue
      const entries = await this.#store.readLane(lane, from, limit - events.length)
      for (const entry of entries) {
        reached[lane] = entry.position
        if (!entry.subject.startsWith(`${tenant}/`)) continue
        const event = decodeEvent(entry)
        if (!HIDDEN.has(event.type)) events.push(exported(event))
      }
    }
    return { events, after: reached }
  }

  async end(): Promise<readonly number[]> {
    const ends: number[] = new Array(256).fill(0)
    for (const { lane, head } of await this.#store.lanes()) ends[lane] = head
    return ends
  }

  /** Resolves at the next commit, when the time is over, or when the reader leaves. */
  more(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#listeners.delete(done)
        signal.removeEventListener('abort', done)
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(done, timeoutMs)
      signal.addEventListener('abort', done)
      this.#listeners.add(done)
    })
  }
}

function exported(event: JournalEvent): ExportedEvent {
  const { at, occurredAt, ...rest } = event
  return {
    id: `${event.lane}/${event.position}`,
    ...rest,
    tenant: partsOf(event.subject).tenant,
    recordedAt: new Date(at).toISOString(),
    occurredAt: new Date(occurredAt).toISOString(),
  }
}
