import type { HubDefinition, PartnerDefinition } from '../../config/define-hub.ts'
import { folder } from '../../connectors/folder/index.ts'
import { invoice, orderAcknowledgement, shipNotice } from '../../documents/index.ts'
import type { EdifactProfile } from '../../intake/settings.ts'
import { delegatedToCrossdock, withOrderManagement } from '../../lifecycle/index.ts'

/** What the demo's own business is made of. */
export interface SimulatedBusinessOptions {
  readonly withOms?: boolean
  readonly name?: string
  /** Two customers who order by 850, and a 3PL that is told by 940 and answers by 945. */
  readonly edi?: boolean
  /** Home Goods Depot orders by ORDERS instead. */
  readonly edifact?: boolean
}

const ours = 'ZZ:ACMESUPPLY'

/** The partners of the demo's own business. Files go below the hub's data folder: `from` is theirs, `to` is ours. */
export const ediPartners = [
  {
    name: 'bigbox',
    title: 'Big Box Stores',
    customer: 'BIGBOX',
    reach: folder({ outbox: 'partners/bigbox/to', taken: 'partners/bigbox/to/done' }),
    pickUp: 'partners/bigbox/from',
    speaks: { ours, theirs: '12:5555550142' },
    expects: [
      orderAcknowledgement.within('24h'),
      shipNotice.within('1h', { after: 'shipment.dispatched', penalty: { amount: '150.00', currency: 'USD' } }),
      invoice.within('2d', { after: 'shipment.dispatched' }),
    ],
  },
  {
    name: 'homegoods',
    title: 'Home Goods Depot',
    customer: 'HOMEGOODS',
    reach: folder({ outbox: 'partners/homegoods/to', taken: 'partners/homegoods/to/done' }),
    pickUp: 'partners/homegoods/from',
    speaks: { ours, theirs: '01:123456789' },
  },
  {
    name: 'harbor',
    title: 'Harbor 3PL',
    facility: '3PL1',
    reach: folder({ outbox: 'partners/harbor/to', taken: 'partners/harbor/to/done' }),
    pickUp: 'partners/harbor/from',
    speaks: { ours, theirs: 'ZZ:HARBOR3PL' },
  },
] as const satisfies readonly PartnerDefinition[]

/** How Home Goods Depot speaks, where it speaks EDIFACT. */
export const homeGoodsEdifact = {
  standard: 'edifact',
  ours: '4012345000016:14',
  theirs: '4098765000010:14',
  version: 'D.96A',
  associations: { ORDRSP: 'EAN005', DESADV: 'EAN005', INVOIC: 'EAN008' },
} as const satisfies EdifactProfile

/** The partners, one of which may speak EDIFACT. */
function partnersOf({ edi, edifact }: SimulatedBusinessOptions): Pick<HubDefinition, 'partners'> {
  if (!edi) return {}
  const partners: readonly PartnerDefinition[] = ediPartners
  if (!edifact) return { partners }
  return { partners: partners.map((one) => (one.name === 'homegoods' ? { ...one, speaks: homeGoodsEdifact } : one)) }
}

/**
 * The demo's own business: two sites, an ERP, a shop and a carrier; with or without an OMS, with or without partners
 * that speak in files.
 */
export function simulatedBusiness(options: SimulatedBusinessOptions = {}): HubDefinition {
  const { withOms, edi } = options
  const warehouses = { DC1: 'wms1', DC2: 'wms2', ...(edi ? { '3PL1': 'harbor' } : {}) }
  const land = { erp: 'erp', warehouses, carriers: ['carrier'] }
  return {
    name: options.name ?? 'acme',
    systems: {
      erp: { role: 'erp' },
      ...(withOms ? { oms: { role: 'oms' } as const } : {}),
      wms1: { role: 'wms', facility: 'DC1' },
      wms2: { role: 'wms', facility: 'DC2' },
      shop: { role: 'shop' },
      carrier: { role: 'carrier' },
    },
    ...partnersOf(options),
    lifecycle: { authority: withOms ? withOrderManagement({ ...land, oms: 'oms' }) : delegatedToCrossdock(land) },
    process: [
      {
        name: 'order-to-cash',
        options: {
          erp: 'erp',
          ...(withOms ? { oms: 'oms' } : {}),
          carrier: 'carrier',
          warehouses: [
            { facility: 'DC1', system: 'wms1' },
            { facility: 'DC2', system: 'wms2' },
            ...(edi ? [{ facility: '3PL1', system: 'harbor', speaks: 'edi' as const, partner: 'harbor' }] : []),
          ],
          channels: {
            shop: { kind: 'http' },
            ...(edi ? { bigbox: { kind: 'edi' as const }, homegoods: { kind: 'edi' as const } } : {}),
          },
        },
      },
    ],
  }
}
