import type { FieldFault } from '../base/errors.ts'
import { micros } from '../base/quantity.ts'
import { isDate } from '../documents/calendar.ts'
import { factorOf, toBase } from '../identity/conversion.ts'
import type { Item, MasterData } from '../identity/master.ts'
import { fieldFault } from './errors.ts'

const INSTANT = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

/** Milliseconds since 1970 of an RFC 3339 instant with its zone; undefined for anything else, also 24:00 and 30 February. */
export function instant(text: string): number | undefined {
  if (!INSTANT.test(text) || !isDate(text.slice(0, 10))) return undefined
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}

/** A quantity as a line states it, with what it means in the item's base unit. */
export interface StatedQuantity {
  readonly item: Item
  /** Millionths of the base unit. */
  readonly base: number
  readonly factor: readonly [number, number]
  readonly uom: string
  readonly value: string
}

/**
 * Reads the members of one object and gathers every fault with its pointer. A faulty member is read as something
 * harmless; whoever asks looks at the faults before using anything.
 */
export class Fields {
  readonly #members: Readonly<Record<string, unknown>>
  readonly #pointer: string
  readonly faults: FieldFault[]

  constructor(value: unknown, pointer: string, faults: FieldFault[]) {
    this.#pointer = pointer
    this.faults = faults
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    if (!isObject) this.faults.push(fieldFault('MALFORMED', pointer, 'an object'))
    this.#members = isObject ? (value as Record<string, unknown>) : {}
  }

  at(name: string): string {
    return `${this.#pointer}/${name}`
  }

  has(name: string): boolean {
    return this.#members[name] !== undefined
  }

  raw(name: string): unknown {
    return this.#members[name]
  }

  /** A text that must be there. */
  text(name: string): string {
    const value = this.#members[name]
    if (typeof value === 'string' && value !== '') return value
    if (value === undefined) this.faults.push(fieldFault('MISSING', this.at(name), name))
    else this.faults.push(fieldFault('MALFORMED', this.at(name), 'text'))
    return ''
  }

  /** A text that may be there. */
  maybe(name: string): string | undefined {
    return this.#members[name] === undefined ? undefined : this.text(name)
  }

  /** A count from 1, where there is one. */
  sequence(name: string): number | undefined {
    const value = this.#members[name]
    if (value === undefined) return undefined
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
    this.faults.push(fieldFault('MALFORMED', this.at(name), 'a whole number'))
    return undefined
  }

  instant(name: string): number {
    const text = this.text(name)
    const ms = text === '' ? 0 : instant(text)
    if (ms === undefined)
      this.faults.push(fieldFault('MALFORMED', this.at(name), 'an instant with its zone (RFC 3339)'))
    return ms ?? 0
  }

  date(name: string): string {
    const text = this.text(name)
    if (text !== '' && !isDate(text)) this.faults.push(fieldFault('MALFORMED', this.at(name), 'a date that exists'))
    return text
  }

  /** The objects of a list that must be there, each with its own pointer. */
  list(name: string): Fields[] {
    const value = this.#members[name]
    if (Array.isArray(value)) return value.map((one, at) => new Fields(one, `${this.at(name)}/${at}`, this.faults))
    this.faults.push(
      value === undefined
        ? fieldFault('MISSING', this.at(name), name)
        : fieldFault('MALFORMED', this.at(name), 'a list'),
    )
    return []
  }

  object(name: string): Fields {
    return new Fields(this.#members[name], this.at(name), this.faults)
  }

  texts(name: string): string[] | undefined {
    const value = this.#members[name]
    if (value === undefined) return undefined
    if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value
    this.faults.push(fieldFault('MALFORMED', this.at(name), 'a list of texts'))
    return undefined
  }

  /** The item a line names; undefined (and a fault) when master data does not know it. */
  item(name: string, master: MasterData): Item | undefined {
    const sku = this.text(name)
    const item = sku === '' ? undefined : master.itemOfVendor(sku)
    if (sku !== '' && !item) this.faults.push(fieldFault('UNKNOWN', this.at(name), `item ${sku}`))
    return item
  }

  /** A quantity `{ value, uom }` of an item, exactly in its base unit. */
  quantity(
    name: string,
    item: Item | undefined,
    least: 'positive' | 'zero' | 'any' = 'zero',
  ): StatedQuantity | undefined {
    const stated = this.object(name)
    const value = stated.text('value')
    const uom = stated.text('uom')
    if (value === '' || uom === '' || !item) return undefined
    const count = micros(value)
    if (count === undefined || (least !== 'any' && count < 0) || (least === 'positive' && count === 0)) {
      this.faults.push(fieldFault('MALFORMED', stated.at('value'), 'a plain decimal within limits'))
      return undefined
    }
    return this.#inBase(stated, { value, uom, count, item })
  }

  #inBase(
    stated: Fields,
    { value, uom, count, item }: { value: string; uom: string; count: number; item: Item },
  ): StatedQuantity | undefined {
    const { factor, fault } = factorOf(item, uom)
    const base = factor ? toBase(count, factor, item.baseUnit) : undefined
    if (factor && base !== undefined) return { item, base, factor, uom, value }
    const why = fault ? `it has ${fault === 'missing' ? 'no' : 'contradicting'} factors` : `no whole ${item.baseUnit}`
    this.faults.push(fieldFault('UOM_CONVERSION', stated.at('uom'), uom, item.sku, why))
    return undefined
  }
}
