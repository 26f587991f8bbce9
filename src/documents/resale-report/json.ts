import { type JsonReader, jsonReader } from '../json-form.ts'
import { resaleReportFaults } from './checks.ts'
import { type ResaleReport, resaleReportSchema } from './schema.ts'

/** Reads a resale report from a JSON value: the report, or all its faults with RFC 6901 pointers. */
export const readResaleReportJson: JsonReader<ResaleReport> = jsonReader(resaleReportSchema, resaleReportFaults)
