import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Settings } from 'typebox/system'
import type { FieldFault } from '../base/errors.ts'
import { errors } from './errors.ts'

/** Faults that are listed at most. */
const MOST_FAULTS = 100
const LONGEST_POINTER = 200

// TypeBox lists eight and stops; a sender who mends eight faults to be told of eight more has a right to be angry.
Settings.Set({ maxErrors: 2 * MOST_FAULTS })

/** A compiled schema: answers the faults of a value, an empty list when it fits. */
export type Check = (value: unknown) => readonly FieldFault[]

interface SchemaError {
  readonly keyword: string
  readonly instancePath: string
  readonly params: object
  readonly message: string
}

const NO_FAULTS: readonly FieldFault[] = []

/** Compiles a schema once; a value that fits costs one call of the generated function. */
export function checkFor(schema: TSchema): Check {
  const validator = Compile(schema)
  return (value) => (validator.Check(value) ? NO_FAULTS : faultsFrom(validator.Errors(value) as readonly SchemaError[]))
}

function faultsFrom(found: readonly SchemaError[]): FieldFault[] {
  const choices = choicesIn(found)
  const told = new Set<string>()
  return found
    .flatMap((error) => {
      const choice = choices.get(error.instancePath)
      if (!choice || (error.keyword !== 'const' && error.keyword !== 'anyOf')) return faultsOf(error)
      if (told.has(error.instancePath)) return []
      told.add(error.instancePath)
      return [fault(error.instancePath, `must be ${choice.length > 1 ? 'one of ' : ''}${choice.join(', ')}`, 'INVALID')]
    })
    .slice(0, MOST_FAULTS)
}

/** What could have stood at a place: TypeBox says of each choice by itself that it is not the one. */
function choicesIn(found: readonly SchemaError[]): ReadonlyMap<string, readonly string[]> {
  const choices = new Map<string, string[]>()
  for (const { keyword, instancePath, params } of found) {
    if (keyword !== 'const') continue
    const so = choices.get(instancePath) ?? []
    choices.set(instancePath, [...so, String((params as { allowedValue: unknown }).allowedValue)])
  }
  return choices
}

function faultsOf({ keyword, instancePath, params, message }: SchemaError): FieldFault[] {
  const named = params as { additionalProperties?: string[]; requiredProperties?: string[] }
  const at = (name: string) => `${instancePath}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
  if (keyword === 'boolean') return [] // said again by additionalProperties, of the object it is in
  if (keyword === 'additionalProperties')
    return (named.additionalProperties ?? []).map((name) => fault(at(name), 'is not known here', 'UNKNOWN_FIELD'))
  if (keyword === 'required')
    return (named.requiredProperties ?? []).map((name) => fault(at(name), 'is missing', 'MISSING'))
  return [fault(instancePath, message, 'INVALID')]
}

function fault(pointer: string, detail: string, code: string): FieldFault {
  return { pointer: pointer.slice(0, LONGEST_POINTER), detail, code }
}

/** Throws the error for a body with these faults, if there are any. */
export function refuseBody(faults: readonly FieldFault[]): void {
  if (faults.length === 0) return
  throw bodyError(faults)
}

/** `XD_GATEWAY_UNKNOWN_FIELD` when all that is wrong are unknown members, else `XD_GATEWAY_BODY_INVALID`. */
export function bodyError(faults: readonly FieldFault[]) {
  const isOnlyUnknown = faults.every(({ code }) => code === 'UNKNOWN_FIELD')
  return isOnlyUnknown ? errors.UNKNOWN_FIELD.with(faults) : errors.BODY_INVALID.with(faults)
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, MemberSchema>>
  readonly required?: readonly string[]
}

interface MemberSchema {
  readonly type?: string
  readonly items?: MemberSchema
  readonly default?: unknown
}

/**
 * Reads query members as a schema means them: numbers and booleans from text, arrays from repeats or commas, defaults
 * where absent. Throws `XD_GATEWAY_QUERY_INVALID` with what does not fit; nothing is cut or guessed.
 */
export function queryReader(
  schema: TSchema | undefined,
): (raw: Readonly<Record<string, unknown>>) => Record<string, unknown> {
  const properties = (schema as ObjectSchema | undefined)?.properties ?? {}
  const check = schema ? checkFor({ ...schema, additionalProperties: false } as TSchema) : undefined
  return (raw) => {
    const query: Record<string, unknown> = {}
    const odd = Object.keys(raw).filter((name) => hasControl(raw[name]))
    if (odd.length > 0)
      throw errors.QUERY_INVALID.with(odd.map((name) => fault(`/${name}`, 'has control characters', 'INVALID')))
    for (const [name, text] of Object.entries(raw)) query[name] = valueFrom(text, properties[name])
    for (const [name, member] of Object.entries(properties)) {
      if (query[name] === undefined && member.default !== undefined) query[name] = member.default
    }
    const faults = check
      ? check(query)
      : Object.keys(query).map((name) => fault(`/${name}`, 'is not known here', 'UNKNOWN_FIELD'))
    if (faults.length > 0) throw errors.QUERY_INVALID.with(faults)
    return query
  }
}

/** Control characters mean nothing in a query, and PostgreSQL refuses U+0000 in a text. */
function hasControl(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasControl)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return typeof value === 'string' && /[\u0000-\u001f\u007f]/.test(value)
}

function valueFrom(text: unknown, member: MemberSchema | undefined): unknown {
  if (member?.type === 'array') {
    const texts = Array.isArray(text) ? text : String(text).split(',')
    return texts.map((one) => valueFrom(one, member.items))
  }
  if (typeof text !== 'string') return text
  if (member?.type === 'integer') return /^-?\d{1,15}$/.test(text) ? Number(text) : text
  if (member?.type === 'number') return /^-?\d{1,15}(\.\d{1,9})?$/.test(text) ? Number(text) : text
  if (member?.type === 'boolean') return text === 'true' || text === '' ? true : text === 'false' ? false : text
  return text
}
