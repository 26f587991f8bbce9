import type { Decision, NewRequest } from '../../journal/contract.ts'
import type { Moment } from './moment.ts'
import { render } from './render.ts'

/** A request with its body as of now. `key` is the business identity of its effect. */
export function request(
  moment: Moment,
  target: string,
  verb: string,
  key: string,
  args: Record<string, unknown>,
  chain?: string,
): NewRequest {
  const body = render(verb, args, { order: moment.order, facts: moment.facts })
  const partner = moment.facts.soldTo
  return chain === undefined
    ? { target, verb, key, args, body, partner }
    : { target, verb, key, args, body, chain, partner }
}

/** Whether anything is in a decision. */
export function unlessEmpty(decision: Decision): Decision | undefined {
  const { events, requests, timers } = decision
  return events?.length || requests?.length || timers?.length ? decision : undefined
}
