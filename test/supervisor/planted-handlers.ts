/**
 * Preloaded into hub processes of these tests (`--import`): wraps one room so that it hangs, or eats memory, at the orders
 * that `CROSSDOCK_TEST_PLANTED` names, until the file it names is there. The product has no such switch.
 */
import { appendFileSync, existsSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import type { Input } from '../../src/journal/contract.ts'
import { orderFacts } from '../../src/lifecycle/order-facts.ts'

/** What is planted, by the customer's order number. */
export interface Planted {
  readonly orders: Readonly<Record<string, 'loop' | 'objects' | 'buffers'>>
  /** Gets a line for each time that a planted handler is entered. */
  readonly diary: string
  /** Once this file is there nothing is planted any more. */
  readonly mended: string
}

/** Beyond this much a handler that nobody cut off only loops: the machine is not its to break. */
const MOST_BYTES = 3 * 2 ** 30

const text = process.env['CROSSDOCK_TEST_PLANTED']
if (text !== undefined && isMainThread) plant(JSON.parse(text) as Planted)

function plant({ orders, diary, mended }: Planted): void {
  const { decide } = orderFacts
  Object.assign(orderFacts, {
    decide: (...asked: Parameters<typeof decide>) => {
      const number = numberIn(asked[1])
      const what = number === undefined ? undefined : orders[number]
      if (what && !existsSync(mended)) {
        appendFileSync(diary, `${JSON.stringify({ number, at: Date.now(), process: process.pid })}\n`)
        misbehave(what)
      }
      return decide(...asked)
    },
  })
}

function numberIn(input: Input): string | undefined {
  if (input.kind !== 'arrival' || input.type !== 'order') return undefined
  return (input.data as { facts: { customerOrder: string } }).facts.customerOrder
}

function misbehave(what: 'loop' | 'objects' | 'buffers'): never {
  const kept: unknown[] = []
  for (let bytes = 0; ; ) {
    if (what === 'loop' || bytes > MOST_BYTES) continue
    if (what === 'objects') kept.push({ at: kept.length, text: `${bytes}` })
    else kept.push(Buffer.alloc(8 * 2 ** 20, 1))
    bytes += what === 'objects' ? 100 : 8 * 2 ** 20
  }
}
