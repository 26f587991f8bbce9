import type { HubDefinition } from '../../config/define-hub.ts'
import { delegatedToCrossdock, withOrderManagement } from '../../lifecycle/index.ts'

/** The demo's own business: two sites, an ERP, a shop and a carrier; with or without an OMS. */
export function simulatedBusiness(options: { readonly withOms?: boolean; readonly name?: string } = {}): HubDefinition {
  const warehouses = { DC1: 'wms1', DC2: 'wms2' }
  const land = { erp: 'erp', warehouses, carriers: ['carrier'] }
  return {
    name: options.name ?? 'acme',
    systems: {
      erp: { role: 'erp' },
      ...(options.withOms ? { oms: { role: 'oms' } as const } : {}),
      wms1: { role: 'wms', facility: 'DC1' },
      wms2: { role: 'wms', facility: 'DC2' },
      shop: { role: 'shop' },
      carrier: { role: 'carrier' },
    },
    lifecycle: { authority: options.withOms ? withOrderManagement({ ...land, oms: 'oms' }) : delegatedToCrossdock(land) },
    process: [
      {
        name: 'order-to-cash',
        options: {
          erp: 'erp',
          ...(options.withOms ? { oms: 'oms' } : {}),
          carrier: 'carrier',
          warehouses: [
            { facility: 'DC1', system: 'wms1' },
            { facility: 'DC2', system: 'wms2' },
          ],
          channels: { shop: { kind: 'http' } },
        },
      },
    ],
  }
}
