import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { FromTown, ToTown } from './town-orders.ts'

/** The simulated systems in a process of their own. */
export interface Town {
  readonly processId: number
  /** Each system's address. */
  readonly urls: Readonly<Record<string, string>>
  /** Says something and waits for what is said back. */
  ask<K extends FromTown['kind']>(message: ToTown, answer: K): Promise<FromTown & { kind: K }>
  close(): Promise<void>
}

/** The systems remember all they ever did: an hour at a hundred orders a second took more than 1.5 GiB of it. */
const LEDGERS_MIB = 8_192

/** Starts the systems. `batch` is the most reports they put in one call. */
export async function startTown(options: {
  readonly batch: number
  readonly seed: number
  readonly prefix: string
}): Promise<Town> {
  const script = join(import.meta.dirname, 'town-process.ts')
  const child = fork(script, [String(options.batch), String(options.seed), options.prefix], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [`--max-old-space-size=${LEDGERS_MIB}`],
  })
  const { urls } = await hear(child, 'listening')
  return {
    processId: child.pid as number,
    urls,
    ask: (message, answer) => {
      const heard = hear(child, answer)
      child.send(message)
      return heard
    },
    close: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGTERM')
      }),
  }
}

function hear<K extends FromTown['kind']>(child: ChildProcess, kind: K): Promise<FromTown & { kind: K }> {
  return new Promise((resolve, reject) => {
    const exit = (code: number | null) => reject(new Error(`The simulated systems ended with code ${code}.`))
    child.once('exit', exit)
    child.on('message', function take(message: FromTown) {
      if (message.kind !== kind) return
      child.off('message', take)
      child.off('exit', exit)
      resolve(message as FromTown & { kind: K })
    })
  })
}
