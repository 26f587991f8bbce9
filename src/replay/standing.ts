/** How requests of the past stand by our books: waiting rows, refusals, and the cursors and marks of what is done. */

import type { Query } from './replay-book.ts'
import type { BookState } from './selection.ts'

/** A request by its place. */
export interface Placed {
  readonly lane: number
  readonly subject: string
  readonly position: number
  /** When it was planned, or later, but not after it was done: its mark is not older. */
  readonly plannedAt: number
}

export interface Standing {
  readonly books: BookState
  readonly attempts: number
  readonly reason: string
  /** Place of the request that stands so, where it is not the one that was asked about; see {@link standingsSince}. */
  readonly position?: number
}

/** A request by its place, and what it is for. */
export interface Meant extends Placed {
  readonly target: string
  readonly verb: string
  readonly key: string
}

/**
 * As {@link standingsOf}, and of a refused one that was planned again since, by another replay or the release of a case,
 * how the newest of them stands: whoever asks whether it may be sent must not see the refusal only.
 */
export async function standingsSince(query: Query, requests: readonly Meant[]): Promise<Standing[]> {
  const standings = await standingsOf(query, requests)
  const refused = requests.filter((_, at) => standings[at]?.books === 'refused')
  const newest = await newestOf(query, refused)
  const since = await standingsOf(query, [...newest.values()])
  const byPlace = new Map([...newest.keys()].map((place, at) => [place, since[at] as Standing]))
  return requests.map((one, at) => {
    const later = byPlace.get(placeOf(one))
    return later ? { ...later, position: newest.get(placeOf(one))?.position as number } : (standings[at] as Standing)
  })
}

/** By the place of a request, the last one that was planned after it for the same target under the same key. */
async function newestOf(query: Query, requests: readonly Meant[]): Promise<Map<string, Placed>> {
  const newest = new Map<string, Placed>()
  if (requests.length === 0) return newest
  const rows = await query(
    `select position, subject, at, convert_from(body, 'UTF8') as body from journal
      where subject = any ($1) and type = 120 order by position`,
    [[...new Set(requests.map(({ subject }) => subject))]],
  )
  const planned = Map.groupBy(rows, (row) => row['subject'] as string)
  for (const one of requests) {
    for (const row of planned.get(one.subject) ?? []) {
      const position = Number(row['position'])
      if (position <= one.position) continue
      const { d } = JSON.parse(row['body'] as string) as { d: { target: string; verb: string; key: string } }
      if (d.target !== one.target || d.verb !== one.verb || d.key !== one.key) continue
      newest.set(placeOf(one), { lane: one.lane, subject: one.subject, position, plannedAt: Number(row['at']) })
    }
  }
  return newest
}

/** One answer for each, in order, all as of one moment. */
export async function standingsOf(query: Query, requests: readonly Placed[]): Promise<Standing[]> {
  if (requests.length === 0) return []
  await query('begin isolation level repeatable read, read only')
  try {
    return await readAll(query, requests)
  } finally {
    await query('rollback') // nothing was written
  }
}

async function readAll(query: Query, requests: readonly Placed[]): Promise<Standing[]> {
  const waiting = await waitingOf(query, requests)
  const refused = await refusalsOf(query, requests)
  const delivered = await cursorsOf(query, requests)
  const above = requests.filter((one) => !waiting.has(placeOf(one)) && one.position > (delivered.get(one.lane) ?? 0))
  const marked = above.length > 0 ? await marksOf(query, above) : new Set<string>()
  return requests.map((one) => {
    const place = placeOf(one)
    const row = waiting.get(place)
    if (row) return row
    const refusal = refused.get(place)
    if (refusal) return refusal
    const isOver = one.position <= (delivered.get(one.lane) ?? 0) || marked.has(place)
    return { books: isOver ? 'done' : 'on its way', attempts: 0, reason: '' }
  })
}

const placeOf = ({ lane, position }: { readonly lane: number; readonly position: number }): string =>
  `${lane}/${position}`

async function waitingOf(query: Query, requests: readonly Placed[]): Promise<Map<string, Standing>> {
  const rows = await query(
    `select w.lane, w.position, w.state, w.attempts, w.reason
       from unnest($1::int2[], $2::text[], $3::int8[]) as asked (lane, subject, position)
       join waiting w on w.lane = asked.lane and w.subject = asked.subject and w.position = asked.position`,
    [requests.map((one) => one.lane), requests.map((one) => one.subject), requests.map((one) => one.position)],
  )
  return new Map(
    rows.map((row) => [
      placeOf(row as { lane: number; position: number }),
      {
        books: (row['state'] === 'attempting' ? 'on its way' : row['state']) as BookState,
        attempts: row['attempts'] as number,
        reason: row['reason'] as string,
      },
    ]),
  )
}

/** What a refusal says of a request; few there are, and they have an index of their own. */
async function refusalsOf(query: Query, requests: readonly Placed[]): Promise<Map<string, Standing>> {
  const subjects = [...new Set(requests.map((one) => one.subject))]
  const rows = await query(
    `select lane, convert_from(body, 'UTF8') as body from journal where subject = any ($1) and type = 122`,
    [subjects],
  )
  return new Map(
    rows.map((row) => {
      const { d } = JSON.parse(row['body'] as string) as { d: { position: number; reason: string } }
      const place = placeOf({ lane: row['lane'] as number, position: d.position })
      return [place, { books: 'refused', attempts: 1, reason: d.reason }]
    }),
  )
}

async function cursorsOf(query: Query, requests: readonly Placed[]): Promise<Map<number, number>> {
  const rows = await query('select lane, delivered from lane where lane = any ($1::int2[])', [
    [...new Set(requests.map((one) => one.lane))],
  ])
  return new Map(rows.map((row) => [row['lane'] as number, row['delivered'] as number]))
}

/** Rows of marks that are read at once. */
const MARKS = 1_000
/** Clocks of instances may differ, and turns may commit in another order than they began; never by so much. */
const AROUND_MS = 3_600_000

/**
 * Marks are twelve bytes: lane, position, second. Only those of the places asked for are kept. They are read from the
 * newest back, until all are found or those that follow were written before anything asked for was planned.
 */
async function marksOf(query: Query, requests: readonly Placed[]): Promise<Set<string>> {
  const wanted = new Set(requests.map(placeOf))
  const since = Math.min(...requests.map(({ plannedAt }) => plannedAt)) - AROUND_MS
  const marked = new Set<string>()
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const rows = await query(`select id, at, pack from mark where id < $1 order by id desc limit ${MARKS}`, [before])
    for (const { pack } of rows as unknown as { pack: Buffer }[]) keepWanted(pack, wanted, marked)
    const last = rows.at(-1) as { id: number; at: number } | undefined
    if (!last || rows.length < MARKS || last.at < since || marked.size === wanted.size) return marked
    before = last.id
  }
}

function keepWanted(pack: Buffer, wanted: ReadonlySet<string>, marked: Set<string>): void {
  for (let at = 0; at + 12 <= pack.length; at += 12) {
    const place = placeOf({ lane: pack.readUInt16BE(at), position: pack.readUIntBE(at + 2, 6) })
    if (wanted.has(place)) marked.add(place)
  }
}
