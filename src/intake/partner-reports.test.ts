import { expect, test } from 'vitest'
import { partnerFile } from '../../test/support/partner-file.ts'
import { inventoryAdjustment } from '../documents/inventory-adjustment/index.ts'
import type { InventoryAdjustment } from '../documents/inventory-adjustment/schema.ts'
import { inventoryAdvice } from '../documents/inventory-advice/index.ts'
import type { InventoryAdvice } from '../documents/inventory-advice/schema.ts'
import { stockTransferReceipt } from '../documents/stock-transfer-receipt/index.ts'
import type { StockTransferReceipt } from '../documents/stock-transfer-receipt/schema.ts'
import { type WrittenSegment, writeInterchange } from '../edi/x12/write.ts'
import type { Report } from '../journal/contract.ts'
import { claimsOf } from './arrival.ts'
import { mayHoldCount } from './count-part.ts'
import { envelopeFor } from './envelope.ts'
import { interpret } from './interpret.ts'
import type { Sender } from './settings.ts'
import { Desk, NOW } from './testing/desk.ts'

const EDI = { ours: 'ZZ:ACMESUPPLY', theirs: 'ZZ:HARBOR3PL' }
const HARBOR: Sender = { system: 'harbor', role: 'wms', partner: 'harbor', facility: '3PL1', edi: EDI }
const STOCK = 'acme/stock/3PL1'
const WAREHOUSE = { id: '3PL1', idQualifier: '91' }

interface Writer<T> {
  readonly x12: { readonly set: string; readonly functionalId: string }
  writeX12(document: T): readonly (readonly string[])[]
}

let number = 0
function fileOf<T>({ x12, writeX12 }: Writer<T>, document: T): Buffer {
  number += 1 // every file is an envelope of its own
  const set = { id: x12.set, controlNumber: 1, segments: writeX12(document) as WrittenSegment[] }
  const turned = { ours: EDI.theirs, theirs: EDI.ours }
  const time = { date: '20260106', time: '1200' }
  return Buffer.from(writeInterchange(envelopeFor(turned, x12.functionalId, set, { isa: number, gs: number }, time)))
}

function taken(file: Buffer, desk = new Desk(HARBOR)) {
  const outcome = desk.takes(file, { channel: 'folder' })
  const reports = outcome.inputs.filter((input): input is Report => input.kind === 'report')
  const refused = outcome.inputs.filter((input) => input.kind === 'arrival' && input.type === 'arrival.refused')
  return { ...outcome, reports, refused, told: reports.map(({ type, data }) => [type, data]) }
}

const adjustment = (
  lines: Partial<InventoryAdjustment['lines'][number]>[],
  over: Partial<InventoryAdjustment> = {},
): Buffer =>
  fileOf(inventoryAdjustment, {
    date: '2026-01-06',
    number: 'ADJ-1',
    depositorNumber: 'D-1',
    warehouse: WAREHOUSE,
    lines: lines.map((line, at) => {
      return { line: String(at + 1), quantity: '-2', uom: 'EA', reason: 'damage' as const, sku: '4711', ...line }
    }),
    ...over,
  })

const count = (lines: InventoryAdvice['lines'], over: Partial<InventoryAdvice> = {}): Buffer =>
  fileOf(inventoryAdvice, { number: 'CNT-1', type: 'DD', date: '2026-01-06', lines, ...over })

const receipt = (
  lines: Partial<StockTransferReceipt['lines'][number]>[],
  over: Partial<StockTransferReceipt> = {},
): Buffer =>
  fileOf(stockTransferReceipt, {
    receipt: 'RCV-1',
    reporting: 'F',
    date: '2026-01-06',
    warehouse: WAREHOUSE,
    lines: lines.map((line, at) => ({ line: String(at + 1), received: '10', uom: 'EA', sku: '4711', ...line })),
    totals: { quantity: String(lines.reduce((sum, { received = '10' }) => sum + Number(received), 0)) },
    ...over,
  })

test('a 947 is the same report as a WMS makes: signed changes in the base unit, and moves between two statuses', () => {
  const { reports, told } = taken(
    adjustment([
      { quantity: '-2', uom: 'CA' },
      { quantity: '5', reason: 'found' },
      { quantity: '-12', reason: 'status', from: 'available', to: 'hold' },
    ]),
  )
  expect(reports.every(({ subject, source, receipt: from }) => subject === STOCK && source === 'harbor' && from)).toBe(
    true,
  )
  expect(told).toEqual([
    [
      'inventory.adjusted',
      {
        facility: '3PL1',
        lines: [
          { item: '4711', status: 'available', delta: -24_000_000, reason: 'damage' },
          { item: '4711', status: 'available', delta: 5_000_000, reason: 'found' },
        ],
      },
    ],
    [
      'inventory.status_changed',
      { facility: '3PL1', lines: [{ item: '4711', from: 'available', to: 'hold', quantity: 12_000_000 }] },
    ],
  ])
})

test('the same adjustment in a new envelope changes nothing, nor does a declared copy; another under its number is a case', () => {
  const desk = new Desk(HARBOR)
  expect(taken(adjustment([{}]), desk).reports).toHaveLength(1)
  expect(taken(adjustment([{}]), desk).inputs.filter(({ kind }) => kind === 'report')).toEqual([])
  expect(taken(adjustment([{}], { purpose: 'duplicate' }), desk).reports).toEqual([])
  const other = taken(adjustment([{ quantity: '-3' }]), desk)
  expect([other.reports, other.refused]).toMatchObject([
    [],
    [{ subject: STOCK, data: { report: 'inventory-adjustment' } }],
  ])
  expect(taken(adjustment([{ quantity: '-3' }], { number: 'ADJ-2' }), desk).reports).toHaveLength(1)
})

test('an adjustment that is taken back, or does not say to which status it moves, is a person’s to look at', () => {
  for (const file of [
    adjustment([{}], { purpose: 'cancel' }),
    adjustment([{ reason: 'status' }], { number: 'ADJ-3' }),
  ]) {
    const { reports, refused, receipts } = taken(file)
    expect([reports, refused.length, receipts[0]?.verdict]).toEqual([[], 1, 'quarantined'])
  }
})

test('an item nobody knows or a unit without a factor lets the whole document wait, and says which', () => {
  const unknown = taken(adjustment([{}, { sku: 'NOBODY' }]))
  expect(unknown.reports).toEqual([])
  expect(unknown.refused).toMatchObject([
    { subject: 'acme/mailbox/harbor', data: { wrong: { field: '/lines/[]/sku', value: 'NOBODY' } } },
  ])
  const odd = taken(receipt([{ uom: 'PL' }]))
  expect(odd.refused).toMatchObject([{ data: { wrong: { field: '/lines/[]/uom', value: 'PL' } } }])
})

test('an 846 of a warehouse is a count: lots add up, what is on order does not, and on hand is said over for sale', () => {
  const { told, reports } = taken(
    count([
      {
        sku: '4711',
        stock: [
          { status: 'onHand', quantity: '10', uom: 'CA' },
          { status: 'forSale', quantity: '100', uom: 'EA' },
          { status: 'onOrder', quantity: '500', uom: 'EA' },
          { status: 'onHold', quantity: '6', uom: 'EA' },
        ],
      },
      { sku: '4711', lot: 'L2', stock: [{ status: 'onHand', quantity: '3', uom: 'EA' }] },
      { sku: 'ROPE-8', stock: [{ status: 'forSale', quantity: '7', uom: 'FT' }] },
    ]),
  )
  expect(reports.map(({ subject }) => subject)).toEqual([STOCK])
  expect(told).toEqual([
    [
      'inventory.counted',
      {
        facility: '3PL1',
        lines: [
          { item: '4711', status: 'available', quantity: 123_000_000 },
          { item: '4711', status: 'hold', quantity: 6_000_000 },
          { item: 'ROPE-8', status: 'available', quantity: 7_000_000 },
        ],
      },
    ],
  ])
})

test('C08 a snapshot that has lost most of what the book holds is not counted, unless it was agreed to be a part', () => {
  const file = count([{ sku: '4711', stock: [{ status: 'onHand', quantity: '10', uom: 'EA' }] }])
  const read = (held: number, sender: Sender = HARBOR) => {
    const { master } = new Desk(sender)
    const arrival = { tenant: 'acme', system: 'harbor', channel: 'folder', bytes: file, receivedAt: NOW }
    const { parts } = interpret(arrival, { sender, master, held })
    return parts.flatMap((part) => ('parts' in part ? (part.parts ?? []) : []))
  }
  expect(read(10)).toMatchObject([{ error: { code: 'XD_INTAKE_SNAPSHOT_SHRANK' } }])
  expect(claimsOf({ parts: read(9) })).toHaveLength(1)
  const partial = { ...HARBOR, edi: { ...EDI, snapshots: { complete: false } } }
  expect(claimsOf({ parts: read(1000, partial) })).toHaveLength(1)
  const asks = (bytes: Buffer) => mayHoldCount({ tenant: '', system: '', channel: '', receivedAt: 0, bytes })
  expect([asks(file), asks(adjustment([{}]))]).toEqual([true, false])
})

test('a warehouse that speaks EDIFACT counts by INVRPT as another does by 846', () => {
  const speaks = { standard: 'edifact', ours: '4012345000016:14', theirs: '4098765000010:14' } as const
  const document: InventoryAdvice = {
    number: 'CNT-1',
    type: 'DD',
    date: '2026-01-06',
    lines: [{ line: '1', sku: '4711', stock: [{ status: 'onHand', quantity: '10', uom: 'EA' }] }],
  }
  const file = Buffer.from(partnerFile(speaks, inventoryAdvice, document, 1))
  expect(taken(file, new Desk({ ...HARBOR, edi: speaks })).told).toEqual([
    ['inventory.counted', { facility: '3PL1', lines: [{ item: '4711', status: 'available', quantity: 10_000_000 }] }],
  ])
  expect(mayHoldCount({ tenant: '', system: '', channel: '', receivedAt: 0, bytes: file })).toBe(true)
})

test('a 944 is a goods receipt: what is damaged or wrong stands apart from what can be sold, short and over are facts', () => {
  const { told } = taken(
    receipt([
      {
        received: '2',
        uom: 'CA',
        exceptions: [
          { quantity: '3', uom: 'EA', condition: 'damaged' },
          { quantity: '1', uom: 'EA', condition: 'quality' },
          { quantity: '4', uom: 'EA', condition: 'short' },
        ],
      },
      { sku: 'ROPE-8', received: '7', uom: 'FT' },
      { sku: 'ROPE-8', received: '0', uom: 'FT' },
    ]),
  )
  expect(told).toEqual([
    [
      'inventory.received',
      {
        facility: '3PL1',
        lines: [
          { item: '4711', status: 'available', quantity: 20_000_000 },
          { item: '4711', status: 'damaged', quantity: 3_000_000 },
          { item: '4711', status: 'inspection', quantity: 1_000_000 },
          { item: 'ROPE-8', status: 'available', quantity: 7_000_000 },
        ],
      },
    ],
  ])
})

test('a receipt is taken once; more damaged than came in is nobody’s receipt', () => {
  const desk = new Desk(HARBOR)
  expect(taken(receipt([{}]), desk).reports).toHaveLength(1)
  expect(taken(receipt([{}]), desk).reports).toEqual([])
  expect(taken(receipt([{ received: '11' }]), desk).refused).toHaveLength(1)
  const damaged = receipt([{ exceptions: [{ quantity: '11', uom: 'EA', condition: 'damaged' }] }], { receipt: 'RCV-2' })
  const { reports, refused } = taken(damaged, desk)
  expect([reports, refused.length]).toEqual([[], 1])
})

test('test data of a partner that is being set up changes no stock; what is wrong in it is told', () => {
  const trial: Sender = { ...HARBOR, edi: { ...EDI, usage: 'T' } }
  const tried = (file: Buffer) => taken(Buffer.from(file.toString().replace('*0*P*', '*0*T*')), new Desk(trial))
  expect(tried(adjustment([{}]))).toMatchObject({ answer: { status: 202 }, reports: [], refused: [], keys: [{}] })
  expect(tried(adjustment([{ sku: 'NOBODY' }])).refused).toHaveLength(1)
})

test('only a warehouse reports stock: from a supplier, a carrier or a customer these sets are refused in the 997', () => {
  const others: Sender[] = [
    { system: 'mill', role: 'supplier', partner: 'mill', edi: EDI },
    { system: 'fast', role: 'carrier', partner: 'fast', carrier: 'FAST', edi: EDI },
    { system: 'bigbox', role: 'partner', partner: 'bigbox', customer: 'BIGBOX', edi: EDI },
  ]
  const counted: InventoryAdvice['lines'][number] = {
    sku: '4711',
    stock: [{ status: 'onHand', quantity: '10', uom: 'EA' }],
  }
  for (const sender of others) {
    for (const file of [adjustment([{}]), count([counted]), receipt([{}])]) {
      const { reports, refused } = taken(file, new Desk(sender))
      expect(reports).toEqual([])
      expect(refused).toMatchObject([{ data: { detail: { faults: [{ code: 'XD_INTAKE_SET_UNSUPPORTED' }] } } }])
    }
  }
})

test('a set for which there is no document is refused in the 997, and a person reads that it is nothing that can be read here', () => {
  const file = Buffer.from(adjustment([{}]).toString().replace('ST*947*', 'ST*859*'))
  const { reports, refused } = taken(file)
  expect(reports).toEqual([])
  expect(refused).toMatchObject([{ data: { detail: { faults: [{ code: 'XD_INTAKE_SET_UNREAD' }] } } }])
})
