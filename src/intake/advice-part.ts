import { laneInId } from '../base/ids.ts'
import type { WarehouseAdvice, WarehouseAdviceLine } from '../documents/warehouse-advice/schema.ts'
import type { Carton, LineQuantity } from '../lifecycle/events.ts'
import { orderOfRelease } from '../lifecycle/release.ts'
import { subjectOf } from '../lifecycle/subject.ts'
import type { Arrival, FaultyPart, Part } from './arrival.ts'
import { DocumentLines } from './document-lines.ts'
import { fieldFault } from './errors.ts'
import { reportedPart, type ToldReport } from './reported-part.ts'
import type { IntakeWorld } from './settings.ts'

/** One line of an advice in our terms; a line may stand in several cartons. */
interface AdvisedLine {
  readonly line: string
  readonly item: string
  /** Millionths of the base unit. */
  readonly shipped: number
  /** What is short and will not follow. */
  readonly short: number
  readonly advised: WarehouseAdviceLine
}

/**
 * A warehouse's advice as the reports it stands for: what was picked, what was short, the cartons, and the truck that
 * left. Nothing shipped is a full short, and is reported like any other.
 */
export function advicePart(
  advice: WarehouseAdvice,
  name: string,
  arrival: Arrival,
  world: IntakeWorld,
): Part | FaultyPart {
  const release = advice.number ?? ''
  const order = orderOfRelease(release)
  const reading = new DocumentLines(world)
  const { faults } = reading
  if (laneInId(order) === undefined) faults.push(fieldFault('UNKNOWN', '/number', `release ${release.slice(0, 64)}`))
  const lines = advice.lines.map((line, at) => advisedLine(line, `/lines/${at}`, reading))
  return reportedPart(
    {
      type: 'warehouse-advice',
      number: release,
      identity: [release, advice.shipment ?? ''],
      document: advice,
      subject: subjectOf(arrival.tenant, 'order', order),
      reports: faults.length > 0 ? [] : reportsOf(advice, order, lines, world),
      faults,
      name,
    },
    arrival,
    world,
  )
}

/** The rest follows in another shipment: what is missing now is not short. */
const MORE_FOLLOWS = new Set(['BP', 'PR'])

function advisedLine(line: WarehouseAdviceLine, pointer: string, lines: DocumentLines): AdvisedLine {
  const item = lines.item(line, pointer)
  const base = (value: string) => lines.base(value, line.uom, item, pointer)
  const shipped = base(line.shipped)
  const short = MORE_FOLLOWS.has(line.status ?? '') ? 0 : Math.max(0, missingOf(line, shipped, base))
  return { line: line.line, item: item?.sku ?? '', shipped, short, advised: line }
}

function missingOf(line: WarehouseAdviceLine, shipped: number, base: (value: string) => number): number {
  if (line.ordered !== undefined) return base(line.ordered) - shipped
  const difference = line.difference?.replace(/^-/, '')
  return difference === undefined ? 0 : base(difference)
}

function reportsOf(
  advice: WarehouseAdvice,
  order: string,
  lines: readonly AdvisedLine[],
  { sender }: IntakeWorld,
): ToldReport[] {
  const release = advice.number ?? ''
  const facility = sender.facility ?? advice.warehouse?.id ?? ''
  const picked = summed(lines, ({ shipped }) => shipped)
  const short = shortsOf(lines)
  const reports: ToldReport[] = []
  if (picked.length > 0) reports.push(['pick.confirmed', { release, lines: picked }])
  if (short.length > 0) reports.push(['pick.short', { release, facility, lines: short }])
  if (picked.length === 0) return reports

  const shipment = advice.shipment ?? release
  const cartons = cartonsOf(lines, shipment)
  for (const carton of cartons) reports.push(['carton.closed', { release, carton }])
  const carrier = carrierOf(advice)
  const tracking = cartons.flatMap(({ carton, tracking: number }) => (number ? [{ carton, tracking: number }] : []))
  reports.push(['shipment.manifested', { shipment, order, release, tracking, ...scacOf(carrier) }])
  const shipDate = advice.date ?? ''
  reports.push(['shipment.dispatched', { shipment, order, release, facility, cartons, shipDate, ...carrier }])
  return reports
}

/**
 * What is short of a line that may stand here several times. Most warehouses repeat what was ordered of it in each place: then
 * it is that, less all that left. Where the places say different quantities, each says its own part, and what is short of it.
 */
function shortsOf(lines: readonly AdvisedLine[]): (LineQuantity & { reason: string })[] {
  const repeated = new Map<string, AdvisedLine[]>()
  for (const line of lines) repeated.set(line.line, [...(repeated.get(line.line) ?? []), line])
  return [...repeated.values()].flatMap((same) => {
    const [first, ...others] = same as [AdvisedLine, ...AdvisedLine[]]
    const isApart = others.some(
      ({ advised: { ordered } }) => ordered !== undefined && ordered !== first.advised.ordered,
    )
    const quantity = isApart
      ? same.reduce((sum, { short }) => sum + short, 0)
      : first.short - others.reduce((sum, { shipped }) => sum + shipped, 0)
    const reason = first.advised.status ?? 'not said'
    return quantity > 0 ? [{ line: first.line, item: first.item, quantity, reason }] : []
  })
}

function summed(lines: readonly AdvisedLine[], of: (line: AdvisedLine) => number): Traced[] {
  const sums = new Map<string, { -readonly [K in keyof LineQuantity]: LineQuantity[K] }>()
  for (const line of lines) {
    const quantity = of(line)
    const known = sums.get(line.line)
    if (known) known.quantity += quantity
    else if (quantity > 0) sums.set(line.line, { line: line.line, item: line.item, quantity })
  }
  return [...sums.values()]
}

type Traced = Carton['lines'][number]

/** Lines by the carton they left in. What has no mark left in one carton, called after the shipment. */
function cartonsOf(lines: readonly AdvisedLine[], shipment: string): Carton[] {
  const cartons = new Map<string, { sscc?: string; tracking?: string; lines: Traced[] }>()
  for (const line of lines) {
    if (line.shipped === 0) continue
    const { sscc, tracking, lot, serials, weight } = line.advised
    const name = sscc ?? tracking ?? `${shipment}-1`
    const carton = cartons.get(name) ?? { ...(sscc ? { sscc } : {}), ...(tracking ? { tracking } : {}), lines: [] }
    carton.lines.push({
      line: line.line,
      item: line.item,
      quantity: line.shipped,
      ...(lot === undefined ? {} : { lot }),
      ...(serials === undefined ? {} : { serials }),
      ...(weight === undefined ? {} : { weight }),
    })
    cartons.set(name, carton)
  }
  return [...cartons].map(([carton, content]) => ({ carton, ...content }))
}

interface CarrierFacts {
  readonly scac?: string
  readonly bol?: string
  readonly pro?: string
}

function carrierOf({ departure, references = [] }: WarehouseAdvice): CarrierFacts {
  const scac = departure?.scac
  const bol = references.find(({ qualifier }) => qualifier === 'BM')?.value
  const pro = references.find(({ qualifier }) => qualifier === 'CN')?.value
  return { ...scacOf({ ...(scac ? { scac } : {}) }), ...(bol ? { bol } : {}), ...(pro ? { pro } : {}) }
}

const scacOf = ({ scac }: CarrierFacts): CarrierFacts => (scac === undefined ? {} : { scac })
