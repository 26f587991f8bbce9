/** Sends items of a started replay, and finds out what came of them. */
import { hash } from 'node:crypto'
import type { Work } from '../journal/work.ts'
import type { EventData } from '../lifecycle/events.ts'
import { type Forecast, isTooOld, mayBeSent } from './forecast.ts'
import type { Item, Job, StartOrders } from './job.ts'
import { lookAt, type Seen } from './looking.ts'
import type { ItemOutcome } from './outcome.ts'
import type { ReplayPorts } from './ports.ts'
import { itemOf, type Query } from './replay-book.ts'
import { itemName, REPLAY_ITEM, type ReplayItem, type Way } from './room.ts'
import { type Standing, standingsOf } from './standing.ts'
import { type Move, moveItems, stillIn, together } from './tally.ts'

/** A key kind of its own: an item of a replay enters the journal once, whoever sends it and however often. */
const REPLAY_KEY = 4
/** Without a trace in the journal after this long, an item is handed in again; its key makes that harmless. */
const AGAIN_MS = 3_000
/** A request that was parked, was tried again and is still parked by then stays so. */
const STILL_PARKED_MS = 30_000
const PAGE = 250

/** Why an item ends as it does, where that was known as it was sent. */
const TARGET_HAS_IT = 'The target said just before that it has it.'
const BY_ITSELF = 'It was on its way by itself.'

/** What is to be done with one item: a move of its row, and what goes into the journal. */
interface Step {
  readonly move: Move
  readonly send?: Way
  readonly body?: Uint8Array
  readonly repeats: boolean
  /** Place of the request that is tried again, or in whose stead a new one is planned. */
  readonly position: number
  /** It was refused, and a new one is planned in its stead. */
  readonly isInStead?: boolean
}

/** Takes the next items in line and sends them. Answers how many were taken. */
export async function sendSome(query: Query, job: Job, ports: ReplayPorts, most: number): Promise<number> {
  const orders = job.orders as StartOrders
  const items = await nextItems(query, job, orders, Math.min(most, PAGE))
  if (items.length === 0) return 0
  const steps = await stepsOf(query, job, items, ports)
  return (await take(query, job, steps, ports)) ? items.length : 0
}

/** Moves the rows, and then sends: unless a person has said stop meanwhile. */
async function take(query: Query, job: Job, steps: readonly Step[], ports: ReplayPorts): Promise<boolean> {
  const goes = await together(query, async () => {
    if (!(await stillIn(query, job))) return false
    await moveItems(
      query,
      job.id,
      steps.map((step) => step.move),
    )
    return true
  })
  if (goes) for (const step of steps) if (step.send) submit(job, step, ports)
  return goes
}

/** What is done with each of some items, by how they stand now. */
async function stepsOf(query: Query, job: Job, items: readonly Item[], ports: ReplayPorts): Promise<Step[]> {
  const isReplay = job.action === 'replay'
  const seen = await lookAt(query, job, items, ports, { writing: isReplay, asking: isReplay })
  const now = ports.clock.now()
  return seen.map((one) => (isReplay ? stepOf(one, job.orders as StartOrders, now) : bulkStep(one, now)))
}

async function nextItems(query: Query, job: Job, orders: StartOrders, most: number): Promise<Item[]> {
  for (const forecast of orders.include) {
    const rows = await query(
      `select * from replay_item
        where job = $1 and state = 'looked' and forecast = $2 and ($3::text[] is null or target = any ($3))
        order by n limit $4`,
      [job.id, forecast, orders.targets ?? null, most],
    )
    if (rows.length > 0) return rows.map(itemOf)
  }
  return []
}

/** What is done with an item, by how it stands now: the forecast may have aged. */
function stepOf({ item, known, position, written }: Seen, { reissue }: StartOrders, now: number): Step {
  const over = (outcome: ItemOutcome, why: string): Step => ({
    move: { item, to: { state: 'over', outcome, why } },
    repeats: false,
    position,
  })
  const { books, target, asked } = known
  if (!target) return over('failed', 'The configuration has no such system.')
  if (!written || 'fault' in written) return over('changed', written ? written.fault : 'It cannot be written.')
  if (written.digest !== item.pinned) return over('changed', 'What would be sent is not what the forecast was about.')
  const sent = (way: Way | undefined, why: string, repeats: boolean): Step => ({
    move: {
      item,
      to: { state: 'sent', sentAt: now, attempts: known.attempts, why, sentAs: way ? undefined : position },
    },
    ...(way ? { send: way, body: written.body } : {}),
    repeats,
    position,
  })
  if (reissue) return sent('reissue', '', false)
  if (!mayBeSent(item.forecast as Forecast, target))
    return over('failed', `“${item.forecast}” is not sent to a class ${target.deliveryClass} target.`)
  if (isTooOld(known)) return over('failed', 'It was sent, and by now the target may have forgotten that.')
  const had = books === 'done' || asked === 'there'
  const isNews = had && item.forecast === 'new'
  const why = asked === 'there' ? TARGET_HAS_IT : ''
  if (books === 'on its way') return sent(undefined, BY_ITSELF, true)
  if (books === 'done' && isNews) return over('found done', 'It was done before its turn came.')
  if (books === 'done' && target.deliveryClass !== 'A')
    return over('no second effect', 'The target has it; nothing was sent.')
  if (books === 'done' || books === 'refused') {
    if (books === 'refused' && had && target.deliveryClass !== 'A')
      return over('no second effect', 'The target has it.')
    return { ...sent('again', why, had), isInStead: books === 'refused' }
  }
  return sent('redelivery', why, had)
}

/** Bulk acts touch only what still waits. */
function bulkStep({ item, known, position }: Seen, now: number): Step {
  const isOpen = known.books === 'waiting' || known.books === 'parked' || known.books === 'in doubt'
  if (!isOpen)
    return {
      move: { item, to: { state: 'over', outcome: 'found done', why: `It is ${known.books}.` } },
      repeats: false,
      position,
    }
  const to = { state: 'sent', sentAt: now, attempts: known.attempts } as const
  return { move: { item, to }, send: 'redelivery', repeats: false, position }
}

/** Hands an item to the journal, once for ever. */
function submit(job: Job, { move, send, body, repeats, position, isInStead }: Step, ports: ReplayPorts): void {
  const { item } = move
  const { n, subject, lane, target, verb, key, chain, args } = item
  const newKey = send === 'reissue' ? `${key}/${itemName(job.id, n)}` : undefined
  const data: ReplayItem = {
    job: job.id,
    n,
    by: job.orders?.by ?? job.madeBy,
    reason: job.reason,
    way: send as Way,
    position,
    target,
    verb,
    key,
    chain,
    args,
    repeats,
    ...(newKey === undefined ? {} : { newKey }),
    ...(send === 'redelivery' || !body ? {} : { body: Buffer.from(body).toString('latin1') }),
  }
  const name = itemName(job.id, n)
  const claim = { kind: REPLAY_KEY, hash: short(`replay ${name}`), digest: short(`${send} ${key}`) }
  // Two jobs may hold the same request: in its stead one new one is planned, and the other job finds that on its way.
  const stead = { kind: REPLAY_KEY, hash: short(`instead of ${lane}/${position}`), digest: short(`${send} ${key}`) }
  const claims = isInStead ? [claim, stead] : [claim]
  const work: Work = {
    claims,
    admit: (found, { now }) => {
      if (found.length > 0) return { inputs: [], immediate: true }
      const input = { kind: 'arrival', type: REPLAY_ITEM, subject, source: data.by, occurredAt: now, data } as const
      return { inputs: [input], keys: claims.map((each) => ({ ...each, lane, ref: name, at: now })) }
    },
    settled: () => {},
    // Without a trace in the journal it is handed in again: nothing is lost by saying so only.
    failed: (error) => ports.trouble(`item ${name} could not be handed to the journal`, error),
  }
  ports.submit(work)
}

const short = (text: string): Uint8Array => (hash('sha256', text, 'buffer') as unknown as Buffer).subarray(0, 16)

/** What became of what is under way. Answers how many have their outcome now. */
export async function collect(query: Query, job: Job, ports: ReplayPorts): Promise<number> {
  const rows = await query(
    "select * from replay_item where job = $1 and state = 'sent' order by forecast, n limit 1000",
    [job.id],
  )
  const traced = await traces(query, job, rows.map(itemOf))
  const placed = traced.filter((item) => item.sentAs !== undefined)
  const standings = await standingsOf(
    query,
    placed.map(({ lane, subject, sentAs, plannedAt }) => ({ lane, subject, position: sentAs as number, plannedAt })),
  )
  const now = ports.clock.now()
  const repeats = await repeatsOf(query, job, placed)
  const moves = placed.flatMap((item, at) => moveOf(item, standings[at] as Standing, job, repeats.has(item.n), now))
  await together(query, () => moveItems(query, job.id, moves))
  await handInAgain(query, job, traced, ports, now)
  return moves.length
}

/** An item with the request it went out as; `isNew`: that one was planned for it, and did not wait before. */
interface Traced extends Item {
  readonly isNew: boolean
}

/**
 * Items that have been taken in by the journal meanwhile know the request that is on its way for them: the original that
 * is tried again, or the new one, which is the entry after the event.
 */
async function traces(query: Query, job: Job, items: readonly Item[]): Promise<Traced[]> {
  const untraced = items.filter((item) => item.sentAs === undefined)
  if (untraced.length === 0) return items.map((item) => ({ ...item, isNew: false }))
  const rows = await query(
    `select position, convert_from(body, 'UTF8') as body from journal where subject = any ($1) and type = 170`,
    [[...new Set(untraced.map((item) => item.subject))]],
  )
  const found = new Map<number, Pick<Traced, 'sentAs' | 'isNew'>>()
  for (const row of rows) {
    const { d } = JSON.parse(row['body'] as string) as { d: EventData['delivery.replayed'] }
    if (d.job !== job.id) continue
    const isNew = d.way !== 'redelivery'
    found.set(d.n, { sentAs: isNew ? (row['position'] as number) + 1 : d.position, isNew })
  }
  return items.map((item) => ({ ...item, isNew: false, ...(item.sentAs === undefined ? found.get(item.n) : {}) }))
}

function moveOf(item: Traced, { books, attempts, reason }: Standing, job: Job, isRepeat: boolean, now: number): Move[] {
  const over = (outcome: ItemOutcome, why: string): Move[] => [
    { item, to: { state: 'over', outcome, why, sentAs: item.sentAs } },
  ]
  switch (books) {
    case 'done':
      return over(effectOf(item, job, isRepeat), item.why)
    case 'refused':
      return over('refused', reason)
    case 'parked':
    case 'in doubt': {
      const wasTried = item.isNew || attempts > item.attempts
      return wasTried || now - (item.sentAt ?? now) > STILL_PARKED_MS ? over(books, reason) : []
    }
    default:
      return []
  }
}

/** What the target's good answer means, by what the target itself said: never by what was forecast that it would say. */
function effectOf(item: Item, { orders, action }: Job, isRepeat: boolean): ItemOutcome {
  if (orders?.reissue) return 'issued anew'
  if (action !== 'replay') return 'done'
  if (item.why === BY_ITSELF) return 'found done'
  if (isRepeat || item.why === TARGET_HAS_IT) return 'no second effect'
  return item.forecast === 'new' ? 'took effect' : 'done'
}

/** Items whose target answered that it had done them before. */
async function repeatsOf(query: Query, job: Job, items: readonly Item[]): Promise<Set<number>> {
  if (job.action !== 'replay' || items.length === 0) return new Set()
  const rows = await query(
    `select convert_from(body, 'UTF8') as body from journal where subject = any ($1) and type = 171`,
    [[...new Set(items.map((item) => item.subject))]],
  )
  const said = new Set(
    rows.map((row) => (JSON.parse(row['body'] as string) as { d: EventData['delivery.repeated'] }).d.replay),
  )
  return new Set(items.map(({ n }) => n).filter((n) => said.has(itemName(job.id, n))))
}

/**
 * Hands in again what left no trace: this process, or the one before it, ended in between. It is looked at as if its turn
 * came now, so that what goes out is what the forecast was about.
 */
async function handInAgain(
  query: Query,
  job: Job,
  items: readonly Item[],
  ports: ReplayPorts,
  now: number,
): Promise<void> {
  const lost = items.filter((item) => item.sentAs === undefined && now - (item.sentAt ?? 0) > AGAIN_MS)
  if (lost.length === 0) return
  if (job.state !== 'running') {
    // Nobody wants it sent any more, and it never was.
    await together(query, () =>
      moveItems(
        query,
        job.id,
        lost.map((item) => ({ item, to: { state: 'looked', sentAt: undefined } }) as const),
      ),
    )
    return
  }
  await take(query, job, await stepsOf(query, job, lost, ports), ports)
}
