import type { JournalEvent } from '../../journal/contract.ts'
import type { EventData, EventType, HoldKind, LineQuantity, OrderChangeFacts } from '../../lifecycle/events.ts'
import type { Row, TableSpec } from '../../store/contract.ts'
import type { ProcessState } from '../define-process.ts'
import type { Known, Part } from './sourcing.ts'

/** The name of the process: what it decides is recorded under it. */
export const NAME = 'order-to-cash'

export type Phase = 'new' | 'checking' | 'sourcing' | 'fulfilling' | 'closed' | 'rejected'
export type Purpose = 'order' | 'backorder' | 'short' | 'substitution'

/** What the process knows beyond the order's own ledger: what it has asked, and what it is looking for. */
export interface OrderToCash extends ProcessState<Phase> {
  readonly subject: string
  credit: 'none' | 'asked' | 'approved' | 'deferred' | 'held' | 'declined'
  creditUntilMs: number
  creditAsks: number
  price: 'none' | 'asked' | 'agreed' | 'deferred' | 'disagreed'
  readonly holds: HoldKind[]
  /** Those of the holds that this process set, and may lift itself when the ERP answers. */
  readonly own: HoldKind[]
  /** The last sourcing attempt of the order, and the how-many-th try of its search. */
  attempt: number
  tried: number
  purpose: Purpose
  parts: SearchedPart[]
  /** Position of the event that decided the search: its last yes, or its first no. Needed only while it goes round. */
  decidedAt: number
  known: Known
  /** What the customer was told is on backorder, by line. */
  waiting: { [line: string]: number }
  /** Facilities that refused a release of this order: not asked again before the next backorder. */
  readonly avoid: string[]
  backorderTries: number
  /** Shorts that wait for their remedy; the first is being worked on. */
  readonly shorts: Short[]
  /** How often another system was asked to source the order, and whether its answer is awaited. */
  sourceAsks: number
  awaitsSource: boolean
  /** Releases that system planned before its answer came: what of them is on the floor it does not promise once more. */
  releasedAhead: string[]
  readonly recalls: AskedRecall[]
  /** Position of `order.accepted`; 0 before. */
  acceptedAt: number
  /** The ERP said no to posting it, and nobody has said since that it is in the books after all. */
  unposted: boolean
  /** Change documents that wait for their answer, because a warehouse was asked to give something back. */
  readonly amendments: Amendment[]
  /** Position of the last change of prices or lines before the promise: what the ERP said of prices before it is stale. 0: none. */
  termsAt: number
  /** Nothing of the order is left to do. */
  over: boolean
}

/** A change document that is not answered yet, and what became of its terms: asked of the ERP, done, or why not. */
export type Amendment = OrderChangeFacts & { readonly terms?: 'asked' | 'done'; readonly refusedWhy?: string }

export interface SearchedPart extends Part {
  answer: 'open' | 'reserved' | 'refused'
}

export interface Short {
  readonly facility: string
  readonly lines: readonly LineQuantity[]
}

export interface AskedRecall {
  readonly release: string
  readonly reason: string
  readonly lines: readonly LineQuantity[]
}

export const processTable: TableSpec = {
  name: 'process_state',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'subject', type: 'text' },
  ],
  columns: [{ name: 'state', type: 'bytea' }],
}

export function newProcess(subject: string): OrderToCash {
  return {
    subject,
    phase: 'new',
    enteredAt: 0,
    credit: 'none',
    creditUntilMs: 0,
    creditAsks: 0,
    price: 'none',
    holds: [],
    own: [],
    attempt: 0,
    tried: 0,
    purpose: 'order',
    parts: [],
    decidedAt: 0,
    known: {},
    waiting: {},
    avoid: [],
    backorderTries: 0,
    shorts: [],
    sourceAsks: 0,
    awaitsSource: false,
    releasedAhead: [],
    recalls: [],
    acceptedAt: 0,
    unposted: false,
    amendments: [],
    termsAt: 0,
    over: false,
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

type Usual = readonly [
  Phase,
  number,
  OrderToCash['credit'],
  number,
  number,
  OrderToCash['price'],
  HoldKind[],
  number,
  number,
  Purpose,
  readonly (readonly [string, LineQuantity[], boolean, SearchedPart['answer']])[],
  Known,
  string[],
  number,
  Short[],
  AskedRecall[],
  number,
  { [line: string]: number },
  HoldKind[],
]
/**
 * Where another system sources: how often it was asked, whether its answer is awaited, what it released before. Then,
 * where the ERP refused to post the order, that it did. Then the changes that wait for an answer, and where the
 * last of them changed prices.
 */
type Packed =
  | Usual
  | readonly [...Usual, number, 0 | 1, string[]]
  | readonly [...Usual, number, 0 | 1, string[], true]
  | readonly [...Usual, number, 0 | 1, string[], boolean, Amendment[]]
  | readonly [...Usual, number, 0 | 1, string[], boolean, Amendment[], number]

/** A finished order needs no process: its row goes away. A search that ended is not kept either. */
export function saveProcess(state: OrderToCash): Row | null {
  if (state.phase === 'new' || state.phase === 'closed' || state.phase === 'rejected') return null
  const usual: Usual = [
    state.phase,
    state.enteredAt,
    state.credit,
    state.creditUntilMs,
    state.creditAsks,
    state.price,
    state.holds,
    state.attempt,
    state.tried,
    state.purpose,
    state.parts.map((part) => [part.facility, part.lines as LineQuantity[], part.whole, part.answer]),
    state.known,
    state.avoid,
    state.backorderTries,
    state.shorts,
    state.recalls,
    state.acceptedAt,
    state.waiting,
    state.own,
  ]
  return [encoder.encode(JSON.stringify(withRarities(usual, state)))]
}

function withRarities(usual: Usual, state: OrderToCash): Packed {
  const { amendments, termsAt } = state
  if (state.sourceAsks === 0 && !state.unposted && amendments.length === 0 && termsAt === 0) return usual
  const sourced = [...usual, state.sourceAsks, state.awaitsSource ? 1 : 0, state.releasedAhead] as const
  if (termsAt > 0) return [...sourced, state.unposted, amendments, termsAt]
  if (amendments.length > 0) return [...sourced, state.unposted, amendments]
  return state.unposted ? [...sourced, true] : sourced
}

export function loadProcess(subject: string, row: Row): OrderToCash {
  const packed = JSON.parse(decoder.decode(row[0] as Uint8Array)) as Packed
  return {
    subject,
    phase: packed[0],
    enteredAt: packed[1],
    credit: packed[2],
    creditUntilMs: packed[3],
    creditAsks: packed[4],
    price: packed[5],
    holds: packed[6],
    own: packed[18],
    attempt: packed[7],
    tried: packed[8],
    purpose: packed[9],
    parts: packed[10].map(([facility, lines, whole, answer]) => ({ facility, lines, whole, answer })),
    decidedAt: 0,
    known: packed[11],
    waiting: packed[17],
    avoid: packed[12],
    backorderTries: packed[13],
    shorts: packed[14],
    sourceAsks: packed[19] ?? 0,
    awaitsSource: packed[20] === 1,
    releasedAhead: packed[21] ?? [],
    recalls: packed[15],
    acceptedAt: packed[16],
    unposted: packed[22] ?? false,
    amendments: packed[23] ?? [],
    termsAt: packed[24] ?? 0,
    over: false,
  }
}

/** Whether a search has been sent out that is not fully answered. */
export const isSearching = (state: OrderToCash): boolean =>
  state.awaitsSource || state.parts.some((part) => part.answer === 'open')

/** Whether credit, price and every hold let the order go on. A deferred check lets it be accepted, not released. */
export function isClear(state: OrderToCash): boolean {
  return (
    state.holds.length === 0 &&
    (state.credit === 'approved' || state.credit === 'deferred') &&
    (state.price === 'agreed' || state.price === 'deferred')
  )
}

/** Whether the warehouse may have it: nothing is held, and no check is only deferred. */
export const isReleasable = (state: OrderToCash): boolean =>
  state.holds.length === 0 && state.credit === 'approved' && state.price === 'agreed'

/** The document that answers a change. */
export const CHANGE_ANSWER = 'order-change-acknowledgement'

/** Answers `false` when nothing changed: the row is not written again. */
type Note<T extends EventType> = (state: OrderToCash, data: EventData[T], event: JournalEvent) => unknown

const notes: { readonly [T in EventType]?: Note<T> } = {
  'order.received': (state, data) => {
    state.over = data.test
  },
  'delivery.planned': (state, data) => {
    if (data.args['repeats'] === true) return false // a replay of what was done: its answer is not heard again
    if (data.verb === 'credit.check') {
      state.credit = 'asked'
      state.creditAsks += 1
    }
    if (data.verb === 'price.check' && state.price === 'none') state.price = 'asked'
    if (data.verb === 'order.source') {
      state.sourceAsks += 1
      state.awaitsSource = true
    }
    if (data.verb === 'order.change') noteTerms(state, data.args['document'], { terms: 'asked' })
  },
  'delivery.refused': (state, data) => {
    if (data.verb === 'order.source') state.awaitsSource = false
    if (data.verb === 'order.post') state.unposted = true
  },
  'order.posted': (state) => {
    const wasRefused = state.unposted
    state.unposted = false
    return wasRefused
  },
  'credit.checked': (state, data) => {
    state.credit = data.decision
    state.creditUntilMs = data.until === undefined ? 0 : Date.parse(data.until)
  },
  'price.checked': (state, data) => {
    if (state.price === 'agreed') return
    state.price = data.deferred ? 'deferred' : data.agrees ? 'agreed' : 'disagreed'
  },
  'order.held': (state, data, event) => {
    if (state.holds.includes(data.hold)) {
      const own = state.own.indexOf(data.hold)
      if (own >= 0 && event.source !== NAME) state.own.splice(own, 1) // somebody else wants it held, too
      return
    }
    state.holds.push(data.hold)
    if (event.source === NAME) state.own.push(data.hold)
  },
  'order.hold_lifted': (state, data) => {
    const at = state.holds.indexOf(data.hold)
    if (at >= 0) state.holds.splice(at, 1)
    const own = state.own.indexOf(data.hold)
    if (own >= 0) state.own.splice(own, 1)
    if (data.hold === 'credit' && (state.credit === 'held' || state.credit === 'declined')) state.credit = 'approved'
    if (data.hold === 'price' && state.price === 'disagreed') state.price = 'agreed'
    if (data.hold === 'manual') state.unposted = false
  },
  'order.sourced': (state, data) => {
    state.awaitsSource = false
    state.releasedAhead = []
    state.attempt = data.attempt
    state.tried = data.tried ?? 1
    state.purpose = data.purpose ?? 'order'
    if (state.tried === 1) state.known = {}
    if (state.tried === 1 && state.purpose === 'backorder') state.backorderTries += 1
    state.parts = data.parts.map((part) => ({ ...part, answer: 'open' }))
  },
  'order.reserved': (state, data, event) => {
    answered(state, data.attempt, data.facility, 'reserved')
    if (data.attempt !== state.attempt || !state.parts.every((part) => part.answer === 'reserved')) return
    state.decidedAt = event.position
    state.waiting = {}
    if (state.purpose === 'short' || state.purpose === 'substitution') state.shorts.shift()
  },
  'order.reservation_refused': (state, data, event) => {
    if (data.attempt === state.attempt && state.parts.every((part) => part.answer !== 'refused')) {
      state.decidedAt = event.position
    }
    answered(state, data.attempt, data.facility, 'refused')
    const known = state.known[data.facility] ?? {}
    for (const { line, available } of data.missing) known[line] = available
    state.known[data.facility] = known
  },
  'order.line_backordered': (state, data) => {
    endSearch(state)
    state.avoid.length = 0
    for (const { line, quantity } of data.lines) state.waiting[line] = quantity
  },
  'order.line_cancelled': (state, data) => {
    if (data.reason.startsWith(SHORT)) endSearch(state)
  },
  'order.accepted': (state, _data, event) => {
    state.acceptedAt = event.position
  },
  'order.line_closed': (state, data) => {
    state.over = data.over === true
  },
  'order.release_planned': (state, data) => {
    if (state.awaitsSource) state.releasedAhead.push(data.release)
  },
  'order.release_refused': (state, data) => {
    if (!state.avoid.includes(data.facility)) state.avoid.push(data.facility)
  },
  'pick.short': (state, data) => {
    state.shorts.push({
      facility: data.facility,
      lines: data.lines.map(({ line, item, quantity }) => ({ line, item, quantity })),
    })
  },
  'order.change_received': (state, data) => {
    state.amendments.push(data)
  },
  'order.terms_changed': (state, { document, prices, added }, event) => {
    if (state.acceptedAt === 0 && (prices || added)) {
      state.termsAt = event.position
      if (state.price !== 'asked') state.price = 'none' // it is asked anew
    }
    noteTerms(state, document, { terms: 'done' })
  },
  'order.terms_refused': (state, { document, reason }) => noteTerms(state, document, { refusedWhy: reason }),
  'document.issued': (state, { document, key }) => {
    const at = document === CHANGE_ANSWER ? state.amendments.findIndex((one) => one.document === key) : -1
    if (at >= 0) state.amendments.splice(at, 1)
    return at >= 0
  },
  'order.recall_asked': (state, data) => {
    state.recalls.push({ release: data.release, reason: data.reason, lines: data.lines })
  },
  'order.recalled': (state, data) => dropRecall(state, data.release),
  'order.recall_refused': (state, data) => dropRecall(state, data.release),
}

function noteTerms(state: OrderToCash, document: unknown, become: Pick<Amendment, 'terms' | 'refusedWhy'>): boolean {
  const at = document === undefined ? -1 : state.amendments.findIndex((one) => one.document === document)
  const { terms: _before, ...amendment } = state.amendments[at] ?? ({} as Amendment)
  if (at >= 0) state.amendments[at] = { ...amendment, ...become }
  return at >= 0
}

/** How the reason of a cancellation begins when stock that was promised could not be found. */
export const SHORT = 'not found at '

/** Notes what an event says. Answers whether anything changed. */
export function note(state: OrderToCash, event: JournalEvent): boolean {
  const noted = notes[event.type] as Note<EventType> | undefined
  if (!noted) return false
  return noted(state, event.data as never, event) !== false
}

function answered(state: OrderToCash, attempt: number, facility: string, answer: SearchedPart['answer']): void {
  if (attempt !== state.attempt) return
  for (const part of state.parts) if (part.facility === facility) part.answer = answer
}

/** The search came to nothing; a short it was for has had its remedy. */
function endSearch(state: OrderToCash): void {
  if (state.shorts.length > 0) state.shorts.shift()
  state.parts = []
}

function dropRecall(state: OrderToCash, release: string): void {
  const at = state.recalls.findIndex((asked) => asked.release === release)
  if (at >= 0) state.recalls.splice(at, 1)
}
