import { type JsonReader, jsonReader } from '../json-form.ts'
import { warehouseAdviceFaults } from './checks.ts'
import { type WarehouseAdvice, warehouseAdviceSchema } from './schema.ts'

/** Reads a warehouse advice from a JSON value: the advice, or all its faults with RFC 6901 pointers. */
export const readWarehouseAdviceJson: JsonReader<WarehouseAdvice> = jsonReader(
  warehouseAdviceSchema,
  warehouseAdviceFaults,
)
