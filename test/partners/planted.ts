/** What is planted in good files and profiles of five fictitious partners, and how the go-live gate must name it. */
import type { PartnerDefinition } from '../../src/config/define-hub.ts'
import type { X12Profile } from '../../src/intake/settings.ts'
import type { SampleFiles } from './sample-files.ts'

export type PlantedKind =
  | 'envelope'
  | 'structure'
  | 'code'
  | 'condition'
  | 'business value'
  | 'ours by their guide'
  | 'timing'

export interface PlantedFile {
  readonly id: string
  readonly partner: string
  readonly kind: PlantedKind
  /** In words. */
  readonly what: string
  readonly files?: (files: SampleFiles) => unknown
  readonly profile?: (partner: PartnerDefinition) => PartnerDefinition
  /** The point of the gate that fails, and the code and the place of what it names. */
  readonly point: string
  readonly code: string
  readonly place?: string
  /** Points that fail for the same reason. */
  readonly also?: readonly string[]
}

/** In the order of partners. */
export const planted: readonly PlantedFile[] = [
  // Grandview Stores, a big-box retailer
  {
    id: 'G01',
    partner: 'grandview',
    kind: 'envelope',
    what: 'IEA02 is not ISA13',
    files: (files) => files.replace('order-1.edi', 'IEA*1*000000101', 'IEA*1*000000111'),
    point: 'envelopes are whole',
    code: 'XD_EDI_INTERCHANGE_MISMATCH',
    place: 'IEA',
  },
  {
    id: 'G02',
    partner: 'grandview',
    kind: 'envelope',
    what: 'GS08 is 005010 where 004010 was agreed',
    files: (files) => files.replace('order-1.edi', 'X*004010', 'X*005010'),
    point: 'versions agree',
    code: 'XD_HUB_GATE_VERSION',
    place: 'GS08',
  },
  {
    id: 'G03',
    partner: 'grandview',
    kind: 'structure',
    what: 'SE01 counts a segment too many',
    files: (files) => files.replace('order-2.edi', 'SE*17', 'SE*19'),
    point: 'sets are sound',
    code: 'XD_EDI_SEGMENT_COUNT',
    place: 'SE',
  },
  {
    id: 'G04',
    partner: 'grandview',
    kind: 'code',
    what: 'a unit that the guide does not know',
    files: (files) => files.replace('order-2.edi', 'PO1*1*24*EA', 'PO1*1*24*BX'),
    point: 'guide is kept',
    code: 'XD_EDI_GUIDE_CODE',
    place: 'PO103',
  },
  {
    id: 'G05',
    partner: 'grandview',
    kind: 'condition',
    what: 'no last day of the ship window',
    files: (files) => files.drop('order-1.edi', 'DTM*038'),
    point: 'guide is kept',
    code: 'XD_EDI_GUIDE_SEGMENT_MISSING',
    place: 'DTM',
  },
  {
    id: 'G06',
    partner: 'grandview',
    kind: 'business value',
    what: 'more is shipped than was ordered',
    files: (files) => files.replace('our-856.edi', 'SN1**120*EA', 'SN1**130*EA'),
    point: 'documents agree',
    code: 'XD_DOCUMENTS_QUANTITY_EXCEEDS',
    place: 'SN102 (segment 17)',
  },
  {
    id: 'G07',
    partner: 'grandview',
    kind: 'business value',
    what: 'a price that is not the order’s',
    files: (files) =>
      files
        .replace('our-810.edi', 'IT1*1*120*EA*9.25', 'IT1*1*120*EA*9.75')
        .replace('our-810.edi', 'TDS*131000', 'TDS*137000'),
    point: 'documents agree',
    code: 'XD_DOCUMENTS_PRICE_DIFFERS',
    place: 'IT104 (segment 7)',
  },
  {
    id: 'G08',
    partner: 'grandview',
    kind: 'business value',
    what: 'the invoice is dated before the goods left',
    files: (files) => files.replace('our-810.edi', 'BIG*20260110', 'BIG*20260108'),
    point: 'documents agree',
    code: 'XD_DOCUMENTS_DATE_EARLY',
    place: 'BIG01 (segment 2)',
  },
  {
    id: 'G09',
    partner: 'grandview',
    kind: 'business value',
    what: 'a second invoice under a number that was used',
    files: (files) =>
      files
        .copy('our-810.edi', 'our-810-again.edi', '203', '204')
        .replace('our-810-again.edi', 'GV-10001', 'GV-10002')
        .replace('our-810-again.edi', 'IT1*1*120*EA', 'IT1*1*24*EA')
        .drop('our-810-again.edi', 'IT1*2')
        .replace('our-810-again.edi', 'TDS*131000', 'TDS*22200')
        .replace('our-810-again.edi', 'CTT*2', 'CTT*1'),
    point: 'numbers are new',
    code: 'XD_DOCUMENTS_NUMBER_REPEATED',
    place: 'BIG02 (segment 2)',
  },
  {
    id: 'G10',
    partner: 'grandview',
    kind: 'ours by their guide',
    what: 'our profile names items by another qualifier than their guide',
    profile: (partner) => ({ ...partner, speaks: { ...partner.speaks, syntax: { vendorQualifier: 'VP' } } }),
    point: 'our 856',
    code: 'XD_EDI_GUIDE_CODE',
    place: 'LIN02',
  },
  // Harbor Club, a club store with labels by UCC-128
  {
    id: 'H01',
    partner: 'harborclub',
    kind: 'envelope',
    what: 'GE01 counts a set that is not there',
    files: (files) => files.replace('order-1.edi', 'GE*1*301', 'GE*2*301'),
    point: 'envelopes are whole',
    code: 'XD_EDI_SET_COUNT',
    place: 'GE',
  },
  {
    id: 'H02',
    partner: 'harborclub',
    kind: 'structure',
    what: 'a level hangs below one that is not there',
    files: (files) => files.replace('our-856.edi', 'HL*5*4*I*0', 'HL*5*9*I*0'),
    point: 'documents are understood',
    code: 'XD_DOCUMENTS_HIERARCHY',
    place: 'HL02',
  },
  {
    id: 'H03',
    partner: 'harborclub',
    kind: 'structure',
    what: 'two lines of one number',
    files: (files) => files.replace('order-1.edi', 'PO1*002', 'PO1*001'),
    point: 'documents are understood',
    code: 'XD_DOCUMENTS_LINE_REPEATED',
    place: 'PO1',
  },
  {
    id: 'H04',
    partner: 'harborclub',
    kind: 'code',
    what: 'a kind of order that was not agreed',
    files: (files) => files.replace('order-1.edi', 'BEG*00*NE', 'BEG*00*SA'),
    point: 'guide is kept',
    code: 'XD_EDI_GUIDE_CODE',
    place: 'BEG02',
  },
  {
    id: 'H05',
    partner: 'harborclub',
    kind: 'code',
    what: 'a UPC with a wrong check digit',
    files: (files) => files.replace('order-1.edi', 'UP*036000291452', 'UP*036000291453'),
    point: 'documents are understood',
    code: 'XD_DOCUMENTS_CHECK_DIGIT',
    place: 'PO109',
  },
  {
    id: 'H06',
    partner: 'harborclub',
    kind: 'condition',
    what: 'a ship-to without its city',
    files: (files) => files.drop('order-2.edi', 'N4'),
    point: 'guide is kept',
    code: 'XD_EDI_GUIDE_SEGMENT_MISSING',
    place: 'N4',
  },
  {
    id: 'H07',
    partner: 'harborclub',
    kind: 'condition',
    what: 'nobody to bill',
    files: (files) => files.drop('order-1.edi', 'N1*BT'),
    point: 'guide is kept',
    code: 'XD_EDI_GUIDE_SEGMENT_MISSING',
    place: 'N1',
  },
  {
    id: 'H08',
    partner: 'harborclub',
    kind: 'business value',
    what: 'shipped in pieces what was ordered in cases',
    files: (files) => files.replace('our-856.edi', 'SN1**48*CA', 'SN1**48*EA'),
    point: 'documents agree',
    code: 'XD_DOCUMENTS_UNIT_DIFFERS',
    place: 'SN103',
  },
  {
    id: 'H09',
    partner: 'harborclub',
    kind: 'business value',
    what: 'an SSCC with a wrong check digit',
    files: (files) => files.replace('our-856.edi', 'MAN*GM*00106141411234567927', 'MAN*GM*00106141411234567928'),
    point: 'documents are understood',
    code: 'XD_DOCUMENTS_CHECK_DIGIT',
    place: 'MAN02',
  },
  {
    id: 'H10',
    partner: 'harborclub',
    kind: 'business value',
    what: 'one SSCC on two cartons',
    files: (files) => files.replace('our-856.edi', 'MAN*GM*00106141411234567934', 'MAN*GM*00106141411234567927'),
    point: 'documents are understood',
    code: 'XD_DOCUMENTS_SERIAL_REPEATED',
  },
  {
    id: 'H11',
    partner: 'harborclub',
    kind: 'business value',
    what: 'more is billed than was shipped',
    files: (files) =>
      files.replace('our-810.edi', 'IT1*002*20', 'IT1*002*24').replace('our-810.edi', 'TDS*326960', 'TDS*339360'),
    point: 'documents agree',
    code: 'XD_DOCUMENTS_QUANTITY_EXCEEDS',
    place: 'IT102',
  },
  {
    id: 'H12',
    partner: 'harborclub',
    kind: 'ours by their guide',
    what: 'a pallet without its label',
    files: (files) => files.drop('our-856.edi', 'MAN*GM*00106141411234567910'),
    point: 'guide is kept',
    code: 'XD_EDI_GUIDE_SEGMENT_MISSING',
    place: 'MAN',
  },
  // Parcelplace, a marketplace
  {
    id: 'P01',
    partner: 'parcelplace',
    kind: 'envelope',
    what: 'test data where production is agreed',
    files: (files) => files.replace('order-1.edi', '0*P*>', '0*T*>'),
    point: 'production data',
    code: 'XD_HUB_GATE_USAGE',
    place: 'ISA15',
  },
  {
    id: 'P02',
    partner: 'parcelplace',
    kind: 'envelope',
    what: 'GS02 names somebody else',
    files: (files) => files.replace('order-2.edi', 'GS*PO*PARCELPLACE', 'GS*PO*PARCELPLACE2'),
    point: 'addresses agree',
    code: 'XD_HUB_GATE_ADDRESS',
    place: 'GS02',
  },
  {
    id: 'P03',
    partner: 'parcelplace',
    kind: 'structure',
    what: 'SE02 is not ST02',
    files: (files) => files.replace('order-1.edi', 'SE*13*0001', 'SE*13*0007'),
    point: 'sets are sound',
    code: 'XD_EDI_SET_MISMATCH',
    place: 'SE',
  },
  {
    id: 'P04',
    partner: 'parcelplace',
    kind: 'code',
    what: 'a unit that nobody knows',
    files: (files) => files.replace('order-1.edi', 'PO1*1*2*EA', 'PO1*1*2*QQ'),
    point: 'documents are understood',
    code: 'XD_DOCUMENTS_UNIT_UNKNOWN',
    place: 'PO103',
    also: ['guide is kept'],
  },
  {
    id: 'P05',
    partner: 'parcelplace',
    kind: 'condition',
    what: 'a drop shipment with nobody to ask',
    files: (files) => files.drop('order-1.edi', 'PER'),
    point: 'guide is kept',
    code: 'XD_EDI_GUIDE_SEGMENT_MISSING',
    place: 'PER',
  },
  {
    id: 'P06',
    partner: 'parcelplace',
    kind: 'condition',
    what: 'without the consumer’s order',
    files: (files) => files.drop('order-2.edi', 'REF*CO'),
    point: 'guide is kept',
    code: 'XD_EDI_GUIDE_SEGMENT_MISSING',
    place: 'REF',
  },
  {
    id: 'P07',
    partner: 'parcelplace',
    kind: 'business value',
    what: 'another item is shipped than was ordered',
    files: (files) => files.replace('our-856.edi', 'SK*PP-TORCH*VN*TORCH', 'SK*PP-LAMP*VN*LAMP'),
    point: 'documents agree',
    code: 'XD_DOCUMENTS_ITEM_DIFFERS',
    place: 'LIN03',
  },
  {
    id: 'P08',
    partner: 'parcelplace',
    kind: 'business value',
    what: 'billed in another currency',
    files: (files) => files.replace('our-855.edi', 'CUR*SE*USD', 'CUR*SE*CAD'),
    point: 'documents agree',
    code: 'XD_DOCUMENTS_CURRENCY_DIFFERS',
    place: 'CUR02',
  },
  {
    id: 'P09',
    partner: 'parcelplace',
    kind: 'ours by their guide',
    what: 'a parcel without its tracking number',
    files: (files) => files.drop('our-856.edi', 'MAN*CP'),
    point: 'guide is kept',
    code: 'XD_EDI_GUIDE_SEGMENT_MISSING',
    place: 'MAN',
  },
  {
    id: 'P10',
    partner: 'parcelplace',
    kind: 'ours by their guide',
    what: 'their 997 refuses our ship notice',
    files: (files) =>
      files.replace('answer-856.edi', 'AK5*A', 'AK5*R*5').replace('answer-856.edi', 'AK9*A*1*1*1', 'AK9*R*1*1*0'),
    point: 'ours are taken',
    code: 'XD_HUB_GATE_NOT_TAKEN',
    place: 'AK901',
  },
  // Dockside Fulfilment, a 3PL
  {
    id: 'D01',
    partner: 'dockside',
    kind: 'envelope',
    what: 'two interchanges under one number',
    files: (files) =>
      files
        .replace('count-846.edi', '*000000802*', '*000000801*')
        .replace('count-846.edi', 'IEA*1*000000802', 'IEA*1*000000801'),
    point: 'numbers are new',
    code: 'XD_HUB_GATE_CONTROL_NUMBER',
    place: 'ISA13',
  },
  {
    id: 'D02',
    partner: 'dockside',
    kind: 'structure',
    what: 'an advice without its beginning',
    files: (files) => files.drop('advice-945.edi', 'W06'),
    point: 'sets are sound',
    code: 'XD_EDI_SEGMENT_MISSING',
    place: 'W06',
  },
  {
    id: 'D03',
    partner: 'dockside',
    kind: 'code',
    what: 'a status of a line that was not agreed',
    files: (files) => files.replace('advice-945.edi', 'W12*CP', 'W12*SS'),
    point: 'guide is kept',
    code: 'XD_EDI_GUIDE_CODE',
    place: 'W1201',
  },
  {
    id: 'D04',
    partner: 'dockside',
    kind: 'condition',
    what: 'a line without the number of ours',
    files: (files) => files.drop('advice-945.edi', 'N9*LI*2'),
    point: 'guide is kept',
    code: 'XD_EDI_GUIDE_SEGMENT_MISSING',
    place: 'N9',
  },
  {
    id: 'D05',
    partner: 'dockside',
    kind: 'condition',
    what: 'a carton without its label',
    files: (files) => files.drop('advice-945.edi', 'MAN*GM*00106141411234567965'),
    point: 'guide is kept',
    code: 'XD_EDI_GUIDE_SEGMENT_MISSING',
    place: 'MAN',
  },
  {
    id: 'D06',
    partner: 'dockside',
    kind: 'business value',
    what: 'more is shipped than we released',
    files: (files) => files.replace('advice-945.edi', 'W12*CC*24*24', 'W12*CC*24*26'),
    point: 'documents agree',
    code: 'XD_DOCUMENTS_QUANTITY_EXCEEDS',
    place: 'W1203',
  },
  {
    id: 'D07',
    partner: 'dockside',
    kind: 'business value',
    what: 'a short line that is called complete',
    files: (files) => files.replace('advice-945.edi', 'W12*CP*6*5*1', 'W12*CC*6*5*1'),
    point: 'documents agree',
    code: 'XD_DOCUMENTS_NOT_COMPLETE',
    place: 'W1201',
  },
  {
    id: 'D08',
    partner: 'dockside',
    kind: 'business value',
    what: 'shipped to another store',
    files: (files) => files.replace('advice-945.edi', '92*0007', '92*0008'),
    point: 'documents agree',
    code: 'XD_DOCUMENTS_PLACE_DIFFERS',
    place: 'N1[ST]04',
  },
  {
    id: 'D09',
    partner: 'dockside',
    kind: 'ours by their guide',
    what: 'their guide asks for a department that our 940 does not name',
    profile: (partner) => {
      const speaks = partner.speaks as X12Profile
      const { guide = {} } = speaks
      const asked = { ...guide['940'], require: [...(guide['940']?.require ?? []), 'N9[DP]'] }
      return { ...partner, speaks: { ...speaks, guide: { ...guide, '940': asked } } }
    },
    point: 'our 940',
    code: 'XD_EDI_GUIDE_SEGMENT_MISSING',
    place: 'N9',
    also: ['guide is kept'],
  },
  // Redline Freight, a carrier
  {
    id: 'R01',
    partner: 'redline',
    kind: 'envelope',
    what: 'the end of the file is missing',
    files: (files) => files.cut('bill-210.edi', 'IEA'),
    point: 'envelopes are whole',
    code: 'XD_EDI_IEA_MISSING',
  },
  {
    id: 'R02',
    partner: 'redline',
    kind: 'structure',
    what: 'a status without its beginning',
    files: (files) => files.drop('status-214.edi', 'B10'),
    point: 'sets are sound',
    code: 'XD_EDI_SEGMENT_MISSING',
    place: 'B10',
  },
  {
    id: 'R03',
    partner: 'redline',
    kind: 'code',
    what: 'an answer that is none',
    files: (files) => files.replace('answer-990.edi', '20260109*A', '20260109*Q'),
    point: 'documents are understood',
    code: 'XD_DOCUMENTS_CODE_UNKNOWN',
    place: 'B104',
  },
  {
    id: 'R04',
    partner: 'redline',
    kind: 'condition',
    what: 'a load is taken without a number of theirs',
    files: (files) => files.drop('answer-990.edi', 'N9*CN'),
    point: 'guide is kept',
    code: 'XD_EDI_GUIDE_SEGMENT_MISSING',
    place: 'N9',
  },
  {
    id: 'R05',
    partner: 'redline',
    kind: 'condition',
    what: 'a milestone without its place',
    files: (files) => files.drop('status-214.edi', 'MS1*SAVANNAH'),
    point: 'guide is kept',
    code: 'XD_EDI_GUIDE_SEGMENT_MISSING',
    place: 'MS1',
  },
  {
    id: 'R06',
    partner: 'redline',
    kind: 'business value',
    what: 'more freight is billed than was offered',
    files: (files) =>
      files
        .replace('bill-210.edi', 'L1**640.00*FR*64000', 'L1**690.00*FR*69000')
        .replace('bill-210.edi', '20260115*66500', '20260115*71500')
        .replace('bill-210.edi', 'G***66500', 'G***71500'),
    point: 'documents agree',
    code: 'XD_DOCUMENTS_AMOUNT_DIFFERS',
    place: 'L104',
  },
  {
    id: 'R07',
    partner: 'redline',
    kind: 'business value',
    what: 'delivered before it was picked up',
    files: (files) => files.replace('status-214.edi', 'D1*NS***20260114*0945', 'D1*NS***20260111*0945'),
    point: 'documents agree',
    code: 'XD_DOCUMENTS_DATE_EARLY',
    place: 'AT705',
  },
  {
    id: 'R08',
    partner: 'redline',
    kind: 'business value',
    what: 'another carrier answers',
    files: (files) => files.replace('answer-990.edi', 'B1*RDLN', 'B1*OTHR'),
    point: 'documents agree',
    code: 'XD_DOCUMENTS_CARRIER_DIFFERS',
    place: 'B101',
  },
  {
    id: 'R09',
    partner: 'redline',
    kind: 'ours by their guide',
    what: 'we do not say by when we want an answer',
    files: (files) => files.drop('our-204.edi', 'G62*64'),
    point: 'guide is kept',
    code: 'XD_EDI_GUIDE_SEGMENT_MISSING',
    place: 'G62',
  },
]
