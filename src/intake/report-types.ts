import { isDecimal } from '../base/decimal.ts'
import type { Money } from '../base/money.ts'
import { MICROS } from '../base/quantity.ts'
import type { MasterData } from '../identity/master.ts'
import type { EventData, EventType, HoldKind, LineQuantity } from '../lifecycle/events.ts'
import { MOST_RELEASES, releaseNumber } from '../lifecycle/release.ts'
import { fieldFault } from './errors.ts'
import type { Fields } from './report-fields.ts'
import { cartonOf, quantityLine, quantityLines, serialFaults, statusOf } from './report-lines.ts'

/** What reading a report may look at besides the report. */
export interface ReportContext {
  readonly master: MasterData
  readonly system: string
  /** The facility a warehouse speaks for, when its report does not say it. */
  readonly facility?: string
  /** Our id of the order it is about. */
  readonly order: string
}

type Reader<T extends EventType> = (report: Fields, context: ReportContext) => EventData[T]

const facilityOf = (report: Fields, { facility }: ReportContext): string =>
  report.maybe('facility') ?? facility ?? report.text('facility')

function moneyOf(report: Fields, name: string): Money | undefined {
  if (!report.has(name)) return undefined
  const stated = report.object(name)
  const money = { amount: stated.text('amount'), currency: stated.text('currency') }
  if (!isDecimal(money.amount)) stated.faults.push(fieldFault('MALFORMED', stated.at('amount'), 'a plain decimal'))
  return money
}

/** Members that are copied as they are where they are given. */
function given<N extends string>(report: Fields, names: readonly N[]): { [K in N]?: string } {
  const found: { [K in N]?: string } = {}
  for (const name of names) {
    const value = report.maybe(name)
    if (value !== undefined) found[name] = value
  }
  return found
}

function givenMoney<N extends string>(report: Fields, name: N): { [K in N]?: Money } {
  const money = moneyOf(report, name)
  return (money ? { [name]: money } : {}) as { [K in N]?: Money }
}

/**
 * A substitution as a child line of the original. `ratio` says how many base units of the original are replaced by how
 * many of the substitute, in lowest terms.
 */
const substitution: Reader<'substitution.made'> = (report, context) => {
  const item = report.item('item', context.master)
  const stated = report.quantity('quantity', item, 'positive')
  const line = report.text('line')
  const quantity = stated?.base ?? 0
  const original = report.has('replacesItem') ? report.item('replacesItem', context.master) : undefined
  const replaced = original
    ? (report.quantity('replaces', original, 'positive')?.base ?? 0)
    : plainBase(report, quantity)
  return {
    release: report.text('release'),
    facility: facilityOf(report, context),
    line,
    // which item and customer's line it answers, the order knows
    replaces: { line, item: original?.sku ?? '', quantity: replaced },
    child: {
      line: `${line}.1`,
      customerLine: '',
      ids: { sku: report.text('item') },
      ...(item ? { item: item.sku } : {}),
      ...(item?.description === undefined ? {} : { description: item.description }),
      ...(item?.catchWeight === undefined ? {} : { catchWeight: item.catchWeight }),
      ordered: { value: stated?.value ?? '0', uom: stated?.uom ?? '' },
      base: quantity,
      baseUnit: item?.baseUnit ?? '',
      factor: stated?.factor ?? [1, 1],
    },
    quantity,
    ratio: inLowestTerms(replaced, quantity),
  }
}

/** The quantity of the original in its base unit; the report names no item for it, so it must be in that unit already. */
function plainBase(report: Fields, fallback: number): number {
  if (!report.has('replaces')) return fallback
  const value = report.object('replaces').text('value')
  const base = Number(value) * MICROS
  if (Number.isSafeInteger(base) && base > 0) return base
  report.faults.push(fieldFault('MALFORMED', report.at('replaces/value'), 'a plain decimal above zero'))
  return fallback
}

function inLowestTerms(a: number, b: number): [number, number] {
  const divisor = greatestDivisor(a, b) || 1
  return [a / divisor, b / divisor]
}

function greatestDivisor(a: number, b: number): number {
  let [x, y] = [a, b]
  while (y !== 0) [x, y] = [y, x % y]
  return x
}

/** An OMS without release numbers of its own gets ours, counted by its sequence for the order. */
function unnamedRelease(report: Fields, { order }: ReportContext): string {
  const sequence = report.sequence('sequence')
  if (sequence !== undefined && sequence > 0 && sequence <= MOST_RELEASES) return releaseNumber(order, sequence)
  report.faults.push(fieldFault('MISSING', report.at('release'), 'release'))
  return ''
}

const HOLDS: readonly HoldKind[] = ['credit', 'price', 'reference', 'address', 'compliance', 'manual']

function holdOf(report: Fields): HoldKind {
  const word = report.text('hold')
  const hold = HOLDS.find((kind) => kind === word)
  if (!hold && word !== '') report.faults.push(fieldFault('MALFORMED', report.at('hold'), `one of ${HOLDS.join(', ')}`))
  return hold ?? 'manual'
}

/** Every report a system can make about an order, and how its members are read. */
export const orderReports = {
  'pick.started': (report) => ({ release: report.text('release') }),
  'pick.confirmed': (report, { master }) => {
    const lines = quantityLines(report, master)
    serialFaults([{ lines }], report)
    return { release: report.text('release'), lines }
  },
  'pick.short': (report, context) => ({
    release: report.text('release'),
    facility: facilityOf(report, context),
    lines: report.list('lines').map((line) => ({
      ...quantityLine(line, context.master),
      reason: line.maybe('reason') ?? 'not said',
    })),
  }),
  'substitution.made': substitution,
  'carton.closed': (report, { master }) => {
    const carton = cartonOf(report.object('carton'), master)
    serialFaults([carton], report)
    return { release: report.text('release'), carton }
  },
  'shipment.manifested': (report, { order }) => ({
    shipment: report.text('shipment'),
    order,
    release: report.text('release'),
    tracking: report.list('tracking').map((one) => ({ carton: one.text('carton'), tracking: one.text('tracking') })),
    ...given(report, ['scac', 'service']),
    ...givenMoney(report, 'freight'),
  }),
  'shipment.dispatched': (report, context) => {
    const cartons = report.list('cartons').map((carton) => cartonOf(carton, context.master))
    serialFaults(cartons, report)
    return {
      shipment: report.text('shipment'),
      order: context.order,
      release: report.text('release'),
      facility: facilityOf(report, context),
      cartons,
      shipDate: report.date('shipDate'),
      ...given(report, ['scac', 'service', 'bol', 'pro', 'estimatedDelivery']),
      ...givenMoney(report, 'freight'),
    }
  },
  'shipment.milestone': (report, { order }) => ({
    shipment: report.text('shipment'),
    order,
    code: report.text('code'),
    at: report.text('at'),
    ...given(report, ['place']),
  }),
  'shipment.delivered': (report, { order }) => ({
    shipment: report.text('shipment'),
    order,
    at: report.text('at'),
    ...given(report, ['signedBy']),
  }),
  'shipment.voided': (report, { order }) => ({
    shipment: report.text('shipment'),
    order,
    reason: report.maybe('reason') ?? 'not said',
  }),
  'order.release_planned': (report, context) => ({
    release: report.maybe('release') ?? unnamedRelease(report, context),
    facility: facilityOf(report, context),
    lines: quantityLines(report, context.master),
    by: context.system,
    ...given(report, ['notBefore']),
  }),
  'order.held': (report) => ({ hold: holdOf(report), reason: report.maybe('reason') ?? 'not said' }),
  'order.hold_lifted': (report, { system }) => ({
    hold: holdOf(report),
    by: report.maybe('by') ?? system,
    ...given(report, ['reason']),
  }),
} satisfies { readonly [T in EventType]?: Reader<T> }

/** Every report a system can make about the stock of a facility. */
export const stockReports = {
  'inventory.counted': (report, context) => stockQuantities(report, context),
  'inventory.received': (report, context) => stockQuantities(report, context),
  'inventory.adjusted': (report, context) => ({
    facility: facilityOf(report, context),
    lines: report.list('lines').map((line) => {
      const item = line.item('item', context.master)
      return {
        item: item?.sku ?? '',
        status: statusOf(line, 'status'),
        delta: line.quantity('delta', item, 'any')?.base ?? 0,
        reason: line.maybe('reason') ?? 'not said',
      }
    }),
  }),
  'inventory.status_changed': (report, context) => ({
    facility: facilityOf(report, context),
    lines: report.list('lines').map((line) => {
      const item = line.item('item', context.master)
      return {
        item: item?.sku ?? '',
        from: statusOf(line, 'from'),
        to: statusOf(line, 'to'),
        quantity: line.quantity('quantity', item)?.base ?? 0,
      }
    }),
  }),
} satisfies { readonly [T in EventType]?: Reader<T> }

function stockQuantities(report: Fields, context: ReportContext): EventData['inventory.counted'] {
  return {
    facility: facilityOf(report, context),
    lines: report.list('lines').map((line) => {
      const item = line.item('item', context.master)
      const quantity = line.quantity('quantity', item)?.base ?? 0
      return { item: item?.sku ?? '', status: statusOf(line, 'status'), quantity, ...given(line, ['weight']) }
    }),
  }
}

/** What an outside party asks about an order: a command, which our process decides. */
export interface OrderCommand {
  readonly by: string
  readonly reason: string
  readonly lines?: readonly (LineQuantity | { readonly line: string; readonly quantity: number })[]
}

/** Commands by the type of the report that brings them. */
export const orderCommands: Readonly<Record<string, 'order.cancel' | 'order.change'>> = {
  'order.cancellation_requested': 'order.cancel',
  'order.change_requested': 'order.change',
}

/** Reads a cancellation or a change; without lines the whole order is meant. */
export function readCommand(report: Fields, { master, system }: ReportContext): OrderCommand {
  const lines = report.has('lines') ? { lines: quantityLines(report, master) } : {}
  return { by: report.maybe('by') ?? system, reason: report.maybe('reason') ?? 'not said', ...lines }
}
