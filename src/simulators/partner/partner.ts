import type { ReadAnswers } from '../../edi/x12/answers.ts'
import type { X12Interchange, X12Set } from '../../edi/x12/reading.ts'
import type { WrittenSegment } from '../../edi/x12/write.ts'
import { draw, drawBetween } from '../draw.ts'
import type { Mailbag } from '../edi/mailbag.ts'
import { type Posted, PostOffice, type PostOfficeOptions } from '../edi/post-office.ts'
import type { Landscape, ShipTo, WantedOrder } from '../landscape.ts'
import { type Act, Simulator, type SimulatorOptions, type SimulatorPorts } from '../simulator.ts'

/** How an EDI customer behaves. */
export interface PartnerOptions extends SimulatorOptions {
  /** Which customer of the landscape it is. */
  readonly customer: string
  readonly edi: PostOfficeOptions
  /** Most orders of one interchange; the number is drawn. Default 4. */
  readonly setsPerInterchange?: number
  /** Share of interchanges sent again byte for byte, of orders sent again in a new envelope, and of orders with a fault. */
  readonly repeatRate?: number
  readonly resendRate?: number
  readonly faultRate?: number
  /** Sends an interchange again when no 997 has come after this time; absent: waits for ever. */
  readonly resendAfterMs?: number
  readonly orderPrefix?: string
}

/** What arrived for one of the partner's orders: document keys by set. */
export type DocumentsOf = Readonly<Record<'855' | '856' | '810', readonly string[]>>

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
  readonly #office: PostOffice
  /** `<group> <set>` of ours to the order it carried. */
  readonly #sent = new Map<string, Ordered>()
  readonly #documents = new Map<string, Record<'855' | '856' | '810', string[]>>()
  #next = 0

  constructor(options: PartnerOptions, landscape: Landscape, bag: Mailbag, ports: SimulatorPorts) {
    super(options, ports)
    this.#options = options
    this.#landscape = landscape
    this.#office = new PostOffice(options.edi, bag, () => ports.clock.now())
  }

  /** What has come for an order so far. */
  documents(customerOrder: string): DocumentsOf {
    return this.#documents.get(customerOrder) ?? { '855': [], '856': [], '810': [] }
  }

  /** Orders whose 997 has not come. */
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
    return this.#office.collect(this.#readers())
  }

  /** Takes one file's content, for landscapes without folders. */
  take(bytes: Uint8Array): Promise<void> {
    return this.#office.take(bytes, this.#readers())
  }

  #readers() {
    return {
      set: (set: X12Set, interchange: X12Interchange) => this.#read(set, interchange),
      answers: (answers: ReadAnswers) => this.#hear(answers),
      repeated: (control: string) =>
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
      await this.#office.postAgain(posted)
    }
    if (again.length > 0) await this.#post(again)
  }

  async #post(wanted: readonly WantedOrder[]): Promise<Posted> {
    for (const one of wanted) this.#intend(one)
    const sets = wanted.map((one) => ({ id: '850', segments: this.#written(one) }))
    const posted = await this.#office.post('PO', sets)
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

  /** Sends it again while no 997 comes, three times at most. */
  #watch(posted: Posted, tries: number): void {
    const { resendAfterMs } = this.#options
    if (resendAfterMs === undefined || tries === 0) return
    this.ports.schedule(resendAfterMs, () => {
      const open = posted.sets.some((set) => this.#sent.get(`${posted.control} ${set}`)?.answered === false)
      if (!open) return
      this.#watch(posted, tries - 1)
      void this.#office.postAgain(posted)
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

  /** A set that was accepted is an order that was taken, unless we know that something in it is wrong. */
  #hear(answers: ReadAnswers): void {
    for (const group of answers.groups) {
      for (const set of group.sets) {
        const ordered = this.#sent.get(`${Number(group.controlNumber)} ${set.controlNumber}`)
        if (!ordered || ordered.answered) continue
        ordered.answered = true
        const detail = set.accepted && !ordered.faulty ? 'ok' : 'refused'
        this.ledger.write(this.ports.clock.now(), { kind: 'outcome', what: 'order.place', key: ordered.key, detail })
      }
    }
  }

  #read(set: X12Set, interchange: X12Interchange): void {
    const read = documentKeys[set.id]
    if (!read) return
    const { customerOrder, key, shipment } = read(set)
    const documents = this.#documents.get(customerOrder) ?? { '855': [], '856': [], '810': [] }
    documents[set.id as '855' | '856' | '810'].push(key)
    this.#documents.set(customerOrder, documents)
    this.ledger.write(this.ports.clock.now(), {
      kind: 'effect',
      what: `document.${set.id}`,
      key: `${interchange.controlNumber}/${set.controlNumber}`,
      detail: { key, customerOrder, shipment, control: interchange.controlNumber, customer: this.#options.customer },
    })
  }

  #written(wanted: WantedOrder): WrittenSegment[] {
    const customer = this.#landscape.customer(wanted.customer)
    const shipTo = customer?.shipTos.find((place) => place.id === wanted.shipTo) as ShipTo
    const fault = this.#fault(wanted)
    const date = fault === 'date' ? '20260231' : this.#landscape.date.replaceAll('-', '')
    const number = fault === 'number' ? '' : this.#numberOf(wanted)
    const { lines, city, region, postalCode, country } = shipTo.address
    return [
      ['BEG', '00', 'SA', number, '', date],
      ['CUR', 'BY', customer?.currency ?? 'USD'],
      ['N1', 'BY', customer?.name ?? wanted.customer, '92', wanted.customer],
      ['N1', 'ST', shipTo.name, '92', shipTo.id],
      ['N3', lines[0] ?? ''],
      ['N4', city, region, postalCode, country],
      ...wanted.lines.map((line, at) => lineSegment(line, fault === 'quantity' && at === 0)),
      ['CTT', String(wanted.lines.length)],
    ]
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

/** The price travels per ordering unit: what X12 buyers mean by `PE`. */
function lineSegment(line: WantedOrder['lines'][number], faulty: boolean): WrittenSegment {
  const quantity = faulty ? '1O' : line.quantity
  const perUnit = line.price.uom === line.uom ? line.price.amount : ''
  return ['PO1', line.line, quantity, line.uom, perUnit, perUnit === '' ? '' : 'PE', 'VN', line.item]
}

interface DocumentNames {
  readonly customerOrder: string
  readonly key: string
  readonly shipment: string
}

/** What makes a document one document, and the order it is about. */
const documentKeys: Readonly<Record<string, (set: X12Set) => DocumentNames>> = {
  '855': (set) => {
    const order = find(set, 'BAK', 3)
    return { customerOrder: order, key: order, shipment: '' }
  },
  '856': (set) => {
    const shipment = find(set, 'BSN', 2)
    return { customerOrder: find(set, 'PRF', 1), key: shipment, shipment }
  },
  '810': (set) => ({ customerOrder: find(set, 'BIG', 4), key: find(set, 'BIG', 2), shipment: '' }),
}

/** An element of the first segment of this name. */
function find(set: X12Set, tag: string, element: number): string {
  const { segments } = set
  for (let at = 0; at < segments.length; at += 1) {
    if (segments.tag(at) === tag) return segments.at(at, element)
  }
  return ''
}
