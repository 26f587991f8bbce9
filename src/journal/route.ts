/**
 * A door: one HTTP operation of a room. Each room lists its own in `routes.ts`; the gateway mounts them, checks who
 * calls and what comes, and writes them into the OpenAPI document. A door knows no HTTP library.
 */
import type { TSchema } from 'typebox'
import type { CrossdockError, FieldFault } from '../base/errors.ts'

/** Which of the three tiers of doors, or the operators' own. It groups the reference page. */
export type Tier = 'process' | 'doorway' | 'system' | 'operations'

/** How urgent what comes through this door is: 0 before all others, 4 shed first. */
export type Priority = 0 | 1 | 2 | 3 | 4

/** Who calls, as the key says. */
export interface Caller {
  /** Name of the key: what the audit shows. */
  readonly key: string
  readonly tenant: string
  /** The system the key was made for. Absent: a person's or an operator's key. */
  readonly system?: string
  readonly scopes: readonly string[]
}

/** One element of a batch: its own bytes, what they say, and what is wrong with them (alone: neighbours go on). */
export interface BatchItem {
  /** Parsed JSON; undefined when it could not be read. */
  readonly body: unknown
  readonly bytes: Uint8Array
  /** Why it cannot be taken: unreadable, or it does not fit the schema. The room answers it in its place. */
  readonly error?: CrossdockError
}

/** What a door is given. Everything in it is checked already, unless the door says it checks its own. */
export interface RouteRequest {
  readonly tenant: string
  readonly caller: Caller
  /** Path parameters, percent-decoded. */
  readonly params: Readonly<Record<string, string>>
  /** Query members as the door's `query` schema has them: numbers are numbers, absent is absent. */
  readonly query: Readonly<Record<string, unknown>>
  /** The parsed JSON body; undefined without one, for a batch, or when the door takes other content. */
  readonly body: unknown
  /** The elements, when a door with `batch` was sent an array or NDJSON. */
  readonly items?: readonly BatchItem[]
  /** The body's bytes as they came (gzip undone). The buffer is the request's own: it may be kept. */
  readonly rawBody: Uint8Array
  /** Media type without parameters, lower case; '' without a body. */
  readonly contentType: string
  /** Without quotes; present where the door requires one. */
  readonly idempotencyKey?: string
  /** `Prefer: wait=N`, in seconds, at most 30. */
  readonly waitSeconds?: number
  /** `Prefer: respond-async`. */
  readonly respondAsync?: boolean
  /** W3C trace context of this request: the caller's when valid, else begun here. */
  readonly traceparent: string
  /** The caller's correlation id when it is well formed, else ours. */
  readonly correlationId: string
  /** `Last-Event-ID`, for streams that are taken up again. */
  readonly lastEventId?: string
  /** `Accept`, lower case, for doors with several representations. */
  readonly accept?: string
  /** The headers as they came, names in lower case: for doors with `ownProof`. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Path and query as they came: for doors with `ownProof`. */
  readonly target?: string
  /** To be told once its body has proved who sent it, for doors with `ownProof`: it counts as that sender's from then on. */
  readonly proved?: (() => void) | undefined
  /** Milliseconds since 1970. */
  readonly now: number
  /** Aborted when the client hangs up: ends streams; work that is under way is finished all the same. */
  readonly signal: AbortSignal
}

/** What a door answers. An object is written as JSON; bytes and streams go out as they are. */
export interface RouteAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object, bytes, text, or a stream of either. */
  readonly body?: object | string | Uint8Array | AsyncIterable<string | Uint8Array>
  /** Absent: `application/json` for objects, `application/octet-stream` for bytes. */
  readonly contentType?: string
  /**
   * The position after a page, as the room counts. The gateway seals it, so it cannot be forged, adds it to an object
   * body as `nextCursor` and to the headers as `Link: …; rel="next"`; it comes back, opened, as the query's `cursor`.
   */
  readonly next?: string
  /** This is a first answer given again: says `Idempotency-Replayed: true`. */
  readonly replayed?: boolean
  /** What was refused, where the sender's protocol wants to hear it in an answer of its own: noted like any refusal. */
  readonly refusal?: CrossdockError
}

/** What is known of a request before its body is read. */
export interface RequestHead {
  readonly params: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

/**
 * One door. `Ports` is what the room needs from the hub; a door that needs less fits where more is given.
 *
 * @example
 * export const routes: Route<VisibilityPorts>[] = [
 *   {
 *     method: 'GET', path: '/v1/orders/{id}', operationId: 'getOrder', summary: 'One order with its lines.',
 *     tier: 'process', scope: 'orders:read', priority: 2,
 *     params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
 *     responses: { 200: orderSchema },
 *     handle: async ({ tenant, params }, ports) => ({ status: 200, body: await ports.order(tenant, params.id) }),
 *   },
 * ]
 */
export interface Route<Ports = unknown> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `/v1/orders/{id}` */
  readonly path: string
  /** Unique over all rooms, camelCase. */
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tier: Tier
  /** `orders:write`; null: open to anyone (health, the OpenAPI document). */
  readonly scope: string | null
  readonly priority: Priority
  readonly params?: TSchema
  /** Members as they are meant (integers, booleans); the gateway reads them from text. */
  readonly query?: TSchema
  /** An object schema with `additionalProperties: false`. */
  readonly body?: TSchema
  /** The room reads the body with its own reader; `body` only documents. The JSON is strict all the same. */
  readonly checksOwnBody?: boolean
  /** An array or NDJSON of such bodies may come too; see `RouteRequest.items`. */
  readonly batch?: boolean
  /** Media types taken. Absent: `application/json` (and NDJSON for a batch). Two stars: any, with its parameters. */
  readonly accepts?: readonly string[]
  /**
   * The body itself proves who sent it (a signature over its bytes), so there is no key; the door is given the headers,
   * and checks before it reads. Goes with `scope: null`.
   */
  readonly ownProof?: boolean
  /**
   * Whom the head of a request names as its sender, where there is no key; undefined for nobody that is known. It is not proved
   * yet, and counts for admission alone: each sender has its own share, and its own quota, at such a door.
   */
  readonly sentBy?: (head: RequestHead, ports: Ports) => string | undefined
  /** Largest body. Absent: 1 MiB; 50 MiB for a batch. */
  readonly limitBytes?: number
  /** A list with pages: `query` has `cursor` (opened by the gateway) and `limit` (at most 200); see `RouteAnswer.next`. */
  readonly paged?: boolean
  /** `required`: without an Idempotency-Key it is 400. Absent: the header is passed on when it came. */
  readonly idempotency?: 'required'
  /** By status; `null` where there is no body. Problem answers are added by the gateway. */
  readonly responses: Readonly<Record<number, TSchema | null>>
  /** Media type of the answers in the OpenAPI document. Absent: `application/json`. */
  readonly produces?: string
  readonly handle: (request: RouteRequest, ports: Ports) => Promise<RouteAnswer> | RouteAnswer
}

/** Faults of one element of a batch answer, as every batch door writes them. */
export interface BatchAnswerItem {
  readonly index: number
  readonly status: number
  readonly code?: string
  readonly detail?: string
  readonly errors?: readonly FieldFault[]
}
