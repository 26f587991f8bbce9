import { add, decimal, decimalText } from '../../base/decimal.ts'
import { microsText } from '../../base/quantity.ts'
import type { X12Set } from '../../edi/x12/reading.ts'
import type { WrittenSegment } from '../../edi/x12/write.ts'
import type { Mailbag } from '../edi/mailbag.ts'
import { PostOffice, type PostOfficeOptions } from '../edi/post-office.ts'
import { baseMicros } from '../figures.ts'
import type { Landscape } from '../landscape.ts'
import type { WireLine } from '../protocol.ts'
import type { SimulatorPorts } from '../simulator.ts'
import type { PackedCarton } from './pack.ts'
import { Wms, type WmsOptions } from './wms.ts'

/** A third party's warehouse that is spoken to in files. */
export interface ThirdPartyOptions extends WmsOptions {
  readonly edi: PostOfficeOptions
}

/** A shipping order as it was read from a 940. */
interface ShippingOrder {
  readonly number: string
  readonly customerOrder: string
  readonly lines: readonly WireLine[]
}

/**
 * A 3PL: a warehouse that takes 940s from its inbox and says what it did in 945s, one for each shipping order, also when
 * nothing could be shipped. It acknowledges what it reads and says nothing in between.
 */
export class ThirdParty extends Wms {
  readonly #office: PostOffice
  readonly #landscape: Landscape
  readonly #orders = new Map<string, ShippingOrder>()
  readonly #short = new Map<string, readonly WireLine[]>()

  constructor(options: ThirdPartyOptions, landscape: Landscape, bag: Mailbag, ports: SimulatorPorts) {
    // a line is never spread over cartons, so that one W12 tells all of it
    super({ cartonUnits: 1_000_000, ...options }, landscape, ports)
    this.#landscape = landscape
    this.#office = new PostOffice(options.edi, bag, () => ports.clock.now())
  }

  /** Reads the mail. Answers how many files there were. */
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
      set: (set: X12Set) => {
        if (set.id === '940') void this.#work(readShippingOrder(set))
      },
      answers: () => {},
      repeated: (control: string) =>
        this.ledger.write(this.ports.clock.now(), { kind: 'repeat', what: 'interchange', key: control }),
    }
  }

  /** The release becomes work on the floor, as if it had been asked for by a call. */
  async #work(order: ShippingOrder): Promise<void> {
    this.#orders.set(order.number, order)
    await this.handle({
      verb: 'warehouse.release',
      key: order.number,
      body: { release: order.number, facility: this.facility, customerOrder: order.customerOrder, lines: order.lines },
    })
  }

  /** What a warehouse would say step by step is kept until the truck leaves, and written down in one 945. */
  protected override report(type: string, order: string, members: Record<string, unknown>): void {
    const release = String(members['release'])
    const key = type === 'shipment.dispatched' ? this.#keyOf(members) : `${release}/${type}/${this.ledger.length}`
    this.ledger.write(this.ports.clock.now(), { kind: 'intent', what: type, key, order, detail: members })
    if (type === 'pick.short') this.#keepShort(release, members['lines'] as readonly WireLine[])
    if (type === 'shipment.dispatched') this.#advise(release, members)
  }

  #keepShort(release: string, lines: readonly WireLine[]): void {
    this.#short.set(release, lines)
    const order = this.#orders.get(release)
    const all = order?.lines.every((line) => this.#missing(release, line) >= this.#base(line))
    if (order && all) void this.#post(order, '', [])
  }

  #keyOf(members: Record<string, unknown>): string {
    return `${this.name}-${String(members['shipment'])}`
  }

  #advise(release: string, members: Record<string, unknown>): void {
    const shippingOrder = this.#orders.get(release)
    if (!shippingOrder) return
    const cartons = members['cartons'] as readonly PackedCarton[]
    void this.#post(shippingOrder, String(members['shipment']), cartons)
  }

  async #post(order: ShippingOrder, shipment: string, cartons: readonly PackedCarton[]): Promise<void> {
    const segments = this.#written(order, shipment, cartons)
    await this.#office.post('SW', [{ id: '945', segments }])
    if (shipment === '') return
    const key = `${this.name}-${shipment}`
    this.ledger.write(this.ports.clock.now(), { kind: 'outcome', what: 'shipment.dispatched', key, detail: 'ok' })
  }

  #written(order: ShippingOrder, shipment: string, cartons: readonly PackedCarton[]): WrittenSegment[] {
    const today = new Date(this.ports.clock.now()).toISOString().slice(0, 10).replaceAll('-', '')
    const loops = cartons.map((carton, at) => this.#cartonLoop(order, carton, at + 1))
    const gone = order.lines.filter((line) => !cartons.some((carton) => carton.lines.some(isOf(line))))
    const empty = gone.length > 0 ? [this.#emptyLoop(gone, cartons.length + 1)] : []
    const units = cartons.flatMap((carton) => carton.lines).map((line) => decimal(line.quantity.value))
    const weights = cartons.map((carton) => decimal(carton.weight))
    const zero = decimal('0')
    return [
      ['W06', 'N', order.number, today, shipment || order.number, '', order.customerOrder],
      ['N1', 'WH', this.facility, '92', this.facility],
      ['G62', '11', today],
      ['W27', 'M', 'UPSN'],
      ...loops.flat(),
      ...empty.flat(),
      ['W03', decimalText(units.reduce(add, zero), true), decimalText(weights.reduce(add, zero), true), 'LB'],
    ]
  }

  #cartonLoop(order: ShippingOrder, carton: PackedCarton, number: number): WrittenSegment[] {
    const lines = carton.lines.flatMap((packed): WrittenSegment[] => {
      const asked = order.lines.find((line) => line.line === packed.line)
      const missing = asked ? this.#missing(order.number, asked) : 0
      const ordered = asked?.quantity.value ?? packed.quantity.value
      const { value, uom } = packed.quantity
      const status = missing > 0 ? 'CP' : 'CC'
      const difference = missing > 0 ? microsText(missing) : ''
      const weight = packed.weight ? ['', packed.weight, 'G', 'L'] : []
      return [
        ['W12', status, ordered, value, difference, uom, '', 'VN', packed.item, ...weight],
        ['N9', 'LI', packed.line],
      ]
    })
    return [['LX', String(number)], ['MAN', 'GM', carton.sscc], ...lines]
  }

  /** A line of which nothing was found is told with zero shipped. */
  #emptyLoop(lines: readonly WireLine[], number: number): WrittenSegment[] {
    return [
      ['LX', String(number)],
      ...lines.flatMap((line): WrittenSegment[] => [
        ['W12', 'CP', line.quantity.value, '0', line.quantity.value, line.quantity.uom, '', 'VN', line.item],
        ['N9', 'LI', line.line],
      ]),
    ]
  }

  #missing(release: string, line: WireLine): number {
    const short = this.#short.get(release)?.find((one) => one.line === line.line)
    return short ? this.#base(short) : 0
  }

  #base(line: WireLine): number {
    const item = this.#landscape.item(line.item)
    return item ? (baseMicros(line.quantity, item) ?? 0) : 0
  }
}

const isOf = (line: WireLine) => (packed: { readonly line: string }) => packed.line === line.line

/** The shipping order of a 940: depositor order number, purchase order, and lines with our item number. */
function readShippingOrder(set: X12Set): ShippingOrder {
  const { segments } = set
  const lines: { line: string; item: string; quantity: { value: string; uom: string } }[] = []
  let number = ''
  let customerOrder = ''
  for (let at = 0; at < segments.length; at += 1) {
    const tag = segments.tag(at)
    if (tag === 'W05') {
      number = segments.at(at, 2)
      customerOrder = segments.at(at, 3)
    } else if (tag === 'W01') {
      const quantity = { value: segments.at(at, 1), uom: segments.at(at, 2) }
      lines.push({ line: String(lines.length + 1), item: itemOf(set, at), quantity })
    } else if (tag === 'N9' && segments.at(at, 1) === 'LI') {
      const last = lines.at(-1)
      if (last) last.line = segments.at(at, 2)
    }
  }
  return { number, customerOrder, lines }
}

/** The depositor's item number among the qualified ones. */
function itemOf(set: X12Set, at: number): string {
  const { segments } = set
  for (let element = 4; element < segments.count(at); element += 1) {
    if (segments.at(at, element) === 'VN') return segments.at(at, element + 1)
  }
  return segments.at(at, 5)
}
