/** What a warehouse was told to ship (940), and what it says it shipped (945). */
import { compare, decimal } from '../../base/decimal.ts'
import type { WarehouseAdvice } from '../warehouse-advice/schema.ts'
import type { WarehouseOrder } from '../warehouse-order/schema.ts'
import { type Disagreement, disagreement, type Told } from './disagreement.ts'
import { isMore, lineDisagreements, lineOf, lineText, quantityText, Sums } from './lines.ts'

const COMPLETE = 'CC'

/** Where advices of a warehouse say otherwise than the order they answer. */
export function warehouseDisagreements(
  { document: order }: Told<WarehouseOrder>,
  advices: readonly Told<WarehouseAdvice>[],
): Disagreement[] {
  const shipped = new Sums()
  return advices.flatMap((told) => [...otherHead(told, order), ...otherLines(told, order, shipped)])
}

const orderText = ({ number }: WarehouseOrder): string => `warehouse order ${number}`

function otherHead(told: Told<WarehouseAdvice>, order: WarehouseOrder): Disagreement[] {
  const { purchaseOrder, shipTo, departure } = told.document
  const found: Disagreement[] = []
  const differs = (a: string | undefined, b: string | undefined) => a !== undefined && b !== undefined && a !== b
  if (differs(purchaseOrder, order.purchaseOrder)) {
    const numbers = [purchaseOrder as string, orderText(order), order.purchaseOrder as string]
    found.push(disagreement('REFERENCE_DIFFERS', told, ['W06', 0, 6], 'The order of the customer', ...numbers))
  }
  if (differs(shipTo?.id, order.shipTo?.id)) {
    const places = [shipTo?.id as string, orderText(order), order.shipTo?.id as string]
    found.push(disagreement('PLACE_DIFFERS', told, ['N1[ST]', 0, 4], ...places))
  }
  if (differs(departure?.scac, order.dispatch?.scac)) {
    const carriers = [departure?.scac as string, orderText(order), order.dispatch?.scac as string]
    found.push(disagreement('CARRIER_DIFFERS', told, ['W27', 0, 2], ...carriers))
  }
  return found
}

/** A line may leave in several cartons: its quantity is what all of them hold. */
function otherLines(told: Told<WarehouseAdvice>, order: WarehouseOrder, shipped: Sums): Disagreement[] {
  const { lines } = told.document
  const last = new Map(lines.map((line, at) => [lineOf(order.lines, line), at]))
  return lines.flatMap((line, at) => {
    const uom = line.uom ?? ''
    const ordered = lineOf(order.lines, line)
    const said = { ...line, quantity: line.shipped, uom: line.uom ?? ordered?.uom ?? uom }
    const places = { item: ['W12', at, 8], uom: ['W12', at, 5] } as const
    const found = lineDisagreements(told, said, ordered, orderText(order), places)
    if (!ordered || said.uom !== ordered.uom) return found
    const wanted = quantityText(ordered.quantity, ordered.uom)
    if (line.ordered !== undefined && compare(decimal(line.ordered), decimal(ordered.quantity)) !== 0) {
      const ask = quantityText(line.ordered, said.uom)
      found.push(
        disagreement(
          'QUANTITY_DIFFERS',
          told,
          ['W12', at, 2],
          `${lineText(line)} as ordered`,
          ask,
          orderText(order),
          wanted,
        ),
      )
    }
    const sum = shipped.add(said, ordered.line)
    if (isMore(sum, decimal(ordered.quantity))) {
      const what = `What is shipped of line ${ordered.line}`
      found.push(
        disagreement(
          'QUANTITY_EXCEEDS',
          told,
          ['W12', at, 3],
          what,
          quantityText(sum, said.uom),
          orderText(order),
          wanted,
        ),
      )
    }
    if (line.status === COMPLETE && last.get(ordered) === at && isMore(decimal(ordered.quantity), sum))
      found.push(
        disagreement('NOT_COMPLETE', told, ['W12', at, 1], lineText(line), quantityText(sum, said.uom), wanted),
      )
    return found
  })
}
