import type { FieldFault } from '../base/errors.ts'
import { laneInId } from '../base/ids.ts'
import type { Input, Report } from '../journal/contract.ts'
import type { EventType } from '../lifecycle/events.ts'
import { laneOfSubject, subjectOf } from '../lifecycle/subject.ts'
import type { Arrival, FaultyPart, KeyClaim, Part, TakeContext } from './arrival.ts'
import { errors, fieldFault } from './errors.ts'
import { digestOf, requestKey } from './keys.ts'
import { mapJson } from './mapping.ts'
import { refusedInput } from './quarantine.ts'
import { Fields } from './report-fields.ts'
import {
  type OrderCommand,
  orderCommands,
  orderReports,
  type ReportContext,
  readCommand,
  stockReports,
} from './report-types.ts'
import type { IntakeWorld } from './settings.ts'
import { wrongIn } from './wrong.ts'

/** True for a JSON value that calls itself a report: it has a `type` with a dot in it. */
export function looksLikeReport(value: unknown): boolean {
  const type = typeof value === 'object' && value !== null ? (value as { type?: unknown }).type : undefined
  return typeof type === 'string' && type.includes('.')
}

/**
 * One report of a system: what it says for our ledger, under the id its sender gave it; or all its faults.
 *
 * @param said what it is known by when it comes again, where a map made `value` of it
 */
export function reportPart(value: unknown, arrival: Arrival, world: IntakeWorld, said = value): Part | FaultyPart {
  const faults: FieldFault[] = []
  const report = new Fields(mapJson(value, world.master.corrections.mappings(arrival.system)), '', faults)
  const id = report.text('id')
  const type = report.text('type')
  const order = orderIdOf(report, type)
  const read = faults.length === 0 ? readReport(type, order, report, arrival, world) : undefined
  if (!read || faults.length > 0) return faulty(arrival, id, type, order, faults, value)

  const subject = read.subject
  const lane = laneOfSubject(subject)
  const { tenant, system } = arrival
  // the digest is over what was said, so that the same report alone and in a batch is the same
  const claim = requestKey({ tenant, system, scope: 'report', key: id }, digestOf(JSON.stringify(said)), lane)
  return partOf(read, claim, { id, type, arrival })
}

function orderIdOf(report: Fields, type: string): string {
  if (type in stockReports) return ''
  const order = report.text('order')
  if (order !== '' && laneInId(order) === undefined) {
    report.faults.push(fieldFault('UNKNOWN', report.at('order'), `order ${order.slice(0, 64)}`))
  }
  return order
}

/** An input that lacks only the receipt it came with. */
type Unreceipted = Report | Extract<Input, { kind: 'arrival' }>

function readReport(
  type: string,
  order: string,
  report: Fields,
  arrival: Arrival,
  { master, sender }: IntakeWorld,
): Unreceipted | undefined {
  const { tenant, system } = arrival
  const context: ReportContext = {
    master,
    system,
    order,
    ...(sender.facility === undefined ? {} : { facility: sender.facility }),
  }
  const occurredAt = report.instant('occurredAt')
  const sequence = report.sequence('sequence')
  const command = orderCommands[type]
  if (command) {
    const data: OrderCommand = readCommand(report, context)
    return {
      kind: 'arrival',
      type: command,
      subject: subjectOf(tenant, 'order', order),
      source: system,
      occurredAt,
      data,
    }
  }
  const common = {
    kind: 'report',
    source: system,
    occurredAt,
    ...(sequence === undefined ? {} : { sequence }),
  } as const
  if (type in orderReports) {
    const data = orderReports[type as keyof typeof orderReports](report, context)
    return { ...common, type: type as EventType, subject: subjectOf(tenant, 'order', order), data } as Report
  }
  if (type in stockReports) {
    const data = stockReports[type as keyof typeof stockReports](report, context)
    return { ...common, type: type as EventType, subject: subjectOf(tenant, 'stock', data.facility), data } as Report
  }
  report.faults.push(fieldFault('TYPE_UNKNOWN', '/type', type.slice(0, 64), system))
  return undefined
}

interface About {
  readonly id: string
  readonly type: string
  readonly arrival: Arrival
}

function partOf(read: Unreceipted, claim: KeyClaim, { id, type, arrival }: About): Part {
  return {
    what: 'report',
    name: id.slice(0, 64),
    claims: [claim],
    take: ({ receipt }) => ({ inputs: [{ ...read, receipt }], ref: receipt }),
    answer: (ref) => ({ status: 202, body: { id, receipt: ref, state: 'received' } }),
    conflict: (_found, context) => conflictOf(read.subject, id, type, arrival, context),
  }
}

function conflictOf(subject: string, id: string, type: string, arrival: Arrival, { receipt }: TakeContext) {
  const error = errors.REPORT_CONFLICT(id)
  const refusal = { report: type, code: error.code, reason: error.message, detail: { id } }
  return { error, inputs: [refusedInput(subject, arrival, refusal, receipt)] }
}

/** A warehouse fact that we cannot read is lost unless somebody looks: the refusal makes a case of it. */
function faulty(
  arrival: Arrival,
  id: string,
  type: string,
  order: string,
  faults: readonly FieldFault[],
  value: unknown,
): FaultyPart {
  const error = errors.DOCUMENT_FAULTY.with(
    faults,
    type === '' ? 'report' : `report ${type.slice(0, 64)}`,
    faults.length,
  )
  const isOurs = order !== '' && laneInId(order) !== undefined
  const subject = isOurs
    ? subjectOf(arrival.tenant, 'order', order)
    : subjectOf(arrival.tenant, 'mailbox', arrival.system)
  const { code, message: reason } = error
  const part = id.slice(0, 64)
  const refusal = { report: type, code, reason, detail: { id, faults }, wrong: wrongIn(value, faults), part }
  return { what: 'report', name: part, error, inputs: [refusedInput(subject, arrival, refusal)] }
}
