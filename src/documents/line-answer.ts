import Type, { type Static } from 'typebox'
import { closed } from './json-form.ts'
import { code, date, identifier, itemMembers, oneOf, possible, unit } from './shapes.ts'

const optional = Type.Optional

/** What becomes of (a part of) a line: one answer, with its quantity and day. */
export const lineAnswerSchema = closed({
  status: oneOf(
    [
      'accepted',
      'backordered',
      'changed',
      'deleted',
      'held',
      'priceChanged',
      'quantityChanged',
      'rejected',
      'substituted',
      'partlyShipped',
      'rescheduled',
    ],
    'X12 668 in words',
  ),
  quantity: optional(possible()),
  uom: optional(unit()),
  dateQualifier: optional(code(3, 'What happens on the day, X12 374; default 068, it ships')),
  date: optional(date()),
  ...itemMembers,
  reason: optional(identifier(30, 'Why, by a code of the industry')),
  reasonAgency: optional(code(2, 'Whose code the reason is, X12 559')),
  reasonList: optional(identifier(15)),
})
export type LineAnswer = Static<typeof lineAnswerSchema>

/** A part of a line with its day. */
export const scheduleSchema = closed({
  quantity: possible(),
  uom: unit(),
  dateQualifier: optional(code(3, 'X12 374')),
  date: optional(date()),
})
export type Schedule = Static<typeof scheduleSchema>

/** What the seller says of an order or a change as a whole, X12 587 in words. */
export const verdictSchema = () =>
  oneOf(
    ['accepted', 'changed', 'exceptions', 'acceptedWithoutDetail', 'rejected', 'rejectedWithoutDetail'],
    'X12 587 in words',
  )
export type Verdict = Static<ReturnType<typeof verdictSchema>>
