import { microsText } from '../../base/quantity.ts'
import { draw } from '../draw.ts'
import { baseMicros } from '../figures.ts'
import type { Item, Landscape } from '../landscape.ts'
import type { Amount, RequestBody, WireLine } from '../protocol.ts'
import { type Act, Simulator, type SimulatorOptions, type SimulatorPorts } from '../simulator.ts'
import { type PackedCarton, type PickedLine, pack, ssccNumbers } from './pack.ts'
import { Shelves } from './stock.ts'

/** How long each step on the floor takes, in milliseconds of the simulator's time. */
export interface FloorPace {
  readonly startMs: number
  readonly pickMs: number
  readonly packMs: number
  readonly manifestMs: number
  readonly dispatchMs: number
}

/** What a warehouse can be told. */
export interface WmsOptions extends SimulatorOptions {
  readonly facility: string
  /** Share of lines that are picked short. */
  readonly shortRate?: number
  /** Share of short lines that are made good with another item, where the release allows one. */
  readonly substitutionRate?: number
  /** Share of releases refused, and of those answered "not now" the first time. */
  readonly rejectRate?: number
  readonly deferRate?: number
  /** How long after a short somebody counts the shelf. 0: at once; absent: nobody does. */
  readonly countAfterMs?: number
  readonly pace?: Partial<FloorPace>
  /** First digit of its SSCCs, so that two sites never number the same carton. */
  readonly ssccExtension?: number
  readonly scac?: string
  /** Most base units in one carton. */
  readonly cartonUnits?: number
}

const unhurried: FloorPace = { startMs: 1_000, pickMs: 4_000, packMs: 3_000, manifestMs: 500, dispatchMs: 2_000 }

interface FloorLine {
  readonly line: string
  readonly item: Item
  quantity: number
  readonly substitutes: readonly string[]
}

interface Job {
  readonly order: string
  readonly release: string
  readonly service: string
  readonly scac: string
  state: 'accepted' | 'picking' | 'packed' | 'dispatched' | 'recalled'
  lines: FloorLine[]
}

/**
 * A warehouse: takes releases, picks what is really there, packs it into numbered cartons, weighs, manifests and
 * dispatches it, and says so step by step. What it cannot find it reports short and no longer trusts until counted.
 */
export class Wms extends Simulator {
  readonly role = 'wms'
  readonly facility: string
  protected readonly shelves: Shelves
  readonly #landscape: Landscape
  readonly #options: WmsOptions
  readonly #pace: FloorPace
  readonly #jobs = new Map<string, Job>()
  readonly #deferred = new Set<string>()
  readonly #nextSscc: () => string
  #lastShipment = 0

  constructor(options: WmsOptions, landscape: Landscape, ports: SimulatorPorts) {
    super(options, ports)
    this.facility = options.facility
    this.#landscape = landscape
    this.#options = options
    this.#pace = { ...unhurried, ...options.pace }
    this.shelves = new Shelves(landscape.stock[options.facility] ?? [])
    this.#nextSscc = ssccNumbers('0614141', options.ssccExtension ?? 1)
  }

  /** Tells the hub what lies here, 500 items a report: the opening count. */
  count(): void {
    const lines = [...this.shelves.lines()].map(({ item, available }) => this.#countLine(item, available))
    this.fact('stock.opening', this.facility, { facility: this.facility, lines })
    for (let at = 0; at < lines.length; at += 500) {
      this.reportAbout(this.facility, 'inventory.counted', {
        facility: this.facility,
        lines: lines.slice(at, at + 500),
      })
    }
  }

  /** Goods came in. */
  receive(item: string, quantity: Amount): void {
    const size = baseMicros(quantity, this.#item(item))
    if (size === undefined) return
    this.shelves.put(item, size)
    this.reportAbout(this.facility, 'inventory.received', {
      facility: this.facility,
      lines: [{ item, status: 'available', quantity }],
    })
  }

  /** Writes what lies here now into the ledger: the checker's closing stock. */
  close(): void {
    this.fact('stock.closing', this.facility, { facility: this.facility, lines: [...this.shelves.lines()] })
  }

  protected act(verb: string, body: RequestBody): Act {
    switch (verb) {
      case 'warehouse.release':
        return this.#release(body)
      case 'warehouse.recall':
        return this.#recall(body)
      default:
        return { status: 404, body: { code: 'unknown_verb', detail: `A warehouse does not know ${verb}.` } }
    }
  }

  #release(body: RequestBody): Act {
    const { release = '', order = '' } = body
    const reason = this.#reasonToReject(body)
    if (reason) return this.#says('rejected', release, reason)
    if (this.#defersNow(release)) return this.#says('deferred', release, 'The wave is full.')

    const job: Job = {
      order,
      release,
      service: body.carrier?.service ?? 'GROUND',
      scac: body.carrier?.scac ?? this.#options.scac ?? 'UPSN',
      state: 'accepted',
      lines: (body.lines ?? []).map((line) => this.#floorLine(line)),
    }
    this.#jobs.set(release, job)
    this.ports.schedule(this.#pace.startMs, () => this.#start(job))
    return {
      status: 200,
      body: { status: 'accepted' },
      detail: { status: 'accepted', release, facility: this.facility, lines: body.lines },
    }
  }

  #says(status: string, release: string, reason: string): Act {
    return { status: 200, body: { status, reason }, detail: { status, release, reason } }
  }

  #reasonToReject(body: RequestBody): string | undefined {
    if (body.facility !== undefined && body.facility !== this.facility) return `This is ${this.facility}.`
    const lines = body.lines ?? []
    if (lines.length === 0) return 'There are no lines.'
    const unknown = lines.find((line) => !this.#landscape.item(line.item))
    if (unknown) return `We do not store ${unknown.item}.`
    const odd = lines.find((line) => baseMicros(line.quantity, this.#item(line.item)) === undefined)
    if (odd) return `We do not store ${odd.item} in ${odd.quantity.uom}.`
    return this.#drawn('reject', body.release ?? '', this.#options.rejectRate) ? 'The docks are closed.' : undefined
  }

  /** Says "not now" once for each release that is drawn. */
  #defersNow(release: string): boolean {
    if (this.#deferred.has(release) || !this.#drawn('defer', release, this.#options.deferRate)) return false
    this.#deferred.add(release)
    return true
  }

  #floorLine(line: WireLine): FloorLine {
    const item = this.#item(line.item)
    return {
      line: line.line,
      item,
      quantity: baseMicros(line.quantity, item) as number,
      substitutes: line.substitutes ?? [],
    }
  }

  /** Nothing that lies on a cart comes back: a recall is confirmed until the first pick, then it is too late. */
  #recall(body: RequestBody): Act {
    const { release = '' } = body
    const job = this.#jobs.get(release)
    const refuse = (reason: string): Act => ({
      status: 200,
      body: { status: 'refused', lines: [], reason },
      detail: { status: 'refused', release, reason },
    })
    if (!job) return refuse('We have no such release.')
    if (job.state !== 'accepted') return refuse(`It is ${job.state === 'picking' ? 'being picked' : job.state}.`)

    const asked = body.lines?.length ? body.lines : job.lines.map((line) => this.#wire(line, line.quantity))
    const lines = asked.flatMap((line) => this.#giveBack(job, line))
    if (job.lines.every((line) => line.quantity === 0)) job.state = 'recalled'
    return {
      status: 200,
      body: { status: 'confirmed', lines },
      detail: { status: 'confirmed', release, facility: this.facility, lines },
    }
  }

  #giveBack(job: Job, asked: WireLine): WireLine[] {
    const line = job.lines.find((known) => known.line === asked.line)
    if (!line) return []
    const quantity = Math.min(baseMicros(asked.quantity, line.item) ?? 0, line.quantity)
    line.quantity -= quantity
    return quantity > 0 ? [this.#wire(line, quantity)] : []
  }

  #start(job: Job): void {
    if (job.state !== 'accepted') return
    job.state = 'picking'
    this.report('pick.started', job.order, { release: job.release })
    this.ports.schedule(this.#pace.pickMs, () => this.#pick(job))
  }

  #pick(job: Job): void {
    const picked: PickedLine[] = []
    const short: (FloorLine & { readonly missing: number })[] = []
    for (const line of job.lines.filter((open) => open.quantity > 0)) {
      const found = this.shelves.pick(line.item.sku, line.quantity - this.#hidden(job, line))
      if (found > 0) picked.push({ line: line.line, item: line.item, quantity: found })
      if (found < line.quantity) short.push({ ...line, missing: line.quantity - found })
    }
    const instead = short.flatMap((line) => this.#substitute(job, line))
    this.#reportPicks(job, [...picked, ...instead])
    this.#reportShorts(
      job,
      short.filter((line) => !instead.some((made) => made.line === `${line.line}.1`)),
    )
    const packed = [...picked, ...instead]
    if (packed.length === 0)
      job.state = 'packed' // nothing to ship: the shorts said it all
    else this.ports.schedule(this.#pace.packMs, () => this.#packUp(job, packed))
  }

  /** How much of a line cannot be found: drawn for each line of a release, a third of it at least. */
  #hidden(job: Job, line: FloorLine): number {
    const about = `${job.release}/${line.line}`
    if (!this.#drawn('short', about, this.#options.shortRate)) return 0
    const units = Math.ceil(line.quantity / 1_000_000)
    const missing = Math.ceil(units * (1 / 3 + draw(this.seed, `missing/${about}`) * (2 / 3)))
    return Math.min(line.quantity, missing * 1_000_000)
  }

  /** The missing part as another item that the release allows, when all of it is there. */
  #substitute(job: Job, line: FloorLine & { readonly missing: number }): PickedLine[] {
    const about = `${job.release}/${line.line}`
    if (!this.#drawn('substitute', about, this.#options.substitutionRate)) return []
    const sku = line.substitutes.find((other) => this.shelves.available(other) >= line.missing)
    const item = sku === undefined ? undefined : this.#landscape.item(sku)
    if (!item || item.baseUnit !== line.item.baseUnit) return []
    this.shelves.pick(item.sku, line.missing)
    this.shelves.doubt(line.item.sku, line.missing)
    this.report('substitution.made', job.order, {
      release: job.release,
      line: line.line,
      item: item.sku,
      quantity: { value: microsText(line.missing), uom: item.baseUnit },
      replaces: { value: microsText(line.missing), uom: line.item.baseUnit },
    })
    return [{ line: `${line.line}.1`, item, quantity: line.missing }]
  }

  #reportPicks(job: Job, picked: readonly PickedLine[]): void {
    if (picked.length === 0) return
    const lines = picked.map((line) => this.#wire(line, line.quantity))
    this.report('pick.confirmed', job.order, { release: job.release, lines })
  }

  #reportShorts(job: Job, short: readonly (FloorLine & { readonly missing: number })[]): void {
    if (short.length === 0) return
    const lines = short.map((line) => ({ ...this.#wire(line, line.missing), reason: 'not_found' }))
    this.report('pick.short', job.order, { release: job.release, facility: this.facility, lines })
    for (const line of short) this.#doubt(line.item, line.missing)
  }

  #doubt(item: Item, quantity: number): void {
    this.shelves.doubt(item.sku, quantity)
    const { countAfterMs } = this.#options
    if (countAfterMs !== undefined) this.ports.schedule(countAfterMs, () => this.#recount(item))
  }

  /** Half of what was missing turns up behind the shelf; the rest is gone for good. */
  #recount(item: Item): void {
    const found = draw(this.seed, `found/${item.sku}`) < 0.5
    const quantity = this.shelves.resolve(item.sku, found)
    if (quantity === 0) return
    const line = (status: string, delta: number, reason: string) => ({
      item: item.sku,
      status,
      delta: { value: microsText(delta), uom: item.baseUnit },
      reason,
    })
    const lines = found
      ? [line('suspect', -quantity, 'found'), line('available', quantity, 'found')]
      : [line('suspect', -quantity, 'lost')]
    this.reportAbout(this.facility, 'inventory.adjusted', { facility: this.facility, lines })
  }

  #packUp(job: Job, picked: readonly PickedLine[]): void {
    job.state = 'packed'
    const cartons = pack(picked, this.#nextSscc, this.seed, this.#options.cartonUnits)
    for (const carton of cartons) this.report('carton.closed', job.order, { release: job.release, carton })
    this.#lastShipment += 1
    const shipment = `${this.facility}-${String(this.#lastShipment).padStart(7, '0')}`
    this.ports.schedule(this.#pace.manifestMs, () => this.#manifest(job, shipment, cartons, picked))
  }

  #manifest(job: Job, shipment: string, cartons: readonly PackedCarton[], picked: readonly PickedLine[]): void {
    const tracking = cartons.map(({ carton }) => ({ carton, tracking: `1Z${carton.slice(2)}` }))
    this.report('shipment.manifested', job.order, {
      release: job.release,
      facility: this.facility,
      shipment,
      scac: job.scac,
      service: job.service,
      tracking,
    })
    this.ports.schedule(this.#pace.dispatchMs, () => this.#dispatch(job, shipment, cartons, picked))
  }

  #dispatch(job: Job, shipment: string, cartons: readonly PackedCarton[], picked: readonly PickedLine[]): void {
    job.state = 'dispatched'
    for (const { item, quantity } of picked) this.shelves.ship(item.sku, quantity)
    const today = this.time().slice(0, 10)
    this.report('shipment.dispatched', job.order, {
      release: job.release,
      facility: this.facility,
      shipment,
      cartons,
      scac: job.scac,
      service: job.service,
      bol: `BOL${shipment}`,
      shipDate: today,
      estimatedDelivery: new Date(this.ports.clock.now() + 2 * 86_400_000).toISOString().slice(0, 10),
    })
  }

  #drawn(what: string, about: string, rate: number | undefined): boolean {
    return rate !== undefined && rate > 0 && draw(this.seed, `${what}/${about}`) < rate
  }

  #item(sku: string): Item {
    return this.#landscape.item(sku) as Item
  }

  #countLine(item: string, value: string) {
    return { item, status: 'available', quantity: { value, uom: this.#item(item).baseUnit } }
  }

  #wire(line: { readonly line: string; readonly item: Item }, quantity: number): WireLine {
    return {
      line: line.line,
      item: line.item.sku,
      quantity: { value: microsText(quantity), uom: line.item.baseUnit },
    }
  }
}
