import { defineDocument } from '../document.ts'
import { readRemittanceAdviceEdifact, writeRemittanceAdviceEdifact } from './edifact.ts'
import { readRemittanceAdviceJson } from './json.ts'
import { type RemittanceAdvice, remittanceAdviceSchema } from './schema.ts'
import { readRemittanceAdviceX12, writeRemittanceAdviceX12 } from './x12.ts'

/** What a payment covers: X12 820, EDIFACT REMADV. */
export const remittanceAdvice = defineDocument<RemittanceAdvice>({
  name: 'remittance-advice',
  x12: { set: '820', functionalId: 'RA' },
  keyOf: ({ originator, number }) => [originator, number],
  about: ({ number }) => [['payment', number]],
  schema: remittanceAdviceSchema,
  readJson: readRemittanceAdviceJson,
  readX12: readRemittanceAdviceX12,
  writeX12: writeRemittanceAdviceX12,
  edifact: {
    message: 'REMADV',
    versions: ['D.96A', 'D.01B'],
    read: readRemittanceAdviceEdifact,
    write: writeRemittanceAdviceEdifact,
  },
})
