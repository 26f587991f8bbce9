/** Motor carrier freight details and invoice. Later releases have OID where 004010 has SPO. */
export const SET_210 = `
  ST! B3! C2 C3 ITD N9:300 G62:6 R3:12 H3:6 K1:10 (N1 N2 N3:2 N4 N9:5):10 (N7 M7:2):10
  (S5 N9:10 G62:10 H3:6 (SPO SDQ:10)* (OID SDQ:10)* (N1 N2 N3:2 N4 N9:5 (N7 M7:2):10):2):999
  (LX N9:5 POD L5:30 H1:3 H2:2 L0:10 L1:10 L4:10 L7:10 K1:10 (SPO SDQ:10)* (OID SDQ:10)*
   (N1 N2 N3:2 N4 N9:10 (CD3 N9:20 H6:10 L9:10 POD G62)* (SPO SDQ:10)* (OID SDQ:10)*)*):9999
  L3 SE!`
