import { encode } from './charset.ts'
import { errors } from './errors.ts'
import { compileField } from './field.ts'
import type { ColumnRule, CsvLayout, FixedField, FixedWidthLayout, FlatLayout, RecordRule } from './layout.ts'
import type { FlatRecord } from './record.ts'

/** How a file is written. */
export interface FlatWriting {
  readonly newline?: '\n' | '\r\n'
  /** The file is for people's spreadsheets: text that a spreadsheet would run as a formula gets an apostrophe in front. */
  readonly forSpreadsheets?: boolean
}

type Written = Pick<FlatRecord, 'kind' | 'values'>

/** Writes records by their layout; what was read by it and is written again reads the same. */
export function writeFlat(records: Iterable<Written>, layout: FlatLayout, writing: FlatWriting = {}): Uint8Array {
  const { newline = '\n' } = writing
  const lines =
    layout.kind === 'csv' ? csvLines(records, layout, writing) : fixedLines(records, layout as FixedWidthLayout)
  return bytesOf(lines.map((line) => line + newline).join(''), layout)
}

function bytesOf(text: string, { charset = 'utf-8' }: FlatLayout): Uint8Array {
  const bytes = encode(text, charset)
  if (bytes instanceof Uint8Array) return bytes
  throw errors.FLAT_VALUE('The file', `${charset} has no “${bytes.without}”`)
}

function csvLines(records: Iterable<Written>, layout: CsvLayout, { forSpreadsheets = false }: FlatWriting): string[] {
  const columns = Object.entries<ColumnRule>(layout.columns)
  const fields = columns.map(([name, rule]) => {
    const isText = rule.type === undefined || rule.type === 'text'
    return { name, field: compileField(name, rule, layout), isRisky: forSpreadsheets && isText }
  })
  const header = layout.header
    ? [columns.map(([name, { header = name }]) => quoted(header, layout)).join(layout.delimiter)]
    : []
  const rows = Array.from(records, ({ values }) => {
    const cells = fields.map(({ name, field, isRisky }) => {
      const text = field.write(values[name])
      return quoted(isRisky ? neutral(text) : text, layout)
    })
    // a line without any character would be passed over
    return cells.length === 1 && cells[0] === '' && layout.quote !== null
      ? layout.quote.repeat(2)
      : cells.join(layout.delimiter)
  })
  return [...header, ...rows]
}

/** A cell that begins like a formula is shown as text: spreadsheets run `=`, `+`, `-`, `@`, tab and line ends in front. */
export function neutral(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
}

function quoted(text: string, { delimiter, quote, trim, passOver }: CsvLayout): string {
  const hasSign = text.includes(delimiter) || /[\r\n]/.test(text) || (quote !== null && text.includes(quote))
  const isPassedOver = passOver?.some((begin) => text.startsWith(begin) || begin.startsWith(text)) === true
  if (!hasSign && !isPassedOver && !(trim && text.trim() !== text)) return text
  if (quote === null) throw errors.FLAT_VALUE(`“${text}”`, 'it needs quotes, and the layout has none')
  return quote + text.replaceAll(quote, quote + quote) + quote
}

function fixedLines(records: Iterable<Written>, layout: FixedWidthLayout): string[] {
  return Array.from(records, ({ kind, values }) => {
    const rule: RecordRule | undefined = layout.records[kind]
    if (!rule) throw errors.FLAT_VALUE(kind, 'the layout has no such record')
    return fixedLine(rule, values, layout)
  })
}

function fixedLine(rule: RecordRule, values: FlatRecord['values'], layout: FixedWidthLayout): string {
  const fields = Object.entries(rule.fields)
  const tag = layout.tag ? layout.tag.at - 1 + layout.tag.length : 0
  const length = rule.length ?? Math.max(tag, ...fields.map(([, { at, length: long }]) => at - 1 + long))
  const line = new Array<string>(length).fill(' ')
  const put = (text: string, at: number) => {
    for (let place = 0; place < text.length; place += 1) line[at - 1 + place] = text[place] as string
  }
  if (layout.tag && rule.tag !== undefined) put(rule.tag, layout.tag.at)
  for (const [name, field] of fields) {
    const text = compileField(name, field, layout).write(values[name])
    if (layout.measuredIn === 'bytes' && isWide(text, layout)) {
      throw errors.FLAT_VALUE(name, 'the layout counts bytes, and a character of it takes several')
    }
    put(padded(name, field, text), field.at)
  }
  return line.join('')
}

const isWide = (text: string, { charset = 'utf-8' }: FlatLayout): boolean =>
  charset === 'utf-8' && Buffer.byteLength(text) !== text.length

function padded(name: string, { type, length, pad }: FixedField, text: string): string {
  if (text.length > length) throw errors.FLAT_VALUE(name, `“${text}” is longer than ${length}`)
  const isNumber = type === 'integer' || type === 'decimal'
  if (!isNumber || text === '') return text.padEnd(length, isNumber ? ' ' : (pad ?? ' '))
  const sign = text.startsWith('-') ? '-' : ''
  return sign + text.slice(sign.length).padStart(length - sign.length, pad ?? '0')
}
