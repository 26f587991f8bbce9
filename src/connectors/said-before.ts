import type { Outcome, Outgoing } from './contract.ts'

/** A good answer that was given before. To a later attempt that says nothing: the first may have had the effect. */
export function saidBefore(outcome: Outcome, { attempt }: Outgoing): Outcome {
  return outcome.result === 'done' && attempt === 1 ? { ...outcome, repeat: true } : outcome
}
