import fc, { type Arbitrary } from 'fast-check'
import type { Freight } from '../road-x12.ts'
import type { Contact, Party } from '../shapes.ts'
import { aFigure, aReference, aText, aWarehouseParty, some } from './arbitraries.ts'

const aContact: Arbitrary<Contact> = some<Contact>(
  {
    function: fc.constantFrom('IC', 'RE'),
    name: aText(),
    phone: fc.constantFrom('555-0100', '+1 555 0101'),
    email: fc.constant('pat@example.com'),
    fax: fc.constant('555-0102'),
  },
  ['function', 'name'],
)

/** Parties as carriers' sets have them: one contact, which may take three segments in a 204 and has one in a 214. */
export const aRoadParty: Arbitrary<Party> = fc
  .tuple(
    aWarehouseParty,
    fc.option(
      aContact.map(({ function: job, name, phone }) => ({ function: job, name, ...(phone ? { phone } : {}) })),
      { nil: undefined },
    ),
    fc.option(aReference, { nil: undefined }),
  )
  .map(([{ contacts: _, references: __, ...party }, contact, reference]) => ({
    ...party,
    ...(contact ? { contacts: [contact as Contact] } : {}),
    ...(reference ? { references: [reference] } : {}),
  }))

export const aFreight: Arbitrary<Freight> = fc.oneof(
  fc.record({ weight: aFigure(2, 9999), weightUom: fc.constantFrom('LB', 'KG') }),
  fc.record({
    weight: aFigure(0, 9999),
    weightUom: fc.constant('LB'),
    pallets: aFigure(0, 99),
    pieces: aFigure(0, 999),
    volume: aFigure(1, 999),
    volumeUom: fc.constantFrom('CF', 'CR'),
  }),
)
