import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Misbehaviour } from '../../src/simulators/misbehaviour.ts'
import type { MailForm } from './rough-mail.ts'
import type { FromTown, Repeated, SystemName, ToTown, TownSetup, TownStatus } from './town-words.ts'

/** The process of the simulated systems, seen from the harness. */
export interface Town {
  readonly process: ChildProcess
  /** Port of each system. */
  readonly ports: Readonly<Record<string, number>>
  /** Names the hubs' addresses, sends master data and opening stock. */
  connect(hubs: readonly string[], tokens: Readonly<Record<string, string>>): Promise<void>
  go(load: { readonly perSecond: number; readonly orders: number; readonly mostUnanswered: number }): Promise<void>
  stop(): Promise<void>
  misbehave(systems: readonly SystemName[], as: Partial<Misbehaviour>): Promise<void>
  /** How the retailer's files go wrong from now on; not at all without a form. */
  mail(form?: MailForm): Promise<void>
  status(): Promise<TownStatus>
  /** Seconds until an order placed now is posted; null when that took longer than `withinMs`. */
  probe(hub: number | undefined, withinMs: number): Promise<number | null>
  repeat(orders: number, times: number): Promise<Repeated>
  /** The hub's ids of the orders that were taken last. */
  latest(orders: number): Promise<readonly string[]>
  newest(orders: number): Promise<readonly string[]>
  /** Writes down closing stock, closes the ledgers and ends the process. */
  close(): Promise<void>
}

/** Starts the town; its systems listen when it resolves. */
export async function startTown(setup: TownSetup): Promise<Town> {
  const script = fileURLToPath(new URL('./town-process.ts', import.meta.url))
  const child = spawn(process.execPath, [script, JSON.stringify(setup)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let last = 0
  const ask = <T>(message: ToTown): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      last += 1
      waiting.set(last, { resolve: resolve as (value: unknown) => void, reject })
      child.send({ to: last, message })
    })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const ports = await new Promise<Record<string, number>>((resolve, reject) => {
    child.on('message', (message: FromTown) => {
      if (message.say === 'listening') return resolve({ ...message.ports })
      const { to, value, error } = message
      if (error === undefined) waiting.get(to)?.resolve(value)
      else waiting.get(to)?.reject(new Error(`the town could not: ${error}`))
      waiting.delete(to)
    })
    child.once('exit', (code) => {
      const error = new Error(`the town ended with ${code}`)
      reject(error)
      for (const one of waiting.values()) one.reject(error)
    })
  })
  return {
    process: child,
    ports,
    connect: (hubs, tokens) => ask({ say: 'connect', hubs, tokens }),
    go: (load) => ask({ say: 'go', ...load }),
    stop: () => ask({ say: 'stop' }),
    misbehave: (systems, as) => ask({ say: 'misbehave', systems, as }),
    mail: (form) => ask({ say: 'mail', ...(form === undefined ? {} : { form }) }),
    status: () => ask({ say: 'status' }),
    probe: (hub, withinMs) => ask({ say: 'probe', withinMs, ...(hub === undefined ? {} : { hub }) }),
    repeat: (orders, times) => ask({ say: 'repeat', orders, times }),
    latest: (orders) => ask({ say: 'latest', orders }),
    newest: (orders) => ask({ say: 'newest', orders }),
    close: async () => {
      await ask({ say: 'close' })
      await ended
    },
  }
}
