import { expect, test } from 'vitest'
import { partnerFile } from '../../test/support/partner-file.ts'
import { freightInvoice } from '../documents/freight-invoice/index.ts'
import type { FreightInvoice } from '../documents/freight-invoice/schema.ts'
import { shipmentStatus } from '../documents/shipment-status/index.ts'
import type { Milestone, ShipmentStatus } from '../documents/shipment-status/schema.ts'
import { tenderResponse } from '../documents/tender-response/index.ts'
import type { TenderResponse } from '../documents/tender-response/schema.ts'
import type { Report } from '../journal/contract.ts'
import type { EventData } from '../lifecycle/events.ts'
import type { Sender } from './settings.ts'
import { Desk, NOW } from './testing/desk.ts'

const EDI = { ours: 'ZZ:ACMESUPPLY', theirs: '02:FAST', timeZone: 'America/Chicago' }
const FAST: Sender = { system: 'fast', role: 'carrier', partner: 'fast', carrier: 'FAST', edi: EDI }

let number = 0 // every file is an envelope of its own
function taken(file: (control: number) => Uint8Array, desk = new Desk(FAST)) {
  number += 1
  const { inputs } = desk.takes(file(number), { channel: 'folder' })
  const reports = inputs.filter((input): input is Report => input.kind === 'report')
  const refused = inputs.filter((input) => input.kind === 'arrival' && input.type === 'arrival.refused')
  return { reports, refused, told: reports.map(({ data }) => data) }
}

const status = (milestones: Milestone[], over: Partial<ShipmentStatus> = {}, line: object = {}) => {
  const document: ShipmentStatus = {
    shipment: 'S-1',
    scac: 'FAST',
    shipper: { name: 'Acme' },
    lines: [{ line: '1', milestones, ...line }],
    ...over,
  }
  return (control: number) => partnerFile(EDI, shipmentStatus, document, control)
}
const at = (milestone: Milestone['milestone'], over: Partial<Milestone> = {}): Milestone => ({
  milestone,
  reason: 'NS',
  date: '2026-07-06',
  time: '10:00',
  ...over,
})
const answer = (over: Partial<TenderResponse> = {}) => {
  const document: TenderResponse = { shipment: 'S-1', scac: 'FAST', date: '2026-01-05', response: 'accepted', ...over }
  return (control: number) => partnerFile(EDI, tenderResponse, document, control)
}
const bill = (over: Partial<FreightInvoice> = {}) => {
  const document: FreightInvoice = {
    number: 'F-1',
    shipment: 'S-1',
    scac: 'FAST',
    date: '2026-01-08',
    currency: 'USD',
    amount: '120.00',
    payment: 'PP',
    lines: [{ line: '1', charges: [{ type: 'freight', amount: '120.00' }] }],
    totals: { charge: '120.00' },
    ...over,
  }
  return (control: number) => partnerFile(EDI, freightInvoice, document, control)
}

test('a status happened by the clock of its place: local, a zone, a zone in summer, or with no time at all', () => {
  const { told, reports } = taken(
    status([
      at('in_transit', { zone: 'LT' }),
      at('in_transit', { zone: 'ET' }),
      at('in_transit', { zone: 'ES' }),
      at('in_transit', { zone: 'UT', time: '23:59:30' }),
      { milestone: 'in_transit', reason: 'NS', date: '2026-01-06' },
    ]),
  )
  const times = (told as EventData['load.status_told'][]).map((one) => one.at)
  expect(times).toEqual([
    '2026-07-06T15:00:00.000Z',
    '2026-07-06T14:00:00.000Z',
    '2026-07-06T15:00:00.000Z',
    '2026-07-06T23:59:30.000Z',
    '2026-01-06T06:00:00.000Z',
  ])
  expect(reports.map(({ occurredAt }) => new Date(occurredAt).toISOString())).toEqual(times)
  expect(reports[0]).toMatchObject({ type: 'load.status_told', subject: 'acme/load/fast', source: 'fast' })
})

test('delivered is delivered, also with damage; what is still to come is told as of now', () => {
  const damaged = { exceptions: [{ code: 'A', packaging: 'CTN', quantity: '2' }] }
  const { told } = taken(status([at('delivered')], {}, damaged))
  const instant = '2026-07-06T15:00:00.000Z'
  expect(told).toMatchObject([
    { report: 'shipment.delivered', at: instant },
    { report: 'shipment.milestone', code: 'exception (A 2)', at: instant },
  ])
  const ahead = taken(status([at('delivery_expected'), at('other', { code: 'XX' })]))
  expect(ahead.told).toMatchObject([
    { code: 'delivery_expected 2026-07-06 10:00', at: new Date(NOW).toISOString() },
    { code: 'other (XX)', at: instant },
  ])
})

test('a carrier that speaks EDIFACT tells the way by IFTSTA', () => {
  const speaks = { standard: 'edifact', ours: '4012345000016:14', theirs: '4098765000010:14' } as const
  const document: ShipmentStatus = {
    shipment: 'S-1',
    scac: 'FAST',
    lines: [{ line: '1', milestones: [{ milestone: 'delivered', date: '2026-07-06', time: '10:00' }] }],
  }
  const file = partnerFile(speaks, shipmentStatus, document, 1)
  const { told } = taken(() => file, new Desk({ ...FAST, edi: speaks }))
  expect(told).toMatchObject([
    { references: ['shipment S-1', 'bol S-1'], report: 'shipment.delivered', at: '2026-07-06T10:00:00.000Z' },
  ])
})

test('a load is named by its line first, then by the shipper’s number, and by the carrier’s own last', () => {
  const references = [{ qualifier: 'BM', value: 'B-9' }]
  const own = {
    references: [
      { qualifier: 'BM', value: 'B-7' },
      { qualifier: 'PO', value: '4711' },
    ],
  }
  const { told } = taken(status([at('in_transit')], { pro: 'P-3', references }, own))
  expect(told).toMatchObject([
    { references: ['bol B-7', 'shipment B-7', 'shipment S-1', 'bol S-1', 'bol B-9', 'shipment B-9', 'pro P-3'] },
  ])
})

test('a status is known by what it says: the same in a new envelope is nothing, another place or time is', () => {
  const desk = new Desk(FAST)
  expect(taken(status([at('in_transit')]), desk).reports).toHaveLength(1)
  expect(taken(status([at('in_transit')]), desk).reports).toEqual([])
  expect(taken(status([at('in_transit', { time: '11:00' })]), desk).reports).toHaveLength(1)
})

test('a carrier answers a tender once a day, and may change its mind; what it bills it bills once', () => {
  const desk = new Desk(FAST)
  expect(taken(answer(), desk).told).toEqual([{ references: ['shipment S-1', 'bol S-1'], response: 'accepted' }])
  expect(taken(answer(), desk).reports).toEqual([])
  expect(taken(answer({ response: 'declined', notes: ['No truck'] }), desk).told).toMatchObject([
    { response: 'declined', note: 'No truck' },
  ])
  expect(taken(bill(), desk).told).toMatchObject([
    { number: 'F-1', amount: { amount: '120.00', currency: 'USD' }, references: ['shipment S-1', 'bol S-1'] },
  ])
  expect(taken(bill(), desk).reports).toEqual([])
  const other = bill({
    amount: '121.00',
    lines: [{ line: '1', charges: [{ type: 'freight', amount: '121.00' }] }],
    totals: { charge: '121.00' },
  })
  expect(taken(other, desk).refused).toMatchObject([{ subject: 'acme/load/fast', data: { report: 'freight-invoice' } }])
})

test('only a carrier tells the way of a load, and a carrier sends no orders', () => {
  const others: Sender[] = [
    { system: 'mill', role: 'supplier', partner: 'mill', edi: EDI },
    { system: 'harbor', role: 'wms', partner: 'harbor', facility: '3PL1', edi: EDI },
    { system: 'bigbox', role: 'partner', partner: 'bigbox', customer: 'BIGBOX', edi: EDI },
  ]
  for (const sender of others) {
    for (const file of [status([at('in_transit')], { pro: 'P-3' }), answer(), bill()]) {
      const { reports, refused } = taken(file, new Desk(sender))
      expect(reports).toEqual([])
      expect(refused).toMatchObject([{ data: { detail: { faults: [{ code: 'XD_INTAKE_SET_UNSUPPORTED' }] } } }])
    }
  }
})
