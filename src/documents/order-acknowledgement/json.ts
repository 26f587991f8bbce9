import { type JsonReader, jsonReader } from '../json-form.ts'
import { orderAcknowledgementFaults } from './checks.ts'
import { type OrderAcknowledgement, orderAcknowledgementSchema } from './schema.ts'

/** Reads an order acknowledgement from a JSON value: the answer, or all its faults with RFC 6901 pointers. */
export const readOrderAcknowledgementJson: JsonReader<OrderAcknowledgement> = jsonReader(
  orderAcknowledgementSchema,
  orderAcknowledgementFaults,
)
