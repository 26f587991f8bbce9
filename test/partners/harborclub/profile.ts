/** Harbor Club (fictitious): a club store; every pallet and carton has a UCC-128 label, and the ship notice says which. */
import { definePartner } from '../../../src/config/define-hub.ts'
import { folder } from '../../../src/connectors/folder/index.ts'
import { invoice, orderAcknowledgement } from '../../../src/documents/index.ts'

export const harborclub = definePartner({
  name: 'harborclub',
  title: 'Harbor Club',
  customer: 'HARBORCLUB',
  reach: folder({ outbox: 'partners/harborclub/to' }),
  speaks: {
    ours: 'ZZ:ACMESUPPLY',
    theirs: '08:6110200002',
    version: '005010',
    separators: { element: '|', component: ':', lineEnd: '\n' },
    guide: {
      '850': {
        require: ['REF[VR]', 'DTM[010]', 'DTM[001]', 'N1[ST]04', 'N1[BT]'],
        codes: { BEG02: ['NE'], PO103: ['CA'], N103: ['UL'], PO106: ['IN'] },
        below: { 'N1[ST]': ['N3', 'N4'] },
      },
      '856': {
        require: ['REF[BM]', 'DTM[017]', 'N1[ST]04'],
        codes: { BSN05: ['0001'], MAN01: ['GM', 'CP'] },
        below: { 'HL[03=T]': ['MAN[GM]'], 'HL[03=P]': ['MAN[GM]'], 'HL[03=O]': ['PRF04'] },
        longest: { MAN02: 20 },
      },
      '810': { require: ['REF[SI]', 'ITD', 'IT107'], codes: { IT103: ['CA'] } },
    },
  },
  expects: [orderAcknowledgement.within('8h'), invoice.within('8h', { after: 'shipment.dispatched' })],
})
