import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadTender } from '../documents/load-tender/index.ts'
import { orderAcknowledgement } from '../documents/order-acknowledgement/index.ts'
import { readX12 } from '../edi/x12/read.ts'
import type { Input, JournalEvent } from '../journal/contract.ts'
import type { EventData } from '../lifecycle/events.ts'
import { mailboxRoom } from './mailbox.ts'
import type { MailboxState } from './mailbox-state.ts'
import type { OrderArrival } from './order-part.ts'
import type { EdiProfile, Sender } from './settings.ts'
import { Desk, NOW } from './testing/desk.ts'
import { OneRoom } from './testing/post.ts'
import { acknowledgementOf, interchangeOf, type TestEnvelope, type TestOrder, tradingAckOf } from './testing/x12.ts'

const HOUR = 3_600_000
const EDI = { ours: 'ZZ:ACMESUPPLY', theirs: '12:5555550142', ackWithinMs: HOUR }
const BIG_BOX: Sender = { system: 'bigbox', role: 'partner', partner: 'bigbox', edi: EDI }
const MAILBOX = 'acme/mailbox/bigbox'

/** The doorway of a partner and its mailbox, one behind the other. */
class Post {
  readonly desk: Desk
  readonly room: OneRoom<MailboxState>

  constructor(edi: EdiProfile = EDI) {
    this.desk = new Desk({ ...BIG_BOX, edi })
    this.room = new OneRoom(
      mailboxRoom({ partners: { bigbox: edi }, documents: [orderAcknowledgement, loadTender] }),
      NOW,
    )
  }

  arrives(bytes: Uint8Array) {
    const { answer, inputs, receipts } = this.desk.takes(bytes, { channel: 'folder' })
    const events = this.room.takes(inputs.filter(({ subject }) => subject === MAILBOX))
    const orders = inputs.filter((input) => input.kind === 'arrival' && input.type === 'order')
    return { answer, events, orders, inputs, verdict: receipts[0]?.verdict }
  }

  /** Files that were handed to the partner, as text. */
  get files(): string[] {
    return this.room.requests.map(({ body }) => Buffer.from(body as Uint8Array).toString('latin1'))
  }

  issues(
    key: string,
    content: unknown,
    document = 'order-acknowledgement',
    subject = 'acme/order/o0-01-0000000000-0001',
  ): JournalEvent[] {
    const event: JournalEvent<'document.issued'> = {
      lane: 1,
      position: 1,
      type: 'document.issued',
      version: 1,
      subject,
      at: this.room.now,
      occurredAt: this.room.now,
      source: 'order-to-cash',
      correlation: 'o0-01-0000000000-0001',
      data: { partner: 'bigbox', document, key, content },
    }
    const input: Input = { kind: 'heard', subject: MAILBOX, event: event as JournalEvent }
    return this.room.takes([input])
  }
}

const received = (orders: readonly TestOrder[], about: TestEnvelope = {}) => {
  const post = new Post()
  return { post, ...post.arrives(interchangeOf(orders, about)) }
}
const types = (events: readonly JournalEvent[]) => events.map(({ type }) => type)
const segments = (file: string | undefined) => (file ?? '').split('~')
const refusals = (events: readonly JournalEvent[]) =>
  events.filter(({ type }) => type === 'report.refused').map(({ data }) => (data as EventData['report.refused']).code)

test('an 850 becomes an order and is answered with a 997 under a number of ours', () => {
  const { post, answer, events, orders } = received([{ number: 'PO-1' }])
  expect(answer).toMatchObject({ status: 202, body: { interchange: '000000017', verdict: 'A', note: '000' } })
  const { facts } = (orders[0] as { data: OrderArrival }).data
  expect(facts).toMatchObject({
    soldTo: 'C-100',
    customerOrder: 'PO-1',
    partner: 'bigbox',
    channel: 'bigbox',
    test: false,
  })
  expect(facts.lines[0]).toMatchObject({ item: '4711', base: 3_000_000, customerLine: '1' })

  expect(types(events)).toEqual(['interchange.received', 'interchange.sent'])
  expect(events[0]?.data).toMatchObject({
    control: '000000017',
    groups: [{ functionalId: 'PO', control: '17', sets: [{ id: '850', verdict: 'A', key: 'PO-1' }] }],
  })
  const [file] = post.files
  expect(segments(file)).toEqual(expect.arrayContaining(['AK1*PO*17', 'AK2*850*0001', 'AK5*A', 'AK9*A*1*1*1']))
  expect(file).toContain('*000000001*0*P*>~')
  expect(post.room.requests[0]).toMatchObject({
    target: 'bigbox',
    verb: 'edi.send',
    keep: true,
    args: { fileName: '997-000000001.edi' },
  })
})

test('a partner is held to its own guide, and answered with a 999 where it asks for one', () => {
  const guide = { '850': { require: ['REF[DP]'], codes: { N101: ['ST', 'BT'] } } }
  const post = new Post({ ...EDI, guide, policy: { acknowledgement: '999' } })
  const { orders } = post.arrives(interchangeOf([{ number: 'PO-1' }]))
  expect(orders).toHaveLength(1)
  const [file] = post.files
  const said = ['ST*999*0001', 'AK1*PO*17*004010', 'IK3*N1*3**8', 'IK4*1*98*I6*BY', 'IK3*REF*7**I6', 'IK5*E*5']
  expect(segments(file)).toEqual(expect.arrayContaining(said))

  const strict = new Post({ ...EDI, guide: { '850': { ...guide['850'], breach: 'reject' } } })
  expect(strict.arrives(interchangeOf([{ number: 'PO-1' }])).orders).toEqual([])
  expect(segments(strict.files[0])).toEqual(expect.arrayContaining(['AK3*REF*7**3', 'AK5*R*5']))
})

test('X03: the same bytes again have no effect, and the stored acknowledgement is sent again', () => {
  const post = new Post()
  const file = interchangeOf([{ number: 'PO-1' }])
  post.arrives(file)
  post.room.now += 5 * HOUR
  post.room.restarts()
  const again = post.arrives(file)
  expect(again.orders).toEqual([])
  expect(again.events).toEqual([])
  expect(again.verdict).toBe('repeat')
  expect(post.files).toHaveLength(2)
  expect(post.files[1]).toBe(post.files[0])
  expect(post.room.requests[1]?.key).not.toBe(post.room.requests[0]?.key)
})

test('X03: the same number with other bytes is TA1 R 025 and a case; nothing of it is processed', () => {
  const post = new Post()
  post.arrives(interchangeOf([{ number: 'PO-1' }]))
  const other = post.arrives(interchangeOf([{ number: 'PO-2' }]))
  expect(other.orders).toEqual([])
  expect(other.answer.status).toBe(409)
  expect(other.verdict).toBe('quarantined')
  expect(refusals(other.events)).toEqual(['XD_INTAKE_INTERCHANGE_REUSED'])
  expect(post.files[1]).toContain('TA1*000000017*260105*0930*R*025~')
  expect(post.files[1]).not.toContain('GS*')
})

test('X14: the same order in a new envelope is no second order; with other content it is a case', () => {
  const post = new Post()
  const [first] = post.arrives(interchangeOf([{ number: 'PO-1' }])).orders
  const repeat = post.arrives(interchangeOf([{ number: 'PO-1' }], { control: '000000018', group: '18' }))
  expect(repeat.orders).toEqual([])
  expect(types(repeat.events)).toEqual(['interchange.received', 'interchange.sent'])

  const lines = ['PO1*1*4*EA*9.25**VN*4711']
  const other = post.arrives(interchangeOf([{ number: 'PO-1', lines }], { control: '000000019', group: '19' }))
  expect(other.orders).toEqual([])
  expect(other.inputs).toContainEqual(
    expect.objectContaining({ type: 'order.conflict', subject: (first as { subject: string }).subject }),
  )
  expect(segments(post.files[2])).toContain('AK9*A*1*1*1')
})

test('X01: bytes that are no interchange stay in quarantine with a case; nobody can be answered', () => {
  const post = new Post()
  const { events, verdict } = post.arrives(Buffer.from('ISA*00*~'))
  expect(verdict).toBe('quarantined')
  expect(refusals(events)).toEqual(['XD_INTAKE_INTERCHANGE_UNREADABLE'])
  expect(post.files).toEqual([])
})

test('X01: a byte order mark and blank lines in front are tolerated', () => {
  const file = Buffer.concat([
    Buffer.from([0xef, 0xbb, 0xbf]),
    Buffer.from('\r\n'),
    interchangeOf([{ number: 'PO-1' }]),
  ])
  expect(new Post().arrives(file).orders).toHaveLength(1)
})

test.each([
  ['X02: numbers of ISA and IEA that differ', { trailerControl: '000000099' }, '001'],
  ['X04: a missing IEA', { noTrailer: true }, '023'],
  ['X06: a sender we do not know', { sender: 'STRANGER' }, '006'],
  ['X06: a receiver that is not us', { receiver: 'SOMEBODY' }, '009'],
  ['X12: test data on a production route', { usage: 'T' }, '020'],
])('%s: TA1 R, and nothing of it is processed', (_what, about, note) => {
  const { post, answer, events, orders, verdict } = received([{ number: 'PO-1' }], about)
  expect(orders).toEqual([])
  expect(answer.status).toBe(422)
  expect(verdict).toBe('quarantined')
  expect(refusals(events)).toEqual(['XD_INTAKE_INTERCHANGE_REJECTED'])
  expect(post.files[0]).toContain(`*R*${note}~`)
})

test('a refusal says in words what its note means, who sends and who was expected: to the sender and to the case', () => {
  const { answer, events } = received([{ number: 'PO-1' }], { sender: 'STRANGER' })
  const says =
    'Interchange 000000017 was rejected with TA1 note 006 (an unknown sender): it says sender 12:STRANGER, expected was 12:5555550142.'
  expect(answer.body).toMatchObject({ detail: says, code: 'XD_INTAKE_INTERCHANGE_REJECTED', verdict: 'R', note: '006' })
  expect(answer.body['remedy']).toMatch(/Nothing of it was processed/)
  expect(events.map(({ data }) => (data as { reason?: string }).reason)).toContain(says)
})

test('a rejected file that is picked up again after a crash is answered once', () => {
  const post = new Post()
  const file = interchangeOf([{ number: 'PO-1' }], { noTrailer: true })
  const pickedUp = { channel: 'folder', idempotencyKey: 'file-1' }
  expect(post.desk.takes(file, pickedUp).inputs).toHaveLength(1)
  expect(post.desk.takes(file, pickedUp)).toMatchObject({ inputs: [], answer: { status: 422, replayed: true } })
})

test.each([
  ['that is empty', ''],
  ['in which nothing can be read', 'ISA*00*~'],
])('a file %s and is picked up twice is one case', (_what, text) => {
  const post = new Post()
  const pickedUp = { channel: 'folder', idempotencyKey: 'file-1' }
  expect(post.desk.takes(Buffer.from(text), pickedUp).inputs).toMatchObject([{ type: 'arrival.refused' }])
  const again = post.desk.takes(Buffer.from(text), pickedUp)
  expect(again).toMatchObject({ inputs: [], answer: { replayed: true } })
  expect(again.answer.status).toBeGreaterThanOrEqual(400)
})

test('an interchange that was cut off may come again whole under its number', () => {
  const post = new Post()
  post.arrives(interchangeOf([{ number: 'PO-1' }], { noTrailer: true }))
  expect(post.arrives(interchangeOf([{ number: 'PO-1' }])).orders).toHaveLength(1)
})

test.each([
  ['a date that does not exist', { date: '20260231' }, '8'],
  ['an unknown unit', { lines: ['PO1*1*3*QQ*9.25**VN*4711'] }, '7'],
  ['a letter in a quantity', { lines: ['PO1*1*1O*EA*9.25**VN*4711'] }, '6'],
])('X10: %s rejects its set and no neighbour', (_what, order, code) => {
  const { post, orders, events, verdict } = received([
    { number: 'PO-1', set: '0001' },
    { number: 'PO-2', set: '0002', ...order },
    { number: 'PO-3', set: '0003' },
  ])
  expect(orders.map((input) => (input as { data: OrderArrival }).data.facts.customerOrder)).toEqual(['PO-1', 'PO-3'])
  expect(refusals(events)).toEqual(['XD_INTAKE_SET_REJECTED'])
  expect(verdict).toBe('quarantined')
  const answer = segments(post.files[0])
  expect(answer).toContain('AK9*P*3*3*2')
  expect(answer.find((segment) => segment.startsWith('AK4'))?.split('*')[3]).toBe(code)
})

test('an order we understand but cannot convert is acknowledged and becomes a case', () => {
  const { post, orders, events } = received([{ number: 'PO-1', lines: ['PO1*1*3*PL*9.25**VN*4711'] }])
  expect(orders).toEqual([])
  expect(refusals(events)).toEqual(['XD_INTAKE_DOCUMENT_FAULTY'])
  expect(segments(post.files[0])).toContain('AK9*A*1*1*1')
})

test('X17: a gap in the numbers is accepted and listed until it is filled', () => {
  const post = new Post()
  post.arrives(interchangeOf([{ number: 'PO-1' }], { control: '000001003' }))
  const { events } = post.arrives(interchangeOf([{ number: 'PO-2' }], { control: '000001007' }))
  expect(events[0]?.data).toMatchObject({ gap: ['1004', '1006'] })
  expect(post.room.state(MAILBOX).gaps).toEqual([[1004, 1006]])
  post.arrives(interchangeOf([{ number: 'PO-3' }], { control: '000001005' }))
  expect(post.room.state(MAILBOX).gaps).toEqual([
    [1004, 1004],
    [1006, 1006],
  ])
})

const ACCEPTANCE = {
  verdict: 'accepted',
  purchaseOrder: 'PO-1',
  date: '2026-01-05',
  currency: 'USD',
  lines: [
    { line: '1', quantity: '3', uom: 'EA', sku: '4711', answers: [{ status: 'accepted', quantity: '3', uom: 'EA' }] },
  ],
}

test.each([
  ['004010', '00401', 'U'],
  ['003040', '00304', 'U'],
  ['005010', '00501', '^'],
])('a document in %s says %s in its envelope', (version, inEnvelope, repetition) => {
  const post = new Post({ ...EDI, version })
  post.issues('PO-1', ACCEPTANCE)
  expect(post.files[0]?.split('*').slice(11, 13)).toEqual([repetition, inEnvelope])
})

test('a document for the partner is numbered, kept as it was sent, and acknowledged by its 997', () => {
  const post = new Post()
  const sent = post.issues('PO-1', ACCEPTANCE)
  expect(sent[0]).toMatchObject({
    type: 'interchange.sent',
    data: { control: '000000001', groupControl: '1', functionalId: 'PR', set: '855', key: 'PO-1', expectsAck: true },
  })
  expect(readX12(Buffer.from(post.files[0] ?? '')).interchanges[0]?.groups[0]?.sets[0]?.id).toBe('855')
  expect(post.room.timers).toEqual([{ name: 'acknowledgement', dueAt: NOW + HOUR }])

  const { events } = post.arrives(acknowledgementOf('1', 'A'))
  expect(types(events)).toEqual(['interchange.received', 'acknowledgement.received'])
  expect(post.room.state(MAILBOX).open).toEqual([])
  expect(post.files).toHaveLength(1) // an acknowledgement is never acknowledged
})

test('a system’s document that our own checker would fault is a case and takes no number', () => {
  const post = new Post()
  const tender = JSON.parse(readFileSync('src/documents/load-tender/fixtures/two-stops.json', 'utf8'))
  const events = post.issues('S-1', { ...tender, scac: 'FASTTT' }, 'load-tender', 'acme/document/bigbox/shipment/S-1')
  expect(refusals(events)).toEqual(['XD_INTAKE_NOT_TO_STANDARD'])
  expect(events[0]?.data).toMatchObject({ reason: expect.stringContaining('B202') })
  expect(post.room.state(MAILBOX).isa).toBe(0)
})

test('what a partner says of our groups is counted, and what it says against them is kept, over a restart', () => {
  const post = new Post()
  for (const [at, verdict] of ['A', 'E', 'R', 'A'].entries()) {
    post.issues(`PO-${at}`, ACCEPTANCE)
    post.arrives(acknowledgementOf(String(at + 1), verdict as 'A', { control: `00000010${at}` }))
    post.room.restarts()
  }
  const { open, verdicts, troubled } = post.room.state(MAILBOX)
  expect([open, verdicts]).toEqual([[], { A: 2, E: 1, P: 0, R: 1 }])
  expect(troubled).toMatchObject([
    { key: 'PO-1', document: 'order-acknowledgement', set: '855', verdict: 'E', at: post.room.now },
    { key: 'PO-2', verdict: 'R' },
  ])
})

test('X16: a refusal, an answer to nothing, and no answer in time are cases', () => {
  const post = new Post()
  post.issues('PO-1', ACCEPTANCE)
  post.issues('PO-2', ACCEPTANCE)
  expect(refusals(post.arrives(acknowledgementOf('1', 'R')).events)).toEqual(['XD_INTAKE_DOCUMENT_REFUSED'])
  const unknown = post.arrives(acknowledgementOf('77', 'A', { control: '000000018' }))
  expect(refusals(unknown.events)).toEqual(['XD_INTAKE_ACKNOWLEDGEMENT_UNKNOWN'])
  // a group is its kind and its number: group 2 of invoices is not group 2 of order acknowledgements
  const invoices = Buffer.from(
    acknowledgementOf('2', 'A', { control: '000000020' }).toString().replace('AK1*PR*2', 'AK1*IN*2'),
  )
  expect(invoices.toString()).toContain('AK1*IN*2')
  expect(refusals(post.arrives(invoices).events)).toEqual(['XD_INTAKE_ACKNOWLEDGEMENT_UNKNOWN'])
  expect(post.room.state(MAILBOX).open).toHaveLength(1)

  post.room.now += HOUR
  const timer: Input = { kind: 'timer', subject: MAILBOX, name: 'acknowledgement', dueAt: post.room.now }
  expect(refusals(post.room.takes([timer]))).toEqual(['XD_INTAKE_ACKNOWLEDGEMENT_OVERDUE'])
  expect(post.room.takes([timer])).toEqual([]) // once is enough
  expect(types(post.arrives(acknowledgementOf('2', 'A', { control: '000000019' })).events)).toContain(
    'acknowledgement.received',
  )
})

test('where it was agreed, somebody hears of a missing answer before its time is up, and then once more', () => {
  const post = new Post({ ...EDI, ackWarnMs: HOUR / 4 })
  const timers = () => post.room.timers.map(({ dueAt }) => dueAt)
  const rings = (): string[] => {
    const timer: Input = { kind: 'timer', subject: MAILBOX, name: 'acknowledgement', dueAt: post.room.now }
    return refusals(post.room.takes([timer]))
  }
  post.issues('PO-1', ACCEPTANCE)
  expect(timers().at(-1)).toBe(NOW + 0.75 * HOUR)
  post.room.now += 0.5 * HOUR
  post.issues('PO-2', ACCEPTANCE)
  post.room.now += 0.25 * HOUR
  expect(rings()).toEqual(['XD_INTAKE_ACKNOWLEDGEMENT_DUE'])
  expect(timers().at(-1)).toBe(NOW + HOUR)
  post.room.restarts()
  post.room.now += 0.25 * HOUR
  expect(rings()).toEqual(['XD_INTAKE_ACKNOWLEDGEMENT_OVERDUE'])
  expect(timers().at(-1)).toBe(NOW + 1.25 * HOUR)
  post.arrives(acknowledgementOf('2', 'A'))
  post.room.now += 0.25 * HOUR
  expect([rings(), timers().at(-1)]).toEqual([[], null])
})

test('a TA1 that refuses an interchange of ours is a case; one that accepts it is not', () => {
  const post = new Post()
  post.issues('PO-1', ACCEPTANCE)
  expect(refusals(post.arrives(tradingAckOf('000000001', 'A', '000')).events)).toEqual([])
  const { events } = post.arrives(tradingAckOf('000000001', 'R', '009', { control: '000000019' }))
  expect(refusals(events)).toEqual(['XD_INTAKE_DOCUMENT_REFUSED'])
  expect(post.files).toHaveLength(1) // nor is it answered
})

test('numbers go on after a restart; none is used twice', () => {
  const post = new Post()
  for (let at = 0; at < 20; at += 1) {
    post.issues(`PO-${at}`, ACCEPTANCE)
    post.room.restarts()
  }
  const numbers = post.room.events.map(({ data }) => (data as EventData['interchange.sent']).control)
  expect(new Set(numbers).size).toBe(20)
  expect(numbers.at(-1)).toBe('000000020')
})

test('a document that cannot be written is a case, and takes no number', () => {
  const post = new Post()
  const salesOrder = { ...ACCEPTANCE, salesOrder: 'a*b' } // a separator inside the data
  for (const content of [{ ...ACCEPTANCE, verdict: 'perhaps' }, salesOrder]) {
    expect(types(post.issues('PO-1', content))).toEqual(['report.refused'])
  }
  expect(post.room.state(MAILBOX).isa).toBe(0)
})

test('after a restore the first number jumps past those that may have been given, once, and the next follow on', () => {
  const controls = (events: readonly JournalEvent[]) =>
    events
      .filter(({ type }) => type === 'interchange.sent')
      .map(({ data }) => {
        const { control, groupControl } = data as EventData['interchange.sent']
        return [Number(control), Number(groupControl)]
      })
  const restored = { restoredAt: NOW + HOUR, controlGap: 10_000 }
  const room = new OneRoom(mailboxRoom({ partners: { bigbox: EDI }, documents: [], restored }), NOW)
  const desk = new Desk(BIG_BOX)
  const comes = (control: string) => {
    const { inputs } = desk.takes(interchangeOf([{ number: 'PO-1' }], { control }), { channel: 'folder' })
    return controls(room.takes(inputs.filter(({ subject }) => subject === MAILBOX)))
  }
  room.now = NOW + 2 * HOUR
  expect(comes('000000101')).toEqual([[10_001, 10_001]]) // the backup knows of none, yet some may have been given after it
  expect(comes('000000102')).toEqual([[10_002, 10_002]])
  room.state(MAILBOX).sentAt = NOW
  expect(comes('000000103')).toEqual([[20_003, 20_003]])
  expect(comes('000000104')).toEqual([[20_004, 20_004]])
  room.restarts()
  expect(comes('000000105')).toEqual([[20_005, 20_005]])
  room.state(MAILBOX).isa = 999_995_000
  room.state(MAILBOX).sentAt = NOW
  expect(comes('000000106')).toEqual([[5_002, 20_006 + 10_000]])
})
