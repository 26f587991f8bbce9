import type { MessageSegment } from '../message-writing.ts'
import { orderAcknowledgement } from '../order-acknowledgement/index.ts'
import type { OrderAcknowledgement, OrderAcknowledgementLine } from '../order-acknowledgement/schema.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import type { ChangeAnswerLine, OrderChangeAcknowledgement } from './schema.ts'

const { versions = [] } = orderAcknowledgement.edifact ?? {}

/**
 * The answer to ORDCHG. EDIFACT has one response to an order and to its changes: ORDRSP, which is read as the answer to the
 * order. RFF+PP says which change it is about.
 */
export const changeResponse = { message: 'ORDRSP', versions, write: writeChangeResponseEdifact } as const

/** Writes the answer to a change as the body of ORDRSP. */
export function writeChangeResponseEdifact(
  answer: OrderChangeAcknowledgement,
  syntax: PartnerSyntax = {},
): MessageSegment[] {
  return orderAcknowledgement.edifact?.write(asResponse(answer), syntax) ?? []
}

/** The number of a change of an order, in both standards. */
const CHANGE_NUMBER = 'PP'

/** What else a change says (its day, terms, charges) is the customer's own and known to it; a response has no place for that. */
function asResponse(answer: OrderChangeAcknowledgement): OrderAcknowledgement {
  const { changeNumber, references = [] } = answer
  const named = changeNumber === undefined ? [] : [{ qualifier: CHANGE_NUMBER, value: changeNumber }]
  const all = [...named, ...references]
  return { ...answer, ...(all.length > 0 ? { references: all } : {}), lines: answer.lines.map(asResponseLine) }
}

/** A line that names no number of the order is numbered by its place; how much there is of it the change or its answer says. */
function asResponseLine(line: ChangeAnswerLine, at: number): OrderAcknowledgementLine {
  const [said] = line.answers ?? []
  return {
    ...line,
    line: line.line ?? String(at + 1),
    quantity: line.quantity ?? line.leftToReceive ?? said?.quantity ?? '0',
    uom: line.uom ?? said?.uom ?? 'EA',
  }
}
