import { decimalText } from '../base/decimal.ts'
import { type DocumentFault, documentFault } from './faults.ts'
import { POSSIBLE } from './figures.ts'
import type { PartnerSyntax } from './partner-syntax.ts'
import { figureAt, neededFigure, type SetReading, sideUnitAt } from './set-reading.ts'
import { type Segment, segment, unitText } from './set-writing.ts'
import { addUpTo, quantitiesSum } from './totals.ts'

/** What a whole warehouse document adds up to. */
interface Totals {
  quantity: string
  weight?: string
  weightUom?: string
  volume?: string
  volumeUom?: string
}

/**
 * A stated quantity that the lines do not add up to. Some partners count cartons there, so it is a warning that
 * a person should see, not a reason to refuse what the warehouse did.
 */
export function quantityFaults(stated: string | undefined, quantities: readonly string[]): DocumentFault[] {
  if (stated === undefined) return []
  if (addUpTo(stated, quantities)) return []
  const about = [`a quantity of ${stated}`, decimalText(quantitiesSum(quantities))]
  return [documentFault('COUNT_DIFFERS', { pointer: '/totals/quantity' }, about, 'warning')]
}

/** Reads W76 or W03. */
export function readTotals(reading: SetReading, at: number): Totals {
  const totals: Totals = { quantity: neededFigure(reading, at, 1, POSSIBLE, 'The total quantity') }
  const weight = figureAt(reading, at, 2, POSSIBLE)
  if (weight !== undefined) totals.weight = weight
  const weightUom = sideUnitAt(reading, at, 3)
  if (weightUom !== undefined) totals.weightUom = weightUom
  const volume = figureAt(reading, at, 4, POSSIBLE)
  if (volume !== undefined) totals.volume = volume
  const volumeUom = sideUnitAt(reading, at, 5)
  if (volumeUom !== undefined) totals.volumeUom = volumeUom
  return totals
}

/** Writes W76 or W03. */
export function writeTotals(tag: 'W76' | 'W03', totals: Totals, syntax: PartnerSyntax): Segment {
  const { quantity, weight, weightUom, volume, volumeUom } = totals
  return segment(tag, quantity, weight, unitText(weightUom, syntax), volume, unitText(volumeUom, syntax))
}
