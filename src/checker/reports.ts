import type { Orders } from './orders.ts'
import { type Find, fields, type HubEvent, type LedgerRow, orderOf, type Part, text } from './records.ts'
import type { ShipmentNames } from './shipments.ts'

interface Said {
  readonly system: string
  readonly type: string
  readonly order: string
  readonly sequence: number
  /** As it was said: what it is about in business terms finds it without its number. */
  readonly report: Readonly<Record<string, unknown>>
  /** Where the sender does not know our order: the release it speaks of. */
  readonly release: string
  taken: boolean
}

/** Facts only a warehouse or a carrier can know: the hub must have heard them from one. */
const HEARD_ONLY: ReadonlySet<string> = new Set(['pick.confirmed', 'carton.closed', 'order.shipped', 'order.delivered'])

/** The event a report becomes where it is not of its own name. */
const BECOMES: Readonly<Record<string, string>> = {
  'shipment.dispatched': 'order.shipped',
  'shipment.delivered': 'order.delivered',
}

/** What an event makes news of no more: a report of it that comes later is taken and rightly leaves no trace. */
const SUPERSEDES: Readonly<Record<string, readonly string[]>> = {
  'pick.confirmed': ['pick.started'],
  'pick.short': ['pick.started'],
  'order.shipped': ['pick.started', 'shipment.manifested'],
}

/** Whether every report that was taken left its trace in the hub, and every fact of the floor was said by somebody. */
export class Reports implements Part {
  readonly #said = new Map<string, Said>()
  readonly #byNumber = new Set<string>()
  readonly #byIdentity = new Set<string>()
  readonly #orderOfRelease = new Map<string, string>()
  readonly #facts: { readonly identity: string; readonly type: string; readonly order: string }[] = []
  readonly #orders: Orders
  readonly #shipments: ShipmentNames

  constructor(orders: Orders, shipments: ShipmentNames) {
    this.#orders = orders
    this.#shipments = shipments
  }

  row(row: LedgerRow): void {
    if (row.what === 'order.place') return
    if (row.kind === 'outcome') {
      const said = this.#said.get(row.key)
      if (said && row.detail === 'ok') said.taken = true
    }
    if (row.kind !== 'intent') return
    const report = fields(row.detail)
    this.#said.set(row.key, {
      system: row.system,
      type: row.what,
      order: row.order ?? '',
      sequence: typeof report['sequence'] === 'number' ? report['sequence'] : 0,
      report,
      release: text(report['release']),
      taken: false,
    })
  }

  event(event: HubEvent): void {
    const order = orderOf(event)
    if (event.sequence !== undefined) this.#byNumber.add(`${event.source} ${order} ${event.sequence}`)
    if (event.type === 'order.released') this.#orderOfRelease.set(text(event.data['release']), order)
    const from = text(event.data['from'])
    if (event.type === 'report.refused' || event.type === 'report.early') {
      const type = text(event.data['report'])
      this.#byIdentity.add(`${order} ${this.#identity(type, fields(event.data['data']), from)}`)
      return
    }
    const identity = `${order} ${this.#identity(event.type, event.data, event.source)}`
    this.#byIdentity.add(identity)
    for (const older of SUPERSEDES[event.type] ?? []) {
      const { release, shipment } = event.data
      const about = older === 'pick.started' ? { release } : { shipment }
      this.#byIdentity.add(`${order} ${this.#identity(older, about, event.source)}`)
    }
    if (HEARD_ONLY.has(event.type)) this.#facts.push({ identity, type: event.type, order })
  }

  finish(find: Find): void {
    const said = new Set<string>()
    for (const report of this.#said.values()) {
      const order = report.order || (this.#orderOfRelease.get(report.release) ?? '')
      // only now: a carrier's ledger may be read before that of the warehouse which named the shipment
      const own = this.#identity(report.type, report.report, report.system)
      const identity = `${order} ${own}`
      said.add(identity)
      if (!report.taken || report.type.endsWith('.upserted')) continue
      if (this.#byNumber.has(`${report.system} ${order} ${report.sequence}`)) continue
      if (this.#byIdentity.has(identity) || this.#orders.isStopped(order)) continue
      const about = order || own
      find(
        'lost',
        'report taken and without trace',
        about,
        `${report.type} of ${report.system} was taken; no event tells of it.`,
      )
    }
    for (const { identity, type, order } of this.#facts) {
      if (!said.has(identity))
        find('phantom', 'fact nobody reported', order, `${type}: no system said so (${identity}).`)
    }
  }

  #identity(type: string, data: Readonly<Record<string, unknown>>, system: string): string {
    return `${BECOMES[type] ?? type} ${this.#particular(type, data, system)}`
  }

  #particular(type: string, data: Readonly<Record<string, unknown>>, system: string): string {
    if (type === 'carton.closed') return text(fields(data['carton'])['carton'])
    if (type === 'shipment.milestone') return `${this.#shipment(data, system)} ${text(data['code'])}`
    if (data['shipment'] !== undefined) return this.#shipment(data, system)
    if (type.startsWith('inventory.')) return text(data['facility'])
    if (type === 'order.release_planned') return text(data['facility'])
    return text(data['release'])
  }

  #shipment(data: Readonly<Record<string, unknown>>, system: string): string {
    const name = text(data['shipment'])
    return this.#shipments.get(name) ?? (name.startsWith(`${system}-`) ? name : `${system}-${name}`)
  }
}
