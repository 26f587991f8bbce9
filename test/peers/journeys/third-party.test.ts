/** A 3PL over SFTP, Debian's OpenSSH between it and us, from its first 940 to the last 997. */
import { mkdirSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import type { Duration } from '../../../src/base/duration.ts'
import { secret } from '../../../src/base/secret.ts'
import { ediPartners } from '../../../src/cli/landscape/acme.ts'
import type { PartnerDefinition } from '../../../src/config/define-hub.ts'
import { sftp, sftpFolder } from '../../../src/connectors/sftp/index.ts'
import { keyPair } from '../../../src/connectors/sftp/testing/sftp-server.ts'
import { warehouseAdvice, warehouseOrder } from '../../../src/documents/index.ts'
import { inventoryAdvice } from '../../../src/documents/inventory-advice/index.ts'
import { folderMailbag, type Mailbag } from '../../../src/simulators/edi/mailbag.ts'
import { ThirdParty } from '../../../src/simulators/wms/third-party.ts'
import { partnerFile } from '../../support/partner-file.ts'
import { shopOrder, smallBusiness } from '../../support/retailer.ts'
import { OpenSshServer } from '../openssh-server.ts'
import { openWorld, PACE, portsOf, type World } from './world.ts'

const harbor = ediPartners[2]
const stock = { DC1: {}, DC2: {}, '3PL1': { BOLT: 100, LAMP: 0, GLOVE: 0, TORCH: 0, GOUDA: 0 } }
const hostKey = keyPair()

let server: OpenSshServer
let world: World
let site: ThirdParty
let bag: Mailbag

/** How long an advice and an acknowledgement may take. */
async function opened(within: Duration, ackWithinMs: number): Promise<void> {
  server = new OpenSshServer()
  await server.start(hostKey)
  const host = { host: '127.0.0.1', port: server.port, user: server.user, key: secret('KEY'), hostKey: hostKey.print }
  const partner: PartnerDefinition = {
    ...harbor,
    reach: sftp({ ...host, outbox: server.at('in'), taken: server.at('in/done') }),
    pickUp: sftpFolder({ ...host, folder: server.at('out'), every: '200ms' }),
    speaks: { ...harbor.speaks, ackWithinMs },
    owes: [warehouseAdvice.within(within, { after: warehouseOrder })],
  }
  mkdirSync(server.at('in/done'))
  world = await openWorld({ partners: [partner], stock, secrets: { KEY: server.clientKey.private } })
  bag = await folderMailbag(server.at('in'), server.at('out'))
  const edi = { ours: { qualifier: 'ZZ', id: 'HARBOR3PL' }, theirs: { qualifier: 'ZZ', id: 'ACMESUPPLY' } }
  const landscape = smallBusiness({ stock })
  site = new ThirdParty(
    { name: 'harbor', facility: '3PL1', seed: 7, edi, pace: PACE },
    landscape,
    bag,
    portsOf('harbor'),
  )
}
afterEach(async () => {
  await world.close()
  await server.end()
})

const awaiting = async () => (await world.partner('harbor')).mailbox.awaiting
/** What the hub has of the 3PL: its first count is its opening stock. */
async function counted(): Promise<void> {
  const lines = [{ sku: 'BOLT', stock: [{ status: 'onHand' as const, quantity: '100', uom: 'EA' }] }]
  const advice = { number: 'CNT-1', type: 'DD' as const, date: '2026-01-05', lines }
  await bag.drop('846.edi', partnerFile(harbor.speaks, inventoryAdvice, advice, 900))
}
/** The shop's customer buys bolts, which lie at the 3PL alone. */
async function ordered(number: string): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(shopOrder(number, [{ item: 'BOLT', quantity: 3 }])))
  const { hub } = world.server
  await hub.intake.submit({ tenant: hub.tenant, system: 'shop', channel: 'http', bytes, receivedAt: Date.now() })
}
const stateOf = async (number: string) => {
  const { orders } = (await world.call('/v1/orders')).body as { orders: { customerOrder: string; state: string }[] }
  return orders.find(({ customerOrder }) => customerOrder === number)?.state
}
const until = (is: () => unknown) =>
  expect.poll(
    async () => {
      await site.poll()
      return is()
    },
    { timeout: 60_000, interval: 100 },
  )

test('a 940 is dropped and answered by 997 and 945, and nobody owes anybody anything', async () => {
  await opened('1m', 60_000)
  await counted()
  await ordered('W-1')
  await until(() => stateOf('W-1')).toBe('closed')
  await until(awaiting).toEqual([])
  expect([await world.cases(), world.troubles]).toEqual([[], []])
  expect((await bag.waiting()).length).toBe(0)
}, 240_000)

test('the clocks fire: a 940 that nobody answers is a case for its 997 and one for its 945, until both are there', async () => {
  await opened('3s', 2_000)
  await counted()
  await until(() => world.cases()).toEqual([])
  site.misbehave({ down: true })
  await ordered('W-2')
  await until(() => world.cases()).toEqual([
    'harbor: due soon, warehouse-advice to our warehouse-order',
    'harbor: overdue, warehouse-advice to our warehouse-order',
    'harbor: report refused, 997',
  ])
  expect(await awaiting()).toMatchObject([{ document: 'warehouse-order', state: 'overdue' }])
  site.misbehave({ down: false })
  await until(() => stateOf('W-2')).toBe('closed')
  await until(awaiting).toEqual([])
  expect(world.troubles).toEqual([])
}, 240_000)
