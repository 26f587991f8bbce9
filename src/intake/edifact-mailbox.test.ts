import { expect, test } from 'vitest'
import { invoice } from '../documents/invoice/index.ts'
import { orderAcknowledgement } from '../documents/order-acknowledgement/index.ts'
import { orderChangeAcknowledgement } from '../documents/order-change-acknowledgement/index.ts'
import { readEdifact } from '../edi/edifact/read.ts'
import type { Input, JournalEvent } from '../journal/contract.ts'
import type { EventData } from '../lifecycle/events.ts'
import { looksLikeEdifact } from './edifact-interchange.ts'
import { mailboxRoom } from './mailbox.ts'
import type { MailboxState } from './mailbox-state.ts'
import type { OrderArrival } from './order-part.ts'
import type { EdifactProfile, Sender } from './settings.ts'
import { Desk, NOW } from './testing/desk.ts'
import { aperakOf, contrlOf, ordersOf, type TestMessage, type TestUnb } from './testing/edifact.ts'
import { OneRoom } from './testing/post.ts'
import { interchangeOf } from './testing/x12.ts'

const HOUR = 3_600_000
const EDI: EdifactProfile = {
  standard: 'edifact',
  ours: '4012345000016:14',
  theirs: '4098765000010:14',
  ackWithinMs: HOUR,
}
const BIG_BOX: Sender = { system: 'bigbox', role: 'partner', partner: 'bigbox', edi: EDI }
const MAILBOX = 'acme/mailbox/bigbox'
const DOCUMENTS = [orderAcknowledgement, invoice, orderChangeAcknowledgement]

/** The doorway of a partner and its mailbox, one behind the other. */
class Post {
  readonly desk: Desk
  readonly room: OneRoom<MailboxState>

  constructor(more: Partial<EdifactProfile> = {}) {
    const edi = { ...EDI, ...more }
    this.desk = new Desk({ ...BIG_BOX, edi })
    this.room = new OneRoom(mailboxRoom({ partners: { bigbox: edi }, documents: DOCUMENTS }), NOW)
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

  issues(key: string, content: unknown, document = 'order-acknowledgement'): JournalEvent[] {
    const event: JournalEvent<'document.issued'> = {
      lane: 1,
      position: 1,
      type: 'document.issued',
      version: 1,
      subject: 'acme/order/o0-01-0000000000-0001',
      at: this.room.now,
      occurredAt: this.room.now,
      source: 'order-to-cash',
      correlation: 'o0-01-0000000000-0001',
      data: { partner: 'bigbox', document, key, content },
    }
    return this.room.takes([{ kind: 'heard', subject: MAILBOX, event: event as JournalEvent }])
  }

  /** Time has passed. */
  waits(ms: number): JournalEvent[] {
    this.room.now += ms
    const timer: Input = { kind: 'timer', subject: MAILBOX, name: 'acknowledgement', dueAt: this.room.now }
    return this.room.takes([timer])
  }
}

const received = (orders: readonly TestMessage[], about: TestUnb = {}, more: Partial<EdifactProfile> = {}) => {
  const post = new Post(more)
  return { post, ...post.arrives(ordersOf(orders, about)) }
}
const types = (events: readonly JournalEvent[]) => events.map(({ type }) => type)
const segments = (file: string | undefined) => (file ?? '').split("'")
const refusals = (events: readonly JournalEvent[]) =>
  events.filter(({ type }) => type === 'report.refused').map(({ data }) => (data as EventData['report.refused']).code)
const numbers = (orders: readonly Input[]) =>
  orders.map((input) => (input as unknown as { data: OrderArrival }).data.facts.customerOrder)

test('ORDERS become orders exactly as an 850 does, and are answered with a CONTRL under a reference of ours', () => {
  const { post, answer, events, orders } = received([{ number: 'PO-1' }])
  expect(answer).toMatchObject({ status: 202, body: { interchange: 'REF17', verdict: 'A', note: '' } })
  const x12 = new Desk({ system: 'bigbox', role: 'partner', partner: 'bigbox' }).takes(
    interchangeOf([{ number: 'PO-1' }]),
  )
  const facts = (inputs: readonly Input[]) =>
    inputs.flatMap((input) => (input.kind === 'arrival' && input.type === 'order' ? [input.data as OrderArrival] : []))
  const [ours] = facts(orders)
  const [theirs] = facts(x12.inputs)
  expect(ours?.facts).toMatchObject({ customerOrder: 'PO-1', soldTo: 'C-100', partner: 'bigbox', test: false })
  expect(ours?.facts.lines[0]).toMatchObject({ item: '4711', base: 3_000_000, customerLine: '1' })
  const { id: _, lines, parties, ...rest } = (ours as OrderArrival).facts
  expect(theirs?.facts).toMatchObject(rest)
  expect([lines.length, parties.length]).toEqual([theirs?.facts.lines.length, theirs?.facts.parties.length])

  expect(types(events)).toEqual(['interchange.received', 'interchange.sent'])
  expect(events[0]?.data).toMatchObject({
    standard: 'edifact',
    control: 'REF17',
    groups: [{ functionalId: '', control: '', sets: [{ id: 'ORDERS', control: '1', verdict: 'A', key: 'PO-1' }] }],
  })
  expect(segments(post.files[0])).toEqual([
    'UNA:+.? ',
    'UNB+UNOC:3+4012345000016:14+4098765000010:14+260105:0930+000000001',
    'UNH+1+CONTRL:D:3:UN',
    'UCI+REF17+4098765000010:14+4012345000016:14+7',
    'UNT+3+1',
    'UNZ+1+000000001',
    '',
  ])
  expect(post.room.requests[0]).toMatchObject({
    target: 'bigbox',
    keep: true,
    args: { fileName: 'CONTRL-000000001.edi' },
  })
})

test('an interchange that is in order and asks for nothing gets no CONTRL, unless that was agreed', () => {
  const quiet = received([{ number: 'PO-1' }], { asksContrl: false })
  expect([quiet.orders.length, quiet.post.files]).toEqual([1, []])
  const always = received([{ number: 'PO-1' }], { asksContrl: false }, { contrl: 'always' })
  expect(segments(always.post.files[0])).toContain('UCI+REF17+4098765000010:14+4012345000016:14+7')
})

test('the same bytes again have no effect, and the stored CONTRL is sent again', () => {
  const post = new Post()
  const file = ordersOf([{ number: 'PO-1' }])
  post.arrives(file)
  post.room.now += 5 * HOUR
  post.room.restarts()
  const again = post.arrives(file)
  expect([again.orders, again.events, again.verdict]).toEqual([[], [], 'repeat'])
  expect(post.files[1]).toBe(post.files[0])
  expect(post.room.requests[1]?.key).not.toBe(post.room.requests[0]?.key)
})

test('E03: the same reference with other bytes is CONTRL 4 with 26, and a case; nothing of it is processed', () => {
  const post = new Post()
  post.arrives(ordersOf([{ number: 'PO-1' }]))
  const other = post.arrives(ordersOf([{ number: 'PO-2' }]))
  expect([other.orders, other.answer.status, other.verdict]).toEqual([[], 409, 'quarantined'])
  expect(refusals(other.events)).toEqual(['XD_INTAKE_INTERCHANGE_REUSED'])
  expect(segments(post.files[1])).toContain('UCI+REF17+4098765000010:14+4012345000016:14+4+26+UNB')
})

test.each<[string, TestUnb, string]>([
  ['E01: references of UNB and UNZ that differ', { trailerReference: 'REF18' }, '28+UNZ'],
  ['E02: a wrong count in UNZ', { count: '2' }, '29+UNZ'],
  ['E04: an unknown syntax', { syntax: 'UNOZ:3' }, '2+UNB'],
  ['E05: a missing UNZ', { noTrailer: true }, '13+UNZ'],
  ['E05: a decimal mark that is none', { una: "UNA:+x? '" }, '22+UNA'],
  ['E06: a sender we do not know', { sender: '9999999999999:14' }, '23+UNB'],
  ['E06: a recipient that is not us', { receiver: '9999999999999:14' }, '43+UNB'],
  ['test data on a production route', { test: true }, '25+UNB'],
])('%s: CONTRL rejects it, and nothing of it is processed', (_what, about, error) => {
  const { post, answer, events, orders, verdict } = received([{ number: 'PO-1' }], about)
  expect([orders, answer.status, verdict]).toEqual([[], 422, 'quarantined'])
  expect(refusals(events)).toEqual(['XD_INTAKE_INTERCHANGE_REJECTED'])
  expect((events[0]?.data as EventData['report.refused'] | undefined)?.reason).toMatch(
    /with CONTRL error \d+ \([a-z].+\)(?:: it says .+, expected was .+)?\.$/,
  )
  const uci = segments(post.files[0]).find((segment) => segment.startsWith('UCI'))
  expect(uci?.split('+').slice(4).join('+')).toContain(`4+${error}`)
})

test('production data on a test route is rejected too, and test data there is an order of the test lane', () => {
  expect(received([{ number: 'PO-1' }], {}, { usage: 'T' }).orders).toEqual([])
  const { orders, post } = received([{ number: 'PO-1' }], { test: true }, { usage: 'T' })
  expect((orders[0] as { data: OrderArrival }).data.facts.test).toBe(true)
  expect(readEdifact(Buffer.from(post.files[0] ?? '')).interchanges[0]?.test).toBe(true)
})

test('E05: bytes without a UNB that can be read stay in quarantine with a case; nobody can be answered', () => {
  for (const text of ["UNB+UNOC:3'", "UNA::::: 'UNB:UNOC", 'UNA']) {
    const post = new Post()
    const { events, verdict } = post.arrives(Buffer.from(text))
    expect([verdict, refusals(events), post.files]).toEqual(['quarantined', ['XD_INTAKE_INTERCHANGE_UNREADABLE'], []])
  }
})

test('a file whose first column is called UNBRANDED is no interchange', () => {
  expect([looksLikeEdifact(Buffer.from('UNBRANDED;4711')), looksLikeEdifact(Buffer.from('\r\nUNB+UNOC'))]).toEqual([
    false,
    true,
  ])
})

test('an interchange that was cut off may come again whole under its reference', () => {
  const post = new Post()
  post.arrives(ordersOf([{ number: 'PO-1' }], { noTrailer: true }))
  expect(post.arrives(ordersOf([{ number: 'PO-1' }])).orders).toHaveLength(1)
})

const LINES = (quantity: string, unit = 'PCE') => ["LIN+1++4711:SA'", `QTY+21:${quantity}:${unit}'`, "PRI+AAA:9.25'"]

test.each<[string, Partial<TestMessage>, string]>([
  ['E02: a wrong count in UNT', { trailer: '99+2' }, '29'],
  ['E01: references of UNH and UNT that differ', { trailer: '11+3' }, '28'],
  ['E07: a mandatory segment that is missing', { without: 'BGM' }, '13'],
  ['E08: a comma where the point is the decimal mark', { lines: LINES('1.234,56') }, '19'],
  ['a date that does not exist', { date: '20260231' }, '12'],
  ['a letter in a quantity', { lines: LINES('1O') }, '37'],
  ['a unit nobody knows', { lines: LINES('3', 'QQQ') }, '12'],
  ['a message that nobody agreed on', { type: 'INVOIC' }, '17'],
])('%s rejects its message and no neighbour', (_what, order, code) => {
  const { post, orders, events, verdict } = received([
    { number: 'PO-1' },
    { number: 'PO-2', ...order },
    { number: 'PO-3' },
  ])
  expect(numbers(orders)).toEqual(['PO-1', 'PO-3'])
  expect([refusals(events), verdict]).toEqual([['XD_INTAKE_SET_REJECTED'], 'quarantined'])
  const answer = segments(post.files[0]).filter((segment) => /^U(?:CI|CM|CS|CD)/.test(segment))
  expect(answer[0]).toBe('UCI+REF17+4098765000010:14+4012345000016:14+7')
  expect(answer[1]).toMatch(/^UCM\+2\+\w+:D:96A:UN:EAN008\+4/)
  expect(answer.slice(1).some((segment) => segment.split('+').slice(1).includes(code))).toBe(true)
})

test('a message for which there is no document says so to the person who finds it', () => {
  const { events } = received([{ number: 'PO-1', type: 'IFCSUM' }])
  const [refused] = events.filter(({ type }) => type === 'report.refused')
  expect(refused?.data).toMatchObject({ wrong: { code: 'XD_INTAKE_SET_UNREAD' } })
})

test('E04: a byte outside of the declared repertoire is told with 21 and stops nothing', () => {
  const lines = [...LINES('3'), "IMD+F++:::hammer'"]
  const { post, orders } = received([{ number: 'PO-1', lines }], { syntax: 'UNOA:3' })
  expect(orders).toHaveLength(1)
  expect(post.files[0]).toMatch(/UCI[^']*\+7\+21/)
})

test('E05: another UNA is read by what it says', () => {
  const file = ordersOf([{ number: 'PO-1' }])
    .toString()
    .replaceAll('+', '|')
    .replaceAll(':', ';')
  const una = Buffer.from(`UNA;|.? '${file.replace('UNB|', 'UNB|')}`)
  expect(numbers(new Post().arrives(una).orders)).toEqual(['PO-1'])
})

test('the same order in a new envelope is no second order; with other content it is a case', () => {
  const post = new Post()
  const [first] = post.arrives(ordersOf([{ number: 'PO-1' }])).orders
  expect(post.arrives(ordersOf([{ number: 'PO-1' }], { reference: 'REF18' })).orders).toEqual([])
  const other = post.arrives(ordersOf([{ number: 'PO-1', lines: LINES('4') }], { reference: 'REF19' }))
  expect(other.orders).toEqual([])
  expect(other.inputs).toContainEqual(
    expect.objectContaining({ type: 'order.conflict', subject: (first as { subject: string }).subject }),
  )
})

test('a partner that speaks the one language is not understood in the other', () => {
  const post = new Post()
  const { orders, events } = post.arrives(interchangeOf([{ number: 'PO-1' }]))
  expect([orders, refusals(events)]).toEqual([[], ['XD_INTAKE_INTERCHANGE_REJECTED']])
  const x12 = new Desk({ ...BIG_BOX, edi: { ours: 'ZZ:ACME', theirs: '12:5555550142' } })
  expect(x12.takes(ordersOf([{ number: 'PO-1' }])).answer).toMatchObject({ status: 422, body: { note: '23' } })
})

test('a value that a person said is read as another one, also in a part of an element', () => {
  const post = new Post()
  const from = { kind: 'mapping', partner: 'bigbox', from: 'QQQ', to: 'PCE' } as const
  post.desk.master.apply({ kind: 'correction', value: { ...from, where: 'QTY/1/3' } })
  const { orders } = post.arrives(ordersOf([{ number: 'PO-1', lines: LINES('3', 'QQQ') }]))
  expect(numbers(orders)).toEqual(['PO-1'])
  expect(segments(post.files[0]).filter((segment) => segment.startsWith('UCM'))).toEqual([])
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

test('a document for the partner goes out as a message, asks for its CONTRL, and is settled by it', () => {
  const post = new Post({ version: 'D.96A', associations: { ORDRSP: 'EAN005' }, agreement: 'AG1' })
  const [sent] = post.issues('PO-1', ACCEPTANCE)
  expect(sent).toMatchObject({
    type: 'interchange.sent',
    data: {
      standard: 'edifact',
      control: '000000001',
      groupControl: '',
      set: 'ORDRSP',
      setControl: '1',
      key: 'PO-1',
      order: 'o0-01-0000000000-0001',
      expectsAck: true,
    },
  })
  const file = post.files[0] ?? ''
  expect(segments(file).slice(1, 4)).toEqual([
    'UNB+UNOC:3+4012345000016:14+4098765000010:14+260105:0930+000000001++++1+AG1',
    'UNH+1+ORDRSP:D:96A:UN:EAN005',
    expect.stringMatching(/^BGM\+231\+/),
  ])
  expect(readEdifact(Buffer.from(file)).interchanges[0]?.messages[0]?.faults).toEqual([])
  expect(post.room.requests[0]?.args).toEqual({ fileName: 'ORDRSP-000000001.edi' })
  expect(post.room.timers).toEqual([{ name: 'acknowledgement', dueAt: NOW + HOUR }])

  const { events } = post.arrives(contrlOf('000000001', '7'))
  expect(types(events)).toEqual(['interchange.received', 'acknowledgement.received'])
  expect(events[1]?.data).toMatchObject({ interchange: '000000001', verdict: 'A' })
  expect([post.room.state(MAILBOX).open, post.files.length]).toEqual([[], 1]) // a CONTRL is never answered
})

test('references go on after a restart, of interchanges and of messages; none is used twice', () => {
  const post = new Post()
  for (let at = 0; at < 6; at += 1) {
    post.issues(`PO-${at}`, ACCEPTANCE)
    post.arrives(ordersOf([{ number: `PO-${at}` }], { reference: `REF${at}` }))
    post.room.restarts()
  }
  const read = post.files.map((file) => readEdifact(Buffer.from(file)).interchanges[0])
  expect(read.map((one) => one?.reference)).toEqual(
    Array.from({ length: 12 }, (_, at) => String(at + 1).padStart(9, '0')),
  )
  expect(read.map((one) => one?.messages[0]?.reference)).toEqual(Array.from({ length: 12 }, (_, at) => String(at + 1)))
})

test('a partner that never sends a CONTRL is asked for none, and nothing waits for it', () => {
  const post = new Post({ awaitsContrl: false })
  post.issues('PO-1', ACCEPTANCE)
  expect(readEdifact(Buffer.from(post.files[0] ?? '')).interchanges[0]?.ackRequested).toBe(false)
  expect([post.room.state(MAILBOX).open, post.room.timers, post.room.state(MAILBOX).answered]).toEqual([[], [], []])
})

test('what a partner says of our interchanges is counted, and a refusal is a case', () => {
  const post = new Post()
  const answers: [string, readonly string[]][] = [
    ['7', []],
    ['7', ["UCM+2+ORDRSP:D:96A:UN+7'", "UCS+3'", "UCD+12+2:1'"]],
    ['4', []],
    ['7', ["UCM+4+ORDRSP:D:96A:UN+4+12+UNH'"]],
    ['7', ["UCM+77+ORDRSP:D:96A:UN+4+12+UNH'"]],
  ]
  const found = answers.map(([action, inside], at) => {
    post.issues(`PO-${at}`, ACCEPTANCE)
    post.room.restarts()
    const reference = String(at + 1).padStart(9, '0')
    return refusals(post.arrives(contrlOf(reference, action, {}, inside)).events)
  })
  const reasons = post.room.events.flatMap(({ type, data }) =>
    type === 'report.refused' ? [(data as EventData['report.refused']).reason] : [],
  )
  expect(reasons[1]).toBe('The partner refused order-acknowledgement PO-3. 12 (a value that is not valid)')
  const refused = ['XD_INTAKE_DOCUMENT_REFUSED']
  expect(found).toEqual([[], [], refused, refused, refused])
  const { open, verdicts, troubled } = post.room.state(MAILBOX)
  expect([open, verdicts]).toEqual([[], { A: 1, E: 1, P: 1, R: 2 }])
  expect(troubled.map(({ key, group, verdict }) => [key, group, verdict])).toEqual([
    ['PO-1', '000000002', 'E'],
    ['PO-2', '000000003', 'R'],
    ['PO-3', '000000004', 'R'],
    ['PO-4', '000000005', 'P'],
  ])
})

test('a CONTRL about nothing we sent, and none in time, are cases', () => {
  const post = new Post()
  post.issues('PO-1', ACCEPTANCE)
  post.issues('PO-2', ACCEPTANCE)
  expect(refusals(post.arrives(contrlOf('77', '7')).events)).toEqual(['XD_INTAKE_ACKNOWLEDGEMENT_UNKNOWN'])
  post.arrives(contrlOf('1', '7')) // zeros in front say nothing
  const overdue = post.waits(HOUR)
  expect(refusals(overdue)).toEqual(['XD_INTAKE_ACKNOWLEDGEMENT_OVERDUE'])
  expect(overdue[0]?.data).toMatchObject({ reason: expect.stringContaining('interchange 000000002') })
  expect(post.room.state(MAILBOX).open).toMatchObject([{ control: '000000002', late: true }])
  expect(post.waits(1)).toEqual([]) // once is enough
  expect(types(post.arrives(contrlOf('2', '7')).events)).toContain('acknowledgement.received')
})

test('a CONTRL of receipt settles nothing, unless that is enough', () => {
  const post = new Post()
  post.issues('PO-1', ACCEPTANCE)
  expect(types(post.arrives(contrlOf('1', '8')).events)).toEqual(['interchange.received'])
  expect(post.room.state(MAILBOX).open).toHaveLength(1)
  post.arrives(contrlOf('1', '7', { reference: 'C2' }))
  expect(refusals(post.arrives(contrlOf('1', '8', { reference: 'C3' })).events)).toEqual([])

  const content = new Post({ receiptSuffices: true })
  content.issues('PO-1', ACCEPTANCE)
  expect(types(content.arrives(contrlOf('1', '8')).events)).toContain('acknowledgement.received')
})

const WRONG_PRICE = ["ERC+12'", "FTX+AAO+++price is not ours'"]

test('an APERAK says what became of a document, before its CONTRL and after it', () => {
  const post = new Post()
  for (const key of ['PO-1', 'PO-2', 'PO-3']) post.issues(key, ACCEPTANCE)
  const taken = post.arrives(aperakOf('PO-1'))
  expect(types(taken.events)).toEqual(['interchange.received', 'acknowledgement.received'])
  post.arrives(contrlOf('2', '7'))
  const refusedLater = post.arrives(aperakOf('2', WRONG_PRICE))
  expect(types(refusedLater.events)).toEqual(['interchange.received', 'report.refused'])
  expect(refusedLater.events[1]?.data).toMatchObject({ reason: expect.stringContaining('12 price is not ours') })
  expect(refusals(post.arrives(aperakOf('3', WRONG_PRICE)).events)).toEqual(['XD_INTAKE_DOCUMENT_REFUSED'])
  expect(refusals(post.arrives(aperakOf('PO-99')).events)).toEqual(['XD_INTAKE_ACKNOWLEDGEMENT_UNKNOWN'])
  // a CONTRL that comes after its APERAK says nothing new, unless it refuses
  expect(types(post.arrives(contrlOf('1', '7', { reference: 'C1' })).events)).toEqual(['interchange.received'])
  expect(refusals(post.arrives(contrlOf('1', '4', { reference: 'C4' })).events)).toEqual(['XD_INTAKE_DOCUMENT_REFUSED'])
  expect(post.room.state(MAILBOX).verdicts).toEqual({ A: 2, E: 0, P: 0, R: 1 })
})

test('a document that cannot be written, and one without a message, are cases and take no reference', () => {
  const post = new Post()
  expect(refusals(post.issues('PO-1', { ...ACCEPTANCE, verdict: 'perhaps' }))).toHaveLength(1)
  const euro = { ...ACCEPTANCE, notes: ['10 € less'] }
  expect(refusals(post.issues('PO-1', euro))).toEqual(['XD_EDI_EDIFACT_CHARACTER'])
  const change = { purchaseOrder: 'PO-1', date: '2026-01-05', verdict: 'accepted', lines: [] }
  expect(types(post.issues('PO-1', change, 'order-change-acknowledgement'))).toEqual(['report.refused'])
  expect(post.room.state(MAILBOX).isa).toBe(0)

  const other = new Post({ unwritable: { replaceWith: '?' } })
  expect(types(other.issues('PO-1', euro))).toEqual(['interchange.sent'])
})
