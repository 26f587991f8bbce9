/**
 * What waits for a turn. A piece of work is admitted once its keys are looked up, gives the turn its inputs and rows,
 * and hears when the turn is committed: nothing is answered before.
 */
import type { Identity } from '../base/ids.ts'
import type { KeyRow, ReceiptRow, Row, TableSpec } from '../store/contract.ts'
import type { Input, JournalEvent } from './contract.ts'
import type { KeptInput } from './kept-input.ts'

/** A key that must be unique for its whole life, and the digest of what it came with. */
export interface KeyClaim {
  readonly kind: number
  readonly hash: Uint8Array
  readonly digest: Uint8Array
}

/** A key that is already there; `pending` while the turn that takes it is not committed yet. */
export type FoundKey = KeyRow & { readonly pending?: boolean }

/** What a piece of work brings into its turn. */
export interface Admission {
  readonly inputs: readonly Input[]
  /** Subjects minted just now: their states need not be looked for. */
  readonly fresh?: readonly string[]
  readonly keys?: readonly KeyRow[]
  readonly receipts?: readonly ReceiptRow[]
  readonly upserts?: readonly (readonly [TableSpec, Row])[]
  readonly deletes?: readonly (readonly [TableSpec, Row])[]
  /** Requests that are finished: their lane and position get a mark. */
  readonly marks?: readonly (readonly [lane: number, position: number])[]
  readonly inboxDone?: {
    readonly lane: number
    readonly senderLane: number
    readonly senderEpoch: number
    readonly number: number
  }
  /** Lanes whose row must be fenced although no event is appended. */
  readonly touches?: readonly number[]
  /** What the sender is told once this is committed, unless a room answers. */
  readonly answer?: unknown
  /** Nothing needs a commit: answer at once (a refusal, a repeat that is finished). */
  readonly immediate?: boolean
  /** The journal's own: the first of a resumed subject's kept inputs, which is also the one of `inputs`. */
  readonly drained?: DrainedInput
  /** The journal's own: a subject that was parked from outside, for which the journal has not said so yet. */
  readonly parks?: string
}

/** A kept input, and its number among those of its subject. */
export interface DrainedInput {
  readonly kept: KeptInput
  readonly number: number
}

/** What an admission may use. */
export interface AdmitContext {
  readonly now: number
  mint(kind: string, lane: number): string
  /** The id that a business identity always has. */
  name(kind: string, identity: Identity, lane: number): string
  /** Whether this instance owns the lane now. */
  owns(lane: number): boolean
}

/** How a piece of work ended: committed at these positions. */
export interface Settlement {
  readonly answer: unknown
  readonly events: readonly JournalEvent[]
  readonly at: number
}

/** One arrival, answer, timer or inbox row on its way into a turn. `admit` may be called again after a failed commit. */
export interface Work {
  readonly claims?: readonly KeyClaim[]
  admit(found: readonly FoundKey[], context: AdmitContext): Admission
  settled(settlement: Settlement): void
  failed(error: unknown): void
}
