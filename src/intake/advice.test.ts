import { expect, test } from 'vitest'
import { warehouseAdvice } from '../documents/warehouse-advice/index.ts'
import type { WarehouseAdvice } from '../documents/warehouse-advice/schema.ts'
import { writeInterchange } from '../edi/x12/write.ts'
import type { Report } from '../journal/contract.ts'
import { releaseNumber } from '../lifecycle/release.ts'
import { envelopeFor } from './envelope.ts'
import type { Sender } from './settings.ts'
import { Desk } from './testing/desk.ts'
import { interchangeOf } from './testing/x12.ts'

const ORDER = 'o0-5f-01k3v9x2q7-0003'
const RELEASE = releaseNumber(ORDER, 1)
const EDI = { ours: 'ZZ:ACMESUPPLY', theirs: 'ZZ:HARBOR3PL' }
const HARBOR: Sender = { system: 'harbor', role: 'wms', partner: 'harbor', facility: '3PL1', edi: EDI }

const advice = (lines: WarehouseAdvice['lines'], over: Partial<WarehouseAdvice> = {}): WarehouseAdvice => ({
  number: RELEASE,
  reporting: 'F',
  date: '2026-01-06',
  shipment: 'H-100',
  departure: { method: 'M', scac: 'UPSN' },
  lines,
  ...over,
})

const fileOf = (document: WarehouseAdvice, number = 1): Buffer => {
  const set = { id: '945', controlNumber: 1, segments: warehouseAdvice.writeX12(document) as never }
  const turned = { ours: EDI.theirs, theirs: EDI.ours }
  const time = { date: '20260106', time: '1200' }
  return Buffer.from(writeInterchange(envelopeFor(turned, 'SW', set, { isa: number, gs: number }, time)))
}

const line = (over: Partial<WarehouseAdvice['lines'][number]> = {}) => ({
  line: '1',
  status: 'CC',
  ordered: '24',
  shipped: '24',
  uom: 'EA',
  sku: '4711',
  ...over,
})

const reportsFrom = (document: WarehouseAdvice, desk = new Desk(HARBOR)) => {
  const outcome = desk.takes(fileOf(document), { channel: 'folder' })
  return { ...outcome, reports: outcome.inputs.filter((input): input is Report => input.kind === 'report') }
}
const told = (reports: readonly Report[]) => reports.map(({ type, data }) => [type, data])

test('a 945 says what was picked, packed and shipped of the order behind our release', () => {
  const sscc = '106141411234567897'
  const { reports } = reportsFrom(advice([line({ sscc, uom: 'CA', ordered: '2', shipped: '2' })]))
  const content = [{ line: '1', item: '4711', quantity: 24_000_000 }]
  expect(reports.every(({ subject, source }) => subject === `acme/order/${ORDER}` && source === 'harbor')).toBe(true)
  expect(told(reports)).toMatchObject([
    ['pick.confirmed', { release: RELEASE, lines: content }],
    ['carton.closed', { release: RELEASE, carton: { carton: sscc, sscc, lines: content } }],
    ['shipment.manifested', { shipment: 'H-100', order: ORDER, release: RELEASE, scac: 'UPSN' }],
    [
      'shipment.dispatched',
      { shipment: 'H-100', facility: '3PL1', shipDate: '2026-01-06', cartons: [{ carton: sscc }] },
    ],
  ])
})

test('a 945 with nothing shipped is a full short, and is kept', () => {
  const { reports } = reportsFrom(advice([line({ status: 'CP', shipped: '0' })]))
  expect(told(reports)).toMatchObject([
    ['pick.short', { release: RELEASE, facility: '3PL1', lines: [{ line: '1', item: '4711', quantity: 24_000_000 }] }],
  ])
})

test('a line in two cartons is short only by what is in neither', () => {
  const first = line({ status: 'CP', shipped: '10', sscc: '106141411234567897' })
  const second = line({ status: 'CP', shipped: '8', sscc: '006141411234567890' })
  const { reports } = reportsFrom(advice([first, second]))
  expect(told(reports).slice(0, 2)).toMatchObject([
    ['pick.confirmed', { lines: [{ line: '1', quantity: 18_000_000 }] }],
    ['pick.short', { lines: [{ line: '1', quantity: 6_000_000 }] }],
  ])
})

test('where each place of a line says its own part, each is short of its own', () => {
  const first = line({ status: 'CP', ordered: '6', shipped: '5', sscc: '106141411234567897' })
  const second = line({ status: 'CC', ordered: '4', shipped: '4', sscc: '006141411234567890' })
  for (const lines of [
    [first, second],
    [second, first],
  ])
    expect(told(reportsFrom(advice(lines)).reports)[1]).toMatchObject([
      'pick.short',
      { lines: [{ quantity: 1_000_000 }] },
    ])
})

test('what will follow in another shipment is not short', () => {
  const { reports } = reportsFrom(advice([line({ status: 'BP', shipped: '10' })]))
  expect(reports.map(({ type }) => type)).not.toContain('pick.short')
})

test('the same advice in a new envelope has no effect; another one under its number is a case', () => {
  const desk = new Desk(HARBOR)
  reportsFrom(advice([line()]), desk)
  expect(desk.takes(fileOf(advice([line()]), 2)).inputs.filter(({ kind }) => kind === 'report')).toEqual([])
  const other = desk.takes(fileOf(advice([line({ status: 'CP', shipped: '20' })]), 3))
  expect(other.inputs.filter(({ kind }) => kind === 'report')).toEqual([])
  expect(other.inputs).toContainEqual(
    expect.objectContaining({ type: 'arrival.refused', subject: `acme/order/${ORDER}` }),
  )
})

test('an advice for no release of ours, or of an item we do not have, is a case', () => {
  for (const document of [advice([line()], { number: 'WHO-KNOWS' }), advice([line({ sku: 'nothing' })])]) {
    const { reports, inputs, receipts } = reportsFrom(document)
    expect(reports).toEqual([])
    expect(inputs).toContainEqual(expect.objectContaining({ type: 'arrival.refused', subject: 'acme/mailbox/harbor' }))
    expect(receipts).toMatchObject([{ verdict: 'quarantined' }])
  }
})

test('a warehouse does not send purchase orders', () => {
  const edi = { ours: 'ZZ:ACMESUPPLY', theirs: '12:5555550142' }
  const { inputs } = new Desk({ ...HARBOR, edi }).takes(interchangeOf([{ number: 'PO-1' }]))
  expect(inputs.filter((input) => input.kind === 'arrival' && input.type === 'order')).toEqual([])
})
