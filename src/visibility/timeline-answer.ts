/** The parts of a timeline as doors answer them. */
import Type from 'typebox'

const text = Type.String()

/** What happened. */
export const timelineStep = Type.Object({
  position: text,
  occurredAt: text,
  recordedAt: text,
  who: text,
  what: text,
  type: text,
  subject: text,
})

/** What goes to whom, and how far it is. */
export const timelineDelivery = Type.Object({
  position: text,
  target: text,
  verb: text,
  what: text,
  key: text,
  state: text,
  plannedAt: text,
  doneAt: Type.Optional(text),
  attempts: Type.Optional(Type.Integer()),
  reason: Type.Optional(text),
  nextAt: Type.Optional(text),
})

/** What is waited for. */
export const timelineWait = Type.Object({ why: text, since: text, wakes: text })
