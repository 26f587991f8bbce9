/** The whole life of a document that was handed on: whence, what was made of it, to whom, under which numbers, and what closed it. */
import { documentNamed } from '../documents/catalogue.ts'
import type { JournalEvent } from '../journal/contract.ts'
import type { EventData, EventType } from '../lifecycle/events.ts'
import { partsOf } from '../lifecycle/subject.ts'
import type { FoundDocument } from './document-book.ts'
import { type Timeline, type TimelineKnowledge, timeline } from './timeline.ts'

/** Where it came from. */
export interface TraceOrigin {
  /** The partner, or the system that posted it. */
  readonly from: string
  readonly receipt?: string
  readonly channel?: string
  readonly receivedAt?: string
  readonly bytes?: number
  /** The partner’s own numbers: of its interchange, its group and its set or message. */
  readonly interchange?: string
  readonly group?: string
  readonly set?: string
}

/** Under which numbers of ours it went to its partner. */
export interface TraceSending {
  readonly at: string
  readonly interchange: string
  readonly group: string
  readonly set?: string
}

/** What was said of it. */
export type TraceVerdict = 'accepted' | 'withErrors' | 'partlyRejected' | 'rejected'

/** What closed it: ours to what came in, the partner’s to what went out. */
export interface TraceAcknowledgement {
  readonly by: string
  readonly verdict: TraceVerdict
  readonly at: string
  /** The interchange it stood in. */
  readonly interchange?: string
  /** The receipt of it, where it came from the partner. */
  readonly receipt?: string
}

/** A document that was handed on, from one end to the other. */
export interface DocumentTrace extends Timeline {
  readonly direction: 'in' | 'out'
  readonly partner: string
  readonly document: string
  readonly set: string
  readonly key: string
  readonly about: string
  readonly state: string
  readonly at: string
  readonly changedAt: string
  readonly reason?: string
  readonly origin: TraceOrigin
  readonly sent?: TraceSending
  readonly acknowledgement?: TraceAcknowledgement
}

/** What was read of it, besides its row. */
export interface DocumentSeen {
  /** What its business object's journal says of it. */
  readonly thread: readonly JournalEvent[]
  /** What was recorded of its arrival. */
  readonly receipt?: { readonly id: string; readonly channel: string; readonly at: number; readonly bytes: number }
  /** The interchange it came in, and the answer of ours to that. */
  readonly cameIn?: JournalEvent<'interchange.received'>
  readonly answered?: JournalEvent<'interchange.sent'>
  /** The interchange it went out in, and what its mailbox says of handing that over. */
  readonly wentIn?: JournalEvent<'interchange.sent'>
  readonly posting?: readonly JournalEvent[]
  /** The interchange in which its partner acknowledged it. */
  readonly acknowledgedIn?: JournalEvent<'interchange.received'>
}

/** The trace of a document from what was read of it. */
export function documentTrace(found: FoundDocument, seen: DocumentSeen, knowledge: TimelineKnowledge): DocumentTrace {
  const { direction, partner, document, key, state, at, changedAt, more } = found
  const events = [...seen.thread, ...(seen.posting ?? [])]
  const sent = sendingOf(found, seen)
  const acknowledgement = direction === 'in' ? ourAnswer(found, seen) : theirAnswer(found, seen)
  return {
    direction,
    partner,
    document,
    set: documentNamed(document)?.x12.set ?? '',
    key,
    about: objectOf(found),
    state,
    at: instant(at),
    changedAt: instant(changedAt),
    ...(more.reason === undefined ? {} : { reason: more.reason }),
    origin: originOf(found, seen),
    ...(sent ? { sent } : {}),
    ...(acknowledgement ? { acknowledgement } : {}),
    ...timeline(events, knowledge),
  }
}

function originOf(found: FoundDocument, { receipt, cameIn }: DocumentSeen): TraceOrigin {
  const { partner, more } = found
  const stood = cameIn && stoodIn(found, cameIn.data)
  return {
    from: more.from ?? partner,
    ...(more.receipt === undefined ? {} : { receipt: more.receipt }),
    ...(receipt ? { channel: receipt.channel, receivedAt: instant(receipt.at), bytes: receipt.bytes } : {}),
    ...(cameIn ? { interchange: cameIn.data.control } : {}),
    ...(stood ? { group: stood.group, set: stood.set.control } : {}),
  }
}

type Received = EventData['interchange.received']
type ReceivedSet = Received['groups'][number]['sets'][number]

/** The set of an interchange that this document was; undefined where two may have been. */
function stoodIn({ document, key }: FoundDocument, { groups }: Received) {
  const type = documentNamed(document)
  const ids = [type?.x12.set, type?.edifact?.message]
  const all = groups.flatMap(({ control, sets }) => sets.map((set) => ({ group: control, set })))
  const alike = all.filter(({ set }) => ids.includes(set.id))
  if (alike.length === 1) return alike[0]
  const named = alike.filter(({ set }) => set.key !== undefined && isNumberOf(set.key, key))
  return named.length === 1 ? named[0] : undefined
}

const isNumberOf = (number: string, key: string): boolean => key === number || key.startsWith(`${number}/`)

const VERDICTS: Readonly<Record<ReceivedSet['verdict'] | 'P', TraceVerdict>> = {
  A: 'accepted',
  E: 'withErrors',
  P: 'partlyRejected',
  R: 'rejected',
}

/** The 997 or CONTRL that told its partner that it was understood. */
function ourAnswer(found: FoundDocument, { cameIn, answered }: DocumentSeen): TraceAcknowledgement | undefined {
  if (!cameIn || !answered) return undefined
  const verdict = VERDICTS[stoodIn(found, cameIn.data)?.set.verdict ?? 'A']
  return { by: 'Crossdock', verdict, at: instant(answered.at), interchange: answered.data.control }
}

/** What its partner said of it. */
function theirAnswer(
  { partner }: FoundDocument,
  { thread, acknowledgedIn }: DocumentSeen,
): TraceAcknowledgement | undefined {
  const said = lastOf(thread, 'document.acknowledged')
  if (!said) return undefined
  return {
    by: partner,
    verdict: VERDICTS[said.data.verdict],
    at: instant(said.at),
    ...(acknowledgedIn ? { interchange: acknowledgedIn.data.control } : {}),
    ...(acknowledgedIn?.receipt === undefined ? {} : { receipt: acknowledgedIn.receipt }),
  }
}

function sendingOf({ direction }: FoundDocument, { thread, wentIn }: DocumentSeen): TraceSending | undefined {
  const said = direction === 'out' ? lastOf(thread, 'document.sent') : undefined
  if (!said) return undefined
  const { control: interchange, group } = said.data
  const set = wentIn === undefined ? {} : { set: wentIn.data.setControl }
  return { at: instant(said.at), interchange, group, ...set }
}

/** The last event of this type. */
export function lastOf<T extends EventType>(events: readonly JournalEvent[], type: T): JournalEvent<T> | undefined {
  return events.findLast((event): event is JournalEvent<T> => event.type === type)
}

/** What is asked of a system with a partner’s document. */
const DELIVER = 'document.deliver'

/** Clocks that a document of ours starts, and its answer stops. */
const CLOCKS: ReadonlySet<EventType> = new Set<EventType>([
  'document.owed',
  'document.waived',
  'deadline.near',
  'deadline.missed',
  'deadline.kept',
])

/** The events of a business object that are about this one document. */
export function eventsAbout(found: FoundDocument, thread: readonly JournalEvent[]): readonly JournalEvent[] {
  const requests = new Set<number>()
  return thread.filter((event) => {
    const isIt = isAbout(found, event, requests)
    if (isIt && event.type === 'delivery.planned') requests.add(event.position)
    return isIt
  })
}

const OF_WHAT_CAME: ReadonlySet<EventType> = new Set<EventType>(['document.received', 'document.delivered'])

function isAbout(found: FoundDocument, { type, data }: JournalEvent, requests: ReadonlySet<number>): boolean {
  const { direction, partner, document, key } = found
  if (CLOCKS.has(type)) {
    const clock = data as EventData['document.owed']
    return (direction === 'in' ? clock.document : clock.after) === document
  }
  if (type.startsWith('document.')) {
    const named = data as EventData['document.delivered']
    const isIn = OF_WHAT_CAME.has(type)
    return isIn === (direction === 'in') && named.document === document && named.key === key
  }
  if (type.startsWith('delivery.')) {
    const request = data as Partial<EventData['delivery.parked']>
    if (request.key === undefined) return requests.has(request.position ?? 0)
    return direction === 'in' && request.verb === DELIVER && request.key === [partner, document, key].join('/')
  }
  if (type === 'report.refused') {
    // another one came under its number, and is held for a person
    const { report, data: detail } = data as EventData['report.refused']
    return direction === 'in' && report === document && (detail as { readonly key?: string } | null)?.key === key
  }
  return type === 'subject.parked' || type === 'subject.resumed'
}

/** What it speaks of, without whose it is: `order/4711`. */
function objectOf({ subject }: FoundDocument): string {
  const { id } = partsOf(subject)
  return id.slice(id.indexOf('/') + 1)
}

const instant = (atMs: number): string => new Date(atMs).toISOString()
