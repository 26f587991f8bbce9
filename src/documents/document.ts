import type { TSchema } from 'typebox'
import type { Duration } from '../base/duration.ts'
import type { X12Set } from '../edi/x12/reading.ts'
import type { Reading } from './faults.ts'
import type { JsonReader } from './json-form.ts'
import type { PartnerSyntax } from './partner-syntax.ts'
import type { Segment } from './set-writing.ts'

/** What a document type is made of. */
export interface DocumentParts<T> {
  /** Kebab-case, as its folder: `purchase-order`. */
  readonly name: string
  /** The X12 set and the functional id of its group (GS01). */
  readonly x12: { readonly set: string; readonly functionalId: string }
  readonly schema: TSchema
  readonly readJson: JsonReader<T>
  readonly readX12: (set: X12Set, syntax?: PartnerSyntax) => Reading<T>
  /** The body of the set as plain segments, without ST and SE. */
  readonly writeX12: (document: T, syntax?: PartnerSyntax) => Segment[]
}

/** A document that a partner expects, and by when: within a time, counted from an event (default: `order.received`). */
export interface Expectation<T = unknown> {
  readonly document: DocumentType<T>
  readonly within: Duration
  readonly after?: string
}

/** A document type as a value: what partners send and expect in the configuration. */
export interface DocumentType<T = unknown> extends DocumentParts<T> {
  /**
   * Says by when a partner expects this document.
   *
   * @example
   * shipNotice.within('1h', { after: 'shipment.dispatched' })
   */
  within(duration: Duration, when?: { readonly after?: string }): Expectation<T>
}

/** Makes a document type of its parts. */
export function defineDocument<T>(parts: DocumentParts<T>): DocumentType<T> {
  const type: DocumentType<T> = {
    ...parts,
    within: (duration, when) => ({ document: type, within: duration, ...(when?.after ? { after: when.after } : {}) }),
  }
  return type
}
