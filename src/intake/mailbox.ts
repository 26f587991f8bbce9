import type { JournalEvent, Room } from '../journal/contract.ts'
import type { EventData } from '../lifecycle/events.ts'
import { partsOf, subjectOf } from '../lifecycle/subject.ts'
import { caseErrors } from './errors.ts'
import { ANSWER } from './mail.ts'
import {
  countIn,
  emptyMailbox,
  keepAnswered,
  keepOpen,
  loadMailbox,
  type MailboxState,
  mailboxTable,
  sameNumber,
  saveMailbox,
  settleOpen,
} from './mailbox-state.ts'
import { type MailboxOptions, PostOffice } from './post-office.ts'

/**
 * The room that keeps an EDI partner's mailbox: interchanges in are counted and answered, documents out get their
 * numbers, their envelope and their place in the line of those that wait to be acknowledged. Numbers are durable: they
 * are drawn in the turn that records what they were used for.
 */
export function mailboxRoom(options: MailboxOptions): Room<MailboxState> {
  const post = new PostOffice(options)
  return {
    name: 'mailbox',
    about: 'mailbox',
    table: mailboxTable,
    initial: emptyMailbox,
    load: (_subject, [state]) => loadMailbox(state),
    save: saveMailbox,
    fold,
    decide: (state, input, context) => post.decide(state, input, context),
    hears: {
      'document.issued': ({ subject, data }) => [subjectOf(partsOf(subject).tenant, 'mailbox', data.partner)],
    },
  }
}

function fold(state: MailboxState, event: JournalEvent): boolean {
  switch (event.type) {
    case 'interchange.received':
      foldReceived(state, event.data as EventData['interchange.received'])
      return true
    case 'interchange.sent':
      foldSent(state, event.data as EventData['interchange.sent'], event.at)
      return true
    case 'acknowledgement.received':
      return foldAcknowledged(state, event.data as EventData['acknowledgement.received'], event.at)
    case 'report.refused':
      return foldOverdue(state, event.data as EventData['report.refused'])
    default:
      return false
  }
}

function foldReceived(state: MailboxState, { standard, control, usage }: EventData['interchange.received']): void {
  // test data counts in a line of its own, which nobody asks about, and EDIFACT does not have to count at all
  if (standard !== 'edifact' && usage !== 'T' && /^\d{1,9}$/.test(control)) countIn(state, Number(control))
}

function foldSent(state: MailboxState, sent: EventData['interchange.sent'], at: number): void {
  state.isa = Number(sent.control)
  state.sentAt = at
  // what X12 counts by groups EDIFACT counts by messages
  const inside = sent.standard === 'edifact' ? sent.setControl : sent.groupControl
  if (inside !== '') state.gs = Number(inside)
  if (sent.document === ANSWER) keepAnswered(state, { control: sent.key, isa: sent.control, gs: inside, at })
  if (!sent.expectsAck) return
  const { control, functionalId, set, setControl, document, key, order, about, groupControl: group } = sent
  keepOpen(state, {
    control,
    group,
    functionalId,
    set,
    setControl,
    document,
    key,
    at,
    ...(order === undefined ? {} : { order }),
    ...(about === undefined ? {} : { about }),
  })
}

function foldAcknowledged(
  state: MailboxState,
  { interchange, groupControl, functionalId, verdict }: EventData['acknowledgement.received'],
  at: number,
): boolean {
  const found = state.open.filter((open) =>
    interchange === undefined
      ? open.functionalId === functionalId && sameNumber(open.group, groupControl)
      : open.control === interchange,
  )
  for (const open of found) settleOpen(state, open, verdict, at)
  return found.length > 0
}

function foldOverdue(state: MailboxState, { code, data }: EventData['report.refused']): boolean {
  const isLate = code === caseErrors.ACKNOWLEDGEMENT_OVERDUE.code
  if (!isLate && code !== caseErrors.ACKNOWLEDGEMENT_DUE.code) return false
  const { control, group } = data as { control?: string; group: string }
  // events of earlier releases name the group alone
  const open = state.open.find((one) => one.group === group && (control === undefined || one.control === control))
  if (open) open[isLate ? 'late' : 'warned'] = true
  return open !== undefined
}
