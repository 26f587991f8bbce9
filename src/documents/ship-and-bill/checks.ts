import { add, type Decimal, decimal, decimalText } from '../../base/decimal.ts'
import { type DocumentFault, documentFault } from '../faults.ts'
import { taxesSum } from '../invoice/checks.ts'
import { amountFaults, chargeFaults, serialFaults } from '../line-checks.ts'
import { packFaults, placeFaults, repeatedPacks } from '../pack-checks.ts'
import { chargesSum, isNear, linesSum, NOTHING } from '../totals.ts'
import type { Bill, BilledItem, ShipAndBill } from './schema.ts'

const TOLERANCE: Decimal = { units: 1n, scale: 2 }

/** What must hold across the members of a ship and bill notice: above all that every bill adds up. */
export function shipAndBillFaults(notice: ShipAndBill, tolerance = TOLERANCE): DocumentFault[] {
  const { bills, packs, items, currency, purpose } = notice
  const faults: DocumentFault[] = []
  if (items.length === 0 && purpose !== 'cancel') faults.push(documentFault('LINES_NONE', { pointer: '/items' }))
  faults.push(...serialFaults(items, 'items'))
  faults.push(...packFaults(packs), ...placeFaults(packs, items), ...repeatedPacks(packs))
  for (const [at, bill] of bills.entries()) faults.push(...moneyFaults(bill, currency, `/bills/${at}`))
  const known = new Set(bills.map(({ number }) => number))
  for (const [at, item] of items.entries()) faults.push(...itemFaults(item, known, currency, `/items/${at}`))
  return faults.some(({ severity }) => severity !== 'warning') ? faults : [...faults, ...totalFaults(notice, tolerance)]
}

function moneyFaults(bill: Bill, currency: string, pointer: string): DocumentFault[] {
  const amounts = (['total', 'discountable', 'discounted', 'discount'] as const).flatMap((member) =>
    amountFaults(bill[member], currency, `${pointer}/${member}`),
  )
  return [...amounts, ...chargeFaults(bill.charges ?? [], currency, pointer)]
}

function itemFaults(item: BilledItem, bills: ReadonlySet<string>, currency: string, pointer: string): DocumentFault[] {
  const { bill, price, uom, charges = [] } = item
  const faults = chargeFaults(charges, currency, pointer)
  if (!bills.has(bill))
    faults.push(documentFault('REFERENCE_UNKNOWN', { pointer: `${pointer}/bill` }, [`Bill ${bill}`]))
  if (price === undefined) faults.push(documentFault('PRICE_MISSING', { pointer }))
  else if (price.uom !== undefined && price.uom !== uom)
    faults.push(documentFault('PRICE_BASIS', { pointer }, [`${price.uom} for a quantity in ${uom}`]))
  return faults
}

/** What a bill adds up to: its items, each rounded on its own, charges less allowances, taxes. */
export function billSum(bill: Bill, items: readonly BilledItem[], currency: string): Decimal {
  const parts = [bill, ...items].flatMap(({ charges, taxes }) => [chargesSum(charges), taxesSum(taxes)])
  return parts.reduce(add, linesSum(items, currency) ?? NOTHING)
}

function totalFaults({ bills, items, currency }: ShipAndBill, tolerance: Decimal): DocumentFault[] {
  const billed = Map.groupBy(items, ({ bill }) => bill)
  return bills.flatMap((bill, at) => {
    const sum = billSum(bill, billed.get(bill.number) ?? [], currency)
    if (isNear(sum, decimal(bill.total), tolerance)) return []
    return [documentFault('TOTAL_DIFFERS', { pointer: `/bills/${at}/total` }, [bill.total, decimalText(sum)])]
  })
}
