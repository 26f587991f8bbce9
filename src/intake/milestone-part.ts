import { instantAt } from '../base/zone.ts'
import type { Milestone, ShipmentStatus, ShipmentStatusLine } from '../documents/shipment-status/schema.ts'
import type { EventData } from '../lifecycle/events.ts'
import { subjectOf } from '../lifecycle/subject.ts'
import type { Arrival, FaultyPart, Part } from './arrival.ts'
import { loadNames } from './load-names.ts'
import { reportedPart, type ToldReport } from './reported-part.ts'
import type { IntakeWorld } from './settings.ts'

type StatusTold = EventData['load.status_told']

/**
 * What a carrier says about a shipment on its way, each milestone a report of its own, by the time it happened. It is
 * about a load until it is known which shipment of ours the carrier means.
 */
export function milestonePart(
  status: ShipmentStatus,
  name: string,
  arrival: Arrival,
  world: IntakeWorld,
): Part | FaultyPart {
  const zone = world.sender.edi?.timeZone ?? 'UTC'
  const reports = status.lines.flatMap((line) => lineReports(line, status, zone, arrival.receivedAt))
  return reportedPart(
    {
      type: 'shipment-status',
      number: status.shipment ?? status.pro ?? '',
      // carriers give their statuses no number: what one says is what it is known by
      identity: [JSON.stringify(status)],
      document: status,
      subject: subjectOf(arrival.tenant, 'load', arrival.system),
      reports,
      faults: [],
      name,
    },
    arrival,
    world,
  )
}

function lineReports(line: ShipmentStatusLine, status: ShipmentStatus, zone: string, receivedAt: number): ToldReport[] {
  const references = loadNames(line.references, status)
  return line.milestones.flatMap((milestone): ToldReport[] => {
    const data = { references, ...statusOf(milestone, zone, receivedAt), ...placeOf(milestone) }
    const atMs = Date.parse(data.at)
    const told: ToldReport = ['load.status_told', data, atMs]
    if (data.report !== 'shipment.delivered' || line.exceptions === undefined) return [told]
    // something is wrong with the goods: it stays to be seen behind the delivery
    const wrong = line.exceptions.map(({ code, quantity = '' }) => `${code} ${quantity}`.trim()).join(', ')
    const exception: StatusTold = { ...data, report: 'shipment.milestone', code: `exception (${wrong})` }
    return [told, ['load.status_told', exception, atMs]]
  })
}

/** What is still to come says nothing about where the load is: it is told as of now, with its day in words. */
const AHEAD: ReadonlySet<Milestone['milestone']> = new Set([
  'delivery_expected',
  'pickup_appointment',
  'delivery_appointment',
])

function statusOf(milestone: Milestone, zone: string, receivedAt: number): Pick<StatusTold, 'report' | 'at' | 'code'> {
  const { milestone: word, code, date, time } = milestone
  if (AHEAD.has(word)) {
    const when = time === undefined ? date : `${date} ${time}`
    return { report: 'shipment.milestone', code: `${word} ${when}`, at: new Date(receivedAt).toISOString() }
  }
  const at = new Date(instantOf(milestone, zone)).toISOString()
  if (word === 'delivered') return { report: 'shipment.delivered', at }
  if (word === 'returned') return { report: 'shipment.milestone', code: 'returned_to_sender', at }
  return { report: 'shipment.milestone', code: word === 'other' && code !== undefined ? `other (${code})` : word, at }
}

/** Hours behind UTC of the zones of X12 623 that say whether it is summer. */
const FIXED: Readonly<Record<string, number>> = {
  UT: 0,
  GM: 0,
  ES: 5,
  ED: 4,
  CS: 6,
  CD: 5,
  MS: 7,
  MD: 6,
  PS: 8,
  PD: 7,
  AS: 9,
  AD: 8,
  HS: 10,
  TS: 4,
  TD: 3,
}
const PLACES: Readonly<Record<string, string>> = {
  ET: 'America/New_York',
  CT: 'America/Chicago',
  MT: 'America/Denver',
  PT: 'America/Los_Angeles',
  AT: 'America/Anchorage',
  HT: 'Pacific/Honolulu',
  TT: 'America/Halifax',
}
const HOUR_MS = 3_600_000

/** Local time of the place, or of whom the code names; without a time the day as it begins. */
function instantOf({ date, time = '00:00', zone = 'LT' }: Milestone, local: string): number {
  const shown = Date.parse(`${date}T${time.length === 5 ? `${time}:00` : time}Z`)
  const behind = Object.hasOwn(FIXED, zone) ? FIXED[zone] : undefined
  return behind === undefined
    ? instantAt(Object.hasOwn(PLACES, zone) ? (PLACES[zone] ?? local) : local, shown)
    : shown + behind * HOUR_MS
}

function placeOf({ where }: Milestone): { place?: string } {
  const words = [where?.city, where?.region, where?.country].filter((word) => word !== undefined)
  return words.length > 0 ? { place: words.join(', ') } : {}
}
