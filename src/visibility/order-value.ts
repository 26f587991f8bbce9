import { add, type Decimal, decimal, decimalText } from '../base/decimal.ts'
import { extended, type Money, type Price } from '../base/money.ts'
import { microsText } from '../base/quantity.ts'
import type { OrderFacts, OrderLineFacts } from '../lifecycle/events.ts'

/**
 * What an order is worth: its priced lines and charges. Lines priced in a unit that is neither the ordered nor the base
 * unit (catch weight) are worth their price only when they ship, and are left out. Undefined when nothing has a price.
 */
export function orderValue(facts: OrderFacts): Money | undefined {
  let total: Decimal | undefined
  const take = (amount: Money | undefined) => {
    if (amount && amount.currency === facts.currency)
      total = total ? add(total, decimal(amount.amount)) : decimal(amount.amount)
  }
  for (const line of facts.lines) take(line.price && lineValue(line, line.price))
  if (!total) return undefined
  for (const charge of facts.charges) take(charge.amount)
  return { amount: decimalText(total), currency: facts.currency }
}

function lineValue(line: OrderLineFacts, price: Price): Money | undefined {
  if (price.uom === line.ordered.uom) return extended(line.ordered.value, price)
  return price.uom === line.baseUnit ? extended(microsText(line.base), price) : undefined
}
