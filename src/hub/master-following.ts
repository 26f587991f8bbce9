import type { MasterChange, MasterData } from '../identity/master.ts'
import { loadMaster, masterLane, masterTables } from '../identity/master-tables.ts'
import { decodeEvent } from '../journal/encode.ts'
import type { EventData } from '../lifecycle/events.ts'
import type { Store } from '../store/contract.ts'

const SHORTEST_MS = 250

/**
 * Keeps an instance's master data as fresh as the journal: whoever takes an order in must know what the ERP told any
 * other instance. The lanes that carry master data are read on from where they were last read.
 */
export class MasterFollowing {
  readonly #store: Store
  readonly #master: MasterData
  readonly #now: () => number
  readonly #changed: () => void
  readonly #reached = new Map<number, number>()
  #readAt = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | undefined

  constructor(store: Store, master: MasterData, ports: { readonly now: () => number; readonly changed: () => void }) {
    this.#store = store
    this.#master = master
    this.#now = ports.now
    this.#changed = ports.changed
  }

  /** Loads what there is; reading goes on from the heads of before, so nothing is missed. */
  async load(): Promise<void> {
    const heads = new Map((await this.#store.lanes()).map((lane) => [lane.lane, lane.head]))
    for (const kind of Object.keys(masterTables)) {
      const lane = masterLane(this.#master.tenant, kind as MasterChange['kind'])
      this.#reached.set(lane, heads.get(lane) ?? 0)
    }
    await loadMaster(this.#store, this.#master)
  }

  /** Reads on, unless that was done a moment ago. */
  refresh(): Promise<void> {
    if (this.#reading) return this.#reading
    if (this.#now() - this.#readAt < SHORTEST_MS) return Promise.resolve()
    this.#reading = this.#readOn().finally(() => {
      this.#reading = undefined
      this.#readAt = this.#now()
    })
    return this.#reading
  }

  async #readOn(): Promise<void> {
    let changes = 0
    for (const [lane, after] of this.#reached) {
      for (let from = after; ; ) {
        const entries = await this.#store.readLane(lane, from, 2_000)
        for (const event of entries.map(decodeEvent)) {
          if (event.type !== 'master.changed' || !event.subject.startsWith(`${this.#master.tenant}/`)) continue
          const { kind, value } = event.data as EventData['master.changed']
          this.#master.apply({ kind, value } as MasterChange)
          changes += 1
        }
        from = entries.at(-1)?.position ?? from
        this.#reached.set(lane, from)
        if (entries.length < 2_000) break
      }
    }
    if (changes > 0) this.#changed()
  }
}
