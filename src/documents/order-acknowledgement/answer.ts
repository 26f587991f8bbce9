import type { LineAnswer } from '../line-answer.ts'
import type { PurchaseOrder, PurchaseOrderLine } from '../purchase-order/schema.ts'
import type { OrderAcknowledgement, OrderAcknowledgementLine } from './schema.ts'

/** What an answer says besides the order: our number and the day; for each line (by the customer's number) its answers. */
export interface AnswerFacts {
  readonly salesOrder?: string
  readonly acknowledgedOn?: string
  readonly lines?: Readonly<Record<string, readonly LineAnswer[]>>
}

/**
 * Accepts an order. Lines without an answer of their own are accepted as ordered; the verdict follows from the answers.
 *
 * @example
 * accepting(order, { salesOrder: 'SO-1', lines: { '2': [{ status: 'backordered', quantity: '3', uom: 'EA' }] } })
 */
export function accepting(order: PurchaseOrder, facts: AnswerFacts = {}): OrderAcknowledgement {
  const lines = order.lines.map((line) => answered(line, facts.lines?.[line.line] ?? [asOrdered(line)]))
  const isPlain = lines.every((line) => line.answers?.every(({ status }) => status === 'accepted'))
  return { ...echoed(order, facts), verdict: isPlain ? 'accepted' : 'changed', lines }
}

/** Refuses an order as a whole, each line with the same reason. */
export function refusing(
  order: PurchaseOrder,
  facts: AnswerFacts & { readonly reason?: string } = {},
): OrderAcknowledgement {
  const why = facts.reason === undefined ? {} : { reasonAgency: 'ZZ', reason: facts.reason }
  const lines = order.lines.map((line) =>
    answered(line, [{ status: 'rejected', quantity: '0', uom: line.uom, ...why }]),
  )
  return { ...echoed(order, facts), verdict: 'rejected', lines }
}

function asOrdered({ quantity, uom }: PurchaseOrderLine): LineAnswer {
  return { status: 'accepted', quantity, uom }
}

function answered(line: PurchaseOrderLine, answers: readonly LineAnswer[]): OrderAcknowledgementLine {
  const { line: number, quantity, uom, price, sku, ids, description } = line
  return {
    line: number,
    quantity,
    uom,
    ...(price ? { price } : {}),
    ...(sku === undefined ? {} : { sku }),
    ...(ids ? { ids } : {}),
    ...(description === undefined ? {} : { description }),
    answers: [...answers],
  }
}

function echoed(order: PurchaseOrder, { salesOrder, acknowledgedOn }: AnswerFacts) {
  const { number, date, release, contract, currency, shipTo } = order
  return {
    purchaseOrder: number,
    date,
    currency,
    ...(release === undefined ? {} : { release }),
    ...(contract === undefined ? {} : { contract }),
    ...(salesOrder === undefined ? {} : { salesOrder }),
    ...(acknowledgedOn === undefined ? {} : { acknowledgedOn }),
    ...(shipTo ? { shipTo } : {}),
  }
}
