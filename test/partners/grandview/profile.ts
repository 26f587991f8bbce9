/** Grandview Stores (fictitious): a big-box retailer with its own guide for what it sends and what it wants. */
import { definePartner } from '../../../src/config/define-hub.ts'
import { folder } from '../../../src/connectors/folder/index.ts'
import { invoice, orderAcknowledgement, shipNotice } from '../../../src/documents/index.ts'

export const grandview = definePartner({
  name: 'grandview',
  title: 'Grandview Stores',
  customer: 'GRANDVIEW',
  reach: folder({ outbox: 'partners/grandview/to' }),
  speaks: {
    ours: 'ZZ:ACMESUPPLY',
    theirs: '12:5550100001',
    theirGroupId: 'GRANDVIEW',
    ackWithinMs: 8 * 3_600_000,
    ackWarnMs: 2 * 3_600_000,
    guide: {
      '850': {
        require: ['REF[DP]', 'REF[IA]', 'DTM[037]', 'DTM[038]', 'N1[ST]04', 'PO107'],
        codes: { BEG02: ['SA'], PO103: ['EA', 'CA'], N101: ['BY', 'ST', 'BT'] },
      },
      '855': { require: ['BAK08', 'PO107'], codes: { BAK02: ['AC', 'AD', 'RJ'] } },
      '856': {
        require: ['REF[BM]', 'TD5', 'DTM[011]', 'DTM[017]', 'N1[ST]04', 'N1[SF]'],
        below: { 'HL[03=O]': ['PRF'], 'HL[03=P]': ['MAN[GM]'], 'HL[03=I]': ['LIN', 'SN1'] },
        codes: { SN103: ['EA', 'CA'], LIN02: ['VN'] },
        longest: { BSN02: 20 },
      },
      '810': {
        require: ['REF[SI]', 'ITD', 'BIG04', 'IT107'],
        forbid: ['SAC'],
        codes: { IT103: ['EA', 'CA'] },
        longest: { BIG02: 15 },
      },
    },
  },
  expects: [
    orderAcknowledgement.within('8h'),
    shipNotice.within('1h', { after: 'shipment.dispatched', penalty: { amount: '150.00', currency: 'USD' } }),
    invoice.within('8h', { after: 'shipment.dispatched' }),
  ],
})
