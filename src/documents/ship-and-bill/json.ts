import { type JsonReader, jsonReader } from '../json-form.ts'
import { shipAndBillFaults } from './checks.ts'
import { type ShipAndBill, shipAndBillSchema } from './schema.ts'

/** Reads a ship and bill notice from a JSON value: the notice, or all its faults with RFC 6901 pointers. */
export const readShipAndBillJson: JsonReader<ShipAndBill> = jsonReader(shipAndBillSchema, (notice) =>
  shipAndBillFaults(notice),
)
