import { defineDocument } from '../document.ts'
import { readApplicationAdviceJson } from './json.ts'
import { type ApplicationAdvice, applicationAdviceSchema } from './schema.ts'
import { readApplicationAdviceX12, writeApplicationAdviceX12 } from './x12.ts'

/** What a receiver's application made of documents: X12 824. */
export const applicationAdvice = defineDocument<ApplicationAdvice>({
  name: 'application-advice',
  x12: { set: '824', functionalId: 'AG' },
  keyOf: ({ number, date, time }) => [number, date, time],
  about: ({ number }) => [['advice', number]],
  schema: applicationAdviceSchema,
  readJson: readApplicationAdviceJson,
  readX12: readApplicationAdviceX12,
  writeX12: writeApplicationAdviceX12,
})
