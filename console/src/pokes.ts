/**
 * Says when something may have changed. The hub's event stream is used as a bell only: once it rings it is hung up,
 * the screens ask again, and it is opened anew. So a hub that takes ten thousand events a second costs a browser no
 * more than one that takes one. Without a stream, the screens ask every two seconds.
 */
import { askFor } from './api.ts'

export interface PokePorts {
  /** Resolves when the stream has said something; calls `opened` once it listens. Rejects when there is no stream. */
  readonly listen: (opened: () => void, signal: AbortSignal) => Promise<void>
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

const BETWEEN_RINGS_MS = 1_000
const WITHOUT_STREAM_MS = 2_000

/** Pokes until the signal says stop. What happened while nobody listened is covered: each opening is a poke. */
export async function keepPoking(poke: () => void, ports: PokePorts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const heard = await ports.listen(poke, signal).then(
      () => true,
      () => false, // no stream (any more): asking in turns still shows everything, and the screens say what is wrong
    )
    if (signal.aborted) return
    await ports.pause(heard ? BETWEEN_RINGS_MS : WITHOUT_STREAM_MS, signal)
    if (!heard && !signal.aborted) poke()
  }
}

/** Listens to `/v1/events` until it tells of an event. Heartbeats are comments and ring no bell. */
export async function listenToEvents(opened: () => void, signal: AbortSignal): Promise<void> {
  const hangUp = new AbortController()
  const until = AbortSignal.any([signal, hangUp.signal])
  try {
    const response = await askFor('/v1/events?after=now', 'text/event-stream', until)
    if (!response.ok || !response.body) throw new Error(`no stream: ${response.status}`)
    opened()
    const decoder = new TextDecoder()
    for await (const bytes of response.body) {
      if (/^(event|data):/m.test(decoder.decode(bytes, { stream: true }))) return
    }
    throw new Error('the stream has ended')
  } finally {
    hangUp.abort()
  }
}

export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
