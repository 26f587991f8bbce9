import type {
  ReceiptException,
  StockTransferReceipt,
  StockTransferReceiptLine,
} from '../documents/stock-transfer-receipt/schema.ts'
import type { Item } from '../identity/master.ts'
import type { EventData, StockStatus } from '../lifecycle/events.ts'
import { subjectOf } from '../lifecycle/subject.ts'
import type { Arrival, FaultyPart, Part } from './arrival.ts'
import { DocumentLines } from './document-lines.ts'
import { fieldFault } from './errors.ts'
import { reportedPart } from './reported-part.ts'
import type { IntakeWorld } from './settings.ts'

type Received = EventData['inventory.received']['lines'][number]

/** What a warehouse says came in, as the goods receipt it stands for; over, short and damaged are facts. */
export function receiptPart(
  receipt: StockTransferReceipt,
  name: string,
  arrival: Arrival,
  world: IntakeWorld,
): Part | FaultyPart {
  const facility = world.sender.facility ?? receipt.warehouse?.id ?? ''
  const lines = new DocumentLines(world)
  const received = receipt.lines.flatMap((line, at) => receivedOf(line, `/lines/${at}`, lines))
  return reportedPart(
    {
      type: 'stock-transfer-receipt',
      number: receipt.receipt,
      identity: [receipt.receipt],
      document: receipt,
      subject: subjectOf(arrival.tenant, 'stock', facility),
      reports: received.length > 0 ? [['inventory.received', { facility, lines: received }]] : [],
      faults: lines.faults,
      name,
    },
    arrival,
    world,
  )
}

/** What is not good for sale, of what came in. Short and over say how it differs from what was announced. */
const NOT_FOR_SALE: { readonly [C in ReceiptException['condition']]?: StockStatus } = {
  damaged: 'damaged',
  quality: 'inspection',
  wrong_item: 'hold',
  other: 'hold',
}

function receivedOf(line: StockTransferReceiptLine, pointer: string, lines: DocumentLines): Received[] {
  const item = lines.item(line, pointer)
  const all = lines.base(line.received, line.uom, item, pointer)
  const apart = new Map<StockStatus, number>()
  for (const [nth, { condition, quantity, uom }] of (line.exceptions ?? []).entries()) {
    const status = NOT_FOR_SALE[condition]
    if (status === undefined) continue
    const part = lines.base(quantity, uom, item, `${pointer}/exceptions/${nth}`)
    apart.set(status, (apart.get(status) ?? 0) + part)
  }
  const good = [...apart.values()].reduce((left, part) => left - part, all)
  if (good < 0)
    lines.faults.push(fieldFault('MALFORMED', `${pointer}/received`, 'all that came in, also what is damaged'))
  if (!item) return []
  const parts: [StockStatus, number][] = [['available', good], ...apart]
  return parts.flatMap(([status, quantity]) =>
    quantity > 0 ? [{ item: item.sku, status, quantity, ...weightOf(line, item, apart.size === 0) }] : [],
  )
}

/** The weight of a line is that of its goods where nothing of it stands apart, in the unit its item is weighed in. */
function weightOf({ weight, weightUom }: StockTransferReceiptLine, { catchWeight }: Item, isWhole: boolean) {
  const isItsUnit = weightUom === undefined || weightUom === catchWeight?.unit
  return weight !== undefined && catchWeight !== undefined && isWhole && isItsUnit ? { weight } : {}
}
