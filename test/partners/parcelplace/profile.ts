/** Parcelplace (fictitious): a marketplace; each order goes straight to a consumer, and each parcel has a tracking number. */
import { definePartner } from '../../../src/config/define-hub.ts'
import { folder } from '../../../src/connectors/folder/index.ts'
import { invoice, orderAcknowledgement, shipNotice } from '../../../src/documents/index.ts'

export const parcelplace = definePartner({
  name: 'parcelplace',
  title: 'Parcelplace',
  customer: 'PARCELPLACE',
  reach: folder({ outbox: 'partners/parcelplace/to' }),
  speaks: {
    ours: 'ZZ:ACMESUPPLY',
    theirs: 'ZZ:PARCELPLACE',
    guide: {
      '850': {
        require: ['REF[CO]'],
        forbid: ['SDQ'],
        codes: { BEG02: ['DS'], PO103: ['EA'] },
        beside: { 'BEG[02=DS]': ['N1[ST]04', 'N3', 'N4', 'PER', 'TD5'] },
      },
      '855': { codes: { ACK01: ['IA', 'IR'] } },
      '856': {
        require: ['TD5'],
        below: { 'HL[03=P]': ['MAN[CP]'] },
        codes: { SN103: ['EA'] },
      },
      '810': { codes: { CUR02: ['USD'] }, require: ['CUR'], forbid: ['SAC'] },
    },
  },
  expects: [
    orderAcknowledgement.within('4h'),
    shipNotice.within('8h', { after: 'order.received', penalty: { amount: '5.00', currency: 'USD' } }),
    invoice.within('8h', { after: 'shipment.dispatched' }),
  ],
})
