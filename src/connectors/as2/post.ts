import { request } from 'undici'

/** What came back, or an error and whether the other side may have seen the message. */
export type Posted =
  | {
      readonly status: number
      readonly headers: Readonly<Record<string, string | string[] | undefined>>
      readonly body: Buffer
    }
  | { readonly error: string; readonly sent: boolean }

const MOST_BYTES = 1024 * 1024
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])

/** Posts a message and reads its answer, at most a megabyte. Redirects are not followed. Never throws. */
export async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  timeoutMs: number,
): Promise<Posted> {
  try {
    const signal = AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs))) // whole milliseconds, or it throws
    const answer = await request(url, { method: 'POST', headers, body, signal })
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > MOST_BYTES) return { error: 'the answer is larger than 1 MB', sent: true }
      chunks.push(chunk)
    }
    return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) }
  } catch (error) {
    const { code = '', message } = error as Error & { code?: string }
    return { error: message, sent: !NEVER_SENT.has(code) }
  }
}
