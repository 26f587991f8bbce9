/**
 * A life that began with a restore. The world is further than the backup: what is planned now may have been done before,
 * and what targets can know of it depends on their class. Until a person says that the senders have repeated what they
 * hold, nothing is sent that could be a second time.
 */
import pg from 'pg'
import { isPlaceKey } from '../base/ids.ts'
import type { Connection, Connector, ConnectorPorts, Outcome, Outgoing } from '../connectors/contract.ts'
import { type Restored, readRestored, restoredFrom } from '../store/postgres/installation.ts'

const LOOK_MS = 1_000
/** What waits for the restore to be settled looks again after this long. */
const HELD_MS = 30_000

/** Sets that acknowledge: a repeat of them says nothing new. */
const ACKNOWLEDGES = /^(997|TA1)-/

/** The life a hub is opened in. */
export interface Life {
  /** Connectors that know what may have been done before; those that were given where nothing was restored. */
  readonly connectors: Readonly<Record<string, Connector>>
  readonly restored: Restored | undefined
  close(): Promise<void>
}

/** What opening a life is told. */
export interface LifeOptions {
  readonly url: string
  readonly connectors: Readonly<Record<string, Connector>>
  /** Names of those that are partners' mailboxes. */
  readonly mailboxes: ReadonlySet<string>
  readonly say: (sentence: string) => void
  readonly trouble: (what: string, error: unknown) => void
}

/** Looks how this life began. Costs one question where nothing was restored, and nothing after it. */
export async function openLife(options: LifeOptions): Promise<Life> {
  const restored = await restoredFrom(options.url)
  if (!restored || restored.settled) return { connectors: options.connectors, restored, close: async () => {} }
  const watch = watchSettling(options)
  options.say(`${sentenceOf(restored)} Requests are guarded until “crossdock database settle”.`)
  const connectors: Record<string, Connector> = {}
  for (const [name, connector] of Object.entries(options.connectors)) {
    const isMailbox = options.mailboxes.has(name)
    connectors[name] = guard(connector, { isMailbox, reason: sentenceOf(restored), isSettled: watch.isSettled })
  }
  return { connectors, restored, close: watch.close }
}

function sentenceOf({ backupAt }: Restored): string {
  return `This hub was restored from a backup of ${new Date(backupAt).toISOString()} and knows nothing of what was done after it.`
}

/** Any process may settle a restore; the hub hears of it within a second. */
function watchSettling({ url, say, trouble }: LifeOptions) {
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  pool.on('error', (error) => trouble('an idle database connection was lost', error))
  const state = { settled: false }
  const timer = setInterval(() => {
    readRestored(pool as never)
      .then((now) => {
        if (!now?.settled) return
        state.settled = true
        clearInterval(timer)
        say('The restore is settled: requests are sent as always.')
      })
      .catch((error: unknown) => trouble('whether the restore is settled could not be read', error))
  }, LOOK_MS)
  timer.unref()
  return {
    isSettled: () => state.settled,
    close: async () => {
      clearInterval(timer)
      await pool.end()
    },
  }
}

/** What the guard of one target goes by. */
export interface GuardOptions {
  readonly isMailbox: boolean
  /** What a person reads beside a request that was not sent. */
  readonly reason: string
  readonly isSettled: () => boolean
}

/**
 * Puts a guard before a target. Class A gets its request under the same key and recognises it. Class B is asked first.
 * Class C, and a partner who gets files, cannot say: the first attempt is not made and the request is in doubt; once a
 * person has it redelivered it goes. What has no identity of its own (its key holds a place in the journal) waits.
 */
export function guard(connector: Connector, options: GuardOptions): Connector {
  const blind = options.isMailbox || connector.deliveryClass === 'C'
  return {
    ...connector,
    deliveryClass: blind ? 'C' : connector.deliveryClass,
    open: async (ports: ConnectorPorts) => guardConnection(await connector.open(ports), connector, blind, options),
  }
}

function guardConnection(inner: Connection, connector: Connector, blind: boolean, options: GuardOptions): Connection {
  const { isMailbox, reason, isSettled } = options
  const asks = connector.deliveryClass === 'B'
  /** What is known about a request before it is sent; undefined: it may go. */
  const verdict = async (request: Outgoing, timeoutMs: number): Promise<Outcome | undefined> => {
    if (isPlaceKey(request.key)) return { result: 'later', reason, afterMs: HELD_MS, healthy: true }
    if (request.attempt > 1) return undefined
    if (blind) return isMailbox && isAnswer(request) ? undefined : { result: 'unknown', reason, healthy: true }
    if (!asks || !inner.ask) return undefined
    const known = await inner.ask(request, timeoutMs)
    return known.result === 'later' ? undefined : known
  }
  const send = async (requests: readonly Outgoing[], timeoutMs: number): Promise<readonly Outcome[]> => {
    if (isSettled()) return inner.send(requests, timeoutMs)
    const outcomes = await Promise.all(requests.map((request) => verdict(request, timeoutMs)))
    const going = requests.filter((_, at) => outcomes[at] === undefined)
    const sent = going.length > 0 ? [...(await inner.send(going, timeoutMs))] : []
    return outcomes.map((outcome) => outcome ?? sent.shift() ?? { result: 'unknown', reason: 'no outcome came' })
  }
  const { ask } = inner
  const canAsk = ask && (isMailbox || connector.deliveryClass !== 'C')
  return {
    send,
    ...(canAsk
      ? {
          ask: async (request: Outgoing, timeoutMs: number): Promise<Outcome> => {
            const isHeld = isPlaceKey(request.key) && !isSettled()
            return isHeld
              ? { result: 'later', reason, afterMs: HELD_MS, healthy: true }
              : ask.call(inner, request, timeoutMs)
          },
        }
      : {}),
    close: () => inner.close(),
  }
}

/** An acknowledgement answers what its partner has sent, now: it is no repeat. */
function isAnswer(request: Outgoing): boolean {
  const { fileName } = request.args
  return typeof fileName === 'string' && ACKNOWLEDGES.test(fileName)
}
