/** Works on replays: one instance at a time, page by page, everything it knows in rows. */
import { chooseSome } from './choosing.ts'
import { isActive, type Job, type StartOrders } from './job.ts'
import { lookAtSome } from './looking.ts'
import type { ItemOutcome } from './outcome.ts'
import type { ReplayPorts, Session } from './ports.ts'
import { mustStop, room } from './ramp.ts'
import { advance, counts, type ItemCount, openJobs, type Query, stopItself } from './replay-book.ts'
import { collect, sendSome } from './sending.ts'

const RUNNER_LOCK = 7_227_100_010
const IDLE_MS = 2_000
/** While something is under way it is looked for often at first, then less so. */
const SOON_MS = 20
const LATER_MS = 250
/** Nothing came back for this long: the replay waits for a person instead of holding a step open. */
const SILENCE_MS = 60_000

/**
 * The runner of an instance. All instances have one; the one that holds the lock works. It can end at any moment: what
 * it did is in rows, and what it sent carries a key.
 */
export class ReplayRunner {
  readonly #ports: ReplayPorts
  #session: Session | undefined
  #ending = false
  #wake: (() => void) | undefined
  #running: Promise<void> | undefined
  #quietRounds = 0
  #stirred = false
  /** When something last came back, by job. */
  readonly #heard = new Map<string, number>()

  constructor(ports: ReplayPorts) {
    this.#ports = ports
  }

  start(): void {
    this.#running = this.#loop()
  }

  /** There is something to do: a job was made, started or resumed at this instance. */
  stir(): void {
    this.#stirred = true
    this.#wake?.()
  }

  async close(): Promise<void> {
    this.#ending = true
    this.#wake?.()
    await this.#running
  }

  async #loop(): Promise<void> {
    while (!this.#ending) {
      this.#stirred = false
      const wait = await this.#round().catch(async (error: unknown) => {
        this.#ports.trouble('replays could not go on', error)
        await this.#letGo()
        return IDLE_MS
      })
      if (wait === 0 || this.#stirred) await this.#ports.scheduler.yield()
      else await this.#pause(wait)
    }
    await this.#letGo()
  }

  /** One page of every open job. Answers how long to wait before the next. */
  async #round(): Promise<number> {
    this.#session ??= await this.#ports.connect()
    const { query } = this.#session
    const [row] = await query('select pg_try_advisory_lock($1::int8) as mine', [RUNNER_LOCK])
    if (row?.['mine'] !== true) return IDLE_MS
    try {
      const open = await openJobs(query, this.#ports.tenant)
      if (open.length === 0) return IDLE_MS
      let done = false
      for (const job of open) if (!this.#ending && (await this.#work(query, job))) done = true
      this.#quietRounds = done ? 0 : this.#quietRounds + 1
      return done ? 0 : Math.min(LATER_MS, SOON_MS * 2 ** Math.min(8, this.#quietRounds - 1))
    } finally {
      // Taken anew each round: an instance that hangs in something else must not keep the others from it.
      await query('select pg_advisory_unlock($1::int8)', [RUNNER_LOCK])
    }
  }

  /** One page of one job. Answers whether anything was done. */
  async #work(query: Query, job: Job): Promise<boolean> {
    const now = this.#ports.clock.now()
    switch (job.state) {
      case 'choosing':
        if (!(await chooseSome(query, job, this.#ports.caseMembers))) await advance(query, job, 'forecasting', now)
        return true
      case 'forecasting':
        if (!(await lookAtSome(query, job, this.#ports))) await advance(query, job, 'ready', now)
        return true
      default:
        return this.#go(query, job, now)
    }
  }

  /** A job that was started, and a stopped one whose last items are still under way. */
  async #go(query: Query, job: Job, now: number): Promise<boolean> {
    const heard = await collect(query, job, this.#ports)
    if (heard > 0 || !this.#heard.has(job.id)) this.#heard.set(job.id, now)
    if (!isActive(job.state)) return heard > 0
    const figures = figuresOf(await counts(query, job.id), job.orders as StartOrders)
    const why = mustStop(since(figures.outcomes, job.since.outcomes), { percent: job.orders?.stopPercent ?? 5 })
    if (why !== undefined) return this.#stop(query, job, why, now)
    if (figures.underWay > 0 && now - (this.#heard.get(job.id) ?? now) > SILENCE_MS) {
      return this.#stop(
        query,
        job,
        `Nothing has come back for ${SILENCE_MS / 1_000} s; ${figures.underWay} are under way.`,
        now,
      )
    }
    if (figures.left === 0 && figures.underWay === 0) {
      await advance(query, job, 'finished', now)
      this.#heard.delete(job.id)
      return true
    }
    const pace = { step: job.step, sent: figures.sent - job.since.sent, underWay: figures.underWay }
    const { send, over } = room(pace)
    if (over) {
      await query('update replay_job set step = step + 1, step_from = $2 where id = $1 and step = $3', [
        job.id,
        JSON.stringify({ ...job.since, sent: figures.sent }),
        job.step,
      ])
      return true
    }
    const sent = send > 0 && figures.left > 0 ? await sendSome(query, job, this.#ports, send) : 0
    if (sent > 0) this.#heard.set(job.id, now)
    return sent > 0
  }

  async #stop(query: Query, job: Job, why: string, now: number): Promise<boolean> {
    await stopItself(query, job, why, now)
    this.#heard.delete(job.id)
    return true
  }

  async #letGo(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    await session
      ?.end()
      .catch((error: unknown) => this.#ports.trouble('the connection of replays did not close', error))
  }

  #pause(ms: number): Promise<void> {
    return new Promise<void>((resolve) => {
      const cancel = this.#ports.scheduler.after(ms, () => resolve())
      this.#wake = () => {
        cancel()
        resolve()
      }
    }).then(() => {
      this.#wake = undefined
    })
  }
}

interface Figures {
  readonly sent: number
  readonly underWay: number
  /** Still to be sent. */
  readonly left: number
  readonly outcomes: Partial<Record<ItemOutcome, number>>
}

/** The counts of a job, as its orders look at them. */
export function figuresOf(all: readonly ItemCount[], { targets, include }: StartOrders): Figures {
  const outcomes: Partial<Record<ItemOutcome, number>> = {}
  let [underWay, left, over] = [0, 0, 0]
  for (const { target, state, forecast, outcome, count } of all) {
    if (state === 'sent') underWay += count
    if (state === 'over') over += count
    if (state === 'over' && outcome !== '') outcomes[outcome] = (outcomes[outcome] ?? 0) + count
    const isAsked = (!targets || targets.includes(target)) && forecast !== '' && include.includes(forecast)
    if (state === 'looked' && isAsked) left += count
  }
  return { sent: underWay + over, underWay, left, outcomes }
}

function since(
  now: Partial<Record<ItemOutcome, number>>,
  before: Partial<Record<ItemOutcome, number>>,
): Partial<Record<ItemOutcome, number>> {
  const entries = Object.entries(now) as [ItemOutcome, number][]
  return Object.fromEntries(entries.map(([outcome, count]) => [outcome, count - (before[outcome] ?? 0)]))
}
