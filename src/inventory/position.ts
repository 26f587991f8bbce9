/**
 * The position of one item at one facility: how much is there, in what condition, and what of it is already promised.
 * Quantities are millionths of the base unit. Shipping allocated stock does not move what can be promised.
 */
import { assert } from '../base/errors.ts'
import { micros } from '../base/quantity.ts'
import type { EventData, StockMove, StockStatus } from '../lifecycle/events.ts'
import type { EarlyMovement } from './early.ts'
import type { WaitingLine } from './waiting.ts'

/** A ring fence for a customer or channel, and how much of it open reservations and allocations have drawn. */
export interface Fence {
  commitment: number
  consumed: number
}

/** What is physically there but not available, by status. */
export type Unavailable = { [S in Exclude<StockStatus, 'available'>]?: number }

export interface Position {
  readonly kind: 'position'
  readonly facility: string
  readonly item: string
  /** Position (in the facility's lane) of the last event that changed it, and when: what an answer quotes. */
  version: number
  at: number
  /** Opening stock was taken; from then on only movements change it. */
  opened: boolean
  available: number
  unavailable: Unavailable | undefined
  /** Hard ties of on-hand stock to order lines, until they ship. Disjoint from `reserved`. */
  allocated: number
  reserved: number
  safetyStock: number
  fences: { [name: string]: Fence } | undefined
  /** Actual weight on hand in millionths of the item's weight unit, for items sold by weight. */
  weight: number
  /** Movements reported too early, in the order they came. */
  early: readonly EarlyMovement[] | undefined
  /** Orders that wait for more of it, the oldest first. */
  waiting: readonly WaitingLine[] | undefined
}

/** A position nothing is known about yet. */
export function emptyPosition(facility: string, item: string): Position {
  return {
    kind: 'position',
    facility,
    item,
    version: 0,
    at: 0,
    opened: false,
    available: 0,
    unavailable: undefined,
    allocated: 0,
    reserved: 0,
    safetyStock: 0,
    fences: undefined,
    weight: 0,
    early: undefined,
    waiting: undefined,
  }
}

/** What is there in this status. */
export function onHandIn(position: Position, status: StockStatus): number {
  return status === 'available' ? position.available : (position.unavailable?.[status] ?? 0)
}

/** All that is physically there, whatever its status: what finance owns, too. */
export function onHand(position: Position): number {
  let total = position.available
  if (position.unavailable) for (const quantity of Object.values(position.unavailable)) total += quantity
  return total
}

/** What commitments other than `fence` still withhold. */
export function fencedOff(position: Position, fence?: string): number {
  let total = 0
  if (!position.fences) return total
  for (const [name, { commitment, consumed }] of Object.entries(position.fences)) {
    if (name !== fence && commitment > consumed) total += commitment - consumed
  }
  return total
}

/** The fence an order draws on: that of its customer, else that of its channel, else none. */
export function fenceFor(position: Position, customer?: string, channel?: string): string | undefined {
  if (!position.fences) return undefined
  if (customer !== undefined && position.fences[customer]) return customer
  return channel !== undefined && position.fences[channel] ? channel : undefined
}

/** Numbers of this position that do not add up, in words; empty when all is well. */
export function violations(position: Position): string[] {
  const found: string[] = []
  const balances = { available: position.available, ...position.unavailable }
  for (const [status, quantity] of Object.entries(balances)) {
    if (quantity < 0) found.push(`${status} is below zero`)
  }
  if (position.allocated < 0) found.push('allocated is below zero')
  if (position.reserved < 0) found.push('reserved is below zero')
  for (const [name, { commitment, consumed }] of Object.entries(position.fences ?? {})) {
    if (commitment < 0 || consumed < 0) found.push(`the commitment for ${name} is below zero`)
  }
  return found
}

/** Opening stock: what was counted of this status is what is there. */
export function open(position: Position, status: StockStatus, quantity: number, weight?: string): void {
  position.opened = true
  put(position, status, quantity - onHandIn(position, status))
  if (weight !== undefined) position.weight += weightMicros(weight)
}

/** Goods came in. */
export function receive(position: Position, status: StockStatus, quantity: number, weight?: string): void {
  put(position, status, quantity)
  if (weight !== undefined) position.weight += weightMicros(weight)
}

/** A movement the warehouse reports, up or down. */
export function adjust(position: Position, status: StockStatus, delta: number): void {
  put(position, status, delta)
}

export function changeStatus(position: Position, from: StockStatus, to: StockStatus, quantity: number): void {
  put(position, from, -quantity)
  put(position, to, quantity)
}

/** Safety stock and commitments, as the owner of the policy sets them. What was drawn on a commitment stays drawn. */
export function setPolicy(position: Position, policy: EventData['inventory.policy_set']['lines'][number]): void {
  if (policy.safetyStock !== undefined) position.safetyStock = policy.safetyStock
  if (!policy.commitments) return
  const fences: { [name: string]: Fence } = {}
  for (const [name, fence] of Object.entries(position.fences ?? {})) {
    if (fence.consumed > 0) fences[name] = { commitment: 0, consumed: fence.consumed }
  }
  for (const [name, commitment] of Object.entries(policy.commitments)) {
    fences[name] = { commitment, consumed: fences[name]?.consumed ?? 0 }
  }
  position.fences = fences
  forgetEmptyFences(position)
}

export function reserve(position: Position, move: StockMove): void {
  position.reserved += move.quantity
  draw(position, move.fence, move.quantity)
}

export function freeReserved(position: Position, move: StockMove): void {
  position.reserved -= move.quantity
  draw(position, move.fence, -move.quantity)
}

/** Reserved becomes allocated in one step; what was released without a reservation is allocated all the same. */
export function allocate(position: Position, move: StockMove): void {
  const reserved = move.reserved ?? move.quantity
  position.reserved -= reserved
  position.allocated += move.quantity
  draw(position, move.fence, move.quantity - reserved)
}

/** A confirmed recall: the tie is cut, the stock can be promised again. */
export function deallocate(position: Position, move: StockMove): void {
  position.allocated -= move.quantity
  draw(position, move.fence, -move.quantity)
}

/**
 * Allocated stock was not found. It leaves `allocated` and is suspect until counted: it never goes back to what can be
 * promised, which therefore does not move.
 */
export function short(position: Position, move: StockMove): void {
  const missing = Math.min(move.quantity, position.available)
  position.allocated -= move.allocated ?? move.quantity
  changeStatus(position, 'available', 'suspect', missing)
  useUp(position, move.fence, move.allocated ?? move.quantity)
}

/** Goods left: on hand and allocated fall together, once, and what can be promised stays. */
export function ship(position: Position, move: StockMove & { readonly weight?: string }): void {
  const allocated = move.allocated ?? move.quantity
  const reserved = move.reserved ?? 0
  position.allocated -= allocated
  position.reserved -= reserved
  useUp(position, move.fence, allocated + reserved)
  takeOut(position, move.quantity)
  if (move.weight !== undefined) position.weight = Math.max(0, position.weight - weightMicros(move.weight))
}

/** How much of a shipment is more than the book knows of: goods left that were not there. */
export function unknownToBook(position: Position, quantity: number): number {
  return Math.max(0, quantity - onHand(position))
}

/** Shipped stock leaves `available`; when that is not enough, what was thought missing or blocked was found after all. */
function takeOut(position: Position, quantity: number): void {
  let left = quantity
  for (const status of FOUND_IN) {
    if (left <= 0) return
    const taken = Math.min(left, onHandIn(position, status))
    if (taken > 0) put(position, status, -taken)
    left -= taken
  }
}

const FOUND_IN: readonly StockStatus[] = [
  'available',
  'suspect',
  'inspection',
  'hold',
  'return-pending',
  'damaged',
  'expired',
]

function put(position: Position, status: StockStatus, change: number): void {
  if (status === 'available') {
    position.available += change
    return
  }
  const quantity = (position.unavailable?.[status] ?? 0) + change
  position.unavailable = { ...position.unavailable, [status]: quantity }
  if (quantity === 0) forgetEmptyStatus(position, status)
}

function forgetEmptyStatus(position: Position, status: Exclude<StockStatus, 'available'>): void {
  const { [status]: _, ...rest } = position.unavailable ?? {}
  position.unavailable = Object.keys(rest).length > 0 ? rest : undefined
}

function draw(position: Position, name: string | undefined, quantity: number): void {
  const fence = name === undefined ? undefined : position.fences?.[name]
  if (!fence || quantity === 0) return
  fence.consumed = Math.max(0, fence.consumed + quantity)
  forgetEmptyFences(position)
}

/** What left or got lost is gone from the commitment, too, so that nobody else's promise moves. */
function useUp(position: Position, name: string | undefined, quantity: number): void {
  const fence = name === undefined ? undefined : position.fences?.[name]
  if (!fence) return
  fence.consumed = Math.max(0, fence.consumed - quantity)
  fence.commitment = Math.max(0, fence.commitment - quantity)
  forgetEmptyFences(position)
}

function forgetEmptyFences(position: Position): void {
  const kept = Object.entries(position.fences ?? {}).filter(([, fence]) => fence.commitment > 0 || fence.consumed > 0)
  position.fences = kept.length > 0 ? Object.fromEntries(kept) : undefined
}

function weightMicros(text: string): number {
  const weight = micros(text)
  assert(weight !== undefined, `the weight ${text} was not checked when it came in`)
  return weight
}
