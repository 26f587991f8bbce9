/** A 3PL over SFTP, Debian's OpenSSH between it and us: 846, 940, 945, 943, 944, 947, and a 997 for each of them. */
import { mkdirSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import type { Duration } from '../../../src/base/duration.ts'
import { secret } from '../../../src/base/secret.ts'
import { ediPartners } from '../../../src/cli/landscape/acme.ts'
import type { PartnerDefinition } from '../../../src/config/define-hub.ts'
import { sftp, sftpFolder } from '../../../src/connectors/sftp/index.ts'
import { keyPair } from '../../../src/connectors/sftp/testing/sftp-server.ts'
import {
  inventoryAdjustment,
  inventoryAdvice,
  stockTransferAdvice,
  stockTransferReceipt,
  warehouseAdvice,
  warehouseOrder,
} from '../../../src/documents/index.ts'
import type { StockTransferAdvice } from '../../../src/documents/stock-transfer-advice/schema.ts'
import { readAnswers } from '../../../src/edi/x12/answers.ts'
import { readX12 } from '../../../src/edi/x12/read.ts'
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
/** The sets it was sent, and what it was told of each group of its own. */
let got: string[]
let told: string[]

/** How long an advice, a receipt and an acknowledgement may take. */
async function opened(within: Duration, ackWithinMs: number): Promise<void> {
  server = new OpenSshServer()
  await server.start(hostKey)
  const host = { host: '127.0.0.1', port: server.port, user: server.user, key: secret('KEY'), hostKey: hostKey.print }
  const partner: PartnerDefinition = {
    ...harbor,
    reach: sftp({ ...host, outbox: server.at('in'), taken: server.at('in/done') }),
    pickUp: sftpFolder({ ...host, folder: server.at('out'), every: '200ms' }),
    speaks: { ...harbor.speaks, ackWithinMs },
    takes: [stockTransferAdvice],
    owes: [
      warehouseAdvice.within(within, { after: warehouseOrder }),
      stockTransferReceipt.within(within, { after: stockTransferAdvice }),
    ],
  }
  mkdirSync(server.at('in/done'))
  world = await openWorld({ partners: [partner], stock, secrets: { KEY: server.clientKey.private } })
  bag = await watched(await folderMailbag(server.at('in'), server.at('out')))
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

/** Its mail, looked at as it is read. */
function watched(mail: Mailbag): Mailbag {
  got = []
  told = []
  const read = async (name: string) => {
    const bytes = await mail.read(name)
    for (const interchange of readX12(bytes).interchanges) {
      got.push(...interchange.groups.flatMap(({ sets }) => sets.map(({ id }) => id)))
      told.push(...readAnswers(interchange).groups.map(({ functionalId, verdict }) => `${functionalId} ${verdict}`))
    }
    return bytes
  }
  return { ...mail, read }
}

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
const transfer: StockTransferAdvice = {
  number: 'TR-1',
  reporting: 'N',
  date: '2026-01-05',
  depositor: { name: 'Acme Supply' },
  warehouse: { id: '3PL1', idQualifier: '91' },
  departure: { method: 'M', scac: 'UPSN' },
  lines: [{ line: '1', quantity: '20', uom: 'EA', sku: 'BOLT' }],
  totals: { quantity: '20' },
}
/** The ERP says what is on its way to the 3PL. */
async function announced(): Promise<void> {
  const { hub, keys, url } = world.server
  const { text } = await keys.make(hub.tenant, { name: 'erp', system: 'erp', scopes: ['*'] })
  const answer = await fetch(`${url}/v1/partners/harbor/documents/stock-transfer-advice`, {
    method: 'POST',
    headers: { authorization: `Bearer ${text}`, 'content-type': 'application/json', 'idempotency-key': 'tr-1' },
    body: JSON.stringify(transfer),
  })
  expect([answer.status, await answer.text()]).toEqual([202, expect.any(String)])
}
/** The 3PL has taken it in, two of them damaged. */
async function received(): Promise<void> {
  const damaged = { quantity: '2', uom: 'EA', condition: 'damaged' as const }
  const receipt = {
    receipt: 'RCV-1',
    number: 'TR-1',
    reporting: 'F',
    date: '2026-01-06',
    warehouse: transfer.warehouse,
    lines: [{ line: '1', received: '20', uom: 'EA', sku: 'BOLT', exceptions: [damaged] }],
    totals: { quantity: '20' },
  }
  await bag.drop('944.edi', partnerFile(harbor.speaks, stockTransferReceipt, receipt, 901))
}
/** It has dropped three of what could be sold. */
async function adjusted(): Promise<void> {
  const lines = [{ line: '1', quantity: '-3', uom: 'EA', reason: 'damage' as const, sku: 'BOLT' }]
  const adjustment = {
    number: 'ADJ-1',
    depositorNumber: 'D-1',
    date: '2026-01-06',
    warehouse: transfer.warehouse,
    lines,
  }
  await bag.drop('947.edi', partnerFile(harbor.speaks, inventoryAdjustment, adjustment, 902))
}
/** What can be promised of bolts at the 3PL. */
const bolts = async () => {
  const { body } = await world.call('/v1/availability?item=BOLT&facility=3PL1')
  return (body['promisable'] as { value: string }).value
}
/** Where the documents between the ERP and it stand: `out stock-transfer-advice acked`. */
async function standing(): Promise<string[]> {
  const { items } = (await world.call('/v1/partners/harbor/documents')).body as {
    items: { direction: string; document: string; state: string }[]
  }
  return items.map(({ direction, document, state }) => `${direction} ${document} ${state}`).toSorted()
}
/** Both answers that it owed are on record, and ours is acknowledged. */
const STANDING = [
  'in stock-transfer-receipt recorded',
  'in warehouse-advice recorded',
  'out stock-transfer-advice acked',
]
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

test('a 940 is answered by 945, a 943 by 944, then 947; each is acknowledged, and nobody owes anybody anything', async () => {
  await opened('1m', 60_000)
  await counted()
  await ordered('W-1')
  await until(() => stateOf('W-1')).toBe('closed')
  await until(bolts).toBe('97')
  await announced()
  await until(() => got).toContain('943')
  await received()
  await until(bolts).toBe('115') // 18 of the 20: two are damaged
  await adjusted()
  await until(bolts).toBe('112')
  await until(awaiting).toEqual([])
  await until(() => told.toSorted()).toEqual(['AW A', 'IB A', 'RE A', 'SW A'])
  expect(got.filter((set) => set !== '997').toSorted()).toEqual(['940', '943'])
  expect(await standing()).toEqual(STANDING)
  expect([await world.cases(), world.troubles]).toEqual([[], []])
  expect((await bag.waiting()).length).toBe(0)
}, 240_000)

test('the clocks fire: a 940 and a 943 that nobody answers are cases for their 997 and for 945 and 944, until all are there', async () => {
  await opened('3s', 2_000)
  await counted()
  await until(() => world.cases()).toEqual([])
  site.misbehave({ down: true })
  await ordered('W-2')
  await announced()
  await until(() => world.cases()).toEqual([
    'harbor: due soon, stock-transfer-receipt to our stock-transfer-advice',
    'harbor: due soon, warehouse-advice to our warehouse-order',
    'harbor: overdue, stock-transfer-receipt to our stock-transfer-advice',
    'harbor: overdue, warehouse-advice to our warehouse-order',
    'harbor: report refused, 997',
  ])
  expect((await awaiting()).map(({ document, state }) => `${document} ${state}`).toSorted()).toEqual([
    'stock-transfer-advice overdue',
    'warehouse-order overdue',
  ])
  site.misbehave({ down: false })
  await until(() => got).toContain('943')
  await received()
  await until(() => stateOf('W-2')).toBe('closed')
  await until(awaiting).toEqual([])
  await until(() => world.cases()).toEqual(['harbor: report refused, 997'])
  expect(await standing()).toEqual(STANDING)
  expect(world.troubles).toEqual([])
}, 240_000)
