import { draw, drawBetween } from '../draw.ts'
import { EdifactTongue, type EdifactTongueOptions } from '../edi/edifact-tongue.ts'
import type { Mailbag } from '../edi/mailbag.ts'
import type { PostOfficeOptions } from '../edi/post-office.ts'
import type { Ears, HeardDocument, Kind, Posted, SaidLine, SaidOrder, Tongue } from '../edi/tongue.ts'
import { X12Tongue } from '../edi/x12-tongue.ts'
import type { Landscape, ShipTo, WantedOrder } from '../landscape.ts'
import { type Act, Simulator, type SimulatorOptions, type SimulatorPorts } from '../simulator.ts'

/** How an EDI customer behaves. */
export interface PartnerOptions extends SimulatorOptions {
  /** Which customer of the landscape it is. */
  readonly customer: string
  /** What it speaks: X12, unless it says EDIFACT. */
  readonly edi: PostOfficeOptions | EdifactTongueOptions
  /** Most orders of one interchange; the number is drawn. Default 4. */
  readonly setsPerInterchange?: number
  /** Share of interchanges sent again byte for byte, of orders sent again in a new envelope, and of orders with a fault. */
  readonly repeatRate?: number
  readonly resendRate?: number
  readonly faultRate?: number
  /** Sends an interchange again when no acknowledgement has come after this time; absent: waits for ever. */
  readonly resendAfterMs?: number
  readonly orderPrefix?: string
}

/** What arrived for one of the partner's orders: document keys by set. */
export type DocumentsOf = Readonly<Record<Kind, readonly string[]>>

interface Ordered {
  readonly key: string
  readonly customerOrder: string
  readonly faulty: boolean
  answered: boolean
}

const FAULTS = ['quantity', 'date', 'number'] as const

/**
 * An EDI customer: drops purchase orders, several to an interchange, some of them twice or wrong; reads what comes back,
 * acknowledges it, and knows for each of its orders which documents it got.
 */
export class Partner extends Simulator {
  readonly role = 'partner'
  readonly #landscape: Landscape
  readonly #options: PartnerOptions
  readonly #tongue: Tongue
  /** `<group> <set>` of ours to the order it carried. */
  readonly #sent = new Map<string, Ordered>()
  readonly #documents = new Map<string, Record<Kind, string[]>>()
  #next = 0

  constructor(options: PartnerOptions, landscape: Landscape, bag: Mailbag, ports: SimulatorPorts) {
    super(options, ports)
    this.#options = options
    this.#landscape = landscape
    const { edi } = options
    const now = () => ports.clock.now()
    this.#tongue = 'standard' in edi ? new EdifactTongue(edi, bag, now) : new X12Tongue(edi, bag, now)
  }

  /** What has come for an order so far. */
  documents(customerOrder: string): DocumentsOf {
    return this.#documents.get(customerOrder) ?? { '855': [], '856': [], '810': [] }
  }

  /** Orders whose acknowledgement has not come. */
  get unanswered(): number {
    return [...this.#sent.values()].filter((ordered) => !ordered.answered).length
  }

  /** Drops `count` orders, in interchanges of a drawn size. */
  async order(count: number): Promise<void> {
    let left = count
    while (left > 0) {
      const most = Math.min(left, this.#options.setsPerInterchange ?? 4)
      const size = drawBetween(this.seed, `${this.name}/size/${this.#next}`, 1, most)
      await this.#dropOrders(size)
      left -= size
    }
  }

  /** Reads the mail: documents and acknowledgements. Answers how many files there were. */
  async poll(): Promise<number> {
    if (this.manners.down) return 0
    return this.#tongue.collect(this.#ears())
  }

  /** Takes one file's content, for landscapes without folders. */
  take(bytes: Uint8Array): Promise<void> {
    return this.#tongue.take(bytes, this.#ears())
  }

  #ears(): Ears {
    return {
      document: (heard) => this.#read(heard),
      answered: (control, set, accepted) => this.#hear(`${control} ${set}`, accepted),
      repeated: (control) =>
        this.ledger.write(this.ports.clock.now(), { kind: 'repeat', what: 'interchange', key: control }),
    }
  }

  protected act(verb: string): Act {
    return { status: 404, body: { code: 'unknown_verb', detail: `A partner reads files; it does not know ${verb}.` } }
  }

  async #dropOrders(size: number): Promise<void> {
    const customer = [this.#options.customer]
    const wanted = Array.from({ length: size }, (_, at) => this.#landscape.order(this.#next + at, customer))
    this.#next += size
    const again = wanted.filter((one) => this.#drawn('resend', one, this.#options.resendRate))
    const posted = await this.#post(wanted)
    if (draw(this.seed, `${this.name}/repeat/${posted.control}`) < (this.#options.repeatRate ?? 0)) {
      await this.#tongue.again(posted)
    }
    if (again.length > 0) await this.#post(again)
  }

  async #post(wanted: readonly WantedOrder[]): Promise<Posted> {
    for (const one of wanted) this.#intend(one)
    const posted = await this.#tongue.order(wanted.map((one) => this.#said(one)))
    wanted.forEach((one, at) => {
      this.#sent.set(`${posted.control} ${posted.sets[at]}`, {
        key: this.#keyOf(one),
        customerOrder: this.#numberOf(one),
        faulty: this.#fault(one) !== undefined,
        answered: false,
      })
    })
    this.#watch(posted, 3)
    return posted
  }

  /** Sends it again while no acknowledgement comes, three times at most. */
  #watch(posted: Posted, tries: number): void {
    const { resendAfterMs } = this.#options
    if (resendAfterMs === undefined || tries === 0) return
    this.ports.schedule(resendAfterMs, () => {
      const open = posted.sets.some((set) => this.#sent.get(`${posted.control} ${set}`)?.answered === false)
      if (!open) return
      this.#watch(posted, tries - 1)
      void this.#tongue.again(posted)
    })
  }

  #intend(wanted: WantedOrder): void {
    this.ledger.write(this.ports.clock.now(), {
      kind: 'intent',
      what: 'order.place',
      key: this.#keyOf(wanted),
      detail: {
        customer: wanted.customer,
        customerOrder: this.#numberOf(wanted),
        lines: wanted.lines,
        fault: this.#fault(wanted),
      },
    })
  }

  /** What was accepted is an order that was taken, unless we know that something in it is wrong. */
  #hear(sent: string, accepted: boolean): void {
    const ordered = this.#sent.get(sent)
    if (!ordered || ordered.answered) return
    ordered.answered = true
    const detail = accepted && !ordered.faulty ? 'ok' : 'refused'
    this.ledger.write(this.ports.clock.now(), { kind: 'outcome', what: 'order.place', key: ordered.key, detail })
  }

  #read({ kind, control, set, customerOrder, key, shipment }: HeardDocument): void {
    const documents = this.#documents.get(customerOrder) ?? { '855': [], '856': [], '810': [] }
    documents[kind].push(key)
    this.#documents.set(customerOrder, documents)
    this.ledger.write(this.ports.clock.now(), {
      kind: 'effect',
      what: `document.${kind}`,
      key: `${control}/${set}`,
      detail: { key, customerOrder, shipment, control, customer: this.#options.customer },
    })
  }

  #said(wanted: WantedOrder): SaidOrder {
    const customer = this.#landscape.customer(wanted.customer)
    const shipTo = customer?.shipTos.find((place) => place.id === wanted.shipTo) as ShipTo
    const fault = this.#fault(wanted)
    const { lines, ...town } = shipTo.address
    return {
      number: fault === 'number' ? '' : this.#numberOf(wanted),
      date: fault === 'date' ? '20260231' : this.#landscape.date.replaceAll('-', ''),
      currency: customer?.currency ?? 'USD',
      buyer: { id: wanted.customer, name: customer?.name ?? wanted.customer },
      shipTo: { id: shipTo.id, name: shipTo.name, street: lines[0] ?? '', ...town },
      lines: wanted.lines.map((line, at) => saidLine(line, fault === 'quantity' && at === 0)),
    }
  }

  #fault(wanted: WantedOrder): (typeof FAULTS)[number] | undefined {
    if (!this.#drawn('fault', wanted, this.#options.faultRate)) return undefined
    return FAULTS[wanted.index % FAULTS.length]
  }

  #drawn(what: string, wanted: WantedOrder, rate: number | undefined): boolean {
    return draw(this.seed, `${this.name}/${what}/${wanted.index}`) < (rate ?? 0)
  }

  #numberOf(wanted: WantedOrder): string {
    return `${this.#options.orderPrefix ?? ''}${wanted.customerOrder}`
  }

  #keyOf(wanted: WantedOrder): string {
    return `${this.name}-${this.#numberOf(wanted)}`
  }
}

function saidLine({ line, item, quantity, uom, price }: WantedOrder['lines'][number], faulty: boolean): SaidLine {
  const perUnit = price.uom === uom ? { price: price.amount } : {}
  return { line, item, quantity: faulty ? '1O' : quantity, uom, ...perUnit }
}
