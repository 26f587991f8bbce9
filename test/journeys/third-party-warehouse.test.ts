import { expect, test } from 'vitest'
import { ediPartners } from '../../src/cli/landscape/acme.ts'
import type { HubDefinition } from '../../src/config/define-hub.ts'
import { inventoryAdjustment } from '../../src/documents/inventory-adjustment/index.ts'
import { inventoryAdvice } from '../../src/documents/inventory-advice/index.ts'
import type { InventoryAdvice } from '../../src/documents/inventory-advice/schema.ts'
import { stockTransferReceipt } from '../../src/documents/stock-transfer-receipt/index.ts'
import { type Journey, openHub } from '../support/hub.ts'
import { partnerFile } from '../support/partner-file.ts'
import { acme, purchaseOrder850, smallBusiness } from '../support/retailer.ts'

const harbor = ediPartners[2]
const warehouse = { id: '3PL1', idQualifier: '91' }
const stock = { DC1: {}, DC2: {}, '3PL1': { GLOVE: 140, BOLT: 50, LAMP: 50, TORCH: 50 } }

/** A file of the 3PL is picked up and worked off. */
async function says(hub: Journey, file: Uint8Array): Promise<void> {
  const answer = await hub.arrives(file, { from: 'harbor' })
  expect(answer.status).toBe(202)
  await hub.settles()
}

const adjustment = (control: number, number = 'ADJ-1'): Uint8Array =>
  partnerFile(
    harbor.speaks,
    inventoryAdjustment,
    {
      date: '2026-01-05',
      number,
      depositorNumber: 'D-1',
      warehouse,
      lines: [
        { line: '1', quantity: '-2', uom: 'EA', reason: 'damage', sku: 'GLOVE' },
        { line: '2', quantity: '10', uom: 'EA', reason: 'status', from: 'available', to: 'hold', sku: 'GLOVE' },
      ],
    },
    control,
  )

const receipt = (control: number): Uint8Array =>
  partnerFile(
    harbor.speaks,
    stockTransferReceipt,
    {
      receipt: 'RCV-1',
      reporting: 'F',
      date: '2026-01-05',
      warehouse,
      lines: [
        {
          line: '1',
          received: '2',
          uom: 'CA',
          sku: 'GLOVE',
          exceptions: [{ quantity: '3', uom: 'EA', condition: 'damaged' }],
        },
      ],
      totals: { quantity: '2' },
    },
    control,
  )

function count(
  control: number,
  lines: readonly (readonly [sku: string, onHand: number, onHold?: number])[],
): Uint8Array {
  const advice: InventoryAdvice = {
    number: `CNT-${control}`,
    type: 'DD',
    date: '2026-01-05',
    lines: lines.map(([sku, onHand, onHold]) => ({
      sku,
      stock: [
        { status: 'onHand', quantity: String(onHand), uom: 'EA' },
        ...(onHold === undefined ? [] : [{ status: 'onHold' as const, quantity: String(onHold), uom: 'EA' }]),
      ],
    })),
  }
  return partnerFile(harbor.speaks, inventoryAdvice, advice, control)
}

test('a 3PL ships by 940 and 945, puts its stock right by 947, takes goods in by 944 and counts by 846', async () => {
  const hub = await openHub(acme, { edi: true, landscape: smallBusiness({ stock }) })
  const order = (number: string, quantity: number, control: number) =>
    hub.arrives(purchaseOrder850({ number, control, lines: [{ item: 'GLOVE', quantity }] }), { from: 'bigbox' })

  await order('4711', 123, 900)
  await hub.settles()
  expect((await hub.order('4711')).state).toBe('closed')
  expect(hub.got('harbor')).toEqual(['940', '997'])

  await says(hub, adjustment(901))
  await says(hub, adjustment(902)) // a new envelope: the same adjustment
  expect(hub.of('inventory.adjusted')).toHaveLength(1)
  expect(hub.of('inventory.status_changed')).toMatchObject([
    { facility: '3PL1', lines: [{ item: 'GLOVE', from: 'available', to: 'hold', quantity: 10_000_000 }] },
  ])

  await order('4712', 17, 901) // five are left
  await hub.settles()
  const [id = ''] = hub.ids('4712')
  expect(hub.waiting(id)).toEqual([['1', 12_000_000]])

  await says(hub, receipt(903)) // two cases, three gloves of them damaged: the backorder goes out at once
  expect(hub.of('inventory.received')).toHaveLength(1)
  expect((await hub.order('4712')).state).toBe('closed')
  expect(hub.documents('harbor', '940')).toHaveLength(3)

  await says(
    hub,
    count(904, [
      ['GLOVE', 9, 10],
      ['BOLT', 50],
      ['LAMP', 50],
      ['TORCH', 50],
    ]),
  )
  expect([hub.cases(), hub.troubles]).toEqual([[], []])
  await says(
    hub,
    count(905, [
      ['GLOVE', 7, 10],
      ['BOLT', 50],
      ['LAMP', 50],
      ['TORCH', 50],
    ]),
  )
  expect(hub.of('inventory.discrepancy_detected')).toMatchObject([
    { facility: '3PL1', lines: [{ item: 'GLOVE', status: 'available', book: 9_000_000, reported: 7_000_000 }] },
  ])
  expect(hub.cases()).toMatchObject([{ cause: 'stock differs', partner: 'harbor' }])
  expect(hub.got('harbor').filter((set) => set === '997')).toHaveLength(8) // every file of its, the repeat too
  expect(hub.troubles).toEqual([])
})

test('a count that has lost most of the book, or names an item nobody knows, changes nothing and is a case', async () => {
  const careful: HubDefinition = {
    ...acme,
    partners: ediPartners.map((partner) =>
      partner.name === 'harbor'
        ? { ...partner, speaks: { ...partner.speaks, snapshots: { shrinksAtMost: 0.5 } } }
        : partner,
    ),
  }
  const hub = await openHub(careful, { edi: true, landscape: smallBusiness({ stock }) })
  const before = hub.of('inventory.discrepancy_detected').length
  await says(
    hub,
    count(901, [
      ['GLOVE', 1],
      ['BOLT', 1],
    ]),
  )
  await says(
    hub,
    count(902, [
      ['GLOVE', 1],
      ['BOLT', 1],
      ['LAMP', 1],
      ['NOBODY', 1],
    ]),
  )
  expect(hub.of('inventory.discrepancy_detected')).toHaveLength(before)
  expect(hub.of('report.refused').map(({ code, report }) => [code, report])).toEqual([
    ['XD_INTAKE_SNAPSHOT_SHRANK', 'inventory-advice'],
    ['XD_INTAKE_DOCUMENT_FAULTY', 'inventory-advice'],
  ])
  expect(hub.cases()).toMatchObject([
    { cause: 'report refused', again: 'arrival' },
    { cause: 'unknown item', field: 'NOBODY', again: 'arrival' },
  ])
  expect(hub.got('harbor')).toEqual(['997', '997'])
})
