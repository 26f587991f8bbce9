import { expect, test } from 'vitest'
import { GivenOrder, ORDER } from '../../test/support/given-order.ts'
import type { JournalEvent } from '../journal/contract.ts'
import type { RouteRequest } from '../journal/route.ts'
import { holdRoutes } from './hold-routes.ts'

const NOW = Date.UTC(2026, 0, 5, 14, 0)
const ann = { key: 'ann', tenant: 'acme', scopes: ['orders:write'] }

/** The doors before an order's own rooms. */
function desk(given: GivenOrder, isHere = true) {
  const ports = {
    hasOrder: async (tenant: string, id: string) => tenant === 'acme' && id === ORDER,
    holdOwner: () => 'erp',
    tell: async (input: Parameters<typeof given.floor.takes>[0]): Promise<readonly JournalEvent[] | undefined> =>
      isHere ? given.floor.takes(input) : undefined,
  }
  return (operation: string, params: Record<string, string>, body: unknown, over: Partial<RouteRequest> = {}) =>
    holdRoutes
      .find(({ operationId }) => operationId === operation)
      ?.handle(
        {
          tenant: 'acme',
          caller: ann,
          params: { id: ORDER, ...params },
          query: {},
          body,
          rawBody: new Uint8Array(),
          contentType: 'application/json',
          traceparent: '',
          correlationId: '',
          now: NOW,
          signal: new AbortController().signal,
          ...over,
        },
        ports,
      )
}

test('Ann at the desk holds an order: nothing is released until she lets it go, and the journal says who and why', async () => {
  const given = new GivenOrder().received()
  const call = desk(given)
  const held = await call('holdOrder', {}, { hold: 'manual', reason: 'looks like fraud' })
  expect(held).toEqual({ status: 200, body: { order: ORDER, hold: 'manual', state: 'held' } })
  given.approved()
  expect(given.order.releases).toEqual([])
  expect(given.told('order.held')).toEqual([{ hold: 'manual', reason: 'looks like fraud', by: 'ann' }])

  const lifted = await call('liftHold', { hold: 'manual' }, { reason: 'spoke to the customer' })
  expect(lifted).toMatchObject({ status: 200, body: { state: 'lifted' } })
  given.answers('order.post', { number: 'SO-1' })
  given.released()
  expect(given.stage).toBe('released')
  expect(given.told('order.hold_lifted')).toMatchObject([{ by: 'ann', reason: 'spoke to the customer' }])
})

test('holding or lifting twice is doing it once', async () => {
  const given = new GivenOrder().received()
  const call = desk(given)
  for (const times of [1, 2]) {
    expect(await call('holdOrder', {}, { hold: 'address', reason: 'no street' }), `${times}`).toMatchObject({
      status: 200,
    })
  }
  expect(given.told('order.held')).toHaveLength(1)
  for (const times of [1, 2]) {
    expect(await call('liftHold', { hold: 'address' }, { reason: 'found' }), `${times}`).toMatchObject({ status: 200 })
  }
  expect(given.told('order.hold_lifted')).toHaveLength(1)
})

test('a system that has no say about holds is refused, in words', async () => {
  const caller = { ...ann, key: 'floor', system: 'wms-east' }
  const asked = desk(new GivenOrder().received())('holdOrder', {}, { hold: 'manual', reason: 'x' }, { caller })
  await expect(asked).rejects.toMatchObject({ code: 'XD_INTAKE_HOLD_NOT_YOURS', status: 403 })
})

test('a rejected order cannot be held', async () => {
  const given = new GivenOrder().received()
  given.answers('credit.check', { decision: 'declined', reason: 'bankrupt' })
  const asked = desk(given)('holdOrder', {}, { hold: 'manual', reason: 'x' })
  await expect(asked).rejects.toMatchObject({ code: 'XD_INTAKE_HOLD_REFUSED', status: 409 })
})

test('another tenant’s order is no order; an order that another instance keeps is asked to be held', async () => {
  const body = { hold: 'manual', reason: 'x' }
  const strange = desk(new GivenOrder())('holdOrder', { id: 'o0-00-0000000000-0000' }, body)
  await expect(strange).rejects.toMatchObject({ code: 'XD_INTAKE_ORDER_UNKNOWN', status: 404 })
  expect(await desk(new GivenOrder(), false)('holdOrder', {}, body)).toMatchObject({
    status: 202,
    body: { state: 'asked' },
  })
})
