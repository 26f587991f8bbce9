import Type, { type Static, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import Format from 'typebox/format'
import { isDate, isTime } from './calendar.ts'
import { hasCheckDigit } from './check-digit.ts'
import { type DocumentFault, type DocumentFaultName, documentFault, MOST_FAULTS, type Reading } from './faults.ts'
import { COUNTED, type FigureRule, figure, isOrdinary, MONEY, POSSIBLE, SIGNED } from './figures.ts'
import { quickCheck, type Shape } from './quick-check.ts'
import { composed, identifierFault, textFault } from './text.ts'
import { isUnit, unitFrom } from './units.ts'

/** What is wrong with a text under a format: the fault and its particulars; `change` is the form it should have. */
interface FormatAnswer {
  readonly fault?: DocumentFaultName
  readonly about?: readonly string[]
  readonly change?: string
}

const FINE: FormatAnswer = {}

function figureFormat(rule: FigureRule): (text: string) => FormatAnswer {
  return (text) => {
    if (isOrdinary(text, rule)) return FINE
    const found = figure(text, rule)
    if (found.fault) return found
    return found.text === text ? FINE : { fault: 'NUMBER_MALFORMED', about: [text] }
  }
}

function textFormat(fault: (text: string) => DocumentFaultName | undefined): (text: string) => FormatAnswer {
  return (text) => {
    const found = fault(text)
    if (found) return { fault: found }
    const form = composed(text)
    return form === text ? FINE : { change: form }
  }
}

/** The formats that document schemas name, each with what is wrong with a text under it. */
const FORMATS: Readonly<Record<string, (text: string) => FormatAnswer>> = {
  'quantity-counted': figureFormat(COUNTED),
  'quantity-possible': figureFormat(POSSIBLE),
  'quantity-signed': figureFormat(SIGNED),
  price: figureFormat(POSSIBLE),
  'price-signed': figureFormat(SIGNED),
  amount: figureFormat(MONEY),
  date: (text) => (isDate(text) ? FINE : { fault: 'DATE_INVALID', about: [text] }),
  'time-of-day': (text) => (isTime(text) ? FINE : { fault: 'TIME_INVALID', about: [text] }),
  unit: (text) => {
    if (isUnit(text)) return FINE
    const change = unitFrom(text)
    return change ? { change } : { fault: 'UNIT_UNKNOWN', about: [text] }
  },
  text: textFormat(textFault),
  identifier: textFormat(identifierFault),
  'gs1-key': (text) => (hasCheckDigit(text) ? FINE : { fault: 'CHECK_DIGIT', about: [text] }),
}

const FIGURE_FORMATS = new Set([
  'quantity-counted',
  'quantity-possible',
  'quantity-signed',
  'price',
  'price-signed',
  'amount',
])

for (const [name, answer] of Object.entries(FORMATS)) {
  Format.Set(name, (text) => {
    const { fault, change } = answer(text)
    return fault === undefined && change === undefined
  })
}

/** The names of our formats and whether a text fits: for validators other than ours, such as the gateway's. */
export const documentFormats: Readonly<Record<string, (text: string) => boolean>> = Object.fromEntries(
  Object.keys(FORMATS).map((name) => [name, (text: string) => Format.Test(name, text)]),
)

/** A check across members: the faults, with pointers into the document, of one that fits its schema. */
export type DocumentCheck<T> = (document: T) => readonly DocumentFault[]

/** Reads a value that JSON.parse made. */
export type JsonReader<T> = (value: unknown) => Reading<T>

/**
 * A reader for the JSON form of a document. What fits is answered as it came; otherwise every fault is listed at once,
 * each with its RFC 6901 pointer. Text is put into NFC and units of Rec 20 into X12 355; nothing else is changed.
 */
export function jsonReader<S extends TSchema>(schema: S, check: DocumentCheck<Static<S>>): JsonReader<Static<S>> {
  const compiled = Compile(schema)
  return (value) => {
    let document = value as Static<S>
    if (!compiled.Check(value)) {
      const faults: DocumentFault[] = []
      document = walked(schema as unknown as Shape, value, '', faults) as Static<S>
      if (faults.length > 0) return { faults }
    }
    return judged(document, check(document))
  }
}

/** A document with what its checks found: refused for a fault, accepted with warnings. */
export function judged<T>(document: T, found: readonly DocumentFault[]): Reading<T> {
  if (found.length === 0) return { document, warnings: found }
  const faults = found.filter((fault) => fault.severity !== 'warning')
  return faults.length > 0 ? { faults } : { document, warnings: found }
}

function add(faults: DocumentFault[], pointer: string, name: DocumentFaultName, about: readonly string[] = []): void {
  if (faults.length < MOST_FAULTS) faults.push(documentFault(name, { pointer }, about))
  else if (faults.length === MOST_FAULTS) {
    faults.push(documentFault('FAULTS_TOO_MANY', { pointer: '' }, [String(MOST_FAULTS)]))
  }
}

function walked(shape: Shape, value: unknown, pointer: string, faults: DocumentFault[]): unknown {
  if (faults.length > MOST_FAULTS) return value
  if (shape.anyOf) return walkedChoice(shape.anyOf, value, pointer, faults)
  if (shape.type === 'object') return walkedObject(shape, value, pointer, faults)
  if (shape.type === 'array') return walkedArray(shape, value, pointer, faults)
  if (shape.type === 'string') return walkedText(shape, value, pointer, faults)
  if (shape.type === 'boolean' && typeof value !== 'boolean') add(faults, pointer, 'WRONG_TYPE', ['true or false'])
  return value
}

function walkedChoice(choices: readonly Shape[], value: unknown, pointer: string, faults: DocumentFault[]): unknown {
  if (choices.some((choice) => choice.const === value)) return value
  const allowed = choices.map((choice) => JSON.stringify(choice.const)).join(', ')
  add(faults, pointer, 'WRONG_TYPE', [`one of ${allowed}`])
  return value
}

function walkedObject(shape: Shape, value: unknown, pointer: string, faults: DocumentFault[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    add(faults, pointer, 'WRONG_TYPE', ['an object'])
    return value
  }
  const members = value as Record<string, unknown>
  const properties = shape.properties ?? {}
  const result: Record<string, unknown> = {}
  for (const name of Object.keys(members)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    const place = `${pointer}/${pointerToken(name)}`
    if (property) result[name] = walked(property, members[name], place, faults)
    else add(faults, place, 'UNKNOWN_FIELD')
  }
  for (const name of shape.required ?? []) {
    if (!Object.hasOwn(members, name)) add(faults, `${pointer}/${name}`, 'MISSING', [name])
  }
  return result
}

const LONGEST_NAME = 64

function pointerToken(name: string): string {
  const plain = name.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '\ufffd').slice(0, LONGEST_NAME)
  return plain.replaceAll('~', '~0').replaceAll('/', '~1')
}

function walkedArray(shape: Shape, value: unknown, pointer: string, faults: DocumentFault[]): unknown {
  if (!Array.isArray(value)) {
    add(faults, pointer, 'WRONG_TYPE', ['a list'])
    return value
  }
  const isLines = pointer === '/lines'
  if (value.length < (shape.minItems ?? 0)) add(faults, pointer, isLines ? 'LINES_NONE' : 'MISSING', [pointer])
  if (shape.maxItems !== undefined && value.length > shape.maxItems) {
    add(faults, pointer, 'LINES_TOO_MANY', [String(shape.maxItems)])
    return value
  }
  return value.map((item, at) => walked(shape.items as Shape, item, `${pointer}/${at}`, faults))
}

function walkedText(shape: Shape, value: unknown, pointer: string, faults: DocumentFault[]): unknown {
  if (typeof value !== 'string') {
    add(faults, pointer, ...wrongText(shape, value))
    return value
  }
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern, format } = shape
  if (value.length < minLength || value.length > maxLength) {
    add(faults, pointer, 'TEXT_LENGTH', [String(minLength), String(maxLength)])
    return value
  }
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) {
    add(faults, pointer, 'CODE_UNKNOWN', [value, `text of the form ${pattern}`])
    return value
  }
  const answer = format === undefined ? FINE : (FORMATS[format]?.(value) ?? FINE)
  if (answer.fault) add(faults, pointer, answer.fault, answer.about)
  return answer.change ?? value
}

function wrongText(shape: Shape, value: unknown): [DocumentFaultName, string[]] {
  const isFigure = shape.format !== undefined && FIGURE_FORMATS.has(shape.format)
  if (typeof value !== 'number' || !isFigure) return ['WRONG_TYPE', ['text']]
  // JSON.parse has already rounded such a number, and nobody can tell from what
  const isLost = !Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER || Object.is(value, -0)
  return isLost
    ? ['NUMBER_OUT_OF_RANGE', [String(value), 'numbers that JSON keeps exact; send it as text']]
    : ['NUMBER_NOT_TEXT', []]
}

/** An object that refuses members it does not know. */
export const closed = <P extends Parameters<typeof Type.Object>[0]>(properties: P, description?: string) =>
  Type.Object(properties, { additionalProperties: false, ...(description ? { description } : {}) })

/** A question about a value that a reader of ours made: what of it does not fit the schema. */
export type Fits = (value: unknown, isPlain: boolean) => readonly DocumentFault[]

/**
 * Asks whether a value that a reader made fits the schema: what comes from EDIFACT may be longer than X12 lets it be.
 * A reader makes no members that nobody knows, and of `isPlain` text no letters that do not belong: that is not asked. Compiled on first use.
 */
export function schemaFaults(schema: TSchema): Fits {
  let plain: ((value: unknown) => boolean) | undefined
  let any: ((value: unknown) => boolean) | undefined
  return (value, isPlain) => {
    if (isPlain) {
      plain ??= quickCheck(schema as unknown as Shape, TEXT_FORMATS)
      if (plain(value)) return NO_FAULTS
    }
    any ??= looseCheck(schema)
    if (any(value)) return NO_FAULTS
    const faults: DocumentFault[] = []
    walked(schema as unknown as Shape, value, '', faults)
    // a label is on the goods whatever it says: readers warn of its check digit themselves
    return faults.filter(({ code }) => code !== 'XD_DOCUMENTS_CHECK_DIGIT')
  }
}

const NO_FAULTS: readonly DocumentFault[] = []
const TEXT_FORMATS: ReadonlySet<string> = new Set(['text', 'identifier'])

/** The schema, open to members it does not know. */
function looseCheck(schema: TSchema): (value: unknown) => boolean {
  const open = JSON.parse(JSON.stringify(schema), (member, value) =>
    member === 'additionalProperties' ? undefined : value,
  ) as TSchema
  const compiled = Compile(open)
  return (value) => compiled.Check(value)
}
