/** Releases: planned when everything allows, sent to the warehouse, answered, and taken elsewhere when refused. */
import { durationMs } from '../../base/duration.ts'
import { placeKey } from '../../base/ids.ts'
import type { Decision, Input, JournalEvent, NewEvent, NewRequest } from '../../journal/contract.ts'
import { CROSSDOCK, mayMove } from '../../lifecycle/authority.ts'
import type { EventData, LineQuantity } from '../../lifecycle/events.ts'
import { lineOf, releaseLineOf, releaseOf } from '../../lifecycle/order-state.ts'
import { MOST_RELEASES, type Release, releaseNumber } from '../../lifecycle/release.ts'
import { releaseAt, shipDay } from './calendar.ts'
import { creditCheck } from './checks.ts'
import { warehouseOrder } from './documents.ts'
import type { Moment } from './moment.ts'
import { request, unlessEmpty } from './requests.ts'
import { free, sourcer } from './search.ts'
import { isReleasable, type OrderToCash } from './state.ts'

/** Plans a release for every facility that keeps stock for the order and may have it now; the rest gets a timer. */
export function planReleases(moment: Moment): Decision | undefined {
  const { order, state, now, facts } = moment
  if (!order.accepted || order.rejected || order.over || !isReleasable(state)) return undefined
  if (state.creditUntilMs > 0 && now >= state.creditUntilMs && order.reservations.length > 0) {
    return { requests: [creditCheck(moment)] } // an approval that ran out is asked for again
  }
  const events: NewEvent[] = []
  let wakeAt: number | undefined
  let number = order.releases.length
  for (const facility of facilitiesKeeping(moment)) {
    if (!mayMove(moment.options.authority, 'order.release_planned', CROSSDOCK, facility, now)) continue
    const lines = unsent(moment, facility)
    const warehouse = moment.warehouse(facility)
    if (lines.length === 0 || !warehouse || number >= MOST_RELEASES) continue
    const ships = shipDay(warehouse, facts, now)
    const at = ships === undefined ? now : releaseAt(warehouse, ships, now)
    if (at > now) {
      wakeAt = Math.min(wakeAt ?? at, at)
      continue
    }
    number += 1
    const release = releaseNumber(moment.orderId, number)
    const data = { release, facility, lines, notBefore: facts.shipNotBefore, by: CROSSDOCK }
    events.push({ type: 'order.release_planned', data, source: CROSSDOCK })
  }
  const timers = wakeAt === undefined ? undefined : [{ name: 'release', dueAt: wakeAt }]
  return unlessEmpty({ events, timers })
}

function facilitiesKeeping(moment: Moment): string[] {
  const facilities: string[] = []
  for (const { facility } of moment.order.reservations) if (!facilities.includes(facility)) facilities.push(facility)
  return facilities
}

/** What a facility keeps for the order and has not been sent yet. */
export function unsent(moment: Moment, facility: string): LineQuantity[] {
  const { order } = moment
  const lines: LineQuantity[] = []
  for (const kept of order.reservations) {
    if (kept.facility !== facility) continue
    let quantity = kept.quantity
    for (const release of order.releases) {
      if (release.status !== 'planned' || release.facility !== facility) continue
      quantity -= releaseLineOf(release, kept.line)?.quantity ?? 0
    }
    if (quantity > 0) lines.push({ line: kept.line, item: lineOf(order, kept.line)?.item ?? '', quantity })
  }
  return lines
}

/** A planned release is sent, whoever planned it. A warehouse spoken to by file accepts it by taking the file. */
export function sendRelease(moment: Moment, event: JournalEvent): Decision | undefined {
  const { release: name, facility, lines } = event.data as EventData['order.release_planned']
  const warehouse = moment.warehouse(facility)
  const release = releaseOf(moment.order, name)
  if (!warehouse || !release) {
    return {
      events: [{ type: 'order.release_refused', data: { release: name, facility, reason: 'no such warehouse' } }],
    }
  }
  if (moment.state.recalls.some((asked) => asked.release === name)) {
    // Cancelled in the very turn that planned it: the recall would arrive before the release, and be told of nothing.
    const reason = 'it is not wanted any more'
    return { events: [{ type: 'order.release_refused', data: { release: name, facility, reason } }] }
  }
  if (warehouse.speaks !== 'edi') {
    return { requests: [request(moment, warehouse.system, 'warehouse.release', name, { release: name })] }
  }
  const content = warehouseOrder(moment, release, warehouse)
  const partner = warehouse.partner ?? warehouse.system
  return {
    events: [
      { type: 'document.issued', data: { partner, document: 'warehouse-order', key: name, content } },
      { type: 'order.released', data: { release: name, facility, lines }, source: warehouse.system },
    ],
  }
}

/** The warehouse's answer: accepted, rejected, or later. */
export function releaseAnswered(moment: Moment, input: Input & { kind: 'answer' }): Decision | undefined {
  const { outcome, request: asked } = input
  const name = asked.args['release'] as string
  const release = releaseOf(moment.order, name)
  if (release?.status !== 'planned') return undefined
  const { facility } = release
  const source = asked.target
  if (!mayMove(moment.options.authority, 'order.released', source, facility, moment.now)) return undefined
  const refused = (reason: string): Decision => ({
    events: [{ type: 'order.release_refused', data: { release: name, facility, reason }, source }],
  })
  if (outcome.result === 'refused') return refused(outcome.reason)
  if (outcome.result !== 'done') return undefined
  const { status, reason } = (outcome.answer ?? {}) as { status?: string; reason?: string }
  switch (status) {
    case 'accepted':
      return {
        events: [
          { type: 'order.released', data: { release: name, facility, lines: asLines(moment, release) }, source },
        ],
      }
    case 'deferred': {
      const wait = durationMs(moment.options.askAgainAfter ?? '15m')
      return { timers: [{ name: `deferred ${name}`, dueAt: moment.now + wait }] }
    }
    default:
      return refused(reason ?? `the warehouse answered “${status ?? 'nothing'}”`)
  }
}

/** The lines of a release as they were asked. */
export function asLines(moment: Moment, release: Release): LineQuantity[] {
  return release.lines.map(({ line, quantity }) => ({
    line,
    item: lineOf(moment.order, line)?.item ?? '',
    quantity,
  }))
}

/**
 * A deferred release is asked again, under a new key: the old one would get the old answer. Not while it is recalled:
 * the warehouse would take what nobody wants.
 */
export function askAgain(moment: Moment, input: Input & { kind: 'timer' }): Decision | undefined {
  const name = input.name.slice('deferred '.length)
  const release = releaseOf(moment.order, name)
  const warehouse = release && moment.warehouse(release.facility)
  if (release?.status !== 'planned' || !warehouse) return undefined
  const key = `${name}/${placeKey(input.dueAt)}`
  return { requests: [request(moment, warehouse.system, 'warehouse.release', key, { release: name })] }
}

/**
 * The warehouse does not take it: its stock is given back, to be looked for elsewhere, and what was to be recalled of it
 * is cancelled. Where another system sources, that one has to look, and a person is to tell it.
 */
export function giveBack(moment: Moment, event: JournalEvent): Decision | undefined {
  const { release: name, facility, reason } = event.data as EventData['order.release_refused']
  const release = releaseOf(moment.order, name)
  if (!release) return undefined
  const isOurs = mayMove(moment.options.authority, 'order.sourced', CROSSDOCK, facility, moment.now)
  const recalled = moment.state.recalls.filter((asked) => asked.release === name)
  const kept = keptFor(moment, release)
  const lines = isOurs ? kept : kept.flatMap((one) => among(recalled, one))
  const events: NewEvent[] = []
  if (lines.length > 0)
    events.push(...(free(facility, lines, `${facility} refused the release: ${reason}`).events ?? []))
  for (const asked of recalled) {
    const data = { lines: asked.lines, reason: asked.reason, by: CROSSDOCK }
    events.push({ type: 'order.line_cancelled', data }) // nobody has it any more: what was to be recalled is cancelled
  }
  if (sizeOf(lines) < sizeOf(kept)) events.push(refusedElsewhere(moment, facility, reason))
  return unlessEmpty({ events })
}

/** What a facility keeps for the lines of a release. */
function keptFor({ order }: Moment, { facility, lines }: Release): LineQuantity[] {
  return lines.flatMap((row) => {
    const kept = order.reservations.find((one) => one.facility === facility && one.line === row.line)
    const quantity = Math.min(kept?.quantity ?? 0, row.quantity)
    return quantity > 0 ? [{ line: row.line, item: lineOf(order, row.line)?.item ?? '', quantity }] : []
  })
}

/** As much of a line as was to be recalled. */
function among(recalled: OrderToCash['recalls'], kept: LineQuantity): LineQuantity[] {
  const asked = recalled.flatMap(({ lines }) => lines.filter((one) => one.line === kept.line))
  const quantity = Math.min(kept.quantity, sizeOf(asked))
  return quantity > 0 ? [{ ...kept, quantity }] : []
}

const sizeOf = (lines: readonly LineQuantity[]) => lines.reduce((sum, { quantity }) => sum + quantity, 0)

function refusedElsewhere(moment: Moment, facility: string, reason: string): NewEvent {
  const partner = moment.warehouse(facility)?.system ?? facility
  const says = `${facility} refused the release: ${reason}; ${sourcer(moment)} has to look for it elsewhere`
  return {
    type: 'order.flagged',
    data: { cause: 'release refused', field: 'warehouse.release', partner, reason: says },
  }
}

/** Requests for what a release still has, when it should come back. */
export function recall(
  moment: Moment,
  release: Release,
  lines: readonly LineQuantity[],
  reason: string,
  key: string,
): { readonly events: readonly NewEvent[]; readonly requests: readonly NewRequest[] } {
  const asked: NewEvent = {
    type: 'order.recall_asked',
    data: { release: release.release, lines, reason },
    source: CROSSDOCK,
  }
  const warehouse = moment.warehouse(release.facility)
  if (!warehouse || warehouse.speaks === 'edi') {
    const says = `${release.facility} takes no recalls by file; it has to be called`
    return {
      events: [asked, { type: 'order.recall_refused', data: { release: release.release, reason: says } }],
      requests: [],
    }
  }
  const args = { release: release.release, lines }
  return { events: [asked], requests: [request(moment, warehouse.system, 'warehouse.recall', key, args)] }
}
