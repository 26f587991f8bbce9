/**
 * Where an order should ship from. Availability is not looked at here: each try asks the stock of its facilities, and
 * what they refuse teaches the next.
 */
import type { LineQuantity } from '../../lifecycle/events.ts'

/** What one facility is asked for; `whole` when it is everything that was wanted. */
export interface Part {
  readonly facility: string
  readonly lines: readonly LineQuantity[]
  readonly whole: boolean
}

/** What facilities said they have, by facility and line. A facility that refused, and did not name a line, has enough of it. */
export type Known = { [facility: string]: { [line: string]: number } }

/** A search: what is wanted, where it may come from, and what is known by now. */
export interface Search {
  readonly wants: readonly LineQuantity[]
  /** From the most to the least preferred. */
  readonly facilities: readonly string[]
  readonly known: Known
  readonly split: boolean
  /** Whether less than everything is worth having. */
  readonly partial: boolean
  /** The smallest quantity of a line that can be sold: its ordering unit. */
  readonly step: (line: string) => number
}

/** The next thing to try; no parts: nothing can be had, `rest` says what is missing. */
export interface Plan {
  readonly parts: readonly Part[]
  readonly rest: readonly LineQuantity[]
}

/**
 * Everything from one facility while one has not been asked; then by line, each from the first facility that has it;
 * then what there is.
 */
export function nextPlan(search: Search): Plan {
  const { wants, facilities, known } = search
  for (const facility of facilities) {
    if (!known[facility]) return { parts: [{ facility, lines: wants, whole: true }], rest: [] }
  }
  const plan = search.split ? byLine(search) : fromOne(search)
  if (plan.rest.length > 0 && !search.partial) return { parts: [], rest: wants }
  return plan
}

function availableAt(known: Known, facility: string, want: LineQuantity): number {
  const available = known[facility]?.[want.line]
  return available === undefined ? want.quantity : Math.max(0, available)
}

function byLine(search: Search): Plan {
  const { wants, facilities, known } = search
  const taken = new Map<string, LineQuantity[]>()
  const rest: LineQuantity[] = []
  const take = (facility: string, want: LineQuantity, quantity: number) => {
    const lines = taken.get(facility) ?? []
    lines.push({ ...want, quantity })
    taken.set(facility, lines)
  }
  for (const want of wants) {
    const whole = facilities.find((facility) => availableAt(known, facility, want) >= want.quantity)
    if (whole !== undefined) {
      take(whole, want, want.quantity)
      continue
    }
    let left = want.quantity
    for (const facility of search.partial ? facilities : []) {
      const quantity = Math.min(left, downTo(availableAt(known, facility, want), search.step(want.line)))
      if (quantity <= 0) continue
      take(facility, want, quantity)
      left -= quantity
    }
    if (left > 0) rest.push({ ...want, quantity: left })
  }
  return { parts: inOrder(taken, facilities), rest }
}

/** Without splitting: the facility that has most of the lines, and the rest later. */
function fromOne(search: Search): Plan {
  let best: Plan = { parts: [], rest: search.wants }
  for (const facility of search.facilities) {
    const plan = byLine({ ...search, facilities: [facility], partial: true })
    if (sum(plan.rest) < sum(best.rest)) best = plan
  }
  return best
}

const sum = (lines: readonly LineQuantity[]): number => lines.reduce((total, line) => total + line.quantity, 0)

const downTo = (quantity: number, step: number): number => (step > 0 ? quantity - (quantity % step) : quantity)

function inOrder(taken: ReadonlyMap<string, readonly LineQuantity[]>, facilities: readonly string[]): Part[] {
  const parts: Part[] = []
  for (const facility of facilities) {
    const lines = taken.get(facility)
    if (lines) parts.push({ facility, lines, whole: false })
  }
  return parts
}
