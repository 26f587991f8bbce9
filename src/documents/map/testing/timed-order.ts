import { isDecimal } from '../../../base/decimal.ts'
import { jsonata } from '../jsonata.ts'
import { map } from '../map.ts'

const UNITS = { PCE: 'EA', KAR: 'CA' }
const WORDS = new Map(Object.entries(UNITS))

/** An order of a shop with so many lines, as the map of the bench and its peers read it. */
export function timedSource(lines: number): unknown {
  const items = Array.from({ length: lines }, (_, at) => ({
    article: `A-${at}`,
    pieces: `${at + 1}`,
    unit: at % 2 ? 'PCE' : 'KAR',
    price: '9.25',
  }))
  return { order: { id: 'PO-1', placed: '2026-01-05T09:30:00Z' }, items }
}

/** The map whose speed is measured. */
export const compiledOrder = map({
  name: 'timed',
  rules: [
    { to: '/number', from: '/order/id', as: 'text', required: true },
    { to: '/date', from: '/order/placed', split: { by: 'T', part: 0 }, required: true },
    { to: '/currency', from: '/order/currency', default: 'EUR' },
    {
      to: '/lines',
      each: '/items',
      when: { not: { at: '/gift', is: true } },
      required: true,
      rules: [
        { to: '/line', count: true, as: 'text' },
        { to: '/sku', from: '/article', trim: true, required: true },
        { to: '/quantity', from: '/pieces', as: 'decimal', required: true },
        { to: '/uom', from: '/unit', lookup: UNITS },
        { to: '/price/amount', from: '/price' },
      ],
    },
  ],
})

/** The same in JSONata, which checks less. */
export const expressionOrder = jsonata({
  name: 'timed',
  text: `(
    $units := { "PCE": "EA", "KAR": "CA" };
    {
      "number": $string(order.id),
      "date": $substringBefore(order.placed, "T"),
      "currency": order.currency ? order.currency : "EUR",
      "lines": [items[$not(gift = true)]#$at.{
        "line": $string($at + 1),
        "sku": $trim(article),
        "quantity": $string(pieces),
        "uom": $lookup($units, unit),
        "price": { "amount": price }
      }]
    }
  )`,
})

/** The same work by hand: the same checks, the same faults, nothing left out. */
export function orderByHand(source: unknown): unknown {
  const faults: [string, string][] = []
  const { order, items } = source as { order?: { id?: unknown; placed?: unknown; currency?: unknown }; items?: unknown }
  const target: Record<string, unknown> = {}
  if (typeof order?.id === 'string') target['number'] = order.id
  else if (typeof order?.id === 'number') target['number'] = String(order.id)
  else faults.push(['/number', 'text'])
  if (typeof order?.placed === 'string') target['date'] = order.placed.split('T')[0]
  else faults.push(['/date', 'text'])
  target['currency'] = order?.currency ?? 'EUR'
  const lines: unknown[] = []
  if (Array.isArray(items)) {
    for (const [at, item] of items.entries() as IterableIterator<[number, Record<string, unknown>]>) {
      if (item['gift'] === true) continue
      const line: Record<string, unknown> = { line: String(lines.length + 1) }
      const sku = typeof item['article'] === 'string' ? item['article'].trim() : item['article']
      if (sku === undefined || sku === null || sku === '')
        faults.push([`/lines/${lines.length}/sku`, `/items/${at}/article`])
      else line['sku'] = sku
      const pieces = typeof item['pieces'] === 'number' ? String(item['pieces']) : item['pieces']
      if (typeof pieces === 'string' && isDecimal(pieces)) line['quantity'] = pieces
      else faults.push([`/lines/${lines.length}/quantity`, `/items/${at}/pieces`])
      const unit = WORDS.get(item['unit'] as string)
      if (unit === undefined) faults.push([`/lines/${lines.length}/uom`, `/items/${at}/unit`])
      else line['uom'] = unit
      line['price'] = { amount: item['price'] }
      lines.push(line)
    }
  }
  if (lines.length === 0) faults.push(['/lines', '/items'])
  target['lines'] = lines
  return faults.length === 0 ? { value: target } : { faults }
}
