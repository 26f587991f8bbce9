/** A supplier over FTPS, Debian's vsftpd between it and us, from our first 850 to the 997 for its 810. */
import { readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import type { Duration } from '../../../src/base/duration.ts'
import { secret } from '../../../src/base/secret.ts'
import type { PartnerDefinition } from '../../../src/config/define-hub.ts'
import { selfSigned } from '../../../src/connectors/as2/testing/self-signed.ts'
import { ftps, ftpsFolder } from '../../../src/connectors/ftps/index.ts'
import type { DocumentType } from '../../../src/documents/document.ts'
import { invoice, orderAcknowledgement, purchaseOrder, shipNotice } from '../../../src/documents/index.ts'
import { folderMailbag } from '../../../src/simulators/edi/mailbag.ts'
import { partnerFile } from '../../support/partner-file.ts'
import { VsftpdServer } from '../vsftpd-server.ts'
import { Correspondent, openWorld, type World } from './world.ts'

const theirs = selfSigned('files.forge.example', 1)
const speaks = { ours: 'ZZ:ACMESUPPLY', theirs: '12:5555550199' } as const

let world: World
let server: VsftpdServer
let supplier: Correspondent

/** How long a promise and an acknowledgement may take. */
async function opened(within: Duration, ackWithinMs: number): Promise<void> {
  server = new VsftpdServer()
  await server.start(theirs)
  const host = {
    host: '127.0.0.1',
    port: server.port,
    user: 'anonymous',
    password: secret('PASSWORD'),
    certificates: [theirs.certificate],
  }
  const forge: PartnerDefinition = {
    name: 'forge',
    supplier: 'V-100',
    reach: ftps({ ...host, outbox: server.at('in'), taken: server.at('in/done') }),
    pickUp: ftpsFolder({ ...host, folder: server.at('out'), every: '200ms' }),
    speaks: { ...speaks, ackWithinMs },
    takes: [purchaseOrder],
    relays: [orderAcknowledgement.to('erp'), shipNotice.to('erp'), invoice.to('erp')],
    owes: [orderAcknowledgement.within(within, { after: purchaseOrder })],
  }
  world = await openWorld({ partners: [forge], stock: { DC1: {}, DC2: {} }, secrets: { PASSWORD: 'anything' } })
  supplier = new Correspondent(await folderMailbag(server.at('in'), server.at('out')), speaks)
}
afterEach(async () => {
  await world.close()
  await server.end()
})

const fixture = <T>(type: DocumentType<T>, name: string): T =>
  JSON.parse(readFileSync(`src/documents/${type.name}/fixtures/${name}.json`, 'utf8')) as T
const sends = <T>(type: DocumentType<T>, name: string, number: number, more: object = {}) =>
  supplier.sends(
    `${type.x12.set}-${number}.edi`,
    partnerFile(speaks, type as never, { ...fixture(type, name), ...more }, number),
  )

/** The ERP buys. */
async function buys(): Promise<void> {
  const { hub, keys, url } = world.server
  const { text } = await keys.make(hub.tenant, { name: 'erp', system: 'erp', scopes: ['*'] })
  const answer = await fetch(`${url}/v1/partners/forge/documents/purchase-order`, {
    method: 'POST',
    headers: { authorization: `Bearer ${text}`, 'content-type': 'application/json', 'idempotency-key': 'po-1' },
    body: JSON.stringify(fixture(purchaseOrder, 'two-lines')),
  })
  expect([answer.status, await answer.text()]).toEqual([202, expect.any(String)])
}
/** Where documents stand: `in order-acknowledgement delivered`. */
async function standing(): Promise<string[]> {
  const { items } = (await world.call('/v1/partners/forge/documents')).body as {
    items: { direction: string; document: string; state: string }[]
  }
  return items.map(({ direction, document, state }) => `${direction} ${document} ${state}`).toSorted()
}

test('our 850 is dropped and answered by 997, 855, 856 and 810, each handed to the ERP and acknowledged', async () => {
  await opened('1m', 60_000)
  await buys()
  await supplier.until(() => expect(supplier.ids()).toEqual(['850']))
  await sends(orderAcknowledgement, 'accepted', 901)
  await sends(shipNotice, 'two-cartons', 902)
  await sends(invoice, 'one-line', 903)
  await supplier.until(() => expect(supplier.told).toEqual(['A', 'A', 'A']))
  await supplier.until(async () =>
    expect(await standing()).toEqual([
      'in invoice delivered',
      'in order-acknowledgement delivered',
      'in ship-notice delivered',
      'out purchase-order acked',
    ]),
  )
  expect([await world.cases(), world.troubles]).toEqual([[], []])
}, 240_000)

test('the clocks fire: an 850 that nobody answers is a case for its 997 and one for its 855, until both are there', async () => {
  await opened('3s', 2_000)
  await buys()
  supplier.isAway = true
  await supplier.until(async () =>
    expect(await world.cases()).toEqual([
      'forge: due soon, order-acknowledgement to our purchase-order',
      'forge: overdue, order-acknowledgement to our purchase-order',
      'forge: report refused, 997',
    ]),
  )
  expect(await standing()).toEqual(['out purchase-order overdue'])
  supplier.isAway = false
  await supplier.until(() => expect(supplier.ids()).toEqual(['850']))
  await sends(orderAcknowledgement, 'accepted', 901)
  await supplier.until(async () => expect(await world.cases()).toEqual(['forge: report refused, 997']))
  await supplier.until(async () =>
    expect(await standing()).toEqual(['in order-acknowledgement delivered', 'out purchase-order acked']),
  )
  expect(world.troubles).toEqual([])
}, 240_000)
