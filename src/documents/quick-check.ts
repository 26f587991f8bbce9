import { isDate, isTime } from './calendar.ts'
import { hasCheckDigit } from './check-digit.ts'
import { COUNTED, type FigureRule, isOrdinary, MONEY, POSSIBLE, SIGNED } from './figures.ts'
import { isCurrency } from './text.ts'
import { isUnit } from './units.ts'

/** What document schemas are made of. */
export interface Shape {
  readonly type?: string
  readonly format?: string
  readonly const?: unknown
  readonly anyOf?: readonly Shape[]
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  readonly items?: Shape
  readonly minItems?: number
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
}

/**
 * Compiles a question that is answered in one pass over a value: does it fit the schema as it stands, every text in its
 * ordinary form? `false` only means that somebody has to look closely. Formats in `unasked` hold already, and members that the
 * schema does not know are not looked for: the value is one that a reader of ours made.
 *
 * It is code that is made here, not a tree of functions: this runs for every member of every document that is read, and a tree
 * costs as much as all the reading.
 */
export function quickCheck(schema: Shape, unasked: ReadonlySet<string>): (value: unknown) => boolean {
  const program: Program = { functions: [], patterns: [], unasked }
  const whole = question(schema, 'value', program)
  const names = Object.keys(ASKED)
  const code = `${program.functions.join('\n')}\nreturn (value) => ${whole}`
  return new Function(...names, 'patterns', code)(...Object.values(ASKED), program.patterns)
}

interface Program {
  readonly functions: string[]
  readonly patterns: RegExp[]
  readonly unasked: ReadonlySet<string>
}

const figureTest = (rule: FigureRule) => (text: string) => isOrdinary(text, rule)

/** Up to `most` letters and digits. */
function isCode(text: string, most: number): boolean {
  const { length } = text
  if (length === 0 || length > most) return false
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at) | 0x20
    if (!(code >= 0x61 && code <= 0x7a) && !(code >= 0x30 && code <= 0x39 && text.charCodeAt(at) === code)) return false
  }
  return true
}

/** What the code may call. */
const ASKED = {
  isCode,
  isCurrency,
  isCounted: figureTest(COUNTED),
  isPossible: figureTest(POSSIBLE),
  isSigned: figureTest(SIGNED),
  isMoney: figureTest(MONEY),
  isDate,
  isTime,
  isUnit,
  hasCheckDigit,
}

/** The question for a format; one without is asked of somebody else. */
const OF_FORMAT: Readonly<Record<string, keyof typeof ASKED>> = {
  'quantity-counted': 'isCounted',
  'quantity-possible': 'isPossible',
  'quantity-signed': 'isSigned',
  price: 'isPossible',
  'price-signed': 'isSigned',
  amount: 'isMoney',
  date: 'isDate',
  'time-of-day': 'isTime',
  unit: 'isUnit',
  'gs1-key': 'hasCheckDigit',
}

const CODE = /^\^\[A-Za-z0-9\]\{1,(\d+)\}\$$/
const NEVER = 'false'

function question(shape: Shape, value: string, program: Program): string {
  if (shape.anyOf) return anyOf(shape.anyOf.map((one) => constant(one, value)))
  if (shape.type === 'object') return `${objectQuestion(shape, program)}(${value})`
  if (shape.type === 'array') return `${listQuestion(shape, program)}(${value})`
  if (shape.type === 'string') return textQuestion(shape, value, program)
  if (shape.type === 'boolean') return `typeof ${value} === 'boolean'`
  return NEVER
}

const anyOf = (questions: readonly string[]): string => `(${questions.join(' || ')})`

const constant = (shape: Shape, value: string): string =>
  'const' in shape ? `${value} === ${JSON.stringify(shape.const)}` : NEVER

function textQuestion(shape: Shape, value: string, program: Program): string {
  const { minLength = 0, maxLength, pattern, format } = shape
  const questions = [`typeof ${value} === 'string'`]
  if (minLength > 0) questions.push(`${value}.length >= ${minLength}`)
  if (maxLength !== undefined) questions.push(`${value}.length <= ${maxLength}`)
  if (pattern !== undefined) questions.push(patternQuestion(pattern, value, program))
  if (format !== undefined && !program.unasked.has(format)) {
    const asked = Object.hasOwn(OF_FORMAT, format) ? OF_FORMAT[format] : undefined
    questions.push(asked === undefined ? NEVER : `${asked}(${value})`)
  }
  return questions.join(' && ')
}

function patternQuestion(pattern: string, value: string, { patterns }: Program): string {
  if (pattern === '^[A-Z]{3}$') return `isCurrency(${value})`
  const most = CODE.exec(pattern)?.[1]
  if (most !== undefined) return `isCode(${value}, ${most})`
  patterns.push(new RegExp(pattern, 'u'))
  return `patterns[${patterns.length - 1}].test(${value})`
}

function objectQuestion(shape: Shape, program: Program): string {
  const required = new Set(shape.required ?? [])
  const members = Object.entries(shape.properties ?? {}).map(([name, member], at) => {
    const asked = question(member, `m${at}`, program)
    const guarded = required.has(name) ? `!(${asked})` : `m${at} !== undefined && !(${asked})`
    return `const m${at} = value[${JSON.stringify(name)}]; if (${guarded}) return false`
  })
  return functionOf(
    ["if (typeof value !== 'object' || value === null || Array.isArray(value)) return false", ...members],
    program,
  )
}

function listQuestion(shape: Shape, program: Program): string {
  const { minItems = 0, maxItems, items = {} } = shape
  const most = maxItems === undefined ? '' : ` || value.length > ${maxItems}`
  return functionOf(
    [
      `if (!Array.isArray(value) || value.length < ${minItems}${most}) return false`,
      `for (let at = 0; at < value.length; at += 1) { const one = value[at]; if (!(${question(items, 'one', program)})) return false }`,
    ],
    program,
  )
}

function functionOf(statements: readonly string[], { functions }: Program): string {
  const name = `f${functions.length}`
  functions.push(`function ${name}(value) {\n${statements.join('\n')}\nreturn true\n}`)
  return name
}
