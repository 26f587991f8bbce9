import fc from 'fast-check'
import { CommitFailed, type LaneRow, type Store, type TurnWrites } from '../../src/store/contract.ts'
import { key, NOW, receipt, STOCK, turn } from './turns.ts'

/** Two hubs work on four lanes of one database. */
export const HUBS = ['north', 'south'] as const
export const LANES = [0, 3, 4, 255]
const SUBJECTS = ['order/1', 'order/2', 'order/\u00e9\u{1f69a}', 'order/\u{ffff}', '']
const KEYS = ['k1', 'k2', 'k3', 'k4', 'k5']
const RECEIPTS = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'half \ud800']
const DAY_MS = 86_400_000

/** One thing a hub asks of its store. Offsets are added to what is right, so that 0 is the honest case. */
export type Operation = { readonly hub: number } & (
  | { readonly does: 'take' | 'release'; readonly lanes: readonly number[]; readonly epochOffset: number }
  | { readonly does: 'commit'; readonly lanes: readonly number[]; readonly parts: Parts }
  | { readonly does: 'settle' | 'load lanes' | 'read inbox'; readonly lanes: readonly number[] }
  | { readonly does: 'load rows'; readonly keys: readonly { lane: number; subject: string }[] }
  | { readonly does: 'read lane'; readonly lane: number; readonly after: number; readonly limit: number }
  | { readonly does: 'read subject'; readonly subject: string }
  | { readonly does: 'find keys'; readonly keys: readonly string[] }
  | { readonly does: 'read receipt'; readonly id: string }
  | { readonly does: 'sweep marks' | 'sweep keys' | 'read marks'; readonly day: number }
  | { readonly does: 'register' | 'unregister' | 'heartbeat'; readonly as: number }
  | { readonly does: 'lanes' | 'instances' | 'reopen' }
)

interface Parts {
  readonly headOffset: number
  readonly epochOffset: number
  readonly skipPosition: boolean
  readonly entries: readonly string[]
  readonly stock: readonly (readonly [string, number, Uint8Array | null])[]
  readonly gone: readonly string[]
  readonly keys: readonly string[]
  readonly receipts: readonly string[]
  readonly inbox: readonly { lane: number; number: number }[]
  readonly inboxDone: readonly { lane: number; number: number }[]
  readonly marks: Uint8Array
  readonly day: number
}

const mostly = <T>(usual: T, ...odd: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 12, arbitrary: fc.constant<T>(usual) }, { weight: 1, arbitrary: fc.constantFrom<T[]>(...odd) })
const few = <T>(arbitrary: fc.Arbitrary<T>, maxLength = 3) => fc.array(arbitrary, { maxLength })
const someLanes = fc.uniqueArray(fc.constantFrom(...LANES), { minLength: 1, maxLength: 3 })
const item = fc.constantFrom('nail \u{1f528}', 'bit \udc00', 'nul\u0000')
const usualItem = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom<string>('hammer', 'saw', 'drill') },
  { weight: 3, arbitrary: item },
)
const quantity = mostly<number>(7, 0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 60, 1.5)
const bytes: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 6 })
const inboxRow = fc.record({ lane: fc.constantFrom(...LANES), number: fc.integer({ min: 1, max: 4 }) })
const hub = fc.integer({ min: 0, max: HUBS.length - 1 })

const parts: fc.Arbitrary<Parts> = fc.record({
  headOffset: mostly<number>(0, -1, 1),
  epochOffset: mostly<number>(0, -1, 1),
  skipPosition: mostly<boolean>(false, true),
  entries: few(fc.constantFrom(...SUBJECTS), 4),
  stock: few(fc.tuple(usualItem, quantity, fc.option<Uint8Array, null>(bytes, { nil: null }))),
  gone: few(fc.constantFrom('hammer', 'saw', 'drill'), 2),
  keys: few(fc.constantFrom(...KEYS), 2),
  receipts: few(fc.constantFrom(...RECEIPTS), 2),
  inbox: few(inboxRow, 2),
  inboxDone: few(inboxRow, 2),
  marks: fc.uint8Array({ maxLength: 12 }),
  day: fc.integer({ min: -3, max: 12 }),
})

/** One operation of one hub; honest commits are the most frequent. */
export const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ hub, does: fc.constant('take'), lanes: someLanes, epochOffset: mostly<number>(0, -1, 1) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ hub, does: fc.constant('release'), lanes: someLanes, epochOffset: mostly<number>(0, -1) }),
  },
  { weight: 14, arbitrary: fc.record({ hub, does: fc.constant('commit'), lanes: someLanes, parts }) },
  {
    weight: 3,
    arbitrary: fc.record({ hub, does: fc.constantFrom('settle', 'load lanes', 'read inbox'), lanes: someLanes }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      hub,
      does: fc.constant('load rows'),
      keys: few(
        fc.record({
          lane: fc.constantFrom(...LANES),
          subject: fc.constantFrom('hammer', 'saw', 'drill', 'nail \u{1f528}', 'bit \udc00', 'nul\u0000'),
        }),
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      hub,
      does: fc.constant('read lane'),
      lane: fc.constantFrom(...LANES),
      after: fc.integer({ min: 0, max: 5 }),
      limit: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      hub,
      does: fc.constant('read subject'),
      subject: fc.constantFrom(...SUBJECTS, 'unknown', 'nul\u0000'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ hub, does: fc.constant('find keys'), keys: fc.subarray(KEYS) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      hub,
      does: fc.constant('read receipt'),
      id: fc.constantFrom(...RECEIPTS, 'r\ud800', 'nul\u0000'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ hub, does: fc.constant('sweep marks'), day: fc.integer({ min: -3, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ hub, does: fc.constant('read marks'), day: fc.integer({ min: -3, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ hub, does: fc.constant('sweep keys'), day: fc.integer({ min: -3, max: 12 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ hub, does: fc.constantFrom('register', 'register', 'unregister', 'heartbeat'), as: hub }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ hub, does: fc.constantFrom('lanes', 'instances', 'reopen') }),
  },
) as fc.Arbitrary<Operation>

/** Stores under test: one session a hub, each opened anew by `reopen`. */
export interface Bench {
  readonly open: () => Promise<Store>
  readonly sessions: Store[]
}

/** What the hubs know: the lanes as the last honest answer showed them. Kept once, fed by both benches alike. */
export class Knowledge {
  readonly lanes = new Map<number, LaneRow>(
    LANES.map((lane) => [lane, { lane, owner: null, epoch: 0, head: 0, delivered: 0, format: 1 }]),
  )

  learn(rows: readonly LaneRow[]): void {
    for (const row of rows) if (this.lanes.has(row.lane)) this.lanes.set(row.lane, row)
  }

  of(lane: number): LaneRow {
    return this.lanes.get(lane) as LaneRow
  }
}

/** Runs one operation and answers what came back in a form that can be compared. */
export async function perform(operation: Operation, bench: Bench, knowledge: Knowledge): Promise<unknown> {
  try {
    return plain(await answer(operation, bench, knowledge))
  } catch (error) {
    return failure(error)
  }
}

function failure(error: unknown): unknown {
  if (error instanceof CommitFailed) return { failed: error.reason, hashes: plain(error.hashes.map(hex).sort()) }
  const code = (error as { code?: unknown }).code
  if (typeof code !== 'string' || !code.startsWith('XD_')) throw error
  return { failed: code }
}

async function answer(operation: Operation, bench: Bench, knowledge: Knowledge): Promise<unknown> {
  const store = bench.sessions[operation.hub] as Store
  const as = HUBS['as' in operation ? operation.as : operation.hub] as string
  switch (operation.does) {
    case 'take':
      return store.takeLanes(as, claims(operation, knowledge))
    case 'release':
      return store.releaseLanes(as, claims(operation, knowledge))
    case 'commit':
      return store.commit(turnOf(operation.lanes, operation.parts, knowledge))
    case 'settle':
      return store.settle(operation.lanes)
    case 'load lanes':
      return store.loadLanes(STOCK, operation.lanes)
    case 'read inbox':
      return store.readInbox(operation.lanes)
    case 'load rows':
      return store.loadRows(STOCK, operation.keys)
    case 'read lane':
      return store.readLane(operation.lane, operation.after, operation.limit)
    case 'read subject':
      return store.readSubject(operation.subject)
    case 'find keys':
      return (await store.findKeys(operation.keys.map((name) => key(name)))).toSorted((a, b) =>
        a.ref.localeCompare(b.ref),
      )
    case 'read receipt':
      return store.readReceipt(operation.id)
    case 'sweep marks':
      return store.sweepMarks(NOW + operation.day * DAY_MS)
    case 'sweep keys':
      return store.sweepKeys(1, NOW + operation.day * DAY_MS, 1_000)
    case 'register':
      return store.register(as, `${as}.local`)
    case 'unregister':
      return store.unregister(as)
    case 'heartbeat':
      return store.heartbeat(as)
    case 'lanes':
      return store.lanes()
    case 'instances':
      return (await store.instances()).map(({ id, address, alive }) => ({ id, address, alive }))
    case 'read marks':
      return store.readMarks(NOW + operation.day * DAY_MS)
    case 'reopen':
      await store.close()
      bench.sessions[operation.hub] = await bench.open()
  }
}

function claims(operation: { lanes: readonly number[]; epochOffset: number }, knowledge: Knowledge) {
  return operation.lanes.map((lane) => ({ lane, epoch: knowledge.of(lane).epoch + operation.epochOffset }))
}

/** One turn over several lanes; only the first may lie about its head or its epoch. */
function turnOf(lanes: readonly number[], parts: Parts, knowledge: Knowledge): TurnWrites {
  const at = NOW + parts.day * DAY_MS
  const row = (one: { lane: number; number: number }) => ({
    ...one,
    senderLane: lanes[0] as number,
    senderEpoch: 1,
    body: Buffer.from([one.number]),
  })
  const turns = lanes.map((lane, nth) => {
    const known = knowledge.of(lane)
    const lying = nth === 0 ? parts : { headOffset: 0, epochOffset: 0 }
    const from = { lane, epoch: known.epoch + lying.epochOffset, head: Math.max(0, known.head + lying.headOffset) }
    return turn(from, { entries: parts.entries, stock: parts.stock, gone: parts.gone, at, delivered: known.head })
  })
  const entries = turns.flatMap((one) => one.entries)
  return {
    lanes: turns.flatMap((one) => one.lanes).toReversed(),
    entries: parts.skipPosition ? entries.slice(1) : entries,
    receipts: parts.receipts.map(receipt),
    keys: parts.keys.map((name) => key(name)),
    upserts: new Map([[STOCK, turns.flatMap((one) => [...one.upserts.values()].flat())]]),
    deletes: new Map([[STOCK, turns.flatMap((one) => [...one.deletes.values()].flat())]]),
    inbox: parts.inbox.map(row),
    inboxDone: parts.inboxDone.map(row),
    marks: parts.marks,
    at,
  }
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** Bytes as hex and nothing of a class, so that answers of both stores can be compared. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return hex(value)
  if (Array.isArray(value)) return value.map(plain)
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, plain(of)]))
  }
  return value
}
