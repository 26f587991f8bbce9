import type { DocumentFault } from '../documents/faults.ts'
import type { OrderChange } from '../documents/order-change/schema.ts'
import type { Judgement } from '../edi/x12/judge.ts'
import type { X12Fault, X12Interchange, X12Set } from '../edi/x12/reading.ts'
import { subjectOf } from '../lifecycle/subject.ts'
import { advicePart } from './advice-part.ts'
import { applicationAdvicePart } from './application-advice-part.ts'
import { type Arrival, type FaultyPart, isFaulty, type Part } from './arrival.ts'
import { errors } from './errors.ts'
import { ANSWERS, type OrderReading, setName, type UnderstoodSet } from './interchange-sets.ts'
import { orderChangePart } from './order-change-part.ts'
import { type OrderOrigin, orderPart } from './order-part.ts'
import { reasonOf, refusedInput } from './quarantine.ts'
import type { IntakeWorld, Sender } from './settings.ts'
import { wrongIn, wrongInSet } from './wrong.ts'

/** The mailbox an arrival belongs to: its partner's, else the system's own. */
export const mailboxOf = ({ tenant, system }: Arrival, { partner }: Pick<Sender, 'partner'> = {}): string =>
  subjectOf(tenant, 'mailbox', partner ?? system)

/** The documents that may go on, and a case for each that was rejected. One bad set never rejects its neighbours. */
export function contentOf(
  judgement: Judgement,
  documents: ReadonlyMap<X12Set, UnderstoodSet>,
  arrival: Arrival,
  world: IntakeWorld,
): (Part | FaultyPart)[] {
  const understood = [...documents.values()]
  const sets = judgement.groups.flatMap((group) => group.sets)
  return sets.flatMap(({ set, accepted }, at) => {
    if (ANSWERS.has(set.id)) return []
    const name = setName(judgement.interchange.controlNumber, set)
    if (!accepted) return [rejectedSet(set, name, arrival, world)]
    const { order, advice, change, opinion, told } = understood[at] ?? {}
    if (told) return inProduction(told.by.part(told.document, name, arrival, world), judgement.interchange)
    if (change?.document) return [ediChange(change.document, name, judgement.interchange, arrival, world)]
    if (opinion?.document) {
      const mailbox = mailboxOf(arrival, world.sender)
      return [{ ...applicationAdvicePart(opinion.document, name, mailbox, arrival), name }]
    }
    if (advice?.document)
      return inProduction({ ...advicePart(advice.document, name, arrival, world), name }, judgement.interchange)
    if (!order?.document) return []
    return [ediOrder(order.document, name, order.warnings, judgement.interchange, arrival, world)]
  })
}

/** What is only a test changes no stock and moves no shipment; what is wrong in it is told all the same. */
function inProduction(part: Part | FaultyPart, { usage }: X12Interchange): (Part | FaultyPart)[] {
  return usage === 'T' && !isFaulty(part) ? [] : [part]
}

function rejectedSet(set: X12Set, part: string, arrival: Arrival, { sender }: IntakeWorld): FaultyPart {
  const error = errors.SET_REJECTED.with(
    set.faults.map(({ segment = 0, tag = '', element, message, code }) => ({
      pointer: `/${segment}/${tag}${element === undefined ? '' : `/${element}`}`,
      detail: message,
      code,
    })),
    set.id,
    set.controlNumber,
  )
  const detail = { set: set.id, control: set.controlNumber, faults: briefly(set.faults) }
  const { code } = error
  const reason = reasonOf(error)
  const refusal = { report: `x12 ${set.id}`, code, reason, detail, wrong: wrongInSet(set.faults), part }
  return {
    what: `set ${set.id}`,
    name: part,
    error,
    inputs: [refusedInput(mailboxOf(arrival, sender), arrival, refusal)],
  }
}

const MOST_BRIEF = 20

/** Faults as a case shows them: the first few, without what stood there. */
export function briefly(faults: readonly X12Fault[]): object[] {
  return faults
    .slice(0, MOST_BRIEF)
    .map(({ code, message, segment, tag, element }) => ({ code, message, segment, tag, element }))
}

/** An order by X12 is as good as one by HTTP; what cannot be understood beyond syntax becomes a case, not a 997. */
function ediOrder(
  document: NonNullable<OrderReading['document']>,
  name: string,
  warnings: readonly DocumentFault[],
  interchange: X12Interchange,
  arrival: Arrival,
  { sender, master }: IntakeWorld,
): Part | FaultyPart {
  const part = orderPart(document, warnings, originOf(interchange, arrival, sender), master)
  return namedPart(part, 'purchase-order', document, name, arrival, sender)
}

/** A change of an order waits for it when it comes first. */
function ediChange(
  document: OrderChange,
  name: string,
  interchange: X12Interchange,
  arrival: Arrival,
  { sender, master }: IntakeWorld,
): Part | FaultyPart {
  const origin = { ...originOf(interchange, arrival, sender), changeWaitMs: sender.edi?.changeWaitMs }
  return namedPart(orderChangePart(document, name, origin, master), 'order-change', document, name, arrival, sender)
}

function originOf(interchange: X12Interchange, arrival: Arrival, sender: Sender): OrderOrigin {
  return {
    tenant: arrival.tenant,
    system: arrival.system,
    test: interchange.usage === 'T',
    bytes: arrival.bytes,
    receivedAt: arrival.receivedAt,
    ediSender: `${interchange.senderQualifier}:${interchange.sender}`,
    ...(sender.partner === undefined ? {} : { partner: sender.partner }),
    ...(sender.customer === undefined ? {} : { customer: sender.customer }),
  }
}

function namedPart(
  part: Part | FaultyPart,
  report: string,
  document: { readonly number: string },
  name: string,
  arrival: Arrival,
  sender: Sender,
): Part | FaultyPart {
  if (!('error' in part)) return { ...part, name }
  const { code, faults } = part.error
  const reason = reasonOf(part.error)
  const detail = { order: document.number, faults }
  const refusal = { report, code, reason, detail, wrong: wrongIn(document, faults), part: name }
  return { ...part, name, inputs: [refusedInput(mailboxOf(arrival, sender), arrival, refusal)] }
}
