import type { CrossdockError, FieldFault } from '../base/errors.ts'
import type { Identity } from '../base/ids.ts'
import type { AnyMap, MapFault } from '../documents/map/map.ts'
import type { Input } from '../journal/contract.ts'
import type { KeyRow, Row, TableSpec } from '../store/contract.ts'

/** Bytes as they came in: the sender is admitted, the body complete and within limits. */
export interface Arrival {
  readonly tenant: string
  /** Name of the sending system in the configuration. */
  readonly system: string
  /** `http`, `folder`: how it came. */
  readonly channel: string
  /** The rest of a doorway's path: `master`, `orders`. */
  readonly topic?: string
  /** Media type without parameters. */
  readonly contentType?: string
  readonly bytes: Uint8Array
  /** What a door has parsed already, by the same strict rules. */
  readonly parsed?: unknown
  /** Elements that a door has taken apart already. */
  readonly items?: readonly ArrivalItem[]
  /** Whether the elements are a batch. Absent: they are. */
  readonly batch?: boolean
  readonly idempotencyKey?: string
  readonly fileName?: string
  /** Milliseconds since 1970. */
  readonly receivedAt: number
}

/** One element of a batch: what it says, or why it cannot be read. */
export interface ArrivalItem {
  readonly body: unknown
  readonly bytes?: Uint8Array
  readonly error?: CrossdockError
  /** What its sender said, and the map that made `body` of it. */
  readonly mapped?: { readonly said: unknown; readonly map: AnyMap; readonly faults?: readonly MapFault[] }
}

/** A key that this part of an arrival wants for itself, with the digest of what came with it. */
export interface KeyClaim {
  /** 1 request key, 2 control number, 3 document key. */
  readonly kind: 1 | 2 | 3
  readonly hash: Uint8Array
  readonly digest: Uint8Array
  readonly lane: number
}

/** What a part brings when it is new. Built once its keys are known to be free. */
export interface Taking {
  readonly inputs: readonly Input[]
  /** Subjects minted just now. */
  readonly fresh?: readonly string[]
  readonly upserts?: readonly (readonly [TableSpec, Row])[]
  /** What the keys stand for from now on: the answer can be given again from it. */
  readonly ref: string
  /** It cannot be taken after all, now that it is known what was there before: no keys are given to it. */
  readonly error?: CrossdockError
}

/** What a part may use when it is taken in. */
export interface TakeContext {
  readonly now: number
  readonly receipt: string
  /** The id that a business identity always has. */
  name(kind: string, identity: Identity, lane: number): string
  /** What stands under a key that the part asked about. */
  find(key: Pick<KeyClaim, 'kind' | 'hash'>): KeyRow | undefined
}

/** What the sender is told about one part. */
export interface PartAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  /** The first answer, given again. */
  readonly replayed?: boolean
  /** What went wrong, for a door that writes problems itself. */
  readonly error?: CrossdockError
}

/** One thing an arrival says: an order, a report, an interchange, a change of master data. */
export interface Part {
  /** For messages: `order`, `report`, `interchange`, `master data`. */
  readonly what: string
  /** What it is called inside its arrival, so that it is found again when the same bytes are read another time. */
  readonly name?: string
  readonly claims: readonly KeyClaim[]
  /** Keys of others that it must know about: the order that it changes. */
  readonly asks?: readonly KeyClaim[]
  /** It is recorded and answered, and nothing else: its bytes are kept for a person. */
  readonly quarantined?: boolean
  /** The same as another one, beside what came before under its number: what a person says of a possible duplicate. */
  readonly another?: () => Part
  /** What it is made of, taken in only when it is new itself: the documents of an interchange. */
  readonly parts?: readonly (Part | FaultyPart)[]
  take(context: TakeContext): Taking
  /** From what the keys stand for: the same answer, now and every time it is repeated. */
  answer(ref: string): PartAnswer
  /** What follows when it comes again just as it was: a stored acknowledgement is sent again. Absent: nothing. */
  again?(found: KeyRow, context: TakeContext): readonly Input[]
  /** The same key with another content: the error for the sender and what makes a case of it. */
  conflict(found: KeyRow, context: TakeContext): { readonly error: CrossdockError; readonly inputs: readonly Input[] }
}

/** A part that cannot be taken, with all its faults. `inputs` make a case of it when the sender cannot be told at once. */
export interface FaultyPart {
  readonly what: string
  readonly name?: string
  readonly error: CrossdockError
  readonly inputs?: readonly Input[]
}

/** What an arrival means, before anyone looked whether it came before. Pure: no store, no clock. */
export interface Interpretation {
  readonly arrival: Arrival
  /** An array or NDJSON: every part is answered by itself. */
  readonly batch: boolean
  readonly parts: readonly (Part | FaultyPart)[]
}

/** Whether a part can be taken at all. */
export function isFaulty(part: Part | FaultyPart): part is FaultyPart {
  return 'error' in part
}

/** Every key that must be looked up before the arrival is admitted. */
export function claimsOf({ parts }: Pick<Interpretation, 'parts'>): readonly KeyClaim[] {
  return parts.flatMap((part) => {
    if (isFaulty(part)) return []
    return [...part.claims, ...(part.asks ?? []), ...claimsOf({ parts: part.parts ?? [] })]
  })
}

/** The body of an answer for an error: what a door writes as problem+json. */
export function problemOf(error: CrossdockError): PartAnswer {
  const errors: readonly FieldFault[] = error.faults
  return {
    status: error.status,
    error,
    body: {
      code: error.code,
      detail: error.message,
      remedy: error.remedy,
      ...(errors.length > 0 ? { errors } : {}),
    },
    ...(error.retry === 'later' ? { headers: { 'retry-after': '1' } } : {}),
  }
}
