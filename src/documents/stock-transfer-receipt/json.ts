import { type JsonReader, jsonReader } from '../json-form.ts'
import { stockTransferReceiptFaults } from './checks.ts'
import { type StockTransferReceipt, stockTransferReceiptSchema } from './schema.ts'

/** Reads a stock transfer receipt from a JSON value: the receipt, or all its faults with RFC 6901 pointers. */
export const readStockTransferReceiptJson: JsonReader<StockTransferReceipt> = jsonReader(
  stockTransferReceiptSchema,
  stockTransferReceiptFaults,
)
