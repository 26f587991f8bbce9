import { type JsonReader, jsonReader } from '../json-form.ts'
import { warehouseOrderFaults } from './checks.ts'
import { type WarehouseOrder, warehouseOrderSchema } from './schema.ts'

/** Reads a warehouse order from a JSON value: the order, or all its faults with RFC 6901 pointers. */
export const readWarehouseOrderJson: JsonReader<WarehouseOrder> = jsonReader(warehouseOrderSchema, warehouseOrderFaults)
