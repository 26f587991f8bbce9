import fc, { type Arbitrary } from 'fast-check'
import type { Party, Reference, RoleParty, ShipWindow } from '../shapes.ts'
import type { Departure } from '../warehouse-advice/schema.ts'
import {
  aDate,
  aFigure,
  aKey,
  anItemId,
  aReference,
  aRoleWarehouseParty,
  aText,
  aWarehouseParty,
  list,
  some,
} from './arbitraries.ts'

/** Parties as the sets about moving stock carry them: below N1 they have no room for references. */
const withoutReferences = <T extends { references?: Reference[] }>({ references: _, ...party }: T) => party

export const aStockParty: Arbitrary<Party> = aWarehouseParty.map(withoutReferences)
const aRoleStockParty = (role: string): Arbitrary<RoleParty> =>
  aRoleWarehouseParty.map((party) => ({ ...withoutReferences(party), role }))

/** What these documents say before their lines; the warehouse is always named. */
export interface StockHead {
  depositor?: Party
  warehouse: Party
  shipFrom?: Party
  shipTo?: Party
  parties?: RoleParty[]
  references?: Reference[]
  dates?: { qualifier: string; date: string; time?: string }[]
  notes?: string[]
}
export const aStockHead: Arbitrary<StockHead> = some<StockHead>(
  {
    depositor: aStockParty,
    warehouse: aStockParty,
    shipFrom: aStockParty,
    shipTo: aStockParty,
    parties: list(aRoleStockParty('Z7'), 2),
    references: list(aReference),
    dates: list(
      fc.record({ qualifier: fc.constant('11'), date: fc.constant('2026-01-02'), time: fc.constant('08:30') }),
      2,
    ),
    notes: list(aText()),
  },
  ['warehouse', 'dates'],
)

/** The goods of a line, at most three numbers of the item. */
export const aStockItem = fc
  .tuple(
    some<{
      caseCode?: string
      sku: string
      ids?: { qualifier: string; value: string }[]
      lot?: string
      serials?: string[]
      description?: string
      references?: Reference[]
    }>(
      {
        caseCode: fc.constant('123456789012'),
        sku: aKey(),
        ids: list(anItemId, 2),
        lot: aKey(),
        serials: fc.uniqueArray(aKey(), { minLength: 1, maxLength: 3 }),
        description: aText(),
        references: list(aReference),
      },
      ['sku'],
    ),
    fc.option(fc.record({ weight: aFigure(2, 99), weightUom: fc.constantFrom('LB', 'KG') }), { nil: {} }),
  )
  .map(([item, weight]) => ({ ...item, ...weight }))

/** Few enough days for the five dates that fit before the lines. */
export const aShortWindow: Arbitrary<ShipWindow> = some<Pick<ShipWindow, 'requestedShip' | 'requestedDelivery'>>(
  { requestedShip: aDate, requestedDelivery: aDate },
  ['requestedDelivery'],
)

export const aDeparture: Arbitrary<Departure> = some<Departure>(
  {
    method: fc.constant('M'),
    scac: fc.constant('UPSN'),
    routing: aText(),
    payment: fc.constant('PP'),
    equipmentType: fc.constant('TL'),
    equipmentInitial: fc.constant('ABCD'),
    equipmentNumber: fc.constant('123456'),
  },
  ['method', 'scac'],
)
