/** AS2's S/MIME against OpenSSL, both ways: what we sign and encrypt it must open, and we what it does. */
import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { secret } from '../../src/base/secret.ts'
import { inbound, outbound } from '../../src/connectors/as2/message.ts'
import { decoded, parameter, partsIn, readEntity, writeEntity } from '../../src/connectors/as2/mime.ts'
import { type As2Parties, openParties } from '../../src/connectors/as2/parties.ts'
import { readReceipt, writeReceipt } from '../../src/connectors/as2/receipt.ts'

const folder = mkdtempSync(join(tmpdir(), 'crossdock-openssl-'))
const at = (name: string) => join(folder, name)
const openssl = (...args: readonly string[]): Buffer =>
  execFileSync(process.env['CROSSDOCK_PEER_OPENSSL'] as string, args, { stdio: ['ignore', 'pipe', 'pipe'] })

const ports = { dataFolder: folder, secret: (name: string) => readFileSync(at(name), 'utf8') }
const agreed: As2Parties = {
  ours: 'ACME',
  theirs: 'BIGBOX',
  own: [{ certificate: 'us.pem', key: secret('us.key') }],
  certificates: ['them.pem'],
}
const document = Buffer.from('ISA*00*850~\nBEG*00*SA*PO-1~\n'.repeat(40_000))
const content = writeEntity({ 'Content-Type': 'application/edi-x12', 'Content-Transfer-Encoding': 'binary' }, document)

beforeAll(() => {
  for (const name of ['us', 'them'])
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      at(`${name}.key`),
      '-out',
      at(`${name}.pem`),
    )
  writeFileSync(at('content'), content)
})
afterAll(() => rmSync(folder, { recursive: true }))

test('OpenSSL opens what we encrypt, and verifies what we sign', () => {
  const document850 = { body: document, fileName: '850.edi', type: 'application/edi-x12' }
  const sent = outbound(document850, openParties(agreed, ports), randomBytes)
  writeFileSync(at('ours.p7m'), sent.body)
  openssl(
    'cms',
    '-decrypt',
    '-inform',
    'DER',
    '-in',
    at('ours.p7m'),
    '-recip',
    at('them.pem'),
    '-inkey',
    at('them.key'),
    '-binary',
    '-out',
    at('signed'),
  )
  const { headers, body } = readEntity(readFileSync(at('signed')))
  const [part, signature] = partsIn(body, parameter(headers['content-type'], 'boundary') as string)
  if (!part || !signature) throw new Error('no two parts')
  expect(part.raw.equals(Buffer.from(sent.confirmed))).toBe(true)
  writeFileSync(at('part'), part.raw)
  writeFileSync(at('signature'), decoded(signature))
  const verify = () =>
    openssl(
      'cms',
      '-verify',
      '-inform',
      'DER',
      '-in',
      at('signature'),
      '-content',
      at('part'),
      '-binary',
      '-CAfile',
      at('us.pem'),
      '-purpose',
      'any',
      '-out',
      at('verified'),
    )
  verify()
  writeFileSync(at('part'), Buffer.concat([part.raw, Buffer.from(' ')]))
  expect(verify).toThrow()
})

test('OpenSSL verifies our receipts, and a changed one fails', () => {
  const mic = { digest: 'AAAA', algorithm: 'sha-256' }
  const { headers, body } = writeReceipt({ about: '<1@them>', mic }, { signed: true }, openParties(agreed, ports))
  const entity = writeEntity(headers, body)
  writeFileSync(at('receipt'), entity)
  const verify = () =>
    openssl('cms', '-verify', '-in', at('receipt'), '-CAfile', at('us.pem'), '-purpose', 'any').toString()
  expect(verify()).toContain('Received-Content-MIC: AAAA, sha-256')
  writeFileSync(at('receipt'), entity.toString('latin1').replace('AAAA', 'BBBB'), 'latin1')
  expect(verify).toThrow()
})

test.each([
  ['AES-256, SHA-256', '-aes256', 'sha256', []],
  ['AES-128, SHA-384', '-aes128', 'sha384', []],
  ['AES-192, SHA-512', '-aes192', 'sha512', []],
  ['Triple DES, SHA-1', '-des3', 'sha1', []],
  ['OAEP with SHA-1', '-aes256', 'sha256', ['-keyopt', 'rsa_padding_mode:oaep']],
  ['OAEP with SHA-256', '-aes256', 'sha256', ['-keyopt', 'rsa_padding_mode:oaep', '-keyopt', 'rsa_oaep_md:sha256']],
  ['lengths that are not said', '-aes256', 'sha256', ['-stream']],
] as const)('what OpenSSL signs and encrypts is opened and believed: %s', (_what, cipher, digest, more) => {
  openssl(
    'cms',
    '-sign',
    '-in',
    at('content'),
    '-signer',
    at('them.pem'),
    '-inkey',
    at('them.key'),
    '-md',
    digest,
    '-binary',
    '-out',
    at('signed'),
  )
  const isStream = (more as readonly string[]).includes('-stream')
  const padding = isStream ? [] : more
  openssl(
    'cms',
    '-encrypt',
    cipher,
    '-in',
    at('signed'),
    '-binary',
    '-outform',
    'DER',
    ...(isStream ? ['-stream'] : []),
    '-out',
    at('theirs.p7m'),
    '-recip',
    at('us.pem'),
    ...padding,
  )
  const body = readFileSync(at('theirs.p7m'))
  const came = { headers: { 'content-type': 'application/pkcs7-mime; smime-type=enveloped-data' }, body, raw: body }
  const read = inbound(came, openParties(agreed, ports), 'sha-256')
  if (read.fault) throw new Error(read.fault)
  expect(read.content.body.equals(document)).toBe(true)
  expect(read.mic.digest).toBe(createHash('sha256').update(content).digest('base64'))
})

test('what somebody else signed is not believed', () => {
  openssl(
    'cms',
    '-sign',
    '-in',
    at('content'),
    '-signer',
    at('us.pem'),
    '-inkey',
    at('us.key'),
    '-binary',
    '-out',
    at('signed'),
  )
  const came = readEntity(readFileSync(at('signed')))
  expect(inbound(came, { ...openParties(agreed, ports), encrypted: false }).fault).toBe('authentication-failed')
})

test('a receipt that OpenSSL signed is read', () => {
  const { headers, body } = writeReceipt({ about: '<1@us>' }, { signed: false }, openParties(agreed, ports))
  writeFileSync(at('report'), writeEntity(headers, body))
  openssl(
    'cms',
    '-sign',
    '-in',
    at('report'),
    '-signer',
    at('them.pem'),
    '-inkey',
    at('them.key'),
    '-binary',
    '-out',
    at('signed'),
  )
  expect(readReceipt(readEntity(readFileSync(at('signed'))), openParties(agreed, ports))).toEqual({ about: '<1@us>' })
})
