/** What a retailer sends over AS2, through the real door into the real rooms. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { seededRandom } from '../../src/base/random.ts'
import { secret } from '../../src/base/secret.ts'
import type { HubDefinition } from '../../src/config/define-hub.ts'
import { as2 } from '../../src/connectors/as2/index.ts'
import { entityOf, micOf, outbound } from '../../src/connectors/as2/message.ts'
import { type As2Parties, openParties } from '../../src/connectors/as2/parties.ts'
import { readReceipt } from '../../src/connectors/as2/receipt.ts'
import { selfSigned } from '../../src/connectors/as2/testing/self-signed.ts'
import { type As2Ports, as2Routes } from '../../src/gateway/as2-door.ts'
import { type Gateway, openGateway } from '../../src/gateway/server.ts'
import type { RefusedAtDoor } from '../../src/governance/refusals.ts'
import { arriving } from '../../src/hub/arriving.ts'
import { as2PortsOf } from '../../src/hub/as2.ts'
import { type Journey, openHub } from '../support/hub.ts'
import { acme, purchaseOrder850, smallBusiness } from '../support/retailer.ts'

const us = selfSigned('Acme Supply', 1)
const usBefore = selfSigned('Acme Supply', 2)
const them = selfSigned('Big Box', 3)
const stranger = selfSigned('Somebody', 4)
const random = seededRandom(7)
const keys: Readonly<Record<string, string>> = {
  US: us.key,
  BEFORE: usBefore.key,
  THEM: them.key,
  STRANGER: stranger.key,
}
const ports = { secret: (name: string) => keys[name] as string, dataFolder: '.' }

/** The agreement as each side sees it. */
const ours: As2Parties = {
  ours: 'ACME',
  theirs: 'Big Box',
  own: [
    { certificate: us.certificate, key: secret('US') },
    { certificate: usBefore.certificate, key: secret('BEFORE') },
  ],
  certificates: [them.certificate],
  receiptsTo: 'https://as2.bigbox.example/receipts',
}
const theirs: As2Parties = {
  ours: 'Big Box',
  theirs: 'ACME',
  own: [{ certificate: them.certificate, key: secret('THEM') }],
  certificates: [us.certificate],
}

let hub: Journey
let gateway: Gateway
let order: Buffer
const sentReceipts: { to: string; headers: Readonly<Record<string, string>>; body: Buffer }[] = []
const troubles: string[] = []
const refusals: RefusedAtDoor[] = []

beforeAll(() => {
  order = Buffer.from(purchaseOrder850({ number: 'PO-1', lines: [{ item: 'BOLT', quantity: 3 }] }))
})
beforeEach(async () => {
  const partners = (acme.partners ?? []).map((partner) =>
    partner.name === 'bigbox' ? { ...partner, reach: as2({ url: 'https://as2.bigbox.example', ...ours }) } : partner,
  )
  hub = await openHub(acme, { edi: true, landscape: smallBusiness() })
  sentReceipts.length = 0
  troubles.length = 0
  refusals.length = 0
  gateway = openGateway<As2Ports>({
    routes: as2Routes,
    ports: {
      ...hubsPorts(partners),
      sendReceipt: (to, headers, body) => sentReceipts.push({ to, headers, body }),
      tenant: hub.hub.tenant,
      arrive: arriving(hub.hub.intake),
    },
    clock: hub.time,
    random: seededRandom(8),
    refused: (refusal) => refusals.push(refusal),
    admit: () => expect.unreachable('no key is asked for'),
  })
})
afterEach(async () => {
  await gateway.drain()
  await hub.close()
})

const hubsPorts = (partners: HubDefinition['partners'] = []) =>
  as2PortsOf({ partners }, ports, {
    trouble: (what) => troubles.push(what),
    hub: hub.hub,
    now: () => hub.time.now(),
  })

interface Sent {
  readonly by?: Partial<As2Parties>
  readonly id?: string
  readonly document?: Buffer
  readonly headers?: Readonly<Record<string, string>>
  /** It asks for no receipt. */
  readonly unconfirmed?: boolean
  readonly spoil?: (body: Buffer) => Buffer
}

async function sends({
  by = {},
  id = '<1@bigbox>',
  document = order,
  headers = {},
  unconfirmed = false,
  spoil = (body) => body,
}: Sent = {}) {
  const parties = openParties({ ...theirs, ...by }, ports)
  const message = outbound({ body: document, fileName: '850.edi', type: 'application/edi-x12' }, parties, (bytes) =>
    random.bytes(bytes),
  )
  const answer = gateway.inject({
    method: 'POST',
    url: '/as2',
    payload: spoil(message.body),
    headers: {
      ...message.headers,
      'as2-from': '"Big Box"',
      'as2-to': 'ACME',
      'message-id': id,
      ...(unconfirmed ? {} : { 'disposition-notification-to': 'edi@bigbox.example' }),
      'disposition-notification-options':
        'signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, sha-256',
      ...headers,
    },
  })
  const { statusCode, body, headers: answered } = await hub.until(answer)
  const receipt = readReceipt(
    entityOf(answered as Record<string, string>, Buffer.from(body)),
    openParties(theirs, ports),
  )
  return { status: statusCode, body, receipt, mic: micOf(message.confirmed, 'sha-256') }
}

const causes = () => hub.cases().map(({ title }) => title)
const received = () => hub.of('order.received').map(({ customerOrder }) => customerOrder)

test('an 850 that was signed and encrypted is stored, becomes an order, and is confirmed by its digest', async () => {
  const { status, receipt, mic } = await sends()
  expect({ status, receipt }).toEqual({ status: 200, receipt: { about: '<1@bigbox>', mic } })
  await hub.settles()
  expect(received()).toEqual(['PO-1'])
})

test('M11: a message id that comes again gets its receipt again, and has no effect', async () => {
  const first = await sends()
  await hub.settles()
  const before = hub.of('interchange.received').length
  const again = await sends()
  expect(again.receipt).toEqual(first.receipt)
  await hub.settles()
  expect(received()).toEqual(['PO-1'])
  expect(hub.of('interchange.received')).toHaveLength(before)
})

test('M11: an id that comes again with other content loses nothing, and a person hears of it', async () => {
  await sends()
  const other = Buffer.from(purchaseOrder850({ number: 'PO-2', control: 902, lines: [{ item: 'BOLT', quantity: 5 }] }))
  const second = await sends({ document: other })
  expect(second.receipt).toEqual({ about: '<1@bigbox>', mic: second.mic })
  await hub.settles()
  expect(received()).toEqual(['PO-1', 'PO-2'])
  expect(causes()).toEqual(['AS2 message of bigbox: other content under the same key'])
  expect((await sends({ document: other })).receipt).toEqual(second.receipt)
  await hub.settles()
  expect(received()).toEqual(['PO-1', 'PO-2'])
})

test('M11: with other content under the id and the control number of another, neither is an order, and a person hears', async () => {
  await sends()
  await sends({ document: Buffer.from(purchaseOrder850({ number: 'PO-2', lines: [{ item: 'BOLT', quantity: 5 }] })) })
  await hub.settles()
  expect(received()).toEqual(['PO-1'])
  expect(hub.of('report.refused').map(({ code }) => code)).toContain('XD_INTAKE_INTERCHANGE_REUSED')
  expect(causes()).toContain('interchange of bigbox: report refused')
})

test.each([
  [
    'M12: signed by a stranger',
    { by: { own: [{ certificate: stranger.certificate, key: secret('STRANGER') }] } },
    'authentication-failed',
  ],
  ['M12: not signed where that was agreed', { by: { signed: false } }, 'insufficient-message-security'],
  ['M12: not encrypted where that was agreed', { by: { encrypted: false } }, 'insufficient-message-security'],
  ['M12: encrypted to somebody else', { by: { certificates: [stranger.certificate] } }, 'decryption-failed'],
  ['M12: cut in half', { spoil: (body: Buffer) => body.subarray(0, body.length / 2) }, 'decryption-failed'],
  ['M12: no CMS at all', { spoil: () => Buffer.from('hello') }, 'decryption-failed'],
] as const)('%s is refused in the receipt, and has no effect', async (_what, sent, modifier) => {
  const { status, receipt } = await sends(sent)
  expect(status).toBe(200)
  expect(receipt).toEqual({ about: '<1@bigbox>', refused: `processed/error: ${modifier}` })
  expect(troubles).toEqual([`the AS2 message <1@bigbox> of bigbox was refused: ${modifier}`])
  expect(refusals).toMatchObject([{ route: '/as2', code: 'XD_GATEWAY_AS2_REFUSED', status: 422 }])
  const bare = await sends({ ...sent, id: '<2@bigbox>', unconfirmed: true })
  expect(bare).toMatchObject({ status: 422, receipt: undefined })
  expect(JSON.parse(bare.body)).toMatchObject({ code: 'XD_GATEWAY_AS2_REFUSED' })
  expect(refusals).toHaveLength(2)
  await hub.settles()
  expect(hub.of('interchange.received')).toEqual([])
  expect(causes()).toEqual([`AS2 message, ${modifier} of bigbox: message refused`])
  expect(hub.of('report.refused')).toHaveLength(1)
})

test('M12: a partner with a wrong certificate is one case, however long it tries; another cause is another', async () => {
  const spoil = () => Buffer.from('hello')
  for (let hour = 0; hour < 3; hour += 1) {
    for (let one = 0; one < 5; one += 1) await sends({ id: `<${hour}-${one}@bigbox>`, spoil })
    await hub.passes(3_600_000)
  }
  await sends({ by: { signed: false } })
  await hub.settles()
  expect(refusals).toHaveLength(16)
  expect(hub.of('report.refused')).toHaveLength(4)
  expect(causes()).toEqual(
    ['decryption-failed', 'insufficient-message-security'].map(
      (why) => `AS2 message, ${why} of bigbox: message refused`,
    ),
  )
})

test('an order that nobody can read is a case: who sends over AS2 reads no answers but receipts', async () => {
  const { receipt, mic } = await sends({ document: Buffer.from('{"number":"PO-3"}') })
  expect(receipt).toEqual({ about: '<1@bigbox>', mic })
  await hub.settles()
  expect(received()).toEqual([])
  expect(causes()).toHaveLength(1)
})

test('a receipt that goes by itself and is answered 500 is a case', async () => {
  const server = createServer((_request, response) => response.writeHead(500).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const to = `http://127.0.0.1:${(server.address() as AddressInfo).port}/receipts`
  hubsPorts().sendReceipt(to, {}, Buffer.from('receipt'), 'bigbox')
  await expect.poll(() => troubles).toEqual([`a receipt could not be sent to ${to}`])
  await new Promise((resolve) => server.close(resolve))
  await hub.settles()
  expect(causes()).toEqual(['AS2 receipt of bigbox: receipt not delivered'])
})

test('M13: a receipt that goes by itself goes to the agreed address, whatever the message says', async () => {
  for (const to of ['http://169.254.169.254/latest', 'http://127.0.0.1:5432/', 'https://as2.bigbox.example/receipts']) {
    const { status, body } = await sends({ headers: { 'receipt-delivery-option': to } })
    expect({ status, body }).toEqual({ status: 202, body: '' })
  }
  expect(sentReceipts.map(({ to }) => to)).toEqual(Array(3).fill('https://as2.bigbox.example/receipts'))
  const [one] = sentReceipts
  const read = one && readReceipt(entityOf(one.headers, one.body), openParties(theirs, ports))
  expect(read).toMatchObject({ about: '<1@bigbox>' })
})

test('while our certificate is replaced the old one still opens, and both names must be known', async () => {
  expect((await sends({ by: { certificates: [usBefore.certificate] } })).receipt?.refused).toBeUndefined()
  const wrong: Record<string, string>[] = [{ 'as2-from': 'Other' }, { 'as2-to': 'Other' }, { 'message-id': '' }]
  for (const headers of wrong) expect(await sends({ headers })).toMatchObject({ status: 403, receipt: undefined })
})

test('a receipt for nothing is refused', async () => {
  const headers = { 'content-type': 'multipart/report; report-type=disposition-notification; boundary=b' }
  expect(await sends({ headers, spoil: () => Buffer.from('--b\r\n\r\n--b--') })).toMatchObject({ status: 422 })
})
