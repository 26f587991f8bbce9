import { expect, test } from 'vitest'
import { secret } from '../../base/secret.ts'
import { standardWebhooks } from './index.ts'

const OLD = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const NEW = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const values: Readonly<Record<string, string>> = { OLD, NEW, SHORT: 'whsec_c2hvcnQ=', TEXT: 'whsec_not base64!' }
const secretOf = (name: string) => values[name] as string
const old = standardWebhooks(secret('OLD')).open(secretOf)
const fresh = standardWebhooks(secret('NEW')).open(secretOf)
const both = standardWebhooks(secret('OLD'), secret('NEW')).open(secretOf)

/** The vector that the libraries of Standard Webhooks are tested with. */
const published = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  at: 1_614_265_330_000,
  body: Buffer.from('{"test": 2432232314}'),
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
}
const headers = {
  'webhook-id': published.id,
  'webhook-timestamp': '1614265330',
  'webhook-signature': published.signature,
}
const { body, at } = published
const MINUTE = 60_000
const LINE = { method: 'POST', target: '/hooks/shop' }

test('the published vector is signed as published, and believed', () => {
  expect(old.sign(published.id, body, at + 999, LINE, {})).toEqual(headers)
  expect(old.verify(headers, body, at, LINE)).toEqual({ id: published.id })
})

test.each([
  ['no id', { ...headers, 'webhook-id': undefined }, 'missing'],
  ['no timestamp', { ...headers, 'webhook-timestamp': undefined }, 'missing'],
  ['no signature', { ...headers, 'webhook-signature': undefined }, 'missing'],
  ['a header twice', { ...headers, 'webhook-id': [published.id, 'other'] }, 'missing'],
  ['another id', { ...headers, 'webhook-id': 'msg_other' }, 'wrong'],
  ['another time', { ...headers, 'webhook-timestamp': '1614265331' }, 'wrong'],
  ['a time that is none', { ...headers, 'webhook-timestamp': '1614265330.0' }, 'wrong'],
  ['half a signature', { ...headers, 'webhook-signature': published.signature.slice(0, 20) }, 'wrong'],
  ['no version', { ...headers, 'webhook-signature': published.signature.slice(3) }, 'wrong'],
  ['an empty signature', { ...headers, 'webhook-signature': 'v1,' }, 'wrong'],
] as const)('W01: %s is not believed', (_what, sent, fault) => {
  expect(old.verify(sent, body, at, LINE)).toEqual({ fault })
})

test('W01: another key, and one byte of the body that is not as it was, are not believed', () => {
  expect(fresh.verify(headers, body, at, LINE)).toEqual({ fault: 'wrong' })
  expect(old.verify(headers, Buffer.from('{"test":2432232314}'), at, LINE)).toEqual({ fault: 'wrong' })
})

test('W02: five minutes either way are believed, six are not', () => {
  for (const off of [-5, 5]) expect(old.verify(headers, body, at + off * MINUTE, LINE)).toEqual({ id: published.id })
  for (const off of [-6, 6]) expect(old.verify(headers, body, at + off * MINUTE, LINE)).toEqual({ fault: 'old' })
})

test('W04: while a secret is replaced either is believed and both sign; versions nobody knows are passed over', () => {
  const signed = both.sign('msg_1', body, at, LINE, {})
  for (const one of [old, fresh, both]) expect(one.verify(signed, body, at, LINE)).toEqual({ id: 'msg_1' })
  expect(both.verify(old.sign('msg_1', body, at, LINE, {}), body, at, LINE)).toEqual({ id: 'msg_1' })
  const more = `v1a,AAAA v2,${published.signature.slice(3)} ${published.signature}`
  expect(old.verify({ ...headers, 'webhook-signature': more }, body, at, LINE)).toEqual({ id: published.id })
  const unknown = `v2,${published.signature.slice(3)} v1a,${published.signature.slice(3)}`
  expect(old.verify({ ...headers, 'webhook-signature': unknown }, body, at, LINE)).toEqual({ fault: 'wrong' })
})

test('a secret that is none is told of by its name when the hub opens, never by its value', () => {
  for (const name of ['SHORT', 'TEXT']) {
    const open = () => standardWebhooks(secret(name)).open(secretOf)
    expect(open).toThrow(`The secret ${name} is no webhook secret`)
    expect(open).not.toThrow(values[name] as string)
  }
  expect(() => standardWebhooks().open(secretOf)).toThrow('names no secret')
})
