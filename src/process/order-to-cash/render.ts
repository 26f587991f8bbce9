/**
 * What each request says. Rendered when it is planned and again after a restart, so everything that may change in the
 * meantime is pinned in `args`; the rest is read from what no longer changes.
 */
import type { Price } from '../../base/money.ts'
import { microsText, type Quantity } from '../../base/quantity.ts'
import type { LineQuantity, OrderFacts, OrderLineFacts, PartyFacts } from '../../lifecycle/events.ts'
import {
  type OrderState,
  releaseOf,
  type ShippedLine,
  shipmentOf,
  substitutingRelease,
} from '../../lifecycle/order-state.ts'
import { partsOf } from '../../lifecycle/subject.ts'

/** What rendering reads: the ledger and the facts of one order. */
export interface Rendering {
  readonly order: OrderState
  readonly facts: OrderFacts
}

type Args = Readonly<Record<string, unknown>>
type Renderer = (args: Args, order: OrderState, facts: OrderFacts) => Record<string, unknown>

/** A line as it is told to systems: our number, item, quantity in the base unit. */
function told(facts: OrderFacts, line: string, quantity: number): { line: string; item: string; quantity: Quantity } {
  const known = lineFacts(facts, line)
  return { line, item: known?.item ?? '', quantity: { value: microsText(quantity), uom: known?.baseUnit ?? '' } }
}

function lineFacts(facts: OrderFacts, line: string): OrderLineFacts | undefined {
  for (const candidate of facts.lines) if (candidate.line === line) return candidate
  return undefined
}

function priced(facts: OrderFacts, line: string, quantity: number) {
  const price: Price | undefined = lineFacts(facts, line)?.price
  const row = told(facts, line, quantity)
  return price ? { ...row, price } : row
}

function shipped(facts: OrderFacts, line: ShippedLine) {
  const row = told(facts, line.line, line.quantity)
  return line.weight ? { ...row, weight: weightOf(facts, line) } : row
}

function weightOf(facts: OrderFacts, line: ShippedLine): Quantity {
  return { value: line.weight ?? '0', uom: lineFacts(facts, line.line)?.catchWeight?.unit ?? 'LB' }
}

/** The party goods go to: the ship-to, else the buyer. */
export function shipTo(facts: OrderFacts): PartyFacts | undefined {
  return (
    facts.parties.find((party) => party.role === 'ST' || party.role === 'shipTo') ??
    facts.parties.find((party) => party.role === 'BY' || party.role === 'buyer')
  )
}

/** What the warehouse may pick instead, where customer and item allow it. */
function substitutesOf(order: OrderState, facts: OrderFacts, release: string, line: string) {
  const known = lineFacts(facts, line)
  if (!facts.substitutions || !known?.substitutes?.length || known.catchWeight) return {}
  return substitutingRelease(order, line)?.release === release ? { substitutes: known.substitutes } : {}
}

const quantities = (args: Args): readonly LineQuantity[] => (args['lines'] ?? []) as readonly LineQuantity[]

/** Lines that are to join the order, and prices that are to hold: not in its facts before the ERP agrees. */
const added = (args: Args): readonly OrderLineFacts[] => (args['added'] ?? []) as readonly OrderLineFacts[]

function withPrice<T extends object>(args: Args, line: string, row: T): T {
  const price = (args['prices'] as Readonly<Record<string, Price>> | undefined)?.[line]
  return price ? { ...row, price } : row
}

const renderers: { readonly [verb: string]: Renderer } = {
  'credit.check': (args, _order, facts) => ({ customer: facts.soldTo, amount: args['amount'] }),
  'price.check': (args, _order, facts) => {
    const only = args['lines'] as readonly string[] | undefined
    const lines = facts.lines.filter((line) => line.item !== undefined && (!only || only.includes(line.line)))
    return {
      customer: facts.soldTo,
      date: facts.orderDate,
      lines: lines.map((line) => priced(facts, line.line, line.base)),
    }
  },
  'order.post': (_args, order, facts) => ({
    customer: facts.soldTo,
    customerOrder: facts.customerOrder,
    currency: facts.currency,
    lines: order.lines.filter(isPosted).map((line) => priced(facts, line.line, line.accepted)),
    charges: facts.charges,
  }),
  'order.cancel': (args, order, facts) => ({
    number: order.number || undefined,
    lines: quantities(args).map((line) => told(facts, line.line, line.quantity)),
    reason: args['reason'],
  }),
  'order.change': (args, order, facts) => ({
    number: order.number || undefined,
    ...(args['document'] ? { change: args['document'] } : {}),
    lines: [
      ...quantities(args).map((line) => withPrice(args, line.line, priced(facts, line.line, line.quantity))),
      ...added(args).map((line) => priced({ ...facts, lines: added(args) }, line.line, line.base)),
    ],
    ...(args['dates'] ? { dates: args['dates'] } : {}),
  }),
  'order.source': (args, _order, facts) => ({
    customer: facts.soldTo,
    lines: quantities(args).map((line) => told(facts, line.line, line.quantity)),
    shipComplete: facts.shipComplete,
    backorders: facts.backorders,
  }),
  'warehouse.release': (args, order, facts) => {
    const release = releaseOf(order, args['release'] as string)
    return {
      release: args['release'],
      facility: release?.facility,
      customerOrder: facts.customerOrder,
      shipTo: shipTo(facts),
      carrier: facts.carrier,
      notBefore: facts.shipNotBefore,
      shipBy: facts.shipNotAfter,
      lines: (release?.lines ?? []).map((line) => ({
        ...told(facts, line.line, line.quantity),
        customerLine: lineFacts(facts, line.line)?.customerLine ?? line.line,
        ...substitutesOf(order, facts, args['release'] as string, line.line),
      })),
    }
  },
  'warehouse.recall': (args, _order, facts) => ({
    release: args['release'],
    lines: quantities(args).map((line) => told(facts, line.line, line.quantity)),
  }),
  'shipment.post': (args, order, facts) => {
    const shipment = shipmentOf(order, args['shipment'] as string)
    return {
      shipment: args['shipment'],
      release: shipment?.release,
      facility: args['facility'] ?? shipment?.facility, // those planned by an earlier release have none
      shippedAt: new Date(shipment?.dispatchedAt ?? 0).toISOString(),
      lines: (shipment?.lines ?? []).map((line) => shipped(facts, line)),
    }
  },
  'invoice.request': (args, order, facts) => {
    const shipment = shipmentOf(order, args['shipment'] as string)
    const lines = (shipment?.lines ?? []).map((line) => {
      const price = lineFacts(facts, line.line)?.price
      return price ? { ...shipped(facts, line), price } : shipped(facts, line)
    })
    return { shipment: args['shipment'], lines, charges: args['charges'] ?? [] }
  },
  'invoice.send': (args, order, facts) => {
    const shipment = shipmentOf(order, args['shipment'] as string)
    return {
      customerOrder: facts.customerOrder,
      invoice: shipment?.invoice,
      total: { amount: shipment?.invoiceTotal ?? '0', currency: facts.currency },
      lines: (shipment?.lines ?? []).map((line) => priced(facts, line.line, line.quantity)),
    }
  },
  'order.status': (args, order, facts) => statusOf(args, order, facts),
  'shipment.notify': (args, order, facts) => {
    const shipment = shipmentOf(order, args['shipment'] as string)
    const cartons = order.cartons.filter((carton) => carton.shipment === args['shipment'])
    return {
      shipment: args['shipment'],
      scac: shipment?.scac,
      tracking: cartons.flatMap((carton) => (carton.tracking ? [carton.tracking] : [])),
      cartons: cartons.length,
      shipTo: shipTo(facts),
    }
  },
}

/** Everything a system may be asked. */
export const VERBS: readonly string[] = Object.keys(renderers)

/** Substitutes join later and are told to the ERP as changes; the first posting has what was accepted. */
const isPosted = (line: { readonly line: string; readonly accepted: number }): boolean =>
  line.accepted > 0 && !line.line.includes('.')

/** What `order.accepted` promised: it does not change afterwards. */
function promised(order: OrderState): { line: string; quantity: number }[] {
  return order.lines.filter(isPosted).map((line) => ({ line: line.line, quantity: line.accepted }))
}

function statusOf(args: Args, order: OrderState, facts: OrderFacts): Record<string, unknown> {
  const status = args['status'] as string
  const shipment = args['shipment'] === undefined ? undefined : shipmentOf(order, args['shipment'] as string)
  const lines: readonly Pick<LineQuantity, 'line' | 'quantity'>[] =
    shipment?.lines ?? (args['lines'] === undefined ? promised(order) : quantities(args))
  const base = {
    customerOrder: facts.customerOrder,
    status,
    lines: lines.map((line) => ({
      line: lineFacts(facts, line.line)?.customerLine ?? line.line,
      quantity: told(facts, line.line, line.quantity).quantity,
      status: (line as { status?: string }).status ?? status,
    })),
  }
  if (!shipment) return args['reason'] === undefined ? base : { ...base, reason: args['reason'] }
  const tracking = order.cartons.flatMap((one) =>
    one.shipment === shipment.shipment && one.tracking ? [one.tracking] : [],
  )
  return { ...base, shipment: shipment.shipment, tracking }
}

/**
 * The body of a request.
 *
 * @param args what was pinned when it was planned
 */
export function render(verb: string, args: Args, rendering: Rendering): Record<string, unknown> {
  const renderer = renderers[verb]
  const order = partsOf(rendering.order.subject).id
  return renderer ? { order, ...renderer(args, rendering.order, rendering.facts) } : { order, ...args }
}
