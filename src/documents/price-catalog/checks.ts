import { compare, decimal } from '../../base/decimal.ts'
import { type DocumentFault, documentFault } from '../faults.ts'
import { givenNumberFaults, namelessFaults } from '../line-checks.ts'
import { periodFaults } from '../period-x12.ts'
import type { CatalogLine, CatalogPrice, PriceCatalog } from './schema.ts'

/** What must hold across the members of a catalog: above all that one question has one price. */
export function priceCatalogFaults(catalog: PriceCatalog): DocumentFault[] {
  const { lines } = catalog
  return [
    ...(lines.length === 0 ? [documentFault('LINES_NONE', { pointer: '/lines' })] : []),
    ...periodFaults(catalog, ''),
    ...givenNumberFaults(lines),
    ...namelessFaults(lines),
    ...linesFaults(lines),
  ]
}

function linesFaults(lines: readonly CatalogLine[]): DocumentFault[] {
  const faults: DocumentFault[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] as CatalogLine
    if (!isSimple(line)) faults.push(...lineFaults(line, `/lines/${at}`))
  }
  return faults
}

/** True for a line that has nothing to be looked at: no period that ends, and prices that differ in what they are for. */
function isSimple({ until, prices }: CatalogLine): boolean {
  if (until !== undefined) return false
  if (prices === undefined) return true
  for (let at = 0; at < prices.length; at += 1) {
    const price = prices[at] as CatalogPrice
    if (price.until !== undefined) return false
    for (let before = 0; before < at; before += 1) if (isForTheSame(prices[before] as CatalogPrice, price)) return false
  }
  return prices.length <= FEW
}

const FEW = 16
const isForTheSame = (one: CatalogPrice, other: CatalogPrice): boolean =>
  one.type === other.type &&
  one.class === other.class &&
  one.uom === other.uom &&
  one.basis === other.basis &&
  one.fromQuantity === other.fromQuantity &&
  one.from === other.from

function lineFaults(line: CatalogLine, pointer: string): DocumentFault[] {
  const { prices = [] } = line
  const faults = periodFaults(line, pointer)
  prices.forEach((price, at) => {
    if (price.until !== undefined) faults.push(...periodFaults(price, `${pointer}/prices/${at}`))
  })
  return prices.length > 1 ? [...faults, ...ambiguousPrices(prices, pointer)] : faults
}

function ambiguousPrices(prices: readonly CatalogPrice[], pointer: string): DocumentFault[] {
  const known = new Map<string, CatalogPrice>()
  return prices.flatMap((price, at) => {
    const { type = '', class: group = '', uom = '', basis = '', fromQuantity = '', from = '', until = '' } = price
    const key = [type, group, uom, basis, fromQuantity, from, until].join('\u0000')
    const before = known.get(key)
    known.set(key, before ?? price)
    if (before === undefined || compare(decimal(before.amount), decimal(price.amount)) === 0) return []
    const about = [`${before.amount} and ${price.amount}`]
    return [documentFault('PRICE_AMBIGUOUS', { pointer: `${pointer}/prices/${at}` }, about)]
  })
}
