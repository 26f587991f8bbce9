/**
 * What can be promised. Available to promise is not what finance owns and not what a channel is shown: a negative is
 * kept inside as the signal that more was promised than is there.
 */
import { fencedOff, type Position } from './position.ts'
import { type CountedItem, toPacks } from './units.ts'

/** Goods to come or promises already made for a date (days, or any ordered number), in millionths. */
export interface Dated {
  readonly due: number
  readonly quantity: number
}

/** Goods to come, and how sure they are; a channel says which classes it may promise from. */
export interface Supply extends Dated {
  readonly confidence: 'in-transit' | 'order-confirmed' | 'order-open'
}

/** Promisable now for whoever draws on `fence` (absent: for anyone without a commitment). May be negative. */
export function promisableNow(position: Position, fence?: string): number {
  return position.available - position.allocated - position.reserved - position.safetyStock - fencedOff(position, fence)
}

/** What is left at `due` when supply and demand up to then are counted. */
export function cumulative(now: number, supply: readonly Dated[], demand: readonly Dated[], due: number): number {
  return now + dueBy(supply, due) - dueBy(demand, due)
}

/**
 * Promisable for `due`: the least that is ever left from then on, so that a new promise never eats an older one.
 *
 * @example
 * // 160 now, demand 100 on day 3, supply 300 on day 5, demand 250 on day 7
 * promisableAt(160, [{ due: 5, quantity: 300 }], [{ due: 3, quantity: 100 }, { due: 7, quantity: 250 }], 0) // 60
 */
export function promisableAt(now: number, supply: readonly Dated[], demand: readonly Dated[], due: number): number {
  const later = [...supply, ...demand].map((change) => change.due).filter((at) => at > due)
  return Math.min(...[due, ...later].map((at) => cumulative(now, supply, demand, at)))
}

/** Supply whose confidence a channel may promise from. */
export function countedSupply(supply: readonly Supply[], allowed: readonly Supply['confidence'][]): Supply[] {
  return supply.filter((coming) => allowed.includes(coming.confidence))
}

/** What a channel is shown: whole sellable units after its buffer, and what of the promisable cannot be sold there. */
export interface Published {
  readonly units: number
  readonly uom: string
  /** Millionths of the base unit that this channel cannot sell because they fill no unit. */
  readonly notSellable: number
}

/**
 * Promisable, rounded down to the channel's sellable unit, minus the channel's buffer (millionths of the base unit).
 *
 * @example
 * published(160 * MICROS, item, 'CS') // { units: 13, uom: 'CS', notSellable: 4000000 }
 */
export function published(promisable: number, item: CountedItem, uom: string, buffer = 0): Published {
  const rounded = toPacks(item, Math.max(0, promisable), uom, 'down-to-pack')
  if (buffer === 0) return { units: rounded.packs, uom, notSellable: rounded.remainder }
  const shown = Math.max(0, promisable) - rounded.remainder - buffer
  return {
    units: toPacks(item, Math.max(0, shown), uom, 'down-to-pack').packs,
    uom,
    notSellable: rounded.remainder,
  }
}

function dueBy(changes: readonly Dated[], due: number): number {
  let total = 0
  for (const change of changes) if (change.due <= due) total += change.quantity
  return total
}
