import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { zip } from '../edi/archive/testing/zip.ts'
import type { Sender } from './settings.ts'
import { Desk, SHOP } from './testing/desk.ts'

const order = (number: string, quantity = '3') =>
  JSON.stringify({
    number,
    date: '2026-01-05',
    currency: 'USD',
    buyer: { id: 'acct-7' },
    shipTo: { id: '0042' },
    lines: [{ line: '1', sku: '4711', quantity, uom: 'EA', price: { amount: '1.00', per: 1, uom: 'EA' } }],
  })
const packs: Sender = { ...SHOP, archives: true }
const picked = { channel: 'folder', fileName: 'orders.zip', idempotencyKey: 'k1', contentType: 'application/zip' }

test('S05: an archive is refused with its bytes in quarantine, unless it was agreed', () => {
  const desk = new Desk(SHOP)
  for (const bytes of [zip({ name: 'a.json', content: order('P-1') }), gzipSync(order('P-1'))]) {
    const { answer, inputs, receipts } = desk.takes(bytes, { ...picked, idempotencyKey: `k${bytes.length}` })
    expect(answer).toMatchObject({ status: 422 })
    expect(JSON.stringify(answer.body)).toContain('XD_INTAKE_ARCHIVE_UNEXPECTED')
    expect(inputs).toMatchObject([{ type: 'arrival.refused', data: { code: 'XD_INTAKE_ARCHIVE_UNEXPECTED' } }])
    expect(receipts).toMatchObject([{ verdict: 'quarantined', bytes }])
  }
})

test('where it was agreed each file is taken as if it had come by itself, and the archive is kept once', () => {
  const desk = new Desk(packs)
  const bytes = zip({ name: 'a.json', content: order('P-1') }, { name: 'b.json', content: order('P-2') })
  const { answer, inputs, receipts } = desk.takes(bytes, picked)
  expect(answer.status).toBe(202)
  expect(inputs.map((input) => (input as { data: { facts: unknown } }).data.facts)).toMatchObject([
    { customerOrder: 'P-1' },
    { customerOrder: 'P-2' },
  ])
  expect(receipts).toMatchObject([{ verdict: 'accepted', bytes }])
  expect(desk.takes(bytes, picked)).toMatchObject({ inputs: [], receipts: [{ verdict: 'repeat' }] })
  expect(desk.takes(gzipSync(order('P-2')), { ...picked, idempotencyKey: 'k2' }).inputs).toEqual([])
})

test.each([
  ['a bomb', zip({ name: 'a', content: Buffer.alloc(1_000_000) })],
  ['a nested one', zip({ name: 'a', content: gzipSync('x') })],
  ['a name that leads out', zip({ name: '../a', content: order('P-1') })],
  ['none at all in it', zip()],
  ['half of one', gzipSync(order('P-1')).subarray(0, 40)],
])('S05: %s is refused whole, also where archives were agreed, and is one case', (_what, bytes) => {
  const desk = new Desk(packs)
  expect(desk.takes(bytes, picked).inputs).toMatchObject([
    { type: 'arrival.refused', data: { code: 'XD_INTAKE_ARCHIVE_UNSAFE' } },
  ])
  expect(desk.takes(bytes, picked).inputs).toEqual([])
})
