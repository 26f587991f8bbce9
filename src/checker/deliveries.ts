import { type HubEvent, orderOf, type Part, text, whole } from './records.ts'

/** A request that the hub planned: what a system was to do, and where that stands in its order's course. */
export interface Planned {
  readonly target: string
  readonly verb: string
  readonly key: string
  readonly order: string
  readonly chain: string
  readonly lane: number
  readonly position: number
}

/** Words with which a delivery ends without an effect. */
const ENDS: ReadonlySet<string> = new Set(['delivery.refused', 'delivery.parked', 'delivery.in_doubt'])

/** The name of a request, and of the effect it is to have. */
export const deliveryName = (target: string, verb: string, key: string): string => `${target} ${verb} ${key}`

/** What the hub says of its requests: what was planned, and what of it ended with a word and no effect. */
export class Deliveries implements Part {
  readonly #planned = new Map<string, Planned>()
  /** The name of the request that was planned at a place. */
  readonly #names = new Map<string, string>()
  /** Those that stand ended now, and their orders. */
  readonly #ended = new Map<string, string>()
  /** Those that ended once: whatever came of them later, they gave up their place in the order of things. */
  readonly #left = new Set<string>()
  /** Those that the hub called refused last, and those that it planned a second time. */
  readonly #refused = new Set<string>()
  readonly #again = new Set<string>()
  /** Of each order, how many of its deliveries stand ended. */
  readonly #endedOf = new Map<string, number>()

  /** All requests by name; one that was planned again stands where it was planned first. */
  get planned(): ReadonlyMap<string, Planned> {
    return this.#planned
  }

  /** Whether it was refused, parked or in doubt, and nobody has asked for it again since. */
  isEnded(name: string): boolean {
    return this.#ended.has(name)
  }

  /** Whether it ended so at any time. */
  hasLeft(name: string): boolean {
    return this.#left.has(name)
  }

  /** Whether the last word on it is that its target refused it, and there was no second request of this name. */
  isRefused(name: string): boolean {
    return this.#refused.has(name) && !this.#again.has(name)
  }

  /** Whether any delivery of this order stands ended. */
  hasEnded(order: string): boolean {
    return (this.#endedOf.get(order) ?? 0) > 0
  }

  event(event: HubEvent): void {
    const { type, data } = event
    if (type === 'delivery.planned') this.#plan(event)
    else if (ENDS.has(type)) this.#end(nameIn(data), orderOf(event), type === 'delivery.refused')
    else if (type === 'delivery.redelivered' || (type === 'delivery.replayed' && data['way'] === 'redelivery'))
      this.#reopen(this.#names.get(placeOf(event.lane, data['position'])) ?? '')
  }

  #plan(event: HubEvent): void {
    const { data, lane, position } = event
    const name = nameIn(data)
    this.#names.set(placeOf(lane, position), name)
    this.#reopen(name) // what was refused is planned once more: now it must be done
    // A replay plans it anew under its old key: its place in the order of things is where it was planned first.
    if (this.#planned.has(name)) {
      this.#again.add(name)
      return
    }
    const [target, verb, key] = [text(data['target']), text(data['verb']), text(data['key'])]
    const chain = text(data['chain']) || event.subject
    this.#planned.set(name, { target, verb, key, order: orderOf(event), chain, lane, position })
  }

  #end(name: string, order: string, isRefused: boolean): void {
    this.#left.add(name)
    if (isRefused) this.#refused.add(name)
    else this.#refused.delete(name)
    if (this.#ended.has(name)) return
    this.#ended.set(name, order)
    this.#endedOf.set(order, (this.#endedOf.get(order) ?? 0) + 1)
  }

  #reopen(name: string): void {
    const order = this.#ended.get(name)
    if (order === undefined) return
    this.#ended.delete(name)
    this.#endedOf.set(order, (this.#endedOf.get(order) ?? 0) - 1)
  }

  finish(): void {}
}

const nameIn = (data: HubEvent['data']): string =>
  deliveryName(text(data['target']), text(data['verb']), text(data['key']))

const placeOf = (lane: number, position: unknown): string => `${lane}/${whole(position)}`
