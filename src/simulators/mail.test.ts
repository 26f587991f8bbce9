import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { purchaseOrder } from '../documents/purchase-order/index.ts'
import { warehouseAdvice } from '../documents/warehouse-advice/index.ts'
import { warehouseOrder } from '../documents/warehouse-order/index.ts'
import type { X12Set } from '../edi/x12/reading.ts'
import type { WrittenSegment } from '../edi/x12/write.ts'
import { folderMailbag, type Mailbag, memoryMailbags } from './edi/mailbag.ts'
import { PostOffice } from './edi/post-office.ts'
import { buildLandscape } from './landscape.ts'
import type { LedgerRow } from './ledger.ts'
import { Partner, type PartnerOptions } from './partner/partner.ts'
import { ThirdParty, type ThirdPartyOptions } from './wms/third-party.ts'
import { SimulatedWorld } from './world.ts'

const landscape = buildLandscape({ seed: 7, items: 100 })
const supplier = { qualifier: 'ZZ', id: 'ACMESUPPLY' }
const bigBox = { qualifier: '12', id: '5555550142' }
const harbor = { qualifier: 'ZZ', id: 'HARBOR3PL' }

/** The other side of the exchange: what the hub would read. */
function counterpart(bag: Mailbag, world: SimulatedWorld, theirs = bigBox) {
  const office = new PostOffice({ ours: supplier, theirs }, bag, () => world.now())
  const sets: X12Set[] = []
  const repeated: string[] = []
  const accepted: string[] = []
  const collect = () =>
    office.collect({
      set: (set) => void sets.push(set),
      answers: (answers) =>
        accepted.push(
          ...answers.groups.flatMap((group) => group.sets.filter((set) => set.accepted).map((set) => set.id)),
        ),
      repeated: (control) => void repeated.push(control),
    })
  return { office, sets, repeated, accepted, collect }
}

function customer(options: Partial<PartnerOptions> = {}) {
  const world = new SimulatedWorld()
  const { ours, theirs } = memoryMailbags()
  const edi = { ours: bigBox, theirs: supplier }
  const partner = new Partner(
    { name: 'bigBox', seed: 7, customer: 'BIGBOX', edi, ...options },
    landscape,
    ours,
    world.ports('bigBox'),
  )
  return { world, partner, bag: theirs, hub: counterpart(theirs, world) }
}

const rows = (ledger: Iterable<LedgerRow>, kind: string) => [...ledger].filter((row) => row.kind === kind)
const segment = (set: X12Set, tag: string) => {
  for (let at = 0; at < set.segments.length; at += 1) if (set.segments.tag(at) === tag) return at
  throw new Error(`no ${tag}`)
}

test('purchase orders come several to an interchange, and each is taken when its 997 says so', async () => {
  const { partner, hub } = customer()
  await partner.order(10)
  const files = await hub.collect()
  expect(hub.sets.map((set) => set.id)).toEqual(Array.from({ length: 10 }, () => '850'))
  expect(files).toBeLessThan(10)
  expect(partner.unanswered).toBe(10)
  await partner.poll()
  expect(partner.unanswered).toBe(0)
  expect(rows(partner.ledger.rows(), 'outcome').map((row) => row.detail)).toEqual(
    Array.from({ length: 10 }, () => 'ok'),
  )
})

test('a customer that sends twice sends the same bytes, or the same order in a new envelope', async () => {
  const twice = customer({ repeatRate: 1, setsPerInterchange: 1 })
  await twice.partner.order(2)
  await twice.hub.collect()
  expect(twice.hub.repeated).toEqual(['000000001', '000000002'])

  const again = customer({ resendRate: 1, setsPerInterchange: 1 })
  await again.partner.order(1)
  await again.hub.collect()
  const numbers = again.hub.sets.map((set) => set.segments.at(segment(set, 'BEG'), 3))
  expect(numbers).toEqual(['PO-0000001', 'PO-0000001'])
})

test('an order with a fault is never counted as taken', async () => {
  const { partner, hub } = customer({ faultRate: 1 })
  await partner.order(3)
  await hub.collect()
  await partner.poll()
  const outcomes = rows(partner.ledger.rows(), 'outcome').map((row) => row.detail)
  expect(outcomes).toEqual(['refused', 'refused', 'refused'])
})

test('a customer that hears nothing sends again, three times at most', async () => {
  const { partner, hub, world } = customer({ resendAfterMs: 60_000, setsPerInterchange: 1 })
  await partner.order(1)
  await world.settle()
  expect(await hub.collect()).toBe(2) // the first file, and the repeat under its own name
  expect(world.now()).toBe(Date.UTC(2026, 0, 5, 8) + 180_000)
})

test('a customer knows which documents came for an order, and acknowledges each', async () => {
  const { partner, hub } = customer()
  await hub.office.post('PR', [
    {
      id: '855',
      segments: [
        ['BAK', '00', 'AC', 'PO-0000001', '20260105'],
        ['PO1', '1', '1', 'EA', '9.25', 'PE', 'VN', 'ITEM-0001'],
        ['ACK', 'IA', '1', 'EA'],
        ['CTT', '1'],
      ],
    },
  ])
  await partner.poll()
  expect(partner.documents('PO-0000001')).toEqual({ '855': ['PO-0000001'], '856': [], '810': [] })
  const [effect] = rows(partner.ledger.rows(), 'effect')
  expect(effect).toMatchObject({ what: 'document.855', detail: { key: 'PO-0000001', control: '000000001' } })
  await hub.collect()
  expect(hub.accepted).toEqual(['855'])
})

function warehouse(options: Partial<ThirdPartyOptions> = {}) {
  const world = new SimulatedWorld()
  const { ours, theirs } = memoryMailbags()
  const edi = { ours: harbor, theirs: supplier }
  const thirdParty = new ThirdParty(
    { name: 'harbor', facility: '3PL1', seed: 7, edi, ...options },
    landscape,
    ours,
    world.ports('harbor'),
  )
  return { world, thirdParty, hub: counterpart(theirs, world, harbor) }
}

const shippingOrder: WrittenSegment[] = [
  ['W05', 'N', 'r0-5f-01k3v9x2q7-00031', 'PO-1'],
  ['N1', 'WH', 'Harbor', '92', '3PL1'],
  ['LX', '1'],
  ['W01', '12', 'EA', '', 'VN', 'ITEM-0001'],
  ['N9', 'LI', '10'],
  ['LX', '2'],
  ['W01', '3', 'EA', '', 'VN', 'ITEM-0002'],
  ['N9', 'LI', '20'],
  ['W76', '15'],
]

test('a 3PL ships what a 940 asks for and says so in a 945 under our release number', async () => {
  const { world, thirdParty, hub } = warehouse()
  await hub.office.post('OW', [{ id: '940', segments: shippingOrder }])
  await thirdParty.poll()
  await world.settle()
  await hub.collect()
  const [advice] = hub.sets as [X12Set]
  const { segments } = advice
  expect(advice.id).toBe('945')
  expect(advice.faults).toEqual([])
  expect([2, 4, 6].map((element) => segments.at(segment(advice, 'W06'), element))).toEqual([
    'r0-5f-01k3v9x2q7-00031',
    '3PL1-0000001',
    'PO-1',
  ])
  const first = segment(advice, 'W12')
  expect([1, 2, 3, 5, 8].map((element) => segments.at(first, element))).toEqual(['CC', '12', '12', 'EA', 'ITEM-0001'])
  expect(segments.at(first + 1, 2)).toBe('10')
  expect(hub.accepted).toEqual(['940'])
})

test('what a 3PL reads and writes are the documents we know', async () => {
  const { world, thirdParty, hub } = warehouse({ shortRate: 0.5 })
  const asked = {
    number: 'r0-5f-01k3v9x2q7-00031',
    purchaseOrder: 'PO-1',
    lines: landscape.items.slice(0, 8).map((item, at) => ({
      line: String(at + 1),
      quantity: '12',
      uom: item.baseUnit,
      sku: item.sku,
    })),
  }
  const segments = warehouseOrder.writeX12(asked, {}) as WrittenSegment[]
  await hub.office.post('OW', [{ id: '940', segments }])
  await thirdParty.poll()
  await world.settle()
  await hub.collect()
  const read = warehouseAdvice.readX12(hub.sets[0] as X12Set, {})
  const advice = 'document' in read ? read.document : undefined
  expect('faults' in read ? read.faults : []).toEqual([])
  expect(advice).toMatchObject({ number: asked.number, shipment: '3PL1-0000001', purchaseOrder: 'PO-1' })
  expect(advice?.lines.map((line) => [line.line, line.sku]).sort()).toEqual(
    asked.lines.map((line) => [line.line, line.sku]),
  )
  const short = advice?.lines.filter((line) => Number(line.shipped) < 12) ?? []
  expect(short.length).toBeGreaterThan(0)
  for (const line of short) expect([line.status, Number(line.shipped) + Number(line.difference)]).toEqual(['CP', 12])
})

test('what a customer sends is a purchase order as our documents define it', async () => {
  const { partner, hub } = customer()
  await partner.order(20)
  await hub.collect()
  for (const set of hub.sets) {
    const read = purchaseOrder.readX12(set, {})
    expect('faults' in read ? read.faults : []).toEqual([])
  }
})

test('a 3PL that finds nothing says zero, it does not stay silent', async () => {
  const empty = buildLandscape({ seed: 7, items: 100, facilities: { '3PL1': [0, 0] } })
  const world = new SimulatedWorld()
  const { ours, theirs } = memoryMailbags()
  const edi = { ours: harbor, theirs: supplier }
  const thirdParty = new ThirdParty({ name: 'harbor', facility: '3PL1', edi }, empty, ours, world.ports('harbor'))
  const hub = counterpart(theirs, world, harbor)
  await hub.office.post('OW', [{ id: '940', segments: shippingOrder }])
  await thirdParty.poll()
  await world.settle()
  await hub.collect()
  const [advice] = hub.sets as [X12Set]
  const first = segment(advice, 'W12')
  expect([1, 2, 3, 4].map((element) => advice.segments.at(first, element))).toEqual(['CP', '12', '0', '12'])
  expect(advice.segments.at(segment(advice, 'W03'), 1)).toBe('0')
})

test('files change hands in folders: written whole, picked up by name, put aside when taken', async () => {
  const root = mkdtempSync(join(tmpdir(), 'mail-'))
  try {
    const ours = await folderMailbag(join(root, 'a'), join(root, 'b'))
    const theirs = await folderMailbag(join(root, 'b'), join(root, 'a'))
    await ours.drop('one.edi', new TextEncoder().encode('ISA'))
    expect(await theirs.waiting()).toEqual(['one.edi'])
    expect(new TextDecoder().decode(await theirs.read('one.edi'))).toBe('ISA')
    await theirs.done('one.edi')
    expect(await theirs.waiting()).toEqual([])
    expect(readdirSync(join(root, 'b', 'done'))).toEqual(['one.edi'])
  } finally {
    rmSync(root, { recursive: true })
  }
})
