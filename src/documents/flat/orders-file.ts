import { atOnce, type Pieces } from '../../base/pieces.ts'
import { errors } from '../../edi/flat/errors.ts'
import { type FlatFault, faultAt, flatFault } from '../../edi/flat/faults.ts'
import { type FlatReading, readingFlat } from '../../edi/flat/read.ts'
import type { FlatRecord } from '../../edi/flat/record.ts'
import type { Reading } from '../faults.ts'
import { isFieldMap } from '../map/map.ts'
import { readPurchaseOrderJson } from '../purchase-order/json.ts'
import type { PurchaseOrder } from '../purchase-order/schema.ts'
import { type FaultyFile, type FlatFileOptions, fieldsOf, needs, type OrdersFile } from './flat-file.ts'
import { groupsBy, mappedOrder } from './mapped-order.ts'

/** Where a field of the heading goes; every row of an order repeats it. */
const HEADING: Readonly<Record<string, string>> = {
  number: '/number',
  date: '/date',
  release: '/release',
  purpose: '/purpose',
  currency: '/currency',
  contract: '/contract',
  buyer: '/buyer/id',
  buyerName: '/buyer/name',
  shipTo: '/shipTo/id',
  shipToName: '/shipTo/name',
  shipToStreet: '/shipTo/address/lines/0',
  shipToCity: '/shipTo/address/city',
  shipToRegion: '/shipTo/address/region',
  shipToPostalCode: '/shipTo/address/postalCode',
  shipToCountry: '/shipTo/address/country',
  requestedShip: '/shipWindow/requestedShip',
  requestedDelivery: '/shipWindow/requestedDelivery',
  shipNotBefore: '/shipWindow/shipNotBefore',
  shipNotAfter: '/shipWindow/shipNotAfter',
  cancelAfter: '/shipWindow/cancelAfter',
  carrier: '/carriage/scac',
  note: '/notes/0',
}

/** Where a field of a line goes, below its line. */
const LINE: Readonly<Record<string, string>> = {
  line: '/line',
  sku: '/sku',
  quantity: '/quantity',
  uom: '/uom',
  price: '/price/amount',
  description: '/description',
  lineNote: '/notes/0',
}

/** Item numbers of others: the qualifier they go out with. */
const ITEM_IDS: Readonly<Record<string, string>> = {
  buyerItem: 'BP',
  upc: 'UP',
  ean: 'EN',
  gtin: 'UK',
  vendorItem: 'VN',
}

const NAMES = [...Object.keys(HEADING), ...Object.keys(LINE), ...Object.keys(ITEM_IDS)]

/**
 * Declares purchase orders in a flat file: a line in each row, rows of one number (and release) are one order. Columns
 * are called as the order calls things; `currency` and `uom` may be the same for all.
 *
 * @example
 * ordersFile({
 *   name: 'orders',
 *   files: '*.csv',
 *   currency: 'EUR',
 *   layout: csv({
 *     delimiter: ';',
 *     dates: 'DD.MM.YYYY',
 *     columns: {
 *       number: { header: 'Bestellung', required: true },
 *       date: { header: 'Datum', type: 'date', required: true },
 *       sku: { header: 'Artikel', required: true },
 *       quantity: { header: 'Menge', type: 'integer', required: true },
 *       uom: { header: 'Einheit', required: true },
 *     },
 *   }),
 * })
 *
 * With a `map` the columns are the sender's own. It makes an order of the rows that are the same in `groupBy`: they are its
 * `/rows`, and the first of them is its `/first`.
 *
 * @example
 * ordersFile({
 *   name: 'Bestellungen',
 *   layout: csv({ delimiter: ';', columns: { Beleg: { required: true }, Tag: { type: 'date' }, Artikel: {}, Menge: { type: 'integer' } } }),
 *   groupBy: ['Beleg'],
 *   map: map({ name: 'Bestellung', rules: [
 *     { to: '/number', from: '/first/Beleg' },
 *     { to: '/date', from: '/first/Tag' },
 *     { to: '/currency', value: 'EUR' },
 *     { to: '/lines', each: '/rows', rules: [
 *       { to: '/line', count: true, as: 'text' },
 *       { to: '/sku', from: '/Artikel' },
 *       { to: '/quantity', from: '/Menge' },
 *       { to: '/uom', value: 'EA' },
 *     ] },
 *   ] }),
 * })
 */
export function ordersFile(options: OrdersFileOptions): OrdersFile {
  const { currency, uom, layout, name, map, groupBy } = options
  if (layout.faulty === 'skipRecord') {
    throw errors.FLAT_LAYOUT(`${name} skips rows, and a row that is skipped would be missing from its order`)
  }
  if (map) {
    if (!isFieldMap(map)) throw errors.FLAT_LAYOUT(`${name} is read at once, and JSONata answers later; use map({ … })`)
    if (!groupBy?.length) throw errors.FLAT_LAYOUT(`${name} does not say by which columns rows are one order (groupBy)`)
    if (currency !== undefined || uom !== undefined)
      throw errors.FLAT_LAYOUT(`${name} has a map, which says currency and unit itself`)
    needs(options, groupBy)
    return { ...options, holds: 'orders' }
  }
  needs(options, ['number', 'date', 'quantity', ...(currency ? [] : ['currency']), ...(uom ? [] : ['uom'])])
  const there = fieldsOf(layout)
  if (!there.has('sku') && !Object.keys(ITEM_IDS).some((id) => there.has(id))) needs(options, ['sku'])
  const strange = layout.kind === 'csv' ? [...there].find((field) => !NAMES.includes(field)) : undefined
  if (strange !== undefined) {
    throw errors.FLAT_LAYOUT(`${name} has a column ${strange}, which is none of ${NAMES.join(', ')}`)
  }
  return { ...options, holds: 'orders' }
}

type OrdersFileOptions = FlatFileOptions & Pick<OrdersFile, 'currency' | 'uom' | 'map' | 'groupBy'>

/** An order of a file. */
export interface FlatOrder {
  readonly document: PurchaseOrder
  readonly warnings: NonNullable<Reading<PurchaseOrder>['warnings']>
  /** The line of the file that its first row stands on. */
  readonly line: number
  /** Says where in the file a fault stands that was found later. */
  at(fault: { readonly pointer: string; readonly detail: string; readonly code?: string }): FlatFault
}

/** All orders of a file, or all that is wrong with it. */
export type FlatOrders =
  | { readonly orders: readonly FlatOrder[]; readonly verdict: 'read'; readonly faults?: undefined }
  | (FaultyFile & { readonly orders?: undefined })

/**
 * Reads the orders of a file, all or nothing. `read` makes a document of the JSON form of an order; the strict reader
 * unless given.
 */
export function readOrders(
  bytes: Uint8Array,
  file: OrdersFile,
  read: (value: unknown) => Reading<PurchaseOrder> = readPurchaseOrderJson,
): FlatOrders {
  return atOnce(readingOrders(bytes, file, read))
}

/** As {@link readOrders}, order by order. */
export function* readingOrders(
  bytes: Uint8Array,
  file: OrdersFile,
  read: (value: unknown) => Reading<PurchaseOrder>,
): Pieces<FlatOrders> {
  const reading = yield* readingFlat(bytes, file.layout)
  if (reading.verdict !== 'read') return { verdict: reading.verdict, faults: reading.faults }
  const faults: FlatFault[] = []
  const { map, groupBy = [] } = file
  const orders: FlatOrder[] = []
  if (map) {
    for (const rows of groupsBy(groupBy, reading.rows)) {
      orders.push(...mappedOrder(rows, reading, map, read, faults))
      yield
    }
  } else {
    for (const rows of groupsOf(reading.rows)) {
      orders.push(...orderOf(rows, reading, file, read, faults))
      yield
    }
  }
  return faults.length > 0 ? { verdict: 'refused', faults } : { verdict: 'read', orders }
}

/** Rows of one order, wherever they stand. A record of fixed width without a quantity is a heading or a trailer. */
function groupsOf(rows: readonly FlatRecord[]): FlatRecord[][] {
  const lines = rows.filter(({ values }) => 'number' in values && 'quantity' in values)
  const groups = Map.groupBy(lines, ({ values }) => `${values['number']}\u0000${values['release'] ?? ''}`)
  return [...groups.values()]
}

function orderOf(
  rows: readonly FlatRecord[],
  reading: FlatReading,
  file: OrdersFile,
  read: (value: unknown) => Reading<PurchaseOrder>,
  faults: FlatFault[],
): FlatOrder[] {
  const [first] = rows as [FlatRecord]
  faults.push(...differences(rows, reading))
  const at: FlatOrder['at'] = (fault) => faultAt(placeOf(fault.pointer, rows, reading), fault)
  const result = read(jsonOf(rows, file))
  if (result.faults) {
    faults.push(...result.faults.map(at))
    return []
  }
  return [{ document: result.document, warnings: result.warnings, line: first.line, at }]
}

function differences(rows: readonly FlatRecord[], { columnOf }: FlatReading): FlatFault[] {
  const [first, ...others] = rows as [FlatRecord, ...FlatRecord[]]
  return others.flatMap(({ kind, line, values }) =>
    Object.keys(HEADING)
      .filter((field) => values[field] !== first.values[field])
      .map((field) => {
        const about = [field, values[field] ?? '', first.values[field] ?? '', String(first.line)]
        return flatFault('GROUP_DIFFERS', { line, column: columnOf(kind, field), field }, about)
      }),
  )
}

/** The order in its JSON form. */
function jsonOf(rows: readonly FlatRecord[], { currency, uom }: OrdersFile): unknown {
  const [first] = rows as [FlatRecord]
  const order: Members = currency === undefined ? {} : { currency }
  for (const [field, path] of Object.entries(HEADING)) put(order, path, first.values[field])
  order['lines'] = rows.map(({ values }, at) => {
    const line: Members = { line: String(at + 1), ...(uom === undefined ? {} : { uom }) }
    for (const [field, path] of Object.entries(LINE)) put(line, path, values[field])
    const ids = Object.entries(ITEM_IDS).flatMap(([field, qualifier]) => {
      const value = values[field]
      return value === undefined ? [] : [{ qualifier, value }]
    })
    return ids.length > 0 ? { ...line, ids } : line
  })
  return order
}

type Members = Record<string, unknown>

/** Puts a value at a path; `0` in it is the only element of a list. */
function put(into: Members, path: string, value: string | undefined): void {
  if (value === undefined) return
  const [name = '', ...rest] = path.slice(1).split('/')
  if (rest.length === 0) into[name] = value
  else if (rest[0] === '0') into[name] = [value]
  else {
    into[name] ??= {}
    put(into[name] as Members, `/${rest.join('/')}`, value)
  }
}

/** The place in the file that a pointer into an order's JSON form came from. */
function placeOf(pointer: string, rows: readonly FlatRecord[], { columnOf }: FlatReading) {
  const inLine = /^\/lines\/(\d+)(\/.*)?$/.exec(pointer)
  const { kind, line, values } = rows[inLine ? Number(inLine[1]) : 0] ?? (rows[0] as FlatRecord)
  const path = inLine ? (inLine[2] ?? '') : pointer
  const field = inLine ? (fieldOf(LINE, path) ?? idField(path, values)) : fieldOf(HEADING, path)
  return field === undefined ? { line } : { line, column: columnOf(kind, field), field }
}

const fieldOf = (paths: Readonly<Record<string, string>>, path: string): string | undefined =>
  path === ''
    ? undefined
    : Object.keys(paths).find((field) => paths[field] === path || paths[field]?.startsWith(`${path}/`))

function idField(path: string, values: FlatRecord['values']): string | undefined {
  const at = /^\/ids\/(\d+)/.exec(path)?.[1]
  return at === undefined ? undefined : Object.keys(ITEM_IDS).filter((id) => values[id] !== undefined)[Number(at)]
}
