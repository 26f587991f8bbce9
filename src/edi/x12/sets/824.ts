/** Application advice. */
export const SET_824 = `
  ST! BGN! (N1 N2:2 N3:2 N4 REF:12 PER:3)*
  (OTI REF:12 DTM:2 PER:3 AMT* QTY* NM1:9 (TED NTE:100 RED:100)* (LM (LQ RED:100):100)*)!* SE!`
