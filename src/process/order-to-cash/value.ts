/** What an order is worth, for the credit check: each line rounded once, then added. */
import { add, type Decimal, decimal, decimalText } from '../../base/decimal.ts'
import { extended, type Money, minorUnits } from '../../base/money.ts'
import { MICROS, microsText } from '../../base/quantity.ts'
import type { OrderFacts, OrderLineFacts } from '../../lifecycle/events.ts'

/** The value of an order's lines at their ordered quantities, or at those given by line. */
export function orderValue(facts: OrderFacts, baseOf?: (line: OrderLineFacts) => number): Money {
  const fast = fastValue(facts, baseOf)
  if (fast !== undefined) return { amount: fast, currency: facts.currency }
  let total: Decimal = { units: 0n, scale: minorUnits(facts.currency) }
  for (const line of facts.lines) {
    if (!line.price) continue
    total = add(total, decimal(extended(pricedQuantity(line, baseOf?.(line) ?? line.base), line.price).amount))
  }
  return { amount: decimalText(total), currency: facts.currency }
}

/** The quantity of a line in the unit its price is for. */
export function pricedQuantity(line: OrderLineFacts, base: number): string {
  const { price, catchWeight, factor, ordered } = line
  if (catchWeight && price?.uom === catchWeight.unit) {
    const pieces = decimal(microsText(base))
    const weight = decimal(catchWeight.nominal)
    return decimalText({ units: pieces.units * weight.units, scale: pieces.scale + weight.scale })
  }
  if (price?.uom === ordered.uom && price.uom !== line.baseUnit) {
    const units = (base * factor[1]) / factor[0]
    if (Number.isSafeInteger(units)) return microsText(units)
  }
  return microsText(base)
}

/**
 * The usual order, whole pieces at a price of at most four places per one base unit, in plain integers: all of them
 * exact below 2^53. Anything else takes the exact decimals above, which cost ten times as much.
 */
function fastValue(facts: OrderFacts, baseOf?: (line: OrderLineFacts) => number): string | undefined {
  if (minorUnits(facts.currency) !== 2) return undefined
  let cents = 0
  for (const line of facts.lines) {
    const { price } = line
    if (!price) continue
    if (price.per !== 1 || price.uom !== line.baseUnit || line.catchWeight) return undefined
    const units = tenThousandths(price.amount)
    const pieces = (baseOf?.(line) ?? line.base) / MICROS
    if (units === undefined || !Number.isSafeInteger(pieces)) return undefined
    const product = pieces * units
    if (!Number.isSafeInteger(product * 2)) return undefined
    cents += Math.floor((product * 2 + 100) / 200)
  }
  const rest = cents % 100
  return `${(cents - rest) / 100}.${rest < 10 ? '0' : ''}${rest}`
}

function tenThousandths(amount: string): number | undefined {
  const point = amount.indexOf('.')
  if (amount.length > 12 || amount.charCodeAt(0) === 45) return undefined
  if (point < 0) return Number(amount) * 10_000
  const places = amount.length - point - 1
  if (places > 4) return undefined
  return Number(amount.slice(0, point)) * 10_000 + Number(amount.slice(point + 1)) * 10 ** (4 - places)
}
