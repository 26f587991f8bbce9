import type { CrossdockError } from '../base/errors.ts'
import type { BatchItem, Caller, RouteRequest } from '../journal/route.ts'
import { bodyError } from './checks.ts'
import { type Door, JSON_TYPE, NDJSON_TYPE } from './door.ts'
import { errors } from './errors.ts'
import { elementBytes, linesOf, readJson } from './json.ts'

/** Bytes of NDJSON that are read before other work gets its turn. */
const SLICE_BYTES = 256 * 1024

/** What a door is given, as an object whose rarely used parts are made when they are asked for. */
export class Asked implements RouteRequest {
  readonly caller: Caller
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  readonly rawBody: Uint8Array
  readonly contentType: string
  readonly traceparent: string
  readonly correlationId: string
  readonly now: number
  body: unknown = undefined
  items: readonly BatchItem[] | undefined = undefined
  idempotencyKey: string | undefined = undefined
  waitSeconds: number | undefined = undefined
  respondAsync: boolean | undefined = undefined
  lastEventId: string | undefined = undefined
  accept: string | undefined = undefined
  headers: RouteRequest['headers'] = undefined
  target: string | undefined = undefined
  proved: RouteRequest['proved'] = undefined
  readonly #ends: () => AbortSignal

  constructor(
    caller: Caller,
    params: Readonly<Record<string, string>>,
    query: Readonly<Record<string, unknown>>,
    rawBody: Uint8Array,
    contentType: string,
    traceparent: string,
    correlationId: string,
    now: number,
    ends: () => AbortSignal,
  ) {
    this.caller = caller
    this.params = params
    this.query = query
    this.rawBody = rawBody
    this.contentType = contentType
    this.traceparent = traceparent
    this.correlationId = correlationId
    this.now = now
    this.#ends = ends
  }

  get tenant(): string {
    return this.caller.tenant
  }

  get signal(): AbortSignal {
    return this.#ends()
  }
}

/** What a body says: one value, or the elements of a batch. */
export interface BodyReading {
  readonly body?: unknown
  readonly items?: readonly BatchItem[]
}

/** Reads and checks a body. Throws the error that answers it; elements of a batch carry their own. */
export function readBodyFor<Ports>(
  door: Door<Ports>,
  bytes: Buffer,
  contentType: string,
  mostElements: number,
): BodyReading | Promise<BodyReading> {
  if (door.route.batch && contentType === NDJSON_TYPE) return readLines(door, bytes, mostElements)
  if (contentType !== JSON_TYPE || door.route.tier === 'doorway') return {}
  const { value, error } = readJson(bytes)
  if (error) throw error
  if (door.route.batch && Array.isArray(value)) return { items: elementsOf(door, value, bytes, mostElements) }
  if (door.checkBody) {
    const faults = door.checkBody(value)
    if (faults.length > 0) throw bodyError(faults)
  }
  return { body: value }
}

function elementsOf<Ports>(door: Door<Ports>, values: unknown[], bytes: Buffer, mostElements: number): BatchItem[] {
  if (values.length > mostElements) throw errors.BATCH_TOO_LONG(mostElements)
  const spans = elementBytes(bytes)
  return values.map((body, at) => itemOf(body, spans[at] as Buffer, faultOf(door, body)))
}

async function readLines<Ports>(door: Door<Ports>, bytes: Buffer, mostElements: number): Promise<BodyReading> {
  const items: BatchItem[] = []
  let read = 0
  for (const line of linesOf(bytes)) {
    if (items.length === mostElements) throw errors.BATCH_TOO_LONG(mostElements)
    const { value, error } = readJson(line)
    items.push(itemOf(value, line, error ?? faultOf(door, value)))
    read += line.length
    if (read > SLICE_BYTES) {
      read = 0
      await new Promise(setImmediate)
    }
  }
  return { items }
}

function faultOf<Ports>(door: Door<Ports>, value: unknown): CrossdockError | undefined {
  const faults = door.checkBody?.(value)
  return faults && faults.length > 0 ? bodyError(faults) : undefined
}

const itemOf = (body: unknown, bytes: Uint8Array, error: CrossdockError | undefined): BatchItem =>
  error ? { body, bytes, error } : { body, bytes }
