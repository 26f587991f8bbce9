import { expect, test } from 'vitest'
import { wholeRequest } from './whole-request.ts'

const read = (text: string) => wholeRequest(Buffer.from(text, 'latin1'))
const post = (headers: readonly string[], body = 'abcd') =>
  `POST /v1/orders?x=1 HTTP/1.1\r\n${['Host: hub', ...headers].map((line) => `${line}\r\n`).join('')}\r\n${body}`

test('a chunk that is one plain request is read, whatever the case of its header names', () => {
  expect(
    read(post(['Content-Length: 4', 'AUTHORIZATION: Bearer k', 'Prefer: wait=5', 'Connection: Keep-Alive'])),
  ).toEqual({ method: 'POST', url: '/v1/orders?x=1', authorization: 'Bearer k', prefers: true, bodyBytes: 4 })
  expect(read('GET /livez HTTP/1.1\r\nhost: hub\r\n\r\n')).toMatchObject({ url: '/livez', bodyBytes: 0 })
  expect(read(post(['Content-Length: 0'], ''))).toMatchObject({ bodyBytes: 0 })
})

const oddities: readonly [string, string][] = [
  ['half a head', 'POST /v1/orders HTTP/1.1\r\nHost: hub\r\nContent-'],
  ['half a body', post(['Content-Length: 5'])],
  ['more than its body', post(['Content-Length: 3'])],
  ['two requests', post(['Content-Length: 4']) + post(['Content-Length: 4'])],
  ['a body without a length', post([])],
  ['two lengths', post(['Content-Length: 4', 'Content-Length: 4'])],
  ['two lengths of different case', post(['Content-Length: 4', 'content-length: 0'])],
  ['a length that is none', post(['Content-Length: 4 4'])],
  ['a length with a sign', post(['Content-Length: +4'])],
  ['a length in hexadecimal', post(['Content-Length: 0x4'])],
  ['a length as a list', post(['Content-Length: 4, 4'])],
  ['a huge length', post(['Content-Length: 999999999'])],
  ['a body in chunks', post(['Transfer-Encoding: chunked'], '0\r\n\r\n')],
  ['a body in chunks with a length', post(['Content-Length: 4', 'transfer-encoding: chunked'])],
  ['a name with a space before its colon', post(['Content-Length : 4'])],
  ['a name without a space after its colon', post(['Content-Length:4'])],
  ['a folded header', post(['X-A: b\r\n c', 'Content-Length: 4'])],
  ['a bare line feed', post(['X-A: b\nContent-Length: 0', 'Content-Length: 4'])],
  ['a bare carriage return', post(['X-A: b\rc', 'Content-Length: 4'])],
  ['a byte beyond ASCII', post(['X-A: \xe9', 'Content-Length: 4'])],
  ['a NUL', post(['X-A: \0', 'Content-Length: 4'])],
  ['no host', 'POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcd'],
  ['two hosts', post(['Host: other', 'Content-Length: 4'])],
  ['two keys', post(['Authorization: Bearer a', 'Authorization: Bearer b', 'Content-Length: 4'])],
  ['a body that waits to be wanted', post(['Expect: 100-continue', 'Content-Length: 4'])],
  ['another protocol', post(['Upgrade: websocket', 'Content-Length: 4'])],
  ['a connection that is to end', post(['Connection: close', 'Content-Length: 4'])],
  ['HTTP/1.0', 'GET / HTTP/1.0\r\nHost: hub\r\n\r\n'],
  ['another method', 'DELETE / HTTP/1.1\r\nHost: hub\r\n\r\n'],
  ['an absolute URL', 'GET http://hub/ HTTP/1.1\r\nHost: hub\r\n\r\n'],
  ['an empty line first', '\r\nGET / HTTP/1.1\r\nHost: hub\r\n\r\n'],
  ['a space too many', 'GET  / HTTP/1.1\r\nHost: hub\r\n\r\n'],
  ['a head that is too long', `GET / HTTP/1.1\r\nHost: hub\r\nX-A: ${'a'.repeat(5_000)}\r\n\r\n`],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00'],
  ['nothing', ''],
]

test.each(oddities)('%s is left to the server', (_what, text) => {
  expect(read(text)).toBeUndefined()
})

test('a head of any length is looked at in a time that grows with it alone', () => {
  const before = performance.now()
  for (let at = 0; at < 200; at += 1) read(`GET / HTTP/1.1\r\n${'a: '.repeat(1_300)}\r\n\r`)
  expect(performance.now() - before).toBeLessThan(500)
})
