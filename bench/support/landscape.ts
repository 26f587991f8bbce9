import { drawBetween, drawOne } from '../../src/simulators/draw.ts'
import { buildLandscape, type Item, type Landscape, type WantedOrder } from '../../src/simulators/landscape.ts'

export const LINES = 5
/** Five lines of nine pieces at most fit the carton of 48. */
const MOST_PIECES = 9

/**
 * The business of the order-to-cash benches: every order has exactly five lines of single pieces that fit one carton,
 * and one warehouse can always ship all of it, so each order makes the same messages.
 */
export function benchLandscape(seed: number): Landscape {
  const base = buildLandscape({
    seed,
    items: 2_000,
    customers: 200,
    facilities: { DC1: [1_000_000, 2_000_000], DC2: [1_000_000, 2_000_000] },
    catchWeightEvery: 0,
  })
  const everyone = base.customers.map((customer) => customer.id)
  const order = (index: number, among: readonly string[] = everyone) => fiveLines(base, index, among)
  return {
    ...base,
    order,
    *orders(count, from = 0, among = everyone) {
      for (let index = from; index < from + count; index += 1) yield order(index, among)
    },
  }
}

function fiveLines(landscape: Landscape, index: number, among: readonly string[]): WantedOrder {
  const { seed, items } = landscape
  const about = `order/${index}`
  const customer = drawOne(seed, `${about}/customer`, among)
  const shipTos = landscape.customer(customer)?.shipTos ?? []
  const first = drawBetween(seed, `${about}/first`, 0, items.length - 1)
  const step = drawBetween(seed, `${about}/step`, 1, Math.floor(items.length / 10))
  return {
    index,
    customer,
    customerOrder: `PO-${String(index + 1).padStart(7, '0')}`,
    shipTo: shipTos[index % shipTos.length]?.id ?? '',
    lines: Array.from({ length: LINES }, (_, at) => {
      const item = items[(first + at * step) % items.length] as Item
      return {
        line: String(at + 1),
        item: item.sku,
        quantity: String(drawBetween(seed, `${about}/${item.sku}`, 1, MOST_PIECES)),
        uom: item.baseUnit,
        price: landscape.price(customer, item.sku) ?? item.price,
      }
    }),
  }
}
