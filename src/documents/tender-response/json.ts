import { type JsonReader, jsonReader } from '../json-form.ts'
import { type TenderResponse, tenderResponseSchema } from './schema.ts'

/** Reads a tender response from a JSON value: the response, or all its faults with RFC 6901 pointers. */
export const readTenderResponseJson: JsonReader<TenderResponse> = jsonReader(tenderResponseSchema, () => [])
