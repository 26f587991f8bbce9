import { type JsonReader, jsonReader } from '../json-form.ts'
import { stockTransferAdviceFaults } from './checks.ts'
import { type StockTransferAdvice, stockTransferAdviceSchema } from './schema.ts'

/** Reads a stock transfer advice from a JSON value: the advice, or all its faults with RFC 6901 pointers. */
export const readStockTransferAdviceJson: JsonReader<StockTransferAdvice> = jsonReader(
  stockTransferAdviceSchema,
  stockTransferAdviceFaults,
)
