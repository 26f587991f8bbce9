import { type FlatFault, faultAt } from '../../edi/flat/faults.ts'
import type { FlatReading } from '../../edi/flat/read.ts'
import type { FlatRecord } from '../../edi/flat/record.ts'
import type { Reading } from '../faults.ts'
import type { FieldMap } from '../map/map.ts'
import { sourceOf } from '../map/source-of.ts'
import type { PurchaseOrder } from '../purchase-order/schema.ts'
import type { FlatOrder } from './orders-file.ts'

type Rows = readonly [FlatRecord, ...FlatRecord[]]

/** Rows that are the same in these fields, wherever they stand; records without them belong to no order. */
export function groupsBy(fields: readonly string[], rows: readonly FlatRecord[]): Rows[] {
  const lines = rows.filter(({ values }) => fields.every((field) => values[field] !== undefined))
  const groups = Map.groupBy(lines, ({ values }) => fields.map((field) => values[field]).join('\u0000'))
  return [...groups.values()] as unknown as Rows[]
}

/** The order that a map makes of rows; nothing where the map or the order is at fault, which is told. */
export function mappedOrder(
  rows: Rows,
  reading: FlatReading,
  map: FieldMap,
  read: (value: unknown) => Reading<PurchaseOrder>,
  faults: FlatFault[],
): FlatOrder[] {
  const [first] = rows
  const made = map.run({ first: first.values, rows: rows.map(({ values }) => values) })
  if (made.faults) {
    faults.push(...made.faults.map((fault) => faultAt(placeOf(fault.source, rows, reading), toldOf(fault))))
    return []
  }
  const at: FlatOrder['at'] = (fault) => faultAt(placeOf(sourceOf(map, fault.pointer), rows, reading), toldOf(fault))
  const result = read(made.value)
  if (result.faults) {
    faults.push(...result.faults.map(at))
    return []
  }
  return [{ document: result.document, warnings: result.warnings, line: first.line, at }]
}

/** A fault names the place in the order, too: the columns are called otherwise. */
const toldOf = ({ code, pointer, detail }: Parameters<FlatOrder['at']>[0]) => ({
  ...(code === undefined ? {} : { code }),
  detail: pointer === '' ? detail : `${pointer}: ${detail}`,
})

/** `/rows/2/Menge` is the column Menge of the third row; what cannot be told is on the first. */
function placeOf(source: string | undefined, rows: Rows, { columnOf }: FlatReading) {
  const [, list, ...names] = (source ?? '').split('/')
  const row = (list === 'rows' ? rows[Number(names[0])] : undefined) ?? rows[0]
  const field = list === 'rows' ? names[1] : names[0]
  const { kind, line } = row
  if (field === undefined) return { line }
  const column = columnOf(kind, field)
  return column === undefined ? { line, field } : { line, column, field }
}
