import Type from 'typebox'
import type { Caller, Route, RouteAnswer, RouteRequest } from '../journal/route.ts'
import { JSON_TYPE, NDJSON_TYPE } from './door.ts'

/** Bytes that came in at a system's doorway: exactly as they came, with what intake needs to tell what they mean. */
export interface DoorwayArrival {
  readonly tenant: string
  readonly system: string
  readonly topic?: string
  /** `http` unless the sender proved itself another way. */
  readonly channel?: string
  readonly contentType: string
  /** The name it came under, where it had one; data, never a path. */
  readonly fileName?: string
  readonly bytes: Uint8Array
  readonly caller: Caller
  readonly idempotencyKey?: string
  readonly traceparent: string
  readonly correlationId: string
  /** Milliseconds since 1970. */
  readonly receivedAt: number
}

/** What the doorways need: intake, which keeps the bytes and answers once that is committed. */
export interface DoorwayPorts {
  readonly arrive: (
    arrival: DoorwayArrival,
    wait?: { readonly seconds: number },
  ) => Promise<Pick<RouteAnswer, 'status' | 'body' | 'replayed' | 'headers' | 'contentType'>>
}

/** The media types an X12 interchange comes under. */
export const X12_TYPES = ['application/edi-x12', 'application/x12', 'text/x12']

/** The media types an EDIFACT interchange comes under. */
export const EDIFACT_TYPES = ['application/edifact', 'text/edifact']

/** The media types of flat files; what is in them their sender's declaration says. */
export const FLAT_TYPES = ['text/csv', 'text/tab-separated-values', 'application/octet-stream']

export const ACCEPTS = [JSON_TYPE, NDJSON_TYPE, ...X12_TYPES, ...EDIFACT_TYPES, ...FLAT_TYPES]
const BULK_BYTES = 50 * 1024 * 1024
export const SYSTEM = Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' })

const about = {
  method: 'POST',
  tier: 'doorway',
  scope: 'in:write',
  priority: 1,
  accepts: ACCEPTS,
  limitBytes: BULK_BYTES,
  checksOwnBody: true,
  description:
    'Takes the sender’s own payload: a JSON object or array, NDJSON, or an interchange of X12 or EDIFACT. Unknown members are kept. The bytes are stored before the answer, also when they cannot be read.',
  responses: {
    200: Type.Object({}, { description: 'A repeat: the first answer again.' }),
    202: Type.Object({}, { description: 'Stored; what it means follows.' }),
    207: Type.Object({}, { description: 'A batch: each element has its own answer.' }),
  },
  handle: arrive,
} as const

/** `POST /in/{system}` and `/in/{system}/{topic}`. A key that was made for a system opens this system's doorway only. */
export const doorways: readonly Route<DoorwayPorts>[] = [
  {
    ...about,
    path: '/in/{system}',
    operationId: 'arrive',
    summary: 'The doorway of a system.',
    params: Type.Object({ system: SYSTEM }),
  },
  {
    ...about,
    path: '/in/{system}/{topic}',
    operationId: 'arriveOnTopic',
    summary: 'The doorway of a system, for one kind of message.',
    params: Type.Object({ system: SYSTEM, topic: SYSTEM }),
  },
]

async function arrive(request: RouteRequest, ports: DoorwayPorts): Promise<RouteAnswer> {
  const { caller, params, idempotencyKey, waitSeconds } = request
  const system = params['system'] as string
  const topic = params['topic']
  const arrival: DoorwayArrival = {
    tenant: request.tenant,
    system,
    ...(topic === undefined ? {} : { topic }),
    contentType: request.contentType,
    bytes: request.rawBody,
    caller,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    traceparent: request.traceparent,
    correlationId: request.correlationId,
    receivedAt: request.now,
  }
  return ports.arrive(arrival, waitSeconds === undefined ? undefined : { seconds: waitSeconds })
}
