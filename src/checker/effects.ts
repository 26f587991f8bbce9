import { type Deliveries, deliveryName, type Planned } from './deliveries.ts'
import type { Orders } from './orders.ts'
import { type Find, fields, type HubEvent, type LedgerRow, orderOf, type Part, type Setup, text } from './records.ts'
import type { ShipmentNames } from './shipments.ts'

/** Where an effect stands in its order's course: rank 1 comes before all others, higher ranks of one part in turn. */
interface Stage {
  readonly base: string
  readonly part: string
  readonly rank: number
}

interface Sent {
  readonly partner: string
  readonly control: string
}

interface Effect {
  readonly system: string
  readonly verb: string
  readonly key: string
  readonly order: string
  readonly n: number
  readonly identity: string | undefined
  readonly stage: Stage | undefined
  /** A document's customer and order number, where a partner took it. */
  readonly document: readonly [customer: string, customerOrder: string] | undefined
}

/** Statuses a customer may hear once only, and the order in which. */
const STATUS_RANK: Readonly<Record<string, number>> = { accepted: 1, shipped: 2, delivered: 3 }

/** EDI sets in the order in which trade expects them. */
const SET_RANK: Readonly<Record<string, number>> = { '855': 1, '856': 2, '810': 3 }

/** Verbs whose effect may happen once for what they are about. The others are told apart by their key alone. */
function identityOf(verb: string, order: string, detail: Readonly<Record<string, unknown>>): string | undefined {
  switch (verb) {
    case 'order.post':
      return order
    case 'shipment.post':
    case 'invoice.request':
    case 'shipment.notify':
      return text(detail['shipment'])
    case 'warehouse.release':
      return text(detail['status']) === 'accepted' ? text(detail['release']) : undefined
    case 'invoice.send':
      return text(detail['invoice'])
    case 'order.status':
      return statusIdentity(order, detail)
    default:
      return verb.startsWith('document.') ? text(detail['key']) : undefined
  }
}

/** A status with a reason answers a wish: it was too late to cancel, the order stays accepted. It may be told again. */
const isAnswer = (detail: Readonly<Record<string, unknown>>): boolean => text(detail['reason']) !== ''

function statusIdentity(order: string, detail: Readonly<Record<string, unknown>>): string | undefined {
  const status = text(detail['status'])
  return STATUS_RANK[status] === undefined || isAnswer(detail)
    ? undefined
    : `${order} ${status} ${text(detail['shipment'])}`
}

function stageOf(verb: string, order: string, detail: Readonly<Record<string, unknown>>): Stage | undefined {
  const shipment = text(detail['shipment'])
  switch (verb) {
    case 'order.post':
      return { base: `ledger ${order}`, part: '', rank: 1 }
    case 'shipment.post':
      return { base: `ledger ${order}`, part: shipment, rank: 2 }
    case 'invoice.request':
      return { base: `ledger ${order}`, part: shipment, rank: 3 }
    case 'order.status': {
      const rank = STATUS_RANK[text(detail['status'])]
      return rank === undefined || isAnswer(detail) ? undefined : { base: `status ${order}`, part: shipment, rank }
    }
    default: {
      const rank = SET_RANK[verb.replace('document.', '')]
      return rank === undefined
        ? undefined
        : { base: `documents ${text(detail['customerOrder'])}`, part: shipment, rank }
    }
  }
}

/** What is sent about an interchange that came: a partner reads it, and writes no document down. */
const ANSWERS: ReadonlySet<string> = new Set(['997', '999', 'TA1', 'CONTRL'])

/** Whether what systems did is what was planned: each effect once, none unasked, none missing, in the order of the plan. */
export class Effects implements Part {
  readonly #orders: Orders
  readonly #deliveries: Deliveries
  readonly #shipments: ShipmentNames
  readonly #effects = new Map<string, Effect[]>()
  /** Systems that keep a ledger: what they were to do must be in it, also where nothing is. */
  readonly #keepers: Set<string>
  readonly #partners: Set<string>
  /** Interchanges that were sent, by partner and number, and the keys of what was in them. */
  readonly #sent = new Map<string, Sent>()
  readonly #told = new Set<string>()
  readonly #received = new Map<string, Set<string>>()
  readonly #dispatched: { readonly shipment: string; readonly order: string; readonly release: string }[] = []
  readonly #orderOfRelease = new Map<string, string>()
  readonly #settled: boolean
  /** Pairs of effects whose order was compared. */
  pairs = 0

  constructor(setup: Setup, orders: Orders, deliveries: Deliveries, shipments: ShipmentNames) {
    this.#orders = orders
    this.#deliveries = deliveries
    this.#shipments = shipments
    this.#settled = setup.settled ?? true
    this.#keepers = new Set(Object.keys(setup.roles))
    this.#partners = new Set(Object.keys(setup.roles).filter((name) => setup.roles[name] === 'partner'))
  }

  row(row: LedgerRow): void {
    this.#keepers.add(row.system)
    if (row.kind === 'effect') this.#effect(row)
    if (row.kind === 'intent' && row.what === 'shipment.dispatched') {
      const detail = fields(row.detail)
      const shipment = this.#shipments.add(row.system, text(detail['shipment']))
      this.#dispatched.push({ shipment, order: row.order ?? '', release: text(detail['release']) })
    }
  }

  #effect(row: LedgerRow): void {
    const detail = fields(row.detail)
    const order = row.order ?? ''
    const prefix = `${row.system}:${row.what}:`
    const key = row.key.startsWith(prefix) ? row.key.slice(prefix.length) : row.key
    const effect: Effect = {
      system: row.system,
      verb: row.what,
      key,
      order,
      n: row.n,
      identity: identityOf(row.what, order, detail),
      stage: stageOf(row.what, order, detail),
      document: row.what.startsWith('document.')
        ? [text(detail['customer']), text(detail['customerOrder'])]
        : undefined,
    }
    const known = this.#effects.get(row.system)
    if (known) known.push(effect)
    else this.#effects.set(row.system, [effect])
    if (row.what.startsWith('document.')) this.#took(row.system, text(detail['control']))
  }

  #took(partner: string, control: string): void {
    this.#partners.add(partner)
    const known = this.#received.get(partner) ?? new Set()
    known.add(digits(control))
    this.#received.set(partner, known)
  }

  event(event: HubEvent): void {
    const data = event.data
    if (event.type === 'order.released') this.#orderOfRelease.set(text(data['release']), orderOf(event))
    if (event.type !== 'interchange.sent') return
    const partner = event.subject.slice(event.subject.lastIndexOf('/') + 1)
    const control = text(data['control'])
    this.#told.add(`${partner} ${text(data['key'])}`)
    if (!ANSWERS.has(text(data['set']))) this.#sent.set(`${partner} ${digits(control)}`, { partner, control })
  }

  finish(find: Find): void {
    for (const effects of this.#effects.values()) {
      this.#findDuplicates(effects, find)
      this.#findPhantoms(effects, find)
      this.#findReordered(effects, find)
    }
    if (!this.#settled) return // what was planned and sent last may not have been read yet
    this.#findUnplanned(find)
    this.#findMisheard(find)
    this.#findLost(find)
  }

  #findDuplicates(effects: readonly Effect[], find: Find): void {
    const keys = new Set<string>()
    const identities = new Set<string>()
    for (const { system, verb, key, identity } of effects) {
      const name = `${verb} ${key}`
      const twice = keys.has(name)
      if (twice) find('duplicates', 'key with two effects', key, `${system} did ${verb} twice under one key.`)
      keys.add(name)
      if (identity === undefined || identity === '') continue
      const about = `${verb} ${identity}`
      if (identities.has(about) && !twice) {
        find('duplicates', 'effect had twice', identity, `${system} did ${verb} of ${identity} more than once.`)
      }
      identities.add(about)
    }
  }

  #findPhantoms(effects: readonly Effect[], find: Find): void {
    for (const { system, verb, key, order, document } of effects) {
      if (document && !this.#orders.isWanted(...document)) {
        find(
          'phantom',
          'document for no order',
          key,
          `${system} got ${verb} for ${document[1]}, which it never ordered.`,
        )
      }
      if (order === '' || this.#orders.isTaken(order)) continue
      find('phantom', 'effect for no order', key, `${system} did ${verb} for ${order}, which the hub does not have.`)
    }
  }

  /** A system does what it is asked, and is asked by a request, or by what stood in an interchange. */
  #findUnplanned(find: Find): void {
    for (const { system, verb, key, document } of [...this.#effects.values()].flat()) {
      if (document) {
        const control = key.slice(0, key.indexOf('/'))
        if (this.#sent.has(`${system} ${digits(control)}`)) continue
        find('phantom', 'document nobody sent', key, `${system} got ${verb} in ${control}, which was never sent.`)
      } else if (
        !this.#deliveries.planned.has(deliveryName(system, verb, key)) &&
        !this.#told.has(`${system} ${key}`)
      ) {
        find('phantom', 'effect nobody planned', key, `${system} did ${verb} of ${key}, which nobody planned.`)
      }
    }
  }

  /** Who gave no answer may have done it: the hub may not say that it refused. A second request of the same name may be. */
  #findMisheard(find: Find): void {
    for (const { system, verb, key } of [...this.#effects.values()].flat()) {
      if (!this.#deliveries.isRefused(deliveryName(system, verb, key))) continue
      find('unbalanced', 'done and called refused', key, `${system} did ${verb} of ${key}; the hub says it refused.`)
    }
  }

  #findReordered(effects: readonly Effect[], find: Find): void {
    this.#byStage(effects, find)
    this.#byPlan(effects, find)
  }

  /** Stages of one thread: a goods issue before its order, an invoice before its goods issue, shipped before accepted. */
  #byStage(effects: readonly Effect[], find: Find): void {
    const begun = new Set<string>()
    const highest = new Map<string, number>()
    for (const { system, verb, key, stage } of effects) {
      if (!stage) continue
      const { base, part, rank } = stage
      const thread = `${base} ${part}`
      const above = highest.get(thread) ?? 0
      this.pairs += 1
      if (rank === 1 ? begun.has(base) : rank < above) {
        find('reordered', 'stage after a later one', key, `${system} had ${verb} after what must follow it.`)
      }
      if (rank === 1) continue
      begun.add(base)
      if (part !== '') highest.set(thread, Math.max(above, rank))
    }
  }

  /** Requests of one chain to one target: effects in the order of their plan. */
  #byPlan(effects: readonly Effect[], find: Find): void {
    const last = new Map<string, Planned>()
    for (const { system, verb, key } of effects) {
      const name = deliveryName(system, verb, key)
      const planned = this.#deliveries.planned.get(name)
      if (!planned) continue
      const chain = `${planned.lane} ${planned.chain}`
      const before = last.get(chain)
      if (before) {
        this.pairs += 1
        if (before.position > planned.position && !this.#deliveries.hasLeft(name)) {
          find(
            'reordered',
            'against the plan',
            key,
            `${system} did ${before.verb} before ${verb}, which was planned first.`,
          )
        }
      }
      if (!before || before.position < planned.position) last.set(chain, planned)
    }
  }

  #findLost(find: Find): void {
    const done = new Set<string>()
    for (const effects of this.#effects.values()) {
      for (const { system, verb, key } of effects) done.add(deliveryName(system, verb, key))
    }
    for (const [name, { target, verb, key, order }] of this.#deliveries.planned) {
      if (done.has(name) || this.#deliveries.isEnded(name) || verb === 'edi.send') continue
      if (!this.#keepers.has(target)) continue
      find('lost', 'request without effect', key, `${target} was to ${verb} for ${order || key} and never did.`)
    }
    this.#findUnbilled(find)
    this.#findUnreceived(find)
  }

  /** What left the house is in the books and billed, or something says why not. */
  #findUnbilled(find: Find): void {
    for (const verb of ['shipment.post', 'invoice.request']) {
      const done = new Set<string>()
      for (const effects of this.#effects.values()) {
        for (const effect of effects)
          if (effect.verb === verb) done.add(this.#shipments.get(effect.identity ?? '') ?? '')
      }
      for (const { shipment, order, release } of this.#dispatched) {
        const known = order || (this.#orderOfRelease.get(release) ?? '')
        if (done.has(shipment) || this.#orders.isStuck(known)) continue
        find('lost', `shipped without ${verb}`, shipment, `${shipment} left the house; there is no ${verb} of it.`)
      }
    }
  }

  /** Documents sent to a partner that keeps a ledger. */
  #findUnreceived(find: Find): void {
    for (const { partner, control } of this.#sent.values()) {
      if (!this.#partners.has(partner) || this.#received.get(partner)?.has(digits(control))) continue
      find('lost', 'interchange never received', control, `${partner} never saw interchange ${control}.`)
    }
  }
}

const digits = (control: string): string => control.replace(/^0+/, '')
