import type { ColumnType, Row, TableSpec, TurnWrites, Value } from './contract.ts'

const INT2 = 2 ** 15
const INT4 = 2 ** 31

/** Why a value cannot be stored in a column of this type; undefined when it can. */
export function valueFault(type: ColumnType, value: Value | undefined): string | undefined {
  if (value === null) return undefined
  switch (type) {
    case 'int2':
      return isWithin(value, INT2) ? undefined : `${String(value)} is not an int2`
    case 'int4':
      return isWithin(value, INT4) ? undefined : `${String(value)} is not an int4`
    case 'int8':
      return Number.isSafeInteger(value) ? undefined : `${String(value)} is not an int8 below 2^53`
    case 'text':
      return typeof value === 'string' && isStorable(value) ? undefined : 'not a text that UTF-8 without NUL can hold'
    case 'bytea':
      return value instanceof Uint8Array ? undefined : 'not bytes'
    case 'bool':
      return typeof value === 'boolean' ? undefined : 'not a boolean'
  }
}

function isWithin(value: Value | undefined, limit: number): boolean {
  return Number.isInteger(value) && (value as number) >= -limit && (value as number) < limit
}

/**
 * False for a text that no column can hold, and that therefore names nothing: NUL, or half a surrogate pair, which
 * UTF-8 would turn into another text in silence.
 */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000')
}

/**
 * What is wrong with a turn in itself, before any database is asked: both stores refuse it with the same words.
 * A position is gap-free only because the lane's head moves by exactly the entries that come with it.
 */
export function turnFault(turn: TurnWrites): string | undefined {
  const heads = new Map<number, number>()
  for (const move of turn.lanes) {
    if (heads.has(move.lane)) return `lane ${move.lane} moves twice`
    heads.set(move.lane, move.oldHead)
  }
  for (const entry of turn.entries) {
    const head = heads.get(entry.lane)
    if (head === undefined) return `an entry for lane ${entry.lane}, which does not move`
    if (entry.position !== head + 1) return `position ${entry.lane}/${entry.position} does not follow ${head}`
    heads.set(entry.lane, entry.position)
  }
  for (const move of turn.lanes) {
    if (heads.get(move.lane) !== move.newHead) return `head of lane ${move.lane} is ${move.newHead}, not its last entry`
  }
  return (
    rowsFault(turn.upserts, heads, 'upsert') ??
    rowsFault(turn.deletes, heads, 'delete') ??
    (turn.inboxDone.some((row) => !heads.has(row.lane))
      ? 'an inbox row is done for a lane that does not move'
      : undefined)
  )
}

function rowsFault(tables: ReadonlyMap<TableSpec, readonly Row[]>, lanes: ReadonlyMap<number, number>, what: string) {
  for (const [table, rows] of tables) {
    const width = what === 'delete' ? table.key.length : table.key.length + table.columns.length
    for (const row of rows) {
      if (row.length !== width) return `${what} of ${row.length} values in ${table.name}, which takes ${width}`
      if (!lanes.has(row[0] as number)) return `${what} in ${table.name} for lane ${row[0]}, which does not move`
    }
  }
  return undefined
}
