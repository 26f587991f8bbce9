import type { MilestoneWord, PartnerSyntax } from '../partner-syntax.ts'
import { errors } from '../set-writing.ts'
import type { Milestone } from './schema.ts'

/** What the codes of X12 1650 mean. Of several codes with one meaning the first is written. */
const STATUSES: readonly (readonly [string, MilestoneWord])[] = [
  ['XB', 'acknowledged'],
  ['X3', 'arrived_at_pickup'],
  ['AF', 'departed_pickup'],
  ['X6', 'in_transit'],
  ['X4', 'arrived_at_terminal'],
  ['P1', 'departed_terminal'],
  ['X1', 'arrived_at_delivery'],
  ['AH', 'delivery_attempted'],
  ['D1', 'delivered'],
  ['CD', 'departed_delivery'],
  ['A7', 'refused'],
  ['SD', 'delayed'],
  ['CA', 'cancelled'],
  ['AG', 'delivery_expected'],
]

/** What the codes of X12 1652 mean; they stand in an element of their own. */
const APPOINTMENTS: readonly (readonly [string, MilestoneWord])[] = [
  ['AA', 'pickup_appointment'],
  ['AB', 'delivery_appointment'],
]

function statusesOf({ milestones }: PartnerSyntax): typeof STATUSES {
  return milestones === undefined ? STATUSES : [...Object.entries(milestones), ...STATUSES]
}

function meaning(codes: typeof STATUSES, code: string): MilestoneWord {
  return codes.find(([one]) => one === code)?.[1] ?? 'other'
}

function usualCode(codes: typeof STATUSES, milestone: MilestoneWord): string | undefined {
  return codes.find(([code, word]) => word === milestone && meaning(codes, code) === word)?.[0]
}

/** The milestone of a status code, with the code when the word alone would not lead back to it. */
export function milestoneOf(code: string, syntax: PartnerSyntax): Pick<Milestone, 'milestone' | 'code'> {
  return named(statusesOf(syntax), code)
}

/** The milestone of an appointment code; undefined for a code nobody knows. */
export function appointmentOf(code: string): Pick<Milestone, 'milestone' | 'code'> | undefined {
  const known = named(APPOINTMENTS, code)
  return known.milestone === 'other' ? undefined : known
}

function named(codes: typeof STATUSES, code: string): Pick<Milestone, 'milestone' | 'code'> {
  const milestone = meaning(codes, code)
  return usualCode(codes, milestone) === code ? { milestone } : { milestone, code }
}

/** The codes of AT701 and AT703 for a milestone: one of the two. Throws when there is none. */
export function milestoneCodes({ milestone, code }: Milestone, syntax: PartnerSyntax): (string | undefined)[] {
  const appointment = usualCode(APPOINTMENTS, milestone)
  if (appointment !== undefined) return [undefined, appointment]
  const status = code ?? usualCode(statusesOf(syntax), milestone)
  if (status !== undefined && meaning(statusesOf(syntax), status) === milestone) return [status, undefined]
  throw errors.DOES_NOT_FIT(`AT7: the milestone ${milestone}${code ? ` under the code ${code}` : ''} (see milestones)`)
}
