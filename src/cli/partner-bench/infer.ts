/** What sample files say about a partner: who it is, how it writes, which codes it uses. */
import type { EdifactFault } from '../../edi/edifact/reading.ts'
import { readX12 } from '../../edi/x12/read.ts'
import type { Delimiters, SegmentTable, X12Fault, X12Group, X12Interchange, X12Set } from '../../edi/x12/reading.ts'
import { usualSeparators } from '../../edi/x12/write.ts'
import { ACKNOWLEDGEMENTS, type Sample } from '../../hub/partner-bench/samples.ts'
import { type PartnerRole, roles } from './roles.ts'

/** A value, and in how many of the samples' places it stood. */
export interface Counted {
  readonly value: string
  readonly count: number
}

/** The codes that stood in one element. */
export interface CodeUsage {
  /** `PO103` */
  readonly place: string
  /** What the element says, in words. */
  readonly about: string
  readonly codes: readonly Counted[]
}

/** What was found in the samples. */
export interface Inferred {
  /** Absent: the samples are X12. */
  readonly standard?: 'edifact'
  /** `qualifier:id` as in ISA, `id:qualifier` as in UNB; undefined where no sample says it. */
  readonly theirs?: string
  readonly ours?: string
  /** Where GS has other ids than ISA. */
  readonly theirGroupId?: string
  readonly ourGroupId?: string
  /** GS08, or the directory, of what we are to send, else of what they send. */
  readonly version?: string
  /** The characters of EDIFACT that go with it, and what UNH says of a guide, by message. */
  readonly charset?: string
  readonly associations?: Readonly<Record<string, string>>
  readonly usage?: 'P' | 'T'
  /** Only where they differ from the usual ones. */
  readonly separators: Readonly<Record<string, string>>
  readonly currency?: string
  /** What a carrier calls itself in its own sets. */
  readonly scac?: string
  /** The qualifier our item number stands under (X12 235). */
  readonly vendorQualifier?: string
  /** Sets by who sends them. */
  readonly fromThem: readonly Counted[]
  readonly fromUs: readonly Counted[]
  readonly codes: readonly CodeUsage[]
  /** Whatever samples disagree about, or what is odd in them; for a person. */
  readonly remarks: readonly string[]
  readonly faults: readonly { readonly sample: string; readonly fault: X12Fault | EdifactFault }[]
}

/** Elements whose codes a partner's guide dictates. */
const WATCHED: readonly (readonly [segment: string, element: number, about: string])[] = [
  ['BEG', 1, 'purpose'],
  ['BEG', 2, 'type of order'],
  ['BAK', 2, 'kind of acknowledgement'],
  ['BSN', 1, 'purpose'],
  ['BSN', 5, 'order of the levels'],
  ['BCH', 1, 'purpose'],
  ['BIG', 7, 'type of invoice'],
  ['W05', 1, 'status of the order'],
  ['W06', 1, 'status of the shipment'],
  ['B10', 3, 'carrier'],
  ['AT7', 1, 'milestone'],
  ['REF', 1, 'references'],
  ['DTM', 1, 'dates'],
  ['G62', 1, 'dates'],
  ['N1', 1, 'parties'],
  ['N1', 3, 'whose ids they are'],
  ['PO1', 3, 'units'],
  ['IT1', 3, 'units'],
  ['W01', 2, 'units'],
  ['W12', 5, 'units'],
  ['SN1', 3, 'units'],
  ['ACK', 1, 'answers for lines'],
  ['HL', 3, 'levels'],
  ['MAN', 1, 'marks on packs'],
  ['SAC', 2, 'charges and allowances'],
  ['TD5', 2, 'whose code the carrier is'],
]
/** So many codes of an element are shown. */
export const MOST_CODES = 12
/** Item ids come in pairs from here on. */
const PAIRS: Readonly<Record<string, number>> = { PO1: 6, IT1: 6, LIN: 2, W01: 4, W12: 7 }
/** Qualifiers under which a seller's own number travels. */
const SELLERS_OWN = ['VN', 'VP', 'VA', 'SK', 'MG']

interface Met {
  readonly sample: string
  readonly interchange: X12Interchange
  readonly group: X12Group
  readonly set: X12Set
  readonly isTheirs: boolean
}

/**
 * Reads the samples and says what they have in common.
 *
 * @param ours our own `qualifier:id`, where it is known; else the role says whose sets are whose
 *
 * @example
 * infer('retailer', [{ name: 'po.edi', bytes }]).theirs // '12:5555550142'
 */
export function infer(role: PartnerRole, samples: readonly Sample[], ours?: string): Inferred {
  const faults: { sample: string; fault: X12Fault }[] = []
  const met = samples.flatMap((sample) => setsOf(role, sample, ours, faults))
  const trade = met.filter(({ set }) => !ACKNOWLEDGEMENTS.has(set.id))
  const remarks: string[] = []
  const one = (what: string, values: readonly string[]): string | undefined => mostFrequent(what, values, remarks)
  const theirs = one(
    'address of the partner',
    trade.map((each) => addressOf(each, 'theirs')),
  )
  const us =
    ours ??
    one(
      'address of ours',
      trade.map((each) => addressOf(each, 'ours')),
    )
  const theirGroupId = one(
    'group id of the partner',
    trade.map((each) => groupIdOf(each, 'theirs')),
  )
  const ourGroupId = one(
    'group id of ours',
    trade.map((each) => groupIdOf(each, 'ours')),
  )
  const wanted = trade.some(({ isTheirs }) => !isTheirs) ? trade.filter(({ isTheirs }) => !isTheirs) : trade
  const version = one(
    'version',
    wanted.map(({ group }) => group.version),
  )
  const usage = one(
    'usage (ISA15)',
    trade.map(({ interchange }) => interchange.usage),
  )
  const currency = one(
    'currency',
    trade.flatMap(({ set }) => elementsAt(set.segments, 'CUR', 2)),
  )
  const vendorQualifier = sellersQualifier(trade)
  const scac = role === 'carrier' ? one('SCAC', trade.filter(({ isTheirs: sent }) => sent).flatMap(scacsIn)) : undefined
  return {
    ...present({ theirs, ours: us, version, currency, vendorQualifier, scac }),
    ...(theirGroupId !== undefined && theirGroupId !== idOf(theirs) ? { theirGroupId } : {}),
    ...(ourGroupId !== undefined && ourGroupId !== idOf(us) ? { ourGroupId } : {}),
    ...(usage === 'T' || usage === 'P' ? { usage } : {}),
    separators: separatorsOf(
      trade.map(({ interchange }) => interchange.delimiters),
      samples,
      remarks,
    ),
    fromThem: counted(trade.filter(({ isTheirs }) => isTheirs).map(({ set }) => set.id)),
    fromUs: counted(trade.filter(({ isTheirs }) => !isTheirs).map(({ set }) => set.id)),
    codes: codesOf(trade),
    remarks,
    faults,
  }
}

function setsOf(
  role: PartnerRole,
  { name, bytes }: Sample,
  ours: string | undefined,
  faults: { sample: string; fault: X12Fault }[],
): Met[] {
  const file = readX12(bytes)
  const tell = (list: readonly X12Fault[]) => {
    for (const fault of list) if (fault.severity !== 'warning') faults.push({ sample: name, fault })
  }
  tell(file.faults)
  return file.interchanges.flatMap((interchange) => {
    tell(interchange.faults)
    return interchange.groups.flatMap((group) => {
      tell(group.faults)
      return group.sets.map((set) => {
        tell(set.faults)
        return { sample: name, interchange, group, set, isTheirs: isTheirs(role, interchange, set, ours) }
      })
    })
  })
}

/** Whose set it is: by our own address where that is known, else by what the role sends. */
function isTheirs(role: PartnerRole, interchange: X12Interchange, { id }: X12Set, ours: string | undefined): boolean {
  if (ours !== undefined) return `${interchange.senderQualifier}:${interchange.sender}` !== ours
  return !roles[role].ours.includes(id)
}

function addressOf({ interchange, isTheirs: theirsSent }: Met, whose: 'theirs' | 'ours'): string {
  const { senderQualifier, sender, receiverQualifier, receiver } = interchange
  return theirsSent === (whose === 'theirs') ? `${senderQualifier}:${sender}` : `${receiverQualifier}:${receiver}`
}

function groupIdOf({ group, isTheirs: theirsSent }: Met, whose: 'theirs' | 'ours'): string {
  return theirsSent === (whose === 'theirs') ? group.sender : group.receiver
}

const idOf = (address: string | undefined): string | undefined => address?.slice(address.indexOf(':') + 1)

/** What most samples say; where they differ, a remark says so. */
export function mostFrequent(what: string, values: readonly string[], remarks: string[]): string | undefined {
  const [first, ...others] = counted(values)
  if (!first) return undefined
  if (others.length > 0) {
    const rest = others.map(({ value, count }) => `${visible(value)} (${count})`).join(', ')
    remarks.push(
      `The samples differ in the ${what}: ${visible(first.value)} (${first.count}) is taken, there is also ${rest}.`,
    )
  }
  return first.value
}

/** A value as people can see it: separators are often control characters. */
const visible = (value: string): string =>
  value.replace(/[^ -~]/g, (character) => `0x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)

/** The most frequent first, and among equals in the order of the alphabet. */
export function counted(values: readonly string[]): Counted[] {
  const counts = new Map<string, number>()
  for (const value of values) if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
}

function elementsAt(segments: SegmentTable, tag: string, element: number): string[] {
  const values: string[] = []
  for (let at = 0; at < segments.length; at += 1) if (segments.tag(at) === tag) values.push(segments.at(at, element))
  return values
}

/** Where each set of a carrier says who it is. */
const SCAC_AT: Readonly<Record<string, readonly [segment: string, element: number]>> = {
  '214': ['B10', 3],
  '990': ['B1', 1],
  '210': ['B3', 11],
}

function scacsIn({ set }: Met): string[] {
  const place = SCAC_AT[set.id]
  return place === undefined ? [] : elementsAt(set.segments, ...place)
}

/** Our item number stands under the qualifier that most lines have, of those a seller's number can have. */
function sellersQualifier(met: readonly Met[]): string | undefined {
  const found = counted(met.flatMap(({ set }) => qualifiersOf(set.segments))).find(({ value }) =>
    SELLERS_OWN.includes(value),
  )
  return found?.value === 'VN' ? undefined : found?.value
}

function qualifiersOf(segments: SegmentTable): string[] {
  const qualifiers: string[] = []
  for (let at = 0; at < segments.length; at += 1) {
    const first = PAIRS[segments.tag(at)]
    if (first === undefined) continue
    for (let element = first; element < segments.count(at); element += 2) qualifiers.push(segments.at(at, element))
  }
  return qualifiers
}

function codesOf(met: readonly Met[]): CodeUsage[] {
  const watched = WATCHED.map(([segment, element, about]) => {
    const codes = counted(met.flatMap(({ set }) => elementsAt(set.segments, segment, element)))
    return { place: `${segment}${String(element).padStart(2, '0')}`, about, codes: codes.slice(0, MOST_CODES) }
  })
  const ids = counted(met.flatMap(({ set }) => qualifiersOf(set.segments))).slice(0, MOST_CODES)
  return [...watched, { place: 'item ids', about: 'X12 235', codes: ids }].filter(({ codes }) => codes.length > 0)
}

function separatorsOf(
  delimiters: readonly Delimiters[],
  samples: readonly Sample[],
  remarks: string[],
): Record<string, string> {
  const written = (byte: number | undefined) => (byte === undefined ? '' : String.fromCharCode(byte))
  const found = {
    element: mostFrequent(
      'element separator',
      delimiters.map(({ element }) => written(element)),
      remarks,
    ),
    segment: mostFrequent(
      'segment terminator',
      delimiters.map(({ segment }) => written(segment)),
      remarks,
    ),
    component: mostFrequent(
      'component separator',
      delimiters.map(({ component }) => written(component)),
      remarks,
    ),
    repetition: mostFrequent(
      'repetition separator',
      delimiters.map(({ repetition }) => written(repetition)),
      remarks,
    ),
    lineEnd: lineEndOf(samples[0], delimiters[0]),
  }
  return Object.fromEntries(
    Object.entries(found).flatMap(([name, value]) =>
      value === undefined || value === usualSeparators[name as keyof typeof usualSeparators] ? [] : [[name, value]],
    ),
  )
}

/** What stands behind the first terminator of the first sample, where the terminator is not itself a line end. */
export function lineEndOf(
  sample: Sample | undefined,
  delimiters: Pick<Delimiters, 'segment'> | undefined,
): string | undefined {
  if (!sample || !delimiters || delimiters.segment === 0x0a || delimiters.segment === 0x0d) return undefined
  const at = sample.bytes.indexOf(delimiters.segment) + 1
  const [first, second] = [sample.bytes[at], sample.bytes[at + 1]]
  if (first === 0x0d && second === 0x0a) return '\r\n'
  return first === 0x0a ? '\n' : undefined
}

/** The members that are there. */
export function present<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never
}
