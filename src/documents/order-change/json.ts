import { type JsonReader, jsonReader } from '../json-form.ts'
import { orderChangeFaults } from './checks.ts'
import { type OrderChange, orderChangeSchema } from './schema.ts'

/** Reads an order change from a JSON value: the change, or all its faults with RFC 6901 pointers. */
export const readOrderChangeJson: JsonReader<OrderChange> = jsonReader(orderChangeSchema, orderChangeFaults)
