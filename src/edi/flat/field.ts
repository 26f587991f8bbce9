import { dateForm, instantForm } from './date-form.ts'
import { errors } from './errors.ts'
import type { CommonLayout, FieldRule } from './layout.ts'
import { numberReader, numberWriter, type ValueFault } from './number-form.ts'

/** A field of a layout made ready: one function reads its text, one writes its value. */
export interface CompiledField {
  readonly name: string
  /** The value, undefined for an empty field that may be; or what is wrong with it. */
  read(text: string): string | undefined | ValueFault
  /** Its text; throws `XD_EDI_FLAT_VALUE` for what does not fit. */
  write(value: string | undefined): string
}

type Reader = (text: string) => string | ValueFault
type Writer = (value: string) => string | undefined

/** Makes a field ready by its rule; what the rule does not say the layout does. */
export function compileField(name: string, rule: FieldRule, layout: CommonLayout): CompiledField {
  const read = withLimits(readerOf(rule, layout), rule)
  const write = writerOf(rule, layout)
  const missing: ValueFault | undefined = rule.required ? { fault: 'MISSING', about: [name] } : undefined
  return {
    name,
    read: (text) => (text === '' ? missing : read(text)),
    write: (value) => {
      if (value === undefined || value === '') return emptyText(name, missing)
      const text = write(value)
      if (text === undefined) throw errors.FLAT_VALUE(name, `“${value}” does not fit its form`)
      return text
    },
  }
}

function emptyText(name: string, missing: ValueFault | undefined): string {
  if (missing) throw errors.FLAT_VALUE(name, 'it must not be empty')
  return ''
}

const asItIs: Reader & Writer = (text: string) => text

function readerOf(rule: FieldRule, layout: CommonLayout): Reader {
  const { type = 'text', places = 0, numbers = layout.numbers } = rule
  if (type === 'integer' || type === 'decimal') return numberReader(numbers, places, type === 'integer')
  const form = dateFormOf(rule, layout)
  if (!form) return asItIs
  return (text) => {
    const read = form.read(text)
    return typeof read === 'string' ? read : { fault: 'DATE_INVALID', about: [text, read.why] }
  }
}

function writerOf(rule: FieldRule, layout: CommonLayout): Writer {
  const { type = 'text', places = 0, numbers = layout.numbers } = rule
  if (type === 'integer' || type === 'decimal') return numberWriter(numbers, places, type === 'integer')
  return dateFormOf(rule, layout)?.write ?? asItIs
}

function dateFormOf({ type, form }: FieldRule, layout: CommonLayout) {
  if (type === 'date') return dateForm(form ?? layout.dates ?? 'YYYY-MM-DD', layout)
  if (type === 'instant') return instantForm(form ?? layout.instants ?? 'YYYY-MM-DDTHH:mm:ssZ', layout)
  return undefined
}

function withLimits(read: Reader, { most, among }: FieldRule): Reader {
  if (most === undefined && among === undefined) return read
  const allowed = among && new Set(among)
  return (text) => {
    if (most !== undefined && text.length > most) return { fault: 'TEXT_LENGTH', about: [String(most)] }
    const value = read(text)
    if (typeof value !== 'string' || !allowed || allowed.has(value)) return value
    return { fault: 'CODE_UNKNOWN', about: [value, [...allowed].join(', ')] }
  }
}
