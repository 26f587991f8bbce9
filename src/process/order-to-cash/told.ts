import { micros, type Quantity } from '../../base/quantity.ts'
import type { Moment } from './moment.ts'

/** A line as a target's answer names it. */
export interface ToldLine {
  readonly line: string
  readonly quantity: Quantity
}

/** A told quantity in millionths of the line's base unit; 0 for one that cannot be read, and never rounded up. */
export function inBase(moment: Moment, told: ToldLine): number {
  const facts = moment.factsOf(told.line)
  const value = micros(told.quantity.value)
  if (!facts || value === undefined) return 0
  if (told.quantity.uom !== facts.ordered.uom || told.quantity.uom === facts.baseUnit) return value
  return Math.floor((value * facts.factor[0]) / facts.factor[1])
}
