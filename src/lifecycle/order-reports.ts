/**
 * What a report about an order is, judged against the order as it stands: a fact, too early, a repeat without effect,
 * or refused with a reason a person understands.
 */
import type { NewEvent } from '../journal/contract.ts'
import { type AuthorityProfile, mayMove, who } from './authority.ts'
import type { Carton, EventData, EventType, LineQuantity, OrderFacts, OrderLineFacts } from './events.ts'
import { allocated, open } from './order-line.ts'
import {
  cartonOf,
  isOver,
  lineOf,
  type OrderState,
  type PackedCarton,
  type PackedLine,
  releaseLineOf,
  releaseOf,
  shipmentOf,
} from './order-state.ts'
import { MOST_RELEASES, type Release, releaseNumber, toPick } from './release.ts'
import { shippedLines } from './shipped-lines.ts'

/** Why a report is refused: who may not, what the state forbids, what does not fit what was said before. */
export type RefusalCode = 'AUTHORITY' | 'STATE' | 'CONFLICT' | 'INVARIANT' | 'UNKNOWN' | 'EARLY_TOO_LONG' | 'GAP'

export type Verdict =
  | { readonly is: 'fact'; readonly events: readonly NewEvent[] }
  | { readonly is: 'early'; readonly waitsFor: string }
  | { readonly is: 'repeat' }
  | { readonly is: 'refused'; readonly code: RefusalCode; readonly reason: string }

/** A report with what its judges need. */
export interface Hearing {
  readonly order: OrderState
  readonly orderId: string
  readonly facts: OrderFacts | undefined
  readonly authority: AuthorityProfile
  readonly source: string
  readonly occurredAt: number
}

const REPEAT: Verdict = { is: 'repeat' }
const early = (waitsFor: string): Verdict => ({ is: 'early', waitsFor })
const refused = (code: RefusalCode, reason: string): Verdict => ({ is: 'refused', code, reason })
const fact = (...events: NewEvent[]): Verdict => ({ is: 'fact', events })

type Judge<T extends EventType> = (data: EventData[T], hearing: Hearing) => Verdict

const judges: { readonly [T in EventType]?: Judge<T> } = {
  'pick.started': (data, hearing) =>
    onRelease(data.release, 'pick.started', hearing, (release) =>
      release.started ? REPEAT : fact({ type: 'pick.started', data }),
    ),
  'pick.confirmed': (data, hearing) =>
    onRelease(
      data.release,
      'pick.confirmed',
      hearing,
      (release) => unpickable(release, data.lines, hearing) ?? fact({ type: 'pick.confirmed', data }),
    ),
  'pick.short': (data, hearing) =>
    onRelease(
      data.release,
      'pick.short',
      hearing,
      (release) =>
        unpickable(release, data.lines, hearing) ??
        fact({ type: 'pick.short', data: { ...data, facility: release.facility } }),
    ),
  'substitution.made': (data, hearing) =>
    onRelease(data.release, 'substitution.made', hearing, (release) => substitution(release, data, hearing)),
  'carton.closed': (data, hearing) =>
    onRelease(data.release, 'carton.closed', hearing, (release) => cartonClosed(release, data, hearing)),
  'shipment.manifested': (data, hearing) =>
    onRelease(data.release, 'shipment.manifested', hearing, () => manifested(data, hearing)),
  'shipment.dispatched': (data, hearing) =>
    onRelease(data.release, 'shipment.dispatched', hearing, (release) => dispatched(release, data, hearing)),
  'shipment.voided': (data, hearing) => {
    const name = shipmentName(data.shipment, hearing)
    const shipment = shipmentOf(hearing.order, name)
    if (!shipment) return early('shipment.manifested')
    const stranger = byStranger('shipment.voided', releaseOf(hearing.order, shipment.release)?.facility, hearing)
    if (stranger) return stranger
    if (shipment.status === 'voided') return REPEAT
    if (shipment.status === 'dispatched') return refused('STATE', `Shipment ${name} has left; it cannot be voided.`)
    return fact({ type: 'shipment.voided', data: { ...data, shipment: name } })
  },
  'shipment.milestone': (data, hearing) => {
    const name = carriedShipment(data.shipment ?? '', hearing)
    const stranger = byStranger('shipment.milestone', undefined, hearing)
    if (stranger) return stranger
    if (shipmentOf(hearing.order, name)?.status !== 'dispatched') return early('shipment.dispatched')
    return fact({ type: 'shipment.milestone', data: { ...data, shipment: name } })
  },
  'shipment.delivered': (data, hearing) => {
    const name = carriedShipment(data.shipment ?? '', hearing)
    const stranger = byStranger('shipment.delivered', undefined, hearing)
    if (stranger) return stranger
    const shipment = shipmentOf(hearing.order, name)
    if (shipment?.status !== 'dispatched') return early('shipment.dispatched')
    if (shipment.deliveredAt !== undefined) return REPEAT
    return fact({ type: 'order.delivered', data: { shipment: name, deliveredAt: data.at } })
  },
  'order.release_planned': (data, hearing) => releasePlanned(data, hearing),
  'order.released': (data, hearing) =>
    onAnswer(data.release, 'order.released', hearing, 'accepted', () =>
      fact({ type: 'order.released', data: { ...data, lines: answeredLines(data, hearing.order) } }),
    ),
  'order.release_refused': (data, hearing) =>
    onAnswer(data.release, 'order.release_refused', hearing, 'refused', () =>
      fact({ type: 'order.release_refused', data }),
    ),
  'order.recalled': (data, hearing) =>
    onRelease(
      data.release,
      'order.recalled',
      hearing,
      (release) => unpickable(release, data.lines, hearing) ?? fact({ type: 'order.recalled', data }),
    ),
  'order.recall_refused': (data, hearing) =>
    onRelease(data.release, 'order.recall_refused', hearing, () => fact({ type: 'order.recall_refused', data })),
  'order.posted': (data, hearing) =>
    byStranger('order.posted', undefined, hearing) ??
    (hearing.order.number === data.number
      ? REPEAT
      : hearing.order.number
        ? refused(
            'CONFLICT',
            `The order is already posted as ${hearing.order.number}; ${data.number} is a second number.`,
          )
        : fact({ type: 'order.posted', data })),
  'order.held': (data, hearing) =>
    byStranger('order.held', undefined, hearing) ??
    (hearing.order.holds.includes(data.hold) ? REPEAT : fact({ type: 'order.held', data })),
  'order.hold_lifted': (data, hearing) =>
    byStranger('order.hold_lifted', undefined, hearing) ??
    (hearing.order.holds.includes(data.hold) ? fact({ type: 'order.hold_lifted', data }) : REPEAT),
  'order.cancellation_requested': (data, hearing) =>
    byStranger('order.cancellation_requested', undefined, hearing) ??
    (isOver(hearing.order)
      ? refused('STATE', 'The order is finished; nothing is left to cancel.')
      : fact({ type: 'order.cancellation_requested', data })),
  'order.change_requested': (data, hearing) =>
    byStranger('order.change_requested', undefined, hearing) ??
    (isOver(hearing.order)
      ? refused('STATE', 'The order is finished; it cannot be changed. Place a new one.')
      : fact({ type: 'order.change_requested', data })),
  // a document is always heard: its sender gets an answer, whatever became of the order
  'order.change_received': (data) => fact({ type: 'order.change_received', data }),
}

/** Judges a report. The order is looked at, never changed. */
export function judge(type: EventType, data: unknown, hearing: Hearing): Verdict {
  const judged = judges[type] as Judge<EventType> | undefined
  if (!judged) return refused('UNKNOWN', `“${type}” is nothing that can be reported about an order.`)
  if (hearing.order.position === 0) return early('order.received')
  if (hearing.order.rejected && type !== 'order.change_received')
    return refused('STATE', `The order was rejected; “${type}” cannot follow.`)
  return judged(data as never, hearing)
}

/** The name of a shipment everywhere: the system that ships, and its own shipment number. */
function shipmentName(reported: string | undefined, { order, source }: Hearing): string {
  const name = reported ?? ''
  return shipmentOf(order, name) ? name : canonicalShipment(source, name)
}

/** The shipment a carrier means: it may use our name for it, or the bare number on the label. */
function carriedShipment(reported: string, hearing: Hearing): string {
  const name = shipmentName(reported, hearing)
  if (shipmentOf(hearing.order, name)) return name
  return hearing.order.shipments.find((known) => known.shipment.endsWith(`-${reported}`))?.shipment ?? name
}

/** `wms-east`, `S-17` → `wms-east-S-17`; a name that is already whole stays as it is. */
export function canonicalShipment(system: string, number: string): string {
  return number.startsWith(`${system}-`) ? number : `${system}-${number}`
}

function byStranger(type: EventType, facility: string | undefined, hearing: Hearing): Verdict | undefined {
  if (mayMove(hearing.authority, type, hearing.source, facility, hearing.occurredAt)) return undefined
  const owners = who(hearing.authority, type, facility, hearing.occurredAt)
  const where = facility === undefined ? '' : ` at ${facility}`
  const only = owners.length > 0 ? `only ${owners.join(' or ')} may` : 'nobody may'
  return refused('AUTHORITY', `${hearing.source} may not say “${type}”${where}; ${only}.`)
}

/** For what happens on the floor: the release must be known and accepted, and the reporter must own the facility. */
function onRelease(name: string, type: EventType, hearing: Hearing, next: (release: Release) => Verdict): Verdict {
  const release = releaseOf(hearing.order, name)
  if (!release) return early('order.released')
  const stranger = byStranger(type, release.facility, hearing)
  if (stranger) return stranger
  if (release.status === 'planned') return early('order.released')
  if (release.status === 'refused') return refused('STATE', `Release ${name} was refused by the warehouse itself.`)
  return next(release)
}

/** For a warehouse's own answer to a release, when it comes as a report. */
function onAnswer(
  name: string,
  type: EventType,
  hearing: Hearing,
  already: Release['status'],
  next: () => Verdict,
): Verdict {
  const release = releaseOf(hearing.order, name)
  if (!release) return early('order.release_planned')
  const stranger = byStranger(type, release.facility, hearing)
  if (stranger) return stranger
  if (release.status === already) return REPEAT
  if (release.status !== 'planned') return refused('STATE', `Release ${name} was answered “${release.status}” before.`)
  return next()
}

/** The lines of a release as they were asked: a warehouse's acceptance is of the whole. */
function answeredLines(data: EventData['order.released'], order: OrderState): readonly LineQuantity[] {
  const release = releaseOf(order, data.release)
  if (!release) return data.lines
  return release.lines.map((row) => ({
    line: row.line,
    item: lineOf(order, row.line)?.item ?? '',
    quantity: row.quantity,
  }))
}

function unpickable(release: Release, parts: readonly LineQuantity[], hearing: Hearing): Verdict | undefined {
  for (const part of parts) {
    const row = releaseLineOf(release, part.line)
    if (!row) return refused('STATE', `Line ${part.line} is not part of release ${release.release}.`)
    const line = lineOf(hearing.order, part.line)
    if (line?.item !== undefined && part.item !== line.item) {
      return refused(
        'CONFLICT',
        `Line ${part.line} is item ${line.item}, not ${part.item}; nobody approved a substitute.`,
      )
    }
    if (part.quantity <= 0) return refused('INVARIANT', `Line ${part.line}: a quantity of nothing.`)
    if (part.quantity > toPick(row)) {
      return refused('INVARIANT', `Line ${part.line}: more than release ${release.release} still has to pick.`)
    }
  }
  return undefined
}

/**
 * The warehouse used another item: what it replaces was not found and is taken back as suspect, and the substitute joins
 * the release.
 */
function substitution(release: Release, data: EventData['substitution.made'], hearing: Hearing): Verdict {
  const { order, facts } = hearing
  const row = releaseLineOf(release, data.line)
  const line = lineOf(order, data.line)
  if (!row || !line) return refused('STATE', `Line ${data.line} is not part of release ${release.release}.`)
  const child = lineOf(order, data.child.line)
  if (child) {
    if (child.item === data.child.item && releaseLineOf(release, child.line)) return REPEAT
    return refused('CONFLICT', `Line ${child.line} is ${child.item ?? 'another item'} already.`)
  }
  if (!facts?.substitutions) return refused('STATE', 'This customer takes no substitutes.')
  const original = facts.lines.find((one) => one.line === data.line)
  const permitted = original?.substitutes ?? []
  if (data.child.item === undefined || !permitted.includes(data.child.item)) {
    return refused('STATE', `Item ${data.child.item ?? '?'} is no approved substitute for line ${data.line}.`)
  }
  const replaced = Math.round((data.quantity * data.ratio[0]) / data.ratio[1])
  if (replaced > toPick(row)) return refused('INVARIANT', `Line ${data.line}: more is replaced than was left to pick.`)
  const { release: name, facility } = release
  const taken = { line: data.line, item: line.item ?? '', quantity: replaced }
  const given = [{ line: data.child.line, item: data.child.item, quantity: data.quantity }]
  return fact(
    { type: 'substitution.made', data: { ...data, facility, replaces: taken, child: answering(original, data.child) } },
    { type: 'order.recalled', data: { release: name, facility, lines: [taken], suspect: true } },
    { type: 'order.released', data: { release: name, facility, lines: given } },
  )
}

/** A substitute answers the customer's own line, under the names the customer gave it; its item and price are its own. */
function answering(original: OrderLineFacts | undefined, child: OrderLineFacts): OrderLineFacts {
  if (!original) return child
  return { ...child, customerLine: original.customerLine, ids: original.ids }
}

function cartonClosed(release: Release, data: EventData['carton.closed'], hearing: Hearing): Verdict {
  const { carton } = data
  const known = cartonOf(hearing.order, carton.carton)
  if (known) {
    if (sameContent(known, carton)) return REPEAT
    return refused('CONFLICT', `Carton ${carton.carton} was closed with other content; reopen it first.`)
  }
  for (const part of summed(carton.lines)) {
    const row = releaseLineOf(release, part.line)
    if (!row) return refused('STATE', `Line ${part.line} is not part of release ${release.release}.`)
    const item = lineOf(hearing.order, part.line)?.item
    if (item !== undefined && item !== part.item) {
      return refused('CONFLICT', `Carton ${carton.carton} holds ${part.item} for line ${part.line}, which is ${item}.`)
    }
    if (row.packed + part.quantity <= row.picked) continue
    if (row.packed + part.quantity <= row.picked + toPick(row)) return early('pick.confirmed')
    return refused('INVARIANT', `Carton ${carton.carton} holds more of line ${part.line} than was picked.`)
  }
  return serialElsewhere(carton, hearing.order) ?? fact({ type: 'carton.closed', data })
}

/** A serial is in one place only: what another carton of the order holds cannot be in this one, too. */
function serialElsewhere(
  { carton, lines }: EventData['carton.closed']['carton'],
  order: OrderState,
): Verdict | undefined {
  for (const { item, serials } of lines) {
    const known = serials && order.cartons.find((other) => other.lines.some((line) => shares(line, item, serials)))
    if (known) {
      return refused(
        'INVARIANT',
        `Carton ${carton} holds a serial of ${item} that carton ${known.carton} holds already.`,
      )
    }
  }
  return undefined
}

const shares = (line: PackedLine, item: string, serials: readonly string[]): boolean =>
  line.item === item && serials.some((serial) => line.serials?.includes(serial) === true)

function sameContent(known: PackedCarton, carton: Carton): boolean {
  const before = summed(known.lines)
  const now = summed(carton.lines)
  return (
    before.length === now.length &&
    now.every((part) => before.some((one) => one.line === part.line && one.quantity === part.quantity))
  )
}

/** One row for each line: a carton may name a line once for every lot. */
function summed<T extends LineQuantity>(parts: readonly T[]): { line: string; item: string; quantity: number }[] {
  const sums: { line: string; item: string; quantity: number }[] = []
  for (const part of parts) {
    const known = sums.find((sum) => sum.line === part.line)
    if (known) known.quantity += part.quantity
    else sums.push({ line: part.line, item: part.item, quantity: part.quantity })
  }
  return sums
}

function manifested(data: EventData['shipment.manifested'], hearing: Hearing): Verdict {
  const { order } = hearing
  const name = shipmentName(data.shipment, hearing)
  const known = shipmentOf(order, name)
  if (known && known.status !== 'voided') return REPEAT
  for (const { carton } of data.tracking) {
    const packed = cartonOf(order, carton)
    if (!packed) return early('carton.closed')
    if (packed.shipment !== undefined && packed.shipment !== name) {
      return refused('INVARIANT', `Carton ${carton} already travels in shipment ${packed.shipment}.`)
    }
  }
  return fact({ type: 'shipment.manifested', data: { ...data, shipment: name } })
}

/** Ship confirm: goods and title move. A second one for the same shipment takes nothing a second time. */
function dispatched(release: Release, data: EventData['shipment.dispatched'], hearing: Hearing): Verdict {
  const { order } = hearing
  const name = shipmentName(data.shipment, hearing)
  const known = shipmentOf(order, name)
  if (known?.status === 'dispatched') return REPEAT
  if (known?.status === 'voided') return refused('STATE', `Shipment ${name} was voided; it cannot leave.`)
  const loaded = loadedCartons(release, name, data, order)
  if (!Array.isArray(loaded)) return loaded
  const lines = shippedLines(loaded)
  if (lines.length === 0) return early('carton.closed')
  const { cartons: _, order: __, ...truck } = data
  return fact({
    type: 'order.shipped',
    data: {
      ...truck,
      shipment: name,
      facility: release.facility,
      lines,
      cartons: loaded.map(asCarton),
    },
  })
}

/** The cartons that leave: those named, else those of its manifest, else all that are packed and not yet on a truck. */
function loadedCartons(
  release: Release,
  name: string,
  data: EventData['shipment.dispatched'],
  order: OrderState,
): PackedCarton[] | Verdict {
  if (data.cartons.length === 0) {
    const manifest = order.cartons.filter((carton) => carton.shipment === name)
    if (manifest.length > 0) return manifest
    return order.cartons.filter((carton) => carton.release === release.release && carton.shipment === undefined)
  }
  const named = new Set<PackedCarton>()
  for (const { carton } of data.cartons) {
    const packed = cartonOf(order, carton)
    if (!packed) return early('carton.closed')
    if (packed.shipment !== undefined && packed.shipment !== name) {
      return refused('INVARIANT', `Carton ${carton} already travels in shipment ${packed.shipment}.`)
    }
    named.add(packed)
  }
  return order.cartons.filter((carton) => named.has(carton))
}

function asCarton(packed: PackedCarton): Carton {
  return {
    carton: packed.carton,
    ...(packed.sscc ? { sscc: packed.sscc } : {}),
    lines: packed.lines as Carton['lines'],
    ...(packed.weight ? { weight: packed.weight } : {}),
    ...(packed.weightUnit ? { weightUnit: packed.weightUnit } : {}),
    ...(packed.tracking ? { tracking: packed.tracking } : {}),
  }
}

/** Where another system releases: it may not while a hold stands, before acceptance, or beyond what is open. */
function releasePlanned(data: EventData['order.release_planned'], hearing: Hearing): Verdict {
  const { order } = hearing
  const stranger = byStranger('order.release_planned', data.facility, hearing)
  if (stranger) return stranger
  if (order.holds.length > 0) {
    return refused('STATE', `The order is held (${order.holds.join(', ')}); it cannot be released.`)
  }
  if (!order.accepted) return early('order.accepted')
  if (data.release && releaseOf(order, data.release)) return REPEAT
  if (order.releases.length >= MOST_RELEASES)
    return refused('STATE', `More than ${MOST_RELEASES} releases of one order.`)
  for (const part of data.lines) {
    const line = lineOf(order, part.line)
    if (!line) return refused('STATE', `There is no line ${part.line}.`)
    const sent = sentForLine(order, part.line)
    if (part.quantity <= 0 || part.quantity > open(line) - allocated(line) - sent) {
      return refused('INVARIANT', `Line ${part.line}: more is released than is open.`)
    }
  }
  const release = data.release || releaseNumber(hearing.orderId, order.releases.length + 1)
  return fact({ type: 'order.release_planned', data: { ...data, release, by: hearing.source } })
}

/** What releases still waiting for the warehouse's answer ask of a line. */
export function sentForLine(order: OrderState, line: string): number {
  let sum = 0
  for (const release of order.releases) {
    if (release.status === 'planned') sum += releaseLineOf(release, line)?.quantity ?? 0
  }
  return sum
}
