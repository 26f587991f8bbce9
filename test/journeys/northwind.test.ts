import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import type { PurchaseOrder } from '../../src/documents/purchase-order/schema.ts'
import type { Landscape } from '../../src/simulators/landscape.ts'
import { NOT_RUN } from '../corpus/corpus.ts'
import { type Journey, openHub } from '../support/hub.ts'
import { aCustomer, anItem, landscapeOf } from '../support/landscape.ts'

const FOLDER = fileURLToPath(new URL('../../../shared/corpus/orders/northwind/', import.meta.url))

interface Order {
  readonly orderID: number
  readonly customerID: string
  readonly orderDate: string
  readonly requiredDate: string
  readonly freight: number
  readonly shipName: string
  readonly shipAddress: Readonly<Record<'street' | 'city' | 'region' | 'postalCode' | 'country', string>>
}

interface Detail {
  readonly orderId: number
  readonly productId: number
  readonly unitPrice: number
  readonly quantity: number
  readonly discount: number
}

interface Product {
  readonly productId: number
  readonly productName: string
  readonly unitPrice: number
  readonly unitsInStock: number
  readonly discontinued: boolean
}

/** The files as they are, but for a comma behind the last line of `orderDetails.json`, which JSON does not know. */
function northwind<T>(name: string): T {
  const text = readFileSync(`${FOLDER}${name}.json`, 'utf8')
  return JSON.parse(text.replace(/,\s*\]\s*$/, ']')) as T
}

const isHere = existsSync(FOLDER)
if (!isHere) console.warn(NOT_RUN)

const products = isHere ? northwind<Product[]>('products') : []
const details = isHere ? northwind<Detail[]>('orderDetails') : []
const withLines = new Set(details.map(({ orderId }) => orderId))
const orders = isHere ? northwind<Order[]>('orders').filter(({ orderID }) => withLines.has(orderID)) : []
/** Three of the customers are numbered `customerId`, the others `customerID`. */
const customers = isHere
  ? northwind<{ customerID?: string; customerId?: string; companyName: string }[]>('customers').map((one) => ({
      id: one.customerID ?? one.customerId ?? '',
      name: one.companyName,
    }))
  : []

const sku = (product: number) => `NW-${product}`
const linesOf = (order: number) => details.filter(({ orderId }) => orderId === order)
const demand = (product: number) =>
  details.filter(({ productId }) => productId === product).reduce((sum, { quantity }) => sum + quantity, 0)

/** Whole ten-thousandths: a price in cents, less whole percent. The data's floats are read as the decimals they stand for. */
const netOf = ({ unitPrice, discount }: Detail): bigint =>
  BigInt(Math.round(unitPrice * 100)) * BigInt(100 - Math.round(discount * 100))
const netText = (line: Detail): string => {
  const digits = netOf(line).toString().padStart(5, '0')
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`
}
/** Ten-thousandths times pieces, in cents, half away from zero. */
const cents = (net: bigint, pieces: bigint): bigint => (net * pieces + 50n) / 100n
const inCents = (amount: string): bigint => {
  const [whole = '0', part = ''] = amount.split('.')
  return BigInt(whole) * 100n + BigInt(part.padEnd(2, '0').slice(0, 2))
}
const freightOf = ({ freight }: Order): bigint => BigInt(Math.round(freight * 100))
const money = (amount: bigint): string => `${amount / 100n}.${String(amount % 100n).padStart(2, '0')}`

const isLacking = (product: number): boolean =>
  products.some((one) => one.productId === product && opening(one) < demand(product))

/** What can be shipped: all that is asked for, but of discontinued products only what lies there; nobody buys them in. */
const opening = ({ productId, discontinued, unitsInStock }: Product): number =>
  discontinued ? unitsInStock : demand(productId)

/**
 * Masters from the data: products are items in pieces at their list price; stock lies three fifths in one warehouse and
 * the rest in another; what a customer paid on a day, the discount taken off, is its contract price from that day on.
 * Of two prices of one day the later order's stands: the other order disagrees with it, and is held.
 */
function landscape(): Landscape {
  const items = products.map(({ productId, productName, unitPrice }) =>
    anItem(sku(productId), unitPrice.toFixed(2), { description: productName }),
  )
  const prices = orders.flatMap(({ orderID, customerID, orderDate }) =>
    linesOf(orderID).map((line) => ({
      customer: customerID,
      item: sku(line.productId),
      price: { amount: netText(line), currency: 'USD', per: 1 as const, uom: 'EA' },
      from: orderDate.slice(0, 10),
    })),
  )
  const stockAt = (share: (all: number) => number) =>
    products.map((product) => ({ item: sku(product.productId), quantity: String(share(opening(product))) }))
  return landscapeOf({
    items,
    customers: customers.map(({ id, name }) => aCustomer(id, { name, channelIds: { shop: id } })),
    prices: [...new Map(prices.map((price) => [`${price.customer}/${price.item}/${price.from}`, price])).values()],
    stock: {
      DC1: stockAt((all) => Math.ceil((all * 3) / 5)),
      DC2: stockAt((all) => all - Math.ceil((all * 3) / 5)),
    },
  })
}

function documentOf(order: Order): PurchaseOrder {
  const { street, city, region, postalCode, country } = order.shipAddress
  return {
    number: String(order.orderID),
    date: order.orderDate.slice(0, 10),
    currency: 'USD',
    buyer: { id: order.customerID },
    shipTo: {
      name: order.shipName,
      address: {
        lines: [street],
        city,
        ...(region ? { region } : {}),
        ...(postalCode ? { postalCode } : {}), // nine orders go to Ireland, where there were none
        country: COUNTRIES[country] ?? '',
      },
    },
    charges: [{ kind: 'charge', type: 'freight', amount: money(freightOf(order)) }],
    lines: linesOf(order.orderID).map((line, at) => ({
      line: String(at + 1),
      sku: sku(line.productId),
      quantity: String(line.quantity),
      uom: 'EA',
      price: { amount: netText(line), per: 1, uom: 'EA' },
    })),
  }
}

const COUNTRIES: Readonly<Record<string, string>> = {
  Argentina: 'AR',
  Austria: 'AT',
  Belgium: 'BE',
  Brazil: 'BR',
  Canada: 'CA',
  Denmark: 'DK',
  Finland: 'FI',
  France: 'FR',
  Germany: 'DE',
  Ireland: 'IE',
  Italy: 'IT',
  Mexico: 'MX',
  Norway: 'NO',
  Poland: 'PL',
  Portugal: 'PT',
  Spain: 'ES',
  Sweden: 'SE',
  Switzerland: 'CH',
  UK: 'GB',
  USA: 'US',
  Venezuela: 'VE',
}

/** Everything the ERP billed of an order. */
function billed(hub: Journey, id: string) {
  const invoices = hub.of('order.invoiced', id)
  return {
    invoices,
    lines: invoices.flatMap((invoice) => invoice.lines),
    freight: invoices.flatMap(({ charges = [] }) => charges.filter(({ type }) => type === 'freight')),
    total: invoices.reduce((sum, invoice) => sum + inCents(invoice.total.amount), 0n),
  }
}

const pieces = (base: number): bigint => BigInt(base) / 1_000_000n

/** Each billed line against the data: its pieces times the day's price less the discount, rounded once. */
function agreesToTheCent(order: Order, { lines, freight, total }: ReturnType<typeof billed>): void {
  const wanted = linesOf(order.orderID)
  let sum = freightOf(order)
  for (const { line, quantity, amount } of lines) {
    const expected = cents(netOf(wanted[Number(line) - 1] as Detail), pieces(quantity))
    expect(inCents(amount?.amount ?? ''), `${order.orderID} line ${line}`).toBe(expected)
    sum += expected
  }
  expect(freight.map(({ amount }) => inCents(amount.amount))).toEqual([freightOf(order)])
  expect(total, `${order.orderID}`).toBe(sum)
}

/** The order that is held: its customer ordered the same cheese twice that day, and only the other order has a discount. */
const TWO_PRICES_OF_A_DAY = 10410

test.skipIf(!isHere)(
  '378 Northwind orders go to their invoices, to the cent, or to a named backorder',
  async () => {
    const hub = await openHub(simulatedBusiness(), { landscape: landscape() })
    const answers = await hub.until(Promise.all(orders.map((order) => hub.submits(documentOf(order)))))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 378 }, () => 202))
    await hub.settles()

    expect(hub.of('order.held').map(({ hold, reason }) => [hold, reason])).toEqual([
      ['price', 'line 2: the customer says 44.0000, ours is 35.2000'],
    ])
    await hub.liftsHold(hub.ids(String(TWO_PRICES_OF_A_DAY))[0] ?? '', 'price')
    await hub.passes(4 * 3_600_000) // backorders look for stock again after a quarter of an hour, then ever more rarely
    await hub.settles()
    expect([hub.troubles, hub.cases()]).toEqual([[], []])

    const missing = new Map<number, bigint>()
    const outcomes = { closed: 0, 'partially shipped': 0, backordered: 0 }
    for (const order of orders) {
      const { id, state, lines } = await hub.order(String(order.orderID))
      const bill = billed(hub, id)
      if (bill.invoices.length > 0) agreesToTheCent(order, bill)
      const wanted = linesOf(order.orderID)
      const short: [string, bigint][] = []
      for (const [at, detail] of wanted.entries()) {
        const line = lines.find((one) => one.line === String(at + 1))
        const invoiced = bill.lines.filter((one) => one.line === String(at + 1))
        const went = invoiced.reduce((sum, { quantity }) => sum + pieces(quantity), 0n)
        const left = BigInt(detail.quantity) - went
        expect(line?.shipped, `${order.orderID} line ${at + 1}`).toBe(Number(went) * 1_000_000)
        missing.set(detail.productId, (missing.get(detail.productId) ?? 0n) + left)
        if (left > 0n) short.push([String(at + 1), left])
      }
      const isGoing = bill.invoices.length > 0 ? 'partially shipped' : 'backordered'
      expect(state, `${order.orderID}`).toBe(short.length === 0 ? 'closed' : isGoing)
      if (short.length > 0)
        expect(
          hub.waiting(id).map(([line, of]) => [line, pieces(of)]),
          `${id}`,
        ).toEqual(short)
      outcomes[short.length === 0 ? 'closed' : isGoing] += 1
    }

    // what is missing is what discontinued products had too little of, and nothing else
    const lacking = products.map((product) => [product.productId, BigInt(demand(product.productId) - opening(product))])
    expect([...missing].sort(([a], [b]) => a - b)).toEqual(lacking)
    const unlucky = orders.filter(({ orderID }) => linesOf(orderID).some(({ productId }) => isLacking(productId)))
    expect(outcomes.closed).toBeGreaterThanOrEqual(378 - unlucky.length)
    expect(outcomes.closed + outcomes['partially shipped'] + outcomes.backordered).toBe(378)
  },
  30_000,
)
