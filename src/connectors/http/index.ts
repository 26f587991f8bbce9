import { hash } from 'node:crypto'
import { Pool } from 'undici'
import { type Duration, durationMs } from '../../base/duration.ts'
import type { Rate } from '../../base/rate.ts'
import type { Secret } from '../../base/secret.ts'
import type { Connection, Connector, ConnectorPorts, DeliveryClass, Outcome, Outgoing } from '../contract.ts'
import { outcomeOf } from '../memory/index.ts'
import { saidBefore } from '../said-before.ts'
import type { RequestLine, WebhookSignature } from '../webhook/index.ts'
import { type Answer, dispatch } from './dispatch.ts'
import { retryAfterMs } from './retry-after.ts'

/** How to reach a system over HTTP. */
export interface HttpOptions {
  /** Root of the system's API, without a slash at the end. */
  readonly url: string
  /** Sent as a bearer token. */
  readonly token?: Secret
  /** Signs what is sent: `standardWebhooks(secret('ERP_WEBHOOKS'))`, or `httpSignatures({ … })` as RFC 9421 says. */
  readonly signature?: WebhookSignature
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
  /** Most calls, of all instances together: `'5 per second'`. */
  readonly pace?: Rate
  /**
   * Why an answer with a 2xx is no success after all; undefined when it is one. By default a body with `error`, with
   * `errors`, or with `success: false` is none.
   */
  readonly failed?: (answer: Readonly<Record<string, unknown>>) => string | undefined
}

/**
 * Reaches a system that takes JSON over HTTP and honours `Idempotency-Key`.
 * 2xx with a JSON object (or no body at all) is done; a 2xx that cannot be read or speaks of an error, 408 and 5xx are
 * unknown (sent again under the same key, or asked first); 429 and 503 are later, no sooner than `Retry-After`; other
 * 4xx are refused. A 2xx of a system that did nothing cannot be told from success. A system that gives its first answer
 * again says `Idempotency-Replayed: true` (in a batch: `"repeat": true` beside `status`); a replay tells by it whether there
 * was a second effect.
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
    ...(options.pace ? { pace: options.pace } : {}),
    ...(options.token || options.signature ? { secrets: secretsOf(options) } : {}),
    open: async (ports) => openHttp(options, ports),
  }
}

const secretsOf = ({ token, signature }: HttpOptions): Secret[] => [
  ...(token ? [token] : []),
  ...(signature?.secrets ?? []),
]

function openHttp(options: HttpOptions, ports: ConnectorPorts): Connection {
  const url = new URL(options.url)
  const pool = new Pool(url.origin, { connections: options.concurrency ?? 32, pipelining: 1, keepAliveTimeout: 30_000 })
  const root = url.pathname.replace(/\/$/, '')
  const path = options.path ?? ((verb: string) => `/requests/${verb}`)
  const authorization: Record<string, string> = options.token
    ? { authorization: `Bearer ${ports.secret(options.token.secret)}` }
    : {}
  const signature = options.signature?.open(ports.secret)
  const signed = (
    line: RequestLine,
    requests: readonly Outgoing[],
    body: Uint8Array,
    headers: Record<string, string>,
  ): Record<string, string> => {
    if (!signature) return headers
    const all = { host: url.host, ...headers }
    return { ...headers, ...signature.sign(idOf(requests), body, ports.now(), line, all) }
  }

  const one = async (request: Outgoing, timeoutMs: number): Promise<Outcome> => {
    const headers = { ...authorization, 'content-type': 'application/json', 'idempotency-key': request.key }
    const target = root + path(request.verb)
    const answer = await dispatch(pool, {
      method: 'POST',
      path: target,
      headers: signed({ method: 'POST', target }, [request], request.body, headers),
      body: request.body,
      timeoutMs,
    })
    if ('error' in answer)
      return answer.sent ? { result: 'unknown', reason: answer.error } : { result: 'later', reason: answer.error }
    return answer.replayed ? saidBefore(outcome(answer), request) : outcome(answer)
  }

  const outcome = (answer: {
    readonly status: number
    readonly body: string
    readonly retryAfter?: string
  }): Outcome => {
    const body = answer.body === '' ? {} : objectOf(answer.body)
    const afterMs = retryAfterMs(answer.retryAfter, ports.now())
    if (answer.status < 200 || answer.status > 299) return outcomeOf(answer.status, body ?? {}, afterMs)
    if (!body) return { result: 'unknown', reason: `answered ${answer.status} with a body that is no JSON object` }
    const trouble = failed(body)
    return trouble === undefined ? { result: 'done', answer: body } : { result: 'unknown', reason: trouble }
  }
  const failed = options.failed ?? saysFailed

  const many = async (requests: readonly Outgoing[], timeoutMs: number): Promise<readonly Outcome[]> => {
    const headers = { ...authorization, 'content-type': 'application/x-ndjson' }
    const body = batchBody(requests)
    const target = `${root}/requests`
    const answer = await dispatch(pool, {
      method: 'POST',
      path: target,
      headers: signed({ method: 'POST', target }, requests, body, headers),
      body,
      timeoutMs,
    })
    if ('error' in answer)
      return requests.map(() =>
        answer.sent ? { result: 'unknown', reason: answer.error } : { result: 'later', reason: answer.error },
      )
    if (answer.status >= 200 && answer.status < 300) return batchOutcomes(requests, answer.body, failed)
    const one = outcome(answer)
    return requests.map(() => one)
  }

  return {
    send: async (requests, timeoutMs) =>
      requests.length === 1 ? [await one(requests[0] as Outgoing, timeoutMs)] : many(requests, timeoutMs),
    ask: async (request, timeoutMs) => {
      const target = `${root}/requests?key=${encodeURIComponent(request.key)}`
      const headers = signed({ method: 'GET', target }, [request], NO_BYTES, authorization)
      const answer = await dispatch(pool, { method: 'GET', path: target, headers, timeoutMs })
      return asked(answer, ports.now())
    },
    close: () => pool.close(),
  }
}

/** The id of a message is made of its delivery keys, so that it is the same for every try. */
function idOf(requests: readonly Outgoing[]): string {
  return `msg_${hash('sha256', requests.map(({ key }) => key).join('\n'), 'base64url').slice(0, 27)}`
}

const NO_BYTES = new Uint8Array(0)

const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** Whether the effect is there. Only a clear no is a no: whatever else was answered, nobody knows. */
function asked(answer: Answer, now: number): Outcome {
  if ('error' in answer) return { result: 'unknown', reason: answer.error }
  const { known, answer: kept } = objectOf(answer.body) ?? {}
  if (answer.status === 200 && known === true)
    return { result: 'done', answer: (kept ?? {}) as Record<string, unknown> }
  if (answer.status === 200 && known === false) return { result: 'later', reason: 'the target does not know it yet' }
  const afterMs = retryAfterMs(answer.retryAfter, now)
  const reason = `asked for the effect, it answered ${answer.status}`
  return { result: 'unknown', reason, ...(afterMs ? { afterMs } : {}) }
}

function objectOf(body: string): Record<string, unknown> | undefined {
  if (!body.trimStart().startsWith('{')) return undefined
  try {
    return JSON.parse(body) as Record<string, unknown>
  } catch {
    return undefined // cut off, or no JSON at all: the caller says what that means
  }
}

/** What systems write into a 2xx that is none. */
function saysFailed({ error, errors, success }: Readonly<Record<string, unknown>>): string | undefined {
  const hasErrors = Array.isArray(errors) ? errors.length > 0 : Boolean(errors)
  if (!error && !hasErrors && success !== false) return undefined
  return `answered with an error under a 2xx: ${JSON.stringify(error || errors || { success }).slice(0, 200)}`
}

function batchBody(requests: readonly Outgoing[]): Uint8Array {
  const lines = requests.map(
    (request) =>
      `{"verb":${JSON.stringify(request.verb)},"key":${JSON.stringify(request.key)},"body":${decoder.decode(request.body)}}`,
  )
  return encoder.encode(`${lines.join('\n')}\n`)
}

function batchOutcomes(
  requests: readonly Outgoing[],
  body: string,
  failed: (answer: Readonly<Record<string, unknown>>) => string | undefined,
): Outcome[] {
  const lines = body.split('\n').filter((line) => line !== '')
  return requests.map((request, at) => {
    const {
      status,
      body: answer = {},
      repeat,
    } = (objectOf(lines[at] ?? '') ?? {}) as {
      status?: number
      body?: Record<string, unknown>
      repeat?: boolean
    }
    if (typeof status !== 'number') return { result: 'unknown', reason: 'the batch was answered in part' }
    const trouble = status >= 200 && status < 300 ? failed(answer) : undefined
    if (trouble !== undefined) return { result: 'unknown', reason: trouble }
    return repeat === true ? saidBefore(outcomeOf(status, answer), request) : outcomeOf(status, answer)
  })
}
