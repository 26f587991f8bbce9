import Type, { type Static } from 'typebox'
import { closed } from '../json-form.ts'
import {
  code,
  contactSchema,
  counted,
  currency,
  date,
  dates,
  describedMembers,
  freightTermsSchema,
  identifier,
  itemMembers,
  MOST_LINES,
  namedParties,
  oneOf,
  packSchema,
  parties,
  partySchema,
  possible,
  references,
  termsSchema,
  text,
  typedPriceMembers,
  unit,
} from '../shapes.ts'

const optional = Type.Optional
const period = () => ({
  from: optional(date('The first day it holds')),
  until: optional(date('The last day it holds')),
})

export const catalogPriceSchema = closed({ ...typedPriceMembers, ...period(), dates: dates() })

export const packageSchema = closed({
  qualifier: code(2, 'X12 235: UK a GTIN-14 …'),
  value: identifier(48),
  uom: unit(),
  quantity: counted(),
  height: optional(possible()),
  width: optional(possible()),
  length: optional(possible()),
  sizeUom: optional(unit()),
  weight: optional(possible()),
  weightUom: optional(unit()),
  volume: optional(possible()),
  volumeUom: optional(unit()),
  price: optional(closed(typedPriceMembers)),
})

export const orderRuleSchema = closed({
  rule: oneOf(['minimum', 'maximum', 'multiple', 'other'], 'X12 673 in words'),
  code: optional(code(2, 'X12 673, where no word of ours says it')),
  quantity: possible(),
})

export const catalogLineSchema = closed({
  line: optional(identifier(20)),
  change: optional(oneOf(['add', 'change', 'delete'], 'What happens to the item; absent: this is how it is')),
  ...itemMembers,
  ...describedMembers,
  pack: optional(packSchema),
  ...period(),
  dates: dates(),
  references: references(),
  parties: parties(),
  orderRules: optional(Type.Array(orderRuleSchema, { minItems: 1, maxItems: 25 })),
  prices: optional(Type.Array(catalogPriceSchema, { minItems: 1, maxItems: 100 })),
  packages: optional(
    Type.Array(packageSchema, { minItems: 1, maxItems: 20, description: 'The units it is sold in, each with its key' }),
  ),
})

/** What can be ordered and what it costs: items, packages, prices by class, quantity and time. */
export const priceCatalogSchema = closed({
  type: code(2, 'X12 683: PC prices, SC sales catalog …'),
  number: optional(identifier(35)),
  version: optional(identifier(35)),
  revision: optional(identifier(6)),
  description: optional(text(350)),
  purpose: optional(oneOf(['original', 'cancel', 'change', 'replace', 'confirm', 'duplicate'], 'Default original')),
  ...period(),
  currency: currency(),
  seller: optional(partySchema),
  ...namedParties,
  parties: parties(),
  contacts: optional(Type.Array(contactSchema, { minItems: 1, maxItems: 20 })),
  references: references(),
  dates: dates(),
  terms: optional(Type.Array(termsSchema, { minItems: 1, maxItems: 2 })),
  freightTerms: optional(freightTermsSchema),
  lines: Type.Array(catalogLineSchema, { maxItems: MOST_LINES }),
})

export type PriceCatalog = Static<typeof priceCatalogSchema>
export type CatalogLine = PriceCatalog['lines'][number]
export type CatalogPrice = Static<typeof catalogPriceSchema>
export type CatalogPackage = Static<typeof packageSchema>
export type OrderRule = Static<typeof orderRuleSchema>
