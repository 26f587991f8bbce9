/** Warehouse stock transfer shipment advice. */
export const SET_943 = `
  ST! W06! (N1 N2 N3:2 N4 PER:5)!:10 N9:10 G61:3 G62:20 NTE:20 W27! W28 W10
  (W04 G69:5 N9:200 W20:2)!:9999 W03! SE!`
