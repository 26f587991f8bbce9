/** What is watched while nobody reports anything, and what is odd in what is reported: a person is to hear of it. */

import { compare, type Decimal, decimal, multiply, subtract } from '../../base/decimal.ts'
import { type Duration, durationMs } from '../../base/duration.ts'
import { microsText } from '../../base/quantity.ts'
import type { Decision, Input, JournalEvent, NewEvent } from '../../journal/contract.ts'
import type { EventData } from '../../lifecycle/events.ts'
import { open } from '../../lifecycle/order-line.ts'
import { releaseOf } from '../../lifecycle/order-state.ts'
import { dayOf, startOfDay } from './calendar.ts'
import type { Moment } from './moment.ts'
import type { Warehouse } from './options.ts'

const WINDOW = 'window'
const USUAL_ANSWER: Duration = '1h'

/** Sets the timer for the end of the customer's ship window: the midnight after its last day, where it ships last. */
export function watchWindow({ facts, plant }: Moment): Decision | undefined {
  const last = facts.shipNotAfter
  if (last === undefined) return undefined
  const nowhere: Warehouse = { facility: '', system: '' }
  const ends = [...plant.warehouses.values(), nowhere].slice(0, Math.max(1, plant.warehouses.size))
  const dueAt = Math.max(...ends.map((warehouse) => startOfDay(warehouse, dayOf(last) + 1)))
  return { timers: [{ name: WINDOW, dueAt }] }
}

/** Nothing is left to ship: nobody watches the window any more. */
export function stopWatching({ facts }: Moment): Decision | undefined {
  return facts.shipNotAfter === undefined ? undefined : { timers: [{ name: WINDOW, dueAt: null }] }
}

/** The window has closed: what has not left is held until somebody has asked the customer. */
export function windowClosed({ order, facts }: Moment): Decision | undefined {
  if (order.over || order.rejected || order.holds.includes('compliance')) return undefined
  const late = order.lines.filter((line) => open(line) > 0).map((line) => line.line)
  if (late.length === 0) return undefined
  const reason = `the customer takes nothing shipped after ${facts.shipNotAfter}; ${late.length === 1 ? 'line' : 'lines'} ${late.join(', ')} did not leave`
  return { events: [{ type: 'order.held', data: { hold: 'compliance', reason, lines: late } }] }
}

/** A recall is to be answered in its time. */
export function watchRecall({ now, options }: Moment, event: JournalEvent): Decision | undefined {
  const { release } = event.data as EventData['order.recall_asked']
  return { timers: [{ name: `recall ${release}`, dueAt: now + durationMs(options.recallWithin ?? USUAL_ANSWER) }] }
}

/** Nobody has answered a recall: somebody has to call the warehouse before the goods are gone. */
export function recallOverdue(moment: Moment, input: Input & { kind: 'timer' }): Decision | undefined {
  const name = input.name.slice('recall '.length)
  const release = releaseOf(moment.order, name)
  if (!release || !moment.state.recalls.some((asked) => asked.release === name)) return undefined
  const partner = moment.warehouse(release.facility)?.system ?? release.facility
  const reason = `${release.facility} has not answered whether release ${name} comes back; what it picks meanwhile ships`
  return {
    events: [{ type: 'order.flagged', data: { cause: 'no answer', field: 'warehouse.recall', partner, reason } }],
  }
}

/** Weighed goods are near what such goods weigh, or somebody looks into the carton before it is billed by weight. */
export function checkWeights(moment: Moment, event: JournalEvent): Decision | undefined {
  const { carton, release } = event.data as EventData['carton.closed']
  const facility = releaseOf(moment.order, release)?.facility ?? ''
  const partner = moment.warehouse(facility)?.system ?? facility
  const events: NewEvent[] = []
  for (const { line, item, quantity, weight } of carton.lines) {
    const known = moment.factsOf(line)?.catchWeight
    if (!known || weight === undefined) continue
    const usual = multiply(decimal(known.nominal), decimal(microsText(quantity)))
    if (isWithin(decimal(weight), usual, decimal(known.tolerancePercent))) continue
    const reason = `carton ${carton.carton} holds ${microsText(quantity)} of ${item} and ${weight} ${known.unit}; ${known.nominal} each is usual, ${known.tolerancePercent}% allowed`
    events.push({ type: 'order.flagged', data: { cause: 'weight differs', field: 'carton.closed', partner, reason } })
  }
  return events.length > 0 ? { events } : undefined
}

function isWithin(actual: Decimal, usual: Decimal, percent: Decimal): boolean {
  const difference = subtract(actual, usual)
  const size = difference.units < 0n ? { units: -difference.units, scale: difference.scale } : difference
  return compare(multiply(size, { units: 100n, scale: 0 }), multiply(usual, percent)) <= 0
}
