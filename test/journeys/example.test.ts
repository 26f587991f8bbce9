import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import acme from '../../examples/acme/crossdock.config.ts'
import acmeWithOms from '../../examples/acme/with-oms.config.ts'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import type { HubDefinition } from '../../src/config/define-hub.ts'
import { lint } from '../../src/config/lint.ts'
import { MONDAY, openHub, segments } from '../support/hub.ts'

const order = readFileSync(new URL('../../examples/acme/orders/850-two-lines.edi', import.meta.url))

test.each([
  ['crossdock.config.ts', acme, false],
  ['with-oms.config.ts', acmeWithOms, true],
])('the example %s drives its own order to the invoice', async (_, definition, withOms) => {
  const hub = await openHub(definition, { edi: true, withOms })
  await hub.drops(order, { from: 'bigbox', fileName: '850-two-lines.edi' })
  await hub.settles()
  expect((await hub.order('4711')).state).toBe('closed')
  expect(hub.got('bigbox')).toEqual(['997', '855', '856', '810'])
  const [bill] = hub.documents('bigbox', '810')
  const prices = ['ITEM-0001', 'ITEM-0002'].map((sku) => hub.systems.landscape.price('BIGBOX', sku)?.amount)
  expect(segments(bill?.set, 'IT1').map(([line, quantity, , price]) => [line, quantity, price])).toEqual([
    ['10', '12', prices[0]],
    ['20', '5', prices[1]],
  ])
})

test.each([
  ['crossdock.config.ts', acme],
  ['with-oms.config.ts', acmeWithOms],
])('the example %s has nothing wrong in it', (_, definition) => {
  expect(lint(definition, { now: MONDAY })).toEqual([])
})

test('the example and the simulated landscape are one business', () => {
  const simulated = simulatedBusiness({ edi: true })
  expect(namesIn(acme)).toEqual(namesIn(simulated))
  expect(acme.lifecycle.authority).toEqual(simulated.lifecycle.authority)
})

const namesIn = ({ name, systems, partners = [], process }: HubDefinition) => ({
  name,
  systems: Object.entries(systems).map(([system, { role, facility }]) => [system, role, facility]),
  partners: partners.map((partner) => [partner.name, partner.customer, partner.facility, partner.pickUp]),
  addresses: partners.map(({ speaks }) => [speaks.ours, speaks.theirs]),
  warehouses: process[0].options.warehouses,
})
