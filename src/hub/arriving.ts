import type { DoorwayPorts } from '../gateway/doorways.ts'
import { PROBLEM_TYPE, problemOf } from '../gateway/problem.ts'
import { readTraceparent } from '../gateway/trace-context.ts'
import type { Arrival } from '../intake/arrival.ts'
import type { Intake } from '../intake/receive.ts'

/**
 * Hands what came in at a doorway to intake, and its answer back. What intake refuses goes out as a problem like any other,
 * with the receipt of the bytes that were kept all the same.
 */
export function arriving(intake: Pick<Intake, 'submit'>): DoorwayPorts['arrive'] {
  return async (arrival, wait) => {
    const { caller: _caller, traceparent, correlationId: _correlation, ...rest } = arrival
    const taken = { channel: 'http', ...rest } as Arrival
    const { status, body, error, replayed, headers } = await intake.submit(
      taken,
      wait ? { waitSeconds: wait.seconds } : {},
    )
    const refused = error && problemOf(error, readTraceparent(traceparent)?.traceId ?? '')
    return {
      status,
      ...(refused ? { body: { ...refused, ...body }, contentType: PROBLEM_TYPE } : { body }),
      ...(replayed ? { replayed } : {}),
      ...(headers ? { headers } : {}),
    }
  }
}
