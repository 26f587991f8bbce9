/** An answer to "how much can I promise": from which positions, as of when, and how long it may be relied on. */
import { laneOfSubject, subjectOf } from '../lifecycle/subject.ts'
import type { Store } from '../store/contract.ts'
import { emptyPosition, fenceFor, type Position } from './position.ts'
import { promisableNow } from './promise.ts'
import { positionKey } from './stock-key.ts'
import { loadStock, stockTable } from './stock-table.ts'

export interface AvailabilityAsk {
  /** Millionths of the base unit; absent: how much there is. */
  readonly quantity?: number
  /** Whose commitments may be drawn on. */
  readonly customer?: string
  readonly channel?: string
  /** Milliseconds since 1970: now. */
  readonly at: number
  /** How long the answer may be relied on. */
  readonly validMs?: number
  /** Why a facility cannot serve this request (closed, item not allowed there); undefined when it can. */
  readonly cannotServe?: (facility: string) => string | undefined
}

/** One facility's share. */
export interface AvailabilitySource {
  readonly facility: string
  /** Millionths; never below zero here. */
  readonly promisable: number
  /** The position's version this is read from, and when it last changed. */
  readonly version: number
  readonly changedAt: number
  readonly excluded?: string
}

export interface Availability {
  readonly promisable: number
  /** Whether the quantity asked for can be had: from one facility, only from several, or not. */
  readonly answer: 'one-facility' | 'several-facilities' | 'not-enough'
  readonly asOf: number
  readonly expiresAt: number
  readonly sources: readonly AvailabilitySource[]
}

const MINUTE_MS = 60_000

/**
 * Promisable over these positions of one item. Facilities that cannot serve are named with the reason and not counted.
 *
 * @example
 * availability([position], { quantity: 5_000_000, channel: 'shop', at: now }).answer // 'one-facility'
 */
export function availability(positions: readonly Position[], ask: AvailabilityAsk): Availability {
  const sources = positions.map((position) => sourceOf(position, ask))
  const serving = sources.filter((source) => source.excluded === undefined)
  const promisable = serving.reduce((sum, source) => sum + source.promisable, 0)
  const expiresAt = ask.at + (ask.validMs ?? MINUTE_MS)
  return { promisable, answer: answerFor(serving, promisable, ask.quantity ?? 1), asOf: ask.at, expiresAt, sources }
}

function sourceOf(position: Position, ask: AvailabilityAsk): AvailabilitySource {
  const fence = fenceFor(position, ask.customer, ask.channel)
  const source = {
    facility: position.facility,
    promisable: Math.max(0, promisableNow(position, fence)),
    version: position.version,
    changedAt: position.at,
  }
  const excluded = ask.cannotServe?.(position.facility)
  return excluded === undefined ? source : { ...source, excluded }
}

function answerFor(
  serving: readonly AvailabilitySource[],
  promisable: number,
  quantity: number,
): Availability['answer'] {
  if (serving.some((source) => source.promisable >= quantity)) return 'one-facility'
  return promisable >= quantity ? 'several-facilities' : 'not-enough'
}

/** The committed positions of an item at these facilities, in their order; a facility that never saw it has none. */
export async function readPositions(
  store: Pick<Store, 'loadRows'>,
  tenant: string,
  facilities: readonly string[],
  item: string,
): Promise<Position[]> {
  const stocks = facilities.map((facility) => subjectOf(tenant, 'stock', facility))
  const keys = stocks.map((stock) => ({ lane: laneOfSubject(stock), subject: positionKey(stock, item) }))
  const rows = await store.loadRows(stockTable, keys)
  return facilities.map((facility, at) => {
    const row = rows[at]
    const position = emptyPosition(facility, item)
    return row ? loadStock(position, row.slice(2)) : position
  })
}
