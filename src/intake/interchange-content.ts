import type { Pieces } from '../base/pieces.ts'
import type { ApplicationAdvice } from '../documents/application-advice/schema.ts'
import { documentNamed } from '../documents/catalogue.ts'
import type { DocumentType } from '../documents/document.ts'
import type { OrderChange } from '../documents/order-change/schema.ts'
import type { PurchaseOrder } from '../documents/purchase-order/schema.ts'
import type { WarehouseAdvice } from '../documents/warehouse-advice/schema.ts'
import { subjectOf } from '../lifecycle/subject.ts'
import { advicePart } from './advice-part.ts'
import { applicationAdvicePart } from './application-advice-part.ts'
import { type Arrival, type FaultyPart, isFaulty, type Part } from './arrival.ts'
import { errors } from './errors.ts'
import { isTaken } from './expected-documents.ts'
import type { OpenedDocument, OpenedFault, OpenedInterchange, Standard } from './interchange.ts'
import { orderChangePart } from './order-change-part.ts'
import { type OrderOrigin, orderPart } from './order-part.ts'
import { reportOf } from './partner-reports.ts'
import { reasonOf, refusedInput } from './quarantine.ts'
import { relayedPart } from './relayed-part.ts'
import type { IntakeWorld, Sender } from './settings.ts'
import { wrongIn, wrongInSet } from './wrong.ts'

/** The mailbox an arrival belongs to: its partner's, else the system's own. */
export const mailboxOf = ({ tenant, system }: Arrival, { partner }: Pick<Sender, 'partner'> = {}): string =>
  subjectOf(tenant, 'mailbox', partner ?? system)

/** Where a document came from: its interchange, the arrival, and what was known of its sender. */
interface Whence {
  readonly interchange: OpenedInterchange
  readonly arrival: Arrival
  readonly world: IntakeWorld
}

/** The documents that may go on, and a case for each that was rejected. One bad one never rejects its neighbours. */
export function* contentOf(
  interchange: OpenedInterchange,
  arrival: Arrival,
  world: IntakeWorld,
): Pieces<(Part | FaultyPart)[]> {
  const whence = { interchange, arrival, world }
  const parts: (Part | FaultyPart)[] = []
  for (const opened of interchange.documents) {
    parts.push(...partsOf(opened, whence))
    yield
  }
  return parts
}

function partsOf(opened: OpenedDocument, whence: Whence): (Part | FaultyPart)[] {
  const { interchange, arrival, world } = whence
  if (opened.isAnswer) return []
  if (!opened.accepted) return [rejected(opened, interchange.standard, arrival, world)]
  const { type = '', document } = opened
  if (document === undefined) return []
  const isRelayed = world.sender.relays?.has(type) ?? false
  const own = isRelayed && !isTaken(type, world.sender) ? undefined : takeOwn(type, opened, whence)
  return [...(own ? [own] : []), ...(isRelayed ? [relayed(opened, whence)] : [])]
}

/** What the hub itself does with a document. */
function takeOwn(type: string, opened: OpenedDocument, whence: Whence): Part | FaultyPart | undefined {
  const take = TAKES[type] ?? reported(type, whence.world.sender)
  return take?.(opened, whence)
}

/** A document on its way to the systems that its sender's configuration names. */
function relayed({ type = '', document, name }: OpenedDocument, { interchange, arrival, world }: Whence): Part {
  const test = interchange.usage === 'T'
  return relayedPart({ type: documentNamed(type) as DocumentType, document, name, test }, arrival, world.sender)
}

type Take = (opened: OpenedDocument, whence: Whence) => Part | FaultyPart | undefined

/** What becomes of a document, by its type. */
const TAKES: Readonly<Record<string, Take>> = {
  'purchase-order': takeOrder,
  'order-change': takeChange,
  'application-advice': takeOpinion,
  'warehouse-advice': takeAdvice,
}

/** What a partner tells of goods, loads and bills. */
function reported(type: string, sender: Sender): Take | undefined {
  const report = reportOf(type, sender)
  if (!report) return undefined
  return ({ document, name }, whence) =>
    inProduction(report.part(document, name, whence.arrival, whence.world), whence.interchange)
}

/** What is only a test changes no stock and moves no shipment; what is wrong in it is told all the same. */
function inProduction(part: Part | FaultyPart, { usage }: OpenedInterchange): Part | FaultyPart | undefined {
  return usage === 'T' && !isFaulty(part) ? undefined : part
}

/** An order by EDI is as good as one by HTTP; what cannot be understood beyond syntax becomes a case, and no refusal. */
function takeOrder({ document, warnings = [], name }: OpenedDocument, whence: Whence): Part | FaultyPart {
  const order = document as PurchaseOrder
  const part = orderPart(order, warnings, originOf(whence), whence.world.master)
  return namedPart(part, 'purchase-order', order, name, whence)
}

/** A change of an order waits for it when it comes first. */
function takeChange({ document, name }: OpenedDocument, whence: Whence): Part | FaultyPart {
  const change = document as OrderChange
  const { sender, master } = whence.world
  const origin = { ...originOf(whence), changeWaitMs: sender.edi?.changeWaitMs }
  return namedPart(orderChangePart(change, name, origin, master), 'order-change', change, name, whence)
}

function takeOpinion({ document, name }: OpenedDocument, { arrival, world }: Whence): Part {
  const mailbox = mailboxOf(arrival, world.sender)
  return { ...applicationAdvicePart(document as ApplicationAdvice, name, mailbox, arrival), name }
}

function takeAdvice({ document, name }: OpenedDocument, { interchange, arrival, world }: Whence) {
  return inProduction({ ...advicePart(document as WarehouseAdvice, name, arrival, world), name }, interchange)
}

function rejected(opened: OpenedDocument, standard: Standard, arrival: Arrival, { sender }: IntakeWorld): FaultyPart {
  const { id, control, name, faults } = opened
  const error = errors.SET_REJECTED.with(
    faults.map(({ segment = 0, tag = '', element, component, message, code }) => ({
      pointer: pointerOf(segment, tag, element, standard === 'edifact' ? component : undefined),
      detail: message,
      code,
    })),
    id,
    control,
  )
  const detail = { set: id, control, faults: briefly(faults) }
  const { code } = error
  const reason = reasonOf(error)
  const refusal = { report: `${standard} ${id}`, code, reason, detail, wrong: wrongInSet(faults, standard), part: name }
  return {
    what: `${standard === 'x12' ? 'set' : 'message'} ${id}`,
    name,
    error,
    inputs: [refusedInput(mailboxOf(arrival, sender), arrival, refusal)],
  }
}

/** `/7/QTY/1/3`: segment, element, and in EDIFACT the component. */
const pointerOf = (segment: number, ...place: readonly (string | number | undefined)[]): string =>
  `/${[segment, ...place.filter((one) => one !== undefined)].join('/')}`

const MOST_BRIEF = 20

/** Faults as a case shows them: the first few, without what stood there. */
export function briefly(faults: readonly OpenedFault[]): object[] {
  return faults
    .slice(0, MOST_BRIEF)
    .map(({ code, message, segment, tag, element }) => ({ code, message, segment, tag, element }))
}

function originOf({ interchange, arrival, world: { sender } }: Whence): OrderOrigin {
  return {
    tenant: arrival.tenant,
    system: arrival.system,
    test: interchange.usage === 'T',
    bytes: arrival.bytes,
    receivedAt: arrival.receivedAt,
    ediSender: interchange.sender,
    ...(sender.partner === undefined ? {} : { partner: sender.partner }),
    ...(sender.customer === undefined ? {} : { customer: sender.customer }),
  }
}

function namedPart(
  part: Part | FaultyPart,
  report: string,
  document: { readonly number: string },
  name: string,
  { arrival, world: { sender } }: Whence,
): Part | FaultyPart {
  if (!('error' in part)) return { ...part, name }
  const { code, faults } = part.error
  const reason = reasonOf(part.error)
  const detail = { order: document.number, faults }
  const refusal = { report, code, reason, detail, wrong: wrongIn(document, faults), part: name }
  return { ...part, name, inputs: [refusedInput(mailboxOf(arrival, sender), arrival, refusal)] }
}
