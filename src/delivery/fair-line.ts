import { CLASSES } from './classes.ts'
import type { Parcel } from './parcel.ts'

/** One place in twenty goes to a lower class, so that none starves under a higher one. */
const LOWER_EVERY = 20

/**
 * What may be sent to one target now. While everything can go at once it is a plain queue; once it cannot, the higher
 * class goes first, partners of a class take turns, and every twentieth place belongs to the lower class that waited
 * longest.
 */
export class FairLine {
  /** Not sorted yet: as they came. */
  #incoming: Parcel[] = []
  readonly #classes = Array.from({ length: CLASSES }, () => new PartnerRing())
  readonly #servedAt: number[] = new Array(CLASSES).fill(0)
  #sorted = 0
  #places = 0

  get size(): number {
    return this.#incoming.length + this.#sorted
  }

  push(parcel: Parcel): void {
    this.#incoming.push(parcel)
  }

  /**
   * The next ones, at most `most`.
   *
   * @param capacity how many could be sent now in all: as long as everything fits, nothing is sorted
   */
  take(most: number, capacity: number): Parcel[] {
    if (this.#sorted === 0 && this.#incoming.length <= capacity) {
      if (this.#incoming.length > most) return this.#incoming.splice(0, most)
      const all = this.#incoming
      this.#incoming = []
      return all
    }
    this.#sort()
    const taken: Parcel[] = []
    while (taken.length < most && this.#sorted > 0) taken.push(this.#next())
    return taken
  }

  /** Keeps only what this says. */
  keep(stays: (parcel: Parcel) => boolean): void {
    this.#incoming = this.#incoming.filter(stays)
    this.#sorted = 0
    for (const ring of this.#classes) this.#sorted += ring.keep(stays)
  }

  #sort(): void {
    for (const parcel of this.#incoming) this.#classes[parcel.class]?.push(parcel)
    this.#sorted += this.#incoming.length
    this.#incoming = []
  }

  #next(): Parcel {
    this.#places += 1
    this.#sorted -= 1
    const first = this.#classes.findIndex((ring) => ring.size > 0)
    const chosen = this.#places % LOWER_EVERY === 0 ? this.#longestUnserved(first) : first
    this.#servedAt[chosen] = this.#places
    return (this.#classes[chosen] as PartnerRing).shift()
  }

  #longestUnserved(first: number): number {
    let chosen = first
    for (let lower = first + 1; lower < CLASSES; lower += 1) {
      if ((this.#classes[lower] as PartnerRing).size === 0) continue
      if (chosen === first || (this.#servedAt[lower] as number) < (this.#servedAt[chosen] as number)) chosen = lower
    }
    return chosen
  }
}

/** The parcels of one class: partners take turns, each in its own order. */
class PartnerRing {
  size = 0
  readonly #partners = new Map<string, Parcel[]>()

  push(parcel: Parcel): void {
    this.size += 1
    const partner = parcel.request.partner ?? ''
    const queue = this.#partners.get(partner)
    if (queue) queue.push(parcel)
    else this.#partners.set(partner, [parcel])
  }

  /** The next partner's first; that partner then stands behind the others. */
  shift(): Parcel {
    const [partner, queue] = this.#partners.entries().next().value as [string, Parcel[]]
    this.size -= 1
    this.#partners.delete(partner)
    const parcel = queue.shift() as Parcel
    if (queue.length > 0) this.#partners.set(partner, queue)
    return parcel
  }

  keep(stays: (parcel: Parcel) => boolean): number {
    this.size = 0
    for (const [partner, queue] of this.#partners) {
      const kept = queue.filter(stays)
      this.size += kept.length
      if (kept.length === 0) this.#partners.delete(partner)
      else this.#partners.set(partner, kept)
    }
    return this.size
  }
}
