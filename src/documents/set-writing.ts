import { decimal, rounded } from '../base/decimal.ts'
import { defineErrors } from '../base/errors.ts'
import { toX12 } from './calendar.ts'
import { type DocumentFault, documentFault } from './faults.ts'
import type { PartnerSyntax } from './partner-syntax.ts'
import { cutText } from './text.ts'

export const errors = defineErrors('documents', {
  DOES_NOT_FIT: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (places: string) => `Text is longer than its X12 element: ${places}.`,
    remedy: 'Shorten the text, or allow cutting for this partner (cutText).',
  },
  NOT_WHOLE_CENTS: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (amount: string) => `${amount} has parts of a cent, which X12 cannot carry here.`,
    remedy: 'Round the amount by a named rule before the document is made.',
  },
})

/** A segment as plain text: tag first, then the elements. */
export type Segment = string[]

/** A segment without empty elements at its end; nothing when it would have no element at all. */
export function segment(tag: string, ...elements: readonly (string | undefined)[]): Segment {
  const row = [tag, ...elements.map((element) => element ?? '')]
  while (row.length > 1 && row[row.length - 1] === '') row.pop()
  return row
}

/** As {@link segment}, in a list: empty when there is nothing to say. */
export function optionalSegment(tag: string, ...elements: readonly (string | undefined)[]): Segment[] {
  const row = segment(tag, ...elements)
  return row.length > 1 ? [row] : []
}

/** A date or time as X12 writes it. */
export function x12Date(date: string | undefined): string | undefined {
  return date === undefined ? undefined : toX12(date)
}

/** An amount as N2: `'12.50'` is `'1250'`. Throws when it has parts of a cent. */
export function cents(amount: string | undefined): string | undefined {
  if (amount === undefined) return undefined
  const exact = decimal(amount)
  const two = rounded(exact, 2)
  if (exact.scale > 2 && rounded(two, exact.scale).units !== exact.units) throw errors.NOT_WHOLE_CENTS(amount)
  return two.units.toString()
}

/** The partner's own name of a unit. */
export function unitText(unit: string | undefined, syntax: PartnerSyntax): string | undefined {
  if (unit === undefined || syntax.units === undefined) return unit
  const theirs = Object.entries(syntax.units).find(([, ours]) => ours === unit)
  return theirs ? theirs[0] : unit
}

/** Longest text of the elements that carry words (004010), by tag and element. */
const LONGEST: Readonly<Record<string, readonly (number | undefined)[]>> = {
  N1: [undefined, 60, undefined, 80],
  N2: [60, 60],
  N3: [55, 55],
  N4: [30, 2, 15, 3],
  PER: [undefined, 60, undefined, 80, undefined, 80, undefined, 80],
  REF: [undefined, 30, 80],
  N9: [undefined, 30, 45],
  PID: [undefined, undefined, undefined, undefined, 80],
  MSG: [264],
  NTE: [undefined, 80],
  G69: [45],
  TD5: [undefined, undefined, 80, undefined, 35],
  ITD: [
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    80,
  ],
  SAC: [
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    30,
    undefined,
    80,
  ],
  BEG: [undefined, undefined, 22, 30],
  BAK: [undefined, undefined, 22],
  BGN: [undefined, 30, undefined, undefined, undefined, 30],
  BCT: [undefined, 15, 15, 6, undefined, undefined, undefined, undefined, 80],
  L5: [undefined, 50],
  MS1: [30],
  BRA: [30],
  BSR: [undefined, undefined, 30],
  OTI: [undefined, undefined, 30],
  TED: [undefined, 60, undefined, undefined, undefined, undefined, 99, 99],
  BCH: [undefined, undefined, 22, 30, 8],
  BCA: [undefined, undefined, 22, 30, 8, undefined, 45, 30, 30],
  PRF: [22, 30],
  BIG: [undefined, 22, undefined, 22, 30],
  BSN: [undefined, 30],
  W05: [undefined, 22, 22],
  W06: [undefined, 22, undefined, 30, 30, 22],
}

/** The segments with every text inside its element's length: cut where the partner allows it, refused otherwise. */
export function fitted(segments: Segment[], syntax: PartnerSyntax): Segment[] {
  const faults: DocumentFault[] = []
  for (const [at, row] of segments.entries()) fitRow(row, at + 2, syntax, faults)
  if (faults.length > 0) throw errors.DOES_NOT_FIT.with(faults, faults.map((fault) => fault.pointer).join(', '))
  return segments
}

function fitRow(row: Segment, position: number, syntax: PartnerSyntax, faults: DocumentFault[]): void {
  const tag = row[0] as string
  const limits = LONGEST[tag]
  if (!limits) return
  for (const [at, most] of limits.entries()) {
    const text = row[at + 1]
    if (most === undefined || text === undefined || text.length <= most) continue
    const pointer = `/${position}/${tag}/${at + 1}`
    const place = { pointer, segment: position, tag, element: at + 1, value: text }
    if (syntax.cutText) row[at + 1] = cutText(text, most)
    else faults.push(documentFault('TEXT_LENGTH', place, ['1', String(most)]))
  }
}
