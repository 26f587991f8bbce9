import type { Dispatcher, Pool } from 'undici'

/** What came back; or an error, and whether the target may have seen the request. */
export type Answer =
  | { readonly status: number; readonly body: string; readonly retryAfter?: string; readonly replayed?: boolean }
  | { readonly error: string; readonly sent: boolean }

const MOST_BYTES = 16 * 1024 * 1024

/**
 * One exchange through `pool.dispatch`: a third cheaper than `pool.request`, which builds streams nobody reads here.
 * The answer is capped at 16 MB. Never throws.
 */
export function dispatch(
  pool: Pool,
  request: {
    readonly method: 'GET' | 'POST'
    readonly path: string
    readonly headers: Record<string, string>
    readonly body?: Uint8Array
    readonly timeoutMs: number
  },
): Promise<Answer> {
  return new Promise((resolve) => {
    let abort: ((error: Error) => void) | undefined
    let over = false
    // The whole exchange, not only the silence between two bytes: an attempt ends inside the lease.
    const deadline = setTimeout(() => {
      end({ error: `no answer within ${request.timeoutMs} ms`, sent })
      abort?.(new Error('too late'))
    }, request.timeoutMs)
    const end = (answer: Answer) => {
      if (over) return
      over = true
      clearTimeout(deadline)
      resolve(answer)
    }
    let status = 0
    let retryAfter: string | undefined
    let replayed = false
    let sent = false
    let size = 0
    const chunks: Buffer[] = []
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (controller) => {
        abort = (error) => controller.abort(error)
        if (over)
          controller.abort(new Error('too late')) // it was answered for already: nothing may be sent
        else sent = true
      },
      onResponseStart: (_controller, code, headers) => {
        status = code
        const header = headers['retry-after']
        retryAfter = Array.isArray(header) ? header[0] : header
        replayed = headers['idempotency-replayed'] === 'true'
      },
      onResponseData: (controller, chunk) => {
        size += chunk.length
        if (size > MOST_BYTES) controller.abort(new Error('the answer is larger than 16 MB'))
        else chunks.push(chunk)
      },
      onResponseEnd: () => {
        const body = chunks.length === 1 ? (chunks[0] as Buffer).toString() : Buffer.concat(chunks).toString()
        end({ status, body, ...(retryAfter === undefined ? {} : { retryAfter }), ...(replayed ? { replayed } : {}) })
      },
      onResponseError: (_controller, error) => {
        end({ error: error.message, sent: sent && !neverConnected(error) })
      },
    }
    pool.dispatch(
      {
        method: request.method,
        path: request.path,
        headers: request.headers,
        body: request.body ? Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength) : null,
        headersTimeout: request.timeoutMs,
        bodyTimeout: request.timeoutMs,
      },
      handler,
    )
  })
}

/** Refused or unresolved: no byte reached the target, so trying again is safe without asking. */
function neverConnected(error: Error): boolean {
  const code = (error as { code?: string }).code
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'UND_ERR_CONNECT_TIMEOUT'
}
