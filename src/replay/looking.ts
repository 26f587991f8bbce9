/** Works out the forecast of a frozen set, page by page. */
import { type Asked, forecastOf, type Known, mustAsk, type TargetTraits } from './forecast.ts'
import type { Item, Job } from './job.ts'
import type { ReplayPorts, Written } from './ports.ts'
import { itemOf, type Query } from './replay-book.ts'
import { type Standing, standingsSince } from './standing.ts'
import { moveItems, stillIn, together } from './tally.ts'

const PAGE = 250

/** An item with everything known about it now. */
export interface Seen {
  readonly item: Item
  readonly known: Known
  /** Place of the request that stands so: its own, unless it was refused and has been planned again since. */
  readonly position: number
  readonly written: Written | undefined
}

/** Forecasts one page; answers whether there may be more. */
export async function lookAtSome(query: Query, job: Job, ports: ReplayPorts): Promise<boolean> {
  const rows = await query(
    "select * from replay_item where job = $1 and state = 'chosen' and forecast = '' order by n limit $2",
    [job.id, PAGE],
  )
  const items = rows.map(itemOf)
  const moves = await forecasts(query, job, items, ports)
  await together(query, async () => {
    if (await stillIn(query, job)) await moveItems(query, job.id, moves)
  })
  return rows.length === PAGE
}

async function forecasts(query: Query, job: Job, items: readonly Item[], ports: ReplayPorts) {
  const seen = await lookAt(query, job, items, ports, { writing: true, asking: true })
  return seen.map(({ item, known, written }) => {
    const { forecast, why } = forecastOf(known)
    const pinned = written && 'digest' in written ? written.digest : undefined
    return { item, to: { state: 'looked', forecast, why, attempts: known.attempts, pinned } } as const
  })
}

/** Looks at items as they stand now: the books, what would be sent, and the target where the books do not know. */
export async function lookAt(
  query: Query,
  job: Job,
  items: readonly Item[],
  ports: ReplayPorts,
  how: { readonly writing: boolean; readonly asking: boolean },
): Promise<Seen[]> {
  const standings = await standingsSince(query, items)
  const now = ports.clock.now()
  const written = how.writing ? await ports.write(query, items, job.mapping) : []
  const asked = how.asking ? await askEach(items, standings, ports) : []
  return items.map((item, at) => ({
    item,
    position: standings[at]?.position ?? item.position,
    written: written[at],
    known: knownOf(item, standings[at] as Standing, written[at], asked[at], ports.target(item.target), now),
  }))
}

function knownOf(
  item: Item,
  { books, attempts }: Standing,
  written: Written | undefined,
  asked: Asked | undefined,
  target: TargetTraits | undefined,
  now: number,
): Known {
  const content = !written ? 'same' : 'fault' in written ? 'unknown' : written.digest === item.digest ? 'same' : 'other'
  return {
    books,
    attempts,
    ageMs: now - item.plannedAt,
    target,
    content,
    ...(asked ? { asked } : {}),
    ...(written && 'fault' in written ? { contentFault: written.fault } : {}),
  }
}

/** Asks the targets about what the books do not know, each a few at a time. */
async function askEach(
  items: readonly Item[],
  standings: readonly Standing[],
  ports: ReplayPorts,
): Promise<(Asked | undefined)[]> {
  const answers: (Asked | undefined)[] = new Array(items.length).fill(undefined)
  const byTarget = new Map<string, number[]>()
  items.forEach((item, at) => {
    if (!mustAsk((standings[at] as Standing).books, ports.target(item.target))) return
    const line = byTarget.get(item.target)
    if (line) line.push(at)
    else byTarget.set(item.target, [at])
  })
  await Promise.all(
    [...byTarget].map(async ([target, line]) => {
      const ask = async () => {
        for (let at = line.shift(); at !== undefined; at = line.shift())
          answers[at] = await ports.ask(items[at] as Item)
      }
      await Promise.all(Array.from({ length: ports.target(target)?.atOnce ?? 1 }, ask))
    }),
  )
  return answers
}
