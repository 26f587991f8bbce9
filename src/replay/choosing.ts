/** Freezes the set of a job, page by page: no page is larger than what fits a moment and a little memory. */
import type { JournalEvent } from '../journal/contract.ts'
import { decodeEvent } from '../journal/encode.ts'
import { laneOfSubject, partsOf, subjectOf } from '../lifecycle/subject.ts'
import type { Item, Job, Place } from './job.ts'
import type { Query } from './replay-book.ts'
import { type Candidate, fits, looksFurther, type Selection, sourceOf } from './selection.ts'
import { type Placed, standingsOf } from './standing.ts'
import { addCounts, stillIn, together } from './tally.ts'

/** Positions looked at in one page; and waiting rows, which are copied where they are. */
const POSITIONS = 5_000
const ROWS = 5_000
const SUBJECTS = 200
const LANES = 256

/** Members of a case, a page at a time: their subjects, and where to go on. */
export type CaseMembers = (
  tenant: string,
  id: string,
  after: string,
  limit: number,
) => Promise<{ readonly subjects: readonly string[]; readonly after: string | undefined }>

/** A request as it was planned. */
export interface Original extends Candidate, Placed {
  readonly chain: string
  readonly args: Record<string, unknown>
  readonly digest: string
}

interface Page {
  readonly found: readonly Original[]
  readonly scanned: number
  /** Where to go on; absent: this was the last. */
  readonly next: Place | undefined
}

/** Freezes one page. Answers whether there are more. */
export async function chooseSome(query: Query, job: Job, members: CaseMembers): Promise<boolean> {
  if (sourceOf(job.selection) === 'waiting') return copyWaiting(query, job)
  const page = await read(query, job, members)
  const chosen = await narrowed(query, job, page.found)
  await together(query, async () => {
    const more = ', scanned = scanned + $3, place = $4'
    if (!(await stillIn(query, job, more, [page.scanned, JSON.stringify(page.next ?? job.place)]))) return
    const fresh = await keep(query, job, onePerKey(chosen))
    await query('update replay_job set items = items + $2 where id = $1', [job.id, fresh])
  })
  return page.next !== undefined
}

function read(query: Query, job: Job, members: CaseMembers): Promise<Page> {
  switch (sourceOf(job.selection)) {
    case 'orders':
      return readSubjects(query, job)
    case 'case':
      return readCase(query, job, members)
    default:
      return readLanes(query, job)
  }
}

/** A piece of a lane: positions have no gaps, so it is as long as it says. */
interface Stretch {
  readonly lane: number
  readonly after: number
  readonly until: number
}

/** The next stretches from a place on, of one lane or of several short ones, and the place behind them. */
export function stretchesFrom(place: Place, most: number): { stretches: Stretch[]; next: Place | undefined } {
  const heads = place.heads ?? []
  const stretches: Stretch[] = []
  let left = most
  let { lane, after } = place
  while (lane < heads.length && left > 0) {
    const head = heads[lane] as number
    const until = Math.min(head, after + left)
    if (until > after) stretches.push({ lane, after, until })
    left -= Math.max(0, until - after)
    if (until < head) return { stretches, next: { ...place, lane, after: until } }
    lane += 1
    after = 0
  }
  return { stretches, next: heads.slice(lane).some((head) => head > 0) ? { ...place, lane, after: 0 } : undefined }
}

async function readLanes(query: Query, job: Job): Promise<Page> {
  const { stretches, next } = stretchesFrom(job.place, POSITIONS)
  const rows = await query(
    `select j.lane, j.position, j.type, j.subject, j.at, j.body
       from unnest($1::int2[], $2::int8[], $3::int8[]) as stretch (lane, after, until)
       join journal j on j.lane = stretch.lane and j.position > stretch.after and j.position <= stretch.until
      where j.type = 120 and j.at >= $4 order by j.lane, j.position`,
    [
      stretches.map((one) => one.lane),
      stretches.map((one) => one.after),
      stretches.map((one) => one.until),
      job.selection.from ?? 0,
    ],
  )
  const found = rows.map(originalOf).filter((one) => one.subject.startsWith(`${job.tenant}/`))
  return { found, scanned: stretches.reduce((sum, { after, until }) => sum + until - after, 0), next }
}

async function readSubjects(query: Query, job: Job): Promise<Page> {
  const { subjects = [], after } = job.place
  const some = subjects.slice(after, after + SUBJECTS)
  const found = await requestsOf(query, some, job.place.heads ?? [])
  const next = after + some.length < subjects.length ? { ...job.place, after: after + some.length } : undefined
  return { found, scanned: some.length, next }
}

async function readCase(query: Query, job: Job, members: CaseMembers): Promise<Page> {
  const { selection, place, tenant } = job
  const { subjects, after } = await members(tenant, selection.case as string, place.member ?? '', SUBJECTS)
  const found = await requestsOf(query, subjects, job.place.heads ?? [])
  return { found, scanned: subjects.length, next: after === undefined ? undefined : { ...place, member: after } }
}

async function requestsOf(query: Query, subjects: readonly string[], heads: readonly number[]): Promise<Original[]> {
  const rows = await query(
    `select lane, position, type, subject, at, body from journal
      where subject = any ($1) and type = 120 order by lane, position`,
    [subjects],
  )
  return rows.map(originalOf).filter((one) => one.position <= (heads[one.lane] ?? 0))
}

function originalOf(row: Record<string, unknown>): Original {
  const { lane, position, subject, at, data } = decodeEvent(row as never) as JournalEvent<'delivery.planned'>
  const { target, verb, key, chain, args, digest } = data
  return { lane, position, subject, target, verb, key, chain, args, digest, plannedAt: at }
}

/** What fits all of the selection. */
async function narrowed(query: Query, job: Job, found: readonly Original[]): Promise<readonly Original[]> {
  const { selection } = job
  let left = found.filter((one) => fits(selection, one))
  if (looksFurther(selection)) left = await ofWhom(query, job, left)
  if (!selection.states || left.length === 0) return left
  const standings = await standingsOf(query, left)
  return left.filter((_, at) => selection.states?.includes(standings[at]?.books ?? 'on its way'))
}

/** Requests about orders of these customers, and to, from or about these partners. */
async function ofWhom(query: Query, job: Job, found: readonly Original[]): Promise<Original[]> {
  const { customers, partners } = job.selection
  const subjects = [...new Map(found.map((one) => [one.subject, one])).values()]
  const rows = await query(
    `select o.subject, o.customer, o.channel from unnest($1::int2[], $2::text[]) as asked (lane, subject)
       join order_view o on o.lane = asked.lane and o.subject = asked.subject`,
    [subjects.map((one) => one.lane), subjects.map((one) => one.subject)],
  )
  const orders = new Map(rows.map((row) => [row['subject'] as string, row as { customer: string; channel: string }]))
  const mailboxes = new Set(mailboxesOf(job))
  return found.filter((one) => {
    const order = orders.get(one.subject)
    const isTheirs = !customers || (order !== undefined && customers.includes(order.customer))
    const isBetween =
      !partners ||
      partners.includes(one.target) ||
      mailboxes.has(one.subject) ||
      (order !== undefined && partners.includes(order.channel))
    return isTheirs && isBetween
  })
}

const mailboxesOf = ({ tenant, selection: { partners = [] } }: Job): string[] =>
  partners.map((partner) => subjectOf(tenant, 'mailbox', partner))

/** One effect has one key: of requests that share one, the newest stands for all. */
function onePerKey(found: readonly Original[]): readonly Original[] {
  const newest = new Map<string, Original>()
  for (const one of found) newest.set([one.target, one.verb, one.key].join('\u0001'), one)
  return [...newest.values()]
}

/** Writes items; answers how many are new to the set. One that is there already moves to its newest request. */
async function keep(query: Query, job: Job, found: readonly Original[]): Promise<number> {
  if (found.length === 0) return 0
  const rows = await query(
    `insert into replay_item (job, n, lane, subject, position, target, verb, key, chain, args, digest, planned_at, state, forecast)
     select $1, (select coalesce(max(n), 0) from replay_item where job = $1) + ord,
            lane, subject, position, target, verb, key, chain, args, digest, planned_at, $12::text, $13::text
       from unnest($2::int2[], $3::text[], $4::int8[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::int8[])
            with ordinality as new (lane, subject, position, target, verb, key, chain, args, digest, planned_at, ord)
     on conflict (job, target, verb, key) do update
        set lane = excluded.lane, subject = excluded.subject, position = excluded.position, chain = excluded.chain,
            args = excluded.args, digest = excluded.digest, planned_at = excluded.planned_at
      where excluded.planned_at >= replay_item.planned_at
     returning target, xmax = 0 as fresh`,
    [
      job.id,
      found.map((one) => one.lane),
      found.map((one) => one.subject),
      found.map((one) => one.position),
      found.map((one) => one.target),
      found.map((one) => one.verb),
      found.map((one) => one.key),
      found.map((one) => one.chain),
      found.map((one) => JSON.stringify(one.args)),
      found.map((one) => one.digest),
      found.map((one) => one.plannedAt),
      freshOf(job).state,
      freshOf(job).forecast,
    ],
  )
  const fresh = rows.filter((row) => row['fresh'])
  await addCounts(
    query,
    job.id,
    fresh.map((row) => ({ item: { ...freshOf(job), target: row['target'] as string }, by: 1 })),
  )
  return fresh.length
}

/**
 * How an item begins. A bulk act on what waits needs no forecast: nothing is done that would not be done by itself.
 */
const freshOf = ({ action }: Job): Pick<Item, 'state' | 'forecast' | 'outcome'> =>
  action === 'replay'
    ? { state: 'chosen', forecast: '', outcome: '' }
    : { state: 'looked', forecast: 'new', outcome: '' }

/**
 * Waiting rows are copied inside the database: a million of them never come here. Who ordered is looked up, in the
 * order's view, only when that is asked for: a null makes the planner drop the look.
 */
async function copyWaiting(query: Query, job: Job): Promise<boolean> {
  const { selection, tenant, place, madeAt } = job
  const { from = 0, until = madeAt + 1, targets = null, verbs = null, keys = null, states } = selection
  const { customers = null, partners = null } = selection
  const page = await query(
    `select lane, max(position) as position, count(*)::int4 as count
       from (select lane, position from waiting
              where (lane, position) > ($1::int2, $2::int8) order by lane, position limit $3) as page
      group by lane order by lane`,
    [place.lane, place.after, ROWS],
  )
  const last = page.at(-1) as { lane: number; position: number } | undefined
  const scanned = page.reduce((sum, row) => sum + (row['count'] as number), 0)
  await together(query, async () => {
    const next = last ? { ...place, lane: last.lane, after: last.position } : place
    if (!(await stillIn(query, job, ', scanned = scanned + $3, place = $4', [scanned, JSON.stringify(next)]))) return
    if (!last) return
    const fresh = freshOf(job)
    const rows = await query(
      `with page as (
         select * from waiting w
          where (lane, position) > ($2::int2, $3::int8) and (lane, position) <= ($4::int2, $5::int8)
            and starts_with(subject, $6) and planned_at >= $7 and planned_at < $8 and state = any ($9)
            and ($10::text[] is null or target = any ($10)) and ($11::text[] is null or verb = any ($11))
            and ($12::text[] is null or key = any ($12))
            and ($15::text[] is null or exists (
              select from order_view o where o.lane = w.lane and o.subject = w.subject and o.customer = any ($15)))
            and ($16::text[] is null or target = any ($16) or subject = any ($17::text[]) or exists (
              select from order_view o where o.lane = w.lane and o.subject = w.subject and o.channel = any ($16)))
       ), base as (select coalesce(max(n), 0) as n from replay_item where job = $1),
       kept as (
         insert into replay_item (job, n, lane, subject, position, target, verb, key, chain, args, digest, planned_at,
                                  state, forecast, attempts)
         select $1, base.n + row_number() over (order by lane, position), lane, subject, position, target, verb, key, chain,
                args, digest, planned_at, $13::text, $14::text, attempts from page, base
         on conflict (job, target, verb, key) do nothing returning target
       )
       select target, count(*)::int4 as count from kept group by target`,
      [
        job.id,
        place.lane,
        place.after,
        last.lane,
        last.position,
        `${tenant}/`,
        from,
        until,
        states,
        targets,
        verbs,
        keys,
        fresh.state,
        fresh.forecast,
        customers,
        partners,
        mailboxesOf(job),
      ],
    )
    const kept = rows.map((row) => ({
      item: { ...fresh, target: row['target'] as string },
      by: row['count'] as number,
    }))
    await addCounts(query, job.id, kept)
    const count = kept.reduce((sum, one) => sum + one.by, 0)
    await query('update replay_job set items = items + $2 where id = $1', [job.id, count])
  })
  return scanned === ROWS
}

/** Where choosing begins, and how much there is to look at. */
export async function beginning(
  query: Query,
  tenant: string,
  selection: Selection,
  subjects: readonly string[] | undefined,
): Promise<{ readonly place: Place; readonly toScan: number }> {
  const heads = new Array<number>(LANES).fill(0)
  for (const row of await query('select lane, head from lane')) heads[row['lane'] as number] = row['head'] as number
  switch (sourceOf(selection)) {
    case 'orders':
      return { place: { lane: 0, after: 0, heads, subjects: subjects ?? [] }, toScan: subjects?.length ?? 0 }
    case 'case': {
      const subject = subjectOf(tenant, 'case', selection.case as string)
      const text = 'select members from case_state where lane = $1 and subject = $2'
      const [row] = await query(text, [laneOfSubject(subject), subject])
      return { place: { lane: 0, after: 0, heads }, toScan: (row?.['members'] as number | undefined) ?? 0 }
    }
    case 'waiting': {
      const [row] = await query('select count(*)::int8 as count from waiting')
      return { place: { lane: 0, after: 0, heads }, toScan: row?.['count'] as number }
    }
    default: {
      const first = Math.max(
        0,
        heads.findIndex((head) => head > 0),
      )
      return { place: { lane: first, after: 0, heads }, toScan: heads.reduce((sum, head) => sum + head, 0) }
    }
  }
}

/** The orders people name, by anything they are known by; names that nothing is known by come back as `unknown`. */
export async function subjectsOf(
  query: Query,
  tenant: string,
  names: readonly string[],
): Promise<{ readonly subjects: readonly string[]; readonly unknown: readonly string[] }> {
  const rows = await query('select value, subject from search_key where tenant = $1 and value = any ($2)', [
    tenant,
    names,
  ])
  const known = new Set(rows.map((row) => row['value'] as string))
  const ids = names.map((name) => subjectOf(tenant, 'order', name))
  const direct = await query(
    `select o.subject from unnest($1::int2[], $2::text[]) as asked (lane, subject)
       join order_state o on o.lane = asked.lane and o.subject = asked.subject`,
    [ids.map(laneOfSubject), ids],
  )
  for (const row of direct) known.add(partsOf(row['subject'] as string).id)
  const subjects = [...new Set([...rows, ...direct].map((row) => row['subject'] as string))].sort()
  return { subjects, unknown: names.filter((name) => !known.has(name)) }
}
