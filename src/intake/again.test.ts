import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { partnerFile } from '../../test/support/partner-file.ts'
import { businessIdentity } from '../documents/business-key.ts'
import type { DocumentType } from '../documents/document.ts'
import { inventoryAdvice } from '../documents/inventory-advice/index.ts'
import type { InventoryAdvice } from '../documents/inventory-advice/schema.ts'
import { remittanceAdvice } from '../documents/remittance-advice/index.ts'
import type { Correction } from '../identity/corrections.ts'
import type { KeyRow } from '../store/contract.ts'
import { openQuarantine, type Reading } from './again.ts'
import { digestOf, documentKey } from './keys.ts'
import type { Sender } from './settings.ts'
import { NOW, smallMaster } from './testing/desk.ts'
import { ordersOf } from './testing/edifact.ts'
import { interchangeOf, type TestOrder } from './testing/x12.ts'

const EDI = { ours: 'ZZ:ACMESUPPLY', theirs: '12:5555550142' }
const BIG_BOX: Sender = { system: 'bigbox', role: 'partner', partner: 'bigbox', edi: EDI }
const SHOP: Sender = { system: 'shop', role: 'shop' }

/** What a trial finds of bytes in quarantine. */
function tried(
  bytes: Uint8Array,
  from: Sender,
  corrections: readonly Correction[],
  toldNo = false,
  { another = false, found = [] }: { another?: boolean; found?: readonly KeyRow[] } = {},
): Promise<Reading> {
  const desk = openQuarantine({
    offer: () => expect.unreachable('a trial writes nothing'),
    findKeys: async () => found,
    sender: () => from,
    master: () => smallMaster(),
  })
  const digest = new Uint8Array(32)
  const about = { id: 'r0-01-1', tenant: 'acme', sender: from.system, channel: 'folder', at: NOW }
  return desk.try({ receipt: { ...about, verdict: 'quarantined', digest, bytes }, toldNo, another }, corrections)
}

const set = (order: Partial<TestOrder>) => interchangeOf([{ number: 'PO-1', ...order }])
const mapping = (where: string, from: string, to: string, partner = 'bigbox'): Correction => ({
  kind: 'mapping',
  partner,
  where,
  from,
  to,
})
const UNKNOWN_UNIT = set({ lines: ['PO1*1*3*QQ*9.25**VN*4711'] })
const unit = (value: string): Correction => ({ kind: 'crosswalk', partner: 'bigbox', type: 'unit', value, means: 'EA' })

test('a correction that finds no value it is about says so; one that finds some but does not help does not', async () => {
  const idle = /^No correction applies to a value here\. /
  expect((await tried(UNKNOWN_UNIT, BIG_BOX, [mapping('PO1/3', 'STK', 'EA')])).why).toMatch(idle)
  expect((await tried(UNKNOWN_UNIT, BIG_BOX, [mapping('PO1/2', 'QQ', 'EA')])).why).toMatch(idle)
  expect((await tried(UNKNOWN_UNIT, BIG_BOX, [unit('STK')])).why).toMatch(idle)
  expect((await tried(UNKNOWN_UNIT, BIG_BOX, [])).why).not.toMatch(idle)
  const found = await tried(UNKNOWN_UNIT, BIG_BOX, [mapping('PO1/3', 'QQ', 'XX')])
  expect(found.verdict).toBe('fails')
  expect(found.why).not.toMatch(idle)

  const order = Buffer.from(JSON.stringify({ customer: 'acct-7', lines: [{ item: '4711', quantity: 'two' }] }))
  const inJson = (where: string) => tried(order, SHOP, [mapping(where, 'two', '2', 'shop')])
  expect((await inJson('/lines/[]/item')).why).toMatch(idle)
  expect((await inJson('/lines/[]/quantity')).why).not.toMatch(idle)
})

test('of a set that a 997 refused a trial says that its partner was told no, whether it can be taken in or not', async () => {
  const letter = set({ lines: ['PO1*1*1O*EA*9.25**VN*4711'] })
  const helped = await tried(letter, BIG_BOX, [mapping('PO1/2', '1O', '10')], true)
  expect(helped).toMatchObject({ verdict: 'succeeds', why: expect.stringContaining('was told no in the 997') })
  const lost = await tried(letter, BIG_BOX, [mapping('PO1/2', '1O', 'ten')], true)
  expect(lost).toMatchObject({ verdict: 'fails', why: expect.stringContaining('has to send it again') })
  expect(lost.why).toContain('/5/PO1/2: ')
})

test('messages of EDIFACT are tried again too: by a mapping of a component, and by what a unit means', async () => {
  const speaks: Sender = {
    ...BIG_BOX,
    edi: { standard: 'edifact', ours: '4012345000016:14', theirs: '4098765000010:14' },
  }
  const strange = ordersOf([{ number: 'PO-1', lines: ["LIN+1++4711:SA'", "QTY+21:3:QQQ'"] }])
  expect((await tried(strange, speaks, [mapping('QTY/1/2', 'QQQ', 'PCE')])).why).toMatch(/^No correction applies/)
  expect((await tried(strange, speaks, [mapping('QTY/1/3', 'QQQ', 'PCE')])).verdict).toBe('succeeds')
  expect((await tried(strange, speaks, [unit('QQQ')])).verdict).toBe('succeeds')
  const twice = await tried(strange, speaks, [mapping('QTY/1/3', 'QQQ', 'WWW')], true)
  expect(twice).toMatchObject({ verdict: 'fails', why: expect.stringContaining('was told no in the 997 or CONTRL') })
  expect(twice.why).toContain('/7/QTY/1/3: ')
})

test('what a warehouse reported is tried again: under another name for the item, or because its short snapshot is right', async () => {
  const speaks = { ours: EDI.ours, theirs: 'ZZ:HARBOR3PL' }
  const harbor: Sender = { system: 'harbor', role: 'wms', partner: 'harbor', facility: '3PL1', edi: speaks }
  const count = (sku: string): InventoryAdvice => ({
    number: 'CNT-1',
    type: 'DD',
    date: '2026-01-06',
    lines: [{ sku, stock: [{ status: 'onHand', quantity: '10', uom: 'EA' }] }],
  })
  const strange = partnerFile(speaks, inventoryAdvice, count('H-77'), 1)
  const item = { kind: 'crosswalk', partner: 'harbor', type: 'item', value: 'H-77', means: '4711' } as const
  expect((await tried(strange, harbor, [])).verdict).toBe('fails')
  expect((await tried(strange, harbor, [item])).verdict).toBe('succeeds')
  // a person who releases it has seen how much the book holds
  expect((await tried(partnerFile(speaks, inventoryAdvice, count('4711'), 1), harbor, [])).verdict).toBe('succeeds')
})

test('a document held as a possible duplicate is another one when it is released, and is not when it was before', async () => {
  const relays = new Map([['remittance-advice', ['erp']]])
  const payer: Sender = { ...BIG_BOX, relays }
  const fixture = JSON.parse(
    readFileSync(new URL('../documents/remittance-advice/fixtures/two-invoices.json', import.meta.url), 'utf8'),
  )
  const bytes = partnerFile(EDI, remittanceAdvice, fixture, 1)
  const known = businessIdentity(remittanceAdvice as DocumentType, fixture)
  const identity = ['bigbox', '', 'remittance-advice', ...known.parts]
  const keyOf = (parts: readonly string[], digest: Uint8Array): KeyRow => ({
    ...documentKey('acme', 'relayed', parts, digest, 0),
    ref: 'r0-00-1',
    at: NOW,
  })
  const first = keyOf(identity, digestOf('other content'))
  const plain = await tried(bytes, payer, [], false, { found: [first] })
  expect(plain).toMatchObject({ verdict: 'conflicts' })
  const released = await tried(bytes, payer, [], false, { another: true, found: [first] })
  expect(released).toMatchObject({ verdict: 'succeeds', why: expect.stringContaining('It is another one') })
  const content = digestOf(known.content)
  const before = keyOf([...identity, 'another', Buffer.from(content).toString('hex')], content)
  expect(await tried(bytes, payer, [], false, { another: true, found: [first, before] })).toMatchObject({
    verdict: 'done',
  })
})
