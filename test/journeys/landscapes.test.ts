import { expect, test } from 'vitest'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import { openHub } from '../support/hub.ts'
import { purchaseOrder850, shopOrder, smallBusiness } from '../support/retailer.ts'

test.each([
  ['an OMS sources and releases', true],
  ['no OMS: that is delegated to Crossdock', false],
])('%s: a retailer’s and a shop’s order go to their invoices', async (_, withOms) => {
  const hub = await openHub(simulatedBusiness({ withOms, edi: true }), { edi: true, landscape: smallBusiness() })
  await hub.arrives(purchaseOrder850({ number: '4711', lines: [{ item: 'BOLT', quantity: 5 }] }), { from: 'bigbox' })
  await hub.orders(shopOrder('W-1', [{ item: 'LAMP', quantity: 2 }]))
  await hub.settles()
  for (const number of ['4711', 'W-1']) expect((await hub.order(number)).state).toBe('closed')
  expect(hub.got('bigbox')).toEqual(['997', '855', '856', '810'])
  const planners = new Set(
    hub.events.filter(({ type }) => type === 'order.release_planned').map(({ source }) => source),
  )
  expect([...planners]).toEqual([withOms ? 'oms' : 'crossdock'])
  expect(hub.effects(hub.systems.oms, 'order.source')).toHaveLength(withOms ? 2 : 0)
  expect([hub.cases(), hub.troubles]).toEqual([[], []])
})

test('what is sent in the name of another business is refused and leaves nothing behind', async () => {
  const hub = await openHub(simulatedBusiness({ name: 'acme' }), { landscape: smallBusiness() })
  const before = [hub.disk.receipts.size, hub.events.length]
  const bytes = Buffer.from(JSON.stringify(shopOrder('W-1', [{ item: 'BOLT', quantity: 1 }])))
  const sent = hub.until(
    hub.hub.intake.submit({
      tenant: 'globex',
      system: 'shop',
      channel: 'http',
      topic: 'orders',
      contentType: 'application/json',
      bytes,
      receivedAt: hub.time.now(),
    }),
  )
  await expect(sent).rejects.toMatchObject({ code: expect.stringMatching(/^XD_/) })
  await hub.settles()
  expect([hub.disk.receipts.size, hub.events.length]).toEqual(before)
})

test('two businesses with the same customers and order numbers do not see each other', async () => {
  const one = await openHub(simulatedBusiness({ name: 'acme' }), { landscape: smallBusiness() })
  const other = await openHub(simulatedBusiness({ name: 'globex' }), { landscape: smallBusiness() })
  await one.orders(shopOrder('W-1', [{ item: 'BOLT', quantity: 1 }]))
  await other.orders(shopOrder('W-1', [{ item: 'LAMP', quantity: 2 }]))
  await one.settles()
  await other.settles()
  expect((await one.order('W-1')).lines.map(({ item }) => item)).toEqual(['BOLT'])
  expect((await other.order('W-1')).lines.map(({ item }) => item)).toEqual(['LAMP'])
  expect(one.events.every(({ subject }) => subject.startsWith('acme/'))).toBe(true)
  expect(other.events.every(({ subject }) => subject.startsWith('globex/'))).toBe(true)
})
