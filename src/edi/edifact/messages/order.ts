import { ALLOWANCE, EQUIPMENT, LINE_PARTY, PACKAGES, PARTY, REQUIREMENT, SCHEDULE, TERMS, TRANSPORT } from './parts.ts'

const head = (adjustment: string): string => `
  UNH! BGM! DTM!:35 PAI ALI:5 IMD:999 FTX:99 ${adjustment} (RFF DTM:5):99 (${PARTY}):99 (TAX MOA LOC:5):5 (CUX PCD DTM:5):5 (${TERMS}):10
  (${TRANSPORT}):10 (TOD LOC:2):5 (${PACKAGES}):99 (${EQUIPMENT}):10 (${SCHEDULE}):10 (APR DTM:5 RNG):25 (${ALLOWANCE}):99
  (${REQUIREMENT}):100`

const line = (adjustment: string): string => `
  (LIN PIA:25 IMD:99 MEA:99 QTY:99 PCD:5 ALI:5 DTM:35 MOA:10 GIN:1000 GIR:1000 QVR DOC PAI FTX:99 ${adjustment}
   (PRI CUX APR:99 RNG DTM:5):25 (RFF DTM:5):99 (PAC MEA:5 QTY:5 DTM:5 (RFF DTM:5) (PCI RFF DTM:5 GIN:10):5):99
   (LOC QTY DTM:5):9999 (TAX MOA LOC:5):10 (${LINE_PARTY}):999 (${ALLOWANCE}):99 (${TRANSPORT}):10 (TOD LOC:2):5 (${EQUIPMENT}):10
   (${SCHEDULE}):100 (${REQUIREMENT}):100 (STG (QTY MOA):3):10):200000`

const foot = 'UNS! MOA:12 CNT:10 (ALC ALI MOA:2):10 UNT!'

/** Purchase order. */
export const ORDERS = `${head('')} (DGS FTX:5 (CTA COM:5):5):999 ${line('')} ${foot}`

/** Purchase order change. */
export const ORDCHG = ORDERS

/** Purchase order response. */
export const ORDRSP = `${head('(AJT FTX:5):10')} ${line('(AJT FTX:5):10')} ${foot}`
