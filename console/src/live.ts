/** What the hub says now, kept up to date while somebody looks. */
import { useEffect, useRef, useState } from 'react'
import { AskFailed, ask, type Lag, type Trouble } from './api.ts'
import { keepPoking, listenToEvents, pause } from './pokes.ts'

/** An answer, the last one that came, and what is wrong now. Both may be there: then the answer is old. */
export interface Live<T> {
  readonly data?: T
  readonly trouble?: Trouble
  /** When `data` was read, milliseconds. */
  readonly at?: number
  /** The last answer to another path: what may stay on the screen until this one is answered. */
  readonly before?: T
  readonly again: () => void
}

const listeners = new Set<() => void>()
let bell: AbortController | undefined

function poke(): void {
  for (const listener of listeners) listener()
}

/** One bell for all screens; nobody listens while the page is hidden, and all are asked once when it comes back. */
function listen(listener: () => void): () => void {
  listeners.add(listener)
  document.addEventListener('visibilitychange', ringWhileSeen) // the same listener twice is one
  ringWhileSeen()
  return () => {
    listeners.delete(listener)
    ringWhileSeen()
  }
}

function ringWhileSeen(): void {
  const isSeen = listeners.size > 0 && document.visibilityState === 'visible'
  if (isSeen === (bell !== undefined)) return
  bell?.abort()
  bell = isSeen ? new AbortController() : undefined
  if (bell) void keepPoking(poke, { listen: listenToEvents, pause }, bell.signal)
}

const LAGGING_MS = 1_000
const AT_LEAST_EVERY_MS = 15_000

interface Known<T> {
  readonly path?: string
  readonly data?: T
  readonly trouble?: Trouble
  readonly at?: number
}

/** Reads a path and reads it again when something may have changed, at most every `everyMs`. `undefined` reads nothing. */
export function useLive<T>(path: string | undefined, everyMs = 1_000): Live<T> {
  const [state, setState] = useState<Known<T>>({})
  const again = useRef<() => void>(() => {})

  useEffect(() => {
    if (path === undefined) return
    const reading = keepReading<T>(path, everyMs, (news) => {
      setState((known) => (known.path === path ? { ...known, trouble: undefined, ...news } : { path, ...news }))
    })
    again.current = reading.again
    const forget = listen(reading.again)
    return () => {
      forget()
      reading.stop()
    }
  }, [path, everyMs])

  const { path: of, ...known } = state
  const shown = of === path ? known : known.data === undefined ? {} : { before: known.data }
  return { ...shown, again: () => again.current() }
}

interface News<T> {
  readonly data?: T
  readonly trouble?: Trouble
  readonly at?: number
}

function keepReading<T>(path: string, everyMs: number, tell: (news: News<T>) => void) {
  const stop = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let isReading = false
  let isPokedMeanwhile = false
  let lastAt = Number.NEGATIVE_INFINITY

  /** Reads at the next time allowed; what is planned for earlier stays. */
  function plan(inMs: number): void {
    clearTimeout(timer)
    timer = setTimeout(read, Math.max(inMs, lastAt + everyMs - performance.now()))
  }

  async function read(): Promise<void> {
    if (isReading || stop.signal.aborted) return
    isReading = true
    isPokedMeanwhile = false
    lastAt = performance.now()
    let nextMs = AT_LEAST_EVERY_MS
    try {
      const data = await ask<T & { readonly lag?: Lag }>(path, stop.signal)
      if ((data.lag?.entries ?? 0) > 0) nextMs = LAGGING_MS
      if (!stop.signal.aborted) tell({ data, at: Date.now() })
    } catch (error) {
      if (stop.signal.aborted) return
      nextMs = 2_000
      tell({
        trouble: error instanceof AskFailed ? error.trouble : { status: 0, says: 'The answer could not be read.' },
      })
    } finally {
      isReading = false
    }
    plan(isPokedMeanwhile ? 0 : nextMs)
  }

  void read()
  return {
    again: () => {
      if (isReading) isPokedMeanwhile = true
      else plan(0)
    },
    stop: () => {
      clearTimeout(timer)
      stop.abort()
    },
  }
}

/** The time, every so often, so that “4 min ago” stays true. */
export function useNow(everyMs = 1_000): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
