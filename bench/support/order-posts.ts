import { fork } from 'node:child_process'
import { join } from 'node:path'
import { type CpuSplit, startMeter } from './meter.ts'
import type { Percentiles } from './town-orders.ts'

/** What is posted, and where. */
export interface OrderPosts {
  readonly hub: string
  readonly token: string
  readonly posts: number
  readonly connections: number
  /** Every tenth post, but for the first thousand, was sent before: same key, same body. */
  readonly repeats: boolean
  readonly seed: number
  readonly prefix: string
}

/** A repeat comes this many posts after the first: long after that was answered, or 409 would say that it is under way. */
const REPEATED_AFTER = 999

/** Of which post this one is the repeat; undefined when it is none. */
export function firstOf(post: number): number | undefined {
  return post % 10 === 9 && post >= REPEATED_AFTER ? post - REPEATED_AFTER : undefined
}

/** How it was answered. */
export interface OrdersPosted {
  readonly seconds: number
  readonly statuses: Readonly<Record<number, number>>
  /** Different orders that were named in answers. */
  readonly orders: number
  readonly ms: Percentiles
}

/** Posts orders from another process; answers what that process saw, and the CPU of all. */
export async function postOrders(
  posts: OrderPosts,
  serverProcess: number | undefined,
): Promise<OrdersPosted & { readonly cpu: CpuSplit }> {
  const script = join(import.meta.dirname, 'order-load.ts')
  const child = fork(script, [JSON.stringify(posts)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const heard = <T>() =>
    new Promise<T>((resolve, reject) => {
      const exit = (code: number | null) => reject(new Error(`The load ended with code ${code}.`))
      child.once('exit', exit)
      child.once('message', (message) => {
        child.off('exit', exit)
        resolve(message as T)
      })
    })
  await heard()
  const meter = startMeter(serverProcess, [child.pid as number])
  child.send('go')
  const posted = await heard<OrdersPosted>()
  const cpu = meter()
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
  return { ...posted, cpu: { ...cpu, seconds: posted.seconds } }
}
