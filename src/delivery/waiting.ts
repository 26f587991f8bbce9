import type { PlannedRequest } from '../journal/contract.ts'
import type { Row, TableSpec, Walk } from '../store/contract.ts'
import { classOf } from './classes.ts'

/** Requests that did not go through at once: the cursor has moved on, the row keeps them. */
export const waitingTable: TableSpec = {
  name: 'waiting',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'subject', type: 'text' },
    { name: 'position', type: 'int8' },
  ],
  columns: [
    { name: 'target', type: 'text' },
    { name: 'verb', type: 'text' },
    { name: 'key', type: 'text' },
    { name: 'chain', type: 'text' },
    { name: 'args', type: 'text' },
    { name: 'digest', type: 'text' },
    { name: 'planned_at', type: 'int8' },
    { name: 'attempts', type: 'int4' },
    { name: 'next_at', type: 'int8' },
    { name: 'state', type: 'text' },
    { name: 'reason', type: 'text' },
    { name: 'class', type: 'int2' },
    { name: 'partner', type: 'text' },
  ],
}

/**
 * Why a request waits: it will be tried again, a person is needed, or nobody knows whether it took effect. `attempting`
 * is class C while a call is under way: found after a stop, it is in doubt.
 */
export type WaitingState = 'waiting' | 'parked' | 'in doubt' | 'attempting'

/** What a waiting row says besides the request. */
export interface Waiting {
  readonly request: PlannedRequest
  readonly attempts: number
  readonly nextAt: number
  readonly state: WaitingState
  readonly reason: string
}

export function waitingKey(request: PlannedRequest): Row {
  return [request.lane, request.subject, request.position]
}

export function waitingRow(waiting: Waiting): Row {
  const { request } = waiting
  return [
    ...waitingKey(request),
    request.target,
    request.verb,
    request.key,
    request.chain,
    JSON.stringify(request.args),
    request.digest,
    request.plannedAt,
    waiting.attempts,
    waiting.nextAt,
    waiting.state,
    waiting.reason,
    classOf(request),
    request.partner ?? '',
  ]
}

export function waitingOf(row: Row): Waiting {
  const [lane, subject, position, target, verb, key, chain, args, digest, plannedAt, ...rest] = row
  const [attempts, nextAt, state, reason, priority, partner] = rest
  return {
    request: {
      lane: lane as number,
      subject: subject as string,
      position: position as number,
      target: target as string,
      verb: verb as string,
      key: key as string,
      chain: chain as string,
      args: JSON.parse(args as string) as Record<string, unknown>,
      digest: digest as string,
      plannedAt: plannedAt as number,
      priority: priority as number,
      partner: (partner as string) || undefined,
    },
    attempts: attempts as number,
    nextAt: nextAt as number,
    state: state as WaitingState,
    reason: reason as string,
  }
}

/** The way back from disk: the waiting requests of one class for one target, by partner, the oldest first. */
export function waitingWalk(target: string, workloadClass: number, state: WaitingState): Walk {
  return {
    table: waitingTable,
    having: [
      ['target', target],
      ['state', state],
      ['class', workloadClass],
    ],
    groupBy: 'partner',
    order: ['planned_at', 'lane', 'position'],
  }
}

/** Where a row stands in {@link waitingWalk}. */
export function walkPlaceOf({ plannedAt, lane, position }: PlannedRequest): readonly number[] {
  return [plannedAt, lane, position]
}

/** Before the first row of a walk. */
export const WALK_START: readonly number[] = [-1, -1, -1]
