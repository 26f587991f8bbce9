/** A source's own counter: reports of one source about one order are decided in the order in which it counted them. */
import type { EarlyReport, OrderState } from './order-state.ts'

/** Whether this source already said this. */
export function isRepeated(order: OrderState, source: string, sequence: number): boolean {
  const counted = order.sequences[source]
  if (!counted || sequence < 1) return false
  if (sequence > counted.last) return counted.beyond.includes(sequence)
  return !counted.missed.includes(sequence)
}

/** The numbers before this one that have not come and are still waited for. */
export function gapBefore(
  order: OrderState,
  source: string,
  sequence: number | undefined,
): { readonly first: number; readonly last: number } | undefined {
  if (sequence === undefined) return undefined
  const counted = order.sequences[source]
  const last = counted?.last ?? 0
  if (sequence <= last + 1) return undefined
  let end = sequence - 1
  for (const beyond of counted?.beyond ?? []) if (beyond > last && beyond <= end) end = beyond - 1
  return end > last ? { first: last + 1, last: end } : undefined
}

/** Waiting reports in the order in which they are to be decided: source after source, each by its own counter. */
export function inTurn(order: OrderState): readonly EarlyReport[] {
  if (order.early.length < 2) return order.early
  const sources = [...new Set(order.early.map((waiting) => waiting.from))]
  const place = ({ sequence }: EarlyReport) => sequence ?? 0
  return [...order.early].sort((a, b) => sources.indexOf(a.from) - sources.indexOf(b.from) || place(a) - place(b))
}
