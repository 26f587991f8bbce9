import type { Deliveries } from './deliveries.ts'
import {
  type Fields,
  type Find,
  fields,
  type HubEvent,
  type LedgerRow,
  list,
  orderOf,
  type Part,
  text,
} from './records.ts'

interface Wanted {
  readonly sender: string
  readonly customerOrder: string
  readonly lines: readonly Fields[]
  accepted: boolean
}

interface Taken {
  readonly id: string
  /** Customer, order number and release: what makes an order one order. */
  readonly name: string
  readonly lines: readonly Fields[]
  posted: boolean
}

/** Events after which an order may rightly stand still: a rule ended it, or a person is asked. */
const EXCUSES: Readonly<Record<string, string>> = {
  'order.rejected': 'rejected',
  'order.held': 'held',
  'order.line_backordered': 'backordered',
  'order.line_cancelled': 'cancelled',
  'subject.parked': 'stopped',
}

/** Events that end an excuse. */
const ENDS: Readonly<Record<string, string>> = {
  'order.hold_lifted': 'held',
  'order.reserved': 'backordered',
  'subject.resumed': 'stopped',
}

const nameOf = (customer: unknown, customerOrder: unknown, release: unknown) =>
  `${text(customer)} ${text(customerOrder)} ${text(release)}`.trimEnd()

/** Whether every order that was placed and taken exists once in the hub, as it was wanted, and nobody invented one. */
export class Orders implements Part {
  /** By {@link nameOf}. */
  readonly #wanted = new Map<string, Wanted>()
  /** The name behind the key an order was sent under. */
  readonly #names = new Map<string, string>()
  readonly #taken = new Map<string, Taken>()
  readonly #excuses = new Map<string, Set<string>>()
  readonly #deliveries: Deliveries

  constructor(deliveries: Deliveries) {
    this.#deliveries = deliveries
  }

  /** Orders that were placed and taken, and their lines. */
  get counts(): { readonly orders: number; readonly lines: number } {
    const accepted = [...this.#wanted.values()].filter((wanted) => wanted.accepted)
    return { orders: accepted.length, lines: accepted.reduce((sum, wanted) => sum + wanted.lines.length, 0) }
  }

  /** Whether the hub has taken in an order of this id. */
  isTaken(order: string): boolean {
    return this.#taken.has(order)
  }

  /** Whether a customer ordered under this number. */
  isWanted(customer: string, customerOrder: string): boolean {
    return this.#wanted.has(nameOf(customer, customerOrder, ''))
  }

  /** Whether a rule ended something of this order, or a person was asked: then not everything need have happened. */
  isStuck(order: string): boolean {
    const excuses = this.#excuses.get(order)
    return this.#deliveries.hasEnded(order) || excuses?.has('rejected') === true || excuses?.has('stopped') === true
  }

  /** Whether the order is stopped until a person resumes it: what is taken for it meanwhile waits. */
  isStopped(order: string): boolean {
    return this.#excuses.get(order)?.has('stopped') ?? false
  }

  /** Orders that are stopped. */
  get stopped(): number {
    return [...this.#excuses.values()].filter((excuses) => excuses.has('stopped')).length
  }

  row(row: LedgerRow): void {
    if (row.what !== 'order.place') return
    if (row.kind === 'intent') this.#want(row)
    if (row.kind === 'outcome' && row.detail === 'ok') this.#accept(row.key)
  }

  #want(row: LedgerRow): void {
    const detail = fields(row.detail)
    const name = nameOf(detail['customer'], detail['customerOrder'], detail['release'])
    this.#names.set(row.key, name)
    if (this.#wanted.has(name)) return // sent again: it is one order
    const customerOrder = text(detail['customerOrder'])
    this.#wanted.set(name, { sender: row.system, customerOrder, lines: list(detail['lines']), accepted: false })
  }

  #accept(key: string): void {
    const name = this.#names.get(key) ?? this.#names.get(key.replace(/-again$/, ''))
    const wanted = name === undefined ? undefined : this.#wanted.get(name)
    if (wanted) wanted.accepted = true
  }

  event(event: HubEvent): void {
    const { type, data } = event
    const order = orderOf(event)
    const excuse = EXCUSES[type]
    if (excuse) this.#excusesOf(order).add(excuse)
    const ended = ENDS[type]
    if (ended) this.#excusesOf(order).delete(ended)
    const taken = this.#taken.get(order)
    if (type === 'order.posted' && taken) taken.posted = true
    if (type === 'order.received' && !taken) {
      const name = nameOf(data['soldTo'], data['customerOrder'], data['release'])
      this.#taken.set(order, { id: order, name, lines: list(data['lines']), posted: false })
    }
  }

  #excusesOf(order: string): Set<string> {
    let excuses = this.#excuses.get(order)
    if (!excuses) {
      excuses = new Set()
      this.#excuses.set(order, excuses)
    }
    return excuses
  }

  finish(find: Find): void {
    const byName = new Map<string, Taken[]>()
    for (const taken of this.#taken.values()) {
      const same = byName.get(taken.name)
      if (same) same.push(taken)
      else byName.set(taken.name, [taken])
    }
    for (const [name, wanted] of this.#wanted) this.#judge(name, wanted, byName.get(name) ?? [], find)
    for (const taken of this.#taken.values()) {
      if (this.#wanted.has(taken.name)) continue
      find('phantom', 'order nobody placed', taken.id, `No sender placed ${taken.name}.`)
    }
  }

  #judge(name: string, wanted: Wanted, taken: readonly Taken[], find: Find): void {
    const first = taken[0]
    if (!first) {
      if (!wanted.accepted) return
      find('lost', 'order taken and not there', name, `${wanted.sender} was told yes; the hub has no such order.`)
      return
    }
    if (taken.length > 1) {
      const ids = taken.map((one) => one.id).join(', ')
      find('duplicates', 'order taken twice', name, `One order of ${wanted.sender} became ${ids}.`)
    }
    if (wanted.lines.length > 0 && !sameLines(wanted.lines, first.lines)) {
      find('unbalanced', 'ordered as wanted', first.id, `The lines of ${name} are not those that were placed.`)
    }
    if (!first.posted && (this.#excuses.get(first.id)?.size ?? 0) === 0 && !this.#deliveries.hasEnded(first.id)) {
      find('lost', 'order never posted', first.id, `${name} was taken, never posted, and nothing says why.`)
    }
  }
}

function sameLines(wanted: readonly Fields[], taken: readonly Fields[]): boolean {
  const told = new Map(taken.map((line) => [text(line['customerLine']) || text(line['line']), fields(line['ordered'])]))
  return (
    wanted.length === taken.length &&
    wanted.every((line) => {
      const ordered = told.get(text(line['line']))
      return ordered && text(ordered['value']) === text(line['quantity']) && text(ordered['uom']) === text(line['uom'])
    })
  )
}
