import { type Duration, durationMs } from '../base/duration.ts'
import type { StageLimit } from './views.ts'

/** How long an order may be left alone in each stage before people should look. */
export type StageLimits = Readonly<Record<string, Duration>>

/** Limits that fit a warehouse that ships the same day; a configuration names its own. */
export const defaultLimits: StageLimits = {
  received: '5m',
  held: '4h',
  reserved: '5m',
  accepted: '15m',
  backordered: '3d',
  released: '2h',
  'in fulfilment': '2h',
  picked: '1h',
  packed: '2h',
  'partially shipped': '4h',
  shipped: '15m',
  'partially invoiced': '1h',
  invoiced: '1h',
}

/** The instants before which an untouched order of each stage is stuck. */
export function limitsAt(nowMs: number, limits: StageLimits = defaultLimits): StageLimit[] {
  return Object.entries(limits).map(([stage, limit]) => ({ stage, before: nowMs - durationMs(limit) }))
}
