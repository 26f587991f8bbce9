/** Lines of two documents beside each other: which is which, and whether they speak of the same goods. */
import { add, compare, type Decimal, decimal, decimalText } from '../../base/decimal.ts'
import { hasCheckDigit } from '../check-digit.ts'
import { isGtin } from '../item-x12.ts'
import type { ItemNames } from '../shapes.ts'
import { type At, type Disagreement, disagreement, type Told } from './disagreement.ts'

/** A line as far as any two documents share it. */
export interface AnyLine extends ItemNames {
  readonly line?: string
  readonly quantity: string
  readonly uom: string
}

/** The line of an order that another document's line is about: by its number, else by its item. */
export function lineOf<T extends AnyLine>(
  lines: readonly T[],
  { line, sku, ids = [] }: Omit<AnyLine, 'quantity' | 'uom'>,
): T | undefined {
  const index = indexOf(lines) as ReadonlyMap<string, T>
  if (line !== undefined) return index.get(`line ${stripped(line)}`)
  const names = [...(sku === undefined ? [] : [`sku ${sku}`]), ...ids.map(idText)]
  return names.map((name) => index.get(name)).find((found) => found !== undefined)
}

const indexes = new WeakMap<readonly AnyLine[], ReadonlyMap<string, AnyLine>>()

/** Lines by all their names; the first one has a name that two of them share. */
function indexOf(lines: readonly AnyLine[]): ReadonlyMap<string, AnyLine> {
  const ready = indexes.get(lines)
  if (ready) return ready
  const index = new Map<string, AnyLine>()
  const name = (key: string, line: AnyLine) => void (index.has(key) || index.set(key, line))
  for (const line of lines) {
    if (line.line !== undefined) name(`line ${stripped(line.line)}`, line)
    if (line.sku !== undefined) name(`sku ${line.sku}`, line)
    for (const id of line.ids ?? []) name(idText(id), line)
  }
  indexes.set(lines, index)
  return index
}

/** A number as a partner reads it: `UP 036000291452`. */
export const idText = ({ qualifier, value }: NonNullable<ItemNames['ids']>[number]): string => `${qualifier} ${value}`

/** Numbers of lines are compared without zeros in front: 0001 and 1 are the same line. */
const stripped = (line: string): string => line.replace(/^0+(?=.)/, '')

const sharesId = (a: ItemNames, b: ItemNames): boolean =>
  (a.ids ?? []).some((id) => (b.ids ?? []).some((other) => idText(other) === idText(id)))

/** Under one qualifier, two different numbers: two different items, unless another number is the same. */
export function isOtherItem(a: ItemNames, b: ItemNames): boolean {
  if (a.sku !== undefined && b.sku !== undefined) return a.sku !== b.sku
  if (sharesId(a, b)) return false
  return (a.ids ?? []).some(({ qualifier }) => (b.ids ?? []).some((other) => other.qualifier === qualifier))
}

/**
 * Numbers of an item that both name under one qualifier, and differently. One of the order’s with a wrong check digit is
 * nothing to compare with: that it is wrong is said where it stands.
 */
export function otherIds(
  { ids = [] }: ItemNames,
  ordered: ItemNames,
): readonly { readonly found: ItemId; readonly wanted: ItemId }[] {
  return ids.flatMap((found) => {
    const alike = (ordered.ids ?? []).filter(({ qualifier }) => qualifier === found.qualifier)
    const wanted = alike.find(({ qualifier, value }) => !isGtin(qualifier) || hasCheckDigit(value))
    return wanted === undefined || alike.some(({ value }) => value === found.value) ? [] : [{ found, wanted }]
  })
}

type ItemId = NonNullable<ItemNames['ids']>[number]

export const itemText = ({ sku, ids = [] }: ItemNames): string =>
  sku ?? (ids[0] ? `${ids[0].qualifier} ${ids[0].value}` : 'no item')

export const lineText = ({ line, ...item }: { readonly line?: string } & ItemNames): string =>
  line === undefined ? `Item ${itemText(item)}` : `Line ${line}`

/** Where the parts of a line stand in the set of its document. */
export interface LinePlaces {
  readonly item: At
  readonly quantity: At
  readonly uom: At
}

/** A line that nobody ordered, of another item, or counted otherwise. Undefined lines are told, too. */
export function lineDisagreements(
  told: Told,
  line: AnyLine,
  ordered: AnyLine | undefined,
  order: string,
  { item, uom }: Pick<LinePlaces, 'item' | 'uom'>,
): Disagreement[] {
  const named = lineText(line)
  if (ordered === undefined) return [disagreement('LINE_NOT_ORDERED', told, item, named, order)]
  const found: Disagreement[] = []
  if (isOtherItem(line, ordered))
    found.push(disagreement('ITEM_DIFFERS', told, item, named, itemText(line), order, itemText(ordered)))
  if (line.uom !== ordered.uom) found.push(disagreement('UNIT_DIFFERS', told, uom, named, line.uom, order, ordered.uom))
  return found
}

/** How much there is of each line, in one unit each: sums over several documents. */
export class Sums {
  readonly #sums = new Map<string, Decimal>()
  readonly #keys = new Set<string>()

  /** Adds to a line, and says how much that makes. */
  add(line: AnyLine, key: string = keyOf(line)): Decimal {
    const sum = add(this.#sums.get(`${key} ${line.uom}`) ?? decimal('0'), decimal(line.quantity))
    this.#sums.set(`${key} ${line.uom}`, sum)
    this.#keys.add(key)
    return sum
  }

  /** How much there is of a line; undefined when nothing was said of it in that unit. */
  of(line: AnyLine, key: string = keyOf(line)): Decimal | undefined {
    return this.#sums.get(`${key} ${line.uom}`)
  }

  /** Whether anything was said of a line, in whatever unit. */
  knows(key: string): boolean {
    return this.#keys.has(key)
  }

  /** Whether anything was said at all. */
  get isEmpty(): boolean {
    return this.#sums.size === 0
  }
}

const keyOf = ({ line, ...item }: AnyLine): string => (line === undefined ? itemText(item) : stripped(line))

export const isMore = (a: Decimal, b: Decimal): boolean => compare(a, b) > 0
export const quantityText = (quantity: Decimal | string, uom: string): string =>
  `${typeof quantity === 'string' ? quantity : decimalText(quantity)} ${uom}`
