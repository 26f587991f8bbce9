import type { Rate } from '../../base/rate.ts'
import type { Connection, Connector, DeliveryClass, Outcome, Outgoing } from '../contract.ts'
import { saidBefore } from '../said-before.ts'

/** A system that lives in the same process: a simulator, or a test. Status and body as an HTTP system would answer. */
export interface InProcessSystem {
  handle(request: {
    readonly verb: string
    readonly key: string
    readonly body: Record<string, unknown>
    readonly attempt: number
  }): Promise<{
    readonly status: number
    readonly body: Record<string, unknown>
    readonly retryAfterMs?: number
    /** This is the answer of the first time. */
    readonly repeat?: true
  }>
  ask?(key: string): Promise<Record<string, unknown> | undefined>
}

/**
 * Reaches a system in the same process. The readable reference of what a connector is.
 *
 * @example
 * const erp = memory(simulatedErp)
 */
export function memory(
  system: InProcessSystem,
  options: {
    readonly concurrency?: number
    readonly batch?: number
    readonly timeoutMs?: number
    readonly pace?: Rate
    readonly deliveryClass?: DeliveryClass
  } = {},
): Connector {
  return {
    kind: 'memory',
    deliveryClass: options.deliveryClass ?? 'A',
    batch: options.batch ?? 64,
    concurrency: options.concurrency ?? 64,
    timeoutMs: options.timeoutMs ?? 5_000,
    ...(options.pace ? { pace: options.pace } : {}),
    open: async () => connectionTo(system),
  }
}

function connectionTo(system: InProcessSystem): Connection {
  const connection: Connection = {
    send: (requests) => Promise.all(requests.map((request) => call(system, request))),
    close: async () => {},
  }
  if (!system.ask) return connection
  return {
    ...connection,
    ask: async (request) => {
      const answer = await system.ask?.(request.key)
      return answer ? { result: 'done', answer } : { result: 'later', reason: 'not there yet' }
    },
  }
}

const decoder = new TextDecoder()

async function call(system: InProcessSystem, request: Outgoing): Promise<Outcome> {
  try {
    const body = (request.content ?? JSON.parse(decoder.decode(request.body))) as Record<string, unknown>
    const answer = await system.handle({ verb: request.verb, key: request.key, body, attempt: request.attempt })
    const outcome = outcomeOf(answer.status, answer.body, answer.retryAfterMs)
    return answer.repeat ? saidBefore(outcome, request) : outcome
  } catch (error) {
    return { result: 'unknown', reason: error instanceof Error ? error.message : String(error) }
  }
}

/** What an HTTP-like status means for a request: 2xx done, 408 429 and 5xx later or unknown, other 4xx refused. */
export function outcomeOf(status: number, body: Record<string, unknown>, retryAfterMs?: number): Outcome {
  if (status >= 200 && status < 300) return { result: 'done', answer: body }
  const reason = typeof body['detail'] === 'string' ? body['detail'] : `answered ${status}`
  if (status === 429 || status === 503)
    return { result: 'later', reason, ...(retryAfterMs ? { afterMs: retryAfterMs } : {}) }
  if (status === 409) return { result: 'unknown', reason, healthy: true } // under way there, by this very key
  if (status === 408 || status >= 500)
    return { result: 'unknown', reason, ...(retryAfterMs ? { afterMs: retryAfterMs } : {}) }
  return { result: 'refused', retry: 'after-fix', reason, answer: body }
}
