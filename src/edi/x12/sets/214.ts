/** Transportation carrier shipment status. Later releases have OID where 004010 has SPO. */
export const SET_214 = `
  ST! B10! L11:300 MAN:9999 K1:10 (N1 N2 N3:2 N4 G61 G62 L11:10):10 MS3:12
  (LX (AT7 MS1 MS2 K1:10 M7:2):10 L11:10 MAN:9999 Q7:10 K1:10 AT5:10 AT8:10
   (CD3 L11:20 (AT7 MS1 MS2):10 NM1 Q7:10 AT8 MAN:9999 (N1 N2 N3:3 N4 L11:10)*)*
   (PRF (N1 N2 N3:2 N4 L11:10)* (CD3 L11:20 (AT7 MS1 MS2):10 MAN:9999)*)*
   (SPO SDQ:10)* (OID SDQ:10)* (EFI BIN)*)*
  SE!`
