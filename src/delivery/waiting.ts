import type { PlannedRequest } from '../journal/contract.ts'
import type { Row, TableSpec } from '../store/contract.ts'

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
  ],
}

/** Why a request waits: it will be tried again, a person is needed, or nobody knows whether it took effect. */
export type WaitingState = 'waiting' | 'parked' | 'in doubt'

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
  ]
}

export function waitingOf(row: Row): Waiting {
  const [lane, subject, position, target, verb, key, chain, args, digest, plannedAt, attempts, nextAt, state, reason] =
    row
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
    },
    attempts: attempts as number,
    nextAt: nextAt as number,
    state: state as WaitingState,
    reason: reason as string,
  }
}
