import { atOnce, type Breath, inPieces, type Pieces } from '../base/pieces.ts'
import type { MasterData } from '../identity/master.ts'
import { ALL_LANES } from '../identity/master-tables.ts'
import type { JournalEvent } from '../journal/contract.ts'
import { isKept } from '../journal/is-kept.ts'
import type { Work } from '../journal/work.ts'
import type { OrderFacts } from '../lifecycle/events.ts'
import { partsOf } from '../lifecycle/subject.ts'
import type { Row, Store } from '../store/contract.ts'
import { isReferenceHold, type ResolvedReferences, referenceWaitTable, resolveAgain } from './references.ts'

/** Rows that are read in one go; a single lane may hold more. */
const PAGE = 2_000
const TRY_AGAIN_MS = 1_000

/** What the orders that wait for master data are looked through with. */
export interface WaitingOrdersPorts {
  readonly store: Pick<Store, 'countRows' | 'loadLanes'>
  readonly master: (tenant: string) => MasterData
  readonly offer: (work: Work) => void
  readonly delay: (ms: number) => Promise<void>
  readonly trouble: (what: string, error: unknown) => void
  readonly breath?: Breath
}

/** Why orders are looked through: whose change it was, and when. */
interface Change {
  readonly source: string
  readonly at: number
}

/** An order, and what has become known of it. */
interface News {
  readonly subject: string
  readonly data: ResolvedReferences
}

/**
 * Tells orders that wait for master data what has become known. Who waits is on disk and nowhere else: after each change
 * they are looked through there, page by page, however many they are and whichever instance took them in. Changes that
 * come meanwhile are met by one more look.
 */
export class WaitingOrders {
  readonly #ports: WaitingOrdersPorts
  readonly #changes = new Map<string, Change>()
  #looking = false
  #closed = false

  constructor(ports: WaitingOrdersPorts) {
    this.#ports = ports
  }

  /** Master data of a tenant has changed, or may have while nobody looked. */
  changed(tenant: string, source: string, at: number): void {
    this.#changes.set(tenant, { source, at })
    if (!this.#looking) void this.#look()
  }

  /** Follows what is committed: what an order was held for may have become known while it was on its way. */
  hear(tenant: string, events: readonly JournalEvent[]): void {
    let received: JournalEvent | undefined
    for (const event of events) {
      if (event.type === 'order.received') received = event
      else if (isReferenceHold(event) && received?.subject === event.subject) {
        const { subject, data, source, at } = received
        const news = resolveAgain(data as OrderFacts, this.#ports.master(tenant))
        if (news) void this.#tellSurely(tenant, { subject, data: news }, { source, at })
      }
    }
  }

  async #tellSurely(tenant: string, news: News, change: Change): Promise<void> {
    if (!(await this.#tell(news, change))) this.changed(tenant, change.source, change.at)
  }

  /** Nothing more is looked through. */
  close(): void {
    this.#closed = true
  }

  async #look(): Promise<void> {
    this.#looking = true
    while (this.#changes.size > 0 && !this.#closed) {
      const changes = new Map(this.#changes)
      this.#changes.clear()
      if (await this.#surely(changes)) continue
      for (const [tenant, change] of changes) if (!this.#changes.has(tenant)) this.#changes.set(tenant, change)
      await this.#ports.delay(TRY_AGAIN_MS)
    }
    this.#looking = false
  }

  /** Answers whether all who wait were told. */
  async #surely(changes: ReadonlyMap<string, Change>): Promise<boolean> {
    try {
      return await this.#lookThrough(changes)
    } catch (error) {
      if (!this.#closed) this.#ports.trouble('the orders that wait for master data could not be looked through', error)
      return false
    }
  }

  async #lookThrough(changes: ReadonlyMap<string, Change>): Promise<boolean> {
    const { store, breath } = this.#ports
    const counts = await store.countRows(referenceWaitTable, ['lane'], ALL_LANES)
    let areTold = true
    for (const lanes of pagesOf(counts)) {
      if (this.#closed) return false
      const rows = await store.loadLanes(referenceWaitTable, lanes)
      const news = this.#newsIn(rows, changes)
      const found = breath ? await inPieces(news, breath) : atOnce(news)
      const told = found.map((one) => this.#tell(one, changes.get(partsOf(one.subject).tenant) as Change))
      if ((await Promise.all(told)).includes(false)) areTold = false
    }
    return areTold
  }

  *#newsIn(rows: readonly Row[], changes: ReadonlyMap<string, Change>): Pieces<News[]> {
    const news: News[] = []
    for (const [, subject, body] of rows as [number, string, string][]) {
      const { tenant } = partsOf(subject)
      if (!changes.has(tenant)) continue
      const data = resolveAgain(JSON.parse(body) as OrderFacts, this.#ports.master(tenant))
      if (data) news.push({ subject, data })
      yield
    }
    return news
  }

  /** In work of its own, so that none holds back another. Answers whether it is on disk that the order was told. */
  #tell({ subject, data }: News, { source, at }: Change): Promise<boolean> {
    const input = { kind: 'arrival', type: 'reference.resolved', subject, source, occurredAt: at, data } as const
    return new Promise((resolve) => {
      this.#ports.offer({
        admit: () => ({ inputs: [input] }),
        settled: () => resolve(true),
        failed: (error) => {
          if (isKept(error)) return resolve(true)
          if (!this.#closed) this.#ports.trouble(`telling ${subject} that its references are known`, error)
          resolve(false)
        },
      })
    })
  }
}

/** Lanes in pages of so many rows, by how many each has. */
function* pagesOf(counts: readonly Row[]): Generator<number[]> {
  let [lanes, rows] = [[] as number[], 0]
  for (const [lane, count] of counts as [number, number][]) {
    if (lanes.length > 0 && rows + count > PAGE) {
      yield lanes
      ;[lanes, rows] = [[], 0]
    }
    lanes.push(lane)
    rows += count
  }
  if (lanes.length > 0) yield lanes
}
