/** Warehouse stock transfer receipt advice. */
export const SET_944 = `
  ST! W17! (N1 N2 N3:2 N4 PER:5)!:10 N9:10 G61:3 G62:20 NTE:20 W08 W18:10 G08:2
  (W07 G69:5 N9:200 W20:2 (W13 N9:200):50)!:9999 W14! SE!`
