import { type Dispatcher, Pool } from 'undici'
import type { SystemAnswer } from '../../src/simulators/protocol.ts'

/** A way to a hub over HTTP that costs the load side as little as possible. */
export interface Door {
  post(path: string, body: string, idempotencyKey?: string): Promise<SystemAnswer>
  close(): Promise<void>
}

/** Opens `connections` to a hub for the bearer of a key. `dispatch` costs a third less than `request`. */
export function openDoor(origin: string, token: string, connections: number): Door {
  const pool = new Pool(origin, { connections, pipelining: 1, keepAliveTimeout: 60_000 })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return {
    post: (path, body, key) =>
      new Promise((resolve) => {
        const options: Dispatcher.DispatchOptions = {
          method: 'POST',
          path,
          headers: key === undefined ? headers : { ...headers, 'idempotency-key': key },
          body,
        }
        pool.dispatch(options, answerTo(resolve))
      }),
    close: () => pool.close(),
  }
}

function answerTo(resolve: (answer: SystemAnswer) => void): Dispatcher.DispatchHandler {
  let status = 0
  const chunks: Buffer[] = []
  return {
    onRequestStart: () => {},
    onResponseStart: (_controller, code) => {
      status = code
    },
    onResponseData: (_controller, chunk) => {
      chunks.push(chunk)
    },
    onResponseEnd: () => {
      const [first] = chunks
      const text = chunks.length === 1 ? String(first) : Buffer.concat(chunks).toString()
      resolve({ status, body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {} })
    },
    onResponseError: () => resolve({ status: 0, body: {} }), // whatever broke, nobody knows what arrived
  }
}
