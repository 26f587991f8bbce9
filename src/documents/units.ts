/**
 * Units of measure as documents carry them: codes of X12 data element 355, each with its code in UN/ECE
 * Recommendation 20 (packages: X and the code of Recommendation 21). Conversions belong to the item, never to this table.
 */
const PAIRS = `
  EA EA | UN NMB | PC H87 | PR PR | DZ DZN | GS GRO | HU CEN | TH MIL | ST SET | KT KT | AS AS | LO LO
  CA XCS | CS XCS | CT XCT | BX XBX | PK XPK | PH XPK | PA XPL | PD XPD | PL XPX | PF XPX | BG XBG | BA XBL | BD XBE
  BR XBA | BO XBO | CN XCX | CX XCL | DR XDR | JR XJR | JG XJG | RL XRO | RO XRO | SP XSP | SH XST | TB XTU | TY XPU
  SL XSL | SO XSO | SK XSI | TK XTK | DS XDS | CG XCG | MX XPX | UL UL | SX SX | LR LR
  PT PTL | QT QTL | GA GLL | LT LTR | ML MLT | FO OZA
  OZ ONZ | LB LBR | TN STN | GR GRM | KG KGM | MP TNE | ME MGM | CW CWA | PN LBR | 01 LBR
  MM MMT | CM CMT | MR MTR | LM LM | KM KMT | IN INH | FT FOT | LF LF | YD YRD
  SI INK | SF FTK | SY YDK | SM MTK | CI INQ | CF FTQ | CY YDQ | CC CMQ | CR MTQ | BF BFT
  MJ MIN | HR HUR | DA DAY | WK WEE | MO MON | YR ANN | KH KWH | P1 P1 | ZZ ZZ
`

const pairs = PAIRS.trim()
  .split(/\s*[|\n]\s*/)
  .map((pair) => pair.split(' ') as [x12: string, rec20: string])

const toRec20 = new Map(pairs)
// where several units share a Rec 20 code, the first one of the table is meant
const fromRec20 = new Map(pairs.toReversed().map(([x12, rec20]) => [rec20, x12]))
fromRec20.set('C62', 'EA')

/** Unit codes a document may carry, of X12 355. */
export const UNITS: ReadonlySet<string> = new Set(toRec20.keys())

/** True for a unit a document may carry. */
export function isUnit(code: string): boolean {
  if (code === lastUnit) return true
  if (!UNITS.has(code)) return false
  lastUnit = code
  return true
}

// one line mostly has the unit of the line before, and comparing two letters is cheaper than hashing them
let lastUnit = 'EA'

/**
 * The unit of a document for a code of either list; undefined when it is in neither.
 *
 * @example
 * unitFrom('KGM') // 'KG'
 * unitFrom('EA') // 'EA'
 */
export function unitFrom(code: string): string | undefined {
  if (code === lastCode) return lastFound
  const found = UNITS.has(code) ? code : fromRec20.get(code)
  if (found !== undefined) {
    lastCode = code
    lastFound = found
  }
  return found
}

let lastCode = 'EA'
let lastFound = 'EA'

/** The code of a unit in UN/ECE Recommendation 20. */
export function rec20Of(unit: string): string | undefined {
  return toRec20.get(unit)
}
