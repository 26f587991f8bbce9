import { describe, expect, test } from 'vitest'
import { MICROS } from '../base/quantity.ts'
import type { RouteRequest } from '../journal/route.ts'
import { availability } from './availability.ts'
import { emptyPosition, open, type Position, setPolicy } from './position.ts'
import { type InventoryPorts, routes } from './routes.ts'

const units = (quantity: number) => quantity * MICROS

function positionAt(facility: string, quantity: number): Position {
  const position = emptyPosition(facility, 'bolts')
  open(position, 'available', units(quantity))
  return Object.assign(position, { version: 7, at: 500 })
}

describe('how much can be promised', () => {
  const both = [positionAt('DC1', 30), positionAt('DC2', 50)]

  test('one facility, several, or not enough', () => {
    expect(availability(both, { quantity: units(50), at: 1_000 }).answer).toBe('one-facility')
    expect(availability(both, { quantity: units(80), at: 1_000 }).answer).toBe('several-facilities')
    expect(availability(both, { quantity: units(81), at: 1_000 }).answer).toBe('not-enough')
  })

  test('the answer says as of when, from which positions, and until when it holds', () => {
    const answer = availability(both, { at: 1_000, validMs: 5_000 })
    expect(answer).toMatchObject({ asOf: 1_000, expiresAt: 6_000, promisable: units(80) })
    expect(answer.sources[0]).toEqual({ facility: 'DC1', promisable: units(30), version: 7, changedAt: 500 })
  })

  test('a closed facility is named with its reason and not counted', () => {
    const cannotServe = (facility: string) => (facility === 'DC2' ? 'closed until Monday' : undefined)
    const answer = availability(both, { at: 1_000, cannotServe })
    expect(answer.promisable).toBe(units(30))
    expect(answer.sources[1]).toMatchObject({ promisable: units(50), excluded: 'closed until Monday' })
  })

  test('an oversold facility does not lower what another has', () => {
    const oversold = positionAt('DC3', 0)
    oversold.reserved = units(10)
    expect(availability([...both, oversold], { at: 1_000 }).promisable).toBe(units(80))
  })

  test('a commitment is seen by its channel only', () => {
    const fenced = positionAt('DC1', 30)
    setPolicy(fenced, { item: 'bolts', commitments: { market: units(20) } })
    expect(availability([fenced], { at: 1_000, channel: 'shop' }).promisable).toBe(units(10))
    expect(availability([fenced], { at: 1_000, channel: 'market' }).promisable).toBe(units(30))
  })
})

describe('GET /v1/availability', () => {
  const ports: InventoryPorts = {
    positions: async (_, __, facility) => (facility ? [positionAt(facility, 160)] : [positionAt('DC1', 160)]),
    units: (_, sku) =>
      sku === 'bolts' ? { sku, baseUnit: 'EA', units: [{ uom: 'CS', numerator: 12, denominator: 1 }] } : undefined,
    facilities: () => ['DC1'],
  }
  const ask = (query: Record<string, unknown>) => {
    const request = { tenant: 'acme', now: 1_000, query, caller: { key: 'shop', tenant: 'acme', scopes: [] } }
    return routes[0]?.handle(request as unknown as RouteRequest, ports)
  }

  test('160 pieces are 13 cases for who sells cases, and 4 pieces are not sellable there', async () => {
    expect(await ask({ item: 'bolts', uom: 'CS', quantity: '14' })).toMatchObject({
      status: 200,
      body: {
        promisable: { value: '160', uom: 'EA' },
        sellable: { units: 13, uom: 'CS', notSellable: { value: '4', uom: 'EA' } },
        answer: 'not-enough',
        asOf: '1970-01-01T00:00:01.000Z',
      },
    })
  })

  test('an unknown item or facility is said to be unknown', async () => {
    await expect(ask({ item: 'ghosts' })).rejects.toMatchObject({ code: 'XD_INVENTORY_UNKNOWN_ITEM', status: 404 })
    const elsewhere = ask({ item: 'bolts', facility: 'DC9' })
    await expect(elsewhere).rejects.toMatchObject({ code: 'XD_INVENTORY_UNKNOWN_FACILITY' })
  })

  test('a unit the item does not have is a fault of the question', async () => {
    const asked = ask({ item: 'bolts', uom: 'PL', quantity: '1' })
    await expect(asked).rejects.toMatchObject({ code: 'XD_INVENTORY_UOM_CONVERSION', status: 422 })
  })
})
