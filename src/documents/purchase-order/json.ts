import { type JsonReader, jsonReader } from '../json-form.ts'
import { purchaseOrderFaults } from './checks.ts'
import { type PurchaseOrder, purchaseOrderSchema } from './schema.ts'

/**
 * Reads a purchase order from a JSON value: the order, or all its faults with RFC 6901 pointers.
 *
 * @example
 * const { document, faults } = readPurchaseOrderJson(JSON.parse(body))
 */
export const readPurchaseOrderJson: JsonReader<PurchaseOrder> = jsonReader(purchaseOrderSchema, purchaseOrderFaults)
