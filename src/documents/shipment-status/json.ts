import { type JsonReader, jsonReader } from '../json-form.ts'
import { shipmentStatusFaults } from './checks.ts'
import { type ShipmentStatus, shipmentStatusSchema } from './schema.ts'

/** Reads a shipment status from a JSON value: the status, or all its faults with RFC 6901 pointers. */
export const readShipmentStatusJson: JsonReader<ShipmentStatus> = jsonReader(shipmentStatusSchema, shipmentStatusFaults)
