/** Reads of declared tables that PostgreSQL does along an index: walks by group, ranges of a subject, counts. */
import { assert } from '../../base/errors.ts'
import type { Row, SubjectRange, TableSpec, Value, Walk, WalkStart } from '../contract.ts'
import type { ModelTable } from './model-database.ts'

function placeOf(table: TableSpec, name: string): number {
  const place = [...table.key, ...table.columns].findIndex((column) => column.name === name)
  assert(place >= 0, `${table.name} has a column ${name}`)
  return place
}

/** The next rows of each group, in the order of the walk. */
export function walkRows(
  rows: ModelTable,
  { table, having, groupBy, order }: Walk,
  lanes: readonly number[],
  starts: readonly WalkStart[],
  limitEach: number,
): Row[] {
  const wanted = having.map(([name, value]) => [placeOf(table, name), value] as const)
  const group = placeOf(table, groupBy)
  const places = order.map((name) => placeOf(table, name))
  const compare = (a: Row, after: readonly Value[]) =>
    compareNumbers(
      places.map((place) => a[place] as number),
      after,
    )
  const groups = new Map<Value, Row[]>(starts.map((start) => [start.group, []]))
  for (const lane of new Set(lanes)) {
    for (const row of rows.rowsOf(lane)) {
      if (wanted.every(([place, value]) => row[place] === value)) groups.get(row[group] as Value)?.push(row)
    }
  }
  return starts.flatMap((start) => {
    const behind = (groups.get(start.group) ?? []).filter((row) => compare(row, start.after) > 0)
    const sorted = behind.sort((a, b) =>
      compare(
        a,
        places.map((place) => b[place] as number),
      ),
    )
    return sorted.slice(0, limitEach)
  })
}

/** Rows by ranges of their third key column. */
export function rangesOf(rows: ModelTable, ranges: readonly SubjectRange[], limitEach: number): Row[] {
  return ranges.flatMap(({ lane, subject, after, upTo }) =>
    rows
      .rowsOf(lane)
      .filter((row) => row[1] === subject && (row[2] as number) > after && (row[2] as number) <= upTo)
      .sort((a, b) => (a[2] as number) - (b[2] as number))
      .slice(0, limitEach),
  )
}

/** How many rows of these lanes carry each combination of values. */
export function countsOf(rows: ModelTable, table: TableSpec, by: readonly string[], lanes: readonly number[]): Row[] {
  const places = by.map((name) => placeOf(table, name))
  const counts = new Map<string, { readonly values: Row; count: number }>()
  for (const lane of new Set(lanes)) {
    for (const row of rows.rowsOf(lane)) {
      const values = places.map((place) => row[place] as Value)
      const name = JSON.stringify(values)
      const known = counts.get(name)
      if (known) known.count += 1
      else counts.set(name, { values, count: 1 })
    }
  }
  const sorted = [...counts.values()].sort((a, b) => compareValues(a.values, b.values))
  return sorted.map(({ values, count }) => [...values, count])
}

function compareNumbers(a: readonly number[], b: readonly Value[]): number {
  for (let at = 0; at < a.length; at += 1) {
    const order = (a[at] as number) - (b[at] as number)
    if (order !== 0) return order
  }
  return 0
}

function compareValues(a: Row, b: Row): number {
  for (let at = 0; at < a.length; at += 1) {
    const [one, other] = [a[at], b[at]]
    const order =
      typeof one === 'string' && typeof other === 'string'
        ? Buffer.compare(Buffer.from(one), Buffer.from(other))
        : Number(one) - Number(other)
    if (order !== 0) return order
  }
  return 0
}
