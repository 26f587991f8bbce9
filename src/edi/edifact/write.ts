import type { Unwritable, WrittenElement, WrittenSegment } from '../x12/write.ts'
import { repertoireOf } from './charset.ts'
import { errors } from './errors.ts'

export type { Unwritable, WrittenElement, WrittenSegment } from '../x12/write.ts'

/** The service characters to write with. */
export interface EdifactSeparators {
  readonly component: string
  readonly element: string
  readonly decimal: '.' | ','
  /** `''` for none; data that holds a separator can then not be written. */
  readonly release: string
  readonly repetition: string
  readonly segment: string
  /** Written behind each terminator, for people who look at files: `''`, `'\n'` or `'\r\n'`. */
  readonly lineEnd: string
}

/** `: + . ? * '` and no line ends. */
export const usualEdifactSeparators: EdifactSeparators = {
  component: ':',
  element: '+',
  decimal: '.',
  release: '?',
  repetition: '*',
  segment: "'",
  lineEnd: '',
}

export interface WrittenMessage {
  /** UNH and UNT reference, one to fourteen letters and digits. */
  readonly reference: string
  /** `'ORDERS'` */
  readonly type: string
  /** `'D'`; that unless said otherwise. */
  readonly version?: string
  /** `'96A'` */
  readonly release: string
  /** `'UN'` unless said otherwise. */
  readonly agency?: string
  /** `'EAN008'` */
  readonly association?: string
  /** The common access reference (0068). */
  readonly access?: string
  /** The segments between UNH and UNT. */
  readonly segments: readonly WrittenSegment[]
}

/** An address in UNB or UNG: the identification and its qualifier. */
export interface WrittenAddress {
  readonly id: string
  readonly qualifier?: string
}

export interface WrittenEdifactGroup {
  readonly type: string
  readonly sender: WrittenAddress
  readonly receiver: WrittenAddress
  readonly reference: string
  /** `'UN'` unless said otherwise. */
  readonly agency?: string
  readonly version?: string
  readonly release: string
  readonly association?: string
  readonly messages: readonly WrittenMessage[]
}

export interface WrittenEdifact {
  /** `'UNOC'` unless said otherwise. */
  readonly syntax?: string
  /** 3 unless said otherwise. */
  readonly syntaxVersion?: number
  readonly sender: WrittenAddress
  readonly receiver: WrittenAddress
  /** CCYYMMDD; syntax 1 to 3 write six digits of it. */
  readonly date: string
  /** HHMM; seconds are cut. */
  readonly time: string
  readonly reference: string
  readonly application?: string
  readonly ackRequested?: boolean
  readonly agreement?: string
  readonly test?: boolean
  /** Either groups or messages. */
  readonly messages?: readonly WrittenMessage[]
  readonly groups?: readonly WrittenEdifactGroup[]
}

export interface EdifactWriteOptions {
  readonly separators?: Partial<EdifactSeparators>
  readonly unwritable?: Unwritable
  /** UNA is written unless `false`; without it the separators must be the usual ones. */
  readonly una?: boolean
}

const WRITABLE = ['UNOA', 'UNOB', 'UNOC', 'UNOW', 'UNOY']

/**
 * Writes one interchange: UNA, UNB, groups or messages, counts and references repeated in the trailers, separators in data released.
 * References come in; they are drawn from the partner's counter in the transaction that plans the document.
 * Send the text as {@link edifactBytes}. Throws `XD_EDI_EDIFACT_CHARACTER`, `XD_EDI_EDIFACT_UNRELEASED`, `XD_EDI_EDIFACT_REFERENCE`,
 * `XD_EDI_EDIFACT_SEPARATORS`, `XD_EDI_EDIFACT_SYNTAX` and `XD_EDI_EDIFACT_SEGMENT_NAME`.
 *
 * @example
 * writeEdifact({
 *   sender: { id: '4012345000016', qualifier: '14' }, receiver: { id: '4098765000010', qualifier: '14' },
 *   date: '20260102', time: '1015', reference: 'REF17',
 *   messages: [{ reference: '1', type: 'ORDERS', release: '96A', segments: [['BGM', '220', '4711', '9']] }],
 * })
 */
export function writeEdifact(interchange: WrittenEdifact, options: EdifactWriteOptions = {}): string {
  const { syntax = 'UNOC', syntaxVersion = 3, sender, receiver, date, time, groups, messages = [] } = interchange
  if (!WRITABLE.includes(syntax) || !(syntaxVersion >= 1 && syntaxVersion <= 4)) {
    throw errors.EDIFACT_SYNTAX(`${syntax}:${syntaxVersion}`)
  }
  const pen = penFor(syntax, syntaxVersion, options)
  const reference = checkedReference('UNB 0020', interchange.reference)
  const day = syntaxVersion < 4 ? date.slice(-6) : date
  const unb: WrittenSegment = [
    'UNB',
    [syntax, String(syntaxVersion)],
    address(sender),
    address(receiver),
    [day, time.slice(0, 4)],
    reference,
    '',
    interchange.application ?? '',
    '',
    interchange.ackRequested ? '1' : '',
    interchange.agreement ?? '',
    interchange.test ? '1' : '',
  ]
  const body = groups
    ? groups.flatMap((group) => groupLines(group, interchange, pen))
    : messages.flatMap((message) => messageLines(message, pen))
  const count = String(groups ? groups.length : messages.length)
  return [pen.una(options.una !== false), pen.segment(unb), ...body, pen.segment(['UNZ', count, reference])].join('')
}

/** Writes segments alone, without envelope: for a look at a document, never for sending. */
export function writeEdifactSegments(segments: readonly WrittenSegment[], options: EdifactWriteOptions = {}): string {
  const pen = penFor('UNOY', 4, options)
  return segments.map((segment) => pen.segment(segment)).join('')
}

/** The bytes of an interchange in the character set it declares. */
export function edifactBytes(text: string, syntax = 'UNOC'): Buffer {
  return Buffer.from(text, repertoireOf(syntax)?.charset === 'utf-8' ? 'utf8' : 'latin1')
}

const address = ({ id, qualifier }: WrittenAddress): string[] => [id, qualifier ?? '']

function groupLines(group: WrittenEdifactGroup, { date, time, syntaxVersion = 3 }: WrittenEdifact, pen: Pen): string[] {
  const { type, sender, receiver, agency = 'UN', version = 'D', release, association = '', messages } = group
  const reference = checkedReference('UNG 0048', group.reference)
  const at = [syntaxVersion < 4 ? date.slice(-6) : date, time.slice(0, 4)]
  const guide = [version, release, association]
  return [
    pen.segment(['UNG', type, address(sender), address(receiver), at, reference, agency, guide]),
    ...messages.flatMap((message) => messageLines(message, pen)),
    pen.segment(['UNE', String(messages.length), reference]),
  ]
}

function messageLines(message: WrittenMessage, pen: Pen): string[] {
  const { type, version = 'D', release, agency = 'UN', association = '', access = '', segments } = message
  const reference = checkedReference('UNH 0062', message.reference)
  return [
    pen.segment(['UNH', reference, [type, version, release, agency, association], access]),
    ...segments.map((segment) => pen.segment(segment)),
    pen.segment(['UNT', String(segments.length + 2), reference]),
  ]
}

function checkedReference(place: string, reference: string): string {
  if (!/^[A-Za-z0-9]{1,14}$/.test(reference)) throw errors.EDIFACT_REFERENCE(place, reference)
  return reference
}

function penFor(syntax: string, syntaxVersion: number, options: EdifactWriteOptions): Pen {
  const separators = { ...usualEdifactSeparators, ...options.separators }
  const { component, element, release, repetition, segment, lineEnd } = separators
  const used = [component, element, segment, ...(release === '' ? [] : [release]), repetition]
  if (used.some((one) => one.length !== 1)) throw errors.EDIFACT_SEPARATORS('each is one character')
  if (new Set(used).size < used.length) throw errors.EDIFACT_SEPARATORS('two are the same')
  if (used.some((one) => /[A-Za-z0-9 ]/.test(one) || one.charCodeAt(0) >= 0x7f || one < ' ')) {
    throw errors.EDIFACT_SEPARATORS('letters, digits, blanks and control characters cannot separate')
  }
  if (!/^(?:\r?\n)?$/.test(lineEnd)) throw errors.EDIFACT_SEPARATORS('the line end is neither LF nor CRLF')
  if (options.una === false && used.join('') !== ":+'?*")
    throw errors.EDIFACT_SEPARATORS('without UNA they must be the usual')
  return new Pen(separators, syntax, syntaxVersion, options.unwritable ?? 'refuse')
}

/** Writes segments with some service characters, and releases those that stand in data. */
class Pen {
  private readonly separators: EdifactSeparators
  private readonly syntax: string
  private readonly repeats: boolean
  private readonly unwritable: Unwritable
  private readonly service: RegExp
  private readonly outside: RegExp

  constructor(separators: EdifactSeparators, syntax: string, syntaxVersion: number, unwritable: Unwritable) {
    this.separators = separators
    this.syntax = syntax
    this.repeats = syntaxVersion >= 4
    this.unwritable = unwritable
    const { component, element, release, repetition, segment } = separators
    const service = component + element + segment + release + (this.repeats ? repetition : '')
    this.service = new RegExp(`[${escaped(service)}]`, 'g')
    this.outside = outsideOf(syntax)
    if (unwritable !== 'refuse' && unwritable.replaceWith.match(this.outside)) {
      throw errors.EDIFACT_SEPARATORS('the replacement cannot be written either')
    }
  }

  una(wanted: boolean): string {
    const { component, element, decimal, release, repetition, segment, lineEnd } = this.separators
    const reserved = this.repeats ? repetition : ' '
    return wanted ? `UNA${component}${element}${decimal}${release || ' '}${reserved}${segment}${lineEnd}` : ''
  }

  segment([tag, ...elements]: WrittenSegment): string {
    if (typeof tag !== 'string' || !/^[A-Z][A-Z0-9]{2}$/.test(tag)) throw errors.EDIFACT_SEGMENT_NAME(String(tag))
    const written = elements.map((element, i) => this.element(element, `${tag} ${i + 1}`))
    while (written.length > 0 && written.at(-1) === '') written.pop()
    const { element, segment, lineEnd } = this.separators
    return [tag, ...written].join(element) + segment + lineEnd
  }

  private element(element: WrittenElement, at: string): string {
    if (typeof element === 'string') return this.clean(element, at)
    if (!('repeats' in element)) return this.composite(element, at)
    if (!this.repeats && element.repeats.length > 1)
      throw errors.EDIFACT_SYNTAX(`${this.syntax} before version 4 with repeats`)
    return element.repeats
      .map((one) => (typeof one === 'string' ? this.clean(one, at) : this.composite(one, at)))
      .join(this.separators.repetition)
  }

  private composite(components: readonly string[], at: string): string {
    const written = components.map((component, i) => this.clean(component, `${at}-${i + 1}`))
    while (written.length > 0 && written.at(-1) === '') written.pop()
    return written.join(this.separators.component)
  }

  /** The text with its separators released, as far as this character set lets it be written. */
  private clean(text: string, at: string): string {
    let carried = text
    const strange = text.match(this.outside)
    if (strange) {
      if (this.unwritable === 'refuse') throw errors.EDIFACT_CHARACTER(at, shown(strange[0]), this.syntax)
      carried = text.replace(this.outside, this.unwritable.replaceWith)
    }
    if (!this.service.test(carried)) return carried
    this.service.lastIndex = 0
    const { release } = this.separators
    if (release === '') throw errors.EDIFACT_UNRELEASED(at, text)
    return carried.replace(this.service, (character) => release + character)
  }
}

const shown = (character: string): string =>
  character < ' ' || character === '\x7f' ? 'a control character' : `"${character}"`

const escaped = (characters: string): string => characters.replace(/[\\\]^-]/g, '\\$&')

const CONTROLS = '\\x00-\\x1f\\x7f'

/** The characters a declared set cannot carry; control characters no set can. */
function outsideOf(syntax: string): RegExp {
  const repertoire = repertoireOf(syntax)
  if (repertoire?.charset === 'utf-8') return new RegExp(`[${CONTROLS}]`, 'gu')
  if (repertoire?.charset === 'latin1') return new RegExp(`[${CONTROLS}\\x80-\\x9f]|[^\\x00-\\xff]`, 'gu')
  return new RegExp(`[${CONTROLS}${escaped(repertoire?.without ?? '')}]|[^\\x00-\\x7f]`, 'gu')
}
