import fc, { type Arbitrary } from 'fast-check'
import type {
  Address,
  Carriage,
  Charge,
  Contact,
  Dated,
  Equipment,
  ItemId,
  LinePrice,
  Pack,
  Party,
  Reference,
  RoleParty,
  Terms,
} from '../shapes.ts'
import { aDate, aFigure, aKey, anAmount, aText, aTime, aUnit, list, some, someFreightTerms } from './arbitraries.ts'

/** What EDIFACT (D.96A) has a place for: the members of the parts that all documents share. */
export const aMessageReference: Arbitrary<Reference> = fc.record({
  qualifier: fc.constantFrom('PO', 'VX', 'LT', 'DP', 'ZZ', 'AAK'),
  value: aKey(),
})

const anAddress: Arbitrary<Address> = some<Address>(
  {
    lines: list(aText(), 3),
    city: aText(20),
    region: fc.constantFrom('IL', 'BY'),
    postalCode: fc.constantFrom('62701', '80805'),
    country: fc.constantFrom('US', 'DE'),
  },
  ['city'],
)
const aContact: Arbitrary<Contact> = some<Contact>(
  {
    function: fc.constantFrom('IC', 'BD', 'OC'),
    name: aText(),
    phone: fc.constantFrom('555-0100', '+1 555 0101'),
    email: fc.constant('pat@example.com'),
    fax: fc.constant('555-0102'),
  },
  ['function', 'name'],
)
const anId = fc.oneof(
  fc.record({ idQualifier: fc.constantFrom('92', '91', 'ZZ', '54'), id: aKey(17) }),
  fc.constant({ idQualifier: 'UL', id: '4012345000009' }),
  fc.constant({ idQualifier: '1', id: '150483782' }),
  fc.constant({ idQualifier: '9', id: '1504837820001' }),
  fc.record({ id: aKey(17) }),
  fc.constant({}),
)
const partyModel = {
  name: aText(),
  names: list(aText(), 4),
  address: anAddress,
  contacts: list(aContact, 2),
  references: list(aMessageReference, 2),
}
const withId = <T extends object>(party: Arbitrary<T>): Arbitrary<T> =>
  fc.tuple(party, anId).map(([members, id]) => ({ ...members, ...id }))

export const aMessageParty: Arbitrary<Party> = withId(fc.record(partyModel, { requiredKeys: ['name'] }))
export const aMessageRoleParty: Arbitrary<RoleParty> = withId(
  fc.record({ role: fc.constantFrom('Z7', 'RE', 'FW'), ...partyModel }, { requiredKeys: ['role', 'name'] }),
)

export const aMessageDated: Arbitrary<Dated> = fc.oneof(
  some<Omit<Dated, 'until'>>({ qualifier: fc.constantFrom('067', '196', '273'), date: aDate, time: aTime }, [
    'qualifier',
    'date',
  ]),
  fc.record({ qualifier: fc.constant('196'), date: aDate, until: aDate }),
)

const anotherId: Arbitrary<ItemId> = fc.oneof(
  fc.record({ qualifier: fc.constantFrom('CB', 'BP', 'IN', 'SK', 'MG'), value: aKey() }),
  fc.constantFrom({ qualifier: 'UP', value: '036000291452' }, { qualifier: 'EN', value: '4006381333931' }),
  fc.constant({ qualifier: 'UK', value: '00012345600012' }),
)
export const someMessageIds: Arbitrary<ItemId[]> = list(anotherId)

export const aMessagePrice: Arbitrary<LinePrice> = fc.oneof(
  fc.record({ amount: aFigure(4, 9999) }),
  fc.record({ amount: aFigure(6, 999), per: fc.constantFrom(100 as const, 1000 as const) }),
  fc.record({ amount: aFigure(2, 999), uom: fc.constant('LB') }),
)

export const aMessagePack: Arbitrary<Pack> = some<Omit<Pack, 'size' | 'sizeUom' | 'innerPack'>>(
  {
    pack: fc.constantFrom('12', '24'),
    packaging: fc.constant('CTN25'),
    weight: aFigure(2, 99),
    weightUom: fc.constant('LB'),
    volume: aFigure(2, 99),
    volumeUom: fc.constant('CF'),
  },
  ['weight', 'weightUom', 'volume', 'volumeUom'],
)

export const aMessageCharge: Arbitrary<Charge> = fc.oneof(
  some<Omit<Charge, 'code' | 'percentOf' | 'handling'>>(
    {
      kind: fc.constantFrom('charge', 'allowance', 'information'),
      type: fc.constantFrom('freight', 'tax', 'handling', 'fuel', 'discount'),
      amount: anAmount,
      percent: aFigure(2, 50),
      rate: aFigure(2, 50),
      uom: aUnit,
      quantity: aFigure(0, 50),
      reference: aKey(10),
      description: aText(),
    },
    ['kind', 'type', 'amount', 'rate', 'uom'],
  ),
  fc.record({
    kind: fc.constant('charge' as const),
    type: fc.constant('other' as const),
    code: fc.constantFrom('C040', 'PC'),
    amount: anAmount,
  }),
)

export const someMessageTerms: Arbitrary<Terms> = some<Omit<Terms, 'type' | 'dayOfMonth'>>(
  {
    basisDate: fc.constant('3'),
    discountPercent: aFigure(2, 9),
    discountDate: aDate,
    discountDays: fc.constantFrom('10', '15'),
    netDate: aDate,
    netDays: fc.constantFrom('30', '60'),
    discountAmount: anAmount,
    description: aText(),
  },
  ['netDays'],
)

export const aMessageCarriage: Arbitrary<Carriage> = some<Omit<Carriage, 'service'>>(
  {
    scac: fc.constantFrom('UPSN', 'FDEG'),
    carrierQualifier: fc.constantFrom('ZZ', '92'),
    method: fc.constantFrom('M', 'A'),
    routing: aText(),
  },
  ['scac'],
)

export const aMessageEquipment: Arbitrary<Equipment> = some<Equipment>(
  {
    type: fc.constantFrom('TL', 'CN'),
    initial: fc.constant('ABCD'),
    number: fc.constant('123456'),
    seal: fc.constant('SEAL9'),
  },
  ['type', 'number'],
)

/** The goods of a line, by their numbers and in words. */
export const someMessageGoods = {
  sku: aKey(),
  ids: someMessageIds,
  description: aText(70),
  features: list(fc.record({ code: fc.constantFrom('73', '08'), text: aText() })),
}

/** Parties, references and notes of the head. */
export const messageHead = {
  buyer: aMessageParty,
  shipTo: aMessageParty,
  billTo: aMessageParty,
  supplier: aMessageParty,
  parties: list(aMessageRoleParty),
  references: list(aMessageReference),
  notes: list(aText(264)),
}

/** Payment, carriage, delivery and charges of the head. */
export const messageConditions = {
  terms: list(someMessageTerms),
  freightTerms: someFreightTerms,
  carriage: aMessageCarriage,
  charges: list(aMessageCharge),
}
