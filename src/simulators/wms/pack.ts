import { decimal, decimalText, multiply, rounded } from '../../base/decimal.ts'
import { MICROS, microsText } from '../../base/quantity.ts'
import { drawBetween } from '../draw.ts'
import { type Item, withCheckDigit } from '../landscape.ts'
import type { Amount } from '../protocol.ts'

/** A line that lies on the packing table. */
export interface PickedLine {
  readonly line: string
  readonly item: Item
  /** Millionths of the base unit. */
  readonly quantity: number
}

/** A closed carton as it is reported. */
export interface PackedCarton {
  readonly carton: string
  readonly sscc: string
  readonly weight: string
  readonly weightUnit: 'LB'
  readonly lines: readonly {
    readonly line: string
    readonly item: string
    readonly quantity: Amount
    readonly weight?: string
  }[]
}

/** Most base units in one carton, unless said otherwise. */
export const CARTON_UNITS = 48

/** Packs lines into cartons one after another; a line that does not fit is split over several. */
export function pack(
  lines: readonly PickedLine[],
  nextSscc: () => string,
  seed: number,
  cartonUnits = CARTON_UNITS,
): PackedCarton[] {
  const capacity = cartonUnits * MICROS
  const cartons: PickedLine[][] = []
  let open: PickedLine[] = []
  let room = capacity
  for (const picked of lines) {
    let left = picked.quantity
    while (left > 0) {
      const part = Math.min(left, room)
      open.push({ ...picked, quantity: part })
      left -= part
      room -= part
      if (room > 0) continue
      cartons.push(open)
      open = []
      room = capacity
    }
  }
  if (open.length > 0) cartons.push(open)
  return cartons.map((content) => closed(content, nextSscc(), seed))
}

function closed(content: readonly PickedLine[], sscc: string, seed: number): PackedCarton {
  let hundredths = 50 // the empty box
  const lines = content.map(({ line, item, quantity }) => {
    const weight = item.catchWeight ? weighed(item, quantity, `${seed}/${sscc}/${line}`) : undefined
    hundredths += weight ? hundredthsOf(weight) : Math.round((quantity / MICROS) * 120)
    const base = { line, item: item.sku, quantity: { value: microsText(quantity), uom: item.baseUnit } }
    return weight ? { ...base, weight } : base
  })
  return {
    carton: sscc,
    sscc,
    weight: decimalText({ units: BigInt(hundredths), scale: 2 }),
    weightUnit: 'LB',
    lines,
  }
}

/** What the scale says: nominal weight, up to 5 % off in either direction, in hundredths of a pound. */
function weighed(item: Item, quantity: number, about: string): string {
  const perMille = drawBetween(0, about, 950, 1_050)
  const nominal = multiply(decimal(microsText(quantity)), decimal(item.catchWeight?.nominal ?? '0'))
  return decimalText(rounded(multiply(nominal, { units: BigInt(perMille), scale: 3 }), 2))
}

const hundredthsOf = (weight: string): number => Number(rounded(decimal(weight), 2).units)

/**
 * Numbers cartons: 18 digits with a check digit, never the same twice.
 *
 * @param prefix company prefix of the warehouse, 7 digits
 * @example
 * ssccNumbers('0614141', 1)() // '106141410000000019'
 */
export function ssccNumbers(prefix: string, extension: number): () => string {
  let serial = 0
  return () => {
    serial += 1
    return withCheckDigit(`${extension}${prefix}${String(serial).padStart(9, '0')}`)
  }
}
