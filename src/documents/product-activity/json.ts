import { type JsonReader, jsonReader } from '../json-form.ts'
import { productActivityFaults } from './checks.ts'
import { type ProductActivity, productActivitySchema } from './schema.ts'

/** Reads a product activity report from a JSON value: the report, or all its faults with RFC 6901 pointers. */
export const readProductActivityJson: JsonReader<ProductActivity> = jsonReader(
  productActivitySchema,
  productActivityFaults,
)
