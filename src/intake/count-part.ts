import { shrinksTooMuch } from '../documents/flat/stock-file.ts'
import type { InventoryAdvice, Stock } from '../documents/inventory-advice/schema.ts'
import type { StockStatus } from '../lifecycle/events.ts'
import { subjectOf } from '../lifecycle/subject.ts'
import type { Arrival, FaultyPart, Part } from './arrival.ts'
import { DocumentLines } from './document-lines.ts'
import { errors, fieldFault } from './errors.ts'
import { refusedInput } from './quarantine.ts'
import { reportedPart } from './reported-part.ts'
import type { EdiProfile, IntakeWorld } from './settings.ts'

/** A snapshot that has lost this share of what the book holds is more likely wrong than true. */
const SHRINKS_AT_MOST = 0.9

/**
 * What a warehouse says it holds for us, as a count: the first of an item is its opening stock, later ones are compared
 * with the book and change nothing by themselves.
 */
export function countPart(
  advice: InventoryAdvice,
  name: string,
  arrival: Arrival,
  world: IntakeWorld,
): Part | FaultyPart {
  const { number, purpose, ...rest } = advice
  const facility = world.sender.facility ?? advice.warehouse?.id ?? ''
  const lines = new DocumentLines(world)
  if (purpose !== undefined && STRANGE.has(purpose))
    lines.faults.push(fieldFault('MALFORMED', '/purpose', 'a count: what was counted is put right by another one'))
  const counted = countedIn(advice, lines)
  const items = new Set(counted.map(({ item }) => item)).size
  if (lines.faults.length === 0 && isTooShort(items, world)) return shrunk(items, number, name, arrival, world)
  return reportedPart(
    {
      type: 'inventory-advice',
      number,
      identity: [number],
      document: { number, ...rest },
      subject: subjectOf(arrival.tenant, 'stock', facility),
      reports: counted.length > 0 ? [['inventory.counted', { facility, lines: counted }]] : [],
      faults: lines.faults,
      name,
    },
    arrival,
    world,
  )
}

const STRANGE: ReadonlySet<string> = new Set(['cancel', 'change'])

/** Whether an arrival may hold a count: what the book has is then asked for, once, before it is read. */
export function mayHoldCount({ bytes }: Arrival): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return text.includes(`ST${String.fromCharCode(bytes[ELEMENT_AT] ?? 0)}846`) || text.includes('INVRPT')
}

/** The element separator is the fourth character of ISA. */
const ELEMENT_AT = 3

/** How a partner's snapshots are guarded. */
export const guardOf = ({ snapshots = {} }: Pick<EdiProfile, 'snapshots'>) => ({
  complete: snapshots.complete ?? true,
  shrinksAtMost: snapshots.shrinksAtMost ?? SHRINKS_AT_MOST,
})

function isTooShort(rows: number, { held, sender }: IntakeWorld): boolean {
  return held !== undefined && shrinksTooMuch(rows, held, guardOf(sender.edi ?? {}))
}

type Counted = { item: string; status: StockStatus; quantity: number }

/** Which figures count, and as which status. What is on order or in the making is not there yet. */
const COUNTED_AS: { readonly [S in Stock['status']]?: StockStatus } = {
  onHand: 'available',
  forSale: 'available',
  onHold: 'hold',
  unusable: 'damaged',
}

/** Lots and places of an item add up. What is on hand is said over what is for sale, which leaves out what is promised. */
function countedIn({ lines: told }: InventoryAdvice, lines: DocumentLines): Counted[] {
  const sums = new Map<string, Counted>()
  for (const [at, line] of told.entries()) {
    const item = lines.item(line, `/lines/${at}`)
    const hasOnHand = line.stock.some(({ status }) => status === 'onHand')
    for (const [nth, { status: word, quantity, uom }] of line.stock.entries()) {
      const status = COUNTED_AS[word]
      if (status === undefined || (word === 'forSale' && hasOnHand)) continue
      const base = lines.base(quantity, uom, item, `/lines/${at}/stock/${nth}`)
      if (base < 0) lines.faults.push(fieldFault('MALFORMED', `/lines/${at}/stock/${nth}/quantity`, 'zero or above'))
      if (!item) continue
      const key = `${item.sku} ${status}`
      const known = sums.get(key)
      if (known) known.quantity += base
      else sums.set(key, { item: item.sku, status, quantity: base })
    }
  }
  return [...sums.values()]
}

function shrunk(
  items: number,
  number: string,
  part: string,
  arrival: Arrival,
  { sender, held = 0 }: IntakeWorld,
): FaultyPart {
  const error = errors.SNAPSHOT_SHRANK(items, held)
  const { code, message: reason } = error
  const subject = subjectOf(arrival.tenant, 'mailbox', sender.partner ?? arrival.system)
  const refusal = { report: 'inventory-advice', code, reason, detail: { number }, part }
  return { what: 'inventory advice', name: part, error, inputs: [refusedInput(subject, arrival, refusal)] }
}
