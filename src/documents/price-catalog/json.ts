import { type JsonReader, jsonReader } from '../json-form.ts'
import { priceCatalogFaults } from './checks.ts'
import { type PriceCatalog, priceCatalogSchema } from './schema.ts'

/** Reads a price catalog from a JSON value: the catalog, or all its faults with RFC 6901 pointers. */
export const readPriceCatalogJson: JsonReader<PriceCatalog> = jsonReader(priceCatalogSchema, priceCatalogFaults)
