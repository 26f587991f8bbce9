import type { X12Set } from '../../edi/x12/reading.ts'
import type { DocumentFaultRow } from '../faults.ts'

/** Every way in which two documents about the same thing can disagree. The codes are `XD_DOCUMENTS_` and the name. */
export const DISAGREEMENTS = {
  NUMBER_REPEATED: {
    says: (what) => `${what} comes twice.`,
    remedy: 'Give every document a number of its own; a second one under the same number is taken for a repeat.',
  },
  LINE_NOT_ORDERED: {
    says: (line, order) => `${line} is not on ${order}.`,
    remedy: 'Echo the line numbers and items of the order.',
  },
  ITEM_DIFFERS: {
    says: (line, found, order, ordered) => `${line} is ${found}; ${order} has ${ordered}.`,
    remedy: 'Name the item that was ordered, or say in the acknowledgement that it is substituted.',
  },
  UNIT_DIFFERS: {
    says: (line, found, order, ordered) => `${line} is counted in ${found}; ${order} counts it in ${ordered}.`,
    remedy: 'Answer in the unit of the order, or agree on the conversion and say it in the profile.',
  },
  QUANTITY_EXCEEDS: {
    says: (line, found, other, most) => `${line} comes to ${found}; ${other} has ${most}.`,
    remedy: 'Never ship more than was ordered nor bill more than was shipped; agree on it first.',
  },
  QUANTITY_DIFFERS: {
    says: (line, found, other, wanted) => `${line} says ${found}; ${other} says ${wanted}.`,
    remedy: 'Repeat the quantity as it stands in the document that is answered.',
  },
  NOT_COMPLETE: {
    says: (line, found, wanted) => `${line} is said to be complete with ${found} of ${wanted}.`,
    remedy: 'Say in the status of the line that it is short, and whether the rest will follow.',
  },
  NOT_SHIPPED: {
    says: (line) => `${line} is billed, and no ship notice has it.`,
    remedy: 'Send the ship notice before the invoice, and bill what it says.',
  },
  PRICE_DIFFERS: {
    says: (line, found, order, ordered) => `${line} costs ${found}; ${order} has ${ordered}.`,
    remedy: 'Use the price of the order; a change of price is agreed before it is billed.',
  },
  CURRENCY_DIFFERS: {
    says: (found, order, ordered) => `The amounts are ${found}; ${order} is in ${ordered}.`,
    remedy: 'Bill in the currency of the order.',
  },
  TERMS_DIFFER: {
    says: (found, order, ordered) => `It is payable ${found}; ${order} says ${ordered}.`,
    remedy: 'Repeat the terms of the order.',
  },
  AMOUNT_DIFFERS: {
    says: (found, other, agreed) => `The amount is ${found}; ${other} offers ${agreed}.`,
    remedy: 'Bill what was offered; say what is extra as a charge of its own, once it was agreed.',
  },
  DATE_EARLY: {
    says: (what, found, other, date) => `${what} is of ${found}, before ${other} of ${date}.`,
    remedy: 'Correct the date, or send the documents in the order in which things happen.',
  },
  DATE_LATE: {
    says: (what, found, other, date) => `${what} is of ${found}, after ${date}, the last day of ${other}.`,
    remedy: 'Ask for another date before the old one has passed.',
  },
  REFERENCE_DIFFERS: {
    says: (what, found, other, wanted) => `${what} is ${found}; ${other} says ${wanted}.`,
    remedy: 'Repeat the number as it stands in the document that is answered.',
  },
  PLACE_DIFFERS: {
    says: (found, order, ordered) => `It goes to ${found}; ${order} goes to ${ordered}.`,
    remedy: 'Use the address code of the order.',
  },
  CARRIER_DIFFERS: {
    says: (found, other, wanted) => `The carrier is ${found}; ${other} names ${wanted}.`,
    remedy: 'Ship with the carrier that was named, or agree on another one.',
  },
  WAS_DECLINED: {
    says: (load) => `${load} was declined by its carrier.`,
    remedy: 'Ask the carrier which of its two documents is right.',
  },
} as const satisfies Record<string, DocumentFaultRow>

type DisagreementName = keyof typeof DISAGREEMENTS

/** A document among others about the same thing. */
export interface Told<T = unknown> {
  /** The name of its type, `'invoice'`. */
  readonly type: string
  readonly document: T
  /** Where it came from, as its sender knows it: the file. */
  readonly where: string
  /** Its set, where it came in X12: places are then said as its sender counts them. */
  readonly set?: X12Set
}

/** Where a document and another one disagree. */
export interface Disagreement {
  readonly code: string
  readonly detail: string
  readonly remedy: string
  /** The document that says otherwise than the one before it. */
  readonly of: Told
  /** `IT104` */
  readonly place: string
  /** The ordinal of the segment in its set, ST = 1; absent where no set is known. */
  readonly segment?: number
}

/**
 * A place in X12: the segment, which of its kind (from 0), and the element; 0 is the segment itself. `N1[ST]` are only the N1 that
 * begin with ST.
 */
export type At = readonly [tag: string, nth: number, element: number]

/** Says where a document disagrees, in the words of its row. */
export function disagreement(name: DisagreementName, of: Told, at: At, ...particulars: string[]): Disagreement {
  const row: DocumentFaultRow = DISAGREEMENTS[name]
  const [tag, nth, element] = at
  const segment = of.set && segmentAt(of.set, tag, nth)
  return {
    code: `XD_DOCUMENTS_${name}`,
    detail: row.says(...particulars),
    remedy: row.remedy,
    of,
    place: element === 0 ? tag : `${tag}${String(element).padStart(2, '0')}`,
    ...(segment === undefined ? {} : { segment }),
  }
}

/** Positions of the segments of a kind, found once for each set: a document may be wrong in every line. */
const known = new WeakMap<X12Set, Map<string, readonly number[]>>()

function segmentAt(set: X12Set, kind: string, nth: number): number | undefined {
  const kinds = known.get(set) ?? new Map<string, readonly number[]>()
  known.set(set, kinds)
  const positions = kinds.get(kind) ?? positionsOf(set, kind)
  kinds.set(kind, positions)
  return positions[nth]
}

/** The element of the nth segment of a kind that holds this number behind its qualifier; undefined where no set is known. */
export function idElement(
  { set }: Told,
  tag: string,
  nth: number,
  { qualifier, value }: { readonly qualifier: string; readonly value: string },
): number | undefined {
  const position = set && segmentAt(set, tag, nth)
  if (!set || position === undefined) return undefined
  const { segments } = set
  const at = position - 1
  for (let element = 2; element <= segments.count(at); element += 1)
    if (segments.value(at, element) === value && segments.value(at, element - 1) === qualifier) return element
  return undefined
}

function positionsOf({ segments }: X12Set, kind: string): number[] {
  const [tag, qualifier] = kind.split(/[[\]]/)
  const positions: number[] = []
  for (let i = 0; i < segments.length; i += 1) {
    if (segments.tag(i) !== tag || (qualifier !== undefined && segments.at(i, 1) !== qualifier)) continue
    positions.push(segments.position(i))
  }
  return positions
}
