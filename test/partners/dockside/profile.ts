/** Dockside Fulfilment (fictitious): a 3PL; told by 940, it answers by 945 and reports stock by 944, 947 and 846. */
import { definePartner } from '../../../src/config/define-hub.ts'
import { folder } from '../../../src/connectors/folder/index.ts'
import { warehouseAdvice, warehouseOrder } from '../../../src/documents/index.ts'

export const dockside = definePartner({
  name: 'dockside',
  title: 'Dockside Fulfilment',
  facility: '3PL1',
  reach: folder({ outbox: 'partners/dockside/to' }),
  speaks: {
    ours: 'ZZ:ACMESUPPLY',
    theirs: 'ZZ:DOCKSIDE3PL',
    ackWithinMs: 4 * 3_600_000,
    ackWarnMs: 3_600_000,
    guide: {
      '940': { require: ['N1[ST]04', 'N4', 'G62[10]', 'W66'] },
      '945': {
        require: ['W27', 'N1[WH]', 'N9[BM]', 'W03'],
        below: { LX: ['MAN[GM]', 'W12', 'N9[LI]'] },
        codes: { W1201: ['CC', 'CP', 'BP', 'IC'] },
      },
      '846': { require: ['REF[WS]'], below: { LIN: ['QTY[33]'] } },
      '947': { codes: { W1901: ['05', '06', '07', '53'] } },
    },
  },
  owes: [warehouseAdvice.within('8h', { after: warehouseOrder })],
})
