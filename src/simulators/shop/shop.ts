import type { PurchaseOrder } from '../../documents/purchase-order/schema.ts'
import { draw } from '../draw.ts'
import type { Landscape, ShipTo, WantedOrder } from '../landscape.ts'
import type { RequestBody, SystemAnswer } from '../protocol.ts'
import { type Act, Simulator, type SimulatorOptions, type SimulatorPorts } from '../simulator.ts'

/** A shop places orders besides sending reports. */
export interface ShopPorts extends SimulatorPorts {
  /** `POST /v1/orders` with this Idempotency-Key; status 0 when no answer came. */
  place(document: PurchaseOrder, idempotencyKey: string): Promise<SystemAnswer>
}

/** What a shop can be told. */
export interface ShopOptions extends SimulatorOptions {
  /** Who orders here; default every customer that has an account at this shop. */
  readonly customers?: readonly string[]
  /** Share of orders sent once more with the same key, and once more under a new key. */
  readonly repeatRate?: number
  readonly newKeyRate?: number
  /** Share of orders the customer wants cancelled, and when. */
  readonly cancelRate?: number
  readonly cancelAfterMs?: number
  /** The longest it waits between two tries of an order without an answer; 30 s unless told. */
  readonly longestWaitMs?: number
  /** Put before every order number, so that two shops or two runs do not share numbers. */
  readonly orderPrefix?: string
}

/** What became of an order at the door. */
export interface Placed {
  readonly customerOrder: string
  readonly status: number
  /** The hub's id of the order, when it was taken. */
  readonly order?: string
}

const MOST_TRIES = 200
const LONGEST_WAIT_MS = 30_000

/**
 * A shop: customers order, it hands the orders on and shows them what became of them. An order whose answer got lost
 * is sent again with the same key until somebody answers.
 */
export class Shop extends Simulator {
  readonly role = 'shop'
  protected override readonly ports: ShopPorts
  readonly #landscape: Landscape
  readonly #options: ShopOptions
  readonly #customers: readonly string[]
  #unanswered = 0

  constructor(options: ShopOptions, landscape: Landscape, ports: ShopPorts) {
    super(options, ports)
    this.ports = ports
    this.#landscape = landscape
    this.#options = options
    this.#customers =
      options.customers ??
      landscape.customers.filter((customer) => customer.channelIds[options.name]).map((customer) => customer.id)
  }

  /** Orders sent and not answered yet. */
  get unanswered(): number {
    return this.#unanswered
  }

  /** The order of this index as the document it travels as. */
  document(index: number): PurchaseOrder {
    return this.#written(this.#landscape.order(index, this.#customers))
  }

  /** Places one order and stays with it until it is answered. */
  async place(index: number): Promise<Placed> {
    const wanted = this.#landscape.order(index, this.#customers)
    const document = this.#written(wanted)
    const key = `${this.name}-${document.number}`
    this.#intend(wanted, document, key)
    this.#unanswered += 1
    const placed = await this.#untilAnswered(document, key)
    this.#unanswered -= 1
    if (placed.order !== undefined) await this.#afterwards(document, key, placed.order)
    return placed
  }

  /** Places `count` orders, `inFlight` at a time, as fast as they are answered. */
  async placeAll(count: number, inFlight = 32, from = 0): Promise<void> {
    let next = from
    const worker = async () => {
      while (next < from + count) {
        next += 1
        await this.place(next - 1)
      }
    }
    await Promise.all(Array.from({ length: Math.min(inFlight, count) }, worker))
  }

  /** Places `count` orders at a steady pace, whether or not the ones before were answered. */
  trickle(count: number, everyMs: number, from = 0): void {
    for (let at = 0; at < count; at += 1) {
      this.ports.schedule(at * everyMs, () => void this.place(from + at))
    }
  }

  protected act(verb: string, body: RequestBody): Act {
    switch (verb) {
      case 'order.status':
        return {
          status: 200,
          body: {},
          detail: {
            status: body.status,
            shipment: body.shipment,
            customerOrder: body.customerOrder,
            reason: body['reason'],
          },
        }
      case 'invoice.send':
        return {
          status: 200,
          body: {},
          detail: { invoice: body.number ?? body.invoice, total: body.total, customerOrder: body.customerOrder },
        }
      default:
        return { status: 404, body: { code: 'unknown_verb', detail: `A shop does not know ${verb}.` } }
    }
  }

  #intend(wanted: WantedOrder, document: PurchaseOrder, key: string): void {
    this.ledger.write(this.ports.clock.now(), {
      kind: 'intent',
      what: 'order.place',
      key,
      detail: { customer: wanted.customer, customerOrder: document.number, lines: wanted.lines },
    })
  }

  async #untilAnswered(document: PurchaseOrder, key: string): Promise<Placed> {
    const { longestWaitMs = LONGEST_WAIT_MS } = this.#options
    let answer: SystemAnswer = { status: 0, body: {} }
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      answer = await this.#send(document, key)
      if (!isTransient(answer.status)) break
      await this.#wait(Math.min(250 * 2 ** Math.min(tries, 7), longestWaitMs))
    }
    const order = orderIdOf(answer)
    const detail =
      answer.status >= 200 && answer.status < 300 ? 'ok' : isTransient(answer.status) ? 'unknown' : 'refused'
    this.ledger.write(this.ports.clock.now(), { kind: 'outcome', what: 'order.place', key, order, detail })
    return { customerOrder: document.number, status: answer.status, order }
  }

  /** A broken line is a status of 0: nobody knows what arrived. */
  #send(document: PurchaseOrder, key: string): Promise<SystemAnswer> {
    return this.ports.place(document, key).catch(() => ({ status: 0, body: {} }))
  }

  /** What customers and shops do to an order that was taken: send it again, or want it cancelled. */
  async #afterwards(document: PurchaseOrder, key: string, order: string): Promise<void> {
    const { repeatRate = 0, newKeyRate = 0, cancelRate = 0, cancelAfterMs = 10_000 } = this.#options
    if (draw(this.seed, `cancel/${key}`) < cancelRate) {
      this.ports.schedule(cancelAfterMs, () =>
        this.report('order.cancellation_requested', order, {
          customerOrder: document.number,
          reason: 'The customer changed their mind.',
        }),
      )
    }
    if (draw(this.seed, `repeat/${key}`) < repeatRate) await this.#untilAnswered(document, key)
    if (draw(this.seed, `new key/${key}`) < newKeyRate) await this.#untilAnswered(document, `${key}-again`)
  }

  #written(wanted: WantedOrder): PurchaseOrder {
    const customer = this.#landscape.customer(wanted.customer)
    const shipTo = customer?.shipTos.find((place) => place.id === wanted.shipTo) as ShipTo
    return {
      number: `${this.#options.orderPrefix ?? ''}${wanted.customerOrder}`,
      date: this.#landscape.date,
      currency: customer?.currency ?? 'USD',
      buyer: { id: customer?.channelIds[this.name] ?? wanted.customer, name: customer?.name },
      shipTo: {
        id: shipTo.id,
        name: shipTo.name,
        address: { ...shipTo.address, lines: [...shipTo.address.lines] },
      },
      lines: wanted.lines.map((line) => ({
        line: line.line,
        quantity: line.quantity,
        uom: line.uom,
        sku: line.item,
        price: { amount: line.price.amount, per: line.price.per, uom: line.price.uom },
      })),
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.ports.schedule(ms, resolve))
  }
}

/** Worth another try with the same key: no answer, overload, a fault of the other side, or the first try still under way. */
function isTransient(status: number): boolean {
  return status === 0 || status === 408 || status === 409 || status === 425 || status === 429 || status >= 500
}

function orderIdOf(answer: SystemAnswer): string | undefined {
  const id = answer.body['order'] ?? answer.body['id']
  return typeof id === 'string' ? id : undefined
}
