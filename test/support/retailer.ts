/** What retailers write: interchanges of 850s, made here, and a small business that trades with them. */
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import type { HubDefinition } from '../../src/config/define-hub.ts'
import type { PurchaseOrder } from '../../src/documents/purchase-order/schema.ts'
import { type WrittenSegment, writeInterchange } from '../../src/edi/x12/write.ts'
import type { Customer, Landscape } from '../../src/simulators/landscape.ts'
import { aCustomer, anItem, landscapeOf } from './landscape.ts'

/** Partners of the business, with the ids they write in their envelopes: two customers first. */
const IDENTITIES = {
  bigbox: ['12', '5555550142'],
  homegoods: ['01', '123456789'],
  'fast-freight': ['02', 'FAST'],
  harbor: ['ZZ', 'HARBOR3PL'],
  boltworks: ['ZZ', 'BOLTWORKS'],
} as const

/** What an 850 says; what is absent is as it usually is. */
export interface Wanted {
  readonly from?: keyof typeof IDENTITIES
  readonly number: string
  /** BEG01: 00 an order, 01 a cancellation. */
  readonly purpose?: '00' | '01'
  /** ISA13 and GS06; 900 unless said, well above the numbers of the acknowledgements that its simulator writes. */
  readonly control?: number
  readonly lines?: readonly WantedLine[]
  /** Charges of the whole order, behind its heading. */
  readonly charges?: readonly WrittenSegment[]
}

export interface WantedLine {
  readonly line?: string
  readonly item: string
  readonly quantity: number
  readonly uom?: string
  /** Empty: the customer says none, ours holds. */
  readonly price?: string
}

/** An interchange with one 850. */
export function purchaseOrder850({
  from = 'bigbox',
  number,
  purpose = '00',
  control = 900,
  lines = [],
  charges = [],
}: Wanted): string {
  const written = lines.map(
    ({ line, item, quantity, uom = 'EA', price = PRICES[item] ?? '1.00' }, at): WrittenSegment => {
      return ['PO1', line ?? String((at + 1) * 10), String(quantity), uom, price, price === '' ? '' : 'PE', 'VN', item]
    },
  )
  const segments: WrittenSegment[] = [
    ['BEG', purpose, 'SA', number, '', '20260105'],
    ['CUR', 'BY', 'USD'],
    ...charges,
    ['N1', 'ST', 'Store 42', '92', '0042'],
    ...written,
    ['CTT', String(written.length)],
  ]
  return interchangeOf(from, control, { id: '850', functionalId: 'PO', segments })
}

/** What an 860 says; what is absent is as it usually is. */
export interface WantedChange {
  readonly from?: keyof typeof IDENTITIES
  readonly number: string
  /** BCH01: 01 cancels, 04 changes. */
  readonly purpose?: '01' | '04'
  /** BCH05, the customer's count of the changes. */
  readonly changeNumber?: string
  readonly control?: number
  /** POC and what belongs to it. */
  readonly lines?: readonly WrittenSegment[]
}

/** An interchange with one 860. */
export function orderChange860({
  from = 'bigbox',
  number,
  purpose = '04',
  changeNumber = '',
  control = 950,
  lines = [],
}: WantedChange): string {
  const segments: WrittenSegment[] = [
    ['BCH', purpose, 'SA', number, '', changeNumber, '20260105', '', '', '', '', '20260106'],
    ['CUR', 'BY', 'USD'],
    ...lines,
    ['CTT', String(lines.filter(([tag]) => tag === 'POC').length)],
  ]
  return interchangeOf(from, control, { id: '860', functionalId: 'PC', segments })
}

/** An interchange with one set of a retailer. */
export function interchangeOf(
  from: keyof typeof IDENTITIES,
  controlNumber: number,
  set: { readonly id: string; readonly functionalId: string; readonly segments: WrittenSegment[] },
): string {
  const [senderQualifier, sender] = IDENTITIES[from]
  const dated = { date: '20260105', time: '0800' }
  const { id, functionalId, segments } = set
  return writeInterchange(
    {
      senderQualifier,
      sender,
      receiverQualifier: 'ZZ',
      receiver: 'ACMESUPPLY',
      ...dated,
      version: '00401',
      controlNumber,
      usage: 'P',
      groups: [
        {
          functionalId,
          sender,
          receiver: 'ACMESUPPLY',
          ...dated,
          controlNumber,
          version: '004010',
          sets: [{ id, controlNumber: '0001', segments }],
        },
      ],
    },
    { separators: {} },
  )
}

/** The same as a shop's document. */
export function shopOrder(number: string, lines: readonly WantedLine[], buyer = 'web-1'): PurchaseOrder {
  return {
    number,
    date: '2026-01-05',
    currency: 'USD',
    buyer: { id: buyer },
    shipTo: { id: '0042' },
    lines: lines.map(({ line, item, quantity, uom = 'EA', price = PRICES[item] ?? '1.00' }, at) => ({
      line: line ?? String(at + 1),
      sku: item,
      quantity: String(quantity),
      uom,
      price: { amount: price, per: 1, uom },
    })),
  }
}

const PRICES: Readonly<Record<string, string>> = { BOLT: '9.25', LAMP: '13.79', GLOVE: '4.35', TORCH: '13.79' }

const STORE = {
  id: '0042',
  name: 'Store 42',
  address: { lines: ['100 Main Street'], city: 'Columbus', region: 'OH', postalCode: '43004', country: 'US' },
}

/** What lies where, in pieces. */
export type Stock = Readonly<Record<string, Readonly<Record<string, number>>>>

const PLENTY: Stock = {
  DC1: { BOLT: 1_000, LAMP: 1_000, TORCH: 100, GOUDA: 100 },
  DC2: { BOLT: 1_000, LAMP: 1_000 },
  '3PL1': { GLOVE: 1_000 },
}

/**
 * A business of a few items (torches are taxed, Gouda is billed by weight) for two retailers and one customer of the shop. Bolts and lamps lie in the own warehouses,
 * gloves at the 3PL alone.
 */
export function smallBusiness(
  options: { readonly stock?: Stock; readonly customers?: Partial<Customer> } = {},
): Landscape {
  const { stock = PLENTY, customers = {} } = options
  const all = { shipTos: [STORE], ...customers }
  return landscapeOf({
    items: [
      ...Object.entries(PRICES).map(([sku, price]) =>
        anItem(sku, price, {
          units: [{ uom: 'CS', numerator: 12, denominator: 1 }],
          ...(sku === 'TORCH' ? { taxPercent: '7.25' } : {}),
        }),
      ),
      anItem('GOUDA', '4.10', {
        baseUnit: 'CS',
        catchWeight: { nominal: '20', unit: 'LB', tolerancePercent: '10' },
        price: { amount: '4.10', currency: 'USD', per: 1, uom: 'LB' },
      }),
    ],
    customers: [
      aCustomer('BIGBOX', { ...all, ediIds: [{ qualifier: '12', id: '5555550142' }] }),
      aCustomer('HOMEGOODS', { ...all, ediIds: [{ qualifier: '01', id: '123456789' }] }),
      aCustomer('C0001', { ...all, channelIds: { shop: 'web-1' } }),
    ],
    stock: Object.fromEntries(
      Object.entries({ DC1: {}, DC2: {}, '3PL1': {}, ...stock }).map(([facility, items]) => [
        facility,
        Object.entries(items).map(([item, quantity]) => ({ item, quantity: String(quantity) })),
      ]),
    ),
  })
}

/** The configuration of the demo’s own business, with its partners. */
export const acme: HubDefinition = simulatedBusiness({ edi: true })
