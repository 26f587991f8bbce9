import { connect, createServer, type Socket } from 'node:net'

/**
 * A wire between a client and PostgreSQL that can be made to fail: hold what goes up after some bytes, hold what comes
 * down, cut the client off while the server's side stays open, and let the held bytes go later.
 */
export interface Wire {
  readonly url: string
  /** From now on only this many more bytes reach the server; the rest is held. */
  holdRequests(afterBytes: number): void
  /** From now on nothing comes back to the client. */
  holdReplies(): void
  /** The client's connections break; the server's stay, with what they have been sent. */
  cutClients(): void
  /** What was held goes up to the server after all; new connections pass as before. */
  release(): void
  close(): Promise<void>
}

interface Pair {
  readonly client: Socket
  readonly server: Socket
  readonly held: Buffer[]
  holdsReplies: boolean
}

/** Puts a wire before the server of this connection string, over TCP. */
export async function openWire(databaseUrl: string): Promise<Wire> {
  const target = new URL(databaseUrl)
  const pairs = new Set<Pair>()
  let budget = Number.POSITIVE_INFINITY

  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const pair: Pair = {
      client,
      server: connect({ port: Number(target.port), host: target.hostname, allowHalfOpen: true, noDelay: true }),
      held: [],
      holdsReplies: false,
    }
    pairs.add(pair)
    client.on('data', (bytes: Buffer) => {
      const passing = Math.min(bytes.length, budget)
      budget -= passing
      if (passing > 0) pair.server.write(bytes.subarray(0, passing))
      if (passing < bytes.length) pair.held.push(bytes.subarray(passing))
    })
    client.on('end', () => {
      if (pair.held.length === 0) pair.server.end()
    })
    pair.server.on('data', (bytes: Buffer) => {
      if (!pair.holdsReplies) client.write(bytes)
    })
    pair.server.on('end', () => {
      pairs.delete(pair)
      pair.server.destroy()
      client.destroySoon()
    })
    client.on('error', () => undefined) // a cut wire is what these tests are about
    pair.server.on('error', () => undefined)
  })
  await new Promise<void>((ready) => listener.listen(0, '127.0.0.1', ready))

  const url = new URL(databaseUrl)
  url.port = String((listener.address() as { port: number }).port)
  url.search = '' // no Unix socket: it would pass the wire by
  return {
    url: url.href,
    holdRequests: (afterBytes) => {
      budget = afterBytes
    },
    holdReplies: () => {
      for (const pair of pairs) pair.holdsReplies = true
    },
    cutClients: () => {
      for (const pair of pairs) pair.client.destroy()
      budget = Number.POSITIVE_INFINITY
    },
    release: () => {
      budget = Number.POSITIVE_INFINITY
      for (const pair of pairs) for (const bytes of pair.held.splice(0)) pair.server.write(bytes)
    },
    close: async () => {
      for (const pair of pairs) {
        pair.client.destroy()
        pair.server.destroy()
      }
      await new Promise((closed) => listener.close(closed))
    },
  }
}
