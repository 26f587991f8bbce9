import { defineDocument } from '../document.ts'
import { readStockTransferAdviceJson } from './json.ts'
import { type StockTransferAdvice, stockTransferAdviceSchema } from './schema.ts'
import { readStockTransferAdviceX12, writeStockTransferAdviceX12 } from './x12.ts'

/** What a warehouse is told is on its way to it: X12 943. */
export const stockTransferAdvice = defineDocument<StockTransferAdvice>({
  name: 'stock-transfer-advice',
  x12: { set: '943', functionalId: 'AR' },
  keyOf: ({ number, shipment }) => (number === undefined && shipment === undefined ? undefined : [number, shipment]),
  about: ({ number, shipment }) => [['transfer', number ?? shipment]],
  schema: stockTransferAdviceSchema,
  readJson: readStockTransferAdviceJson,
  readX12: readStockTransferAdviceX12,
  writeX12: writeStockTransferAdviceX12,
})
