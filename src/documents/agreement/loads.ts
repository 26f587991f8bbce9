/** A load that a carrier was offered (204), and what it says of it: 990, 214, 210. */
import { compare, decimal } from '../../base/decimal.ts'
import type { FreightInvoice } from '../freight-invoice/schema.ts'
import type { LoadTender } from '../load-tender/schema.ts'
import type { MilestoneWord } from '../partner-syntax.ts'
import type { ShipmentStatus } from '../shipment-status/schema.ts'
import type { TenderResponse } from '../tender-response/schema.ts'
import { type At, type Disagreement, disagreement, type Told } from './disagreement.ts'
import { early } from './orders.ts'

/** A tender with all that its carrier said about it. */
export interface LoadDealing {
  readonly tender: Told<LoadTender>
  readonly responses: readonly Told<TenderResponse>[]
  readonly statuses: readonly Told<ShipmentStatus>[]
  readonly bills: readonly Told<FreightInvoice>[]
}

/** Where a carrier says otherwise than the tender, or than itself. */
export function loadDisagreements({ tender, responses, statuses, bills }: LoadDealing): Disagreement[] {
  const { document: load } = tender
  const isDeclined = responses.at(-1)?.document.response === 'declined'
  const declined = (told: Told, at: At) => (isDeclined ? [disagreement('WAS_DECLINED', told, at, loadText(load))] : [])
  const delivered = statuses.flatMap(({ document }) => whenIn(document, 'delivered')).sort()[0]
  return [
    ...responses.flatMap((told) => [
      ...otherCarrier(told, ['B1', 0, 1], told.document.scac, load),
      ...answeredLate(told, load),
    ]),
    ...statuses.flatMap((told) => [
      ...declined(told, ['B10', 0, 2]),
      ...otherCarrier(told, ['B10', 0, 3], told.document.scac, load),
    ]),
    ...outOfOrder(statuses),
    ...bills.flatMap((told) => [
      ...declined(told, ['B3', 0, 3]),
      ...otherCarrier(told, ['B3', 0, 11], told.document.scac, load),
      ...otherAmount(told, load),
      ...early(told, ['B3', 0, 6], 'The invoice', told.document.date, 'the delivery', delivered?.slice(0, 10)),
    ]),
  ]
}

/** Whether a document of a carrier says anything that the tender says as well, or something that has an order in time. */
export function isComparable(
  said: TenderResponse | ShipmentStatus | FreightInvoice,
  { scac, respondBy, totals }: LoadTender,
): boolean {
  if (said.scac !== undefined && scac !== undefined) return true
  if ('response' in said) return said.date !== undefined && respondBy?.date !== undefined
  return said.lines.some((line) =>
    'milestones' in line ? line.milestones.length > 1 : line.charges !== undefined && totals?.charge !== undefined,
  )
}

const loadText = ({ shipment }: LoadTender): string => `load ${shipment}`

function otherCarrier(told: Told, at: At, found: string | undefined, load: LoadTender): Disagreement[] {
  const isSame = found === undefined || load.scac === undefined || found === load.scac
  return isSame ? [] : [disagreement('CARRIER_DIFFERS', told, at, found, loadText(load), load.scac as string)]
}

function answeredLate(told: Told<TenderResponse>, load: LoadTender): Disagreement[] {
  const { date } = told.document
  const last = load.respondBy?.date
  if (date === undefined || last === undefined || date <= last) return []
  return [disagreement('DATE_LATE', told, ['B1', 0, 3], 'The answer', date, loadText(load), last)]
}

/** What is extra is said beside the freight; what was offered is billed as it was offered. */
function otherAmount(told: Told<FreightInvoice>, load: LoadTender): Disagreement[] {
  const offered = load.totals?.charge
  const charges = told.document.lines.flatMap((line) => line.charges ?? [])
  const freight = charges.filter(({ type, amount }) => type === 'freight' && amount !== undefined)
  const [only, ...others] = freight
  if (offered === undefined || only?.amount === undefined || others.length > 0) return []
  if (compare(decimal(only.amount), decimal(offered)) === 0) return []
  return [disagreement('AMOUNT_DIFFERS', told, ['L1', 0, 4], only.amount, loadText(load), offered)]
}

/** Whatever can be on the road stands between the pick-up and the delivery. */
const BEFORE: readonly (readonly [first: MilestoneWord, then: MilestoneWord])[] = [
  ['arrived_at_pickup', 'departed_pickup'],
  ['departed_pickup', 'arrived_at_delivery'],
  ['departed_pickup', 'delivered'],
  ['arrived_at_delivery', 'delivered'],
]

/** Messages may come in any order; what they say must have happened in one. */
function outOfOrder(statuses: readonly Told<ShipmentStatus>[]): Disagreement[] {
  return BEFORE.flatMap(([first, then]) => {
    const before = statuses.flatMap(({ document }) => whenIn(document, first)).sort()[0]
    return statuses.flatMap((told) =>
      whenIn(told.document, then).flatMap((when) =>
        early(told, ['AT7', nthOf(told.document, then), 5], wordText(then), when, wordText(first), before),
      ),
    )
  })
}

const wordText = (milestone: MilestoneWord): string => `“${milestone.replaceAll('_', ' ')}”`

const whenIn = ({ lines }: ShipmentStatus, wanted: MilestoneWord): string[] =>
  lines.flatMap(({ milestones }) =>
    milestones.flatMap(({ milestone, date, time = '00:00' }) => (milestone === wanted ? [`${date} ${time}`] : [])),
  )

const nthOf = ({ lines }: ShipmentStatus, wanted: MilestoneWord): number =>
  lines.flatMap(({ milestones }) => milestones).findIndex(({ milestone }) => milestone === wanted)
