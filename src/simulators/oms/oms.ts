import { micros, microsText } from '../../base/quantity.ts'
import { baseMicros } from '../figures.ts'
import type { Item, Landscape } from '../landscape.ts'
import type { Amount, RequestBody, WireLine } from '../protocol.ts'
import { type Act, Simulator, type SimulatorOptions, type SimulatorPorts } from '../simulator.ts'

/** What an order management system can be told. */
export interface OmsOptions extends SimulatorOptions {
  /** Facilities it may ship from, the preferred one first. */
  readonly facilities: readonly string[]
  /** How long after sourcing it decides to release. */
  readonly releaseAfterMs?: number
  /** Whether an order may ship from several facilities. Default true. */
  readonly split?: boolean
}

interface Part {
  readonly facility: string
  lines: WireLine[]
}

/**
 * An order management system: knows stock by its own view, chooses the facilities an order ships from, keeps what it
 * promised, and says when the warehouse may have it.
 */
export class Oms extends Simulator {
  readonly role = 'oms'
  readonly #landscape: Landscape
  readonly #options: OmsOptions
  /** What it believes can still be promised, by facility and item, in millionths of the base unit. */
  readonly #free = new Map<string, number>()
  /** Parts of each order that were promised and not released. */
  readonly #unreleased = new Map<string, Set<Part>>()

  constructor(options: OmsOptions, landscape: Landscape, ports: SimulatorPorts) {
    super(options, ports)
    this.#landscape = landscape
    this.#options = options
    for (const facility of options.facilities) {
      for (const { item, quantity } of landscape.stock[facility] ?? []) {
        this.#free.set(`${facility}/${item}`, micros(quantity) ?? 0)
      }
    }
  }

  /** What it would still promise, in millionths. */
  free(facility: string, item: string): number {
    return this.#free.get(`${facility}/${item}`) ?? 0
  }

  /** Goods came in at a facility: there is more to promise. In life a stock feed says so. */
  receive(facility: string, item: string, quantity: Amount): void {
    const known = this.#landscape.item(item)
    const size = known && baseMicros(quantity, known)
    if (size !== undefined) this.#free.set(`${facility}/${item}`, this.free(facility, item) + size)
  }

  protected act(verb: string, body: RequestBody): Act {
    switch (verb) {
      case 'order.source':
        return this.#source(body)
      case 'order.cancel':
        return this.#cancel(body)
      case 'order.status':
      case 'order.change':
        return { status: 200, body: {}, detail: { status: body.status, lines: body.lines } }
      default:
        return { status: 404, body: { code: 'unknown_verb', detail: `An OMS does not know ${verb}.` } }
    }
  }

  #source(body: RequestBody): Act {
    const lines = body.lines ?? []
    const unknown = lines.find((line) => !this.#item(line))
    if (unknown) return { status: 404, body: { code: 'not_found', detail: `Item ${unknown.item} is not known.` } }

    const parts = this.#fromOne(lines) ?? this.#fromSeveral(lines)
    const backordered = missing(lines, parts)
    const waits = body.shipComplete === true && backordered.length > 0
    const promised = waits ? [] : parts
    for (const part of promised) this.#promise(part)
    for (const part of promised) this.#planRelease(body.order ?? '', part)
    const answer = { parts: promised, backordered: waits ? lines : backordered }
    return { status: 200, body: answer, detail: answer }
  }

  /** The first facility that has everything. */
  #fromOne(lines: readonly WireLine[]): Part[] | undefined {
    const facility = this.#options.facilities.find((place) => lines.every((line) => this.#has(place, line)))
    return facility === undefined ? undefined : [{ facility, lines: lines.map(plain) }]
  }

  /** Line by line from the first facility that has all of the line. */
  #fromSeveral(lines: readonly WireLine[]): Part[] {
    const places = (this.#options.split ?? true) ? this.#options.facilities : this.#options.facilities.slice(0, 1)
    const parts = new Map<string, Part>()
    for (const line of lines) {
      const facility = places.find((place) => this.#has(place, line))
      if (facility === undefined) continue
      const part = parts.get(facility) ?? { facility, lines: [] }
      part.lines.push(plain(line))
      parts.set(facility, part)
    }
    return [...parts.values()]
  }

  #has(facility: string, line: WireLine): boolean {
    const wanted = baseMicros(line.quantity, this.#item(line) as Item)
    return wanted !== undefined && this.free(facility, line.item) >= wanted
  }

  #promise(part: Part): void {
    for (const line of part.lines) {
      const wanted = baseMicros(line.quantity, this.#item(line) as Item) as number
      this.#free.set(`${part.facility}/${line.item}`, this.free(part.facility, line.item) - wanted)
    }
  }

  #planRelease(order: string, promised: Part): void {
    const part = { ...promised } // the answer keeps its own: a cancellation must not change what was said
    const parts = this.#unreleased.get(order) ?? new Set()
    this.#unreleased.set(order, parts.add(part))
    this.ports.schedule(this.#options.releaseAfterMs ?? 2_000, () => {
      if (!parts.delete(part)) return // cancelled meanwhile
      this.report('order.release_planned', order, { facility: part.facility, lines: part.lines })
    })
  }

  /** What was not released yet is promised to nobody any more, as much as is cancelled. Without lines: all of it. */
  #cancel(body: RequestBody): Act {
    const left = body.lines?.length ? new Map(body.lines.map((line) => [line.line, this.#size(line)])) : undefined
    const parts = this.#unreleased.get(body.order ?? '') ?? new Set()
    for (const part of parts) {
      part.lines = part.lines.flatMap((line) => {
        const taken = Math.min(this.#size(line), left ? (left.get(line.line) ?? 0) : Number.POSITIVE_INFINITY)
        left?.set(line.line, (left.get(line.line) ?? 0) - taken)
        this.#free.set(`${part.facility}/${line.item}`, this.free(part.facility, line.item) + taken)
        const kept = this.#size(line) - taken
        const uom = this.#item(line)?.baseUnit ?? line.quantity.uom
        return kept > 0 ? [{ ...line, quantity: { value: microsText(kept), uom } }] : []
      })
      if (part.lines.length === 0) parts.delete(part)
    }
    return { status: 200, body: {}, detail: { lines: body.lines } }
  }

  #size(line: WireLine): number {
    const item = this.#item(line)
    return (item && baseMicros(line.quantity, item)) ?? 0
  }

  #item(line: WireLine): Item | undefined {
    return this.#landscape.item(line.item)
  }
}

const plain = ({ line, item, quantity }: WireLine): WireLine => ({ line, item, quantity })

function missing(lines: readonly WireLine[], parts: readonly Part[]): WireLine[] {
  const covered = new Set(parts.flatMap((part) => part.lines.map((line) => line.line)))
  return lines.filter((line) => !covered.has(line.line)).map(plain)
}
