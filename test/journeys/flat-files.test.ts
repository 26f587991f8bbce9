import { expect, test } from 'vitest'
import { csv, ordersFile, stockFile } from '../../src/documents/index.ts'
import { openHub } from '../support/hub.ts'
import { acme, smallBusiness } from '../support/retailer.ts'

const orders = ordersFile({
  name: 'orders',
  files: '*.csv',
  currency: 'USD',
  uom: 'EA',
  layout: csv({
    delimiter: ';',
    dates: 'MM/DD/YYYY',
    columns: {
      number: { header: 'PO', required: true },
      date: { header: 'Ordered', type: 'date', required: true },
      shipTo: { header: 'Store', required: true },
      sku: { header: 'Item', required: true },
      quantity: { header: 'Pieces', type: 'integer', required: true },
    },
  }),
})
const stock = stockFile({
  name: 'stock',
  uom: 'EA',
  layout: csv({ columns: { sku: { required: true }, quantity: { type: 'integer', required: true } } }),
})

const withFiles: typeof acme = {
  ...acme,
  systems: { ...acme.systems, wms1: { ...acme.systems['wms1']!, files: [stock] } },
  partners: (acme.partners ?? []).map((partner) =>
    partner.name === 'bigbox' ? { ...partner, files: [orders] } : partner,
  ),
}
const open = () => openHub(withFiles, { edi: true, landscape: smallBusiness() })

test('a retailer’s spreadsheet becomes orders, and they ship', async () => {
  const hub = await open()
  const file =
    'PO;Ordered;Store;Item;Pieces\nS-1;01/05/2026;0042;BOLT;3\nS-1;01/05/2026;0042;LAMP;2\nS-2;01/05/2026;0042;BOLT;1\n'
  const answer = await hub.arrives(file, { from: 'bigbox', fileName: 'monday.csv', key: 'monday' })
  expect(answer.status).toBe(202)
  await hub.settles()
  expect((await hub.order('S-1')).state).toBe('closed')
  expect((await hub.order('S-2')).state).toBe('closed')
  expect(hub.documents('bigbox', '856')).toHaveLength(2)
  await hub.arrives(file, { from: 'bigbox', fileName: 'again.csv', key: 'again' })
  await hub.settles()
  expect(hub.of('order.received').filter(({ customerOrder }) => customerOrder.startsWith('S-'))).toHaveLength(2)
})

test('C08 an empty snapshot of a warehouse waits for a person, and no stock is zeroed', async () => {
  const hub = await open()
  const sends = (bytes: string) =>
    hub.until(
      hub.hub.intake.submit({
        tenant: 'acme',
        system: 'wms1',
        channel: 'http',
        contentType: 'text/csv',
        bytes: Buffer.from(bytes),
        receivedAt: hub.time.now(),
      }),
    )
  expect((await sends('sku,quantity\n')).status).toBe(422)
  await hub.settles()
  expect(hub.of('report.refused').map(({ code }) => code)).toEqual(['XD_INTAKE_SNAPSHOT_SHRANK'])
  expect(hub.of('inventory.discrepancy_detected')).toEqual([])
  expect((await sends('sku,quantity\nBOLT,1000\nLAMP,1000\nTORCH,99\n')).status).toBe(202)
  await hub.settles()
  expect(hub.of('inventory.discrepancy_detected').map(({ lines }) => lines.map(({ item }) => item))).toEqual([
    ['TORCH'],
  ])
})
