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
    ...lines.flatMap((line, at) => lineFaults(line, `/lines/${at}`)),
  ]
}

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
