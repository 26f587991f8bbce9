/** Redline Freight (fictitious): a carrier; offered loads by 204, it answers by 990, tells by 214 and bills by 210. */
import { definePartner } from '../../../src/config/define-hub.ts'
import { folder } from '../../../src/connectors/folder/index.ts'
import { loadTender, tenderResponse } from '../../../src/documents/index.ts'

export const redline = definePartner({
  name: 'redline',
  title: 'Redline Freight',
  carrier: 'RDLN',
  reach: folder({ outbox: 'partners/redline/to' }),
  speaks: {
    ours: 'ZZ:ACMESUPPLY',
    theirs: '02:RDLN',
    guide: {
      '204': { require: ['L11', 'G62[64]', 'L3'], below: { S5: ['G62', 'N1'] } },
      '990': { beside: { 'B1[04=A]': ['N9[CN]'], 'B1[04=D]': ['K1'] } },
      '214': { require: ['B1002', 'L11[02=BM]'], below: { AT7: ['MS1'] } },
      '210': { require: ['C3', 'N9[BM]', 'B303'] },
    },
  },
  owes: [tenderResponse.within('2h', { after: loadTender })],
})
