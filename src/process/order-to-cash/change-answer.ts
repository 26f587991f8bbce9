/** 865: what became of a customer's change, line by line, as the ledger has it. */
import type {
  ChangeAnswerLine,
  OrderChangeAcknowledgement,
} from '../../documents/order-change-acknowledgement/schema.ts'
import type { OrderChangeFacts } from '../../lifecycle/events.ts'
import { allocated, open, wanted } from '../../lifecycle/order-line.ts'
import { hasTerms, type LineAim, type Reason } from './aims.ts'
import { asOrdered, heading, itemNames, salesOrder } from './documents.ts'
import type { Moment } from './moment.ts'

type Answer = NonNullable<ChangeAnswerLine['answers']>[number]

/** The answer to a change: each line as it is wanted now or with the reason why not, and what stays as it was. */
export function changeAnswer(
  moment: Moment,
  change: OrderChangeFacts,
  aims: readonly LineAim[],
): OrderChangeAcknowledgement {
  const { changeNumber, changedOn, request } = change
  const lines = aims.map((aim) => answerLine(moment, aim))
  const notes = whatStays(moment, change)
  return {
    ...(change.purpose === 'cancel' ? { purpose: 'cancel' as const } : {}),
    verdict: verdictOf(lines, notes),
    ...heading(moment.facts),
    ...(changeNumber === undefined ? {} : { changeNumber }),
    ...(changedOn === undefined ? {} : { changedOn }),
    ...(request === undefined ? {} : { request }),
    ...salesOrder(moment),
    ...(notes.length > 0 ? { notes } : {}),
    lines,
  }
}

function verdictOf(
  lines: readonly ChangeAnswerLine[],
  notes: readonly string[],
): OrderChangeAcknowledgement['verdict'] {
  const isDone = ({ answers }: ChangeAnswerLine) => DONE.has(answers?.[0]?.status)
  const done = lines.filter(isDone).length
  if (done === lines.length && notes.length === 0) return 'accepted'
  return lines.every(({ answers }) => answers?.[0]?.status === 'rejected') ? 'rejected' : 'changed'
}

const DONE: ReadonlySet<Answer['status'] | undefined> = new Set(['accepted', 'deleted'] as const)

/** What the change says of the whole order and nobody changed. */
function whatStays({ facts }: Moment, { dates = {}, shipTo }: OrderChangeFacts): string[] {
  const stay: string[] = []
  const members = ['requestedShip', 'requestedDelivery', 'shipNotBefore', 'shipNotAfter'] as const
  if (members.some((member) => dates[member] !== undefined && dates[member] !== facts[member]))
    stay.push('The dates stay as they were ordered.')
  const place = facts.parties.find(({ role }) => role === 'ST')?.id
  if (shipTo !== undefined && place !== undefined && shipTo !== place)
    stay.push('The place of delivery stays as it was ordered.')
  return stay
}

function answerLine(moment: Moment, aim: LineAim): ChangeAnswerLine {
  const { asked, facts } = aim
  const { change, quantity, leftToReceive, uom } = asked
  const customerLine = facts?.customerLine ?? asked.customerLine
  const names = facts ? itemNames(facts) : namesAsked(asked.ids)
  const { answer, reason } = outcomeOf(moment, aim)
  return {
    ...(customerLine === undefined ? {} : { line: customerLine }),
    change,
    ...(quantity === undefined ? {} : { quantity }),
    ...(leftToReceive === undefined ? {} : { leftToReceive }),
    ...(uom === undefined ? {} : { uom }),
    ...(asked.price ? { price: asked.price } : {}),
    ...names,
    ...(reason ? { notes: [reason.says] } : {}),
    answers: [reason ? { ...answer, reasonAgency: 'ZZ', reason: reason.code } : answer],
  }
}

function namesAsked({ sku, ...others }: Readonly<Record<string, string>>) {
  const ids = Object.entries(others).map(([qualifier, value]) => ({ qualifier, value }))
  return { ...(sku === undefined ? {} : { sku }), ...(ids.length > 0 ? { ids } : {}) }
}

const RELEASED: Reason = { code: 'RELEASED', says: 'A warehouse has it and does not give it back any more.' }
const SHIPPED: Reason = { code: 'SHIPPED', says: 'It has left the warehouse.' }
const OTHERWISE: Reason = { code: 'NOT DONE', says: 'It could not be done any more.' }

/** The ledger decides: the line is as it was asked for, part of the way there, or as it was. */
function outcomeOf(moment: Moment, aim: LineAim): { answer: Answer; reason?: Reason } {
  const { asked, facts, line, target, refused } = aim
  if (!facts || !line)
    return { answer: { status: 'rejected', ...asCounted(asked) }, ...(refused ? { reason: refused } : {}) }
  const now = wanted(line)
  const count = asOrdered(facts, now)
  if (refused || target === undefined || hasTerms(aim))
    return { answer: { status: 'rejected', ...count }, reason: refused ?? OTHERWISE }
  if (now === target) return { answer: target === 0 ? { status: 'deleted' } : { status: 'accepted', ...count } }
  const status = isTouched(moment, asked, line.line, now) ? 'quantityChanged' : 'rejected'
  const reason = allocated(line) > 0 ? RELEASED : line.shipped > 0 && open(line) <= 0 ? SHIPPED : OTHERWISE
  return { answer: { status, ...count }, reason }
}

function asCounted({ quantity, leftToReceive, uom }: LineAim['asked']) {
  const count = quantity ?? leftToReceive
  return count === undefined || uom === undefined ? {} : { quantity: count, uom }
}

/** Whether some of it was done: less is wanted than what the customer had ordered. */
function isTouched({ order }: Moment, { change }: LineAim['asked'], name: string, now: number): boolean {
  const line = order.lines.find((one) => one.line === name)
  return line !== undefined && change !== 'increase' && now < line.ordered
}
