import {
  type Fields,
  type Find,
  fields,
  type HubEvent,
  list,
  orderOf,
  type Part,
  type Setup,
  subjectParts,
  text,
  whole,
} from './records.ts'

/** Quantities of a line, whole millionths as the export has them. */
interface Line {
  ordered: number
  cancelled: number
  substituted: number
  released: number
  recalled: number
  shorted: number
  picked: number
  packed: number
  shipped: number
  invoiced: number
}

interface Order {
  received: boolean
  accepted: boolean
  rejected: boolean
  readonly holds: Set<string>
  readonly lines: Map<string, Line>
  /** Release to facility; known when accepted by the warehouse. */
  readonly releases: Map<string, string>
  /** By release: the holds that stood when it was planned. */
  readonly heldWhenPlanned: Map<string, string>
  /** `<release> line <line>`: a substitute joins a release later, the same line never does. */
  readonly releasedParts: Set<string>
  readonly shipments: Set<string>
  readonly closed: Set<string>
}

/** The roles that may say each thing. `hub` stands for the hub's own processes where a landscape lets them. */
const MAY_SAY: Readonly<Record<string, readonly string[]>> = {
  'order.posted': ['erp', 'hub'],
  'order.invoiced': ['erp', 'hub'],
  'invoice.posted': ['erp', 'hub'],
  'order.released': ['wms', 'hub'],
  'order.recalled': ['wms', 'hub'],
  'pick.started': ['wms'],
  'pick.confirmed': ['wms'],
  'pick.short': ['wms'],
  'substitution.made': ['wms'],
  'carton.closed': ['wms'],
  'order.shipped': ['wms'],
  'order.delivered': ['carrier', 'wms', 'hub'],
  'inventory.counted': ['wms'],
  'inventory.received': ['wms'],
  'inventory.adjusted': ['wms'],
}

const WORD_OF_HUB_ONLY = ['order.accepted', 'order.sourced', 'order.rejected']

/** What may still happen to an order that was rejected: paperwork and what outsiders wish, never goods. */
const AFTER_REJECTION =
  /^(delivery|document|report|case|order\.hold_lifted|order\.reservation_freed|order\.line_c)|^order\.(cancellation|change)_(requested|refused|received)$/

/**
 * A lifecycle of the checker's own, as a table of what each event needs and what it adds. The events of the export are
 * replayed through it; whatever it does not allow is illegal, whatever the hub thought of it.
 */
export class Lifecycle implements Part {
  readonly #setup: Setup
  readonly #orders = new Map<string, Order>()
  readonly #found: { readonly rule: string; readonly about: string; readonly says: string }[] = []
  readonly #heads = new Map<number, number>()
  /** Events replayed. */
  events = 0

  constructor(setup: Setup) {
    this.#setup = setup
  }

  event(event: HubEvent): void {
    this.events += 1
    this.#inLane(event)
    this.#mayBeSaid(event)
    if (subjectParts(event.subject).kind !== 'order') return
    const id = orderOf(event)
    const order = this.#order(id)
    this.#step(order, event, id)
  }

  finish(find: Find): void {
    for (const { rule, about, says } of this.#found) find('illegal', rule, about, says)
  }

  #order(id: string): Order {
    let order = this.#orders.get(id)
    if (!order) {
      order = {
        received: false,
        accepted: false,
        rejected: false,
        holds: new Set(),
        lines: new Map(),
        releases: new Map(),
        heldWhenPlanned: new Map(),
        releasedParts: new Set(),
        shipments: new Set(),
        closed: new Set(),
      }
      this.#orders.set(id, order)
    }
    return order
  }

  #inLane(event: HubEvent): void {
    const head = this.#heads.get(event.lane) ?? 0
    if (event.position <= head)
      this.#illegal('position went back', `${event.lane}/${event.position}`, `The lane was at ${head}.`)
    this.#heads.set(event.lane, Math.max(head, event.position))
  }

  #mayBeSaid(event: HubEvent): void {
    const { type, source } = event
    const role = this.#setup.roles[source] ?? (this.#isHub(source) ? 'hub' : 'stranger')
    const may = type === 'order.release_planned' ? undefined : MAY_SAY[type]
    if (may && !may.includes(role)) {
      this.#illegal('said by one who may not', orderOf(event), `${source} (${role}) said ${type}.`)
    }
    if (WORD_OF_HUB_ONLY.includes(type) && role !== 'hub' && role !== 'oms' && role !== 'erp') {
      this.#illegal('said by one who may not', orderOf(event), `${source} (${role}) said ${type}.`)
    }
    if (type === 'order.release_planned') this.#mayRelease(event, role)
    this.#inOwnHouse(event, role)
  }

  #isHub(source: string): boolean {
    return this.#setup.hub === undefined || this.#setup.hub.includes(source)
  }

  #mayRelease(event: HubEvent, role: string): void {
    const { releasers } = this.#setup
    const by = text(event.data['by']) || event.source
    const allowed = releasers
      ? releasers.includes(by) || releasers.includes(event.source) || (role === 'hub' && releasers.includes('hub'))
      : ['hub', 'oms', 'erp'].includes(role)
    if (!allowed) this.#illegal('released by one who may not', orderOf(event), `${by} planned a release.`)
  }

  /** A warehouse speaks for its own facility only. */
  #inOwnHouse(event: HubEvent, role: string): void {
    if (role !== 'wms') return
    const facility = text(event.data['facility']) || this.#facilityOf(event)
    const owner = this.#setup.facilities?.[facility]
    if (owner !== undefined && owner !== event.source) {
      this.#illegal('said about another house', orderOf(event), `${event.source} said ${event.type} about ${facility}.`)
    }
  }

  #facilityOf(event: HubEvent): string {
    return this.#orders.get(orderOf(event))?.releases.get(text(event.data['release'])) ?? ''
  }

  #step(order: Order, event: HubEvent, id: string): void {
    const { type, data } = event
    const illegal = (rule: string, says: string) => this.#illegal(rule, id, `${type}: ${says}`)
    if (type === 'order.received') {
      this.#receive(order, data, illegal)
      return
    }
    if (!order.received && !type.startsWith('report.') && !type.startsWith('delivery.')) {
      illegal('before the order', 'there is no order yet')
    }
    if (order.rejected && !AFTER_REJECTION.test(type)) illegal('after rejection', 'the order was rejected')
    const step = steps[type]
    if (step) step(order, data, illegal)
  }

  #receive(order: Order, data: Fields, illegal: Illegal): void {
    if (order.received) illegal('received twice', 'the order was there')
    order.received = true
    for (const line of list(data['lines'])) order.lines.set(text(line['line']), newLine(whole(line['base'])))
  }

  #illegal(rule: string, about: string, says: string): void {
    this.#found.push({ rule, about, says })
  }
}

type Illegal = (rule: string, says: string) => void
type Step = (order: Order, data: Fields, illegal: Illegal) => void

function newLine(ordered: number): Line {
  return {
    ordered,
    cancelled: 0,
    substituted: 0,
    released: 0,
    recalled: 0,
    shorted: 0,
    picked: 0,
    packed: 0,
    shipped: 0,
    invoiced: 0,
  }
}

/** Adds to one quantity of each line named, and says when a line is unknown, closed, or out of its bounds. */
function add(order: Order, lines: readonly Fields[], what: Exclude<keyof Line, 'ordered'>, illegal: Illegal): void {
  for (const named of lines) {
    const number = text(named['line'])
    const line = order.lines.get(number)
    const quantity = whole(named['quantity'])
    if (!line) {
      illegal('unknown line', `there is no line ${number}`)
      continue
    }
    if (quantity < 0) illegal('negative quantity', `line ${number} by ${quantity}`)
    if (order.closed.has(number) && what !== 'invoiced') illegal('after closing', `line ${number} is closed`)
    line[what] += quantity
    bounds(line, number, illegal)
  }
}

/** The invariants of a line, always. */
function bounds(line: Line, number: string, illegal: Illegal): void {
  if (line.cancelled + line.substituted + line.shipped > line.ordered) illegal('more than ordered', `line ${number}`)
  if (line.released - line.recalled - line.shorted > line.ordered - line.cancelled - line.substituted) {
    illegal('released more than open', `line ${number}`)
  }
  if (line.picked > line.released - line.recalled - line.shorted) illegal('picked more than released', `line ${number}`)
  if (line.packed > line.picked) illegal('packed more than picked', `line ${number}`)
  if (line.shipped > line.packed) illegal('shipped more than packed', `line ${number}`)
  if (line.invoiced > line.shipped) illegal('invoiced more than shipped', `line ${number}`)
}

/** For what happens on the floor: there must be such a release. */
function onFloor(order: Order, data: Fields, illegal: Illegal): void {
  const release = text(data['release'])
  if (!order.releases.has(release)) illegal('not released', `there is no release ${release}`)
}

const steps: Readonly<Record<string, Step>> = {
  'order.held': (order, data) => void order.holds.add(text(data['hold'])),
  'order.hold_lifted': (order, data) => void order.holds.delete(text(data['hold'])),
  'order.rejected': (order, _data, illegal) => {
    if (order.releases.size > 0) illegal('rejected after release', 'goods were on their way')
    order.rejected = true
  },
  'order.accepted': (order, _data, illegal) => {
    if (order.holds.size > 0) illegal('accepted while held', [...order.holds].join(', '))
    order.accepted = true
  },
  // What was on its way to the floor when a hold came may still be taken there.
  'order.release_planned': (order, data) =>
    void order.heldWhenPlanned.set(text(data['release']), [...order.holds].join(', ')),
  'order.released': (order, data, illegal) => {
    if (!order.accepted) illegal('released before acceptance', 'nothing was promised yet')
    const release = text(data['release'])
    const held = order.heldWhenPlanned.get(release) ?? [...order.holds].join(', ')
    if (held !== '') illegal('released while held', held)
    order.releases.set(release, text(data['facility']))
    for (const { line } of list(data['lines'])) {
      const part = `${release} line ${text(line)}`
      if (order.releasedParts.has(part)) illegal('released twice', part)
      order.releasedParts.add(part)
    }
    add(order, list(data['lines']), 'released', illegal)
  },
  'order.recalled': (order, data, illegal) => {
    onFloor(order, data, illegal)
    add(order, list(data['lines']), 'recalled', illegal)
  },
  'pick.started': onFloor,
  'pick.confirmed': (order, data, illegal) => {
    onFloor(order, data, illegal)
    add(order, list(data['lines']), 'picked', illegal)
  },
  'pick.short': (order, data, illegal) => {
    onFloor(order, data, illegal)
    add(order, list(data['lines']), 'shorted', illegal)
  },
  'substitution.made': (order, data, illegal) => {
    onFloor(order, data, illegal)
    substitute(order, data, illegal)
  },
  'carton.closed': (order, data, illegal) => {
    onFloor(order, data, illegal)
    add(order, list(fields(data['carton'])['lines']), 'packed', illegal)
  },
  'order.shipped': (order, data, illegal) => {
    onFloor(order, data, illegal)
    const shipment = text(data['shipment'])
    if (order.shipments.has(shipment)) illegal('shipped twice', shipment)
    order.shipments.add(shipment)
    add(order, list(data['lines']), 'shipped', illegal)
  },
  'order.invoiced': (order, data, illegal) => {
    const shipment = text(data['shipment'])
    if (!order.shipments.has(shipment)) illegal('invoiced before shipment', shipment)
    add(order, list(data['lines']), 'invoiced', illegal)
  },
  'order.delivered': (order, data, illegal) => {
    const shipment = text(data['shipment'])
    if (!order.shipments.has(shipment)) illegal('delivered before shipment', shipment)
  },
  'order.line_cancelled': (order, data, illegal) => add(order, list(data['lines']), 'cancelled', illegal),
  'order.line_changed': (order, data, illegal) => {
    const line = order.lines.get(text(data['line']))
    if (!line) {
      illegal('unknown line', text(data['line']))
      return
    }
    line.ordered = whole(data['to'])
    bounds(line, text(data['line']), illegal)
  },
  'order.terms_changed': (order, data, illegal) => {
    for (const added of list(data['added'])) {
      const line = text(added['line'])
      if (order.lines.has(line)) illegal('line added twice', line)
      order.lines.set(line, newLine(whole(added['base'])))
    }
  },
  'order.line_closed': (order, data, illegal) => {
    const lines = Array.isArray(data['lines']) ? data['lines'].map(text) : []
    for (const number of lines) close(order, number, illegal)
  },
}

/**
 * The original gives way to another item, which becomes a line of its own. What was released of the original is recalled
 * and the child released in the events that follow, so the bounds of the original are looked at then.
 */
function substitute(order: Order, data: Fields, illegal: Illegal): void {
  const child = fields(data['child'])
  const replaced = fields(data['replaces'])
  const original = order.lines.get(text(data['line']))
  if (!original) {
    illegal('unknown line', text(data['line']))
    return
  }
  original.substituted += replaced['quantity'] === undefined ? ratioOf(data) : whole(replaced['quantity'])
  order.lines.set(text(child['line']), newLine(whole(child['base'])))
}

function ratioOf(data: Fields): number {
  const ratio = Array.isArray(data['ratio']) ? data['ratio'].map(whole) : []
  const [numerator = 1, denominator = 1] = ratio
  return (whole(data['quantity']) * numerator) / denominator
}

function close(order: Order, number: string, illegal: Illegal): void {
  const line = order.lines.get(number)
  if (!line) {
    illegal('unknown line', number)
    return
  }
  if (line.ordered - line.cancelled - line.substituted - line.shipped !== 0)
    illegal('closed while open', `line ${number}`)
  if (line.invoiced !== line.shipped) illegal('closed before invoiced', `line ${number}`)
  order.closed.add(number)
}
