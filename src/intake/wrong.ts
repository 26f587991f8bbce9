import type { FieldFault } from '../base/errors.ts'
import type { Wrong } from '../lifecycle/events.ts'
import type { OpenedFault, Standard } from './interchange.ts'

/** What differs from document to document, and is no code that somebody could be told the meaning of. */
const NEVER_A_CODE = /_(?:DATE|TIME|NUMBER|TEXT|LINE|COUNT|TOTAL|SPLIT)_|_(?:CHECK_DIGIT|MISSING|DATES_CROSS)$/
const CODE = /^(?=.*[A-Za-z])[\w. -]{1,32}$/

/** The first fault of a JSON document, without the place of its line, and the code that stood there. */
export function wrongIn(document: unknown, faults: readonly FieldFault[]): Wrong | undefined {
  const [first] = faults
  if (!first) return undefined
  const { pointer, code = '' } = first
  const field = pointer.replace(/\/\d+(?=\/|$)/g, '/[]')
  const value = code === '' || NEVER_A_CODE.test(code) ? undefined : valueAt(document, pointer)
  return { code, field, ...(isCode(value) ? { value } : {}) }
}

function valueAt(document: unknown, pointer: string): unknown {
  let value = document
  for (const name of pointer.split('/').slice(1)) value = (value as Record<string, unknown> | null | undefined)?.[name]
  return value
}

/** The first fatal fault of a set or message: segment and element (in EDIFACT and component), and what stood there. */
export function wrongInSet(faults: readonly OpenedFault[], standard: Standard): Wrong | undefined {
  const first = faults.find(({ severity }) => severity === 'fatal') ?? faults[0]
  if (!first) return undefined
  const { code, tag = '', element, component, value } = first
  const inside = standard === 'edifact' && component !== undefined ? `/${component}` : ''
  const field = element === undefined ? tag : `${tag}/${element}${inside}`
  return { code, field, ...(!NEVER_A_CODE.test(code) && isCode(value) ? { value } : {}) }
}

const isCode = (value: unknown): value is string => typeof value === 'string' && CODE.test(value)
