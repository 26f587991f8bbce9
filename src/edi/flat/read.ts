import { atOnce, type Pieces } from '../../base/pieces.ts'
import type { FlatFault } from './faults.ts'
import type { CsvLayout, FixedWidthLayout, FlatLayout } from './layout.ts'
import { CsvReader } from './read-csv.ts'
import { FixedWidthReader } from './read-fixed-width.ts'
import type { FlatReader, FlatRecord, FlatSink, FlatSummary } from './record.ts'

/** A file as it was read. With the verdict `refused` nothing of it may be used, whatever was read before the fault. */
export interface FlatReading extends FlatSummary {
  readonly rows: readonly FlatRecord[]
  readonly faults: readonly FlatFault[]
  /** Where a field stands, for faults that are found later. */
  columnOf(kind: string, field: string): number | undefined
}

/** Opens a reader for files of a layout; it is given the file in pieces of any size. */
export function flatReader(layout: FlatLayout, sink: FlatSink): FlatReader {
  return layout.kind === 'csv'
    ? new CsvReader(layout as CsvLayout, sink)
    : new FixedWidthReader(layout as FixedWidthLayout, sink)
}

/**
 * Reads a file that is in memory.
 *
 * @example
 * const layout = csv({ columns: { sku: { required: true }, quantity: { type: 'integer' } } })
 * readFlat(Buffer.from('sku,quantity\n4711,3\n'), layout).rows[0]?.values // { sku: '4711', quantity: '3' }
 */
export function readFlat(bytes: Uint8Array, layout: FlatLayout): FlatReading {
  return atOnce(readingFlat(bytes, layout))
}

const PIECE_BYTES = 32 * 1024

/** As {@link readFlat}, in pieces. */
export function* readingFlat(bytes: Uint8Array, layout: FlatLayout): Pieces<FlatReading> {
  const rows: FlatRecord[] = []
  const faults: FlatFault[] = []
  const reader = flatReader(layout, { record: (record) => rows.push(record), fault: (fault) => faults.push(fault) })
  reader.push(bytes.subarray(0, PIECE_BYTES))
  for (let at = PIECE_BYTES; at < bytes.length; at += PIECE_BYTES) {
    yield
    reader.push(bytes.subarray(at, at + PIECE_BYTES))
  }
  return { ...reader.end(), rows, faults, columnOf: (kind, field) => reader.columnOf(kind, field) }
}

/** A record or a fault as it was met, and at last how the reading ended. */
export type FlatPart =
  | { readonly kind: 'record'; readonly record: FlatRecord }
  | { readonly kind: 'fault'; readonly fault: FlatFault }
  | { readonly kind: 'end'; readonly summary: FlatSummary }

/**
 * Reads a file as it comes, with flat memory. Whoever acts on its records waits for the end: by default one fault makes
 * the whole file unusable.
 */
export async function* readFlatStream(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  layout: FlatLayout,
): AsyncGenerator<FlatPart> {
  let parts: FlatPart[] = []
  const reader = flatReader(layout, {
    record: (record) => parts.push({ kind: 'record', record }),
    fault: (fault) => parts.push({ kind: 'fault', fault }),
  })
  for await (const chunk of chunks) {
    reader.push(chunk)
    yield* parts
    parts = []
    if (reader.stopped) break
  }
  const summary = reader.end()
  yield* parts
  yield { kind: 'end', summary }
}
