/**
 * The loads of carriers that speak EDI. A carrier knows a shipment by its own number, by the bill of lading or by the
 * number that we gave it; this room keeps which shipment of which order each of them means, from dispatch on. What a
 * carrier says of a shipment that has not left yet waits for it, and is for a person when it never leaves.
 */
import type { DecideContext, Decision, Input, JournalEvent, NewEvent, Report, Room } from '../journal/contract.ts'
import type { EventData, LoadFacts, OfLoad } from './events.ts'
import {
  type EarlyWord,
  foldLoad,
  type LoadState,
  loadKey,
  loadLoad,
  loadTable,
  namesIn,
  type OfLoadType,
  otherNames,
  saveLoad,
  statusName,
  unknownLoad,
} from './load-state.ts'
import { partsOf, subjectOf } from './subject.ts'

/** A carrier that speaks EDI. */
export interface EdiCarrier {
  readonly name: string
  readonly scac: string
  /** How long what it says may wait for the shipment to leave. 4 hours. */
  readonly patienceMs?: number
}

/** What the room of loads is made with. */
export interface LoadOptions {
  readonly carriers: readonly EdiCarrier[]
  /** The carrier to which the shipments of a facility are tendered, when it is one of these. */
  readonly tendersTo: (facility: string) => string | undefined
}

const PATIENCE_MS = 4 * 3_600_000

/** Opens the room of loads. */
export function loadRoom(options: LoadOptions): Room<LoadState> {
  const byName = new Map(options.carriers.map((carrier) => [carrier.name, carrier]))
  const byScac = new Map(options.carriers.map((carrier) => [carrier.scac, carrier.name]))
  /** Who carries it: who was offered it, and whom the warehouse names. */
  const carriersOf = ({ facility, scac }: EventData['order.shipped']): readonly string[] => {
    const offered = options.tendersTo(facility)
    const named = scac === undefined ? undefined : byScac.get(scac)
    return [...new Set([offered, named])].filter((name): name is string => name !== undefined && byName.has(name))
  }
  const patienceOf = (subject: string): number => byName.get(partsOf(subject).id)?.patienceMs ?? PATIENCE_MS
  return {
    name: 'loads',
    about: 'load',
    table: loadTable,
    initial: unknownLoad,
    load: (_key, row) => loadLoad(row),
    save: saveLoad,
    keys: keysOf,
    fold: foldLoad,
    hears: {
      'order.shipped': ({ subject, data }) =>
        carriersOf(data).map((name) => subjectOf(partsOf(subject).tenant, 'load', name)),
    },
    decide: (state, input, context) => {
      if (input.kind === 'heard') return announce(input, options)
      if (input.kind === 'report') return onReport(input, context, patienceOf(input.subject))
      if (input.kind === 'recorded') return onRecorded(input.event, context)
      return input.kind === 'timer' ? giveUp(state, input.name, context.now) : undefined
    },
  }
}

function keysOf(about: Input | JournalEvent): readonly string[] {
  const { subject } = about
  const keys = namesOf(about).map((name) => loadKey(subject, name))
  // an input is decided with the state of its first key
  return keys.length > 0 || !('kind' in about) ? keys : [subject]
}

function namesOf(about: Input | JournalEvent): readonly string[] {
  if (!('kind' in about)) return namesIn(about)
  switch (about.kind) {
    case 'recorded': {
      const others = otherNames(about.event)
      return others.length > 0 ? others : namesIn(about.event)
    }
    case 'heard':
      return about.event.type === 'order.shipped' ? shippedNames(about.event as JournalEvent<'order.shipped'>) : []
    case 'report':
      return (about.data as OfLoad).references
    case 'timer':
      return [about.name.slice(about.name.indexOf('/') + 1)]
    default:
      return []
  }
}

/**
 * What a carrier may call a shipment: our number for it, whole or as documents have room for it, and what is on the truck.
 * The number on a parcel is the shipment's where it is the only one: of several parcels one does not speak for all.
 */
function shippedNames({ source, data }: JournalEvent<'order.shipped'>): string[] {
  const { shipment, bol, pro, cartons = [] } = data
  const bare = shipment.startsWith(`${source}-`) ? shipment.slice(source.length + 1) : shipment
  const names = [shipment, loadNumber(shipment), bare].map((number) => `shipment ${number}`)
  if (bol !== undefined) names.push(`bol ${bol}`)
  if (pro !== undefined) names.push(`pro ${pro}`)
  const parcels = new Set(cartons.map(({ tracking }) => tracking))
  const [only] = parcels
  if (parcels.size === 1 && only !== undefined) names.push(`pro ${only}`)
  return [...new Set(names)]
}

/** The number of a shipment on documents that have room for thirty characters: its end tells it from others. */
export const loadNumber = (shipment: string): string => shipment.slice(-30)

/** A shipment left: the carrier may speak of it from now on. */
function announce(
  { event, subject }: Input & { kind: 'heard' },
  { tendersTo }: Pick<LoadOptions, 'tendersTo'>,
): Decision | undefined {
  if (event.type !== 'order.shipped') return undefined
  const shipped = event as JournalEvent<'order.shipped'>
  const { shipment, facility, freight: quoted } = shipped.data
  const load: LoadFacts = { order: partsOf(event.subject).id, shipment, facility, ...(quoted ? { quoted } : {}) }
  const tendered = tendersTo(facility) === partsOf(subject).id
  const data = { ...load, references: shippedNames(shipped), tendered }
  return { events: [{ type: 'load.announced', data, occurredAt: event.occurredAt }] }
}

function onReport(report: Report, context: DecideContext, patienceMs: number): Decision {
  const data = report.data as OfLoad
  const row = data.references
    .map((name) => context.state<LoadState>(loadKey(report.subject, name)))
    .find(({ loads }) => loads.length > 0)
  return row ? fact(report, data, row) : wait(report, data, context, patienceMs)
}

/** The most particular name that is known says which load is meant; a bill of lading may mean several. */
function fact({ type, source, occurredAt, receipt }: Report, data: OfLoad, { loads, seen }: LoadState): Decision {
  const isNew = ({ shipment }: LoadFacts) =>
    type !== 'load.status_told' || !seen.includes(statusName(data as EventData['load.status_told'], shipment))
  return {
    events: loads
      .filter(isNew)
      .map((load): NewEvent => ({ ...told(type as OfLoadType, data, load), source, occurredAt, receipt })),
  }
}

function told(type: OfLoadType, data: OfLoad, { order, shipment, quoted }: LoadFacts): NewEvent {
  const about = type === 'load.billed' && quoted ? { ...data, order, shipment, quoted } : { ...data, order, shipment }
  return { type, data: about } as NewEvent
}

function wait(
  { type, source, occurredAt, receipt, subject }: Report,
  data: OfLoad,
  context: DecideContext,
  patienceMs: number,
): Decision {
  const deadline = context.now + patienceMs
  const [first = ''] = data.references
  const isFirst = context.state<LoadState>(loadKey(subject, first)).early.length === 0
  return {
    events: [
      {
        type: 'report.early',
        data: { report: type, waitsFor: 'order.shipped', deadline, data, from: source, occurredAt },
        source,
        occurredAt,
        receipt,
      },
    ],
    timers: isFirst ? [{ name: `early/${first}`, dueAt: deadline }] : [],
  }
}

function onRecorded(event: JournalEvent, context: DecideContext): Decision | undefined {
  if (event.type === 'load.announced') return wake(event as JournalEvent<'load.announced'>, context)
  return dropElsewhere(event, context)
}

/** The shipment has left: what waited for it is told, in the order in which it happened. */
function wake({ subject, data: load }: JournalEvent<'load.announced'>, context: DecideContext): Decision | undefined {
  const waiting = new Map<number, EarlyWord>()
  for (const name of load.references)
    for (const early of context.state<LoadState>(loadKey(subject, name)).early) waiting.set(early.at, early)
  const inOrder = [...waiting.values()].sort((a, b) => a.occurredAt - b.occurredAt)
  const events = inOrder.map(({ type, data, at: waited, from: source, occurredAt, receipt }): NewEvent => {
    const known = data.references.filter((name) => load.references.includes(name))
    return { ...told(type, { ...data, waited, known }, load), source, occurredAt, receipt }
  })
  return events.length > 0 ? { events } : undefined
}

/** What became known by one name, or was given up under it, waits no more under its others. */
function dropElsewhere(event: JournalEvent, context: DecideContext): Decision | undefined {
  const names = otherNames(event)
  const { waited } = event.data as OfLoad
  for (const name of names) {
    const early = context.state<LoadState>(loadKey(event.subject, name)).early.find(({ at }) => at === waited)
    if (!early) continue
    const { type: report, from, occurredAt, deadline } = early
    const data = { report, waitsFor: '', deadline, from, occurredAt, data: { references: names, waited } }
    return { events: [{ type: 'report.early', data, source: from, occurredAt }] }
  }
  return undefined
}

/** The time of some is over, and no shipment of theirs has left. */
function giveUp({ early }: LoadState, name: string, now: number): Decision | undefined {
  const over = early.filter(({ deadline }) => deadline <= now)
  const next = early.find(({ deadline }) => deadline > now)
  return { events: over.map(refused), timers: next ? [{ name, dueAt: next.deadline }] : [] }
}

function refused({ type: report, data, from, at: waited, occurredAt, receipt }: EarlyWord): NewEvent {
  const reason = `No shipment of ours has left that ${from} knows by ${data.references.join(', ')}.`
  return {
    type: 'report.refused',
    data: { report, code: 'EARLY_TOO_LONG', reason, from, data, waited },
    source: from,
    occurredAt,
    receipt,
  }
}
