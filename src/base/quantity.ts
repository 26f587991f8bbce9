/**
 * A quantity as it travels: decimal text and the unit it was expressed in, with the code list of that unit
 * (X12 355, UN/ECE Rec 20, or a system's own).
 */
export interface Quantity {
  readonly value: string
  readonly uom: string
  readonly codeList?: 'x12' | 'rec20' | 'local'
}

/** Quantities in the ledgers are whole millionths of the base unit: exact, and fast as JavaScript's safe integers. */
export const MICROS = 1_000_000

/** The largest quantity any document may carry, in base units. */
export const LARGEST_QUANTITY = 1_000_000_000

const PLAIN = /^(-?)(\d{1,10})(?:\.(\d{1,6}))?$/

/**
 * Millionths of `'12.5'`: 12500000. Undefined for text that is no plain decimal, has more than six places, or is
 * above {@link LARGEST_QUANTITY}: such a quantity is a fault of the document and never rounded.
 */
export function micros(text: string): number | undefined {
  const match = PLAIN.exec(text)
  if (!match) return undefined
  const whole = Number(match[2]) * MICROS
  const size = match[3] ? whole + Number(match[3].padEnd(6, '0')) : whole
  if (size > LARGEST_QUANTITY * MICROS) return undefined
  return match[1] && size !== 0 ? -size : size
}

/** Decimal text of millionths, without zeros at the end: 12500000 is `'12.5'`. */
export function microsText(value: number): string {
  const size = Math.abs(value)
  const whole = Math.floor(size / MICROS)
  const rest = size % MICROS
  const text = rest === 0 ? String(whole) : `${whole}.${String(rest).padStart(6, '0').replace(/0+$/, '')}`
  return value < 0 ? `-${text}` : text
}
