import { type JsonReader, jsonReader } from '../json-form.ts'
import { orderStatusFaults } from './checks.ts'
import { type OrderStatus, orderStatusSchema } from './schema.ts'

/** Reads an order status report from a JSON value: the report, or all its faults with RFC 6901 pointers. */
export const readOrderStatusJson: JsonReader<OrderStatus> = jsonReader(orderStatusSchema, orderStatusFaults)
