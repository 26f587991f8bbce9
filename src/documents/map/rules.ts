import { namesOf } from './path.ts'

/**
 * A place in JSON: an RFC 6901 pointer. Inside a loop it begins at the element; `^/currency` begins at the whole
 * document.
 */
export type Path = `/${string}` | `^/${string}`

/** Whether a rule applies. */
export type Condition =
  | { readonly at: Path; readonly is: string | number | boolean | readonly (string | number | boolean)[] }
  | { readonly at: Path; readonly exists: boolean }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }

/** Whether a condition holds of a whole document. */
export function holds(condition: Condition, document: unknown): boolean {
  if ('all' in condition) return condition.all.every((one) => holds(one, document))
  if ('any' in condition) return condition.any.some((one) => holds(one, document))
  if ('not' in condition) return !holds(condition.not, document)
  const value = valueAt(document, condition.at)
  if ('exists' in condition) return (value !== undefined && value !== null) === condition.exists
  return Array.isArray(condition.is) ? condition.is.includes(value) : value === condition.is
}

function valueAt(document: unknown, path: Path): unknown {
  let value = document
  for (const name of namesOf(path.replace(/^\^/, '')) ?? []) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}

/** Where a value comes from: a place, a constant, several places put together, or its number in the loop (from 1). */
export type Source =
  | { readonly from: Path }
  | { readonly value: string | number | boolean | null }
  | { readonly join: readonly Path[]; readonly with?: string }
  | { readonly count: true }

/** What becomes of a value on its way; done in this order. */
export interface Steps {
  /** Blanks around a text are dropped, and a text of nothing else is no value. */
  readonly trim?: boolean
  /** One part of a text, from 0; below zero from the end. */
  readonly split?: { readonly by: string; readonly part: number }
  /** Other words for the same thing. What is not in the list is a fault, unless it may be kept. */
  readonly lookup?: Readonly<Record<string, string>>
  readonly keepsOthers?: boolean
  /** Another unit: the number times so many, divided by so many. Exact; at most `places` behind the point. */
  readonly convert?: { readonly times?: number; readonly by?: number; readonly places?: number }
  /** What it must be in the end. Absent: it is taken as it is. */
  readonly as?: 'text' | 'decimal' | 'number' | 'boolean'
  /** Where there is no value. */
  readonly default?: string | number | boolean
  /** No value is a fault. */
  readonly required?: boolean
}

/** One value of the target. */
export type ValueRule = { readonly to: `/${string}`; readonly when?: Condition } & Source & Steps

/** A list of the target: an element for each element of a list of the source that the condition lets through. */
export interface LoopRule {
  readonly to: `/${string}`
  readonly each: Path
  readonly when?: Condition
  /** The list must have an element. */
  readonly required?: boolean
  readonly rules: readonly Rule[]
}

export type Rule = ValueRule | LoopRule

/** What a map makes of something, as its author expects it; `crossdock map test` compares. */
export interface MapExample {
  readonly name: string
  readonly given: unknown
  /** When it came, as ISO 8601; what an expression in JSONata calls `$now()`. 1970 unless it is said. */
  readonly at?: string
  /** What comes of it. */
  readonly makes?: unknown
  /** Or the places of the target that are at fault. */
  readonly faultsAt?: readonly string[]
}
