import { createHash } from 'node:crypto'
import type { CrossdockError } from '../../base/errors.ts'
import { errors } from '../errors.ts'
import { type Connection, coded, connect } from './connection.ts'
import { endServerProcess } from './writer.ts'

const UNREACHABLE = 'XD_STORE_UNREACHABLE'

/**
 * The connection whose life stands for the instance's: it holds the advisory lock that tells the others that we live.
 * When it is lost the lock is free and the lanes may be taken over; the next call connects again and takes the lock
 * back. What was committed meanwhile is decided by the fence, not by this lock.
 */
export class Session {
  readonly #url: string
  #connection: Connection | undefined
  #lostName: string | undefined
  readonly #entered = new Set<string>()
  #queue: Promise<unknown> = Promise.resolve()

  constructor(url: string) {
    this.#url = url
  }

  /** Takes the advisory lock of this instance. Throws `XD_STORE_INSTANCE_TAKEN`. */
  async enter(instance: string): Promise<void> {
    await this.#inTurn(async () => {
      const connection = await this.#connected()
      if (!this.#entered.has(instance)) await takeLock(connection, instance)
      this.#entered.add(instance)
    })
  }

  /** Gives the lock back. */
  async leave(instance: string): Promise<void> {
    if (this.#entered.delete(instance)) await this.query('select pg_advisory_unlock($1::int8)', [lockKey(instance)])
  }

  /** Runs one statement; rows come as arrays. Throws `XD_STORE_UNREACHABLE` or `XD_STORE_FAILED`. */
  query<T extends readonly unknown[]>(text: string, values: readonly unknown[] = []): Promise<T[]> {
    return this.#inTurn(async () => {
      const connection = await this.#connected()
      return runOn<T>(connection, text, values).catch((error: unknown) => this.#failed(connection, error))
    })
  }

  /** Runs work on the connection itself, alone. Throws as {@link Session.query} does. */
  run<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      const connection = await this.#connected()
      return work(connection).catch((error: unknown) => this.#failed(connection, coded(error)))
    })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const answer = this.#queue.then(work)
    this.#queue = answer.catch(() => undefined) // the caller has the failure; the next one only waits for the end
    return answer
  }

  /** An answer that did not come leaves a connection on which nothing will: the next call takes a new one. */
  #failed(connection: Connection, error: unknown): never {
    if ((error as CrossdockError).code === UNREACHABLE) this.#drop(connection)
    throw error
  }

  #drop(connection: Connection): void {
    if (this.#connection !== connection) return
    this.#connection = undefined
    this.#lostName = connection.name
    connection.client.end().catch(() => undefined) // it is lost already; closing the socket is all that is left to do
  }

  async #connected(): Promise<Connection> {
    if (this.#connection?.isLost()) this.#drop(this.#connection)
    this.#connection ??= await this.#open()
    return this.#connection
  }

  async #open(): Promise<Connection> {
    const connection = await connect(this.#url, 'keeper')
    try {
      if (this.#lostName) await endServerProcess(connection, this.#lostName)
      this.#lostName = undefined
      for (const instance of this.#entered) await takeLock(connection, instance)
      return connection
    } catch (error) {
      await connection.client.end()
      throw coded(error)
    }
  }

  async close(): Promise<void> {
    await this.#inTurn(async () => {
      const connection = this.#connection
      this.#connection = undefined
      if (connection && !connection.isLost()) await connection.client.end()
    })
  }
}

/** Runs one statement on a connection and codes its failure. */
export async function runOn<T extends readonly unknown[]>(
  connection: Connection,
  text: string,
  values: readonly unknown[],
): Promise<T[]> {
  try {
    const result = await connection.client.query({ text, values: [...values], rowMode: 'array' })
    return result.rows as unknown as T[]
  } catch (error) {
    throw coded(error)
  }
}

async function takeLock(connection: Connection, instance: string): Promise<void> {
  const rows = await runOn<[boolean]>(connection, 'select pg_try_advisory_lock($1::int8)', [lockKey(instance)])
  if (rows[0]?.[0] !== true) throw errors.INSTANCE_TAKEN(instance)
}

/** The advisory lock of an instance: 63 bits of its name's hash, as text because it may exceed 2^53. */
export function lockKey(instance: string): string {
  const hash = createHash('sha256').update(`crossdock instance ${instance}`).digest()
  return (hash.readBigUInt64BE(0) >> 1n).toString()
}
