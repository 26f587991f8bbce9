import type { Money, Price } from '../base/money.ts'
import type { Address } from '../documents/shapes.ts'
import type { ItemUnit } from './conversion.ts'
import { type Correction, Corrections } from './corrections.ts'
import { gtin14 } from './gs1.ts'

/** An item as its owner, the ERP, describes it. */
export interface Item {
  readonly sku: string
  readonly description?: string
  readonly baseUnit: string
  readonly units: readonly ItemUnit[]
  /** A GTIN belongs to one packaging level, so to one unit; without one it is the base unit's. */
  readonly gtins?: readonly { readonly gtin: string; readonly uom?: string }[]
  /** Numbers that others use for it: the maker's, an old one. */
  readonly otherNumbers?: readonly string[]
  readonly catchWeight?: { readonly nominal: string; readonly unit: string; readonly tolerancePercent: string }
  readonly substitutes?: readonly string[]
  readonly price?: Price
  readonly taxPercent?: string
}

/** A place that a customer has goods sent to. */
export interface ShipTo {
  readonly id: string
  readonly name?: string
  readonly address?: Address
}

/** A customer as its owner, the ERP, describes it. */
export interface Customer {
  readonly id: string
  readonly name: string
  /** Its account in a channel, by system: `{ shop: 'C-99' }`. */
  readonly channelIds?: Readonly<Record<string, string>>
  /** `qualifier:id` as in N1 and ISA, `92:0042` or `12:5555550142`. */
  readonly ediIds?: readonly string[]
  readonly shipTos: readonly ShipTo[]
  readonly currency: string
  readonly shipComplete: boolean
  readonly backorders: boolean
  readonly substitutions: boolean
  readonly creditLimit?: Money
  readonly terms?: string
  /** The customer's own item numbers. */
  readonly items?: readonly { readonly number: string; readonly sku: string }[]
  /** The customer's own unit codes: `{ STK: 'EA' }`. */
  readonly units?: Readonly<Record<string, string>>
}

/** A price agreed with a customer, from a day on. */
export interface ContractPrice {
  readonly customer: string
  readonly item: string
  readonly price: Price
  readonly from?: string
}

/** Master data of one kind as it changed: what a master arrival brings. */
export type MasterChange =
  | { readonly kind: 'item'; readonly value: Item }
  | { readonly kind: 'customer'; readonly value: Customer }
  | { readonly kind: 'price'; readonly value: ContractPrice }
  | { readonly kind: 'correction'; readonly value: Correction }

/** An item found by one of its names, and the unit that name means when it means one (a GTIN of the case). */
export interface FoundItem {
  readonly item: Item
  readonly uom?: string
}

/**
 * Items, customers and prices of one tenant, in memory: what interpreting an order looks things up in.
 * Never changed while a turn is computed; changes are applied once they are committed.
 */
export class MasterData {
  readonly tenant: string
  #items = new Map<string, Item>()
  #byGtin = new Map<string, FoundItem>()
  #byOther = new Map<string, string>()
  #customers = new Map<string, Customer>()
  #byAccount = new Map<string, string>()
  #byEdi = new Map<string, string>()
  #buyerItems = new Map<string, ReadonlyMap<string, string>>()
  #prices = new Map<string, readonly ContractPrice[]>()
  #corrections = new Corrections()

  constructor(tenant: string) {
    this.tenant = tenant
  }

  get size(): { readonly items: number; readonly customers: number; readonly prices: number } {
    return { items: this.#items.size, customers: this.#customers.size, prices: this.#prices.size }
  }

  item(sku: string): Item | undefined {
    return this.#items.get(sku)
  }

  items(): IterableIterator<Item> {
    return this.#items.values()
  }

  customer(id: string): Customer | undefined {
    return this.#customers.get(id)
  }

  customers(): IterableIterator<Customer> {
    return this.#customers.values()
  }

  /** The customer behind an account of a channel. */
  customerOfAccount(system: string, account: string): Customer | undefined {
    return this.#named(this.#byAccount.get(`${system}\u001f${account}`))
  }

  /** The customer behind an EDI identity, `qualifier:id`. */
  customerOfEdi(identity: string): Customer | undefined {
    return this.#named(this.#byEdi.get(identity))
  }

  #named(id: string | undefined): Customer | undefined {
    return id === undefined ? undefined : this.#customers.get(id)
  }

  /** The item behind a GTIN of any length; the check digit must be right. */
  itemOfGtin(gtin: string): FoundItem | undefined {
    const key = gtin14(gtin)
    return key === undefined ? undefined : this.#byGtin.get(key)
  }

  /** The item behind a customer's own number for it. */
  itemOfBuyer(customer: string, number: string): Item | undefined {
    const sku = this.#buyerItems.get(customer)?.get(number)
    return sku === undefined ? undefined : this.#items.get(sku)
  }

  /** The item behind our number or another one we know for it. */
  itemOfVendor(number: string): Item | undefined {
    const known = this.#items.get(number)
    if (known) return known
    const sku = this.#byOther.get(number)
    return sku === undefined ? undefined : this.#items.get(sku)
  }

  /** The price agreed with a customer on a day: the latest that has begun, else the list price. */
  price(customer: string, sku: string, day: string): Price | undefined {
    let found: ContractPrice | undefined
    for (const agreed of this.#prices.get(`${customer}\u001f${sku}`) ?? []) {
      const begins = agreed.from ?? ''
      if (begins <= day && (!found || begins >= (found.from ?? ''))) found = agreed
    }
    return found?.price ?? this.#items.get(sku)?.price
  }

  /** What people put right: other names, other values. */
  get corrections(): Corrections {
    return this.#corrections
  }

  /** The same master data as it would be with more corrections: what a trial reads with. Nothing is changed by it. */
  corrected(more: readonly Correction[]): MasterData {
    const view = new MasterData(this.tenant)
    view.#items = this.#items
    view.#byGtin = this.#byGtin
    view.#byOther = this.#byOther
    view.#customers = this.#customers
    view.#byAccount = this.#byAccount
    view.#byEdi = this.#byEdi
    view.#buyerItems = this.#buyerItems
    view.#prices = this.#prices
    view.#corrections = this.#corrections.with(more)
    return view
  }

  /** Takes a change in. The last word of the owner stands. */
  apply(change: MasterChange): void {
    if (change.kind === 'item') this.#applyItem(change.value)
    else if (change.kind === 'customer') this.#applyCustomer(change.value)
    else if (change.kind === 'price') this.#applyPrice(change.value)
    else this.#corrections.apply(change.value)
  }

  #applyItem(item: Item): void {
    const before = this.#items.get(item.sku)
    for (const { gtin } of before?.gtins ?? []) this.#forgetGtin(gtin, item.sku)
    for (const number of before?.otherNumbers ?? []) this.#byOther.delete(number)
    this.#items.set(item.sku, item)
    for (const { gtin, uom } of item.gtins ?? []) {
      const key = gtin14(gtin)
      if (key) this.#byGtin.set(key, { item, ...(uom === undefined ? {} : { uom }) })
    }
    for (const number of item.otherNumbers ?? []) this.#byOther.set(number, item.sku)
  }

  #forgetGtin(gtin: string, sku: string): void {
    const key = gtin14(gtin)
    if (key && this.#byGtin.get(key)?.item.sku === sku) this.#byGtin.delete(key)
  }

  #applyCustomer(customer: Customer): void {
    const before = this.#customers.get(customer.id)
    for (const account of accountsOf(before)) this.#byAccount.delete(account)
    for (const identity of before?.ediIds ?? []) this.#byEdi.delete(identity)
    this.#customers.set(customer.id, customer)
    for (const account of accountsOf(customer)) this.#byAccount.set(account, customer.id)
    for (const identity of customer.ediIds ?? []) this.#byEdi.set(identity, customer.id)
    this.#buyerItems.set(customer.id, new Map((customer.items ?? []).map(({ number, sku }) => [number, sku])))
  }

  #applyPrice(price: ContractPrice): void {
    const key = `${price.customer}\u001f${price.item}`
    const others = (this.#prices.get(key) ?? []).filter(({ from }) => from !== price.from)
    this.#prices.set(key, [...others, price])
  }
}

function accountsOf(customer: Customer | undefined): string[] {
  return Object.entries(customer?.channelIds ?? {}).map(([system, account]) => `${system}\u001f${account}`)
}
