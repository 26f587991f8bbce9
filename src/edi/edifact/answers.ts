import type { EdifactMessage, EdifactSegments } from './reading.ts'

/** What a CONTRL of a partner says about one of our messages. */
export interface ReadMessageAnswer {
  readonly reference: string
  readonly type: string
  /** 0083: 4 rejected, 7 acknowledged. */
  readonly action: string
  /** 0085, `''` when there is none. */
  readonly error: string
  readonly notes: readonly ReadSegmentNote[]
}

export interface ReadSegmentNote {
  /** Ordinal of the segment in our message, UNH = 1. */
  readonly segment: number
  readonly error: string
  /** Place of the element behind the tag, the first = 1, and of the component (0 for the whole). */
  readonly elements: readonly { readonly element: number; readonly component: number; readonly error: string }[]
}

/** One CONTRL: about which of our interchanges, and what became of it. */
export interface ReadContrl {
  /** Match on these against our UNB. */
  readonly reference: string
  readonly sender: string
  readonly receiver: string
  /** 0083: 4 rejected, 7 acknowledged, 8 received. */
  readonly action: string
  readonly error: string
  readonly groups: readonly { readonly reference: string; readonly action: string; readonly error: string }[]
  /** Only the messages the partner chose to list; the others share the fate of the interchange. */
  readonly messages: readonly ReadMessageAnswer[]
}

/** Reads a CONTRL message; undefined when it has no UCI, which its faults say too. */
export function readContrl({ type, segments }: EdifactMessage): ReadContrl | undefined {
  if (type !== 'CONTRL') return undefined
  let head: Omit<ReadContrl, 'groups' | 'messages'> | undefined
  const groups: ReadContrl['groups'][number][] = []
  const messages: (Omit<ReadMessageAnswer, 'notes'> & { notes: MutableNote[] })[] = []
  for (let i = 0; i < segments.length; i++) {
    const at = (element: number, component = 1) => segments.component(i, element, component)
    switch (segments.tag(i)) {
      case 'UCI':
        head = { reference: at(1), sender: at(2), receiver: at(3), action: at(4), error: at(5) }
        break
      case 'UCF':
        groups.push({ reference: at(1), action: at(4), error: at(5) })
        break
      case 'UCM':
        messages.push({ reference: at(1), type: at(2), action: at(3), error: at(4), notes: [] })
        break
      case 'UCS':
        messages.at(-1)?.notes.push({ segment: numeral(at(1)), error: at(2), elements: [] })
        break
      case 'UCD':
        messages.at(-1)?.notes.at(-1)?.elements.push(elementNote(segments, i))
        break
    }
  }
  return head && { ...head, groups, messages }
}

type MutableNote = Omit<ReadSegmentNote, 'elements'> & { elements: ReadSegmentNote['elements'][number][] }

const elementNote = (segments: EdifactSegments, i: number): ReadSegmentNote['elements'][number] => ({
  element: Math.max(0, numeral(segments.component(i, 2, 1)) - 1),
  component: numeral(segments.component(i, 2, 2)),
  error: segments.component(i, 1, 1),
})

const numeral = (text: string): number => (/^\d{1,6}$/.test(text) ? Number(text) : 0)

/** A message of ours, as it was sent. */
export interface SentMessage {
  readonly interchange: string
  readonly reference: string
  /** The group it went in, where there was one. */
  readonly group?: string
}

export type SentMessageOutcome = 'received' | 'acked' | 'acked_with_errors' | 'rejected' | 'waiting'

/**
 * What the answers say about a message we sent: match on the reference of UNB, then of UNG and UNH. The last answer counts.
 * A message that is not listed shares the fate of its group or interchange; action 8 says only that it arrived.
 */
export function outcomeOf(sent: SentMessage, answers: readonly ReadContrl[]): SentMessageOutcome {
  const answer = answers.findLast((one) => one.reference === sent.interchange)
  if (!answer) return 'waiting'
  if (answer.action === '4') return 'rejected'
  const group = answer.groups.find((one) => one.reference === sent.group)
  if (group?.action === '4') return 'rejected'
  const message = answer.messages.find((one) => one.reference === sent.reference)
  if (message?.action === '4') return 'rejected'
  if (answer.action === '8') return 'received'
  return message && (message.error !== '' || message.notes.length > 0) ? 'acked_with_errors' : 'acked'
}
