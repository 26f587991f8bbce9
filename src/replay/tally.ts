/** Items on the move: what changes in their rows and in the counts, in one transaction. */
import type { Item, Job } from './job.ts'
import type { Query } from './replay-book.ts'

/** An item as it is and as it will be. */
export interface Move {
  readonly item: Item
  readonly to: Partial<
    Pick<Item, 'state' | 'forecast' | 'outcome' | 'why' | 'attempts' | 'pinned' | 'sentAt' | 'sentAs'>
  >
}

/** Runs `work` in one transaction, all of it or nothing. */
export async function together<T>(query: Query, work: () => Promise<T>): Promise<T> {
  await query('begin')
  try {
    const result = await work()
    await query('commit')
    return result
  } catch (error) {
    await query('rollback')
    throw error
  }
}

/** Nothing of a page counts when a person has said stop meanwhile. Locks the job's row until the commit. */
export async function stillIn(query: Query, job: Job, change = '', values: readonly unknown[] = []): Promise<boolean> {
  const rows = await query(`update replay_job set state = state ${change} where id = $1 and state = $2 returning id`, [
    job.id,
    job.state,
    ...values,
  ])
  return rows.length > 0
}

/** Moves items, and the counts with them. */
export async function moveItems(query: Query, job: string, moves: readonly Move[]): Promise<void> {
  if (moves.length === 0) return
  const after = moves.map(({ item, to }) => ({ ...item, ...to }))
  await query(
    `update replay_item item
        set state = new.state, forecast = new.forecast, outcome = new.outcome, why = new.why, attempts = new.attempts,
            pinned = new.pinned, sent_at = new.sent_at, sent_as = new.sent_as
       from unnest($2::int8[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int4[], $8::text[], $9::int8[], $10::int8[])
            as new (n, state, forecast, outcome, why, attempts, pinned, sent_at, sent_as)
      where item.job = $1 and item.n = new.n`,
    [
      job,
      after.map((item) => item.n),
      after.map((item) => item.state),
      after.map((item) => item.forecast),
      after.map((item) => item.outcome),
      after.map((item) => item.why),
      after.map((item) => item.attempts),
      after.map((item) => item.pinned ?? null),
      after.map((item) => item.sentAt ?? null),
      after.map((item) => item.sentAs ?? null),
    ],
  )
  await addCounts(query, job, [
    ...moves.map(({ item }) => ({ item, by: -1 })),
    ...after.map((item) => ({ item, by: 1 })),
  ])
}

type Counted = Pick<Item, 'target' | 'state' | 'forecast' | 'outcome'>

/** Adds to the counts; rows are written in one order, so two writers cannot lock each other out. */
export async function addCounts(
  query: Query,
  job: string,
  changes: readonly { readonly item: Counted; readonly by: number }[],
): Promise<void> {
  const sums = new Map<string, { item: Counted; by: number }>()
  for (const { item, by } of changes) {
    const name = [item.target, item.state, item.forecast, item.outcome].join('\u0001')
    const sum = sums.get(name)
    if (sum) sum.by += by
    else sums.set(name, { item, by })
  }
  const rows = [...sums].filter(([, { by }]) => by !== 0).sort(([a], [b]) => (a < b ? -1 : 1))
  if (rows.length === 0) return
  await query(
    `insert into replay_count (job, target, state, forecast, outcome, count)
     select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::int8[])
     on conflict (job, target, state, forecast, outcome) do update set count = replay_count.count + excluded.count`,
    [
      job,
      rows.map(([, { item }]) => item.target),
      rows.map(([, { item }]) => item.state),
      rows.map(([, { item }]) => item.forecast),
      rows.map(([, { item }]) => item.outcome),
      rows.map(([, { by }]) => by),
    ],
  )
}
