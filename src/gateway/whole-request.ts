/** What of a request decides whether it is let in. */
export interface WholeRequest {
  readonly method: string
  readonly url: string
  readonly authorization: string | undefined
  /** It asks to wait for more than the commit (`Prefer`). */
  readonly prefers: boolean
  /** Length of its body. */
  readonly bodyBytes: number
}

const LONGEST_HEAD = 4_096
const LONGEST_BODY = 65_536
const HEAD = /^(GET|POST) (\/[!-~]*) HTTP\/1\.1\r\n(?:[A-Za-z0-9-]+: [ -~]*\r\n)+\r\n$/
const DIGITS = /^\d{1,5}$/

/**
 * Reads a chunk that is exactly one plain request, head and body, and nothing else; undefined for whatever is not
 * plainly that: part of a request or more than one, a body without a length or with two, `Transfer-Encoding`, `Expect`,
 * `Upgrade`, a connection that is to end, a header written in an unusual way. Those are for the HTTP server to
 * understand. RFC 9112, sections 2 to 6.
 *
 * @example
 * wholeRequest(Buffer.from('GET /livez HTTP/1.1\r\nHost: hub\r\n\r\n'))?.url // '/livez'
 */
export function wholeRequest(chunk: Buffer): WholeRequest | undefined {
  const end = chunk.indexOf('\r\n\r\n', 0, 'latin1') + 4
  if (end < 4 || end > LONGEST_HEAD || chunk.length > LONGEST_HEAD + LONGEST_BODY) return undefined
  const head = chunk.toString('latin1', 0, end)
  const match = HEAD.exec(head)
  if (!match) return undefined
  const headers = headersOf(head)
  if (!headers || headers.bodyBytes !== chunk.length - end) return undefined
  return { method: match[1] as string, url: match[2] as string, ...headers }
}

function headersOf(head: string): Omit<WholeRequest, 'method' | 'url'> | undefined {
  let host = false
  let length: string | undefined
  let authorization: string | undefined
  let prefers = false
  for (let at = head.indexOf('\r\n') + 2; at < head.length - 2; ) {
    const end = head.indexOf('\r\n', at)
    const colon = head.indexOf(': ', at)
    const value = head.slice(colon + 2, end).trim()
    switch (head.slice(at, colon).toLowerCase()) {
      case 'host':
        if (host) return undefined
        host = true
        break
      case 'content-length':
        if (length !== undefined || !DIGITS.test(value)) return undefined
        length = value
        break
      case 'authorization':
        if (authorization !== undefined) return undefined
        authorization = value
        break
      case 'connection':
        if (value.toLowerCase() !== 'keep-alive') return undefined
        break
      case 'prefer':
        prefers = true
        break
      case 'proxy-connection':
      case 'transfer-encoding':
      case 'expect':
      case 'upgrade':
        return undefined
    }
    at = end + 2
  }
  return host ? { authorization, prefers, bodyBytes: Number(length ?? 0) } : undefined
}
