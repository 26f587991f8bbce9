/** Syntax and service report. */
export const CONTRL = `
  UNH! UCI! (UCM (UCS UCD:99):999):999999 (UCF (UCM (UCS UCD:99):999):999999):999999 UNT!`

/** Application error and acknowledgement. */
export const APERAK = `
  UNH! BGM! DTM:9 FTX:9 CNT:9 (DOC DTM:9):99 (RFF DTM:9):9 (NAD CTA:9 COM:9):9 (ERC FTX:9 (RFF FTX:9):9):99999 UNT!`
