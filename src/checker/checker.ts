/**
 * The independent checker: senders' and receivers' ledgers and the hub's own export in, a verdict out. It imports nothing
 * from the hub and shares no code with it, so that a mistake there cannot be repeated here.
 */
import { Balance } from './balance.ts'
import { Deliveries } from './deliveries.ts'
import { Effects } from './effects.ts'
import { Lifecycle } from './lifecycle.ts'
import { Orders } from './orders.ts'
import type { HubEvent, LedgerRow, Part, Setup, Violation, ViolationKind } from './records.ts'
import { Reports } from './reports.ts'
import { ShipmentNames } from './shipments.ts'

/** What the checker found. Everything but the counts of what was looked at must be zero. */
export interface Verdict extends Readonly<Record<ViolationKind, number>> {
  /** Orders that were placed and taken, and their lines. */
  readonly orders: number
  readonly lines: number
  readonly events: number
  /** What was looked at: a zero there means that nothing was compared. */
  readonly looked: {
    readonly ledgerRows: number
    readonly pairs: number
    readonly positions: number
    readonly invoices: number
    /** Orders that are stopped until a person looks: nothing of theirs is lost, and nothing of it is right. */
    readonly stopped: number
    readonly faults: Readonly<Record<string, number>>
  }
  /** The first of what is wrong, at most {@link MOST_DETAILS}. */
  readonly details: readonly Violation[]
}

/** Violations that are told one by one; all are counted. */
export const MOST_DETAILS = 1_000

/**
 * Takes ledger rows and events one at a time, so that large ones need not fit in memory as text, and judges at the end.
 * Rows of one system come in the order they were written, events of one lane in the order of their positions; ledgers
 * come before the events.
 */
export class Checker {
  readonly #orders: Orders
  readonly #lifecycle: Lifecycle
  readonly #effects: Effects
  readonly #balance: Balance
  readonly #parts: readonly Part[]
  readonly #settled: boolean
  readonly #faults: Record<string, number> = {}
  #rows = 0

  constructor(setup: Setup) {
    const shipments = new ShipmentNames()
    const deliveries = new Deliveries()
    this.#orders = new Orders(deliveries)
    this.#settled = setup.settled ?? true
    this.#lifecycle = new Lifecycle(setup)
    this.#effects = new Effects(setup, this.#orders, deliveries, shipments)
    this.#balance = new Balance(setup, shipments)
    const reports = new Reports(this.#orders, shipments)
    this.#parts = [deliveries, this.#orders, this.#effects, this.#balance, reports, this.#lifecycle]
  }

  row(row: LedgerRow): void {
    this.#rows += 1
    if (row.kind === 'fault') this.#faults[row.what] = (this.#faults[row.what] ?? 0) + 1
    for (const part of this.#parts) part.row?.(row)
  }

  event(event: HubEvent): void {
    for (const part of this.#parts) part.event?.(event)
  }

  /** A fault that somebody beside the systems planted: a kill, a cut line. */
  fault(kind: string): void {
    this.#faults[kind] = (this.#faults[kind] ?? 0) + 1
  }

  verdict(): Verdict {
    const counts: Record<ViolationKind, number> = {
      lost: 0,
      duplicates: 0,
      phantom: 0,
      reordered: 0,
      illegal: 0,
      unbalanced: 0,
    }
    const details: Violation[] = []
    for (const part of this.#parts) {
      part.finish((kind, rule, about, says) => {
        if (!this.#settled && (kind === 'lost' || kind === 'unbalanced')) return
        counts[kind] += 1
        if (details.length < MOST_DETAILS) details.push({ kind, rule, about, says })
      })
    }
    return {
      ...this.#orders.counts,
      events: this.#lifecycle.events,
      ...counts,
      looked: {
        ledgerRows: this.#rows,
        pairs: this.#effects.pairs,
        positions: this.#balance.positions,
        invoices: this.#balance.invoices,
        stopped: this.#orders.stopped,
        faults: this.#faults,
      },
      details,
    }
  }
}

/** What is checked, in memory. */
export interface Books {
  readonly ledgers: Iterable<Iterable<LedgerRow>>
  readonly events: Iterable<HubEvent>
  /** Faults beside those in the ledgers. */
  readonly faults?: Iterable<{ readonly kind: string }>
}

/**
 * Checks a whole run.
 *
 * @example
 * const verdict = check({ ledgers: [shop.rows(), wms.rows(), erp.rows()], events }, { roles: { erp: 'erp', wms1: 'wms', shop: 'shop' } })
 * verdict.lost + verdict.duplicates + verdict.phantom // 0
 */
export function check(books: Books, setup: Setup): Verdict {
  const checker = new Checker(setup)
  for (const ledger of books.ledgers) for (const row of ledger) checker.row(row)
  for (const event of books.events) checker.event(event)
  for (const { kind } of books.faults ?? []) checker.fault(kind)
  return checker.verdict()
}
