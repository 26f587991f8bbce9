import { LARGEST_QUANTITY, MICROS } from '../base/quantity.ts'

/** A unit of an item: so many base units to one of it, as an exact ratio. */
export interface ItemUnit {
  readonly uom: string
  readonly numerator: number
  readonly denominator: number
}

/** Units that can be cut: weight, volume, length, area, time. All others are counted whole. */
const DIVISIBLE = new Set(
  'OZ LB TN GR KG MP ME CW PN 01 PT QT GA LT ML FO MM CM MR LM KM IN FT LF YD SI SF SY SM CI CF CY CC CR BF MJ HR DA KH'.split(
    ' ',
  ),
)

/** Whether half of this unit means anything. */
export function isDivisible(unit: string): boolean {
  return DIVISIBLE.has(unit)
}

/** `CS` and `CA` both mean case in practice, `CT` and `CTN` a carton; an item lists the one its ERP uses. */
const SAME_IN_PRACTICE: Readonly<Record<string, string>> = { CS: 'CA', CA: 'CS', PC: 'EA', EA: 'PC' }

/** The factor of a unit of an item, or why there is none. */
export type Factor =
  | { readonly factor: readonly [number, number]; readonly fault?: undefined }
  | { readonly fault: 'missing' | 'conflicting'; readonly factor?: undefined }

/**
 * The factor from a unit to the item's base unit. Units of one item only; nothing is ever taken as one to one.
 *
 * @example
 * factorOf({ baseUnit: 'EA', units: [{ uom: 'CA', numerator: 12, denominator: 1 }] }, 'CS') // { factor: [12, 1] }
 */
export function factorOf(
  item: { readonly baseUnit: string; readonly units: readonly ItemUnit[] },
  uom: string,
): Factor {
  if (uom === item.baseUnit) return conflictsWithBase(item, uom) ? { fault: 'conflicting' } : ONE
  const exact = declared(item.units, uom)
  if (exact) return exact
  const sibling = SAME_IN_PRACTICE[uom]
  if (sibling === undefined) return { fault: 'missing' }
  if (sibling === item.baseUnit) return ONE
  return declared(item.units, sibling) ?? { fault: 'missing' }
}

/** The base unit for a name that means the same in practice, else the name: a price for a `PC` is one for the `EA` of an item. */
export function asBaseUnit(
  { baseUnit, units }: { readonly baseUnit: string; readonly units: readonly ItemUnit[] },
  uom: string,
): string {
  if (uom === baseUnit || SAME_IN_PRACTICE[uom] !== baseUnit) return uom
  return units.some((unit) => unit.uom === uom) ? uom : baseUnit
}

const ONE: Factor = { factor: [1, 1] }

function conflictsWithBase(item: { readonly units: readonly ItemUnit[] }, uom: string): boolean {
  return item.units.some((unit) => unit.uom === uom && unit.numerator !== unit.denominator)
}

function declared(units: readonly ItemUnit[], uom: string): Factor | undefined {
  let found: ItemUnit | undefined
  for (const unit of units) {
    if (unit.uom !== uom) continue
    if (found && found.numerator * unit.denominator !== unit.numerator * found.denominator) {
      return { fault: 'conflicting' }
    }
    found = unit
  }
  return found && { factor: [found.numerator, found.denominator] }
}

/**
 * Millionths of the base unit for millionths of a unit. Exact: undefined where the result would have to be rounded,
 * is no whole number of a unit that is counted whole, or is above the largest quantity.
 */
export function toBase(micros: number, factor: readonly [number, number], baseUnit: string): number | undefined {
  const base = scaled(micros, factor[0], factor[1])
  if (base === undefined || Math.abs(base) > LARGEST_QUANTITY * MICROS) return undefined
  return base % MICROS !== 0 && !isDivisible(baseUnit) ? undefined : base
}

/** Millionths of a unit for millionths of the base unit; undefined where it would have to be rounded. */
export function fromBase(base: number, factor: readonly [number, number]): number | undefined {
  return scaled(base, factor[1], factor[0])
}

function scaled(value: number, numerator: number, denominator: number): number | undefined {
  if (numerator === denominator) return value
  const product = value * numerator
  if (Number.isSafeInteger(product)) return product % denominator === 0 ? product / denominator : undefined
  const exact = BigInt(value) * BigInt(numerator)
  const divisor = BigInt(denominator)
  if (exact % divisor !== 0n) return undefined
  const result = Number(exact / divisor)
  return Number.isSafeInteger(result) ? result : undefined
}
