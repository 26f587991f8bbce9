/** What went wrong, with whom and where: failures with one cause are one case. */
import { keyHash } from '../base/ids.ts'
import type { JournalEvent } from '../journal/contract.ts'
import type { Again, Deadline, EventData, EventType, Wrong } from '../lifecycle/events.ts'
import { partsOf, subjectOf } from '../lifecycle/subject.ts'

/** Why something needs a person. `cause` is the phrase that the configuration gives an owner to. */
export interface Cause {
  readonly cause: string
  /** What is wrong: a value nobody knows, or the report, request or document it is about. */
  readonly field: string
  /** The system or partner it came from or goes to. */
  readonly partner: string
  /** What was said this time: an example of the case, not part of its identity. */
  readonly reason: string
  readonly again: Again
  /** What a target said, without the names and numbers of this one request; it tells two refusals apart. */
  readonly said?: string
}

type Causes = { readonly [T in EventType]?: (data: EventData[T], event: JournalEvent) => readonly Cause[] }

/** Refusals of the lifecycle: the report can be judged again once the world has moved. */
const JUDGED: Readonly<Record<string, string>> = {
  AUTHORITY: 'not its to say',
  INVARIANT: 'numbers do not add up',
  STATE: 'out of order',
  REFERENCE: 'unknown item',
  EARLY_TOO_LONG: 'came too early',
}

const FOR_A_PERSON: Readonly<Record<string, string>> = {
  CONFLICT: 'other content under the same key',
  GAP: 'report missing',
  XD_GATEWAY_AS2_REFUSED: 'message refused',
  XD_HUB_AS2_ID_REUSED: 'other content under the same key',
  XD_HUB_AS2_RECEIPT_NOT_TAKEN: 'receipt not delivered',
  XD_INTAKE_DOCUMENT_CONFLICT: 'possible duplicate',
}

/** Refusals of intake that leave the bytes in quarantine and give no key away: they can be read again. */
const READ_AGAIN = new Set(
  [
    'UNREADABLE',
    'DOCUMENT_FAULTY',
    'INTERCHANGE_UNREADABLE',
    'INTERCHANGE_REJECTED',
    'SET_REJECTED',
    'DOCUMENT_CONFLICT',
    'ORDER_CONFLICT',
    'CHANGE_CONFLICT',
    'ORDER_MISSING',
    'SNAPSHOT_SHRANK',
  ].map((name) => `XD_INTAKE_${name}`),
)

const UNKNOWN_UNIT = new Set(['XD_INTAKE_UOM_CONVERSION', 'XD_DOCUMENTS_UNIT_UNKNOWN'])

/** A character that may not stand there, where what stands there is letters and digits, is a letter in a number. */
const NO_NUMBER = new Set([
  'XD_EDI_ELEMENT_CHARACTER',
  'XD_EDI_EDIFACT_ELEMENT_CHARACTER',
  'XD_EDI_EDIFACT_ELEMENT_DECIMAL',
])

/** Where reports and documents name an item. */
const NAMES_ITEM = /\/(?:item|sku|ids\/\[\]\/value)$/

/** A wrong code is named by itself; where it stood only tells apart codes of different meaning. */
function causeOfWrong({ code, field, value }: Wrong): Pick<Cause, 'cause' | 'field'> {
  if (value === undefined) return { cause: 'report refused', field }
  if (UNKNOWN_UNIT.has(code)) return { cause: 'unknown unit', field: value }
  if (code === 'XD_INTAKE_UNKNOWN' && NAMES_ITEM.test(field)) return { cause: 'unknown item', field: value }
  return { cause: NO_NUMBER.has(code) ? 'not a number' : 'unknown code', field: `${field} ${value}` }
}

function refusedReport({ report, code, reason, from, wrong }: EventData['report.refused'], event: JournalEvent): Cause {
  const plain = { field: report, partner: from, reason }
  const judged = JUDGED[code]
  if (judged !== undefined) return { ...plain, cause: judged, again: 'report' }
  const again = event.receipt !== undefined && READ_AGAIN.has(code) ? 'arrival' : 'person'
  if (!wrong) return { ...plain, cause: FOR_A_PERSON[code] ?? 'report refused', again }
  const { cause, field } = causeOfWrong(wrong)
  const reported = field === wrong.field ? `${report} ${field}` : field
  return { cause, field: reported, partner: from, reason, again }
}

const causes: Causes = {
  'report.refused': (data, event) => [refusedReport(data, event)],
  'order.held': ({ missing = [], from = '' }) =>
    missing.map(({ kind, value }) => ({
      cause: `unknown ${kind}`,
      field: value === '' ? 'not said' : value,
      partner: from,
      reason: `${kind} ${value} is not known`,
      again: 'reference',
    })),
  'delivery.refused': ({ verb, target, reason }) => [
    { cause: 'partner refused', field: verb, partner: target, reason, again: 'delivery', said: shapeOf(reason) },
  ],
  'delivery.parked': ({ verb, target, reason }) => [
    { cause: 'not delivered', field: verb, partner: target, reason, again: 'delivery' },
  ],
  'delivery.in_doubt': ({ verb, target, reason }) => [
    { cause: 'in doubt', field: verb, partner: target, reason, again: 'delivery' },
  ],
  'order.flagged': ({ cause, field, partner, reason }) => [{ cause, field, partner, reason, again: 'person' }],
  'deadline.near': (deadline) => [dueCause('due soon', deadline)],
  'deadline.missed': (deadline) => [dueCause('overdue', deadline)],
  'subject.parked': ({ room, reason }) => [
    { cause: 'stopped', field: room, partner: 'Crossdock', reason, again: 'person' },
  ],
  'inventory.discrepancy_detected': ({ facility, reason, lines }, event) => [
    {
      cause: 'stock differs',
      field: facility,
      partner: event.source,
      reason: `${reason === 'counted' ? 'Counted' : 'Shipped'} ${lines
        .map((line) => line.item)
        .slice(0, 5)
        .join(', ')}`,
      again: 'person',
    },
  ],
  'acknowledgement.received': ({ verdict, functionalId, groupControl, interchange }, event) =>
    verdict === 'A'
      ? []
      : [
          {
            cause: 'partner refused',
            field: functionalId,
            partner: partsOf(event.subject).id,
            reason: `${interchange === undefined ? `Group ${groupControl}` : `Interchange ${interchange}`} was acknowledged with ${verdict}`,
            again: 'person',
          },
        ],
}

/** The cases of a deadline that was kept, or is none any more, after a person had been told: nothing is left to do in them. */
export function causesKept({ flagged, ...deadline }: EventData['document.waived']): readonly Cause[] {
  return flagged ? [dueCause('due soon', deadline), dueCause('overdue', deadline)] : []
}

function dueCause(cause: 'due soon' | 'overdue', { document, partner, dueAt, shipment, after }: Deadline): Cause {
  const by = new Date(dueAt).toISOString()
  if (after !== undefined) {
    const reason = `${partner} owes the ${document} to our ${after} by ${by}`
    return { cause, field: `${document} to our ${after}`, partner, reason, again: 'person' }
  }
  const what = shipment === undefined ? document : `${document} of shipment ${shipment}`
  const reason = `${partner} expects the ${what} by ${by}`
  return { cause, field: document, partner, reason, again: 'person' }
}

/** A sentence without the words that name one object: what has a digit in it. Nine hundred orders get one sentence. */
function shapeOf(sentence: string): string {
  return sentence.replace(/\S*\d\S*/g, '…').slice(0, 120)
}

/** Types that may need a person. */
export const causingTypes = Object.keys(causes) as EventType[]

/** Why this event needs a person, several reasons at times; none when it is about a case itself. */
export function causesOf(event: JournalEvent): readonly Cause[] {
  if (partsOf(event.subject).kind === 'case') return []
  const find = causes[event.type] as ((data: unknown, event: JournalEvent) => readonly Cause[]) | undefined
  return find?.(event.data, event) ?? []
}

/** The case of a cause: the same for every failure with this cause, field and partner. */
export function caseSubject(tenant: string, { cause, field, partner, said }: Cause): string {
  const identity = said === undefined ? [cause, field, partner] : [cause, field, partner, said]
  return subjectOf(tenant, 'case', keyHash(...identity).toString('hex'))
}

/** The case in one line. */
export function titleOf({ cause, field, partner, said }: Cause): string {
  return `${field} of ${partner}: ${cause}${said === undefined || said === '' ? '' : ` (${said})`}`
}

/**
 * What a failure is called inside its case. A document is a member by its receipt and its place in it, since a mailbox
 * has many; everything else by its subject, which joins a case once however often it fails.
 */
export function memberOf(event: JournalEvent, { again }: Cause): string {
  const { kind, id } = partsOf(event.subject)
  if (again !== 'arrival' || event.receipt === undefined) return `${kind}/${id}`
  const { part } = event.data as EventData['report.refused']
  return part === undefined ? event.receipt : `${event.receipt}/${part}`
}
