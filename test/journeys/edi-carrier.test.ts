import { expect, test } from 'vitest'
import { ediPartners } from '../../src/cli/landscape/acme.ts'
import type { HubDefinition, PartnerDefinition } from '../../src/config/define-hub.ts'
import { folder } from '../../src/connectors/folder/index.ts'
import { freightInvoice } from '../../src/documents/freight-invoice/index.ts'
import { loadTender } from '../../src/documents/load-tender/index.ts'
import { shipmentStatus } from '../../src/documents/shipment-status/index.ts'
import type { Milestone, ShipmentStatus } from '../../src/documents/shipment-status/schema.ts'
import { tenderResponse } from '../../src/documents/tender-response/index.ts'
import { delegatedToCrossdock } from '../../src/lifecycle/authority.ts'
import { type Journey, openHub } from '../support/hub.ts'
import { partnerFile } from '../support/partner-file.ts'
import { acme, shopOrder, smallBusiness } from '../support/retailer.ts'

const fast = {
  name: 'fast',
  title: 'Fast Freight',
  carrier: 'FAST',
  reach: folder({ outbox: 'partners/fast/to' }),
  pickUp: 'partners/fast/from',
  speaks: { ours: 'ZZ:ACMESUPPLY', theirs: '02:FAST', timeZone: 'America/Chicago', statusWaitMs: 1_800_000 },
} as const satisfies PartnerDefinition

const [process] = acme.process
/** Fast Freight carries for DC1; everything else goes with the carrier that is called over HTTP. */
const withFast: HubDefinition = {
  ...acme,
  partners: [...ediPartners, fast],
  lifecycle: {
    authority: delegatedToCrossdock({
      erp: 'erp',
      warehouses: { DC1: 'wms1', DC2: 'wms2', '3PL1': 'harbor' },
      carriers: ['carrier', 'fast'],
    }),
  },
  process: [
    {
      ...process,
      options: {
        ...process.options,
        warehouses: process.options.warehouses.map((one) =>
          one.facility === 'DC1' ? { ...one, carrier: 'fast' } : one,
        ),
      },
    },
  ],
}

/** An order of bolts for DC1 leaves; the names its shipment has. */
async function shipped(hub: Journey, number = 'W-1') {
  await hub.orders(shopOrder(number, [{ item: 'BOLT', quantity: 12 }]))
  await hub.settles()
  const [id = ''] = hub.ids(number)
  const [data] = hub.of('order.shipped', id)
  if (!data) throw new Error('Nothing left.')
  return { id, ...data }
}

const happened = (milestone: Milestone['milestone'], day: string, time: string): Milestone => ({
  milestone,
  reason: 'NS',
  date: `2026-01-${day}`,
  time,
  zone: 'LT',
  where: { city: 'PEORIA', region: 'IL' },
})

const status = (control: number, names: Partial<ShipmentStatus>, ...milestones: Milestone[]): Uint8Array =>
  partnerFile(
    fast.speaks,
    shipmentStatus,
    { scac: 'FAST', shipper: { name: 'Acme' }, ...names, lines: [{ line: '1', milestones }] },
    control,
  )

const answer = (control: number, shipment: string, response: 'accepted' | 'declined'): Uint8Array =>
  partnerFile(
    fast.speaks,
    tenderResponse,
    {
      shipment,
      scac: 'FAST',
      date: '2026-01-05',
      response,
      ...(response === 'declined' ? { notes: ['No truck'] } : {}),
    },
    control,
  )

const bill = (control: number, shipment: string): Uint8Array =>
  partnerFile(
    fast.speaks,
    freightInvoice,
    {
      number: 'F-100',
      shipment,
      scac: 'FAST',
      date: '2026-01-08',
      currency: 'USD',
      amount: '120.00',
      payment: 'PP',
      lines: [{ line: '1', charges: [{ type: 'freight', amount: '120.00' }] }],
      totals: { charge: '120.00' },
    },
    control,
  )

async function says(hub: Journey, file: Uint8Array): Promise<void> {
  expect((await hub.arrives(file, { from: 'fast' })).status).toBe(202)
  await hub.settles()
}

test('a carrier gets a 204, answers it by 990, tells the way by 214 in any order, delivers, and bills by 210', async () => {
  const hub = await openHub(withFast, { edi: true, landscape: smallBusiness() })
  const { id, shipment, bol = '', facility } = await shipped(hub)
  expect(facility).toBe('DC1')

  const [sent] = hub.documents('fast', '204')
  const tender = sent?.set && loadTender.readX12(sent.set).document
  expect(tender).toMatchObject({
    shipment,
    scac: 'FAST',
    payment: 'PP',
    stops: [
      { action: 'pick_up', place: { role: 'SF', id: 'DC1' } },
      { action: 'drop_off', place: { role: 'CN', id: '0042' }, orders: [{ purchaseOrder: 'W-1' }] },
    ],
  })
  expect(tender?.references).toContainEqual({ qualifier: 'BM', value: bol })
  expect(hub.effects(hub.systems.carrier, 'shipment.notify')).toEqual([]) // the other carrier hears nothing of it

  await says(hub, answer(901, shipment, 'accepted'))
  expect(hub.of('load.answered')).toMatchObject([{ order: id, shipment, response: 'accepted' }])

  await says(hub, status(902, { shipment }, happened('departed_pickup', '06', '08:00')))
  await says(hub, status(903, { shipment: bol, pro: 'PRO-1' }, happened('arrived_at_delivery', '07', '07:00')))
  await says(hub, status(904, { shipment }, happened('arrived_at_terminal', '06', '20:00'))) // late news
  await says(hub, status(905, { shipment }, happened('departed_pickup', '06', '08:00'))) // and old news
  const told = hub.of('shipment.milestone', id).map(({ code, at, place }) => [code, at, place])
  expect(told).toEqual([
    ['departed_pickup', '2026-01-06T14:00:00.000Z', 'PEORIA, IL'],
    ['arrived_at_delivery', '2026-01-07T13:00:00.000Z', 'PEORIA, IL'],
    ['arrived_at_terminal', '2026-01-07T02:00:00.000Z', 'PEORIA, IL'],
  ])

  await says(hub, status(906, { shipment }, happened('delivered', '07', '10:30')))
  expect(hub.of('order.delivered')).toEqual([{ shipment, deliveredAt: '2026-01-07T16:30:00.000Z' }])
  expect(hub.effects(hub.systems.shop, 'order.status').at(-1)?.detail).toMatchObject({ status: 'delivered' })

  await says(hub, bill(907, shipment))
  await says(hub, bill(908, shipment))
  expect(hub.of('load.billed')).toMatchObject([
    { number: 'F-100', order: id, shipment, amount: { amount: '120.00', currency: 'USD' } },
  ])
  expect(hub.documents('fast', '997')).toHaveLength(8)
  expect([hub.cases(), hub.troubles]).toEqual([[], []])
})

test('a declined tender is a case of its order, and a later yes is heard as well', async () => {
  const hub = await openHub(withFast, { edi: true, landscape: smallBusiness() })
  const { id, shipment } = await shipped(hub)
  await says(hub, answer(901, shipment, 'declined'))
  await says(hub, answer(902, shipment, 'declined')) // a new envelope: nothing new
  expect(hub.of('order.flagged', id)).toEqual([
    {
      cause: 'tender declined',
      field: 'load-tender',
      partner: 'fast',
      reason: `fast does not take shipment ${shipment}: No truck`,
    },
  ])
  expect(hub.cases()).toMatchObject([{ cause: 'tender declined', partner: 'fast' }])
  await says(hub, answer(903, shipment, 'accepted'))
  expect(hub.of('load.answered').map(({ response }) => response)).toEqual(['declined', 'accepted'])
})

test('what is said of a shipment that has not left waits for it; one that nobody knows is a case in the end', async () => {
  const hub = await openHub(withFast, { edi: true, landscape: smallBusiness() })
  // the warehouse counts its bills of lading by its shipments, so the next one is known before it leaves
  const first = await shipped(hub)
  const next = (first.bol ?? '').replace(/\d+$/, (number) => String(Number(number) + 1).padStart(number.length, '0'))
  await says(hub, status(901, { shipment: next }, happened('departed_pickup', '06', '08:00')))
  await says(hub, status(902, { shipment: 'NOBODY' }, happened('departed_pickup', '06', '08:00')))
  expect(hub.of('report.early').map(({ waitsFor }) => waitsFor)).toEqual(['order.shipped', 'order.shipped'])
  await hub.restarts() // what waits is on disk
  await hub.passes(60_000)
  const second = await shipped(hub, 'W-2')
  expect(second.bol).toBe(next)
  expect(hub.of('shipment.milestone', second.id)).toMatchObject([
    { shipment: second.shipment, code: 'departed_pickup' },
  ])
  expect(hub.cases()).toEqual([])
  await hub.passes(1_800_000)
  expect(hub.cases()).toMatchObject([{ cause: 'came too early', partner: 'fast' }])
  expect(hub.of('report.refused').map(({ reason }) => reason)).toEqual([
    'No shipment of ours has left that fast knows by shipment NOBODY, bol NOBODY.',
  ])
  expect(hub.troubles).toEqual([])
})

test('a carrier that speaks EDIFACT gets an IFTMIN and delivers by IFTSTA', async () => {
  const speaks = { standard: 'edifact', ours: '4012345000016:14', theirs: '4098765000010:14' } as const
  const partners = [...ediPartners, { ...fast, speaks }]
  const hub = await openHub({ ...withFast, partners }, { edi: true, landscape: smallBusiness() })
  const { shipment } = await shipped(hub)
  expect(hub.got('fast')).toEqual(['IFTMIN'])
  const delivered: ShipmentStatus = {
    scac: 'FAST',
    shipment,
    lines: [{ line: '1', milestones: [happened('delivered', '07', '10:30')] }],
  }
  await says(hub, partnerFile(speaks, shipmentStatus, delivered, 901))
  expect(hub.of('order.delivered')).toEqual([{ shipment, deliveredAt: '2026-01-07T10:30:00.000Z' }])
  expect([hub.cases(), hub.troubles]).toEqual([[], []])
})

test('a carrier that owes its answer within an hour is asked for before the hour is over, and a bill goes to the ERP too', async () => {
  const owing = {
    ...fast,
    owes: [tenderResponse.within('1h', { after: loadTender })],
    relays: [freightInvoice.to('erp')],
  }
  const hub = await openHub(
    { ...withFast, partners: [...ediPartners, owing] },
    { edi: true, landscape: smallBusiness() },
  )
  const { id, shipment } = await shipped(hub)
  await hub.passes(50 * 60_000)
  expect(hub.of('deadline.near')).toMatchObject([{ partner: 'fast', document: 'tender-response' }])
  await says(hub, answer(901, shipment, 'accepted'))
  expect(hub.of('deadline.kept')).toMatchObject([{ partner: 'fast', document: 'tender-response', late: false }])
  expect(hub.of('load.answered')).toMatchObject([{ order: id, response: 'accepted' }])
  await says(hub, bill(902, shipment))
  expect(hub.of('load.billed')).toMatchObject([{ number: 'F-100', order: id }])
  expect(hub.effects(hub.systems.erp, 'document.deliver')).toHaveLength(1)
  expect([hub.of('case.closed').length, hub.troubles]).toEqual([hub.cases().length, []])
})
