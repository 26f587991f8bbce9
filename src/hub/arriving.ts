import type { DoorwayPorts } from '../gateway/doorways.ts'
import type { Arrival } from '../intake/arrival.ts'
import type { Intake } from '../intake/receive.ts'

/** Hands what came in at a doorway to intake, and its answer back. */
export function arriving(intake: Pick<Intake, 'submit'>): DoorwayPorts['arrive'] {
  return async (arrival, wait) => {
    const { caller: _caller, traceparent: _trace, correlationId: _correlation, ...rest } = arrival
    const taken = { channel: 'http', ...rest } as Arrival
    const answer = await intake.submit(taken, wait ? { waitSeconds: wait.seconds } : {})
    return {
      status: answer.status,
      body: answer.body,
      ...(answer.replayed ? { replayed: true } : {}),
      ...(answer.headers ? { headers: answer.headers } : {}),
    }
  }
}
