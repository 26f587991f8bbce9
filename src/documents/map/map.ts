import { hash } from 'node:crypto'
import type { FieldFault } from '../../base/errors.ts'
import { DOCUMENT_FAULTS, type DocumentFaultName, type DocumentFaultRow, MOST_FAULTS } from '../faults.ts'
import { compile } from './compile.ts'
import type { JsonataMap } from './jsonata.ts'
import type { Condition, MapExample, Rule } from './rules.ts'

/** What is wrong with a value: where it should have gone (`pointer`), and where it came from (`source`). */
export interface MapFault extends FieldFault {
  readonly code: string
  readonly source: string
}

/** What a map made: the target, or everything that is wrong. */
export type Mapped<T> =
  | { readonly value: T; readonly faults?: undefined }
  | { readonly value?: undefined; readonly faults: readonly MapFault[] }

/** A map as it is declared. */
export interface MapDeclaration {
  readonly name: string
  /** Which documents it is for, where a system sends several kinds; absent: all. */
  readonly when?: Condition
  readonly rules: readonly Rule[]
  /** What it must make of what; `crossdock map test` runs them. */
  readonly examples?: readonly MapExample[]
}

/** A map that is ready. */
export interface FieldMap<T = unknown> extends MapDeclaration {
  /** Digest of its rules: two maps of one version make the same of the same. */
  readonly version: string
  /** Makes the target of a source. */
  run(source: unknown): Mapped<T>
}

/** A map of either kind; one in JSONata answers later. */
export type AnyMap<T = unknown> = FieldMap<T> | JsonataMap<T>

/** Whether a map answers at once. */
export const isFieldMap = (map: AnyMap): map is FieldMap => 'rules' in map

/** What a map is known by in journals: its name may change, and its examples say nothing. */
export const versionOf = (text: string): string => hash('sha256', text, 'base64url').slice(0, 12)

/**
 * Declares a map from one form of JSON to another. The rules are compiled once, to one function; a fault says where the
 * value should have gone and where it came from.
 *
 * @example
 * const toOrder = map({
 *   name: 'shop order',
 *   rules: [
 *     { to: '/number', from: '/id', as: 'text', required: true },
 *     { to: '/currency', value: 'EUR' },
 *     { to: '/lines', each: '/items', when: { at: '/gift', is: false }, rules: [
 *       { to: '/line', count: true, as: 'text' },
 *       { to: '/uom', from: '/unit', lookup: { PCE: 'EA', KAR: 'CA' } },
 *       { to: '/quantity', from: '/grams', convert: { by: 1000 } },
 *     ] },
 *   ],
 * })
 * toOrder.run({ id: 7, items: [] }).value // { number: '7', currency: 'EUR', lines: [] }
 */
export function map<T = unknown>(declaration: MapDeclaration): FieldMap<T> {
  const make = compile(declaration.name, declaration.rules)
  return {
    ...declaration,
    version: versionOf(JSON.stringify(declaration.rules)),
    run: (source) => {
      const faults: MapFault[] = []
      const value = make(source, (...told) => tell(faults, ...told))
      return faults.length === 0 ? { value: value as T } : { faults }
    },
  }
}

function tell(
  faults: MapFault[],
  name: DocumentFaultName,
  about: readonly string[],
  source: string,
  target: string,
  read: readonly number[],
  written: readonly number[],
): void {
  if (faults.length > MOST_FAULTS) return
  const kind = faults.length === MOST_FAULTS ? 'FAULTS_TOO_MANY' : name
  const particulars = kind === name ? about : [String(MOST_FAULTS)]
  const row: DocumentFaultRow = DOCUMENT_FAULTS[kind]
  faults.push({
    code: `XD_DOCUMENTS_${kind}`,
    pointer: placed(target, written),
    source: placed(source, read),
    detail: row.says(...particulars),
  })
}

/** `/items/*` with the numbers of the elements in it; a path from the whole document has fewer loops in it than there are. */
function placed(pointer: string, indexes: readonly number[]): string {
  const names = pointer.split('/')
  let at = indexes.length - names.filter((name) => name === '*').length
  return names.map((name) => (name === '*' ? String(indexes[at++]) : name)).join('/')
}
