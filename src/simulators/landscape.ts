import type { Price } from '../base/money.ts'
import { draw, drawBetween, drawOne } from './draw.ts'
import { centsText, type UnitFactor } from './figures.ts'

/** An item as the ERP masters it, in the form it travels to the hub. */
export interface Item {
  readonly sku: string
  readonly description: string
  readonly baseUnit: string
  readonly units: readonly UnitFactor[]
  readonly gtins: readonly { readonly uom: string; readonly gtin: string }[]
  readonly catchWeight?: { readonly nominal: string; readonly unit: string; readonly tolerancePercent: string }
  readonly substitutes?: readonly string[]
  readonly price: Price
  readonly taxPercent?: string
}

/** A place goods go to. */
export interface ShipTo {
  readonly id: string
  readonly name: string
  readonly address: {
    readonly lines: readonly string[]
    readonly city: string
    readonly region: string
    readonly postalCode: string
    readonly country: string
  }
}

/** A customer as the ERP masters it. `channelIds` is what each channel calls it. */
export interface Customer {
  readonly id: string
  readonly name: string
  readonly channelIds: Readonly<Record<string, string>>
  readonly ediIds?: readonly { readonly qualifier: string; readonly id: string }[]
  readonly shipTos: readonly ShipTo[]
  readonly currency: string
  readonly shipComplete: boolean
  readonly backorders: boolean
  readonly substitutions: boolean
  readonly creditLimit: string
  readonly terms: string
}

/** A contract price. */
export interface ContractPrice {
  readonly customer: string
  readonly item: string
  readonly price: Price
  readonly from?: string
}

/** A line as a customer wants it. */
export interface WantedLine {
  readonly line: string
  readonly item: string
  readonly quantity: string
  readonly uom: string
  /** What the customer believes it costs: their contract price, in the unit it was agreed in. */
  readonly price: Price
}

/** An order as a customer wants it, before any channel has put it in its own form. */
export interface WantedOrder {
  /** Position in the landscape's stream of orders, from 0. */
  readonly index: number
  readonly customer: string
  readonly customerOrder: string
  readonly shipTo: string
  readonly lines: readonly WantedLine[]
}

/** Stock a facility opens with, in base units as text. */
export interface OpeningStock {
  readonly item: string
  readonly quantity: string
}

/** What to build. */
export interface LandscapeOptions {
  readonly seed: number
  /** Default 1,000. */
  readonly items?: number
  /** Customers of the shop; default 50. The two EDI customers come on top. */
  readonly customers?: number
  /** Facilities and how much of each item they open with, in base units: `[least, most]`. */
  readonly facilities?: Readonly<Record<string, readonly [number, number]>>
  /** Every how manyth item is invoiced by actual weight; 0 for none. Default 25. */
  readonly catchWeightEvery?: number
  /** Every how manyth item carries sales tax; 0 for none. Default 10. */
  readonly taxedEvery?: number
  /** The business day orders are dated, `2026-01-05`. */
  readonly date?: string
  /** The shop's name, as customers' `channelIds` know it. */
  readonly shop?: string
}

/** A whole simulated business: who trades, what with, at what price, and how much of it lies where. */
export interface Landscape {
  readonly seed: number
  readonly date: string
  readonly items: readonly Item[]
  readonly customers: readonly Customer[]
  readonly prices: readonly ContractPrice[]
  readonly stock: Readonly<Record<string, readonly OpeningStock[]>>
  item(sku: string): Item | undefined
  customer(id: string): Customer | undefined
  /** What this customer pays for this item on a day (today when absent): its contract price, else the list price. */
  price(customer: string, sku: string, day?: string): Price | undefined
  /** The order of this index, for one of the customers given (all of them when absent). Always the same one. */
  order(index: number, customers?: readonly string[]): WantedOrder
  /** `count` orders from index `from`. */
  orders(count: number, from?: number, customers?: readonly string[]): Iterable<WantedOrder>
}

const GOODS = ['Hex bolt', 'Ball valve', 'Work glove', 'Pipe clamp', 'LED lamp', 'Paper towel', 'Cable tie', 'Bearing']
const CHEESES = ['Gouda wheel', 'Beef brisket', 'Salmon side', 'Parmesan block']
const CITIES: readonly (readonly [string, string, string])[] = [
  ['Columbus', 'OH', '43004'],
  ['Reno', 'NV', '89501'],
  ['Atlanta', 'GA', '30301'],
  ['Dallas', 'TX', '75201'],
  ['Portland', 'OR', '97201'],
]

/** The two EDI customers of every landscape. */
export const ediCustomers = ['BIGBOX', 'HOMEGOODS'] as const

/**
 * Builds a business from a seed. The same options always give the same business.
 *
 * @example
 * const landscape = buildLandscape({ seed: 7 })
 * landscape.items.length // 1000
 * landscape.order(0).lines.length // 1 to 10, 5 on average
 */
export function buildLandscape(options: LandscapeOptions): Landscape {
  const { seed } = options
  const date = options.date ?? '2026-01-05'
  const items = buildItems(options)
  const customers = buildCustomers(options)
  const prices = buildPrices(seed, items, customers)
  const stock = buildStock(options, items)

  const bySku = new Map(items.map((item) => [item.sku, item]))
  const byId = new Map(customers.map((customer) => [customer.id, customer]))
  const contract = new Map(prices.map((price) => [`${price.customer}/${price.item}`, price.price]))
  const priceOf = (customer: string, sku: string) => contract.get(`${customer}/${sku}`) ?? bySku.get(sku)?.price
  const everyone = customers.map((customer) => customer.id)
  const order = (index: number, among: readonly string[] = everyone) =>
    buildOrder({ seed, index, items, among, byId, priceOf })

  return {
    seed,
    date,
    items,
    customers,
    prices,
    stock,
    item: (sku) => bySku.get(sku),
    customer: (id) => byId.get(id),
    price: priceOf,
    order,
    *orders(count, from = 0, among = everyone) {
      for (let index = from; index < from + count; index += 1) yield order(index, among)
    },
  }
}

const skuOf = (number: number) => `ITEM-${String(number).padStart(4, '0')}`

function buildItems(options: LandscapeOptions): Item[] {
  const { seed } = options
  const count = options.items ?? 1_000
  const catchEvery = options.catchWeightEvery ?? 25
  const taxedEvery = options.taxedEvery ?? 10
  return Array.from({ length: count }, (_, at) => {
    const number = at + 1
    const byWeight = catchEvery > 0 && number % catchEvery === 0
    return byWeight ? catchWeightItem(seed, number) : countedItem(seed, number, count, taxedEvery)
  })
}

function countedItem(seed: number, number: number, count: number, taxedEvery: number): Item {
  const sku = skuOf(number)
  const perCase = drawOne(seed, `case/${sku}`, [6, 10, 12, 24])
  const price = centsText(drawBetween(seed, `price/${sku}`, 99, 9_999), 'USD')
  const twin = number % 7 === 0 && number < count ? skuOf(number + 1) : undefined
  return {
    sku,
    description: `${drawOne(seed, `name/${sku}`, GOODS)} ${number}`,
    baseUnit: 'EA',
    units: [{ uom: 'CS', numerator: perCase, denominator: 1 }],
    gtins: [
      { uom: 'EA', gtin: withCheckDigit(`00614141${String(number).padStart(5, '0')}`) },
      { uom: 'CS', gtin: withCheckDigit(`10614141${String(number).padStart(5, '0')}`) },
    ],
    ...(twin ? { substitutes: [twin] } : {}),
    price: { amount: price, currency: 'USD', per: 1, uom: 'EA' },
    ...(taxedEvery > 0 && number % taxedEvery === 0 ? { taxPercent: '7.25' } : {}),
  }
}

/** Ordered and stocked by the case, invoiced by the pound. */
function catchWeightItem(seed: number, number: number): Item {
  const sku = skuOf(number)
  return {
    sku,
    description: `${drawOne(seed, `name/${sku}`, CHEESES)} ${number}`,
    baseUnit: 'CS',
    units: [],
    gtins: [{ uom: 'CS', gtin: withCheckDigit(`90614141${String(number).padStart(5, '0')}`) }],
    catchWeight: {
      nominal: String(drawBetween(seed, `weight/${sku}`, 10, 40)),
      unit: 'LB',
      tolerancePercent: '10',
    },
    price: {
      amount: centsText(drawBetween(seed, `price/${sku}`, 250, 1_500), 'USD'),
      currency: 'USD',
      per: 1,
      uom: 'LB',
    },
  }
}

function buildCustomers(options: LandscapeOptions): Customer[] {
  const shop = options.shop ?? 'shop'
  const ordinary = Array.from({ length: options.customers ?? 50 }, (_, at) => {
    const id = `C${String(at + 1).padStart(4, '0')}`
    return buildCustomer(options.seed, id, `Customer ${at + 1}`, { [shop]: `web-${at + 1}` })
  })
  const [bigBox, homeGoods] = ediCustomers
  return [
    ...ordinary,
    {
      ...buildCustomer(options.seed, bigBox, 'Big Box Stores', {}),
      ediIds: [{ qualifier: '12', id: '5555550142' }],
      substitutions: false,
    },
    {
      ...buildCustomer(options.seed, homeGoods, 'Home Goods Depot', {}),
      ediIds: [{ qualifier: '01', id: '123456789' }],
      substitutions: false,
    },
  ]
}

function buildCustomer(seed: number, id: string, name: string, channelIds: Record<string, string>): Customer {
  const stores = drawBetween(seed, `stores/${id}`, 1, 3)
  return {
    id,
    name,
    channelIds,
    shipTos: Array.from({ length: stores }, (_, at) => buildShipTo(seed, id, name, at + 1)),
    currency: 'USD',
    shipComplete: draw(seed, `complete/${id}`) < 0.05,
    backorders: draw(seed, `backorders/${id}`) < 0.9,
    substitutions: draw(seed, `substitutions/${id}`) < 0.5,
    creditLimit: '100000000.00',
    terms: 'NET30',
  }
}

function buildShipTo(seed: number, customer: string, name: string, number: number): ShipTo {
  const [city, region, postalCode] = drawOne(seed, `city/${customer}/${number}`, CITIES)
  return {
    id: `${customer}-${number}`,
    name: `${name} ${number}`,
    address: { lines: [`${number * 100} Main Street`], city, region, postalCode, country: 'US' },
  }
}

/** One customer in three has agreed on a price below the list for one item in ten. */
function buildPrices(seed: number, items: readonly Item[], customers: readonly Customer[]): ContractPrice[] {
  const agreed: ContractPrice[] = []
  for (const customer of customers) {
    if (draw(seed, `contract/${customer.id}`) >= 1 / 3) continue
    for (const item of items) {
      if (draw(seed, `contract/${customer.id}/${item.sku}`) >= 0.1) continue
      const list = Number(item.price.amount.replace('.', ''))
      const price = { ...item.price, amount: centsText(list - Math.floor(list / 10), item.price.currency) }
      agreed.push({ customer: customer.id, item: item.sku, price })
    }
  }
  return agreed
}

function buildStock(options: LandscapeOptions, items: readonly Item[]): Record<string, readonly OpeningStock[]> {
  const facilities = options.facilities ?? { DC1: [50_000, 100_000], DC2: [50_000, 100_000], '3PL1': [20_000, 40_000] }
  const stock: Record<string, readonly OpeningStock[]> = {}
  for (const [facility, [least, most]] of Object.entries(facilities)) {
    stock[facility] = items.map((item) => ({
      item: item.sku,
      quantity: String(drawBetween(options.seed, `stock/${facility}/${item.sku}`, least, most)),
    }))
  }
  return stock
}

interface OrderPlan {
  readonly seed: number
  readonly index: number
  readonly items: readonly Item[]
  readonly among: readonly string[]
  readonly byId: ReadonlyMap<string, Customer>
  readonly priceOf: (customer: string, sku: string) => Price | undefined
}

/** Lines 1 to 10: the sum of two draws, so that five and a half is the middle and single lines are rare; mean 5. */
function buildOrder(plan: OrderPlan): WantedOrder {
  const { seed, index } = plan
  const about = `order/${index}`
  const customer = drawOne(seed, `${about}/customer`, plan.among)
  const shipTos = (plan.byId.get(customer) as Customer).shipTos
  const count = drawBetween(seed, `${about}/count`, 1, 5) + drawBetween(seed, `${about}/more`, 0, 4)
  const first = drawBetween(seed, `${about}/first`, 0, plan.items.length - 1)
  const step = drawBetween(seed, `${about}/step`, 1, Math.max(1, Math.floor(plan.items.length / 10)))
  const lines: WantedLine[] = []
  const taken = new Set<string>()
  for (let at = 0; at < count; at += 1) {
    const item = plan.items[(first + at * step) % plan.items.length] as Item
    if (taken.has(item.sku)) continue
    taken.add(item.sku)
    lines.push(wantedLine(plan, String(lines.length + 1), customer, item))
  }
  return {
    index,
    customer,
    customerOrder: `PO-${String(index + 1).padStart(7, '0')}`,
    shipTo: (shipTos[index % shipTos.length] as ShipTo).id,
    lines,
  }
}

function wantedLine(plan: OrderPlan, line: string, customer: string, item: Item): WantedLine {
  const about = `order/${plan.index}/${item.sku}`
  const byCase = item.units.length > 0 && draw(plan.seed, `${about}/case`) < 0.3
  return {
    line,
    item: item.sku,
    quantity: String(drawBetween(plan.seed, `${about}/quantity`, 1, byCase ? 4 : 12)),
    uom: byCase ? (item.units[0] as UnitFactor).uom : item.baseUnit,
    price: plan.priceOf(customer, item.sku) as Price,
  }
}

/** The digits with their GS1 check digit behind them: weights 3 and 1 from the right, modulo 10. */
export function withCheckDigit(digits: string): string {
  let sum = 0
  for (let at = digits.length - 1, weight = 3; at >= 0; at -= 1, weight = 4 - weight) {
    sum += (digits.charCodeAt(at) - 0x30) * weight
  }
  return digits + String((10 - (sum % 10)) % 10)
}
