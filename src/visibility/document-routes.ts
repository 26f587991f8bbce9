/** The door that traces documents which partners and systems exchanged through us. */
import Type from 'typebox'
import { CLOCKS_APART_MS } from '../base/clock.ts'
import type { JournalEvent } from '../journal/contract.ts'
import { decodeEvent } from '../journal/encode.ts'
import type { Route, RouteAnswer, RouteRequest } from '../journal/route.ts'
import type { EventType } from '../lifecycle/events.ts'
import { partsOf, subjectOf } from '../lifecycle/subject.ts'
import type { Store } from '../store/contract.ts'
import { readDeliveryFacts, type WaitingRequest } from './delivery-facts.ts'
import { type DocumentBook, type FoundDocument, MOST_FOUND, type Whose } from './document-book.ts'
import { type DocumentSeen, type DocumentTrace, documentTrace, eventsAbout, lastOf } from './document-trace.ts'
import type { Standstill } from './timeline.ts'
import { timelineDelivery, timelineStep, timelineWait } from './timeline-answer.ts'

/** What the door of traces needs. */
export interface DocumentDoorPorts {
  readonly documents: DocumentBook
  readonly store: Pick<Store, 'readLane' | 'readReceipt' | 'lanes' | 'readMarks'>
  /** Waiting, parked and doubtful requests of a subject. */
  readonly waiting: (subject: string) => Promise<readonly WaitingRequest[]>
  readonly standstill?: (target: string) => Standstill | undefined
  /** The receipts of interchanges that came in under this number. */
  readonly cameUnder: (whose: Whose, number: string) => Promise<readonly string[]>
}

const text = Type.String()
const optional = Type.Optional(text)
const verdict = Type.Union(
  (['accepted', 'withErrors', 'partlyRejected', 'rejected'] as const).map((one) => Type.Literal(one)),
)

const trace = Type.Object({
  direction: Type.Union([Type.Literal('in'), Type.Literal('out')]),
  partner: text,
  document: text,
  set: text,
  key: text,
  about: Type.String({ description: 'The business object it speaks of: order/4711' }),
  state: text,
  at: text,
  changedAt: text,
  reason: optional,
  origin: Type.Object({
    from: Type.String({ description: 'The partner, or the system that posted it' }),
    receipt: optional,
    channel: optional,
    receivedAt: optional,
    bytes: Type.Optional(Type.Integer()),
    interchange: Type.Optional(Type.String({ description: 'The numbers its partner gave it' })),
    group: optional,
    set: optional,
  }),
  sent: Type.Optional(
    Type.Object(
      { at: text, interchange: text, group: text, set: optional },
      { description: 'Of a document that went to the partner: under which numbers of ours' },
    ),
  ),
  acknowledgement: Type.Optional(
    Type.Object(
      { by: text, verdict, at: text, interchange: optional, receipt: optional },
      { description: 'Ours to what came in, the partner’s to what went out, and the interchange it stood in' },
    ),
  ),
  steps: Type.Array(timelineStep),
  deliveries: Type.Array(timelineDelivery),
  waits: Type.Array(timelineWait),
})

export const documentRoutes: readonly Route<DocumentDoorPorts>[] = [
  {
    method: 'GET',
    path: '/v1/documents/trace',
    operationId: 'traceDocuments',
    summary: 'The whole life of documents that partners and systems exchanged through us.',
    description: `Where each came from, what was made of it, to whom it was delivered and when, under which numbers, and what acknowledged it. \`q\` is its key, the number of the business object it speaks of (a load, an order, an invoice), a receipt, or the number of an interchange or group: the partner’s own of what came in, ours of what went out. At most ${MOST_FOUND}, the latest first; none is an empty list. Documents of the order process stand on the timeline of their order.`,
    tier: 'operations',
    scope: 'documents:read',
    priority: 3,
    query: Type.Object(
      {
        q: Type.String({ minLength: 1, maxLength: 200 }),
        partner: Type.Optional(Type.String({ maxLength: 80 })),
      },
      { additionalProperties: false },
    ),
    responses: { 200: Type.Object({ documents: Type.Array(trace) }) },
    handle: answerTrace,
  },
]

async function answerTrace({ tenant, query, now }: RouteRequest, ports: DocumentDoorPorts): Promise<RouteAnswer> {
  const { q, partner } = query as { q: string; partner?: string }
  const whose = { tenant, ...(partner === undefined ? {} : { partner }) }
  const documents: DocumentTrace[] = []
  for (const found of await findDocuments(whose, q.trim(), ports)) documents.push(await traceOf(found, now, ports))
  return { status: 200, body: { documents } }
}

/** Numbers of interchanges and groups: letters and digits, as many as their elements hold. */
const NUMBER = /^\w{1,14}$/

/** By name first; a number is looked for under everything that has one, since people have only the number. */
async function findDocuments(whose: Whose, q: string, ports: DocumentDoorPorts): Promise<readonly FoundDocument[]> {
  const { documents } = ports
  const found = [await documents.named(whose, q), await ofReceipts(whose, [q], ports)]
  if (NUMBER.test(q)) {
    found.push(await ofReceipts(whose, await ports.cameUnder(whose, q), ports))
    found.push(await documents.sentUnder(whose, numberForms(q)))
  }
  const each = new Map(found.flat().map((one) => [`${one.subject}#${one.name}`, one]))
  return [...each.values()].toSorted((a, b) => b.at - a.at).slice(0, MOST_FOUND)
}

async function ofReceipts(
  whose: Whose,
  ids: readonly string[],
  { documents, store }: DocumentDoorPorts,
): Promise<readonly FoundDocument[]> {
  const found: FoundDocument[] = []
  for (const id of ids) {
    const receipt = await store.readReceipt(id)
    if (receipt?.tenant === whose.tenant) found.push(...(await documents.ofReceipt(whose, receipt)))
  }
  return found
}

/** A number as a person writes it, and as ISA13 has it. */
export function numberForms(number: string): readonly string[] {
  return /^\d{1,8}$/.test(number) ? [number, number.padStart(9, '0')] : [number]
}

/** More about one business object than this is not looked through. */
const MOST_ENTRIES = 2_000

async function traceOf(found: FoundDocument, now: number, ports: DocumentDoorPorts): Promise<DocumentTrace> {
  const { documents, store, waiting, standstill } = ports
  const { subject, direction, at, more } = found
  const entries = await documents.entries(subject, { sinceMs: at, limit: MOST_ENTRIES })
  const thread = eventsAbout(found, entries)
  const receipt = more.receipt === undefined ? undefined : await store.readReceipt(more.receipt)
  const mailbox = subjectOf(partsOf(subject).tenant, 'mailbox', found.partner)
  const around = direction === 'in' ? await arrivalOf(mailbox, receipt, ports) : await sendingOf(mailbox, thread, ports)
  const asking = await waiting(direction === 'in' ? subject : mailbox)
  const delivery = await readDeliveryFacts(store, asking, at - CLOCKS_APART_MS)
  const seen: DocumentSeen = {
    thread,
    ...around,
    ...(receipt
      ? { receipt: { id: receipt.id, channel: receipt.channel, at: receipt.at, bytes: receipt.bytes.length } }
      : {}),
  }
  return documentTrace(found, seen, { now, delivery, ...(standstill ? { standstill } : {}) })
}

/** An arrival is recorded when it comes, or once its turn comes. */
const SOON_MS = 3_600_000
const MOST_INTERCHANGES = 500

/** The interchange that a receipt brought, and what its sender was answered. */
async function arrivalOf(
  mailbox: string,
  receipt: { readonly id: string; readonly at: number } | undefined,
  { documents }: DocumentDoorPorts,
): Promise<Pick<DocumentSeen, 'cameIn' | 'answered'>> {
  if (!receipt) return {}
  const around = { sinceMs: receipt.at - CLOCKS_APART_MS, untilMs: receipt.at + SOON_MS, limit: MOST_INTERCHANGES }
  const came = await documents.entries(mailbox, { types: ['interchange.received'], ...around })
  const cameIn = came.find((event) => event.receipt === receipt.id) as JournalEvent<'interchange.received'> | undefined
  if (!cameIn) return {}
  const sent = await sentBehind(mailbox, cameIn.position, documents)
  const answered = sent.find(({ data }) => data.document === ANSWER && data.key === cameIn.data.control)
  return { cameIn, ...(answered ? { answered } : {}) }
}

/** The name under which a mailbox records its answers. */
const ANSWER = 'functional-acknowledgement'

async function sentBehind(mailbox: string, after: number, documents: DocumentBook) {
  const sent = await documents.entries(mailbox, { types: ['interchange.sent'], after, limit: 5 })
  return sent as readonly JournalEvent<'interchange.sent'>[]
}

/** What a mailbox says of handing an interchange over. */
const POSTING: readonly EventType[] = [
  'delivery.planned',
  'delivery.waiting',
  'delivery.refused',
  'delivery.parked',
  'delivery.in_doubt',
  'delivery.redelivered',
]
const MOST_POSTING = 500

/** The interchange that a document went out in, what became of that on its way, and in which one it was acknowledged. */
async function sendingOf(
  mailbox: string,
  thread: readonly JournalEvent[],
  ports: DocumentDoorPorts,
): Promise<Pick<DocumentSeen, 'wentIn' | 'posting' | 'acknowledgedIn'>> {
  const wentIn = (await causeOf(lastOf(thread, 'document.sent'), ports)) as JournalEvent<'interchange.sent'> | undefined
  const acknowledgedIn = await acknowledgedBy(mailbox, thread, ports)
  if (!wentIn) return acknowledgedIn ? { acknowledgedIn } : {}
  const { position: after, data } = wentIn
  const behind = await ports.documents.entries(mailbox, { types: POSTING, after, limit: MOST_POSTING })
  const planned = behind.find((event) => event.type === 'delivery.planned' && keyIn(event) === data.control)
  const posting = behind.filter((event) => event === planned || positionIn(event) === planned?.position)
  return { wentIn, posting, ...(acknowledgedIn ? { acknowledgedIn } : {}) }
}

const keyIn = ({ data }: JournalEvent): string | undefined => (data as { readonly key?: string }).key
const positionIn = ({ data }: JournalEvent): number => (data as { readonly position?: number }).position ?? -1

/** The interchange in which the partner said what it made of a document: the last that came before its word. */
async function acknowledgedBy(
  mailbox: string,
  thread: readonly JournalEvent[],
  ports: DocumentDoorPorts,
): Promise<JournalEvent<'interchange.received'> | undefined> {
  const said = await causeOf(lastOf(thread, 'document.acknowledged'), ports)
  if (!said) return undefined
  const came = await ports.documents.before(mailbox, said.position, 'interchange.received')
  // both are recorded in one turn, or the word came some other way
  return came?.at === said.at ? (came as JournalEvent<'interchange.received'>) : undefined
}

/** The entry that led to this one. */
async function causeOf(
  event: JournalEvent | undefined,
  { store }: DocumentDoorPorts,
): Promise<JournalEvent | undefined> {
  const [lane = '', position = ''] = event?.cause?.split('/') ?? []
  if (position === '') return undefined
  const [entry] = await store.readLane(Number(lane), Number(position) - 1, 1)
  return entry && decodeEvent(entry)
}
