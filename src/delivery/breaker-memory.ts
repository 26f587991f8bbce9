/**
 * What outlives the process of a breaker. It is no event: what is remembered of an outage is of no use once it is over,
 * and an earlier release would have no name for it. Whoever calls the system writes it under a lane of its own, so
 * several instances may each have a row for a system; the latest holds.
 */
import { LANES } from '../base/ids.ts'
import { laneOfSubject, subjectOf } from '../lifecycle/subject.ts'
import type { Row, Store, TableSpec } from '../store/contract.ts'
import type { BreakerMemory } from './breaker.ts'

/** One row for each system that ever failed, in each lane from which that was written. */
export const breakerTable: TableSpec = {
  name: 'breaker_memory',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'subject', type: 'text' },
  ],
  columns: [
    { name: 'at', type: 'int8' },
    { name: 'body', type: 'text' },
  ],
}

const ALL_LANES = Array.from({ length: LANES }, (_, lane) => lane)

/** The lane to write under: the system's own where this instance owns it, else any that it owns; undefined: it owns none. */
export function laneToWriteUnder(tenant: string, system: string, owns: (lane: number) => boolean): number | undefined {
  const own = laneOfSubject(subjectOf(tenant, 'system', system))
  return owns(own) ? own : ALL_LANES.find(owns)
}

/** The row that says how a system stands at `at`; no memory: it answers. */
export function breakerRow(
  { lane, tenant, system }: { readonly lane: number; readonly tenant: string; readonly system: string },
  memory: BreakerMemory | undefined,
  at: number,
): Row {
  return [lane, subjectOf(tenant, 'system', system), at, memory ? JSON.stringify(memory) : '']
}

/** Which of these systems were failing when that was last written, in their order. */
export async function readBreakers(
  store: Pick<Store, 'loadLanes'>,
  tenant: string,
  systems: readonly string[],
): Promise<(BreakerMemory | undefined)[]> {
  const latest = new Map<string, { readonly at: number; readonly body: string }>()
  for (const [, subject, at, body] of await store.loadLanes(breakerTable, ALL_LANES)) {
    const known = latest.get(String(subject))
    if (!known || known.at < Number(at)) latest.set(String(subject), { at: Number(at), body: String(body) })
  }
  return systems.map((system) => {
    const body = latest.get(subjectOf(tenant, 'system', system))?.body
    return body ? (JSON.parse(body) as BreakerMemory) : undefined
  })
}
