import { defineDocument } from '../document.ts'
import { readProductActivityJson } from './json.ts'
import { type ProductActivity, productActivitySchema } from './schema.ts'
import { readProductActivityX12, writeProductActivityX12 } from './x12.ts'

/** What was sold and what is left of it: X12 852. */
export const productActivity = defineDocument<ProductActivity>({
  name: 'product-activity',
  x12: { set: '852', functionalId: 'PD' },
  keyOf: () => undefined, // it has no number, and one week may come in several parts
  about: () => [['activity']],
  schema: productActivitySchema,
  readJson: readProductActivityJson,
  readX12: readProductActivityX12,
  writeX12: writeProductActivityX12,
})
