import { defineDocument } from '../document.ts'
import { readLoadTenderEdifact, writeLoadTenderEdifact } from './edifact.ts'
import { readLoadTenderJson } from './json.ts'
import { type LoadTender, loadTenderSchema } from './schema.ts'
import { readLoadTenderX12, writeLoadTenderX12 } from './x12.ts'

/** A load that a carrier is offered: X12 204, EDIFACT IFTMIN. */
export const loadTender = defineDocument<LoadTender>({
  name: 'load-tender',
  x12: { set: '204', functionalId: 'SM' },
  keyOf: ({ shipment }) => [shipment],
  about: ({ shipment }) => [['load', shipment]],
  schema: loadTenderSchema,
  readJson: readLoadTenderJson,
  readX12: readLoadTenderX12,
  writeX12: writeLoadTenderX12,
  edifact: {
    message: 'IFTMIN',
    versions: ['D.96A', 'D.01B'],
    read: readLoadTenderEdifact,
    write: writeLoadTenderEdifact,
  },
})
