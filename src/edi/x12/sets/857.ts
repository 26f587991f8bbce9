/** Shipment and billing notice. ITA instead of SAC is how releases before 004000 had it. */
export const SET_857 = `
  ST! BHT! (HL (G05 TD1:5 TD3:5 TD4:5 TD5:10 FOB DTM:5 N9:20 PER:5 CUR (N1 N2:2 N3:2 N4):10 (LM LQ*)*)
   (TDS PRF N9* DTM:10 ITD:5 ITA:10 TXI:10 SN1 ISS (SAC TXI:10):25 (N1 N2:2 N3:2 N4):10 (FA1 FA2*)*)
   (PAL SN1 MAN:10) (LX N9:15 SN1 PO4 MEA:10 PKG:10 MAN:10)
   (IT1 IT3 PO4 TD4* TC2:5 TXI:10 CTP:10 N9:10 MEA:10 DTM:10 ITD* (PID MEA:10):25 ITA:10 (SLN PID:25):1000 (SAC TXI:10):25
    (LM LQ*)* (FA1 FA2*)*))!*
  SE!`
