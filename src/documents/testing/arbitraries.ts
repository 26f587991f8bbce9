import fc, { type Arbitrary } from 'fast-check'
import type {
  Address,
  Carriage,
  Charge,
  Contact,
  Dated,
  Equipment,
  FreightTerms,
  ItemId,
  Lading,
  LinePrice,
  Pack,
  Party,
  Reference,
  RoleParty,
  ShipWindow,
  Terms,
} from '../shapes.ts'

/** Members that are there or not, never there and undefined: as documents are. */
export function some<T>(
  model: { [K in keyof T]-?: Arbitrary<NonNullable<T[K]>> },
  needed: (keyof T)[] = [],
): Arbitrary<T> {
  return fc.record(model, { requiredKeys: needed as never }) as Arbitrary<T>
}

/** Members that X12 has only together: where one of a group is missing, the rest of it goes, too. */
export const together = <T extends object>(entry: Arbitrary<T>, ...groups: (keyof T)[][]): Arbitrary<T> =>
  entry.map((members) => {
    const kept = { ...members }
    for (const group of groups)
      if (!group.every((member) => member in kept)) for (const member of group) delete kept[member]
    return kept
  })

/** A member that asks for one of others: without any of them it goes. */
export const asking = <T extends object>(entry: Arbitrary<T>, member: keyof T, ...others: (keyof T)[]): Arbitrary<T> =>
  entry.map((members) => {
    if (others.some((other) => other in members)) return members
    const { [member]: _, ...kept } = members
    return kept as T
  })

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const IN_TEXT = `${LETTERS} .,'-/&#äéñßΩ日`

/** Words for people: letters, marks and some of the world's characters, without blanks at the ends. */
export const aText = (most = 30): Arbitrary<string> =>
  fc
    .string({ unit: fc.constantFrom(...IN_TEXT), minLength: 1, maxLength: most })
    .map((text) => text.trim().normalize('NFC') || 'x')

/** Numbers and keys: letters, digits and dashes. */
export const aKey = (most = 20): Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...LETTERS, '-'), minLength: 2, maxLength: most })

/** Decimal text above zero in its one form, up to `places` places. */
export const aFigure = (places = 3, largest = 999_999): Arbitrary<string> =>
  fc.tuple(fc.integer({ min: 1, max: largest }), fc.integer({ min: 0, max: 10 ** places - 1 })).map(([whole, part]) => {
    const fraction = part === 0 ? '' : `.${String(part).padStart(places, '0').replace(/0+$/, '')}`
    return `${whole}${fraction}`
  })

export const anAmount: Arbitrary<string> = fc
  .integer({ min: 0, max: 99_999_99 })
  .map((cents) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`)

export const aDate: Arbitrary<string> = fc
  .date({ min: new Date('2001-01-01'), max: new Date('2039-12-31'), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10))

export const aTime: Arbitrary<string> = fc.constantFrom('00:00', '08:30', '23:59', '14:30:05')
export const aUnit: Arbitrary<string> = fc.constantFrom('EA', 'CA', 'LB', 'KG', 'BX', 'FT')

export const anAddress: Arbitrary<Address> = some<Address>(
  {
    lines: fc.array(aText(), { minLength: 1, maxLength: 4 }),
    city: aText(20).map((city) => `${city} City`),
    region: fc.constantFrom('IL', 'TX'),
    postalCode: fc.constantFrom('62701', '90210-1234'),
    country: fc.constantFrom('US', 'CA'),
  },
  ['city'],
)

export const aContact: Arbitrary<Contact> = some<Contact>(
  {
    function: fc.constantFrom('IC', 'BD'),
    name: aText(),
    phone: fc.constantFrom('555-0100', '+1 555 0101'),
    email: fc.constant('pat@example.com'),
    fax: fc.constant('555-0102'),
  },
  ['function', 'name'],
)

export const aReference: Arbitrary<Reference> = some<Reference>(
  { qualifier: fc.constantFrom('DP', 'IA', 'CO', 'ZZ'), value: aKey(), description: aText() },
  ['qualifier', 'value'],
)

const partyModel = {
  name: aText(),
  names: fc.array(aText(), { minLength: 1, maxLength: 4 }),
  address: anAddress,
  contacts: fc.array(aContact, { minLength: 1, maxLength: 2 }),
  references: fc.array(aReference, { minLength: 1, maxLength: 2 }),
}
const withId = <T extends object>(party: Arbitrary<T>): Arbitrary<T> =>
  fc
    .tuple(party, fc.option(fc.tuple(fc.constantFrom('92', '9', 'UL'), aKey()), { nil: undefined }))
    .map(([members, id]) => (id ? { ...members, idQualifier: id[0], id: id[1] } : members))

export const aParty: Arbitrary<Party> = withId(fc.record(partyModel, { requiredKeys: ['name'] }))
export const aRoleParty: Arbitrary<RoleParty> = withId(
  fc.record({ role: fc.constantFrom('Z7', 'SF', 'RE'), ...partyModel }, { requiredKeys: ['role', 'name'] }),
)

/** Parties as the warehouse sets can carry them: they have room for one N2, so for two more lines of the name. */
const shortNames = <T extends { names?: string[] }>(party: T): T =>
  party.names ? { ...party, names: party.names.slice(0, 2) } : party
export const aWarehouseParty: Arbitrary<Party> = aParty.map(shortNames)
export const aRoleWarehouseParty: Arbitrary<RoleParty> = aRoleParty.map(shortNames)

export const aDated: Arbitrary<Dated> = fc.oneof(
  some<Omit<Dated, 'until'>>({ qualifier: fc.constantFrom('067', '196'), date: aDate, time: aTime }, [
    'qualifier',
    'date',
  ]),
  fc.record({ qualifier: fc.constant('196'), date: aDate, until: aDate }),
)

export const aShipWindow: Arbitrary<ShipWindow> = some<ShipWindow>({
  requestedShip: aDate,
  shipNotBefore: fc.constant('2026-01-05'),
  shipNotAfter: fc.constant('2026-01-09'),
  requestedDelivery: aDate,
  deliverNotBefore: fc.constant('2026-01-08'),
  deliverNotAfter: fc.constant('2026-01-12'),
  cancelAfter: aDate,
}).filter((window) => Object.keys(window).length > 0)

export const anItemId: Arbitrary<ItemId> = fc.oneof(
  fc.record({ qualifier: fc.constantFrom('CB', 'BP', 'IN', 'SK'), value: aKey() }),
  fc.constantFrom({ qualifier: 'UP', value: '036000291452' }, { qualifier: 'EN', value: '4006381333931' }),
)

export const aPrice: Arbitrary<LinePrice> = fc.oneof(
  fc.record({ amount: aFigure(4, 9999) }),
  fc.record({ amount: aFigure(6, 999), per: fc.constant(100 as const), basis: fc.constantFrom('HP', 'TC') }),
  fc.record({ amount: aFigure(2, 999), per: fc.constant(1000 as const), basis: fc.constantFrom('TP', 'WM') }),
  fc.record({ amount: aFigure(2, 999), uom: fc.constant('LB'), basis: fc.constant('PP') }),
)

export const aPack: Arbitrary<Pack> = some<Pack>(
  {
    pack: fc.constantFrom('12', '24'),
    size: fc.constantFrom('1', '6'),
    sizeUom: aUnit,
    packaging: fc.constant('CTN25'),
    weight: aFigure(2, 99),
    weightUom: fc.constant('LB'),
    volume: aFigure(2, 99),
    volumeUom: fc.constant('CF'),
    innerPack: fc.constantFrom('2', '3'),
  },
  ['pack', 'size', 'sizeUom', 'weight', 'weightUom', 'volume', 'volumeUom'],
)

export const aCharge: Arbitrary<Charge> = fc.oneof(
  together(
    some<Omit<Charge, 'code'>>(
      {
        kind: fc.constantFrom('charge', 'allowance'),
        type: fc.constantFrom('freight', 'tax', 'handling', 'fuel', 'discount'),
        amount: anAmount,
        percent: aFigure(2, 50),
        percentOf: fc.constant('1'),
        rate: aFigure(2, 50),
        uom: aUnit,
        quantity: aFigure(0, 50),
        handling: fc.constant('06'),
        reference: aKey(10),
        description: aText(),
      },
      ['kind', 'type', 'amount'],
    ),
    ['percent', 'percentOf'],
    ['uom', 'quantity'],
  ),
  fc.record({
    kind: fc.constant('charge' as const),
    type: fc.constant('other' as const),
    code: fc.constant('C040'),
    amount: anAmount,
  }),
)

const anyTerms: Arbitrary<Terms> = some<Terms>(
  {
    type: fc.constantFrom('01', '05'),
    basisDate: fc.constantFrom('2', '3'),
    discountPercent: aFigure(2, 9),
    discountDate: aDate,
    discountDays: fc.constantFrom('10', '15'),
    netDate: aDate,
    netDays: fc.constantFrom('30', '60'),
    discountAmount: anAmount,
    dayOfMonth: fc.constantFrom('1', '15'),
    description: aText(),
  },
  ['type'],
)

/** A discount needs a time in which it is taken. */
export const someTerms: Arbitrary<Terms> = (['discountPercent', 'discountAmount'] as const).reduce(
  (terms, member) => asking(terms, member, 'discountDate', 'discountDays', 'dayOfMonth'),
  anyTerms,
)

export const someFreightTerms: Arbitrary<FreightTerms> = some<FreightTerms>(
  { payment: fc.constantFrom('PP', 'CC'), location: aText(), incoterm: fc.constant('EXW'), place: aText() },
  ['payment'],
)

export const aCarriage: Arbitrary<Carriage> = some<Carriage>(
  {
    scac: fc.constantFrom('UPSN', 'FDEG'),
    carrierQualifier: fc.constant('ZZ'),
    method: fc.constantFrom('M', 'A'),
    routing: aText(),
    service: fc.constant('CG'),
  },
  ['scac'],
)

export const aLading: Arbitrary<Lading> = some<Lading>(
  {
    packaging: fc.constant('CTN25'),
    quantity: aFigure(0, 99),
    weight: aFigure(2, 999),
    weightUom: fc.constant('LB'),
    volume: aFigure(2, 999),
    volumeUom: fc.constant('CF'),
  },
  ['packaging', 'quantity', 'weight', 'weightUom', 'volume', 'volumeUom'],
)

export const anEquipment: Arbitrary<Equipment> = some<Equipment>(
  { type: fc.constant('TL'), initial: fc.constant('ABCD'), number: fc.constant('123456'), seal: fc.constant('SEAL9') },
  ['type', 'number'],
)

export const list = <T>(entry: Arbitrary<T>, most = 3): Arbitrary<T[]> =>
  fc.array(entry, { minLength: 1, maxLength: most })

/** What all documents around an order say at their head. */
export const orderHead = {
  buyer: aParty,
  shipTo: aParty,
  billTo: aParty,
  supplier: aParty,
  parties: list(aRoleParty),
  contacts: list(aContact, 2),
  references: list(aReference),
  shipWindow: aShipWindow,
  dates: list(aDated, 3),
  notes: list(aText()),
}

/** On which terms. */
export const orderConditions = {
  terms: list(someTerms),
  freightTerms: someFreightTerms,
  carriage: aCarriage,
  charges: list(aCharge),
}

/** The goods of their lines. */
export const orderGoods = {
  sku: aKey(),
  ids: list(anItemId),
  description: aText(),
  features: list(fc.record({ code: fc.constantFrom('73', '08'), text: aText() })),
}

/** What they say of a line besides. */
export const orderLineDetail = {
  shipWindow: aShipWindow,
  dates: list(aDated, 2),
  references: list(aReference),
  notes: list(aText()),
  parties: list(aRoleParty, 2),
}
