/** A TCP proxy on one edge that can be made to fail while traffic goes through it, and says whether the failure bit. */
import { connect, createServer, type Socket } from 'node:net'

/** What is wrong with an edge. */
export type Trouble =
  /** Every chunk takes so much longer, either way. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** Nothing passes; what was held arrives when the trouble is over. */
  | { readonly kind: 'clog' }
  /** Everything is swallowed; the connections break when the trouble is over. */
  | { readonly kind: 'black hole' }
  /** What goes up arrives, what comes back does not: half of the connection is gone. */
  | { readonly kind: 'half open' }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** Every connection is reset once so many bytes of answers have passed. */
  | { readonly kind: 'truncate'; readonly afterBytes: number }
  /** Connections are reset at once, new ones too. */
  | { readonly kind: 'reset' }

/** What a trouble did. Nothing of it: it did not bite. */
export interface Harm {
  connectionsReset: number
  bytesHeld: number
  bytesDropped: number
}

/** What came of waiting for a pattern: the answer that the client never got. */
export interface CutOff {
  /** Bytes that the other side had answered and that were withheld. */
  readonly withheld: Buffer
}

/** An edge. */
export interface FaultProxy {
  readonly port: number
  /** Begins a trouble; the one before ends. */
  afflict(trouble: Trouble): void
  /** Ends the trouble: what was held goes on, what cannot go on is broken off. Says what harm was done. */
  heal(): Harm
  /** Lets one request that carries the pattern through, keeps its answer back, and then cuts the client off. */
  cutAfter(pattern: Buffer, answer: Buffer, withinMs: number): Promise<CutOff | undefined>
  close(): Promise<void>
}

interface Watch {
  readonly pattern: Buffer
  readonly answer: Buffer
  readonly seen: (cut: CutOff | undefined) => void
  pair: Pair | undefined
  withheld: Buffer
}

const TICK_MS = 50
const MOST_HELD = 4 << 20

/** Puts a proxy before a port of this machine. */
export async function openFaultProxy(targetPort: number): Promise<FaultProxy> {
  const state = { trouble: undefined as Trouble | undefined, harm: noHarm(), watch: undefined as Watch | undefined }
  const pairs = new Set<Pair>()
  const listener = createServer({ allowHalfOpen: true }, (client) => {
    if (state.trouble?.kind === 'reset') {
      state.harm.connectionsReset += 1
      client.resetAndDestroy()
      return
    }
    const server = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true })
    const pair = new Pair(client, server, state, () => pairs.delete(pair))
    pairs.add(pair)
  })
  await new Promise<void>((ready, fail) => {
    listener.once('error', fail)
    listener.listen(0, '127.0.0.1', ready)
  })
  return {
    port: (listener.address() as { port: number }).port,
    afflict: (trouble) => {
      state.trouble = trouble
      for (const pair of pairs) {
        pair.answered = 0
        if (trouble.kind === 'reset') pair.reset()
      }
    },
    heal: () => {
      const { trouble, harm } = state
      state.trouble = undefined
      state.harm = noHarm()
      for (const pair of pairs) {
        if (trouble?.kind === 'black hole' || trouble?.kind === 'half open') pair.breakIfHurt()
        else pair.flow()
      }
      return harm
    },
    cutAfter: (pattern, answer, withinMs) =>
      new Promise((resolve) => {
        const seen = (cut: CutOff | undefined) => {
          clearTimeout(timer)
          state.watch = undefined
          resolve(cut)
        }
        const timer = setTimeout(() => {
          state.watch?.pair?.reset()
          seen(undefined)
        }, withinMs)
        state.watch = { pattern, answer, seen, pair: undefined, withheld: Buffer.alloc(0) }
      }),
    close: async () => {
      for (const pair of pairs) pair.destroy()
      await new Promise((closed) => listener.close(closed))
    },
  }
}

const noHarm = (): Harm => ({ connectionsReset: 0, bytesHeld: 0, bytesDropped: 0 })

interface Shared {
  trouble: Trouble | undefined
  harm: Harm
  watch: Watch | undefined
}

/** One connection: what goes up and what comes down, each in its order. */
class Pair {
  readonly #client: Socket
  readonly #server: Socket
  readonly #shared: Shared
  readonly #up: Way
  readonly #down: Way
  answered = 0
  #tail = Buffer.alloc(0)
  #hurt = false

  constructor(client: Socket, server: Socket, shared: Shared, gone: () => void) {
    this.#client = client
    this.#server = server
    this.#shared = shared
    this.#up = new Way(client, server, shared, (bytes) => this.#passesUp(bytes))
    this.#down = new Way(server, client, shared, (bytes) => this.#passesDown(bytes))
    for (const socket of [client, server]) {
      socket.setNoDelay(true)
      socket.on('error', () => this.destroy()) // a broken line is what this is about
      socket.on('close', () => {
        this.destroy()
        gone()
      })
    }
  }

  #passesUp(bytes: Buffer): boolean {
    const { trouble, watch, harm } = this.#shared
    if (trouble?.kind === 'black hole') {
      harm.bytesDropped += bytes.length
      this.#hurt = true
      return false
    }
    if (watch && !watch.pair) {
      const text = Buffer.concat([this.#tail, bytes])
      if (text.includes(watch.pattern)) watch.pair = this
      this.#tail = text.subarray(Math.max(0, text.length - watch.pattern.length))
    }
    return true
  }

  #passesDown(bytes: Buffer): boolean {
    const { trouble, watch, harm } = this.#shared
    if (watch?.pair === this) {
      watch.withheld = Buffer.concat([watch.withheld, bytes])
      if (watch.withheld.includes(watch.answer)) {
        watch.seen({ withheld: watch.withheld })
        this.reset()
      }
      return false
    }
    if (trouble?.kind === 'black hole' || trouble?.kind === 'half open') {
      harm.bytesDropped += bytes.length
      this.#hurt = true
      return false
    }
    if (trouble?.kind === 'truncate') return this.#truncated(bytes, trouble.afterBytes)
    return true
  }

  #truncated(bytes: Buffer, afterBytes: number): boolean {
    this.answered += bytes.length
    if (this.answered <= afterBytes) return true
    const passing = bytes.length - (this.answered - afterBytes)
    this.#shared.harm.connectionsReset += 1
    this.#shared.harm.bytesDropped += bytes.length - Math.max(0, passing)
    if (passing > 0) this.#client.write(bytes.subarray(0, passing), () => this.reset())
    else this.reset()
    return false
  }

  /** The client and the server each see a reset. */
  reset(): void {
    if (this.#client.destroyed) return
    if (this.#shared.trouble?.kind === 'reset') this.#shared.harm.connectionsReset += 1
    this.#client.resetAndDestroy()
    this.#server.resetAndDestroy()
  }

  /** After a hole: a connection that lost bytes cannot go on. */
  breakIfHurt(): void {
    if (this.#hurt) this.reset()
  }

  flow(): void {
    this.#up.flow()
    this.#down.flow()
  }

  destroy(): void {
    this.#client.destroy()
    this.#server.destroy()
  }
}

/** One direction of a connection. */
class Way {
  readonly #from: Socket
  readonly #to: Socket
  readonly #shared: Shared
  readonly #held: { readonly bytes: Buffer; readonly due: number }[] = []
  #heldBytes = 0
  #ended = false
  #timer: NodeJS.Timeout | undefined

  constructor(from: Socket, to: Socket, shared: Shared, passes: (bytes: Buffer) => boolean) {
    this.#from = from
    this.#to = to
    this.#shared = shared
    from.on('data', (bytes: Buffer) => {
      if (passes(bytes)) this.#take(bytes)
    })
    from.on('end', () => {
      this.#ended = true
      this.#endIfEmpty()
    })
    to.on('drain', () => from.resume())
    to.on('close', () => clearTimeout(this.#timer))
  }

  #take(bytes: Buffer): void {
    const { trouble, harm } = this.#shared
    const holds = trouble?.kind === 'latency' || trouble?.kind === 'clog' || trouble?.kind === 'slow'
    if (!holds && this.#held.length === 0) {
      this.#write(bytes)
      return
    }
    if (holds) harm.bytesHeld += bytes.length
    const ms = trouble?.kind === 'latency' ? trouble.ms : 0
    this.#held.push({ bytes, due: performance.now() + ms })
    this.#heldBytes += bytes.length
    if (this.#heldBytes > MOST_HELD) this.#from.pause()
    if (trouble?.kind !== 'clog') this.#later(trouble?.kind === 'latency' ? ms : TICK_MS)
  }

  /** Sends what may go by now, in order. */
  flow(): void {
    const { trouble } = this.#shared
    if (trouble?.kind === 'clog') return
    if (trouble?.kind === 'slow') {
      this.#drip(Math.max(1, Math.floor((trouble.bytesPerSecond * TICK_MS) / 1_000)))
      return
    }
    const now = performance.now()
    for (let next = this.#held[0]; next; next = this.#held[0]) {
      if (trouble?.kind === 'latency' && next.due > now + 1) {
        this.#later(next.due - now)
        return
      }
      this.#held.shift()
      this.#heldBytes -= next.bytes.length
      this.#write(next.bytes)
    }
    this.#from.resume()
    this.#endIfEmpty()
  }

  #drip(most: number): void {
    let left = most
    while (left > 0 && this.#held.length > 0) {
      const { bytes, due } = this.#held.shift() as { bytes: Buffer; due: number }
      const part = bytes.subarray(0, left)
      if (part.length < bytes.length) this.#held.unshift({ bytes: bytes.subarray(part.length), due })
      left -= part.length
      this.#heldBytes -= part.length
      this.#write(part)
    }
    if (this.#held.length > 0) this.#later(TICK_MS)
    else this.#endIfEmpty()
  }

  #later(ms: number): void {
    if (this.#timer) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.flow()
    }, ms)
  }

  #write(bytes: Buffer): void {
    if (this.#to.destroyed || this.#to.writableEnded) return
    if (!this.#to.write(bytes)) this.#from.pause()
  }

  #endIfEmpty(): void {
    if (this.#ended && this.#held.length === 0 && !this.#to.writableEnded) this.#to.end()
  }
}
