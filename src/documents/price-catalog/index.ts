import { defineDocument } from '../document.ts'
import { readPriceCatalogEdifact, writePriceCatalogEdifact } from './edifact.ts'
import { readPriceCatalogJson } from './json.ts'
import { type PriceCatalog, priceCatalogSchema } from './schema.ts'
import { readPriceCatalogX12, writePriceCatalogX12 } from './x12.ts'

/** Items and their prices: X12 832, EDIFACT PRICAT. */
export const priceCatalog = defineDocument<PriceCatalog>({
  name: 'price-catalog',
  x12: { set: '832', functionalId: 'SC' },
  keyOf: ({ type, number, version, revision }) =>
    number === undefined ? undefined : [type, number, version, revision],
  about: () => [['catalog']],
  schema: priceCatalogSchema,
  readJson: readPriceCatalogJson,
  readX12: readPriceCatalogX12,
  writeX12: writePriceCatalogX12,
  edifact: {
    message: 'PRICAT',
    versions: ['D.96A', 'D.01B'],
    read: readPriceCatalogEdifact,
    write: writePriceCatalogEdifact,
  },
})
