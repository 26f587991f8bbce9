/**
 * What is wrong with a set or message as a document where the standard refuses it already: all that would stay wrong
 * once the sender has corrected what was refused.
 *
 * How a fault is known to be no mere consequence: nobody knows what should have stood in a refused place, so the document is
 * read again with every value that could stand there (each code of a list, two numbers far from each other, a day long ago
 * and one far away; a missing segment once, and twice with other values). What is said each time, in the same place and in the
 * same words, does not come from the refused place. What is said only with some of the values, or differently, does: a total that follows from a
 * quantity that is none, lines that are counted without the one that is missing. Where not every value can be tried
 * (a name or number of text, segments that were lost), what speaks of several places at once is left out altogether.
 */
import { CODES as EDIFACT_CODES, ELEMENTS as EDIFACT_ELEMENTS } from '../edi/edifact/elements.ts'
import type { EdifactFault, EdifactMessage, EdifactSegments } from '../edi/edifact/reading.ts'
import { rulesOf as messageRulesOf } from '../edi/edifact/rules.ts'
import { CODES as X12_CODES, ELEMENTS as X12_ELEMENTS } from '../edi/x12/elements.ts'
import type { SegmentTable, Severity, X12Fault, X12Set } from '../edi/x12/reading.ts'
import { segmentRuleOf as setSegmentRuleOf } from '../edi/x12/rules.ts'
import { documentOfMessage, documentOfSet } from './catalogue.ts'
import type { DocumentFaultName } from './faults.ts'
import { asEdifactFault } from './faults-in-messages.ts'
import { type AddedSegment, NOT_IN_FILE, type Row, withOtherValues } from './other-values.ts'

/** What the document of a refused set would be refused for, besides. Nothing for a set that the standard does not refuse. */
export function faultsBesidesOfSet(set: X12Set): readonly X12Fault[] {
  const type = documentOfSet(set.id)
  if (!type) return []
  return besides<X12Fault>(set, {
    read: (segments) => type.readX12({ ...set, segments }, {}).faults ?? [],
    valuesAt: ({ reference }) => valuesOf(X12_ELEMENTS[String(reference)], X12_CODES[String(reference)]),
    added: (tag, at) => ({
      tag,
      elements: (setSegmentRuleOf(tag)?.elements ?? []).map(({ mandatory, reference }) =>
        mandatory ? [pick(at, valuesOf(X12_ELEMENTS[String(reference)], X12_CODES[String(reference)]))] : [],
      ),
    }),
  })
}

/** The same of an EDIFACT message. */
export function faultsBesidesOfMessage(message: EdifactMessage): readonly EdifactFault[] {
  const type = documentOfMessage(message.type)
  const form = type?.edifact
  if (!form) return []
  return besides<EdifactFault>(message, {
    read: (segments) => (form.read({ ...message, segments }, {}).faults ?? []).map(asEdifactFault),
    valuesAt: ({ reference = '', segment = 1, element = 0 }) =>
      reference === PERIOD
        ? daysLike(message.segments.component(segment - 1, element, 3))
        : valuesOf(EDIFACT_ELEMENTS[reference], EDIFACT_CODES[reference]),
    added: (tag, at) => ({
      tag,
      elements: (segmentRuleIn(message.type, tag)?.elements ?? []).map(({ mandatory, components }) =>
        mandatory
          ? components.map((one) =>
              one.mandatory ? pick(at, valuesOf(EDIFACT_ELEMENTS[one.reference], EDIFACT_CODES[one.reference])) : '',
            )
          : [],
      ),
    }),
  })
}

function segmentRuleIn(type: string, tag: string) {
  return messageRulesOf(type)?.tagAt(Buffer.from(tag, 'latin1'), 0, tag.length)?.segment
}

/** What is asked of either language. */
interface Fault {
  readonly code: string
  readonly message: string
  readonly severity: Severity
  readonly level: string
  readonly segment?: number
  readonly tag?: string
  readonly element?: number
  readonly component?: number
  readonly value?: string
}

interface Language<F> {
  readonly read: (segments: EdifactSegments) => readonly F[]
  /** What could stand in a refused place; undefined where that could be anything. */
  readonly valuesAt: (fault: F) => readonly string[] | undefined
  /** A segment that is missing, with the first or the last values that its elements can have. */
  readonly added: (tag: string, at: 0 | -1) => AddedSegment
}

function besides<F extends Fault>(
  { faults, segments }: { readonly faults: readonly F[]; readonly segments: SegmentTable },
  language: Language<F>,
): readonly F[] {
  const fatal = faults.filter(({ severity, code }) => severity === 'fatal' && code.startsWith(OF_THE_STANDARD))
  if (fatal.length === 0 || fatal.some(({ code }) => UNREADABLE.has(nameOf(code)))) return []
  const refused = fatal.filter((fault) => fault.level === 'element' && isInBody(segments, fault))
  const missing = fatal.filter(({ code }) => nameOf(code) === 'SEGMENT_MISSING')
  const trial = new Trial(segments, language, refused, missing)
  const isUnsure = faults.some((fault) => isLost(fault, segments)) || trial.isUnsure
  const told = isUnsure ? trial.first.filter((fault) => !isOfSeveral(fault)) : trial.alwaysSaid()
  return told.filter((fault) => !faults.some((known) => isSaidBy(known, fault)))
}

const OF_THE_STANDARD = 'XD_EDI_'
const nameOf = (code: string): string => code.replace(/^XD_EDI_(?:EDIFACT_)?/, '')

/** Nothing, or not all, of what stands there was looked at, or nobody knows what it is. */
const UNREADABLE: ReadonlySet<string> = new Set([
  'SET_TOO_BIG',
  'MESSAGE_TOO_BIG',
  'TOO_MANY_FAULTS',
  'SET_ID',
  'MESSAGE_TYPE',
  'CHARACTERS_UNSURE',
])

/** Segments are gone, nobody knows which: the end is missing, there are fewer than were counted, or one is none we know. */
function isLost({ code, value = '' }: Fault, { length }: SegmentTable): boolean {
  const name = nameOf(code)
  return LOST.has(name) || (name === 'SEGMENT_COUNT' && !(Number(value) < length))
}
const LOST: ReadonlySet<string> = new Set(['SE_MISSING', 'UNT_MISSING', 'SEGMENT_UNKNOWN', 'SEGMENT_UNEXPECTED'])

const documentCodes = (...names: readonly DocumentFaultName[]): ReadonlySet<string> =>
  new Set(names.map((name) => `XD_DOCUMENTS_${name}`))

/** Faults in how names and numbers refer to one another. */
const OF_NAMES = documentCodes('HIERARCHY', 'REFERENCE_UNKNOWN', 'STOPS')
/** Faults that speak of several places at once; those of one thing that comes twice are not among them: both are there. */
const OF_SEVERAL: ReadonlySet<string> = new Set([
  ...OF_NAMES,
  ...documentCodes('LINES_NONE', 'COUNT_DIFFERS', 'SPLIT_DIFFERS', 'TOTAL_DIFFERS'),
  ...documentCodes('DATES_CROSS', 'PRICE_MISSING', 'PRICE_AMBIGUOUS'),
])
const [MISSING] = documentCodes('MISSING')

/** A segment that is missing may be one that was refused: nobody knows what that was meant to be. */
const isMissingSegment = ({ code, element }: Fault): boolean => code === MISSING && element === undefined
const isOfSeveral = (fault: Fault): boolean => OF_SEVERAL.has(fault.code) || isMissingSegment(fault)

/** Head and trailer name the set; what is wrong with them touches nothing in it. */
function isInBody(table: SegmentTable, { segment = 1 }: Fault): boolean {
  return segment > 1 && segment <= table.length && !TRAILERS.has(table.tag(segment - 1))
}
const TRAILERS: ReadonlySet<string> = new Set(['SE', 'UNT'])

/** Where the standard has spoken, the document says no more; and what is missing is missing once. */
function isSaidBy(known: Fault, fault: Fault): boolean {
  if (fault.segment === NOT_IN_FILE) return true
  if (isMissingSegment(fault) && known.tag === fault.tag && nameOf(known.code) === 'SEGMENT_MISSING') return true
  return (
    known.segment === fault.segment &&
    known.element !== undefined &&
    known.element === fault.element &&
    (known.component === undefined || fault.component === undefined || known.component === fault.component)
  )
}

/** More segments than this are not read again and again; what speaks of several places is then left out. */
const MOST_READ = 200_000

/** The document, read again and again. */
class Trial<F extends Fault> {
  readonly #file: SegmentTable
  readonly #language: Language<F>
  readonly #refused: readonly { readonly key: string; readonly values: readonly string[] }[]
  readonly #missing: readonly F[]
  /** A name or number of text is among what was refused: it may be one that others refer to. */
  readonly #hasNames: boolean
  /** Not every value can be tried. */
  readonly isUnsure: boolean
  /** What is said with the first value everywhere. */
  readonly first: readonly F[]

  constructor(file: SegmentTable, language: Language<F>, refused: readonly F[], missing: readonly F[]) {
    this.#file = file
    this.#language = language
    const places = refused.map((fault) => ({ key: placeOf(fault), values: language.valuesAt(fault) }))
    this.#refused = places.map(({ key, values = NAMES }) => ({ key, values }))
    this.#missing = missing
    this.#hasNames = places.some(({ values }) => values === NAMES)
    const readings = this.#refused.reduce((all, { values }) => all + values.length, missing.length)
    this.isUnsure = places.some(({ values }) => values === undefined) || readings * file.length > MOST_READ
    this.first = this.#read()
  }

  /** What is said whatever stands in the refused places, one after the other. */
  alwaysSaid(): readonly F[] {
    let said = this.#hasNames ? this.first.filter(({ code }) => !OF_NAMES.has(code)) : this.first
    const keepWhat = (again: readonly F[]) => {
      const words = new Set(again.map(wordsOf))
      said = said.filter((fault) => words.has(wordsOf(fault)))
    }
    for (const { key, values } of this.#refused) for (const value of values.slice(1)) keepWhat(this.#read(key, value))
    for (const fault of this.#missing) keepWhat(this.#read(undefined, undefined, fault))
    return said
  }

  #read(key?: string, value?: string, twice?: F): readonly F[] {
    const values = new Map(this.#refused.map((one) => [one.key, one.values[0] as string]))
    if (key !== undefined && value !== undefined) values.set(key, value)
    const rows: Row[] = Array.from({ length: this.#file.length }, (_, at) => at)
    // from the end, so that the places of those before stay
    for (const fault of this.#missing.toReversed()) {
      const { segment = rows.length, tag = '' } = fault
      const added = (at: 0 | -1) => this.#language.added(tag, at)
      rows.splice(segment - 1, 0, ...(fault === twice ? [added(-1), added(-1)] : [added(0)]))
    }
    return this.#language.read(
      withOtherValues(this.#file, rows, (segment, element, component) =>
        values.get(`${segment}/${element}/${component}`),
      ),
    )
  }
}

const placeOf = ({ segment = 1, element, component = 1 }: Fault): string => `${segment - 1}/${element}/${component}`

const wordsOf = ({ segment, tag, element, component, code, message }: Fault): string =>
  `${segment} ${tag} ${element} ${component} ${code} ${message}`

/** The first code of a list, or the first value of a type, or the last. */
const pick = (at: 0 | -1, values: readonly string[] = NAMES): string => values.at(at) as string

/** Two texts that nothing else is called by. */
const NAMES: readonly string[] = ['X1', 'X2']
/** Text as short as this is a code that some list has which we do not know. */
const LONGEST_CODE = 3

/** A number that is small and one that is not; they differ from all that is likely to stand elsewhere. */
const NUMBERS: readonly string[] = ['1', '987654']
const DAYS: readonly string[] = ['19010101', '20991231']
const TIMES: readonly string[] = ['0000', '2359']
/** Units are too many to try each; two that measure different things will do, for they are only compared. */
const UNIT_LIST = 200
const UNITS: readonly string[] = ['EA', 'LB']

/** What an element of this type and list can be: `'R 1/15 quantity ordered'`, `'n..15 quantity'`. */
function valuesOf(element: string | undefined, list: string | undefined): readonly string[] | undefined {
  if (list !== undefined) {
    const codes = list.split(/\s+/).filter(Boolean)
    return codes.length > UNIT_LIST ? UNITS : codes
  }
  const type = element?.split(' ')[0] ?? ''
  if (type === 'DT') return DAYS
  if (type === 'TM') return TIMES
  if (/^(?:R|N\d?|n(?:\.\.)?\d+)$/.test(type)) return NUMBERS
  const isName = type === 'AN' || Number(/^an(?:\.\.)?(\d+)$/.exec(type)?.[1] ?? 0) > LONGEST_CODE
  return isName ? NAMES : undefined
}

/** The element of DTM that holds a date, whose form another component says. */
const PERIOD = '2380'

function daysLike(form: string): readonly string[] | undefined {
  if (form === '102') return DAYS
  if (form === '203') return DAYS.map((day) => `${day}0000`)
  if (form === '204') return DAYS.map((day) => `${day}000000`)
  if (form === '101') return DAYS.map((day) => day.slice(2))
  if (form === '201') return DAYS.map((day) => `${day.slice(2)}0000`)
  return undefined
}
