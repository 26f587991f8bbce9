import { errors } from './errors.ts'

/** Character sets a file may be declared in. What does not fit is refused with its byte; nothing is replaced. */
export type Charset = 'utf-8' | 'windows-1252' | 'iso-8859-1' | 'us-ascii'

/** How numbers are written: which sign is the decimal point, which one groups thousands (absent: none does). */
export interface NumberForm {
  readonly point: '.' | ','
  readonly group?: '.' | ',' | ' ' | "'"
}

/** What a field holds and how it is written. */
export interface FieldRule {
  /** `text` unless given. Decimals come out as plain text, `1234.50`; dates as `2026-02-28`; instants in UTC. */
  readonly type?: 'text' | 'integer' | 'decimal' | 'date' | 'instant'
  /** It must not be empty. */
  readonly required?: boolean
  /** Most characters. */
  readonly most?: number
  /** The only values it may have. */
  readonly among?: readonly string[]
  /** How its number is written, where it differs from the layout's. */
  readonly numbers?: NumberForm
  /** Decimal places that are implied: `00012345` with two is 123.45. */
  readonly places?: number
  /** How its date or instant is written, where it differs from the layout's: `DD.MM.YYYY`, `YYYYMMDD HH:mm`. */
  readonly form?: string
}

/** What every layout declares. */
export interface CommonLayout {
  /** Default `utf-8`; a byte order mark before it is passed over. */
  readonly charset?: Charset
  /** How numbers are written. Absent: whole numbers only, everything else is ambiguous and refused. */
  readonly numbers?: NumberForm
  /** How dates are written. Absent: `YYYY-MM-DD`, the one form nobody can misread. */
  readonly dates?: string
  /** How instants are written. Absent: RFC 3339 with an offset. */
  readonly instants?: string
  /** IANA zone of instants without an offset. Absent: such instants are refused. */
  readonly zone?: string
  /** First year of the hundred that two digits mean: 1970 makes `69` 2069. Absent: years of two digits are refused. */
  readonly century?: number
  /** Lines that begin like this are passed over: remarks, `N/A`. */
  readonly passOver?: readonly string[]
  /** `refuseFile` (the default): one faulty record and nothing of the file is used. `skipRecord`: the others are. */
  readonly faulty?: 'refuseFile' | 'skipRecord'
  /** With `skipRecord`: the share of faulty records from which on the whole file is parked. Default 0.01. */
  readonly mostFaulty?: number
  /** Longest line, bytes. Default and most 1 MiB. */
  readonly longestLine?: number
}

/** A column of a CSV file; its place in the declaration is its place in a file without a header. */
export interface ColumnRule extends FieldRule {
  /** What the header calls it. Absent: the column's own name. */
  readonly header?: string
}

/** A CSV file (RFC 4180) as it was declared. */
export interface CsvLayout<C extends string = string> extends CommonLayout {
  readonly kind: 'csv'
  readonly delimiter: string
  /** The sign around cells; `null` where quotes are plain characters. */
  readonly quote: string | null
  readonly header: boolean
  readonly columns: { readonly [K in C]: ColumnRule }
  /** `pass`: columns that are not declared are of no interest. `refuse` (the default): they are a fault of the header. */
  readonly otherColumns: 'refuse' | 'pass'
  /** Blanks around cells are dropped. */
  readonly trim: boolean
}

/** Where a field stands in its record. */
export interface FixedField extends FieldRule {
  /** First place, from 1. */
  readonly at: number
  readonly length: number
  /** What it is filled up with. Default: numbers with `0` in front, everything else with blanks behind. */
  readonly pad?: string
}

/** One kind of record of a fixed-width file. */
export interface RecordRule {
  /** What the tag of such a record says; in a file without tags `place` tells records apart. */
  readonly tag?: string
  /** Where it must stand: `first` and `last` once each, `body` in between as often as there are some. Default `body`. */
  readonly place?: 'first' | 'body' | 'last'
  /** It has exactly this length. Absent: at least what its fields need. */
  readonly length?: number
  readonly fields: Readonly<Record<string, FixedField>>
}

/** A figure in the trailer (or header) that must agree with the file. Fields are named `record.field`. */
export interface TotalRule {
  readonly field: string
  /** The kinds of records that are counted, or `every` one. */
  readonly counts?: readonly string[] | 'every'
  /** The field that is summed up: a hash total. */
  readonly sums?: string
  /** A hash total that keeps its last digits only. */
  readonly digits?: number
}

/** A fixed-width file as it was declared. */
export interface FixedWidthLayout<R extends string = string> extends CommonLayout {
  readonly kind: 'fixed-width'
  /** Where the tag stands that tells records apart. Absent: their place does. */
  readonly tag?: { readonly at: number; readonly length: number }
  readonly records: { readonly [K in R]: RecordRule }
  /** What places and lengths count. Default `characters`. */
  readonly measuredIn: 'characters' | 'bytes'
  readonly otherRecords: 'refuse' | 'pass'
  /** `pad`: blanks at the end of a line may be cut off. */
  readonly shortRecords: 'refuse' | 'pad'
  readonly totals: readonly TotalRule[]
}

export type FlatLayout = CsvLayout | FixedWidthLayout

const MOST_LINE = 1024 * 1024

/** Longest line of a layout, in bytes. */
export const longestLineOf = ({ longestLine = MOST_LINE }: CommonLayout): number => longestLine

type Given<L, K extends keyof L> = Omit<L, K | 'kind'> & Partial<Pick<L, K>>

/**
 * Declares a CSV file.
 *
 * @example
 * csv({
 *   delimiter: ';',
 *   numbers: { point: ',', group: '.' },
 *   dates: 'DD.MM.YYYY',
 *   columns: {
 *     number: { header: 'Bestellnummer', required: true },
 *     quantity: { header: 'Menge', type: 'decimal', required: true },
 *   },
 * })
 */
export function csv<const C extends string>(
  given: Given<CsvLayout<C>, 'delimiter' | 'quote' | 'header' | 'otherColumns' | 'trim'>,
): CsvLayout<C> {
  const layout = {
    delimiter: ',',
    quote: '"',
    header: true,
    otherColumns: 'refuse',
    trim: false,
    ...given,
    kind: 'csv',
  } as CsvLayout<C>
  const columns = Object.entries<ColumnRule>(layout.columns)
  check(isSign(layout.delimiter), 'the delimiter must be one ASCII character that is no letter, digit or line end')
  check(layout.quote === null || isSign(layout.quote), 'the quote must be one ASCII character, or null')
  check(layout.quote !== layout.delimiter, 'delimiter and quote are the same')
  check(columns.length > 0, 'there are no columns')
  check(
    new Set(columns.map(([name, { header }]) => header ?? name)).size === columns.length,
    'two columns have the same header',
  )
  for (const [name, rule] of columns) checkField(name, rule, layout)
  checkCommon(layout)
  return layout
}

/**
 * Declares a fixed-width file: records by tag (or place), fields by position, and the totals that must agree.
 *
 * @example
 * fixedWidth({
 *   tag: { at: 1, length: 3 },
 *   records: {
 *     line: { tag: 'LIN', length: 30, fields: { sku: { at: 4, length: 15 }, quantity: { at: 19, length: 7, type: 'integer' } } },
 *     trailer: { tag: 'TRL', place: 'last', fields: { count: { at: 4, length: 6, type: 'integer' } } },
 *   },
 *   totals: [{ field: 'trailer.count', counts: ['line'] }],
 * })
 */
export function fixedWidth<const R extends string>(
  given: Given<FixedWidthLayout<R>, 'measuredIn' | 'otherRecords' | 'shortRecords' | 'totals'>,
): FixedWidthLayout<R> {
  const layout = {
    measuredIn: 'characters',
    otherRecords: 'refuse',
    shortRecords: 'refuse',
    totals: [],
    ...given,
    kind: 'fixed-width',
  } as FixedWidthLayout<R>
  const records = Object.entries<RecordRule>(layout.records)
  check(records.length > 0, 'there are no records')
  for (const [name, rule] of records) checkRecord(name, rule, layout)
  if (!layout.tag) checkPlaces(records)
  for (const total of layout.totals) checkTotal(total, layout)
  checkCommon(layout)
  return layout
}

function check(holds: boolean, why: string): void {
  if (!holds) throw errors.FLAT_LAYOUT(why)
}

const isSign = (text: string): boolean => /^[\t -~]$/.test(text) && !/[A-Za-z0-9]/.test(text)

function checkCommon({ longestLine, mostFaulty, zone, numbers }: CommonLayout): void {
  check(longestLine === undefined || (longestLine > 0 && longestLine <= MOST_LINE), 'longestLine is at most 1 MiB')
  check(mostFaulty === undefined || (mostFaulty >= 0 && mostFaulty <= 1), 'mostFaulty is a share from 0 to 1')
  check(numbers === undefined || numbers.point !== numbers.group, 'point and group are the same sign')
  check(zone === undefined || isZone(zone), `“${zone}” is no time zone`)
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

const TOKENS = /YYYY|YY|MM|DD|HH|mm|ss|Z/g

function checkField(name: string, { type, form, places, numbers }: FieldRule, layout: CommonLayout): void {
  check(places === undefined || type === 'decimal', `${name} has implied places and is no decimal`)
  check(numbers === undefined || numbers.point !== numbers.group, `${name}: point and group are the same sign`)
  const written = form ?? (type === 'date' ? layout.dates : type === 'instant' ? layout.instants : undefined)
  if (written === undefined) return
  const tokens: readonly string[] = written.match(TOKENS) ?? []
  check(type === 'date' || type === 'instant', `${name} has a form and is no date`)
  check(new Set(tokens).size === tokens.length, `${name}: “${written}” says something twice`)
  const hasYear = tokens.includes('YYYY') || tokens.includes('YY')
  check(hasYear && tokens.includes('MM') && tokens.includes('DD'), `${name}: “${written}” has no YYYY, MM and DD`)
  check(type !== 'instant' || tokens.includes('HH'), `${name}: “${written}” has no HH`)
  check(tokens.includes('YYYY') || layout.century !== undefined, `${name}: two digits of a year need a century`)
  const needsZone = type === 'instant' && !tokens.includes('Z')
  check(!needsZone || layout.zone !== undefined, `${name}: an instant without Z needs the layout's zone`)
}

function checkRecord(name: string, rule: RecordRule, layout: FixedWidthLayout): void {
  check(!layout.tag || rule.tag !== undefined, `record ${name} has no tag`)
  check(!layout.tag || rule.tag?.length === layout.tag.length, `the tag of record ${name} has another length`)
  for (const [field, one] of Object.entries(rule.fields)) {
    check(one.at >= 1 && one.length >= 1, `${name}.${field} begins at 1 or later and is not empty`)
    const end = one.at + one.length - 1
    check(rule.length === undefined || end <= rule.length, `${name}.${field} reaches beyond the record`)
    checkField(`${name}.${field}`, one, layout)
  }
}

function checkPlaces(records: readonly (readonly [string, RecordRule])[]): void {
  for (const place of ['first', 'body', 'last'] as const) {
    const there = records.filter(([, rule]) => (rule.place ?? 'body') === place)
    check(there.length <= 1, `without tags there is one ${place} record only`)
  }
}

function checkTotal({ field, counts, sums }: TotalRule, { records }: FixedWidthLayout): void {
  const isThere = (path: string) => {
    const [record = '', name = ''] = path.split('.')
    return (records as Record<string, RecordRule>)[record]?.fields[name] !== undefined
  }
  check(isThere(field), `there is no field ${field}`)
  check((counts === undefined) !== (sums === undefined), `the total ${field} either counts records or sums up a field`)
  check(sums === undefined || isThere(sums), `there is no field ${sums}`)
  const unknown = Array.isArray(counts) ? counts.find((one: string) => !(one in records)) : undefined
  check(unknown === undefined, `there is no record ${unknown}`)
}
