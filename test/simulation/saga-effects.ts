/** What an order came to in the books of all systems, line by line, and whether that is one of the ends it may have. */
import type { LedgerRow } from '../../src/checker/records.ts'
import { baseMicros } from '../../src/simulators/figures.ts'
import type { Item, Landscape } from '../../src/simulators/landscape.ts'
import type { WireLine } from '../../src/simulators/protocol.ts'
import type { RunResult } from './world.ts'

/** Quantities by line, in millionths of the base unit. */
type Lines = ReadonlyMap<string, number>

/** The steps of an order-to-cash that leave something in another system's books, each with what undoes it. */
export interface Effects {
  readonly ordered: Lines
  /** Undone by `order.cancel`. */
  readonly posted: Lines
  readonly cancelledInBooks: Lines
  /** Undone by `warehouse.recall`. */
  readonly released: Lines
  readonly recalled: Lines
  /** From here on there is no way back: the goods are gone. */
  readonly shipped: Lines
  readonly issued: Lines
  readonly invoiced: Lines
}

/** How an order may end. */
export type End = 'completed' | 'compensated' | 'needs a person' | 'mixed'

/** What was found, and why it is no end when it is none. */
export interface Judged {
  readonly end: End
  readonly wrong: readonly string[]
}

type Detail = { readonly status?: string; readonly lines?: readonly WireLine[]; readonly cartons?: readonly Carton[] }
type Carton = { readonly lines: readonly WireLine[] }

/** Reads the only order of a run. */
export function effectsOf({ events, ledgers, landscape }: RunResult): Effects {
  const sum = (rows: readonly LedgerRow[], isTaken = any) => sumOf(rows, landscape, isTaken)
  const of = (role: string, what: string, kind = 'effect') =>
    ledgers.filter((row) => row.system.startsWith(role) && row.what === what && row.kind === kind)
  const received = events.find((event) => event.type === 'order.received')?.data as {
    readonly lines: readonly { readonly line: string; readonly base: number }[]
  }
  const shipped = sum(of('wms', 'shipment.dispatched', 'intent'))
  return {
    ordered: new Map(received.lines.map(({ line, base }) => [line, base])),
    posted: sum(of('erp', 'order.post')),
    cancelledInBooks: sum(of('erp', 'order.cancel')),
    released: sum(of('wms', 'warehouse.release'), ({ status }) => status === 'accepted'),
    recalled: sum(of('wms', 'warehouse.recall'), ({ status }) => status === 'confirmed'),
    shipped,
    issued: sum(of('erp', 'shipment.post')),
    invoiced: billed(of('erp', 'invoice.request'), landscape, shipped),
  }
}

/** What is billed by weight is billed for the pieces that were weighed. */
function billed(rows: readonly LedgerRow[], landscape: Landscape, shipped: Lines): Lines {
  const lines = sumOf(rows, landscape, any)
  return new Map(
    [...lines].map(([line, quantity]) => [line, Number.isNaN(quantity) ? (shipped.get(line) ?? 0) : quantity]),
  )
}

const any = (_: Detail): boolean => true

function sumOf(rows: readonly LedgerRow[], landscape: Landscape, isTaken: (detail: Detail) => boolean): Lines {
  const lines = new Map<string, number>()
  for (const row of rows) {
    const detail = (row.detail ?? {}) as Detail
    if (!isTaken(detail)) continue
    for (const { line, item, quantity } of detail.lines ?? (detail.cartons ?? []).flatMap((carton) => carton.lines)) {
      const base = baseMicros(quantity, landscape.item(item) as Item) ?? Number.NaN
      lines.set(line, (lines.get(line) ?? 0) + base)
    }
  }
  return lines
}

/** Troubles of the hub that a person sees, by verb; a hold or a backorder counts for every step that waits behind it. */
function troubledVerbs({ events, stages }: RunResult): ReadonlySet<string> {
  const verbs = new Set<string>()
  const holds = new Set<string>()
  for (const { type, data } of events) {
    const { verb, hold } = data as { verb?: string; hold?: string }
    if (type === 'delivery.refused' || type === 'delivery.parked' || type === 'delivery.in_doubt') verbs.add(verb ?? '')
    if (type === 'order.flagged') verbs.add((data as { field: string }).field)
    if (type === 'order.held') holds.add(hold ?? '')
    if (type === 'order.hold_lifted') holds.delete(hold ?? '')
  }
  if (holds.size > 0 || 'backordered' in stages) verbs.add('waits')
  return verbs
}

/** A step whose effect is not what the end asks for, and the troubles that explain it. */
type Explained = readonly [step: string, differs: boolean, by: readonly string[]]

/**
 * The end of a run's only order. Completed: posted once, what was not cancelled shipped, in the books and billed.
 * Compensated: nothing left the house and nothing of what was done still stands. Whatever differs needs a person who is
 * told of the very step that differs; everything else is mixed, and wrong.
 */
export function endOf(run: RunResult): Judged {
  const effects = effectsOf(run)
  const wrong = outOfOrder(run, effects)
  const troubles = troubledVerbs(run)
  const { ordered, posted, cancelledInBooks, released, recalled, shipped, issued, invoiced } = effects
  const ships = total(shipped) > 0
  const open = total(ordered) - cancelledByUs(run)
  const inBooks = total(posted) - total(cancelledInBooks)
  const isPosted = total(posted) > 0
  const differences: Explained[] = [
    ['warehouse', total(released) - total(recalled) !== total(shipped), ['warehouse.release', 'warehouse.recall']],
    ['order', open !== total(shipped), REACHING],
    ['books', isPosted && inBooks !== total(shipped), ['order.cancel', ...(ships ? [] : REACHING)]],
    ['posting', ships && !isPosted, ['order.post']],
    ['goods issue', total(issued) !== total(shipped), ['shipment.post', 'order.post']],
    ['invoice', total(invoiced) !== total(shipped), ['invoice.request', 'shipment.post', 'order.post']],
  ]
  const differing = differences.filter(([, differs]) => differs)
  for (const [step, , by] of differing) {
    if (by.some((verb) => troubles.has(verb))) continue
    wrong.push(`${step} differs, and nobody is told: ${JSON.stringify(shown(effects))}`)
  }
  if (wrong.length > 0) return { end: 'mixed', wrong }
  if (differing.length > 0) return { end: 'needs a person', wrong }
  return { end: ships ? 'completed' : 'compensated', wrong }
}

/** What can keep an order from being shipped or cancelled whole. */
const REACHING = [
  'waits',
  'credit.check',
  'price.check',
  'order.source',
  'order.post',
  'warehouse.release',
  'warehouse.recall',
]

/** No line is undone further than it was done, and nothing is undone before it was done or while more depends on it. */
function outOfOrder({ ledgers, landscape }: RunResult, effects: Effects): string[] {
  const wrong: string[] = []
  for (const line of effects.ordered.keys()) {
    const of = (lines: Lines) => lines.get(line) ?? 0
    if (of(effects.recalled) > of(effects.released)) wrong.push(`line ${line} is recalled further than released`)
    if (of(effects.cancelledInBooks) > of(effects.posted)) wrong.push(`line ${line} is cancelled further than posted`)
    if (of(effects.shipped) > of(effects.ordered)) wrong.push(`line ${line} is shipped further than ordered`)
    if (of(effects.posted) > of(effects.ordered)) wrong.push(`line ${line} is posted more than once`)
  }
  const inTime = ledgers.filter((row) => row.kind === 'effect').toSorted((a, b) => a.at - b.at)
  inTime.forEach((row, at) => {
    if (!row.system.startsWith('erp') || row.what !== 'order.cancel') return
    const until = inTime.filter((other, index) => index <= at || other.at <= row.at)
    const sum = (what: string, status?: string) =>
      sumOf(
        until.filter((other) => other.what === what && (what !== 'order.cancel' || other.system === row.system)),
        landscape,
        (detail) => status === undefined || detail.status === status,
      )
    const posted = sum('order.post')
    const cancelled = sum('order.cancel')
    const floor = sum('warehouse.release', 'accepted')
    const back = sum('warehouse.recall', 'confirmed')
    for (const [line, quantity] of cancelled) {
      const onFloor = (floor.get(line) ?? 0) - (back.get(line) ?? 0)
      if ((posted.get(line) ?? 0) - quantity < onFloor)
        wrong.push(`line ${line} is out of the books while the warehouse may ship ${onFloor}`)
    }
  })
  return wrong
}

function cancelledByUs({ events }: RunResult): number {
  let sum = 0
  for (const { type, data } of events) {
    if (type !== 'order.line_cancelled' && type !== 'order.rejected') continue
    for (const { quantity } of (data as { lines?: readonly { quantity: number }[] }).lines ?? []) sum += quantity
  }
  return sum
}

const total = (lines: Lines): number => [...lines.values()].reduce((sum, quantity) => sum + quantity, 0)

const shown = (effects: Effects) =>
  Object.fromEntries(Object.entries(effects).map(([name, lines]) => [name, total(lines as Lines)]))
