/** Change documents of customers: what can be done of them is done, and the customer gets one answer to each. */
import { placeKey } from '../../base/ids.ts'
import type { Decision, Input, JournalEvent, NewEvent } from '../../journal/contract.ts'
import type { EventData, OrderChangeFacts } from '../../lifecycle/events.ts'
import { open, wanted } from '../../lifecycle/order-line.ts'
import { releaseOf } from '../../lifecycle/order-state.ts'
import { both } from '../define-process.ts'
import { aimsOf, hasTerms, type LineAim } from './aims.ts'
import { changeAnswer } from './change-answer.ts'
import { undo, type Wish } from './changes.ts'
import type { Moment } from './moment.ts'
import { unlessEmpty } from './requests.ts'
import { type Amendment, CHANGE_ANSWER } from './state.ts'
import { askTerms, followTerms, type Terms, termsOf } from './terms.ts'

/**
 * A change document came. What no warehouse has is changed at once; what one has is asked back, and the answer to the
 * customer waits until the warehouse has said what it gives back.
 */
export function amend(moment: Moment, event: JournalEvent): Decision | undefined {
  const change = event.data as OrderChangeFacts
  if (moment.facts.test) return undefined
  const aims = aimsOf(moment, change)
  const terms = termsOf(moment, change, aims)
  const asks = terms !== undefined && moment.order.accepted
  const done = quantities(moment, change, asks ? aims.filter((aim) => !hasTerms(aim)) : aims, placeKey(event.position))
  const changed: NewEvent[] = terms && !asks ? [termsChanged(change, terms)] : []
  const events = [...(done?.events ?? []), ...changed]
  const waits = terms !== undefined || isAwaited(moment) || events.some(({ type }) => type === 'order.recall_asked')
  const answer = waits ? [] : answerTo(moment.after(events), change)
  const asked = asks ? askTerms(moment, change, terms) : []
  // the answer first: whoever hears of a cancelled line then finds nothing left to answer
  return unlessEmpty({ events: [...answer, ...events], requests: [...(done?.requests ?? []), ...asked] })
}

/** The quantities of a change: less is taken back, from a warehouse too; more is a new promise. */
function quantities(
  moment: Moment,
  { by, reason }: OrderChangeFacts,
  aims: readonly LineAim[],
  place: string,
): Decision | undefined {
  const less: Wish[] = []
  const more: NewEvent[] = []
  for (const { line, target } of aims) {
    if (line === undefined || target === undefined) continue
    const difference = target - wanted(line)
    if (difference < 0) less.push({ line, quantity: Math.min(-difference, open(line)) })
    if (difference > 0) {
      const data = { line: line.line, from: line.ordered, to: line.ordered + difference, by }
      more.push({ type: 'order.line_changed', data })
    }
  }
  return both({ events: more }, undo(moment, less, { by, reason, key: `${moment.orderId}/${place}` }))
}

const termsChanged = ({ by, document }: OrderChangeFacts, terms: Terms): NewEvent => ({
  type: 'order.terms_changed',
  data: { by, document, ...terms },
})

/** The ERP has said whether it agrees to a change. What went on meanwhile counts: a line that has left stays as it was. */
export function termsAnswered(moment: Moment, input: Input & { kind: 'answer' }): Decision | undefined {
  const { outcome, request: asked } = input
  const change = moment.state.amendments.find(({ document }) => document === asked.args['document'])
  if (change?.terms !== 'asked') return undefined
  const { document } = change
  const no = (reason: string): Decision => ({
    events: [{ type: 'order.terms_refused', data: { document, reason }, source: asked.target }],
  })
  if (outcome.result === 'refused') return no(outcome.reason)
  if (outcome.result !== 'done') return undefined
  const { accepted, reason } = (outcome.answer ?? {}) as { readonly accepted?: unknown; readonly reason?: unknown }
  if (accepted === false) return no(typeof reason === 'string' ? reason : `${asked.target} does not agree.`)
  const aims = aimsOf(moment, change)
  const terms = termsOf(moment, change, aims)
  if (!terms) return no('It is too late for it now.')
  const done = quantities(moment, change, aims.filter(hasTerms), placeKey(asked.position))
  return both(done, { events: [termsChanged(change, terms)] })
}

/** What holds from now on: checked, sourced and watched anew where that is needed; then the customer is answered. */
export function termsFollow(moment: Moment, event: JournalEvent): Decision | undefined {
  return both(followTerms(moment, event), answerAmendments(moment))
}

/** A warehouse has said what it gives back: changes that waited for that are answered. */
export function answerAmendments(moment: Moment): Decision | undefined {
  const { amendments } = moment.state
  if (amendments.length === 0 || isAwaited(moment)) return undefined
  return unlessEmpty({ events: amendments.flatMap((change) => answerTo(moment, change)) })
}

/** Nothing of the order is left: what still waits for somebody's word is answered as it stands. */
export function answerAtTheEnd(moment: Moment, event: JournalEvent): Decision | undefined {
  const { over } = event.data as EventData['order.line_closed']
  return over
    ? unlessEmpty({ events: moment.state.amendments.flatMap((change) => answerTo(moment, change)) })
    : undefined
}

function isAwaited({ state, order }: Moment): boolean {
  if (state.amendments.some(({ terms }) => terms === 'asked')) return true
  return state.recalls.some(({ release }) => releaseOf(order, release)?.status !== 'refused')
}

function answerTo(moment: Moment, change: Amendment): NewEvent[] {
  const { kind, partner } = moment.channel
  if (kind !== 'edi' || partner === undefined) return []
  const content = changeAnswer(moment, change, aimsOf(moment, change))
  return [
    {
      type: 'document.issued',
      data: { partner, document: CHANGE_ANSWER, key: change.document, content },
    },
  ]
}
