import { type JsonReader, jsonReader } from '../json-form.ts'
import { inventoryAdjustmentFaults } from './checks.ts'
import { type InventoryAdjustment, inventoryAdjustmentSchema } from './schema.ts'

/** Reads an inventory adjustment from a JSON value: the adjustment, or all its faults with RFC 6901 pointers. */
export const readInventoryAdjustmentJson: JsonReader<InventoryAdjustment> = jsonReader(
  inventoryAdjustmentSchema,
  inventoryAdjustmentFaults,
)
