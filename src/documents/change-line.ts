import Type, { type Static } from 'typebox'
import { type DocumentFault, documentFault } from './faults.ts'
import { mayRepeat } from './line-checks.ts'
import { identifier, itemMembers, oneOf, possible, priceSchema, unit } from './shapes.ts'

/** What happens to a line (X12 670) in words. */
export const CHANGES = {
  AI: 'add',
  CA: 'change',
  CT: 'changeDates',
  DI: 'delete',
  NC: 'unchanged',
  PC: 'changePrice',
  PQ: 'changePriceAndQuantity',
  PR: 'changePriceAndReschedule',
  QD: 'decrease',
  QI: 'increase',
  RA: 'changeTransport',
  RB: 'replaceDates',
  RC: 'rejectChange',
  RE: 'replaceItem',
  RQ: 'rescheduleAndChangeQuantity',
  RS: 'reschedule',
  RZ: 'replace',
} as const

/** What happens to a line, in words. */
export type LineChangeKind = (typeof CHANGES)[keyof typeof CHANGES]

const optional = Type.Optional

/** What a line of an order change says of its order line: which one, what happens to it, and how much there is of it then. */
export const changeLineMembers = {
  line: optional(identifier(20, 'The line number of the order; without it the item numbers say which line is meant')),
  change: oneOf(Object.values(CHANGES), 'X12 670 in words'),
  quantity: optional(possible()),
  leftToReceive: optional(possible()),
  uom: optional(unit()),
  price: optional(priceSchema),
  ...itemMembers,
}

const changeLine = Type.Object(changeLineMembers)
export type ChangeLine = Static<typeof changeLine>

const NEEDS_QUANTITY: ReadonlySet<LineChangeKind> = new Set<LineChangeKind>([
  'add',
  'changePriceAndQuantity',
  'decrease',
  'increase',
  'rescheduleAndChangeQuantity',
  'replace',
])
const NEEDS_PRICE: ReadonlySet<LineChangeKind> = new Set<LineChangeKind>([
  'changePrice',
  'changePriceAndQuantity',
  'changePriceAndReschedule',
])

/** What must hold of the lines of an order change: each says which line it means, and what its kind of change needs. */
export function changeLineFaults(lines: readonly ChangeLine[], faults: DocumentFault[]): void {
  const seen = mayRepeat(lines) ? new Set<string>() : undefined
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] as ChangeLine
    const missing = (what: string) => faults.push(documentFault('MISSING', { pointer: `/lines/${at}` }, [what]))
    if (line.line === undefined && line.sku === undefined && line.ids === undefined) missing('The line or its item')
    if (line.line !== undefined && seen?.has(line.line)) {
      faults.push(documentFault('LINE_REPEATED', { pointer: `/lines/${at}/line` }, [line.line]))
    }
    if (line.line !== undefined) seen?.add(line.line)
    const hasQuantity = line.quantity !== undefined || line.leftToReceive !== undefined
    if (NEEDS_QUANTITY.has(line.change) && !hasQuantity) missing('The quantity')
    if (hasQuantity && line.uom === undefined) missing('The unit of measure')
    if (NEEDS_PRICE.has(line.change) && line.price === undefined) missing('The price')
  }
}
