/** What is put right on the way in: another name for something of ours, or another value in a partner's documents. */

/** A code of a partner's stands for something of ours. */
export interface CrosswalkCorrection {
  readonly kind: 'crosswalk'
  /** The system or partner whose code it is. */
  readonly partner: string
  readonly type: 'item' | 'unit' | 'ship-to'
  readonly value: string
  readonly means: string
}

/** A value in the documents and reports of a partner is read as another one. */
export interface MappingCorrection {
  readonly kind: 'mapping'
  readonly partner: string
  /** `/lines/[]/status` in JSON (`[]` is any index), `PO1/3` in X12: segment and element; `QTY/1/3` in EDIFACT: and component. */
  readonly where: string
  readonly from: string
  readonly to: string
}

/** A correction that holds for everything its partner sends from now on, until it is retired. */
export type Correction = (CrosswalkCorrection | MappingCorrection) & { readonly retired?: boolean }

const SEPARATOR = '\u001f'

/** What tells a correction from the others: the newest word about it stands. */
export function correctionName(correction: Correction): string {
  const { partner } = correction
  return correction.kind === 'crosswalk'
    ? [partner, correction.type, correction.value].join(SEPARATOR)
    : [partner, correction.where, correction.from].join(SEPARATOR)
}

const NO_NAMES: Readonly<Record<string, string>> = {}
const NO_MAPPINGS: readonly MappingCorrection[] = []

/**
 * The corrections of one tenant. A rehearsal asks with more of them, and nobody else sees those.
 *
 * @example
 * const corrections = new Corrections()
 * corrections.apply({ kind: 'crosswalk', partner: 'bigbox', type: 'unit', value: 'STK', means: 'EA' })
 * corrections.means('bigbox', 'unit', 'STK') // 'EA'
 */
export class Corrections {
  readonly #all = new Map<string, Correction>()
  readonly #names = new Map<string, Record<string, string>>()
  readonly #mappings = new Map<string, readonly MappingCorrection[]>()

  get all(): IterableIterator<Correction> {
    return this.#all.values()
  }

  /** What a partner's code stands for; undefined when nobody said. */
  means(partner: string, type: CrosswalkCorrection['type'], value: string): string | undefined {
    if (this.#names.size === 0) return undefined
    return this.#names.get(`${partner}${SEPARATOR}${type}`)?.[value]
  }

  /** All codes of a partner of one type. */
  names(partner: string, type: CrosswalkCorrection['type']): Readonly<Record<string, string>> {
    return this.#names.get(`${partner}${SEPARATOR}${type}`) ?? NO_NAMES
  }

  mappings(partner: string): readonly MappingCorrection[] {
    return this.#mappings.get(partner) ?? NO_MAPPINGS
  }

  apply(correction: Correction): void {
    this.#all.set(correctionName(correction), correction)
    if (correction.kind === 'crosswalk') this.#applyName(correction)
    else this.#applyMapping(correction)
  }

  #applyName({ partner, type, value, means, retired }: CrosswalkCorrection & { readonly retired?: boolean }): void {
    const key = `${partner}${SEPARATOR}${type}`
    const { [value]: _, ...others } = this.#names.get(key) ?? {}
    this.#names.set(key, retired ? others : { ...others, [value]: means })
  }

  #applyMapping(mapping: MappingCorrection & { readonly retired?: boolean }): void {
    const { partner, where, from, retired } = mapping
    const others = this.mappings(partner).filter((one) => one.where !== where || one.from !== from)
    this.#mappings.set(partner, retired ? others : [...others, mapping])
  }

  /** These and more. */
  with(more: readonly Correction[]): Corrections {
    const both = new Corrections()
    for (const one of [...this.#all.values(), ...more]) both.apply(one)
    return both
  }
}
