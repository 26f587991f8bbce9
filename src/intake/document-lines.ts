import type { FieldFault } from '../base/errors.ts'
import { micros } from '../base/quantity.ts'
import type { ItemId } from '../documents/shapes.ts'
import { factorOf, toBase } from '../identity/conversion.ts'
import type { Item } from '../identity/master.ts'
import { recogniseItem } from '../identity/recognise-item.ts'
import { fieldFault } from './errors.ts'
import type { IntakeWorld } from './settings.ts'

/**
 * Reads the lines of a partner's document in our terms: items by our numbers, quantities in the base unit. What cannot
 * be read counts as nothing and is a fault with its place; whoever asks looks at the faults before using anything.
 */
export class DocumentLines {
  readonly faults: FieldFault[] = []
  readonly #world: IntakeWorld

  constructor(world: IntakeWorld) {
    this.#world = world
  }

  /** The item that the names of a line mean. */
  item(names: { readonly sku?: string; readonly ids?: readonly ItemId[] }, pointer: string): Item | undefined {
    const { master, sender } = this.#world
    const { item, reason } = recogniseItem(names, '', master, sender.system)
    if (!item) this.faults.push(fieldFault('UNKNOWN', `${pointer}${nameIn(names)}`, reason))
    return item
  }

  /** Millionths of the base unit for a quantity in the unit of its line; the base unit where it names none. */
  base(value: string, uom: string | undefined, item: Item | undefined, pointer: string): number {
    const count = micros(value)
    if (!item || count === undefined) return 0
    const unit = uom ?? item.baseUnit
    const { factor, fault } = factorOf(item, unit)
    const base = factor && toBase(count, factor, item.baseUnit)
    if (base !== undefined) return base
    const why = fault ? `it has ${fault === 'missing' ? 'no' : 'contradicting'} factors` : `no whole ${item.baseUnit}`
    this.faults.push(fieldFault('UOM_CONVERSION', `${pointer}/uom`, unit, item.sku, why))
    return 0
  }
}

/** Where the first of the names stands, so that a person can say what it means. */
function nameIn({ sku, ids = [] }: { readonly sku?: string; readonly ids?: readonly ItemId[] }): string {
  if (sku !== undefined) return '/sku'
  return ids.length > 0 ? '/ids/0/value' : ''
}
