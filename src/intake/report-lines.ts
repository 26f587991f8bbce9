import type { MasterData } from '../identity/master.ts'
import type { Carton, LineQuantity, StockStatus } from '../lifecycle/events.ts'
import { fieldFault } from './errors.ts'
import type { Fields } from './report-fields.ts'

type Traced = LineQuantity & { lot?: string; serials?: readonly string[]; weight?: string }
type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** A line with its quantity in millionths of the base unit, and lot, serials and weight where they are given. */
export function quantityLine(line: Fields, master: MasterData): Traced {
  const item = line.item('item', master)
  const read: Traced = {
    line: line.text('line'),
    item: item?.sku ?? '',
    quantity: line.quantity('quantity', item)?.base ?? 0,
  }
  const lot = line.maybe('lot')
  if (lot !== undefined) read.lot = lot
  const serials = line.texts('serials')
  if (serials !== undefined) read.serials = serials
  const weight = weightOf(line)
  if (weight !== undefined) read.weight = weight
  return read
}

/** A weight: text, or a quantity of which only the figure is kept (its unit is the item's). */
function weightOf(line: Fields): string | undefined {
  const weight = line.raw('weight')
  if (weight === undefined) return undefined
  return typeof weight === 'string' ? line.text('weight') : line.object('weight').text('value')
}

/** The lines of a list of a report. */
export function quantityLines(report: Fields, master: MasterData): Traced[] {
  return report.list('lines').map((line) => quantityLine(line, master))
}

/** A carton or pallet as it was closed. */
export function cartonOf(carton: Fields, master: MasterData): Carton {
  const read: Writable<Carton> = { carton: carton.text('carton'), lines: quantityLines(carton, master) }
  const sscc = carton.maybe('sscc')
  if (sscc !== undefined) read.sscc = sscc
  const weight = weightOf(carton)
  if (weight !== undefined) read.weight = weight
  const unit = carton.maybe('weightUnit')
  if (unit !== undefined) read.weightUnit = unit
  const tracking = carton.maybe('tracking')
  if (tracking !== undefined) read.tracking = tracking
  return read
}

/** A serial is in one place only: the same twice in one report is refused, with every place it stands. */
export function serialFaults(cartons: readonly { readonly lines: readonly Traced[] }[], report: Fields): void {
  const seen = new Set<string>()
  for (const { lines } of cartons) {
    for (const { item, serials = [] } of lines) {
      for (const serial of serials) {
        const key = `${item}\u0000${serial}`
        if (seen.has(key)) report.faults.push(fieldFault('SERIAL_REPEATED', report.at('serials'), serial, item))
        seen.add(key)
      }
    }
  }
}

const STATUSES = new Set(['available', 'inspection', 'hold', 'damaged', 'expired', 'suspect', 'return-pending'])

/** A stock status a line names; absent it is available stock that is meant. */
export function statusOf(line: Fields, name: string): StockStatus {
  const status = line.maybe(name) ?? 'available'
  if (STATUSES.has(status)) return status as StockStatus
  line.faults.push(fieldFault('MALFORMED', line.at(name), `one of ${[...STATUSES].join(', ')}`))
  return 'available'
}
