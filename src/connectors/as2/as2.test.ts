import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { secret } from '../../base/secret.ts'
import type { Outgoing } from '../contract.ts'
import { type As2Options, as2 } from './index.ts'
import { entityOf, inbound } from './message.ts'
import { type As2Parties, openParties } from './parties.ts'
import { readReceipt, wantedReceipt, writeReceipt } from './receipt.ts'
import { selfSigned } from './testing/self-signed.ts'

const us = selfSigned('Acme Supply', 1)
const them = selfSigned('Big Box', 2)
const themNext = selfSigned('Big Box', 3)
const keys: Readonly<Record<string, string>> = { US: us.key, THEM: them.key, NEXT: themNext.key }
const ports = { now: () => 0, secret: (name: string) => keys[name] as string, dataFolder: '.' }
const theirs: As2Parties = {
  ours: 'BIGBOX',
  theirs: 'ACME',
  own: [
    { certificate: themNext.certificate, key: secret('NEXT') },
    { certificate: them.certificate, key: secret('THEM') },
  ],
  certificates: [us.certificate],
}
const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

/** How the partner answers; by default with the receipt it owes. */
interface Manners {
  readonly status?: number
  readonly about?: string
  readonly digest?: string
  /** Its receipt says nothing of the content. */
  readonly noMic?: boolean
  readonly refused?: 'decryption-failed'
  readonly signed?: boolean
  readonly silent?: boolean
}

/** A partner that opens what comes and answers as its manners are. */
async function partner(manners: Manners = {}, agreed: Partial<As2Parties> = {}) {
  const came: { headers: IncomingHttpHeaders; text: string | undefined }[] = []
  const receipts: { headers: Record<string, string>; body: Buffer }[] = []
  const parties = openParties({ ...theirs, ...agreed }, ports)
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const entity = entityOf(request.headers, Buffer.concat(chunks))
    const wanted = wantedReceipt(entity.headers)
    const read = inbound(entity, parties, wanted?.micAlgorithm)
    came.push({ headers: request.headers, text: read.fault ?? read.content.body.toString() })
    const mic = read.mic && { ...read.mic, digest: manners.digest ?? read.mic.digest }
    const about = manners.about ?? (entity.headers['message-id'] as string)
    const receipt = {
      about,
      ...(mic && !manners.noMic ? { mic } : {}),
      ...(manners.refused ? { refused: manners.refused } : {}),
    }
    const { headers, body } = writeReceipt(receipt, { signed: manners.signed ?? true }, parties)
    receipts.push({ headers, body })
    response.writeHead(manners.status ?? 200, manners.silent ? {} : headers)
    response.end(manners.silent ? '' : body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUp.push(() => new Promise((resolve) => server.close(resolve)))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, came, receipts }
}

function connector(url: string, more: Partial<As2Options> = {}) {
  return as2({
    url,
    ours: 'ACME',
    theirs: 'BIGBOX',
    own: [{ certificate: us.certificate, key: secret('US') }],
    certificates: [them.certificate, themNext.certificate],
    ...more,
  })
}

const request = (attempt = 1): Outgoing => ({
  key: 'mailbox/bigbox/1',
  verb: 'edi.send',
  body: Buffer.from('ISA*00*855~\n'),
  attempt,
  args: { fileName: '855.edi' },
})

/** What is left of an attempt's time is no whole number of milliseconds. */
async function sent(by: ReturnType<typeof connector>, one = request(), timeoutMs = 4_999.5) {
  const connection = await by.open(ports)
  cleanUp.push(() => connection.close())
  return (await connection.send([one], timeoutMs))[0]
}

test('a document is signed, encrypted, opened by the other side, and done by its receipt; each try has one id', async () => {
  const { url, came } = await partner()
  for (const attempt of [1, 2]) expect(await sent(connector(url), request(attempt))).toMatchObject({ result: 'done' })
  expect(came.map(({ text }) => text)).toEqual(['ISA*00*855~\n', 'ISA*00*855~\n'])
  expect(new Set(came.map(({ headers }) => headers['message-id'])).size).toBe(1)
  expect(came[0]?.headers).toMatchObject({ 'as2-from': 'ACME', 'as2-to': 'BIGBOX', 'as2-version': '1.2' })
})

test.each([
  [{ signed: false, encrypted: true }],
  [{ signed: true, encrypted: false }],
  [{ signed: false, encrypted: false }],
])('as agreed: %o', async (agreed) => {
  const { url, came } = await partner({ signed: agreed.signed }, agreed)
  expect(await sent(connector(url, agreed))).toMatchObject({ result: 'done' })
  expect(came[0]?.text).toBe('ISA*00*855~\n')
})

test.each<[string, Manners, string, string]>([
  ['M14: a receipt of other content', { digest: 'AAAA' }, 'unknown', 'the receipt is about other content'],
  ['M14: a receipt of no content at all', { noMic: true }, 'unknown', 'the receipt is about other content'],
  [
    'M14: a receipt about another message',
    { about: '<other@bigbox>' },
    'unknown',
    'the receipt is about another message',
  ],
  ['M14: a receipt that is not signed', { signed: false }, 'unknown', 'no receipt that can be believed'],
  ['M14: a 200 without a receipt', { silent: true }, 'unknown', 'no receipt that can be believed'],
  ['a refusal', { refused: 'decryption-failed' }, 'refused', 'processed/error: decryption-failed'],
  ['a 500', { status: 500 }, 'unknown', 'answered 500'],
  ['a 503', { status: 503 }, 'later', 'answered 503'],
])('%s confirms nothing', async (_what, manners, result, reason) => {
  const { url } = await partner(manners)
  expect(await sent(connector(url))).toMatchObject({ result, reason })
})

test('nobody there is later', async () => {
  expect(await sent(connector('http://127.0.0.1:9'))).toMatchObject({ result: 'later' })
})

test('a receipt that comes by itself confirms the message that waits for it, and no other', async () => {
  const { url, came, receipts } = await partner({ silent: true })
  const by = connector(url, { receiptsAt: 'https://acme.example/as2' })
  const outcome = sent(by)
  while (receipts.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(came[0]?.headers['receipt-delivery-option']).toBe('https://acme.example/as2')
  const [late] = receipts
  const receipt = late && readReceipt(entityOf(late.headers, late.body), openParties(by.parties, ports))
  if (!receipt) throw new Error('no receipt was written')
  expect(await by.waiting.confirmed({ ...receipt, about: '<other@acme>' })).toBe(false)
  expect(await by.waiting.confirmed(receipt)).toBe(true)
  expect(await outcome).toMatchObject({ result: 'done' })
  expect(by.waiting.size).toBe(0)
  expect(await sent(by, request(2), 200)).toMatchObject({ result: 'unknown' })
})

test('no bytes that come make it throw: every message is read, or has a fault', () => {
  const parties = openParties(theirs, ports)
  for (let seed = 0; seed < 300; seed += 1) {
    const body = Buffer.from(Array.from({ length: 60 }, (_, at) => (seed * 31 + at * at * 17) % 256))
    for (const head of [
      [0x30, 0x80],
      [0x30, 0x82, 0xff, 0xff],
      [0x30, 0x30, 0x06, 0x09],
    ])
      for (const type of ['application/pkcs7-mime', 'multipart/signed; boundary=b', 'text/plain']) {
        const entity = entityOf({ 'content-type': type }, Buffer.concat([Buffer.from(head), body]))
        expect(inbound(entity, parties).fault).toMatch(/^[a-z-]+$/)
      }
  }
})
