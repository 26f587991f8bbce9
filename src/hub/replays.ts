/** Wires replays to the rest of the hub: its journal, its targets, its rendering, its database. */
import pg from 'pg'
import type { Clock } from '../base/clock.ts'
import { CrossdockError } from '../base/errors.ts'
import type { Random } from '../base/random.ts'
import type { Scheduler } from '../base/scheduler.ts'
import type { Target } from '../delivery/lot.ts'
import type { Hub } from '../hub.ts'
import type { JournalEvent } from '../journal/contract.ts'
import { decodeEvent } from '../journal/encode.ts'
import { laneOfSubject, subjectOf } from '../lifecycle/subject.ts'
import { beginning, subjectsOf } from '../replay/choosing.ts'
import { errors } from '../replay/errors.ts'
import { type Asked, FORECASTS } from '../replay/forecast.ts'
import type { Item, Job, MappingVersion, StartOrders } from '../replay/job.ts'
import type { ReplayPorts, Session, Written } from '../replay/ports.ts'
import {
  act,
  acts,
  counts,
  type ItemCount,
  items,
  jobBy,
  jobId,
  jobs,
  make,
  type Query,
} from '../replay/replay-book.ts'
import type { ReplayDoorPorts } from '../replay/routes.ts'
import { figuresOf, ReplayRunner } from '../replay/runner.ts'
import { digestOf as digestOfQuestion } from '../replay/selection.ts'
import { clientConfig, connectionName } from '../store/postgres/connection.ts'
import { digestOf, isByMap, type Rendering } from './rendering.ts'

/** What replays are opened with. */
export interface ReplaysOptions {
  readonly hub: Pick<Hub, 'core' | 'rendering' | 'tenant'>
  readonly url: string
  readonly clock: Clock
  readonly random: Random
  readonly scheduler: Scheduler
  readonly trouble: (what: string, error: unknown) => void
}

/** Replays at this instance: their doors' port, and the runner behind it. */
export interface Replays extends ReplayDoorPorts {
  close(): Promise<void>
}

const ASK_MS = 10_000

/** Opens the doors of replays and starts the runner. */
export function openReplays(options: ReplaysOptions): Replays {
  const { url, random, trouble } = options
  const pool = new pg.Pool({ ...clientConfig(url, 'session', connectionName('session')), max: 2 })
  pool.on('error', (error) => trouble('an idle database connection was lost', error))
  const query: Query = async (text, values = []) => (await pool.query(text, [...values])).rows
  const runner = new ReplayRunner(portsOf(options, query))
  runner.start()
  return {
    replays: {
      make: async (tenant, wish) => {
        const { action, mapping, selection, requestKey, by, reason, now } = wish
        const { targets } = options.hub.core
        const strange = (selection.targets ?? []).filter((name) => !targets.has(name))
        if (strange.length > 0)
          throw errors.UNKNOWN_SYSTEM(strange.slice(0, 5).join(', '), [...targets.keys()].join(', '))
        const named = selection.orders && (await subjectsOf(query, tenant, selection.orders))
        if (named && named.unknown.length > 0) throw errors.NOT_FOUND(named.unknown.slice(0, 5).join(', '))
        const { place, toScan } = await beginning(query, tenant, selection, named?.subjects)
        const id = jobId(now, random.next())
        const digest = digestOfQuestion(action, mapping, selection)
        const made = await make(query, {
          id,
          tenant,
          action,
          mapping,
          selection,
          digest,
          requestKey,
          by,
          reason,
          now,
          place,
          toScan,
        })
        runner.stir()
        return made
      },
      act: async (tenant, id, wanted, by, reason, now, orders) => {
        const job = await jobBy(query, tenant, id)
        const given = orders ?? job.orders
        const all = given ? await counts(query, id) : []
        const figures = given ? figuresOf(all, given) : { sent: 0, outcomes: {} }
        if (orders && job.state === 'ready') refuseIdle(job, all, orders)
        const since = { sent: figures.sent, outcomes: figures.outcomes }
        const after = await act(query, job, wanted, { by, reason, now, since, ...(orders ? { orders } : {}) })
        runner.stir()
        return after
      },
      one: (tenant, id) => jobBy(query, tenant, id),
      list: (tenant, before, limit) => jobs(query, tenant, before, limit),
      counts: (id) => counts(query, id),
      acts: (id) => acts(query, id),
      items: (id, asked) => items(query, id, asked),
    },
    close: async () => {
      await runner.close()
      await pool.end()
    },
  }
}

/** A start that would send nothing of what there is would only use the replay up. */
function refuseIdle({ id, items: frozen }: Job, all: readonly ItemCount[], orders: StartOrders): void {
  if (frozen === 0 || figuresOf(all, orders).left > 0) return
  const has = FORECASTS.flatMap((forecast) => {
    const count = all.filter((one) => one.forecast === forecast).reduce((sum, one) => sum + one.count, 0)
    return count > 0 ? [`${count} ${forecast}`] : []
  })
  throw errors.NOTHING_ASKED(id, orders.include.map((one) => `“${one}”`).join(' or '), has.join(', ') || 'none')
}

function portsOf({ hub, url, clock, scheduler, trouble }: ReplaysOptions, query: Query): ReplayPorts {
  const { core, rendering, tenant } = hub
  return {
    tenant,
    clock,
    scheduler,
    trouble,
    connect: () => connect(url),
    submit: (work) => core.journal.submit(work),
    target: (name) => {
      const target = core.targets.get(name)
      if (!target) return undefined
      const { deliveryClass, concurrency, remembersForMs } = target.connector
      return {
        deliveryClass,
        canBeAsked: target.connection.ask !== undefined,
        ...(remembersForMs === undefined ? {} : { remembersForMs }),
        atOnce: Math.max(1, Math.min(8, concurrency >> 1)), // the rest is for what is not a replay
      }
    },
    ask: async (item) =>
      (await core.delivery.roomToAsk(item.target)) ? ask(core.targets.get(item.target), item) : 'no answer',
    write: (on, some, as) => write(rendering, on, some, as),
    caseMembers: caseMembers(query),
  }
}

async function connect(url: string): Promise<Session> {
  const client = new pg.Client(clientConfig(url, 'session', connectionName('session')))
  // A connection that is lost says so to whoever uses it next.
  client.on('error', () => undefined)
  await client.connect()
  await client.query("set enable_seqscan = off; set jit = off; set statement_timeout = '60s'; set lock_timeout = '10s'")
  return {
    query: async (text, values = []) => (await client.query(text, [...values])).rows,
    end: () => client.end(),
  }
}

/** Whether the target has had it. An answer that says neither is no answer. */
async function ask(target: Target | undefined, { verb, key, args }: Item): Promise<Asked> {
  if (!target?.connection.ask) return 'no answer'
  const outgoing = { key: `${target.name}:${verb}:${key}`, verb, args, body: new Uint8Array(), attempt: 0 }
  try {
    const outcome = await target.connection.ask(outgoing, Math.min(ASK_MS, target.connector.timeoutMs))
    return outcome.result === 'done' ? 'there' : outcome.result === 'later' ? 'not there' : 'no answer'
  } catch {
    return 'no answer' // a connector that throws has not said anything about the effect
  }
}

/** The bytes of items: kept ones as they are, others rendered from the journal of their subject. */
async function write(
  rendering: Rendering,
  query: Query,
  some: readonly Item[],
  as: MappingVersion,
): Promise<Written[]> {
  const planned = await plannedOf(query, some)
  const isKept = (event: JournalEvent<'delivery.planned'> | undefined) =>
    event?.data.body !== undefined && !(as === 'today' && isByMap(event.data.args))
  const bare = some.filter((item) => !isKept(planned.get(placeOf(item))))
  const histories = await historiesOf(query, [...new Set(bare.map((item) => item.subject))])
  return some.map((item) => {
    const own = planned.get(placeOf(item))
    const events = isKept(own) ? [own as JournalEvent] : (histories.get(item.subject) ?? [])
    try {
      const body = as === 'today' ? rendering.today(events, item) : rendering.from(events, item)
      return { body, digest: digestOf(body) }
    } catch (error) {
      if (error instanceof CrossdockError) return { fault: error.message }
      throw error
    }
  })
}

const placeOf = ({ lane, position }: { readonly lane: number; readonly position: number }): string =>
  `${lane}/${position}`

async function plannedOf(query: Query, some: readonly Item[]): Promise<Map<string, JournalEvent<'delivery.planned'>>> {
  const rows = await query(
    `select j.lane, j.position, j.type, j.subject, j.at, j.body
       from unnest($1::int2[], $2::int8[]) as asked (lane, position)
       join journal j on j.lane = asked.lane and j.position = asked.position`,
    [some.map((item) => item.lane), some.map((item) => item.position)],
  )
  return new Map(
    rows.map((row) => [placeOf(row as never), decodeEvent(row as never) as JournalEvent<'delivery.planned'>]),
  )
}

async function historiesOf(query: Query, subjects: readonly string[]): Promise<Map<string, JournalEvent[]>> {
  const rows = await query(
    'select lane, position, type, subject, at, body from journal where subject = any ($1) order by subject, position',
    [subjects],
  )
  const histories = new Map<string, JournalEvent[]>()
  for (const row of rows) {
    const event = decodeEvent(row as never)
    const history = histories.get(event.subject)
    if (history) history.push(event)
    else histories.set(event.subject, [event])
  }
  return histories
}

/** Members of a case, by name: they lie together, so a page is one stretch of an index. */
function caseMembers(query: Query): ReplayPorts['caseMembers'] {
  return async (tenant, id, after, limit) => {
    const subject = subjectOf(tenant, 'case', id)
    const rows = await query(
      `select subject, about from case_member
        where lane = $1 and subject > $2 and subject < $3 order by subject limit $4`,
      [laneOfSubject(subject), after === '' ? `${subject}#` : after, `${subject}$`, limit],
    )
    const last = rows.at(-1)
    const more = rows.length === limit ? (last?.['subject'] as string) : undefined
    return { subjects: [...new Set(rows.map((row) => row['about'] as string))], after: more }
  }
}
