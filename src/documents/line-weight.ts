import { POSSIBLE } from './figures.ts'
import { figureAt, identifierAt, type SetReading, sideUnitAt } from './set-reading.ts'
import { type Segment, segment } from './set-writing.ts'
import { weightUnitCode, weightUnitFrom } from './weight-units.ts'

interface Weighed {
  weight?: string
  weightUom?: string
}

/** Reads a weight and the one-letter unit (X12 188) two elements behind it. An unknown unit is left out, with a warning. */
export function readWeightAt(reading: SetReading, at: number, element: number, line: Weighed): void {
  const weight = figureAt(reading, at, element, POSSIBLE)
  if (weight !== undefined) line.weight = weight
  const code = identifierAt(reading, at, element + 2)
  if (code === undefined) return
  const uom = weightUnitFrom(code) ?? sideUnitAt(reading, at, element + 2)
  if (uom !== undefined) line.weightUom = uom
}

/** Weight, qualifier and unit as three elements; none when there is no weight. */
export function weightElements({ weight, weightUom }: Weighed): (string | undefined)[] {
  return weight === undefined ? [] : [weight, 'G', weightUnitCode(weightUom)]
}

/** Writes W20: the gross weight of a line. */
export function writeLineWeight(line: Weighed): Segment[] {
  if (line.weight === undefined) return []
  return [segment('W20', undefined, undefined, undefined, ...weightElements(line))]
}
