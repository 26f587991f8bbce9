import { type JsonReader, jsonReader } from '../json-form.ts'
import { orderChangeAcknowledgementFaults } from './checks.ts'
import { type OrderChangeAcknowledgement, orderChangeAcknowledgementSchema } from './schema.ts'

/** Reads the answer to an order change from a JSON value: the answer, or all its faults with RFC 6901 pointers. */
export const readOrderChangeAcknowledgementJson: JsonReader<OrderChangeAcknowledgement> = jsonReader(
  orderChangeAcknowledgementSchema,
  orderChangeAcknowledgementFaults,
)
