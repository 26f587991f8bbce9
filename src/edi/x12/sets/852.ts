/** Product activity data. Items below their location is how releases before 004000 had it; later they follow all of them. */
export const SET_852 = `
  ST! XQ! XPO* N9* PER:3
  (N1 N2 N3:2 N4 FOB TD5 DTM* N9* PER:3 (LIN CTP:25 PO4 N9* AMT:10 PAL QTY (ZA QTY CTP:25 SDQ* (G95 DTM:2)*)*)*):200
  (LIN CTP:25 PO4 N9* AMT:10 PAL QTY (ZA QTY CTP:25 SDQ* (G95 DTM:2)*)*)* CTT SE!`
