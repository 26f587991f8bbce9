import type { TSchema } from 'typebox'
import type { Duration } from '../base/duration.ts'
import type { Money } from '../base/money.ts'
import type { EdifactMessage } from '../edi/edifact/reading.ts'
import type { X12Set } from '../edi/x12/reading.ts'
import type { Reading } from './faults.ts'
import type { JsonReader } from './json-form.ts'
import type { MessageSegment } from './message-writing.ts'
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
  /** Its form in EDIFACT, where it has one. */
  readonly edifact?: EdifactParts<T>
  /**
   * What tells it from every other of its type that its sender makes: another envelope does not change it. Undefined for
   * one without a number of its own: it is known by its content.
   */
  readonly keyOf: (document: T) => BusinessKey | undefined
  /**
   * The business objects it speaks of, the first of them its own: documents about one object stay in order, and answer
   * each other. `[['order', '4711']]`
   */
  readonly about: (document: T) => readonly BusinessKey[]
}

/** A business identity in parts; a part that is not said counts as empty. */
export type BusinessKey = readonly (string | undefined)[]

/** The EDIFACT form of a document type. */
export interface EdifactParts<T> {
  /** The message, `'ORDERS'`. */
  readonly message: string
  /** The directories its reader and writer follow, the one it writes first: `['D.96A', 'D.01B']`. */
  readonly versions: readonly string[]
  readonly read: (message: EdifactMessage, syntax?: PartnerSyntax) => Reading<T>
  /**
   * The body of the message, without UNH and UNT. What the message has no place for is left out; text that is longer than
   * its place is refused or cut, as the partner allows.
   */
  readonly write: (document: T, syntax?: PartnerSyntax) => MessageSegment[]
}

/** What a partner's clock may be counted from: the receipt of its order, or the moment a shipment left. */
export type ClockStart = 'order.received' | 'shipment.dispatched'

/** More about an expectation. */
export interface ExpectationOptions {
  /** What the clock is counted from. Default: `order.received`. */
  readonly after?: ClockStart
  /** How long before its time a person hears of it. Default: a quarter of the time. */
  readonly warn?: Duration
  /** What the partner deducts for each one that comes late or never. */
  readonly penalty?: Money
}

/** A time that nobody has said yet: the configuration can be read with it, and the hub does not open. */
export type StillOpen = 'OPEN'

/** A document that a partner expects, and by when: within a time, counted from an event. */
export interface Expectation extends ExpectationOptions {
  readonly document: { readonly name: string }
  readonly within: Duration
}

/** What a partner's answer is counted from, and how. */
export interface OwingOptions extends Pick<ExpectationOptions, 'warn'> {
  /** The document of ours that it answers. */
  readonly after: { readonly name: string }
}

/** A document that a partner owes us, and by when: within a time, counted from a document of ours. */
export interface Owing extends OwingOptions {
  readonly document: { readonly name: string }
  readonly within: Duration
}

/** A document that is handed on to a system as it is understood, beside whatever the hub itself does with it. */
export interface Relay {
  readonly document: { readonly name: string }
  readonly to: string
}

/** A document type as a value: what partners send and expect in the configuration. */
export interface DocumentType<T = unknown> extends DocumentParts<T> {
  /**
   * Says by when a partner owes us this document, as the answer to one of ours.
   *
   * @example
   * tenderResponse.within('1h', { after: loadTender })
   */
  within(duration: Duration | StillOpen, more: OwingOptions): Owing
  /**
   * Says by when a partner expects this document.
   *
   * @example
   * shipNotice.within('1h', { after: 'shipment.dispatched', penalty: { amount: '150.00', currency: 'USD' } })
   */
  within(duration: Duration | StillOpen, more?: ExpectationOptions): Expectation
  /**
   * Names the system that this document is handed on to.
   *
   * @example
   * remittanceAdvice.to('erp')
   */
  to(system: string): Relay
}

/** Makes a document type of its parts. */
export function defineDocument<T>(parts: DocumentParts<T>): DocumentType<T> {
  const type: DocumentType<T> = {
    ...parts,
    within: (duration: Duration | StillOpen, more: object = {}): never =>
      ({ ...more, document: type, within: duration }) as never,
    to: (system) => ({ document: type, to: system }),
  }
  return type
}
