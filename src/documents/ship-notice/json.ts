import { type JsonReader, jsonReader } from '../json-form.ts'
import { shipNoticeFaults } from './checks.ts'
import { type ShipNotice, shipNoticeSchema } from './schema.ts'

/** Reads a ship notice from a JSON value: the notice, or all its faults with RFC 6901 pointers. */
export const readShipNoticeJson: JsonReader<ShipNotice> = jsonReader(shipNoticeSchema, shipNoticeFaults)
