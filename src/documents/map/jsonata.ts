import { readFileSync } from 'node:fs'
import { DOCUMENT_FAULTS } from '../faults.ts'
import { EXPRESSION_LIMITS, type ExpressionLimits, type Said } from './jsonata-task.ts'
import { checkText, placeIn } from './jsonata-text.ts'
import { ExpressionThread } from './jsonata-thread.ts'
import { type MapFault, type Mapped, versionOf } from './map.ts'
import type { Condition, MapExample } from './rules.ts'

/** An expression as it is declared: its text, or the file that has it. */
export type JsonataDeclaration = {
  readonly name: string
  /** Which documents it is for, where a system sends several kinds; absent: all. */
  readonly when?: Condition
  /** What it must make of what; `crossdock map test` runs them. */
  readonly examples?: readonly MapExample[]
  /** What one evaluation may take, where that differs from {@link EXPRESSION_LIMITS}. */
  readonly limits?: Partial<ExpressionLimits>
} & ({ readonly text: string } | { readonly file: URL })

/** A map in JSONata that is ready. */
export interface JsonataMap<T = unknown> {
  readonly name: string
  readonly when?: Condition
  readonly text: string
  readonly examples?: readonly MapExample[]
  /** Digest of its text. */
  readonly version: string
  /** Makes the target of a source that came at a time, in milliseconds since 1970: what the expression calls `$now()`. */
  run(source: unknown, at: number): Promise<Mapped<T>>
}

/**
 * Declares a map as an expression in JSONata. It is read, and held to what is allowed, when it is declared; it is evaluated in a thread
 * of its own, within limits of time, memory, depth and size.
 *
 * @example
 * const toOrder = jsonata({
 *   name: 'shop order',
 *   text: `{
 *     "number": $string(id),
 *     "currency": "EUR",
 *     "lines": [items.{ "line": $string($position), "sku": article, "quantity": $string(pieces), "uom": "EA" }]
 *   }`,
 * })
 */
export function jsonata<T = unknown>(declaration: JsonataDeclaration): JsonataMap<T> {
  const { name, when, examples } = declaration
  const text = 'text' in declaration ? declaration.text : readFileSync(declaration.file, 'utf8')
  checkText(name, text)
  const thread = new ExpressionThread(text, { ...EXPRESSION_LIMITS, ...declaration.limits })
  return {
    name,
    text,
    ...(when ? { when } : {}),
    ...(examples ? { examples } : {}),
    version: versionOf(text),
    run: async (source, at) => {
      const said = await thread.evaluate({ source: JSON.stringify(source ?? null), at })
      return 'made' in said ? { value: JSON.parse(said.made) as T } : { faults: [faultIn(said, text)] }
    },
  }
}

/** A fault of the expression as a whole: where in its text, as far as that is known. */
function faultIn(said: Exclude<Said, { made: string }>, text: string): MapFault {
  const fault = (kind: keyof typeof DOCUMENT_FAULTS, about: string): MapFault => {
    const row = DOCUMENT_FAULTS[kind] as { says: (about: string) => string }
    return { code: `XD_DOCUMENTS_${kind}`, pointer: '', source: '', detail: row.says(about) }
  }
  if ('nothing' in said) return fault('MISSING', 'What the expression makes')
  if ('limit' in said) return fault('EXPRESSION_CUT_OFF', said.limit)
  const why = said.message.replace(/\.$/, '')
  return fault('EXPRESSION_FAILED', said.position === undefined ? why : `${placeIn(text, said.position)}: ${why}`)
}
