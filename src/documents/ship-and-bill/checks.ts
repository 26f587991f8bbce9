import { add, type Decimal, decimal, decimalText } from '../../base/decimal.ts'
import { minorUnits } from '../../base/money.ts'
import { type DocumentFault, documentFault } from '../faults.ts'
import { taxesSum } from '../invoice/checks.ts'
import { amountFaults, chargeFaults, isUneven, serialFaults } from '../line-checks.ts'
import { packFaults, placeFaults, repeatedPacks } from '../pack-checks.ts'
import { chargesSum, isNear, lineMinorUnits, linesSum, NOTHING, plus, unitsOf } from '../totals.ts'
import type { Bill, BilledItem, ShipAndBill } from './schema.ts'

const TOLERANCE: Decimal = { units: 1n, scale: 2 }

/** What must hold across the members of a ship and bill notice: above all that every bill adds up. */
export function shipAndBillFaults(notice: ShipAndBill, tolerance = TOLERANCE): DocumentFault[] {
  const { bills, packs, items, currency, purpose } = notice
  const faults: DocumentFault[] = []
  if (items.length === 0 && purpose !== 'cancel') faults.push(documentFault('LINES_NONE', { pointer: '/items' }))
  faults.push(...serialFaults(items, 'items'))
  faults.push(...packFaults(packs), ...placeFaults(packs, items), ...repeatedPacks(packs))
  for (let at = 0; at < bills.length; at += 1) moneyFaults(bills[at] as Bill, currency, at, faults)
  const known = bills.length > FEW ? new Set(bills.map(({ number }) => number)) : undefined
  for (let at = 0; at < items.length; at += 1) {
    const item = items[at] as BilledItem
    const isBilled = known ? known.has(item.bill) : bills.some(({ number }) => number === item.bill)
    if (!isBilled || !isSimple(item)) faults.push(...itemFaults(item, isBilled, currency, `/items/${at}`))
  }
  return faults.some(({ severity }) => severity !== 'warning') ? faults : [...faults, ...totalFaults(notice, tolerance)]
}

const FEW = 16

function moneyFaults(bill: Bill, currency: string, at: number, faults: DocumentFault[]): void {
  for (const member of AMOUNTS) {
    const amount = bill[member]
    if (amount !== undefined && isUneven(amount, currency))
      faults.push(...amountFaults(amount, currency, `/bills/${at}/${member}`))
  }
  if (bill.charges) faults.push(...chargeFaults(bill.charges, currency, `/bills/${at}`))
}

const AMOUNTS = ['total', 'discountable', 'discounted', 'discount'] as const

/** True for an item that has nothing to be looked at: a price in its own unit, no charges. */
const isSimple = ({ price, uom, charges }: BilledItem): boolean =>
  charges === undefined && price !== undefined && (price.uom ?? uom) === uom

function itemFaults(item: BilledItem, isBilled: boolean, currency: string, pointer: string): DocumentFault[] {
  const { bill, price, uom, charges = [] } = item
  const faults = chargeFaults(charges, currency, pointer)
  if (!isBilled) faults.push(documentFault('REFERENCE_UNKNOWN', { pointer: `${pointer}/bill` }, [`Bill ${bill}`]))
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

function totalFaults(notice: ShipAndBill, tolerance: Decimal): DocumentFault[] {
  const { bills, items, currency } = notice
  if (bills.length <= FEW && bills.every((bill) => addsUp(bill, items, currency))) return []
  const billed = Map.groupBy(items, ({ bill }) => bill)
  return bills.flatMap((bill, at) => {
    const sum = billSum(bill, billed.get(bill.number) ?? [], currency)
    if (isNear(sum, decimal(bill.total), tolerance)) return []
    return [documentFault('TOTAL_DIFFERS', { pointer: `/bills/${at}/total` }, [bill.total, decimalText(sum)])]
  })
}

/** True for a bill that is seen at once to add up to the cent; whether another one is near enough takes longer to say. */
function addsUp(bill: Bill, items: readonly BilledItem[], currency: string): boolean {
  const places = minorUnits(currency)
  let sum = ownUnits(bill, places)
  for (const item of items) {
    if (item.bill !== bill.number) continue
    sum = plus(plus(sum, lineMinorUnits(item, places)), ownUnits(item, places))
  }
  return sum === unitsOf(bill.total, places)
}

/** What the charges and taxes of a bill or an item add; no number where that is not to be said in whole units. */
function ownUnits({ charges, taxes }: Pick<Bill, 'charges' | 'taxes'>, places: number): number {
  let sum = 0
  if (charges)
    for (const { kind, amount } of charges) {
      if (amount === undefined || kind === 'information') continue
      const units = unitsOf(amount, places)
      sum = plus(sum, kind === 'charge' || units === undefined ? units : -units)
    }
  if (taxes) for (const { amount } of taxes) if (amount !== undefined) sum = plus(sum, unitsOf(amount, places))
  return sum
}
