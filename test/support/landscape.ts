/** A business of a test's own, for the simulated systems: its items, customers, prices and stock are given, not drawn. */
import type { ContractPrice, Customer, Item, Landscape, OpeningStock } from '../../src/simulators/landscape.ts'

/** What a business is made of. */
export interface Business {
  readonly items: readonly Item[]
  readonly customers: readonly (Customer & { readonly items?: readonly { number: string; sku: string }[] })[]
  readonly prices?: readonly ContractPrice[]
  readonly stock: Readonly<Record<string, readonly OpeningStock[]>>
  readonly date?: string
}

/** A landscape that can still learn of an item or a customer. */
export interface GrowingLandscape extends Landscape {
  learn(item: Item): void
  know(customer: Customer): void
}

/** A landscape of these masters. It draws no orders: they come from the test. */
export function landscapeOf({ items, customers, prices = [], stock, date = '2026-01-05' }: Business): GrowingLandscape {
  const bySku = new Map(items.map((item) => [item.sku, item]))
  const byId = new Map(customers.map((customer) => [customer.id, customer]))
  const agreed = new Map<string, ContractPrice[]>()
  for (const price of prices) {
    const key = `${price.customer}/${price.item}`
    agreed.set(key, [...(agreed.get(key) ?? []), price])
  }
  /** The latest that has begun; of two from one day, the last. */
  const contract = (customer: string, sku: string, day: string) => {
    const begun = (agreed.get(`${customer}/${sku}`) ?? []).filter(({ from = '' }) => from <= day)
    return begun.toSorted((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1)).at(-1)?.price
  }
  const none = (): never => {
    throw new Error('This business draws no orders.')
  }
  return {
    seed: 7,
    date,
    items,
    customers,
    prices,
    stock,
    item: (sku) => bySku.get(sku),
    customer: (id) => byId.get(id),
    price: (customer, sku, day = date) => contract(customer, sku, day) ?? bySku.get(sku)?.price,
    order: none,
    orders: none,
    learn: (item) => void bySku.set(item.sku, item),
    know: (customer) => void byId.set(customer.id, customer),
  }
}

/** An item that is counted, in one unit. */
export function anItem(sku: string, price: string, more: Partial<Item> = {}): Item {
  const { baseUnit = 'EA' } = more
  return {
    sku,
    description: sku,
    baseUnit,
    units: [],
    gtins: [],
    price: { amount: price, currency: 'USD', per: 1, uom: baseUnit },
    ...more,
  }
}

/** A customer with one place, in good standing. */
export function aCustomer(id: string, more: Partial<Customer> = {}): Customer {
  return {
    id,
    name: id,
    channelIds: {},
    shipTos: [],
    currency: 'USD',
    shipComplete: false,
    backorders: true,
    substitutions: false,
    creditLimit: '100000000.00',
    terms: 'NET30',
    ...more,
  }
}
