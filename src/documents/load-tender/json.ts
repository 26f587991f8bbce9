import { type JsonReader, jsonReader } from '../json-form.ts'
import { loadTenderFaults } from './checks.ts'
import { type LoadTender, loadTenderSchema } from './schema.ts'

/** Reads a load tender from a JSON value: the tender, or all its faults with RFC 6901 pointers. */
export const readLoadTenderJson: JsonReader<LoadTender> = jsonReader(loadTenderSchema, loadTenderFaults)
