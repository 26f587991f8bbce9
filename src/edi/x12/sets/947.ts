/** Warehouse inventory adjustment advice. */
export const SET_947 = `
  ST! W15! (N1 N2 N3 N4 PER:5)!:100 N9:10 G61:3 G62:20 NTE:20 (LM LQ:100):10
  (W19 G69:5 N9:10 CS AMT G62:10 (LM LQ:100):10 (N1 N2:2 N3:2 N4 G61:5):50 (LX N9* G62 N1 (LM LQ:100):10)* (FA1 FA2*)*)!*
  SE!`
