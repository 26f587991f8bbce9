/** What one evaluation of an expression may take. */
export interface ExpressionLimits {
  /** It is cut off after so much time of a processor: a busy machine makes no document wrong. */
  readonly ms: number
  readonly megabytes: number
  /** How deep calls may go. */
  readonly depth: number
  /** The longest list it may make on its way. */
  readonly items: number
  /** How much it may make in the end, and how deep that may be nested. */
  readonly characters: number
  readonly nesting: number
  /** The longest text a regular expression is matched against. */
  readonly matched: number
}

export const EXPRESSION_LIMITS: ExpressionLimits = {
  ms: 2_000,
  megabytes: 128,
  depth: 2_000,
  items: 200_000,
  characters: 16_777_216,
  nesting: 64,
  matched: 16_384,
}

/** Members that a map never makes: they mean something to JavaScript. */
export const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** One evaluation: the source as JSON, and the time at which it came. */
export interface Task {
  readonly source: string
  readonly at: number
}

/** What came of it: what it made, as JSON; nothing; which limit it ran into; or what went wrong, and where in the text. */
export type Said =
  | { readonly made: string }
  | { readonly nothing: true }
  | { readonly limit: string }
  | { readonly message: string; readonly position?: number }

/** What the thread tells after each evaluation, and before the first: what came of it, and how much it has worked in all. */
export interface Told {
  readonly said?: Said
  readonly workedMs: number
}
