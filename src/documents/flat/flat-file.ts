import { errors } from '../../edi/flat/errors.ts'
import type { FlatFault } from '../../edi/flat/faults.ts'
import type { CsvLayout, FixedWidthLayout, FlatLayout } from '../../edi/flat/layout.ts'

import type { FieldMap } from '../map/map.ts'

/** What every flat file declares. */
export interface FlatFileOptions {
  /** Its name: the topic at an HTTP door, the word in cases. */
  readonly name: string
  /** Names of its files in a folder: `orders-*.csv`. Absent: every file that no other declaration names. */
  readonly files?: string
  readonly layout: FlatLayout
}

/** Orders in a flat file, as a partner's or system's configuration declares them. */
export interface OrdersFile extends FlatFileOptions {
  readonly holds: 'orders'
  readonly currency?: string
  readonly uom?: string
  /** What makes an order of its rows, where the columns are the sender's own. */
  readonly map?: FieldMap
  /** Columns whose values are the same in all rows of one order. */
  readonly groupBy?: readonly string[]
}

/** Stock in a flat file, as a warehouse's configuration declares it. */
export interface StockFile extends FlatFileOptions {
  readonly holds: 'stock'
  readonly uom?: string
  /** It lists all stock of the facility, so that an empty or much shorter one is suspicious. */
  readonly complete: boolean
  /** How much shorter than the book a complete one may be before a person has to look. */
  readonly shrinksAtMost: number
  /** The sender's words for our statuses. */
  readonly statuses: Readonly<Record<string, string>>
}

/** What may be declared under `files`. */
export type FlatFile = OrdersFile | StockFile

/** A fault of a file for whoever sent it: nothing of it is used. */
export interface FaultyFile {
  readonly verdict: 'refused' | 'parked'
  readonly faults: readonly FlatFault[]
}

/** Names of the fields that a layout has, in records of any kind. */
export function fieldsOf(layout: FlatLayout): Set<string> {
  if (layout.kind === 'csv') return new Set(Object.keys((layout as CsvLayout).columns))
  return new Set(Object.values((layout as FixedWidthLayout).records).flatMap(({ fields }) => Object.keys(fields)))
}

/** Refuses a declaration whose layout lacks a field that nothing else gives. */
export function needs(options: FlatFileOptions, fields: readonly string[]): void {
  const there = fieldsOf(options.layout)
  const missing = fields.find((field) => !there.has(field))
  if (missing !== undefined) throw errors.FLAT_LAYOUT(`${options.name} has no field ${missing}`)
}
