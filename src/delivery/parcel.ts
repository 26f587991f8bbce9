import type { PlannedRequest } from '../journal/contract.ts'
import { classOf, type WorkloadClass } from './classes.ts'
import type { Group } from './shelf.ts'
import type { WaitingState } from './waiting.ts'

/** A request on its way, in memory: what is known of its attempts. */
export interface Parcel {
  readonly request: PlannedRequest
  readonly class: WorkloadClass
  body: Uint8Array | undefined
  content: unknown
  attempts: number
  underWay: boolean
  /** Ask before sending: the attempt before may have taken effect. */
  askFirst: boolean
  nextAt: number
  /** When it came into memory. */
  readonly takenAt: number
  /** Cancels its timer. */
  wake: (() => void) | undefined
  /** What its waiting row says; undefined while it has none. */
  row: WaitingState | undefined
  reason: string
  /** The group on the shelf it was read back from, while it counts there. */
  group: Group | undefined
}

/** A parcel that has not been tried yet. */
export function parcelOf(request: PlannedRequest, takenAt: number, body?: Uint8Array, content?: unknown): Parcel {
  return {
    request,
    class: classOf(request),
    body,
    content,
    attempts: 0,
    underWay: false,
    askFirst: false,
    nextAt: 0,
    takenAt,
    wake: undefined,
    row: undefined,
    reason: '',
    group: undefined,
  }
}

/** Where a request stands in the journal: its name among the requests of a target. */
export const placeOf = (request: { readonly lane: number; readonly position: number }): string =>
  `${request.lane}/${request.position}`
