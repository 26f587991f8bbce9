import { cents, millionths, plain, Sums, timesPrice } from './figures.ts'
import {
  type Fields,
  type Find,
  fields,
  type HubEvent,
  type LedgerRow,
  list,
  type Part,
  type Setup,
  text,
  whole,
} from './records.ts'
import type { ShipmentNames } from './shipments.ts'

/**
 * Whether the figures agree: stock by item and warehouse (opening, what came in, what left, what lies there, what the
 * hub believes), what was shipped against what the hub and the ERP were told, and invoices to the cent.
 */
export class Balance implements Part {
  readonly #setup: Setup
  readonly #shipments: ShipmentNames
  /** `<facility> <item>` in millionths. */
  readonly #expected = new Sums()
  readonly #closing = new Sums()
  readonly #hub = new Sums()
  readonly #closed = new Set<string>()
  readonly #hubCounts = new Set<string>()
  readonly #hubFacilities = new Set<string>()
  /** `<shipment> <line>`: what the warehouse packed and sent, by weight where it was weighed; then what others were told. */
  readonly #left = new Sums()
  readonly #leftWeight = new Sums()
  readonly #toldHub = new Sums()
  readonly #issued = new Sums()
  readonly #billed: { readonly order: string; readonly detail: Fields }[] = []
  readonly #units = new Map<string, string>()
  /** From where the ERP was told that each shipment left, and from where it did. */
  readonly #issuedShipments = new Map<string, string>()
  readonly #leftFrom = new Map<string, string>()
  readonly #hubShipments = new Set<string>()
  readonly #dispatchedBy = new Map<string, string>()
  /** Items whose stock was compared, and invoices that were. */
  positions = 0
  invoices = 0

  constructor(setup: Setup, shipments: ShipmentNames) {
    this.#setup = setup
    this.#shipments = shipments
  }

  row(row: LedgerRow): void {
    const detail = fields(row.detail)
    if (row.kind === 'fact' && row.what === 'stock.opening') this.#expect(detail, 'quantity')
    if (row.kind === 'fact' && row.what === 'stock.closing') this.#close(detail)
    if (row.kind === 'intent' && row.what === 'inventory.received') this.#expect(detail, 'quantity')
    if (row.kind === 'intent' && row.what === 'inventory.adjusted') this.#expect(detail, 'delta')
    if (row.kind === 'intent' && row.what === 'shipment.dispatched') this.#leave(row, detail)
    if (row.kind === 'effect' && row.what === 'shipment.post') this.#issue(detail)
    if (row.kind === 'effect' && row.what === 'invoice.request') this.#billed.push({ order: row.order ?? '', detail })
  }

  #expect(detail: Fields, member: string): void {
    for (const line of list(detail['lines'])) {
      const size = millionths(text(fields(line[member])['value']))
      if (size !== undefined) this.#expected.add(`${text(detail['facility'])} ${text(line['item'])}`, size)
    }
  }

  #close(detail: Fields): void {
    const facility = text(detail['facility'])
    this.#closed.add(facility)
    for (const line of list(detail['lines'])) {
      const parts = ['available', 'suspect', 'picked'].map((part) => millionths(text(line[part])) ?? 0n)
      const sum = parts.reduce((total, part) => total + part, 0n)
      this.#closing.add(`${facility} ${text(line['item'])}`, sum)
    }
  }

  #leave(row: LedgerRow, detail: Fields): void {
    const shipment = this.#shipments.add(row.system, text(detail['shipment']))
    const facility = text(detail['facility']) || this.#facilityOf(row.system)
    this.#dispatchedBy.set(shipment, row.order ?? '')
    this.#leftFrom.set(shipment, facility)
    for (const carton of list(detail['cartons'])) {
      for (const line of list(carton['lines'])) {
        const quantity = fields(line['quantity'])
        const size = millionths(text(quantity['value'])) ?? 0n
        const part = `${shipment} ${text(line['line'])}`
        this.#left.add(part, size)
        this.#units.set(part, text(quantity['uom']))
        this.#expected.add(`${facility} ${text(line['item'])}`, -size)
        const weight = millionths(text(line['weight']))
        if (weight !== undefined) this.#leftWeight.add(part, weight)
      }
    }
  }

  #facilityOf(system: string): string {
    const found = Object.entries(this.#setup.facilities ?? {}).find(([, owner]) => owner === system)
    return found?.[0] ?? ''
  }

  #issue(detail: Fields): void {
    const name = text(detail['shipment'])
    const shipment = this.#shipments.get(name) ?? name
    this.#issuedShipments.set(shipment, text(detail['facility']))
    for (const line of list(detail['lines'])) {
      const quantity = fields(line['quantity'])
      const part = `${shipment} ${text(line['line'])}`
      // told in another unit than it was packed in: the conversion is the item master's, which is not known here
      if (this.#units.get(part) !== undefined && this.#units.get(part) !== text(quantity['uom'])) {
        this.#issued.add(part, this.#left.get(part))
      } else this.#issued.add(part, millionths(text(quantity['value'])) ?? 0n)
    }
  }

  event(event: HubEvent): void {
    const { type, data } = event
    if (type === 'order.shipped') this.#hear(event)
    if (type === 'inventory.counted') this.#count(data)
    if (type === 'inventory.received' || type === 'inventory.shipped' || type === 'inventory.adjusted') {
      this.#move(event)
    }
  }

  #move({ type, data }: HubEvent): void {
    const facility = text(data['facility'])
    const sign = type === 'inventory.shipped' ? -1n : 1n
    for (const line of list(data['lines'])) {
      const size = type === 'inventory.adjusted' ? BigInt(whole(line['delta'])) : sign * BigInt(whole(line['quantity']))
      this.#hub.add(`${facility} ${text(line['item'])}`, size)
    }
  }

  /** The first count of an item opens its position; later ones are compared by the hub and never applied. */
  #count(data: Fields): void {
    const facility = text(data['facility'])
    this.#hubFacilities.add(facility)
    for (const line of list(data['lines'])) {
      const item = `${facility} ${text(line['item'])}`
      const name = `${item} ${text(line['status'])}`
      if (this.#hubCounts.has(name)) continue
      this.#hubCounts.add(name)
      this.#hub.add(item, BigInt(whole(line['quantity'])))
    }
  }

  #hear(event: HubEvent): void {
    const name = text(event.data['shipment'])
    const shipment = this.#shipments.get(name) ?? name
    this.#hubShipments.add(shipment)
    for (const line of list(event.data['lines'])) {
      this.#toldHub.add(`${shipment} ${text(line['line'])}`, BigInt(whole(line['quantity'])))
    }
  }

  finish(find: Find): void {
    this.#judgeStock(find)
    this.#judgeShipments(find)
    for (const { order, detail } of this.#billed) this.#judgeInvoice(order, detail, find)
  }

  #judgeStock(find: Find): void {
    for (const position of this.#expected.keysWith(this.#closing)) {
      const facility = position.slice(0, position.indexOf(' '))
      if (!this.#closed.has(facility)) continue
      this.positions += 1
      const expected = this.#expected.get(position)
      const lies = this.#closing.get(position)
      if (expected !== lies) {
        find(
          'unbalanced',
          'stock of the warehouse',
          position,
          `Moves give ${plain(expected)}, there lie ${plain(lies)}.`,
        )
      }
      if (!this.#hubFacilities.has(facility)) continue
      const believed = this.#hub.get(position)
      if (believed !== lies) {
        find(
          'unbalanced',
          'stock in the hub',
          position,
          `The hub believes ${plain(believed)}, there lie ${plain(lies)}.`,
        )
      }
    }
  }

  #judgeShipments(find: Find): void {
    for (const part of this.#left.keysWith(this.#toldHub)) {
      const shipment = part.slice(0, part.indexOf(' '))
      if (!this.#hubShipments.has(shipment) || !this.#dispatchedBy.has(shipment)) continue
      this.#same('shipped in the hub', part, this.#left.get(part), this.#toldHub.get(part), find)
    }
    for (const part of this.#left.keysWith(this.#issued)) {
      const shipment = part.slice(0, part.indexOf(' '))
      if (!this.#issuedShipments.has(shipment) || !this.#dispatchedBy.has(shipment)) continue
      this.#same('goods issue', part, this.#left.get(part), this.#issued.get(part), find)
    }
    for (const [shipment, told] of this.#issuedShipments) {
      const left = this.#leftFrom.get(shipment)
      if (left === undefined || left === told) continue
      find('unbalanced', 'goods issue elsewhere', shipment, `It left ${left}, the ERP was told “${told}”.`)
    }
  }

  #same(rule: string, about: string, left: bigint, told: bigint, find: Find): void {
    if (left !== told) find('unbalanced', rule, about, `${plain(left)} left the house, told were ${plain(told)}.`)
  }

  #judgeInvoice(order: string, detail: Fields, find: Find): void {
    this.invoices += 1
    const number = text(detail['number'])
    const name = text(detail['shipment'])
    const shipment = this.#shipments.get(name) ?? name
    const wrong = (rule: string, says: string) => find('unbalanced', rule, `${number} of ${order}`, says)
    let sum = 0n
    for (const line of list(detail['lines'])) sum += this.#judgeBilledLine(shipment, line, wrong)
    for (const charge of list(detail['charges'])) sum += cents(fields(charge['amount'])['amount']) ?? 0n
    const total = cents(fields(detail['total'])['amount'])
    if (total !== sum) wrong('invoice total', `Lines and charges give ${sum} cents, the total says ${total}.`)
  }

  /** Quantity times price to the cent, and the quantity (or weight) is what left the house. Answers its amount in cents. */
  #judgeBilledLine(shipment: string, line: Fields, wrong: (rule: string, says: string) => void): bigint {
    const number = text(line['line'])
    const quantity = fields(line['quantity'])
    const price = fields(line['price'])
    const amount = cents(fields(line['amount'])['amount']) ?? 0n
    const billed = millionths(text(quantity['value'])) ?? 0n
    const each = millionths(text(price['amount'])) ?? 0n
    const right = timesPrice(billed, each, BigInt(whole(price['per']) || 1))
    if (right !== amount) wrong('invoice line', `Line ${number}: ${right} cents by the price, ${amount} billed.`)

    const part = `${shipment} ${number}`
    const uom = text(quantity['uom'])
    if (!this.#dispatchedBy.has(shipment)) return amount
    if (this.#units.get(part) === undefined) wrong('billed and not shipped', `Line ${number} is not in ${shipment}.`)
    else if (this.#units.get(part) === uom && this.#left.get(part) !== billed) {
      wrong('billed as shipped', `Line ${number}: ${plain(this.#left.get(part))} left, ${plain(billed)} billed.`)
    } else if (this.#leftWeight.has(part) && this.#units.get(part) !== uom && this.#leftWeight.get(part) !== billed) {
      wrong(
        'billed as weighed',
        `Line ${number}: ${plain(this.#leftWeight.get(part))} weighed, ${plain(billed)} billed.`,
      )
    }
    return amount
  }
}
