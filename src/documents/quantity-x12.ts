import { type FigureRule, SIGNED } from './figures.ts'
import { faultAt, neededFigure, neededIdentifier, type SetReading, unitAt } from './set-reading.ts'

/** What QTY says: what was counted (X12 673), how much, in which unit. */
export interface QualifiedQuantity {
  readonly code: string
  readonly quantity: string
  readonly uom: string
}

/** Reads QTY. Its unit stands in it, in a UIT right behind it, or held for the whole line before (`otherwise`). */
export function readQuantity(
  reading: SetReading,
  at: number,
  otherwise?: string,
  rule: FigureRule = SIGNED,
): QualifiedQuantity {
  const code = neededIdentifier(reading, at, 1, 'What the quantity counts')
  const quantity = neededFigure(reading, at, 2, rule, 'The quantity')
  const follows = reading.segments.tag(at + 1) === 'UIT' ? unitAt(reading, at + 1, 1) : undefined
  const uom = unitAt(reading, at, 3) ?? follows ?? otherwise
  if (uom === undefined) faultAt(reading, 'MISSING', at, 3, ['The unit of measure'])
  return { code, quantity, uom: uom ?? '' }
}
