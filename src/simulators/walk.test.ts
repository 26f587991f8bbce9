import { expect, test } from 'vitest'
import { hasCheckDigit } from '../documents/check-digit.ts'
import { Carrier } from './carrier/carrier.ts'
import { Erp } from './erp/erp.ts'
import { buildLandscape } from './landscape.ts'
import type { LedgerRow } from './ledger.ts'
import type { SystemReport } from './protocol.ts'
import { Wms } from './wms/wms.ts'
import { SimulatedWorld } from './world.ts'

const landscape = buildLandscape({ seed: 7, items: 100 })

function floor(options: { readonly shortRate?: number } = {}) {
  const world = new SimulatedWorld()
  const reports: SystemReport[] = []
  const emit = async (sent: readonly SystemReport[]) => {
    reports.push(...sent)
    return 'ok' as const
  }
  const wms = new Wms({ name: 'wms1', facility: 'DC1', seed: 7, ...options }, landscape, world.ports('wms1', emit))
  return { world, reports, wms }
}

const line = (number: string, item: string, value: string, uom = 'EA') => ({
  line: number,
  item,
  quantity: { value, uom },
})
const release = (name: string, lines: ReturnType<typeof line>[]) => ({
  verb: 'warehouse.release',
  key: `wms1/warehouse.release/${name}`,
  body: { order: `order of ${name}`, release: name, facility: 'DC1', lines },
})
const kinds = (rows: Iterable<LedgerRow>, kind: string) => [...rows].filter((row) => row.kind === kind)

test('a released order is picked, packed into numbered cartons, manifested and dispatched, in that order', async () => {
  const { world, reports, wms } = floor()
  const answer = await wms.handle(release('R1', [line('1', 'ITEM-0001', '3'), line('2', 'ITEM-0002', '60')]))
  expect(answer).toEqual({ status: 200, body: { status: 'accepted' } })
  await world.settle()

  expect(reports.map((report) => report.type)).toEqual([
    'pick.started',
    'pick.confirmed',
    'carton.closed',
    'carton.closed',
    'shipment.manifested',
    'shipment.dispatched',
  ])
  expect(reports.map((report) => report.sequence)).toEqual([1, 2, 3, 4, 5, 6])
  const dispatched = reports[5] as unknown as { cartons: { sscc: string; lines: { quantity: { value: string } }[] }[] }
  expect(dispatched.cartons.map((carton) => carton.sscc)).toEqual(['106141410000000019', '106141410000000026'])
  expect(dispatched.cartons.every((carton) => hasCheckDigit(carton.sscc))).toBe(true)
  const units = dispatched.cartons.flatMap((carton) => carton.lines).map((packed) => Number(packed.quantity.value))
  expect(units.reduce((sum, value) => sum + value, 0)).toBe(63)
})

test('a warehouse that cannot find a line says so, and its stock of it is in doubt', async () => {
  const { world, reports, wms } = floor({ shortRate: 1 })
  await wms.handle(release('R1', [line('1', 'ITEM-0001', '12')]))
  await world.settle()
  const short = reports.find((report) => report.type === 'pick.short') as unknown as {
    lines: [{ quantity: { value: string } }]
  }
  const missing = Number(short.lines[0].quantity.value)
  expect(missing).toBeGreaterThan(0)
  wms.close()
  const closing = kinds(wms.ledger.rows(), 'fact').at(-1)?.detail as { lines: { item: string; suspect: string }[] }
  expect(closing.lines.find((shelf) => shelf.item === 'ITEM-0001')?.suspect).toBe(String(missing))
})

test('a recall is confirmed before the first pick and refused after it', async () => {
  const { world, reports, wms } = floor()
  await wms.handle(release('R1', [line('1', 'ITEM-0001', '3')]))
  const recall = (key: string, name: string) =>
    wms.handle({ verb: 'warehouse.recall', key, body: { order: `order of ${name}`, release: name, lines: [] } })
  expect((await recall('a', 'R1')).body).toMatchObject({ status: 'confirmed', lines: [line('1', 'ITEM-0001', '3')] })
  await world.settle()
  expect(reports).toEqual([])

  await wms.handle(release('R2', [line('1', 'ITEM-0001', '3')]))
  world.step()
  expect((await recall('b', 'R2')).body).toMatchObject({ status: 'refused', reason: 'It is being picked.' })
})

test('the same key twice has one effect and one answer; another body under it is refused', async () => {
  const world = new SimulatedWorld()
  const erp = new Erp({ name: 'erp', seed: 7 }, landscape, world.ports('erp'))
  const post = (value: string) =>
    erp.handle({
      verb: 'order.post',
      key: 'erp/order.post/o1',
      body: { order: 'o1', customer: 'C0001', lines: [line('1', 'ITEM-0001', value)] },
    })
  expect(await post('1')).toEqual({ status: 200, body: { number: 'SO0000001' } })
  expect(await post('1')).toEqual({ status: 200, body: { number: 'SO0000001' }, repeat: true })
  expect((await post('2')).status).toBe(422)
  expect([...erp.ledger.rows()].map((row) => row.kind)).toEqual(['effect', 'repeat', 'refused'])
})

test('an answer that was withheld after the effect can be asked for', async () => {
  const world = new SimulatedWorld()
  const erp = new Erp({ name: 'erp', seed: 7 }, landscape, world.ports('erp'))
  erp.misbehave({ timeoutAfterEffect: 1 })
  const body = { order: 'o1', customer: 'C0001', lines: [line('1', 'ITEM-0001', '1')] }
  expect((await erp.handle({ verb: 'order.post', key: 'k', body })).spoiled).toBe('silent')
  expect(await erp.ask('k')).toEqual({ number: 'SO0000001' })
  expect([...erp.ledger.rows()].map((row) => row.kind)).toEqual(['fault', 'effect', 'withheld'])
})

test('weighed goods are invoiced by weight, taxed goods carry tax, the total is the sum to the cent', async () => {
  const world = new SimulatedWorld()
  const erp = new Erp({ name: 'erp', seed: 7 }, landscape, world.ports('erp'))
  const cheese = landscape.item('ITEM-0025')
  const body = { order: 'o1', customer: 'C0001', currency: 'USD', lines: [line('1', 'ITEM-0025', '2', 'CS')] }
  await erp.handle({ verb: 'order.post', key: 'p', body })
  const answer = await erp.handle({
    verb: 'invoice.request',
    key: 'i',
    body: {
      order: 'o1',
      shipment: 'S1',
      charges: [{ type: 'freight', amount: { amount: '12.30', currency: 'USD' } }],
      lines: [
        {
          ...line('1', 'ITEM-0025', '2', 'CS'),
          weight: '50.25',
          price: { amount: '4.00', currency: 'USD', per: 1, uom: 'LB' },
        },
        {
          ...line('2', 'ITEM-0010', '10'),
          price: { amount: '1.00', currency: 'USD', per: 1, uom: 'EA' },
        },
      ],
    },
  })
  expect(cheese?.price.uom).toBe('LB')
  expect(answer.body).toMatchObject({
    number: 'INV0000001',
    lines: [
      { quantity: { value: '50.25', uom: 'LB' }, amount: { amount: '201.00' } },
      { quantity: { value: '10', uom: 'EA' }, amount: { amount: '10.00' } },
    ],
    charges: [{ amount: { amount: '12.30' } }, { type: 'tax', amount: { amount: '0.73' } }],
    total: { amount: '224.03', currency: 'USD' },
  })
})

test('a carrier reports departure, arrival and the signature', async () => {
  const world = new SimulatedWorld()
  const reports: SystemReport[] = []
  const emit = async (sent: readonly SystemReport[]) => {
    reports.push(...sent)
    return 'ok' as const
  }
  const carrier = new Carrier({ name: 'carrier' }, world.ports('carrier', emit))
  await carrier.handle({ verb: 'shipment.notify', key: 'k', body: { order: 'o1', shipment: 'S1', tracking: [] } })
  await world.settle()
  expect(reports.map((report) => [report.type, report['code'], report.sequence])).toEqual([
    ['shipment.milestone', 'AF', 1],
    ['shipment.milestone', 'X1', 2],
    ['shipment.delivered', undefined, 3],
  ])
})
