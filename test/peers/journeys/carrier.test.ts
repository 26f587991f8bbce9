/** A carrier that pushes: Debian's `sftp` at the hub's own doorway, from its first 204 to the 997 for its freight bill. */
import { afterEach, expect, test } from 'vitest'
import type { Duration } from '../../../src/base/duration.ts'
import type { HubDefinition, PartnerDefinition } from '../../../src/config/define-hub.ts'
import { keyPair } from '../../../src/connectors/sftp/testing/sftp-server.ts'
import { sftpOut } from '../../../src/connectors/sftp-doorway/index.ts'
import { freightInvoice, loadTender, shipmentStatus, tenderResponse } from '../../../src/documents/index.ts'
import type { Milestone } from '../../../src/documents/shipment-status/schema.ts'
import { delegatedToCrossdock } from '../../../src/lifecycle/authority.ts'
import { partnerFile } from '../../support/partner-file.ts'
import { shopOrder } from '../../support/retailer.ts'
import { OpenSshClient } from '../openssh-client.ts'
import { opensshMailbag } from './openssh-mailbag.ts'
import { Correspondent, openWorld, type World } from './world.ts'

const key = keyPair()
const speaks = { ours: 'ZZ:ACMESUPPLY', theirs: '02:FAST' } as const

let world: World
let client: OpenSshClient
let carrier: Correspondent

/** How long an answer to a tender and an acknowledgement may take. */
async function opened(within: Duration, ackWithinMs: number): Promise<void> {
  const fast: PartnerDefinition = {
    name: 'fast',
    carrier: 'FAST',
    pushes: { user: 'fast', keys: [key.public] },
    reach: sftpOut({ user: 'fast' }),
    speaks: { ...speaks, ackWithinMs },
    owes: [tenderResponse.within(within, { after: loadTender })],
  }
  world = await openWorld({ partners: [fast], stock: { DC1: { BOLT: 100 }, DC2: {} }, change: carriedByFast })
  client = new OpenSshClient('fast', key, world.server.sftp?.port ?? 0)
  carrier = new Correspondent(opensshMailbag(client), speaks)
}
afterEach(async () => {
  client.end()
  await world.close()
})

/** What leaves DC1 goes with Fast Freight. */
function carriedByFast(definition: HubDefinition): HubDefinition {
  const [{ name, options }] = definition.process
  const warehouses = options.warehouses.map((one) => (one.facility === 'DC1' ? { ...one, carrier: 'fast' } : one))
  const land = { erp: 'erp', warehouses: { DC1: 'wms1', DC2: 'wms2', '3PL1': 'harbor' }, carriers: ['carrier', 'fast'] }
  return {
    ...definition,
    lifecycle: { authority: delegatedToCrossdock(land) },
    process: [{ name, options: { ...options, warehouses } }],
  }
}

async function ordered(number: string): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(shopOrder(number, [{ item: 'BOLT', quantity: 3 }])))
  const { hub } = world.server
  await hub.intake.submit({ tenant: hub.tenant, system: 'shop', channel: 'http', bytes, receivedAt: Date.now() })
}
const idOf = async (number: string) => {
  const { orders } = (await world.call('/v1/orders')).body as { orders: { customerOrder: string; id: string }[] }
  return orders.find(({ customerOrder }) => customerOrder === number)?.id ?? ''
}
const awaiting = async () => (await world.partner('fast')).mailbox.awaiting

/** The load it was offered. */
function tender() {
  const set = carrier.got.find(({ id }) => id === '204')
  const document = set && loadTender.readX12(set).document
  if (!document) throw new Error('No 204 came.')
  return document
}
const today = () => new Date().toISOString().slice(0, 10)
const answer = (shipment: string) =>
  partnerFile(speaks, tenderResponse, { shipment, scac: 'FAST', date: today(), response: 'accepted' }, 901)
function status(shipment: string, milestone: Milestone['milestone'], number: number) {
  const happened: Milestone = {
    milestone,
    reason: 'NS',
    date: today(),
    time: new Date().toISOString().slice(11, 16),
    zone: 'UT',
  }
  const lines = [{ line: '1', milestones: [happened] }]
  return partnerFile(
    speaks,
    shipmentStatus,
    { scac: 'FAST', shipment, pro: 'PRO-1', shipper: { name: 'Acme' }, lines },
    number,
  )
}
const bill = (shipment: string) =>
  partnerFile(
    speaks,
    freightInvoice,
    {
      number: 'F-100',
      shipment,
      scac: 'FAST',
      date: today(),
      currency: 'USD',
      amount: '120.00',
      payment: 'PP',
      lines: [{ line: '1', charges: [{ type: 'freight', amount: '120.00' }] }],
      totals: { charge: '120.00' },
    },
    904,
  )

test('a 204 waits, is fetched and answered; 990, 214s and 210 are pushed, taken in and acknowledged', async () => {
  await opened('1m', 60_000)
  await ordered('W-1')
  await carrier.until(() => expect(carrier.ids()).toEqual(['204']))
  const { shipment } = tender()
  await carrier.sends('990.edi', answer(shipment))
  await carrier.sends('214-1.edi', status(shipment, 'departed_pickup', 902))
  await carrier.sends('214-2.edi', status(shipment, 'delivered', 903))
  await carrier.sends('210.edi', bill(shipment))
  await carrier.until(() => expect(carrier.told).toEqual(['A', 'A', 'A', 'A']))
  await carrier.until(async () => expect(await awaiting()).toEqual([]))
  await carrier.until(async () => {
    const { body } = await world.call(`/v1/timeline/${await idOf('W-1')}`)
    for (const told of ['Carrier: departed_pickup', `Shipment ${shipment} was delivered.`])
      expect(JSON.stringify(body)).toContain(told)
  })
  expect([await world.cases(), world.troubles]).toEqual([[], []])
}, 240_000)

test('the clocks fire: a 204 that nobody fetches is a case for its 997 and one for its 990, until both are there', async () => {
  await opened('3s', 2_000)
  await ordered('W-2')
  carrier.isAway = true
  await carrier.until(async () =>
    expect(await world.cases()).toEqual([
      'fast: due soon, tender-response to our load-tender',
      'fast: overdue, tender-response to our load-tender',
      'fast: report refused, 997',
    ]),
  )
  carrier.isAway = false
  await carrier.until(() => expect(carrier.ids()).toEqual(['204']))
  await carrier.sends('990.edi', answer(tender().shipment))
  await carrier.until(async () => expect(await world.cases()).toEqual(['fast: report refused, 997']))
  expect(await awaiting()).toEqual([])
  expect(world.troubles).toEqual([])
}, 240_000)
