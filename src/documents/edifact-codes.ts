/**
 * Codes that X12 and EDIFACT call differently. A document carries the code of X12; here is what EDIFACT calls the same thing.
 * A code that stands in no table means itself, unless the other list uses it for something else: then it becomes the list's
 * own "as agreed" (ZZ, ZZZ), because a wrong meaning is worse than none.
 */
export interface CodePairs {
  toEdifact(x12: string): string
  toX12(edifact: string): string
}

/**
 * Makes pairs of a text of `X12=EDIFACT`, or `CODE` where both call it the same; `alsoRead` is only read. Where the two lists
 * are alike, a code in no pair means the `same`; where they have nothing in common it is `agreed`.
 */
export function codePairs(
  rows: string,
  agreed: { readonly x12: string; readonly edifact: string },
  alsoRead = '',
  unlisted: 'same' | 'agreed' = 'same',
): CodePairs {
  const pairs = rowsOf(rows)
  const toEdifact = new Map(pairs)
  const toX12 = new Map([...pairs, ...rowsOf(alsoRead)].map(([x12, edifact]) => [edifact, x12]))
  if (unlisted === 'agreed')
    return {
      toEdifact: (code) => toEdifact.get(code) ?? agreed.edifact,
      toX12: (code) => toX12.get(code) ?? agreed.x12,
    }
  return {
    toEdifact: (code) => toEdifact.get(code) ?? (toX12.has(code) ? agreed.edifact : code),
    toX12: (code) => toX12.get(code) ?? (toEdifact.has(code) ? agreed.x12 : code),
  }
}

function rowsOf(text: string): [x12: string, edifact: string][] {
  return text
    .split(/\s+/)
    .filter((row) => row !== '')
    .map((row) => row.split('='))
    .map(([x12 = '', edifact = x12]) => [x12, edifact])
}

/** Roles of parties: X12 98 and EDIFACT 3035. Most of the others are the same in both. */
export const roleCodes = codePairs('BY SU SE RE ST=DP BT=IV SH=CZ', { x12: 'ZZ', edifact: 'ZZZ' }, 'ST=ST BT=BT SH=SH')

/** What a reference is: X12 128 and EDIFACT 1153. Most of the others are the same in both. */
export const referenceCodes = codePairs('PO=ON VX=VA LT=BT ZZ=ZZZ', { x12: 'ZZ', edifact: 'ZZZ' })

/** What happens on a day: X12 374 and EDIFACT 2005. */
export const dateCodes = codePairs(
  `002=2 003=3 004=4 007=7 009=9 010=10 011=11 012=12 013=13 015=15 017=17 035=35 036=36 037=37 038=38 050=50 001=61
   063=63 064=64 067=67 068=79 069=69 071=71 074=74 094=94 118=200 196=194 197=206`,
  { x12: 'ZZZ', edifact: 'ZZZ' },
)

/** Whose number an item's number is: X12 235 and EDIFACT 7143. */
export const itemCodes = codePairs('EN UP BP IN VN=SA MG=MF LT=NB SN ZZ=ZZZ', { x12: 'ZZ', edifact: 'ZZZ' }, 'VN=VN')

/** What a person does: X12 366 and EDIFACT 3139. */
export const contactCodes = codePairs('IC BD=PD', { x12: 'IC', edifact: 'IC' })

/** How goods travel: X12 91 and EDIFACT 8067, which has been written with one digit and with two. */
export const transportCodes = codePairs(
  'M=30 A=40 R=20 S=10 U=50 X=60',
  { x12: 'ZZ', edifact: 'ZZZ' },
  'M=3 A=4 R=2 S=1 U=5 X=6',
)

const AGENCIES: Readonly<Record<string, string>> = {
  '92': '92',
  '91': '91',
  UL: '9',
  '1': '16',
  '9': '16',
  '2': '182',
  ZZ: 'ZZZ',
}
const AGENCY_WORDS = new Map(Object.entries(AGENCIES).map(([x12, edifact]) => [edifact, x12]))
const DUNS_DIGITS = 9

/** Who gave an id (X12 66) as the code list (1131) and agency (3055) of EDIFACT; a code of its own stands in the code list. */
export function agencyOf(qualifier: string | undefined): [list: string | undefined, agency: string | undefined] {
  if (qualifier === undefined) return [undefined, undefined]
  const agency = Object.hasOwn(AGENCIES, qualifier) ? AGENCIES[qualifier] : undefined
  return agency === undefined ? [qualifier, 'ZZZ'] : [undefined, agency]
}

/** Who gave an id, by X12 66; undefined when nothing says so. DUNS with and without four more digits share an agency. */
export function qualifierOf(id: string, list: string, agency: string): string | undefined {
  if (agency === '') return undefined
  if (agency === '16') return id.length > DUNS_DIGITS ? '9' : '1'
  if (agency === 'ZZZ' && list !== '' && list.length <= 2) return list
  return AGENCY_WORDS.get(agency) ?? 'ZZ'
}
