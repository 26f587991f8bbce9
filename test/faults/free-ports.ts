import { createServer } from 'node:net'

/** Ports of this machine that nothing listens on just now, below the range the system hands out by itself. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const found: number[] = []
  while (found.length < count) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    const isFree = await new Promise<boolean>((settle) => {
      const probe = createServer()
      probe.once('error', () => settle(false))
      probe.listen(port, '127.0.0.1', () => probe.close(() => settle(true)))
    })
    if (isFree && !found.includes(port)) found.push(port)
  }
  return found
}
