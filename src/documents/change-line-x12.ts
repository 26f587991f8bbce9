import { CHANGES, type ChangeLine } from './change-line.ts'
import { POSSIBLE } from './figures.ts'
import { basisOf, itemIdPairs, readItemIds, readPrice } from './item-x12.ts'
import type { PartnerSyntax } from './partner-syntax.ts'
import { codeFor, wordFor } from './purposes.ts'
import { faultAt, figureAt, identifierAt, neededIdentifier, type SetReading, unitAt } from './set-reading.ts'
import { type Segment, segment, unitText } from './set-writing.ts'

/**
 * Reads POC. POC03 is the quantity of the whole line as it is now ordered, POC04 what of it the buyer still waits for;
 * the unit goes with both.
 */
export function readChangeLine(reading: SetReading, at: number): ChangeLine {
  const code = neededIdentifier(reading, at, 2, 'What happens to the line')
  const change = wordFor(CHANGES, code)
  if (change === undefined && code !== '')
    faultAt(reading, 'CODE_UNKNOWN', at, 2, [code, 'change of a line that we know'])
  const line: ChangeLine = { change: change ?? 'unchanged' }
  const number = identifierAt(reading, at, 1)
  if (number !== undefined) line.line = number
  const quantity = figureAt(reading, at, 3, POSSIBLE)
  if (quantity !== undefined) line.quantity = quantity
  const left = figureAt(reading, at, 4, POSSIBLE)
  if (left !== undefined) line.leftToReceive = left
  const uom = unitAt(reading, at, 5)
  if (uom !== undefined) line.uom = uom
  const price = readPrice(reading, at, 6, 7)
  if (price !== undefined) line.price = price
  readItemIds(reading, at, 8, line)
  return line
}

/** Writes POC. */
export function writeChangeLine(line: ChangeLine, syntax: PartnerSyntax): Segment {
  const { change, quantity, leftToReceive, price } = line
  const counted = [quantity, leftToReceive, unitText(line.uom, syntax)]
  const worth = [price?.amount, basisOf(price)]
  return segment('POC', line.line, codeFor(CHANGES, change), ...counted, ...worth, ...itemIdPairs(line, syntax))
}
