/** What tells a document from every other of its sender, whatever envelope it comes in. */
import { keyHash } from '../base/ids.ts'
import type { BusinessKey, DocumentType } from './document.ts'

/** A document as duplicates are told by it. */
export interface BusinessIdentity {
  readonly parts: readonly string[]
  /** What must be the same when the same comes again. */
  readonly content: string
}

/** Purposes with which a document stands for itself; a declared copy stands for its original. */
const FIRST = new Set([undefined, 'original', 'new', 'duplicate'])

/**
 * The identity of a document. Two originals of one number with the same content are a repeat, with other content a
 * possible duplicate. A replacement, a change or a confirmation speaks of a number that is known: it is itself by what it
 * says; a cancellation by its number alone. What has no number is known by its content.
 */
export function businessIdentity(type: Pick<DocumentType, 'keyOf'>, document: unknown): BusinessIdentity {
  const { purpose, ...said } = document as { readonly purpose?: string }
  const content = sortedText(said)
  const key = type.keyOf(document)?.map((part) => part ?? '')
  const digest = () => keyHash(content).toString('hex')
  if (key === undefined) return { parts: ['', purpose ?? '', digest()], content }
  if (FIRST.has(purpose)) return { parts: key, content }
  if (purpose === 'cancel') return { parts: [...key, purpose], content: purpose }
  return { parts: [...key, purpose as string, digest()], content }
}

/** The same text for the same members, in whatever order they were written. */
function sortedText(value: unknown): string {
  return JSON.stringify(value, (_name, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  )
}

const LONGEST = 80
const PLAIN = /^[!"$-.0-~]+$/ // neither a slash nor what begins a fragment

/**
 * A key as one short word: parts that can stand in an address and a header stay readable, others are told by their hash.
 *
 * @example
 * keyText(['4711', '']) // '4711'
 */
export function keyText(key: BusinessKey): string {
  const text = key.join('/').replace(/\/+$/, '')
  if (text.length <= LONGEST && key.every((part) => !part || PLAIN.test(part))) return text
  return `~${keyHash(...key.map((part) => part ?? '')).toString('hex')}`
}
