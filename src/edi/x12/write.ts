import { errors } from './errors.ts'
import { hasShortDates, shortDate, withShortDates } from './short-dates.ts'

/** The separators to write with, as characters. */
export interface Separators {
  readonly element: string
  readonly segment: string
  readonly component: string
  readonly repetition: string
  /** Written behind each terminator, for people who look at files: `''`, `'\n'` or `'\r\n'`. */
  readonly lineEnd: string
}

/** `* ~ > ^` and no line ends: what most partners expect. */
export const usualSeparators: Separators = { element: '*', segment: '~', component: '>', repetition: '^', lineEnd: '' }

/** What to do with text that contains a separator or a control character: refuse it, or put this character in its place. */
export type Unwritable = 'refuse' | { readonly replaceWith: string }

/** An element is text, a composite is a list of components, and repeats are a list of those. */
export type WrittenElement = string | readonly string[] | { readonly repeats: readonly (string | readonly string[])[] }

/** A segment: its name, then its elements. Empty elements at the end are not written. */
export type WrittenSegment = readonly [string, ...WrittenElement[]] | readonly WrittenElement[]

export interface WrittenSet {
  /** ST01, `'850'`. */
  readonly id: string
  /** ST02 and SE02: four to nine digits; shorter numbers are padded to four. */
  readonly controlNumber: string | number
  /** ST03, from release 005010 on. */
  readonly implementation?: string
  /** The segments between ST and SE. */
  readonly segments: readonly WrittenSegment[]
}

export interface WrittenGroup {
  /** GS01, `'PO'`. */
  readonly functionalId: string
  readonly sender: string
  readonly receiver: string
  /** CCYYMMDD, the sender's local date. */
  readonly date: string
  /** HHMM or HHMMSS. */
  readonly time: string
  readonly controlNumber: string | number
  /** GS07; X unless said otherwise. */
  readonly agency?: string
  /** GS08, `'004010'`. */
  readonly version: string
  readonly sets: readonly WrittenSet[]
}

export interface WrittenInterchange {
  readonly senderQualifier: string
  readonly sender: string
  readonly receiverQualifier: string
  readonly receiver: string
  /** CCYYMMDD or YYMMDD; ISA has six digits. */
  readonly date: string
  /** HHMM; seconds are cut. */
  readonly time: string
  /** ISA12, `'00401'`. */
  readonly version: string
  readonly controlNumber: string | number
  readonly ackRequested?: boolean
  readonly usage: 'T' | 'P'
  /** ISA02 and ISA04, blank unless a partner asks for them. */
  readonly authorization?: readonly [qualifier: string, information: string]
  readonly security?: readonly [qualifier: string, information: string]
  /** TA1 segments, which stand before the groups. */
  readonly tradingAcks?: readonly WrittenSegment[]
  readonly groups: readonly WrittenGroup[]
}

export interface WriteOptions {
  readonly separators?: Partial<Separators>
  readonly unwritable?: Unwritable
}

const HIGHEST_NUMBER = 999_999_999

/**
 * Writes one interchange: ISA in its 106 characters, counts and control numbers repeated in the trailers.
 * Control numbers come in; they are drawn from the partner's counter in the transaction that plans the document.
 * Throws `XD_EDI_SEPARATOR_IN_DATA` and `XD_EDI_CONTROL_IN_DATA` for data the interchange cannot carry,
 * `XD_EDI_HEADER_TOO_LONG`, `XD_EDI_CONTROL_NUMBER`, `XD_EDI_SEPARATORS` and `XD_EDI_SEGMENT_NAME`.
 *
 * @example
 * writeInterchange({
 *   senderQualifier: 'ZZ', sender: 'ACMESUPPLY', receiverQualifier: '12', receiver: '5555550142',
 *   date: '20260102', time: '1015', version: '00401', controlNumber: 17, usage: 'P',
 *   groups: [{
 *     functionalId: 'PO', sender: 'ACMESUPPLY', receiver: '5555550142', date: '20260102', time: '1015',
 *     controlNumber: 17, version: '004010',
 *     sets: [{ id: '850', controlNumber: 1, segments: [['BEG', '00', 'SA', '4711', '', '20260102']] }],
 *   }],
 * })
 */
export function writeInterchange(interchange: WrittenInterchange, options: WriteOptions = {}): string {
  const pen = new Pen(separatorsOf(options), options.unwritable ?? 'refuse')
  const number = controlNumber('ISA13', interchange.controlNumber, 9)
  return [
    isa(interchange, number, pen),
    ...(interchange.tradingAcks ?? []).map((segment) => pen.segment(segment)),
    ...interchange.groups.flatMap((group) => groupLines(group, pen)),
    pen.segment(['IEA', String(interchange.groups.length), number]),
  ].join('')
}

/** Writes segments alone, without envelope: for a look at a document, never for sending. */
export function writeSegments(segments: readonly WrittenSegment[], options: WriteOptions = {}): string {
  const pen = new Pen(separatorsOf(options), options.unwritable ?? 'refuse')
  return segments.map((segment) => pen.segment(segment)).join('')
}

function groupLines(group: WrittenGroup, pen: Pen): string[] {
  const number = controlNumber('GS06', group.controlNumber, 1)
  const { functionalId, sender, receiver, date, time, version } = group
  const isShort = hasShortDates(version)
  const day = isShort ? shortDate(date) : date
  return [
    pen.segment(['GS', functionalId, sender, receiver, day, time, number, group.agency ?? 'X', version]),
    ...group.sets.flatMap((set) => setLines(set, isShort, pen)),
    pen.segment(['GE', String(group.sets.length), number]),
  ]
}

function setLines(set: WrittenSet, isShort: boolean, pen: Pen): string[] {
  const number = setNumber(set.controlNumber)
  return [
    pen.segment(['ST', set.id, number, set.implementation ?? '']),
    ...set.segments.map((segment) => pen.segment(isShort ? withShortDates(segment) : segment)),
    pen.segment(['SE', String(set.segments.length + 2), number]),
  ]
}

/** ISA is the one segment with fixed widths: partners read it by column. */
function isa(interchange: WrittenInterchange, number: string, pen: Pen): string {
  const { date, time, version } = interchange
  const { element, segment, component, repetition, lineEnd } = pen.separators
  const [authorizationQualifier, authorization] = interchange.authorization ?? ['00', '']
  const [securityQualifier, security] = interchange.security ?? ['00', '']
  const padded = (at: string, value: string, width: number): string => {
    if (value.length > width) throw errors.HEADER_TOO_LONG(at, value, width)
    return pen.clean(value, at).padEnd(width, ' ')
  }
  const elements = [
    padded('ISA01', authorizationQualifier, 2),
    padded('ISA02', authorization, 10),
    padded('ISA03', securityQualifier, 2),
    padded('ISA04', security, 10),
    padded('ISA05', interchange.senderQualifier, 2),
    padded('ISA06', interchange.sender, 15),
    padded('ISA07', interchange.receiverQualifier, 2),
    padded('ISA08', interchange.receiver, 15),
    padded('ISA09', date.slice(-6), 6),
    padded('ISA10', time.slice(0, 4), 4),
    version >= '00402' ? repetition : 'U',
    padded('ISA12', version, 5),
    number,
    interchange.ackRequested ? '1' : '0',
    interchange.usage,
    component,
  ]
  return `ISA${element}${elements.join(element)}${segment}${lineEnd}`
}

function controlNumber(element: string, value: string | number, width: number): string {
  const text = String(value)
  const number = Number(text)
  if (!/^\d{1,9}$/.test(text) || number < 1 || number > HIGHEST_NUMBER) throw errors.CONTROL_NUMBER(element, text)
  return String(number).padStart(width, '0')
}

/** ST02 is text: a number given as a number is padded to four digits, text is kept as it is. */
function setNumber(value: string | number): string {
  const text = typeof value === 'number' ? controlNumber('ST02', value, 4) : value
  if (!/^[A-Za-z0-9]{4,9}$/.test(text)) throw errors.CONTROL_NUMBER('ST02', text)
  return text
}

function separatorsOf(options: WriteOptions): Separators {
  const separators = { ...usualSeparators, ...options.separators }
  const four = [separators.element, separators.segment, separators.component, separators.repetition]
  if (four.some((one) => one.length !== 1)) throw errors.SEPARATORS('each is one character')
  if (new Set(four).size < 4) throw errors.SEPARATORS('two are the same')
  if (four.some((one) => /[A-Za-z0-9 ]/.test(one) || one.charCodeAt(0) >= 0x80)) {
    throw errors.SEPARATORS('letters, digits, blanks and characters beyond ASCII may stand in data')
  }
  if (!/^(?:\r?\n)?$/.test(separators.lineEnd)) throw errors.SEPARATORS('the line end is neither LF nor CRLF')
  return separators
}

const escaped = (characters: string): string => characters.replace(/[\\\]^-]/g, '\\$&')

/** Writes segments with some separators, and keeps separators out of the data. */
class Pen {
  readonly separators: Separators
  private readonly unwritable: Unwritable
  private readonly forbidden: RegExp

  constructor(separators: Separators, unwritable: Unwritable) {
    this.separators = separators
    this.unwritable = unwritable
    const { element, segment, component, repetition } = separators
    this.forbidden = new RegExp(`[${escaped(element + segment + component + repetition)}\\x00-\\x1f\\x7f]`, 'g')
    if (unwritable !== 'refuse' && this.forbidden.test(unwritable.replaceWith)) {
      throw errors.SEPARATORS('the replacement is itself a separator')
    }
  }

  segment(segment: WrittenSegment): string {
    const [tag, ...elements] = segment
    if (typeof tag !== 'string' || !/^[A-Z][A-Z0-9]{1,2}$/.test(tag)) throw errors.SEGMENT_NAME(String(tag))
    const written = elements.map((element, i) => this.element(element, tag, i + 1))
    while (written.length > 0 && written.at(-1) === '') written.pop()
    const { element, segment: terminator, lineEnd } = this.separators
    return [tag, ...written].join(element) + terminator + lineEnd
  }

  private element(element: WrittenElement, tag: string, place: number): string {
    const at = `${tag}${String(place).padStart(2, '0')}`
    if (typeof element === 'string') return this.clean(element, at)
    if (!('repeats' in element)) return this.composite(element, at)
    return element.repeats
      .map((one) => (typeof one === 'string' ? this.clean(one, at) : this.composite(one, at)))
      .join(this.separators.repetition)
  }

  private composite(components: readonly string[], at: string): string {
    const written = components.map((component, i) => this.clean(component, `${at}-${i + 1}`))
    while (written.length > 0 && written.at(-1) === '') written.pop()
    return written.join(this.separators.component)
  }

  /** The text, as far as these separators let it be written. */
  clean(text: string, at: string): string {
    this.forbidden.lastIndex = 0
    const found = this.forbidden.exec(text)
    if (!found) return text
    if (this.unwritable !== 'refuse') return text.replace(this.forbidden, this.unwritable.replaceWith)
    if (found[0] < ' ' || found[0] === '\x7f') throw errors.CONTROL_IN_DATA(at)
    throw errors.SEPARATOR_IN_DATA(at, text)
  }
}
