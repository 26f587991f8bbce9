import { expect, test } from 'vitest'
import { secret } from '../../base/secret.ts'
import type { Headers } from '../webhook/index.ts'
import { httpSignatures } from './index.ts'
import { macOf } from './message-signatures.ts'
import { signatureBase } from './signature-base.ts'
import { type Member, readDictionary } from './structured-fields.ts'

/** The shared secret, the request and the signature of RFC 9421, appendix B. */
const SHARED = 'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=='
const published = {
  method: 'POST',
  target: '/foo?param=Value&Pet=dog',
  headers: {
    host: 'example.com',
    date: 'Tue, 20 Apr 2021 02:07:55 GMT',
    'content-type': 'application/json',
    'content-digest':
      'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:',
  },
}
const BODY = Buffer.from('{"hello": "world"}')
const CREATED = 1_618_884_473

test('the published request is signed as published', () => {
  const input = `sig-b25=("date" "@authority" "content-type");created=${CREATED};keyid="test-shared-secret"`
  const cover = readDictionary(input)?.get('sig-b25') as Member
  const base = signatureBase(cover, published, 'https') as string
  expect(base.split('\n').at(1)).toBe('"@authority": example.com')
  expect(macOf(Buffer.from(SHARED, 'base64'), base).toString('base64')).toBe(
    'pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=',
  )
})

const values: Readonly<Record<string, string>> = {
  SHARED,
  NEXT: 'f0'.repeat(32),
  TEXT: 'a sentence that is long enough',
  SHORT: 'c2hvcnQ=',
  BAD: 'not base64, whatever it is!',
}
const secretOf = (name: string) => values[name] as string
const shared = { id: 'test-shared-secret', secret: secret('SHARED') }
const next = { id: 'next', secret: secret('NEXT'), written: 'hex' } as const
const current = httpSignatures(shared).open(secretOf)
const both = httpSignatures(shared, next).open(secretOf)
const later = httpSignatures(next).open(secretOf)
const AT = CREATED * 1_000
const LINE = { method: 'POST', target: published.target }
const { host, 'content-type': contentType } = published.headers

/** A request with a signature made by hand over what a case covers. */
function signedBy(cover: string, headers: Record<string, string> = {}, key = SHARED): Headers {
  const all = { ...published.headers, ...headers }
  const base = signatureBase(readDictionary(`a=${cover}`)?.get('a') as Member, { ...published, headers: all }, 'https')
  const mac = macOf(Buffer.from(key, 'base64'), base as string)
  return { ...all, 'signature-input': `a=${cover}`, signature: `a=:${mac.toString('base64')}:` }
}

const COVER = '("@method" "@path" "content-digest")'
const faultOf = (headers: Headers, { at = AT, body = BODY, line = LINE } = {}) =>
  current.verify(headers, body, at, line).fault

test('what is signed here covers method, address, query, body, media type and key, and is believed', () => {
  const sent = { host, 'content-type': contentType, 'idempotency-key': 'order.post/1' }
  const signed = current.sign('msg_1', BODY, AT, LINE, sent)
  expect(signed['signature-input']).toBe(
    `sig1=("@method" "@authority" "@path" "content-digest" "@query" "content-type" "idempotency-key");created=${CREATED};keyid="test-shared-secret";alg="hmac-sha256"`,
  )
  const came = { ...sent, ...signed }
  expect(current.verify(came, BODY, AT, LINE)).toEqual({ id: 'order.post/1' })
  for (const [what, value] of [
    ['host', 'example.org'],
    ['content-type', 'text/plain'],
    ['idempotency-key', 'order.post/2'],
    ['content-digest', published.headers['content-digest'].replace('W', 'V')],
  ] as const)
    expect([what, faultOf({ ...came, [what]: value })]).toEqual([what, 'wrong'])
  expect(faultOf(came, { body: Buffer.from('{"hello":"world"}') })).toBe('wrong')
  for (const line of [
    { ...LINE, method: 'PUT' },
    { ...LINE, target: '/foo?param=Other' },
    { ...LINE, target: '/bar' },
  ])
    expect(faultOf(came, { line })).toBe('wrong')
})

test.each([
  ['the least that must be covered', COVER, {}],
  ['the address as a whole', '("@method" "@target-uri" "content-digest")', {}],
  ['the target as it was sent, and headers of any kind', '("@method" "@request-target" "content-digest" "date")', {}],
  ['no name of a key', '("@method" "@path" "content-digest")', {}],
  [
    'a port that everybody leaves out',
    '("@method" "@path" "@authority" "content-digest")',
    { host: 'Example.com:443' },
  ],
] as const)('%s is enough', (_what, cover, headers) => {
  const came = signedBy(`${cover};created=${CREATED}`, headers)
  expect(current.verify(came, BODY, AT, LINE)).toEqual({ id: expect.stringMatching(/^sig_[\w-]{27}$/) })
})

test.each([
  ['no method', '("@path" "content-digest");created=1618884473'],
  ['no address', '("@method" "@authority" "content-digest");created=1618884473'],
  ['no digest of the body', '("@method" "@path" "date");created=1618884473'],
  ['no time', '("@method" "@path" "content-digest")'],
  ['a time that is text', '("@method" "@path" "content-digest");created="1618884473"'],
  ['another algorithm', '("@method" "@path" "content-digest");created=1618884473;alg="rsa-v1_5-sha256"'],
  ['somebody else’s key', '("@method" "@path" "content-digest");created=1618884473;keyid="other"'],
])('W01: with %s nobody is believed', (_what, cover) => {
  expect(faultOf(signedBy(cover))).toBe('wrong')
})

test.each([
  ['no signature', { signature: undefined }, 'missing'],
  ['no input', { 'signature-input': undefined }, 'missing'],
  ['a signature of another label', { signature: 'b=:AAAA:' }, 'wrong'],
  ['a signature that is no bytes', { signature: 'a="AAAA"' }, 'wrong'],
  ['an input that is no dictionary', { 'signature-input': `a=${COVER}; created=1,,` }, 'wrong'],
  ['a cover twice', { 'signature-input': `a=("@method" "@method" "@path" "content-digest");created=1` }, 'wrong'],
  [
    'a cover nobody knows',
    { 'signature-input': `a=("@method" "@status" "@path" "content-digest");created=1` },
    'wrong',
  ],
  [
    'a header that is not there',
    { 'signature-input': `a=("@method" "x" "@path" "content-digest");created=1` },
    'wrong',
  ],
  ['a cover with parameters', { 'signature-input': `a=("@method";req "@path" "content-digest");created=1` }, 'wrong'],
] as const)('W01: %s is not believed', (_what, more, fault) => {
  expect(faultOf({ ...signedBy(`${COVER};created=${CREATED}`), ...more })).toBe(fault)
})

test('W01: another key is not believed, whatever it calls itself', () => {
  const cover = `${COVER};created=${CREATED};keyid="test-shared-secret"`
  expect(faultOf(signedBy(cover, {}, Buffer.alloc(64, 1).toString('base64')))).toBe('wrong')
})

test('W02: five minutes either way are believed, six are not, nor what says that it is over', () => {
  const came = signedBy(`${COVER};created=${CREATED}`)
  for (const off of [-5, 5]) expect(faultOf(came, { at: AT + off * 60_000 })).toBeUndefined()
  for (const off of [-6, 6]) expect(faultOf(came, { at: AT + off * 60_000 })).toBe('old')
  const short = signedBy(`${COVER};created=${CREATED};expires=${CREATED + 10}`)
  expect(faultOf(short, { at: AT + 9_000 })).toBeUndefined()
  expect(faultOf(short, { at: AT + 11_000 })).toBe('old')
})

test('W04: while a key is replaced either is believed and both sign', () => {
  const signed = { host, ...both.sign('msg_1', BODY, AT, LINE, { host }) }
  for (const one of [current, later, both]) expect(one.verify(signed, BODY, AT, LINE).fault).toBeUndefined()
  const old = { host, ...current.sign('msg_1', BODY, AT, LINE, { host }) }
  expect(both.verify(old, BODY, AT, LINE).fault).toBeUndefined()
  expect(later.verify(old, BODY, AT, LINE).fault).toBe('wrong')
})

test('what comes again is known by its signature, or by its own key where that is signed', () => {
  const idOf = (headers: Headers) => current.verify(headers, BODY, AT, LINE)
  const keyed = { 'idempotency-key': '"order-7"' }
  const cover = `${COVER.slice(0, -1)} "idempotency-key");created=`
  expect(idOf(signedBy(`${cover}${CREATED}`, keyed))).toEqual({ id: 'order-7' })
  expect(idOf(signedBy(`${cover}${CREATED + 60}`, keyed))).toEqual({ id: 'order-7' })
  const unsigned = signedBy(`${COVER};created=${CREATED}`)
  expect(idOf({ ...unsigned, ...keyed })).toEqual(idOf(unsigned))
  expect(idOf(signedBy(`${COVER};created=${CREATED + 1}`))).not.toEqual(idOf(unsigned))
})

test('keys are told of by their names when the hub opens, never by their values', () => {
  expect(httpSignatures({ id: 't', secret: secret('TEXT'), written: 'text' }).open(secretOf)).toBeDefined()
  for (const name of ['SHORT', 'BAD']) {
    const open = () => httpSignatures({ id: 'x', secret: secret(name) }).open(secretOf)
    expect(open).toThrow(`The secret ${name} is no key for signatures`)
    expect(open).not.toThrow(values[name] as string)
  }
  expect(() => httpSignatures().open(secretOf)).toThrow('names no key')
})
