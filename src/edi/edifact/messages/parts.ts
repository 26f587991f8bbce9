/** Segment groups that come in many messages of trade, as of D.96A. */

/** A party: who, where, their references, documents and contacts. */
export const PARTY = 'NAD LOC:25 FII:5 (RFF DTM:5):9999 (DOC DTM:5):5 (CTA COM:5):5'

/** A party of a line. */
export const LINE_PARTY = 'NAD LOC:5 (RFF DTM:5):5 (DOC DTM:5):5 (CTA COM:5):5'

/** An allowance or charge, with what it is reckoned from. */
export const ALLOWANCE = 'ALC ALI:5 DTM:5 (QTY RNG) (PCD RNG) (MOA RNG):2 (RTE RNG) (TAX MOA):5'

export const TRANSPORT = 'TDT (LOC DTM:5):10'

export const TERMS = 'PAT DTM:5 PCD MOA'

export const PACKAGES = 'PAC MEA:5 (PCI RFF DTM:5 GIN:10):5'

export const EQUIPMENT = 'EQD HAN:5 MEA:5 FTX:5'

export const SCHEDULE = 'SCC FTX:5 RFF:5 (QTY DTM:5):10'

export const REQUIREMENT = 'RCS RFF:5 DTM:5 FTX:5'
