import { type JsonReader, jsonReader } from '../json-form.ts'
import { inventoryAdviceFaults } from './checks.ts'
import { type InventoryAdvice, inventoryAdviceSchema } from './schema.ts'

/** Reads an inventory advice from a JSON value: the advice, or all its faults with RFC 6901 pointers. */
export const readInventoryAdviceJson: JsonReader<InventoryAdvice> = jsonReader(
  inventoryAdviceSchema,
  inventoryAdviceFaults,
)
