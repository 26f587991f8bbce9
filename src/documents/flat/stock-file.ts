import { atOnce, type Pieces } from '../../base/pieces.ts'
import { errors } from '../../edi/flat/errors.ts'
import type { FlatFault } from '../../edi/flat/faults.ts'
import { readingFlat } from '../../edi/flat/read.ts'
import { type FaultyFile, type FlatFileOptions, fieldsOf, needs, type StockFile } from './flat-file.ts'

/** What a stock file may declare besides its layout. */
export interface StockFileOptions extends FlatFileOptions {
  /** The unit of all quantities, where rows have none. */
  readonly uom?: string
  /** Default true: the file lists everything that the facility has. */
  readonly complete?: boolean
  /** Default 0.9: a complete file that is shorter than the book by this share, or more, waits for a person. */
  readonly shrinksAtMost?: number
  /** The sender's words for our statuses: `{ AVL: 'available', QC: 'quality_hold' }`. */
  readonly statuses?: Readonly<Record<string, string>>
}

/**
 * Declares a stock snapshot in a flat file: an item (and status) in each row.
 *
 * @example
 * stockFile({
 *   name: 'stock',
 *   files: 'stock-*.csv',
 *   uom: 'EA',
 *   layout: csv({ columns: { sku: { required: true }, quantity: { type: 'integer', required: true } } }),
 * })
 */
export function stockFile(options: StockFileOptions): StockFile {
  const { complete = true, shrinksAtMost = 0.9, statuses = {}, uom, layout, name } = options
  needs(options, ['sku', 'quantity', ...(uom === undefined ? ['uom'] : [])])
  if (shrinksAtMost <= 0 || shrinksAtMost > 1) throw errors.FLAT_LAYOUT(`${name}: shrinksAtMost is a share above 0`)
  if (complete && fieldsOf(layout).has('facility')) {
    throw errors.FLAT_LAYOUT(
      `${name} is complete for several facilities; declare it complete: false, or a file for each`,
    )
  }
  return { ...options, holds: 'stock', complete, shrinksAtMost, statuses }
}

/** A row of a snapshot. */
export interface StockRow {
  /** Where it stands in the file. */
  readonly line: number
  readonly facility?: string
  readonly item: string
  readonly quantity: { readonly value: string; readonly uom: string }
  readonly status?: string
}

/** The rows of a file that can be read; those that cannot are `faults`, where the layout lets them be skipped. */
export type FlatStock =
  | {
      readonly verdict: 'read'
      readonly rows: readonly StockRow[]
      readonly skipped: readonly FlatFault[]
      readonly faulty: number
    }
  | FaultyFile

/** Reads a stock snapshot. */
export function readStock(bytes: Uint8Array, file: StockFile): FlatStock {
  return atOnce(readingStock(bytes, file))
}

/** As {@link readStock}, in pieces. */
export function* readingStock(bytes: Uint8Array, file: StockFile): Pieces<FlatStock> {
  const { verdict, rows, faults, faulty } = yield* readingFlat(bytes, file.layout)
  if (verdict !== 'read') return { verdict, faults }
  const stock = rows
    .filter(({ values }) => values['sku'] !== undefined && values['quantity'] !== undefined)
    .map(({ line, values }): StockRow => {
      const { sku = '', quantity = '', uom = file.uom ?? '', facility, status } = values
      return {
        line,
        item: sku,
        quantity: { value: quantity, uom },
        ...(facility === undefined ? {} : { facility }),
        ...(status === undefined ? {} : { status: file.statuses[status] ?? status }),
      }
    })
  return { verdict: 'read', rows: stock, skipped: faults, faulty }
}

/** Whether a complete snapshot is so much shorter than the book that it is more likely wrong than true. */
export function shrinksTooMuch(
  rows: number,
  held: number,
  { complete, shrinksAtMost }: Pick<StockFile, 'complete' | 'shrinksAtMost'>,
): boolean {
  if (!complete) return false
  // a share such as 0.9 is no exact number: a tenth of ten is one
  return rows === 0 || held - rows >= held * shrinksAtMost - 1e-9
}
