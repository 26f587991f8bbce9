import type { Decision, Input, JournalEvent, NewEvent, NewRequest, Room } from '../journal/contract.ts'
import type { EventData } from '../lifecycle/events.ts'
import { partsOf } from '../lifecycle/subject.ts'
import { type OverdueGroup, overdueIn, type UnsentDocument, unsentIn } from './mailbox-events.ts'
import type { PostedArrival } from './posted-part.ts'
import { type Refusal, refusedData } from './quarantine.ts'
import { partnerOf } from './relay-subject.ts'
import type { RelayedArrival } from './relayed-part.ts'
import {
  documentKeyOf,
  documentName,
  foldRelayed,
  loadRelayed,
  movesDocument,
  noDocument,
  type RelayedState,
  relayedTable,
  saveRelayed,
} from './relayed-state.ts'

/** What a system is asked to do with a partner's document. */
export const DELIVER = 'document.deliver'

type Arrived = Extract<Input, { kind: 'arrival' }>
type Heard = Extract<Input, { kind: 'heard' }>

/**
 * The room of documents that partners and systems exchange through us: what comes in is handed on, what a system posts
 * goes to the partner's mailbox, and each document says where it stands.
 */
export function relayRoom(): Room<RelayedState> {
  return {
    name: 'relay',
    about: 'document',
    table: relayedTable,
    initial: noDocument,
    load: (_key, row) => loadRelayed(row),
    save: saveRelayed,
    keys: keysOf,
    fold: foldRelayed,
    decide,
    hears: HEARD,
  }
}

const NOBODY: readonly string[] = []

/** What mailboxes say of documents that systems sent through us. */
const HEARD: NonNullable<Room['hears']> = {
  'interchange.sent': ({ data }) => (data.about === undefined ? NOBODY : [data.about]),
  'acknowledgement.received': ({ data }) => (data.relayed === undefined ? NOBODY : [data.relayed.about]),
  'report.refused': (event) => {
    const about = (overdueIn(event) ?? unsentIn(event))?.about
    return about === undefined ? NOBODY : [about]
  },
}

function decide(_state: RelayedState, input: Input): Decision | undefined {
  if (input.kind === 'arrival') return ARRIVALS[input.type]?.(input)
  if (input.kind === 'heard') return heard(input)
  if (input.kind !== 'answer' || input.request.verb !== DELIVER || input.outcome.result !== 'done') return undefined
  const { partner, document, key } = named(input.request)
  return { events: [{ type: 'document.delivered', data: { partner, document, key, to: input.request.target } }] }
}

const ARRIVALS: Readonly<Record<string, (input: Arrived) => Decision>> = {
  'document.arrived': arrived,
  'document.posted': posted,
  'arrival.refused': (input) => ({
    events: [{ type: 'report.refused', data: refusedData(input.data as Refusal, input.source), ...fromSender(input) }],
  }),
}

/** A partner's document is recorded, and every system it goes to is asked to take it. */
function arrived(input: Arrived): Decision {
  const { partner, document, key, to, test, also, content } = input.data as RelayedArrival
  const data = { partner, document, key, to, ...(test ? { test } : {}), ...(also.length > 0 ? { also } : {}) }
  const { receipt, occurredAt } = input
  const body = { document, partner, key, receipt, receivedAt: new Date(occurredAt).toISOString(), content }
  return {
    events: [{ type: 'document.received', data, ...fromSender(input) }],
    requests: to.map((target): NewRequest => {
      const fileName = `${document}-${key.replaceAll(/[^\w.-]/g, '_')}.json`
      return {
        target,
        verb: DELIVER,
        key: [partner, document, key].join('/'),
        body,
        keep: true,
        partner,
        args: { fileName },
      }
    }),
  }
}

/** A system's document goes the way of all documents of ours: its partner's mailbox hears of it. */
function posted(input: Arrived): Decision {
  return { events: [{ type: 'document.issued', data: input.data as PostedArrival, ...fromSender(input) }] }
}

/** What became of a document of ours in its partner's mailbox. */
function heard({ event, subject }: Heard): Decision | undefined {
  if (!(event.type in HEARD)) return undefined
  const partner = partnerOf(partsOf(subject).id)
  return { events: [standing(partner, event)] }
}

function standing(partner: string, event: JournalEvent): NewEvent {
  if (event.type === 'interchange.sent') {
    const { document, key, control, groupControl: group } = event.data as EventData['interchange.sent']
    return { type: 'document.sent', data: { partner, document, key, control, group } }
  }
  if (event.type === 'acknowledgement.received') {
    const { relayed, verdict, groupControl: group } = event.data as EventData['acknowledgement.received']
    const { document, key } = relayed as NonNullable<typeof relayed>
    return { type: 'document.acknowledged', data: { partner, document, key, group, verdict } }
  }
  const overdue = overdueIn(event)
  if (overdue) {
    const { document, key, group } = overdue as OverdueGroup
    return { type: 'document.unacknowledged', data: { partner, document, key, group } }
  }
  const { document, key, code, reason } = unsentIn(event) as UnsentDocument
  return { type: 'document.unsent', data: { partner, document, key, code, reason } }
}

/** The document that an input or event is about: its state among those of the subject. */
function keysOf(about: Input | JournalEvent): readonly string[] {
  const name = 'kind' in about ? nameIn(about) : nameOf(about)
  return name === undefined ? NOBODY : [documentKeyOf(about.subject, name)]
}

function nameIn(input: Input): string | undefined {
  if (input.kind === 'recorded') return nameOf(input.event)
  if (input.kind === 'answer') return input.request.verb === DELIVER ? deliveredName(input.request.key) : undefined
  if (input.kind === 'heard') return input.event.type in HEARD ? nameOf(standing('', input.event)) : undefined
  if (input.kind !== 'arrival') return undefined
  if (input.type !== 'document.arrived' && input.type !== 'document.posted') return nameOf(input as Told)
  const { document, key } = input.data as RelayedArrival | PostedArrival
  return documentName(input.type === 'document.arrived' ? 'in' : 'out', document, key)
}

/** What says something of a document: an event of its subject, or the delivery's note that becomes one. */
interface Told {
  readonly type: JournalEvent['type']
  readonly data: unknown
}

const IN: ReadonlySet<string> = new Set(['document.received', 'document.delivered'])

function nameOf({ type, data }: Told): string | undefined {
  if (!movesDocument(type)) return undefined
  if (type.startsWith('delivery.')) {
    const { verb, key } = data as EventData['delivery.refused']
    return verb === DELIVER ? deliveredName(key) : undefined
  }
  const { document, key } = data as EventData['document.delivered']
  return documentName(IN.has(type) ? 'in' : 'out', document, key)
}

/** From the key of a request: partner, document, and the document's own key. */
const deliveredName = (key: string): string => `in/${key.slice(key.indexOf('/') + 1)}`

function named({ key: text }: { readonly key: string }) {
  const [partner = '', document = '', ...rest] = text.split('/')
  return { partner, document, key: rest.join('/') }
}

function fromSender({ source, occurredAt, receipt }: Arrived) {
  return { source, occurredAt, ...(receipt === undefined ? {} : { receipt }) }
}
