import { defineDocument } from '../document.ts'
import { readResaleReportEdifact, writeResaleReportEdifact } from './edifact.ts'
import { readResaleReportJson } from './json.ts'
import { type ResaleReport, resaleReportSchema } from './schema.ts'
import { readResaleReportX12, writeResaleReportX12 } from './x12.ts'

/** What was sold on to whom: X12 867, EDIFACT SLSRPT. */
export const resaleReport = defineDocument<ResaleReport>({
  name: 'resale-report',
  x12: { set: '867', functionalId: 'PT' },
  keyOf: ({ number, date }) => [number, date],
  about: () => [['resale']],
  schema: resaleReportSchema,
  readJson: readResaleReportJson,
  readX12: readResaleReportX12,
  writeX12: writeResaleReportX12,
  edifact: {
    message: 'SLSRPT',
    versions: ['D.96A', 'D.01B'],
    read: readResaleReportEdifact,
    write: writeResaleReportEdifact,
  },
})
