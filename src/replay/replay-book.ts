/** Jobs and their items as people and the runner read and move them. */
import { laneOf } from '../base/ids.ts'
import { errors } from './errors.ts'
import type { Forecast } from './forecast.ts'
import { type Act, type Item, isDone, type Job, type JobState, type Since, type StartOrders, statesFor } from './job.ts'
import type { ItemOutcome } from './outcome.ts'
import { plain, type Selection } from './selection.ts'

/** Runs one statement and answers its rows; int8 come as numbers. */
export type Query = (text: string, values?: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>

/** How many items of a target stand where. */
export interface ItemCount {
  readonly target: string
  readonly state: string
  readonly forecast: Forecast | ''
  readonly outcome: ItemOutcome | ''
  readonly count: number
}

/** Something a person did to a job. */
export interface RecordedAct {
  readonly at: number
  readonly who: string
  readonly act: string
  readonly reason: string
}

/** What a job is made from. */
export interface NewJob {
  readonly id: string
  readonly tenant: string
  readonly action: Job['action']
  readonly mapping: Job['mapping']
  readonly selection: Selection
  readonly digest: string
  readonly requestKey: string | undefined
  readonly by: string
  readonly reason: string
  readonly now: number
  readonly place: Job['place']
  readonly toScan: number
}

const OVER = "('finished', 'cancelled')"
const STAMP = 'changed_at = greatest(changed_at, $2)'

/**
 * Makes a job, unless the same one was made before: under the same key, or with the same question while that one is not
 * over. Answers which it is.
 */
export async function make(query: Query, job: NewJob): Promise<{ readonly job: Job; readonly made: boolean }> {
  const known = await sameBefore(query, job)
  if (known) return { job: known, made: false }
  const { id, tenant, action, mapping, digest, requestKey = null, by, reason, now, place, toScan } = job
  const rows = await query(
    `insert into replay_job (id, tenant, action, state, selection, digest, request_key, mapping, made_by, reason,
                             made_at, changed_at, place, to_scan)
     values ($1, $2, $3, 'choosing', $4, $5, $6, $7, $8, $9, $10, $10, $11, $12) on conflict do nothing returning *`,
    [
      id,
      tenant,
      action,
      JSON.stringify(plain(job.selection)),
      digest,
      requestKey,
      mapping,
      by,
      reason,
      now,
      JSON.stringify(place),
      toScan,
    ],
  )
  if (rows[0]) {
    await noteAct(query, id, now, by, 'make', reason)
    return { job: jobOf(rows[0]), made: true }
  }
  return { job: (await sameBefore(query, job)) as Job, made: false } // another door was first
}

async function sameBefore(query: Query, { tenant, requestKey, digest }: NewJob): Promise<Job | undefined> {
  if (requestKey !== undefined) {
    const [row] = await query('select * from replay_job where tenant = $1 and request_key = $2', [tenant, requestKey])
    if (row && row['digest'] !== digest) throw errors.KEY_REUSED(requestKey)
    if (row) return jobOf(row)
  }
  const same = `select * from replay_job where tenant = $1 and digest = $2 and state not in ${OVER}`
  const [row] = await query(same, [tenant, digest])
  return row && jobOf(row)
}

export async function jobBy(query: Query, tenant: string, id: string): Promise<Job> {
  const [row] = await query('select * from replay_job where tenant = $1 and id = $2', [tenant, id])
  if (!row) throw errors.UNKNOWN(id)
  return jobOf(row)
}

/** The newest first; `before` is the id of the last one seen. */
export async function jobs(query: Query, tenant: string, before: string | undefined, limit: number): Promise<Job[]> {
  const rows = await query(
    `select * from replay_job
      where tenant = $1
        and ($2::text is null or (made_at, id) < (select made_at, id from replay_job where tenant = $1 and id = $2))
      order by made_at desc, id desc limit $3`,
    [tenant, before ?? null, limit],
  )
  return rows.map(jobOf)
}

/**
 * Jobs of a business that somebody has to work on: the active ones, and stopped ones with items still under way. What
 * another business on the same database has is for its own hub, which knows its targets.
 */
export async function openJobs(query: Query, tenant: string): Promise<Job[]> {
  const rows = await query(
    `select job.* from replay_job job
      where tenant = $1
        and (state in ('choosing', 'forecasting', 'running')
             or exists (select from replay_count c where c.job = job.id and c.state = 'sent' and c.count > 0))
      order by made_at, id`,
    [tenant],
  )
  return rows.map(jobOf)
}

/** What a person says to a job, and the figures at that moment: steps and the stop rule begin from them. */
export interface Spoken {
  readonly by: string
  readonly reason: string
  readonly now: number
  readonly since: Since
  readonly orders?: StartOrders
}

/** A person's word. Said twice it does nothing; where it means nothing any more it is refused. */
export async function act(
  query: Query,
  job: Job,
  wanted: Act,
  { by, reason, now, orders, since }: Spoken,
): Promise<Job> {
  const rows = await query(
    `with moved as (
       update replay_job set ${STAMP}, state = ${NEXT[wanted]}, state_before = ${BEFORE[wanted]},
              why = $4, orders = coalesce($5, orders), step = case when $6::text is null then step else 0 end,
              step_from = coalesce($6, step_from)
        where id = $1 and state = any ($3) returning *),
     noted as (
       insert into replay_act (job, at, who, act, reason) select id, $2, $7, $8, $9 from moved)
     select * from moved`,
    [
      job.id,
      now,
      statesFor(wanted),
      wanted === 'pause' || wanted === 'cancel' ? `${by}: ${reason}` : null,
      orders ? JSON.stringify(orders) : null,
      wanted === 'start' || wanted === 'resume' ? JSON.stringify(since) : null,
      by,
      wanted,
      reason,
    ],
  )
  if (rows[0]) return jobOf(rows[0])
  const current = await jobBy(query, job.tenant, job.id)
  if (!isDone(wanted, current.state)) throw errors.STATE(job.id, current.state, wanted)
  if (orders && !sameOrders(orders, current.orders)) throw errors.OTHER_ORDERS(job.id, current.state)
  return current
}

const NEXT: Readonly<Record<Act, string>> = {
  start: "'running'",
  pause: "'paused'",
  resume: "coalesce(state_before, 'running')",
  cancel: "'cancelled'",
}

const BEFORE: Readonly<Record<Act, string>> = { start: 'null', pause: 'state', resume: 'null', cancel: 'state' }

function sameOrders(asked: StartOrders, given: StartOrders | undefined): boolean {
  const text = ({ targets, include, reissue, stopPercent }: StartOrders) =>
    JSON.stringify([targets?.toSorted() ?? null, include.toSorted(), reissue, stopPercent])
  return given !== undefined && text(asked) === text(given)
}

async function noteAct(query: Query, job: string, at: number, who: string, act: string, reason: string): Promise<void> {
  await query('insert into replay_act (job, at, who, act, reason) values ($1, $2, $3, $4, $5)', [
    job,
    at,
    who,
    act,
    reason,
  ])
}

/** The job stops by itself, and says why. */
export async function stopItself(query: Query, job: Job, why: string, now: number): Promise<void> {
  await query(
    `with stopped as (
       update replay_job set ${STAMP}, state = 'paused', state_before = state, why = $3
        where id = $1 and state in ('choosing', 'forecasting', 'running') returning id)
     insert into replay_act (job, at, who, act, reason) select id, $2, 'Crossdock', 'pause', $3 from stopped`,
    [job.id, now, why],
  )
}

/** Goes on to the next state of its own, if nobody said otherwise meanwhile. */
export async function advance(query: Query, job: Job, to: JobState, now: number): Promise<void> {
  await query(
    `with moved as (update replay_job set ${STAMP}, state = $3 where id = $1 and state = $4 returning id)
     insert into replay_act (job, at, who, act, reason)
     select id, $2, 'Crossdock', 'finish', 'all of it is over' from moved where $3 = 'finished'`,
    [job.id, now, to, job.state],
  )
}

export async function acts(query: Query, job: string): Promise<RecordedAct[]> {
  const rows = await query('select at, who, act, reason from replay_act where job = $1 order by n', [job])
  return rows as unknown as RecordedAct[]
}

export async function counts(query: Query, job: string): Promise<ItemCount[]> {
  const rows = await query(
    `select target, state, forecast, outcome, count from replay_count where job = $1 and count > 0
      order by target, state, forecast, outcome`,
    [job],
  )
  return rows as unknown as ItemCount[]
}

/** What a page of items is filtered by. */
export interface ItemQuery {
  readonly state?: string
  readonly target?: string
  readonly forecast?: string
  readonly outcome?: string
  readonly after: number
  readonly limit: number
}

export async function items(query: Query, job: string, asked: ItemQuery): Promise<Item[]> {
  const { state = null, target = null, forecast = null, outcome = null, after, limit } = asked
  const rows = await query(
    `select * from replay_item
      where job = $1 and n > $2 and ($3::text is null or state = $3) and ($4::text is null or target = $4)
        and ($5::text is null or forecast = $5) and ($6::text is null or outcome = $6)
      order by n limit $7`,
    [job, after, state, target, forecast, outcome, limit],
  )
  return rows.map(itemOf)
}

/** The lane stands before the time, so that ids do not sort by it. */
export function jobId(now: number, random: number): string {
  const time = Math.floor(now).toString(32).padStart(9, '0')
  return `rp0-${laneOf(time).toString(16).padStart(2, '0')}-${time}-${Math.floor(random * 2 ** 30)
    .toString(32)
    .padStart(6, '0')}`
}

export function jobOf(row: Record<string, unknown>): Job {
  const { orders, step_from: since } = row as { orders: string | null; step_from: string | null }
  return {
    id: row['id'] as string,
    tenant: row['tenant'] as string,
    action: row['action'] as Job['action'],
    state: row['state'] as JobState,
    stateBefore: (row['state_before'] as JobState | null) ?? undefined,
    why: (row['why'] as string | null) ?? undefined,
    selection: JSON.parse(row['selection'] as string) as Selection,
    mapping: row['mapping'] as Job['mapping'],
    orders: orders === null ? undefined : (JSON.parse(orders) as StartOrders),
    madeBy: row['made_by'] as string,
    reason: row['reason'] as string,
    madeAt: row['made_at'] as number,
    changedAt: row['changed_at'] as number,
    place: JSON.parse(row['place'] as string) as Job['place'],
    toScan: row['to_scan'] as number,
    scanned: row['scanned'] as number,
    items: row['items'] as number,
    step: row['step'] as number,
    since: since === null ? { sent: 0, outcomes: {} } : (JSON.parse(since) as Job['since']),
  }
}

export function itemOf(row: Record<string, unknown>): Item {
  return {
    n: row['n'] as number,
    lane: row['lane'] as number,
    subject: row['subject'] as string,
    position: row['position'] as number,
    target: row['target'] as string,
    verb: row['verb'] as string,
    key: row['key'] as string,
    chain: row['chain'] as string,
    args: JSON.parse(row['args'] as string) as Record<string, unknown>,
    digest: row['digest'] as string,
    plannedAt: row['planned_at'] as number,
    state: row['state'] as Item['state'],
    forecast: row['forecast'] as Item['forecast'],
    outcome: row['outcome'] as Item['outcome'],
    why: row['why'] as string,
    attempts: row['attempts'] as number,
    pinned: (row['pinned'] as string | null) ?? undefined,
    sentAt: (row['sent_at'] as number | null) ?? undefined,
    sentAs: (row['sent_as'] as number | null) ?? undefined,
  }
}
