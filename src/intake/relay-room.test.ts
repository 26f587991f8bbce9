import { expect, test } from 'vitest'
import { orderAcknowledgement } from '../documents/order-acknowledgement/index.ts'
import type { DecideContext, Input, JournalEvent } from '../journal/contract.ts'
import { mailboxRoom } from './mailbox.ts'
import type { MailboxState } from './mailbox-state.ts'
import { relayRoom } from './relay-room.ts'
import { loadRelayed, type RelayedState, saveRelayed } from './relayed-state.ts'
import type { Sender } from './settings.ts'
import { Desk, NOW } from './testing/desk.ts'
import { OneRoom } from './testing/post.ts'
import { acknowledgementOf } from './testing/x12.ts'

const HOUR = 3_600_000
const EDI = { ours: 'ZZ:ACMESUPPLY', theirs: '12:5555550142', ackWithinMs: HOUR }
const BIG_BOX: Sender = { system: 'bigbox', role: 'partner', partner: 'bigbox', edi: EDI }
const MAILBOX = 'acme/mailbox/bigbox'
const THREAD = 'acme/document/bigbox/order/4711'

const ACCEPTED = {
  verdict: 'accepted',
  purchaseOrder: '4711',
  date: '2026-01-05',
  currency: 'USD',
  lines: [{ line: '1', quantity: '3', uom: 'EA', answers: [{ status: 'accepted', quantity: '3', uom: 'EA' }] }],
}

/** A document that the ERP posted, its partner's mailbox, and what the room of relayed documents makes of both. */
class Relay {
  readonly room = relayRoom()
  readonly desk = new Desk(BIG_BOX)
  readonly mailbox: OneRoom<MailboxState>
  readonly told: JournalEvent[] = []
  state: RelayedState

  constructor(content: object = ACCEPTED) {
    this.mailbox = new OneRoom(mailboxRoom({ partners: { bigbox: EDI }, documents: [orderAcknowledgement] }), NOW)
    const data = { partner: 'bigbox', document: 'order-acknowledgement', key: '4711', content }
    const posted: Input = {
      kind: 'arrival',
      type: 'document.posted',
      subject: THREAD,
      source: 'erp',
      receipt: 'r1',
      occurredAt: NOW,
      data,
    }
    const [key = ''] = this.room.keys?.(posted) ?? []
    this.state = this.room.initial(key)
    const issued = this.#asks(posted)
    this.follows(this.mailbox.takes([{ kind: 'heard', subject: MAILBOX, event: issued }]))
  }

  /** What the room hears of the mailbox, and what it makes of it; its row is stored and loaded after each. */
  follows(events: readonly JournalEvent[]): void {
    for (const event of events) {
      const hears = this.room.hears?.[event.type] as ((event: JournalEvent) => readonly string[]) | undefined
      const heard = hears?.(event) ?? []
      for (const subject of heard) this.#asks({ kind: 'heard', subject, event })
    }
  }

  arrives(bytes: Uint8Array): void {
    const { inputs } = this.desk.takes(bytes, { channel: 'folder' })
    this.follows(this.mailbox.takes(inputs.filter(({ subject }) => subject === MAILBOX)))
  }

  #asks(input: Input): JournalEvent {
    const decision = this.room.decide(this.state, input, {} as DecideContext)
    const [fresh] = decision?.events ?? []
    const event = {
      lane: 1,
      position: 1,
      subject: THREAD,
      at: this.mailbox.now,
      source: 'relay',
      ...fresh,
    } as JournalEvent
    expect(this.room.keys?.(input)).toEqual(this.room.keys?.(event))
    expect(this.room.fold(this.state, event, '')).toBe(true)
    this.state = loadRelayed(saveRelayed(this.state) ?? [])
    this.told.push(event)
    return event
  }
}

test('a document of a system is issued, sent under numbers of ours, and acknowledged as its partner says', () => {
  const relay = new Relay()
  expect(relay.state).toMatchObject({
    tenant: 'acme',
    direction: 'out',
    standing: 'sent',
    at: NOW,
    more: { from: 'erp', receipt: 'r1', control: '000000001', group: '1' },
  })
  relay.arrives(acknowledgementOf('1', 'A'))
  expect(relay.told.map(({ type }) => type)).toEqual(['document.issued', 'document.sent', 'document.acknowledged'])
  expect(relay.state.standing).toBe('acked')
})

test.each([
  ['E', 'acked_with_errors'],
  ['P', 'partly_rejected'],
  ['R', 'rejected'],
])('a 997 with %s is %s', (verdict, standing) => {
  const relay = new Relay()
  relay.arrives(acknowledgementOf('1', verdict))
  expect(relay.state.standing).toBe(standing)
})

test('what nobody acknowledges in time is overdue, until it is', () => {
  const relay = new Relay()
  relay.mailbox.now = NOW + HOUR
  const timer: Input = { kind: 'timer', subject: MAILBOX, name: 'acknowledgement', dueAt: NOW + HOUR }
  relay.follows(relay.mailbox.takes([timer]))
  expect(relay.state.standing).toBe('overdue')
  relay.arrives(acknowledgementOf('1', 'A'))
  expect(relay.state.standing).toBe('acked')
})

test('what cannot be written says why, and a person hears of it by the mailbox', () => {
  const relay = new Relay({ ...ACCEPTED, purchaseOrder: '' })
  expect(relay.state).toMatchObject({
    standing: 'unsent',
    more: { reason: expect.stringMatching(/^\/purchaseOrder: /) },
  })
  expect(relay.mailbox.events.map(({ type }) => type)).toEqual(['report.refused'])
})
