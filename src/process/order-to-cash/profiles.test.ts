import { expect, test } from 'vitest'
import { EA, GivenOrder, WAREHOUSES } from '../../../test/support/given-order.ts'
import { withOrderManagement, withoutOrderManagement } from '../../lifecycle/authority.ts'

const withOms = withOrderManagement({ oms: 'oms', erp: 'erp', warehouses: WAREHOUSES, carriers: ['tms'] })
const withErp = withoutOrderManagement({ erp: 'erp', warehouses: WAREHOUSES, carriers: ['tms'] })

const lines = [
  { line: '1', item: 'A', quantity: 10 * EA },
  { line: '2', item: 'B', quantity: 5 * EA },
]
const told = lines.map((one) => ({ ...one, quantity: { value: String(one.quantity / EA), uom: 'EA' } }))

test('where an OMS sources and releases, it is asked and its release is sent', () => {
  const given = new GivenOrder({ authority: withOms, options: { oms: 'oms' } }).received().approved()
  expect(given.asked('order.source')).toMatchObject({ target: 'oms', body: { shipComplete: false, backorders: true } })
  given.answers('order.source', { parts: [{ facility: 'DC2', lines: told }], backordered: [] })
  expect(given.stage).toBe('accepted')
  expect(given.told('order.sourced')).toMatchObject([{ by: 'oms' }])
  expect(given.allAsked('warehouse.release')).toEqual([])

  given.reports('order.release_planned', { release: 'oms-1', facility: 'DC2', lines }, { from: 'oms' })
  expect(given.asked('warehouse.release')).toMatchObject({ target: 'wms-west', key: 'oms-1' })
  given.released()
  given.ships('oms-1', { from: 'wms-west' }).invoiced()
  expect(given.stage).toBe('closed')
  expect(given.violations).toEqual([])
})

test('what the OMS puts on backorder is acknowledged so', () => {
  const given = new GivenOrder({ authority: withOms, options: { oms: 'oms' } }).received().approved()
  given.answers('order.source', { parts: [{ facility: 'DC1', lines: told.slice(0, 1) }], backordered: told.slice(1) })
  expect(given.told('order.accepted')[0]?.lines).toMatchObject([
    { backordered: 0 },
    { quantity: 0, backordered: 5 * EA },
  ])
})

test('the ERP may not release where the OMS does, and a person sees the attempt', () => {
  const given = new GivenOrder({ authority: withOms, options: { oms: 'oms' } }).received().approved()
  given.answers('order.source', { parts: [{ facility: 'DC1', lines: told }] })
  given.reports('order.release_planned', { release: 'x', facility: 'DC1', lines }, { from: 'erp' })
  expect(given.refusals()).toMatchObject([{ code: 'AUTHORITY', from: 'erp' }])
  expect(given.allAsked('warehouse.release')).toEqual([])
})

test('nobody releases what is held', () => {
  const given = new GivenOrder({ authority: withOms, options: { oms: 'oms' } }).received().approved()
  given.answers('order.source', { parts: [{ facility: 'DC1', lines: told }] })
  given.reports('order.held', { hold: 'manual', reason: 'fraud check' }, { from: 'erp' })
  given.reports('order.release_planned', { release: 'x', facility: 'DC1', lines }, { from: 'oms' })
  expect(given.refusals()).toMatchObject([
    { code: 'STATE', reason: 'The order is held (manual); it cannot be released.' },
  ])
})

test('an order cancelled where an OMS sources is cancelled there, too, and its promise is free', () => {
  const given = new GivenOrder({ authority: withOms, options: { oms: 'oms' } }).received().approved()
  given.answers('order.source', { parts: [{ facility: 'DC1', lines: told }] })
  given.records('order.cancellation_requested', { by: 'shop', reason: 'changed my mind' }, 'intake')
  expect(given.allAsked('order.cancel').map((asked) => asked.target)).toEqual(['erp', 'oms'])
  expect(given.allAsked('order.cancel')[1]?.body).toMatchObject({
    lines: [{ line: '1', quantity: { value: '10', uom: 'EA' } }, { line: '2' }],
    reason: 'changed my mind',
  })
  expect(given.stage).toBe('cancelled')
})

test('an order cancelled while the OMS is asked is cancelled there after its answer; before that nobody is told', () => {
  const given = new GivenOrder({ authority: withOms, options: { oms: 'oms' } }).received()
  given.records('order.cancellation_requested', { by: 'shop', reason: 'no', lines: lines.slice(1) }, 'intake')
  expect(given.allAsked('order.cancel')).toEqual([])
  given.approved()
  given.records('order.cancellation_requested', { by: 'shop', reason: 'changed my mind' }, 'intake')
  expect(given.asked('order.cancel')).toMatchObject({ target: 'oms', chain: given.asked('order.source').chain })
})

test('the OMS may not release more than is open', () => {
  const given = new GivenOrder({ authority: withOms, options: { oms: 'oms' } }).received().approved()
  given.answers('order.source', { parts: [{ facility: 'DC1', lines: told }] })
  given.reports('order.release_planned', { release: 'x', facility: 'DC1', lines }, { from: 'oms' })
  given.reports('order.release_planned', { release: 'y', facility: 'DC1', lines }, { from: 'oms' })
  expect(given.refusals()).toMatchObject([{ code: 'INVARIANT' }])
})

test('a release the OMS plans before the order is accepted waits for the acceptance', () => {
  const given = new GivenOrder({ authority: withOms, options: { oms: 'oms' } }).received().approved()
  given.reports('order.release_planned', { release: 'x', facility: 'DC1', lines }, { from: 'oms' })
  expect(given.told('report.early')).toMatchObject([{ waitsFor: 'order.accepted' }])
  given.answers('order.source', { parts: [{ facility: 'DC1', lines: told }] })
  expect(given.asked('warehouse.release').key).toBe('x')
})

test('without an OMS the ERP sources and releases', () => {
  const given = new GivenOrder({ authority: withErp }).received().approved()
  expect(given.asked('order.source').target).toBe('erp')
  given.answers('order.source', { parts: [{ facility: 'DC1', lines: told }] })
  given.reports('order.release_planned', { release: '', facility: 'DC1', lines }, { from: 'erp' })
  given.released()
  expect(given.stage).toBe('released')
})

test('where the OMS remedies shorts, Crossdock does not', () => {
  const given = new GivenOrder({ authority: withOms, options: { oms: 'oms' } }).received().approved()
  given.answers('order.source', { parts: [{ facility: 'DC1', lines: told }] })
  given.reports('order.release_planned', { release: 'x', facility: 'DC1', lines }, { from: 'oms' })
  given.released()
  const short = { line: '1', item: 'A', quantity: 4 * EA, reason: 'bin_empty' }
  given.reports('pick.short', { release: 'x', facility: 'DC1', lines: [short] })
  expect(given.told('order.sourced')).toHaveLength(1)
  expect(given.stage).toBe('backordered')
})

test('what the OMS’s warehouse does not find is asked of the OMS again, once at a time', () => {
  const given = new GivenOrder({ authority: withOms, options: { oms: 'oms' } }).received().approved()
  given.answers('order.source', { parts: [{ facility: 'DC2', lines: told }], backordered: [] })
  given.reports('order.release_planned', { release: 'oms-1', facility: 'DC2', lines }, { from: 'oms' })
  given.released()
  given.reports('pick.started', { release: 'oms-1' }, { from: 'wms-west' })
  const short = [{ line: '1', item: 'A', quantity: 4 * EA, reason: 'not_found' }]
  given.reports('pick.short', { release: 'oms-1', facility: 'DC2', lines: short }, { from: 'wms-west' })
  expect(given.allAsked('order.source')).toHaveLength(1)
  expect(given.asked('order.source').key).toMatch(/\/2$/)

  const missing = [{ line: '1', item: 'A', quantity: { value: '4', uom: 'EA' } }]
  given.answers('order.source', { parts: [{ facility: 'DC1', lines: missing }], backordered: [] })
  expect(given.told('order.reserved').at(-1)).toMatchObject({
    facility: 'DC1',
    lines: [{ line: '1', quantity: 4 * EA }],
  })
  expect(given.violations).toEqual([])
})

test('an order for which the OMS has no stock at all is accepted on backorder and looked at again', () => {
  const given = new GivenOrder({ authority: withOms, options: { oms: 'oms' } }).received().approved()
  given.answers('order.source', { parts: [], backordered: told })
  expect(given.told('order.accepted')).toMatchObject([{ lines: [{ backordered: 10 * EA }, { backordered: 5 * EA }] }])
  expect(given.stage).toBe('backordered')
})
