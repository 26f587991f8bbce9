import type { InventoryAdjustment, InventoryAdjustmentLine } from '../documents/inventory-adjustment/schema.ts'
import type { EventData } from '../lifecycle/events.ts'
import { subjectOf } from '../lifecycle/subject.ts'
import type { Arrival, FaultyPart, Part } from './arrival.ts'
import { DocumentLines } from './document-lines.ts'
import { fieldFault } from './errors.ts'
import { reportedPart, type ToldReport } from './reported-part.ts'
import type { IntakeWorld } from './settings.ts'

type Adjusted = EventData['inventory.adjusted']['lines'][number]
type Moved = EventData['inventory.status_changed']['lines'][number]

/**
 * What a warehouse put right in its stock, as the reports it stands for: signed changes, and moves between two statuses,
 * whose sum is zero. It is the same report as a WMS makes by HTTP.
 */
export function adjustmentPart(
  adjustment: InventoryAdjustment,
  name: string,
  arrival: Arrival,
  world: IntakeWorld,
): Part | FaultyPart {
  const { number, depositorNumber, purpose, ...rest } = adjustment
  const facility = world.sender.facility ?? adjustment.warehouse?.id ?? ''
  const lines = new DocumentLines(world)
  if (purpose !== undefined && !SAID_AGAIN.has(purpose))
    lines.faults.push(fieldFault('MALFORMED', '/purpose', 'an original: what was adjusted is put right by another one'))
  const adjusted: Adjusted[] = []
  const moved: Moved[] = []
  for (const [at, line] of adjustment.lines.entries()) readLine(line, at, lines, adjusted, moved)
  const reports: ToldReport[] = []
  if (adjusted.length > 0) reports.push(['inventory.adjusted', { facility, lines: adjusted }])
  if (moved.length > 0) reports.push(['inventory.status_changed', { facility, lines: moved }])
  return reportedPart(
    {
      type: 'inventory-adjustment',
      number: number ?? depositorNumber ?? '',
      identity: number === undefined ? ['', depositorNumber ?? ''] : [number],
      // a declared copy is the same document
      document: { number, depositorNumber, ...rest },
      subject: subjectOf(arrival.tenant, 'stock', facility),
      reports,
      faults: lines.faults,
      name,
    },
    arrival,
    world,
  )
}

/** Purposes that say nothing new about what was said before. */
const SAID_AGAIN: ReadonlySet<string> = new Set(['confirm', 'duplicate'])

function readLine(
  line: InventoryAdjustmentLine,
  at: number,
  lines: DocumentLines,
  adjusted: Adjusted[],
  moved: Moved[],
): void {
  const pointer = `/lines/${at}`
  const { reason, code, from, to } = line
  const item = lines.item(line, pointer)
  const delta = lines.base(line.quantity, line.uom, item, pointer)
  if (reason === 'status' && (from === undefined || to === undefined)) {
    lines.faults.push(fieldFault('MISSING', `${pointer}/${from === undefined ? 'from' : 'to'}`, 'The other status'))
    return
  }
  if (!item || delta === 0) return // only its weight was put right
  if (from !== undefined && to !== undefined) {
    moved.push({ item: item.sku, from, to, quantity: Math.abs(delta) })
    return
  }
  const why = code === undefined ? reason : `${reason} (${code})`
  adjusted.push({ item: item.sku, status: from ?? to ?? 'available', delta, reason: why })
}
