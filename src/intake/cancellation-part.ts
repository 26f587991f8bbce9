import type { FieldFault } from '../base/errors.ts'
import { laneInId } from '../base/ids.ts'
import { laneOfSubject, subjectOf } from '../lifecycle/subject.ts'
import type { Arrival, FaultyPart, Part } from './arrival.ts'
import { errors } from './errors.ts'
import { digestOfArrival, requestKey } from './keys.ts'
import { Fields } from './report-fields.ts'
import { readCommand } from './report-types.ts'
import type { IntakeWorld } from './settings.ts'

/** The topic under which a door hands in a cancellation of one order. */
export const cancellationTopic = (order: string): string => `orders/${order}/cancellation`

const TOPIC = /^orders\/([^/]+)\/cancellation$/

/** The order a cancellation is about, by its topic; undefined for everything else. */
export function orderToCancel(topic: string | undefined): string | undefined {
  return topic === undefined ? undefined : TOPIC.exec(topic)?.[1]
}

/** A cancellation over HTTP: of the whole order, or of quantities of its lines. */
export function cancellationPart(
  body: unknown,
  order: string,
  arrival: Arrival,
  world: IntakeWorld,
): Part | FaultyPart {
  const faults: FieldFault[] = []
  const fields = new Fields(body, '', faults)
  const { tenant, system, idempotencyKey, receivedAt } = arrival
  const data = readCommand(fields, { master: world.master, system, order })
  if (laneInId(order) === undefined) return { what: 'cancellation', error: errors.ORDER_UNKNOWN(order.slice(0, 64)) }
  if (faults.length > 0) {
    return { what: 'cancellation', error: errors.DOCUMENT_FAULTY.with(faults, 'cancellation', faults.length) }
  }
  const subject = subjectOf(tenant, 'order', order)
  const lane = laneOfSubject(subject)
  const key = { tenant, system, scope: `cancel ${order}`, key: idempotencyKey ?? '' }
  return {
    what: 'cancellation',
    claims: idempotencyKey === undefined ? [] : [requestKey(key, digestOfArrival(arrival.bytes), lane)],
    take: ({ receipt }) => ({
      inputs: [
        { kind: 'arrival', type: 'order.cancel', subject, source: system, receipt, occurredAt: receivedAt, data },
      ],
      ref: receipt,
    }),
    answer: (receipt) => ({ status: 202, body: { order, receipt, state: 'requested' } }),
    conflict: () => ({ error: errors.IDEMPOTENCY_KEY_REUSED(), inputs: [] }),
  }
}
