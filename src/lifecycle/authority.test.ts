import { expect, test } from 'vitest'
import {
  CROSSDOCK,
  delegatedToCrossdock,
  mayMove,
  together,
  who,
  withOrderManagement,
  withoutOrderManagement,
} from './authority.ts'

const warehouses = { DC1: 'wms-east', DC2: 'wms-west' }
const now = Date.parse('2026-01-05T12:00:00Z')

test('with an order management system, only it releases', () => {
  const profile = withOrderManagement({ oms: 'oms', erp: 'erp', warehouses })
  expect(who(profile, 'order.release_planned', 'DC1', now)).toEqual(['oms'])
  expect(mayMove(profile, 'order.release_planned', 'erp', 'DC1', now)).toBe(false)
  expect(mayMove(profile, 'order.release_planned', CROSSDOCK, 'DC1', now)).toBe(false)
})

test('without one, the ERP sources and releases', () => {
  const profile = withoutOrderManagement({ erp: 'erp', warehouses })
  expect(who(profile, 'order.sourced', undefined, now)).toEqual(['erp'])
  expect(mayMove(profile, 'order.release_planned', 'erp', 'DC2', now)).toBe(true)
})

test('where both jobs are delegated, Crossdock does them and the ERP keeps the money', () => {
  const profile = delegatedToCrossdock({ erp: 'erp', warehouses })
  expect(who(profile, 'order.sourced', undefined, now)).toEqual([CROSSDOCK])
  expect(who(profile, 'order.release_planned', 'DC1', now)).toEqual([CROSSDOCK])
  expect(who(profile, 'order.posted', undefined, now)).toEqual(['erp'])
  expect(mayMove(profile, 'order.posted', CROSSDOCK, undefined, now)).toBe(false)
})

test('a warehouse speaks for itself and for no other', () => {
  const profile = delegatedToCrossdock({ erp: 'erp', warehouses })
  expect(mayMove(profile, 'pick.confirmed', 'wms-east', 'DC1', now)).toBe(true)
  expect(mayMove(profile, 'pick.confirmed', 'wms-east', 'DC2', now)).toBe(false)
  expect(mayMove(profile, 'shipment.dispatched', 'erp', 'DC1', now)).toBe(false)
})

test('a cut-over is a change of profile on a date, one warehouse at a time', () => {
  const before = withoutOrderManagement({ erp: 'old-erp', warehouses })
  const after = delegatedToCrossdock({ erp: 'old-erp', warehouses: { DC1: 'wms-east' }, from: '2026-02-01T00:00:00Z' })
  const profile = together(after, before)
  const later = Date.parse('2026-02-01T00:00:00Z')
  expect(who(profile, 'order.release_planned', 'DC1', later - 1)).toEqual(['old-erp'])
  expect(who(profile, 'order.release_planned', 'DC1', later)).toEqual([CROSSDOCK])
  expect(who(profile, 'order.release_planned', 'DC2', later)).toEqual(['old-erp'])
})

test('a profile ends on its last instant', () => {
  const profile = delegatedToCrossdock({ erp: 'erp', warehouses, until: '2026-02-01T00:00:00Z' })
  expect(who(profile, 'order.posted', undefined, Date.parse('2026-02-01T00:00:00Z'))).toEqual([])
})
