import { defineDocument } from '../document.ts'
import { readStockTransferReceiptJson } from './json.ts'
import { type StockTransferReceipt, stockTransferReceiptSchema } from './schema.ts'
import { readStockTransferReceiptX12, writeStockTransferReceiptX12 } from './x12.ts'

/** What a warehouse says came in: X12 944. */
export const stockTransferReceipt = defineDocument<StockTransferReceipt>({
  name: 'stock-transfer-receipt',
  x12: { set: '944', functionalId: 'RE' },
  keyOf: ({ receipt }) => [receipt],
  about: ({ number, shipment, receipt }) => [['transfer', number ?? shipment ?? receipt]],
  schema: stockTransferReceiptSchema,
  readJson: readStockTransferReceiptJson,
  readX12: readStockTransferReceiptX12,
  writeX12: writeStockTransferReceiptX12,
})
