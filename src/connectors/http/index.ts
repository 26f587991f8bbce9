import { Pool } from 'undici'
import { type Duration, durationMs } from '../../base/duration.ts'
import type { Secret } from '../../base/secret.ts'
import type { Connection, Connector, ConnectorPorts, DeliveryClass, Outcome, Outgoing } from '../contract.ts'
import { outcomeOf } from '../memory/index.ts'
import { dispatch } from './dispatch.ts'
import { retryAfterMs } from './retry-after.ts'

/** How to reach a system over HTTP. */
export interface HttpOptions {
  /** Root of the system's API, without a slash at the end. */
  readonly url: string
  /** Sent as a bearer token. */
  readonly token?: Secret
  /** `A` when the system honours `Idempotency-Key` (the default), `B` when it can be asked by key, `C` when neither. */
  readonly deliveryClass?: DeliveryClass
  /** Path of a verb; by default `/requests/<verb>`. */
  readonly path?: (verb: string) => string
  /** Most requests in one NDJSON call; 1 sends each by itself. */
  readonly batch?: number
  readonly concurrency?: number
  readonly timeoutMs?: number
  /** How long the system remembers an `Idempotency-Key`; 30 days unless told. */
  readonly remembersFor?: Duration
}

/**
 * Reaches a system that takes JSON over HTTP and honours `Idempotency-Key`.
 * 2xx is done; 408 and 5xx are unknown (asked first, then sent again under the same key); 429 and 503 are later, no
 * sooner than `Retry-After`; other 4xx are refused.
 *
 * @example
 * const erp = http({ url: 'https://erp.acme.example/api', token: secret('ERP_TOKEN') })
 */
export function http(options: HttpOptions): Connector {
  return {
    kind: 'http',
    deliveryClass: options.deliveryClass ?? 'A',
    batch: options.batch ?? 1,
    concurrency: options.concurrency ?? 32,
    timeoutMs: options.timeoutMs ?? 10_000,
    remembersForMs: durationMs(options.remembersFor ?? '30d'),
    ...(options.token ? { secrets: [options.token] } : {}),
    open: async (ports) => openHttp(options, ports),
  }
}

function openHttp(options: HttpOptions, ports: ConnectorPorts): Connection {
  const url = new URL(options.url)
  const pool = new Pool(url.origin, { connections: options.concurrency ?? 32, pipelining: 1, keepAliveTimeout: 30_000 })
  const root = url.pathname.replace(/\/$/, '')
  const path = options.path ?? ((verb: string) => `/requests/${verb}`)
  const authorization: Record<string, string> = options.token
    ? { authorization: `Bearer ${ports.secret(options.token.secret)}` }
    : {}

  const one = async (request: Outgoing, timeoutMs: number): Promise<Outcome> => {
    const headers = { ...authorization, 'content-type': 'application/json', 'idempotency-key': request.key }
    const answer = await dispatch(pool, {
      method: 'POST',
      path: root + path(request.verb),
      headers,
      body: request.body,
      timeoutMs,
    })
    if ('error' in answer)
      return answer.sent ? { result: 'unknown', reason: answer.error } : { result: 'later', reason: answer.error }
    return outcomeOf(answer.status, jsonOf(answer.body), retryAfterMs(answer.retryAfter, ports.now()))
  }

  const many = async (requests: readonly Outgoing[], timeoutMs: number): Promise<readonly Outcome[]> => {
    const headers = { ...authorization, 'content-type': 'application/x-ndjson' }
    const body = batchBody(requests)
    const answer = await dispatch(pool, { method: 'POST', path: `${root}/requests`, headers, body, timeoutMs })
    if ('error' in answer)
      return requests.map(() =>
        answer.sent ? { result: 'unknown', reason: answer.error } : { result: 'later', reason: answer.error },
      )
    if (answer.status !== 200) {
      const outcome = outcomeOf(answer.status, jsonOf(answer.body), retryAfterMs(answer.retryAfter, ports.now()))
      return requests.map(() => outcome)
    }
    return batchOutcomes(requests, answer.body)
  }

  return {
    send: async (requests, timeoutMs) =>
      requests.length === 1 ? [await one(requests[0] as Outgoing, timeoutMs)] : many(requests, timeoutMs),
    ask: async (request, timeoutMs) => {
      const query = `${root}/requests?key=${encodeURIComponent(request.key)}`
      const answer = await dispatch(pool, { method: 'GET', path: query, headers: authorization, timeoutMs })
      if ('error' in answer) return { result: 'unknown', reason: answer.error }
      if (answer.status !== 200) return outcomeOf(answer.status === 404 ? 503 : answer.status, jsonOf(answer.body))
      const known = jsonOf(answer.body)
      if (known['known'] !== true) return { result: 'later', reason: 'the target does not know it yet' }
      return { result: 'done', answer: (known['answer'] ?? {}) as Record<string, unknown> }
    },
    close: () => pool.close(),
  }
}

const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** A body that is not a JSON object says nothing we can use: it counts as empty. */
function jsonOf(body: string): Record<string, unknown> {
  if (!body.startsWith('{')) return {}
  try {
    return JSON.parse(body) as Record<string, unknown>
  } catch {
    return {}
  }
}

function batchBody(requests: readonly Outgoing[]): Uint8Array {
  const lines = requests.map(
    (request) =>
      `{"verb":${JSON.stringify(request.verb)},"key":${JSON.stringify(request.key)},"body":${decoder.decode(request.body)}}`,
  )
  return encoder.encode(`${lines.join('\n')}\n`)
}

function batchOutcomes(requests: readonly Outgoing[], body: string): Outcome[] {
  const lines = body.split('\n').filter((line) => line !== '')
  return requests.map((_, at) => {
    const line = lines[at]
    if (line === undefined) return { result: 'unknown', reason: 'the batch was answered in part' }
    const { status, body: answer } = jsonOf(line) as { status?: number; body?: Record<string, unknown> }
    return typeof status === 'number'
      ? outcomeOf(status, answer ?? {})
      : { result: 'unknown', reason: 'the batch was answered in part' }
  })
}
