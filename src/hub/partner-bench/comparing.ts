/** The points at which samples of a partner are held against one another, in X12 as in EDIFACT. */
import type { PartnerDefinition } from '../../config/define-hub.ts'
import { isStillOpen } from '../../config/lint-open.ts'
import { agreementOf, type Disagreement, type Told, type Unanswered } from '../../documents/agreement/index.ts'
import { findings as gate } from './findings.ts'
import { type GateFinding, type GatePoint, notShown, open, passed, plain, point, pointWithout } from './points.ts'

/** Each document beside the one that it answers; those that answer none of them leave the point open. */
export function agreed(told: readonly Told[], finding: (disagreement: Disagreement) => GateFinding): GatePoint {
  const { compared, disagreements, unanswered } = agreementOf(told)
  const name = 'documents agree'
  if (disagreements.length > 0) return point(name, [...disagreements.map(finding), ...unanswered.map(missing)], '')
  if (unanswered.length > 0) return pointWithout(name, unanswered.map(missing), '')
  if (compared === 0)
    return notShown(
      name,
      told.length === 0 ? 'No document was given.' : 'Nothing given can be compared with what it answers.',
    )
  return passed(
    name,
    compared === 1
      ? '1 document says the same as what it answers.'
      : `${compared} documents say the same as what they answer.`,
  )
}

function missing({ of, answers, there }: Unanswered): GateFinding {
  return plain(gate.GATE_UNANSWERED(of.where, answers, listed(there)), of.where)
}

/** One acknowledgement of the partner's, and what of ours it is about: an interchange or a group. */
export interface Acknowledged {
  readonly sample: string
  /** `group PR 7` */
  readonly about: string
  /** Numbers are the same with and without zeros in front, so these are compared without. */
  readonly key: string
}

/** Whether what the partner acknowledges is among the samples, and what it says about it. */
export function takenPoint(
  refused: readonly GateFinding[],
  acknowledged: readonly Acknowledged[],
  there: ReadonlyMap<string, string>,
  files: number,
): GatePoint {
  const name = 'ours are taken'
  const strange = acknowledged
    .filter(({ key }) => !there.has(key))
    .map(({ sample, about, key }) => {
      const kind = key.slice(0, key.indexOf(' ') + 1)
      const alike = [...there].flatMap(([known, says]) => (known.startsWith(kind) ? [says] : []))
      return plain(gate.GATE_UNANSWERED(sample, about, listed(alike)), sample)
    })
  if (refused.length > 0) return point(name, [...refused, ...strange], '')
  return pointWithout(name, strange, `${files} ${files === 1 ? 'answer' : 'answers'}, all of them accepting.`)
}

const MOST_LISTED = 5

function listed(numbers: readonly string[]): string {
  if (numbers.length === 0) return 'none'
  const more = numbers.length - MOST_LISTED
  return `${numbers.slice(0, MOST_LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/**
 * Numbers that may come only once: of interchanges, and of documents. Where each comes from another sender, or is the only one
 * of its kind, there is nothing that could have come twice.
 */
export function newNumbersPoint(
  repeats: readonly GateFinding[],
  interchanges: readonly { readonly from: string }[],
  documents: readonly { readonly isTheirs: boolean; readonly type: string }[],
): GatePoint {
  const name = 'numbers are new'
  if (repeats.length > 0) return point(name, repeats, '')
  if (interchanges.length === 0) return open(name, 'No interchange was given.')
  const senders = new Set(interchanges.map(({ from }) => from))
  const kinds = new Set(documents.map(({ isTheirs, type }) => `${isTheirs} ${type}`))
  const isAlone = senders.size === interchanges.length && kinds.size === documents.length
  return isAlone
    ? notShown(name, 'Each number is the only one of its kind: give a second file of the same sender.')
    : passed(name, 'None comes twice.')
}

/** By when what is expected of us, and of the partner. */
export function timed({ customer, facility, expects = [], owes = [] }: PartnerDefinition): GatePoint {
  const all = [...expects, ...owes]
  const undecided = all.filter(({ within }) => isStillOpen(within)).map(({ document }) => document.name)
  if (undecided.length > 0) return open('clocks', `Nobody has said yet within what time: ${undecided.join(', ')}.`)
  const clocks = all.map(({ document, within }) => `${document.name} within ${within}`).join(', ')
  if (clocks !== '') return passed('clocks', clocks)
  if (customer === undefined)
    return notShown('clocks', `Nothing of ours has a clock${facility ? ' at a warehouse' : ''}.`)
  return open('clocks', 'The profile has no `expects`: what is late would be noticed by nobody.')
}
