import { createConnection, createServer, type Socket } from 'node:net'

/**
 * How instances wake each other: one byte over a socket says "your inbox has rows". It carries nothing else, so a stray
 * one costs a look at the inbox and no more; a lost one is made good by the next heartbeat.
 */
export interface Pokes {
  /** Port other instances poke. */
  readonly port: number
  /** Wakes the instance behind this address, `host:port`. Never throws; a dead peer is found by its heartbeat. */
  poke(address: string): void
  close(): Promise<void>
}

/** Listens for pokes; `hear` is called at most once per millisecond. */
export async function openPokes(host: string, hear: () => void): Promise<Pokes> {
  const incoming = new Set<Socket>()
  const outgoing = new Map<string, Socket>()
  let told = false
  const tell = () => {
    if (told) return
    told = true
    setTimeout(() => {
      told = false
      hear()
    }, 1)
  }
  const server = createServer((socket) => {
    incoming.add(socket)
    socket.on('data', tell)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => incoming.delete(socket))
  })
  server.unref()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, host, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the poke socket has no port')
  return {
    port: address.port,
    poke: (to) => {
      const socket = outgoing.get(to) ?? connectTo(to, outgoing)
      socket?.write('!')
    },
    close: async () => {
      for (const socket of [...incoming, ...outgoing.values()]) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function connectTo(to: string, outgoing: Map<string, Socket>): Socket | undefined {
  const colon = to.lastIndexOf(':')
  const port = Number(to.slice(colon + 1))
  if (colon < 0 || !Number.isInteger(port) || port <= 0) return undefined
  const socket = createConnection({ host: to.slice(0, colon), port })
  socket.unref()
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('close', () => outgoing.delete(to))
  outgoing.set(to, socket)
  return socket
}
