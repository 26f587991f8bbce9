import { extended, type Money, type Price } from '../../base/money.ts'
import { baseMicros, cents, centsText, inUnit, lineCents, percentOf, samePrice } from '../figures.ts'
import type { ContractPrice, Item, Landscape } from '../landscape.ts'
import type { Amount, RequestBody, SystemReport, Taken, WireCharge, WireLine } from '../protocol.ts'
import { type Act, Simulator, type SimulatorOptions, type SimulatorPorts } from '../simulator.ts'

const DAY_MS = 86_400_000

/** What an ERP can be told. */
export interface ErpOptions extends SimulatorOptions {
  /** Whether customers pay as soon as they are invoiced, which keeps credit free. Default true. */
  readonly customersPay?: boolean
  /** How long a credit approval holds; default 30 days. */
  readonly approvalDays?: number
  /** Customers whose credit is stopped. */
  readonly blocked?: readonly string[]
}

interface SalesOrder {
  readonly number: string
  readonly customer: string
  readonly currency: string
  value: number
}

interface BilledLine {
  readonly line: string
  readonly item: string
  readonly quantity: Amount
  readonly price: Price
  readonly amount: Money
}

const notFound = (what: string): Act => ({ status: 404, body: { code: 'not_found', detail: `${what} is not known.` } })

/**
 * The ERP: owns customers, items and prices, decides on credit, posts orders and goods issues under its own numbers and
 * is the only one that invoices. Asked twice for an invoice under two keys it writes two: it is the caller who must not.
 */
export class Erp extends Simulator {
  readonly role = 'erp'
  readonly #landscape: Landscape
  readonly #options: ErpOptions
  readonly #orders = new Map<string, SalesOrder>()
  /** Open order value and receivables by customer, in minor units. */
  readonly #exposure = new Map<string, number>()
  readonly #blocked: Set<string>
  #lastOrder = 0
  #lastIssue = 0
  #lastInvoice = 0

  constructor(options: ErpOptions, landscape: Landscape, ports: SimulatorPorts) {
    super(options, ports)
    this.#options = options
    this.#landscape = landscape
    this.#blocked = new Set(options.blocked ?? [])
  }

  /** What a customer owes or has ordered, in minor units. */
  exposure(customer: string): number {
    return this.#exposure.get(customer) ?? 0
  }

  /** Stops a customer's credit, or frees it again. */
  block(customer: string, blocked: boolean): void {
    if (blocked) this.#blocked.add(customer)
    else this.#blocked.delete(customer)
  }

  /** All master data, in the form it travels: arrays of items, customers and prices. */
  masterData(): {
    readonly items: Landscape['items']
    readonly customers: Landscape['customers']
    readonly prices: Landscape['prices']
  } {
    return this.#landscape
  }

  /** Sends the master data to the hub: customers and items first, then what they pay for them, 200 records a call. */
  async exportMasters(): Promise<void> {
    const { customers, items, prices } = this.#landscape
    const records = [
      ...customers.map((customer) => this.#record('customer.upserted', customer.id, customer)),
      ...items.map((item) => this.#record('item.upserted', item.sku, item)),
      ...prices.map((price) => this.#record('price.upserted', priceId(price), price)),
    ]
    for (let at = 0; at < records.length; at += 200) await this.#sendMasters(records.slice(at, at + 200))
  }

  /** A customer's `id` is the customer's; the message has one of its own. */
  #record(type: string, id: string, value: object): SystemReport {
    return { id, ...value, type, messageId: `${this.name}/${type}/${id}`, occurredAt: this.time() }
  }

  /** Stays with it until nobody asks to come back later: without master data there is no business. */
  async #sendMasters(records: readonly SystemReport[]): Promise<void> {
    for (;;) {
      const taken = await this.ports.emit(records, 'master')
      const again = typeof taken === 'string' ? isOpen(taken) : taken.some(isOpen)
      if (!again) return
      await new Promise<void>((resolve) => this.ports.schedule(500, resolve))
    }
  }

  protected act(verb: string, body: RequestBody): Act {
    switch (verb) {
      case 'credit.check':
        return this.#checkCredit(body)
      case 'price.check':
        return this.#checkPrices(body)
      case 'order.post':
        return this.#post(body)
      case 'order.cancel':
      case 'order.change':
        return this.#change(body)
      case 'shipment.post':
        return this.#postShipment(body)
      case 'invoice.request':
        return this.#invoice(body)
      case 'document.deliver':
        return { status: 200, body: {}, detail: body }
      default:
        return { status: 404, body: { code: 'unknown_verb', detail: `An ERP does not know ${verb}.` } }
    }
  }

  #checkCredit(body: RequestBody): Act {
    const customer = this.#landscape.customer(body.customer ?? '')
    if (!customer) return notFound(`Customer ${body.customer}`)
    if (this.#blocked.has(customer.id)) {
      return { status: 200, body: { decision: 'held', reason: 'The account is blocked.' } }
    }
    const asked = cents(body.amount?.amount ?? '0', customer.currency)
    if (this.exposure(customer.id) + asked > cents(customer.creditLimit, customer.currency)) {
      return { status: 200, body: { decision: 'held', reason: 'Over the credit limit.' } }
    }
    const untilMs = this.ports.clock.now() + (this.#options.approvalDays ?? 30) * DAY_MS
    return { status: 200, body: { decision: 'approved', until: new Date(untilMs).toISOString() } }
  }

  #checkPrices(body: RequestBody): Act {
    const lines = (body.lines ?? []).map((line) => this.#checkPrice(body.customer ?? '', line, body.date))
    return { status: 200, body: { agrees: lines.every((line) => line.agrees), lines } }
  }

  #checkPrice(customer: string, line: WireLine, day: string | undefined) {
    const item = this.#landscape.item(line.item)
    const ours = this.#landscape.price(customer, line.item, day)
    if (!item || !ours) return { line: line.line, agrees: false }
    const rule = ours === item.price ? 'list' : `contract/${customer}/${line.item}`
    return { line: line.line, price: ours, rule, agrees: !line.price || samePrice(line.price, ours, item) }
  }

  #post(body: RequestBody): Act {
    const customer = this.#landscape.customer(body.customer ?? '')
    if (!customer) return notFound(`Customer ${body.customer}`)
    const unknown = body.lines?.find((line) => !this.#landscape.item(line.item))
    if (unknown) return notFound(`Item ${unknown.item}`)

    this.#lastOrder += 1
    const number = `SO${String(this.#lastOrder).padStart(7, '0')}`
    const value = this.#valueOf(body.lines ?? [], customer.id)
    this.#orders.set(body.order as string, { number, customer: customer.id, currency: customer.currency, value })
    this.#owe(customer.id, value)
    return { status: 200, body: { number }, detail: { number, lines: body.lines } }
  }

  #change(body: RequestBody): Act {
    const order = this.#orders.get(body.order ?? '')
    if (!order) return notFound(`Order ${body.order}`)
    const { lines = [], change, dates } = body
    // a customer's change has to be agreed to; what is only told was agreed to before
    const wrong =
      change === undefined ? [] : lines.filter((line) => !this.#checkPrice(order.customer, line, undefined).agrees)
    if (wrong.length > 0) {
      const reason = `The price of ${wrong.map(({ item }) => item).join(', ')} is another one here.`
      return { status: 200, body: { accepted: false, reason }, detail: { accepted: false, lines } }
    }
    return { status: 200, body: {}, detail: { lines, ...(dates ? { dates } : {}) } }
  }

  #postShipment(body: RequestBody): Act {
    if (!this.#orders.has(body.order ?? '')) return notFound(`Order ${body.order}`)
    this.#lastIssue += 1
    const document = `GI${String(this.#lastIssue).padStart(7, '0')}`
    return {
      status: 200,
      body: { document },
      detail: { document, shipment: body.shipment, facility: body.facility, lines: body.lines },
    }
  }

  #invoice(body: RequestBody): Act {
    const order = this.#orders.get(body.order ?? '')
    if (!order) return notFound(`Order ${body.order}`)
    const { currency } = order
    const lines = (body.lines ?? []).map((line) => this.#bill(line, order.customer))
    const asked = body.charges ?? []
    // tax that came with the order is not worked out a second time
    const taxes = asked.some((charge) => charge.type === 'tax') ? [] : this.#taxes(lines, currency)
    const charges = [...asked, ...taxes]
    const total = lines.reduce((sum, line) => sum + cents(line.amount.amount, currency), 0) + sumOf(charges, currency)

    this.#lastInvoice += 1
    const number = `INV${String(this.#lastInvoice).padStart(7, '0')}`
    if (this.#options.customersPay ?? true) this.#owe(order.customer, -Math.min(total, order.value))
    const answer = {
      number,
      date: this.#day(0),
      dueDate: this.#day(30),
      lines,
      charges,
      total: { amount: centsText(total, currency), currency },
    }
    return { status: 200, body: answer, detail: { ...answer, shipment: body.shipment } }
  }

  /** Quantity in the unit of the price, times the price; weighed goods by their weight. */
  #bill(line: WireLine, customer: string): BilledLine {
    const price = this.#priceOf(line, customer)
    const quantity = this.#billed(line, price)
    const amount = { amount: centsText(lineCents(quantity.value, price), price.currency), currency: price.currency }
    return { line: line.line, item: line.item, quantity, price, amount }
  }

  #priceOf(line: WireLine, customer: string): Price {
    return line.price ?? (this.#landscape.price(customer, line.item) as Price)
  }

  #billed(line: WireLine, price: Price): Amount {
    const item = this.#landscape.item(line.item) as Item
    if (line.quantity.uom === price.uom) return line.quantity
    if (item.catchWeight && price.uom === item.catchWeight.unit) return { value: weightOf(line, item), uom: price.uom }
    const base = baseMicros(line.quantity, item)
    const converted = base === undefined ? undefined : inUnit(base, price.uom, item)
    return converted === undefined ? line.quantity : { value: converted, uom: price.uom }
  }

  #taxes(lines: readonly BilledLine[], currency: string): WireCharge[] {
    let tax = 0
    for (const line of lines) {
      const percent = this.#landscape.item(line.item)?.taxPercent
      if (percent) tax += percentOf(cents(line.amount.amount, currency), percent, currency)
    }
    return tax === 0 ? [] : [{ type: 'tax', code: 'ST', amount: { amount: centsText(tax, currency), currency } }]
  }

  #valueOf(lines: readonly WireLine[], customer: string): number {
    let value = 0
    for (const line of lines) {
      const price = this.#priceOf(line, customer)
      value += lineCents(this.#billed(line, price).value, price)
    }
    return value
  }

  #owe(customer: string, change: number): void {
    this.#exposure.set(customer, Math.max(0, this.exposure(customer) + change))
  }

  #day(later: number): string {
    return new Date(this.ports.clock.now() + later * DAY_MS).toISOString().slice(0, 10)
  }
}

/** One message for each price of a customer for an item, from each day it changes. */
const priceId = ({ customer, item, from }: ContractPrice): string => [customer, item, ...(from ? [from] : [])].join('/')

const isOpen = (taken: Taken): boolean => taken === 'later' || taken === 'unknown'

function sumOf(charges: readonly WireCharge[], currency: string): number {
  return charges.reduce((sum, charge) => sum + cents(charge.amount.amount, currency), 0)
}

/** What the line weighed; before it was weighed, the nominal weight of its quantity. */
function weightOf(line: WireLine, item: Item): string {
  if (typeof line.weight === 'string') return line.weight
  if (line.weight) return line.weight.value
  const nominal = item.catchWeight?.nominal ?? '0'
  return extended(line.quantity.value, { amount: nominal, currency: 'USD', per: 1, uom: line.quantity.uom }).amount
}
