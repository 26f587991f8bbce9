import { add, decimal, decimalText } from '../base/decimal.ts'
import type { PackedCarton, ShippedLine } from './order-state.ts'

/** What cartons hold together, by line: a shipment's lines are the sum of its cartons, weights added exactly. */
export function shippedLines(cartons: readonly PackedCarton[]): ShippedLine[] {
  const sums: { line: string; item: string; quantity: number; weight?: string }[] = []
  for (const carton of cartons) {
    for (const part of carton.lines) {
      const known = sums.find((sum) => sum.line === part.line)
      if (!known) {
        const { line, item, quantity } = part
        sums.push(part.weight ? { line, item, quantity, weight: part.weight } : { line, item, quantity })
        continue
      }
      known.quantity += part.quantity
      if (part.weight)
        known.weight = known.weight ? decimalText(add(decimal(known.weight), decimal(part.weight)), true) : part.weight
    }
  }
  return sums
}
