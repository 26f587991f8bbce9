import type { Socket } from 'node:net'
import { CommitFailed } from '../contract.ts'
import { type Connection, coded, connect, isConnectionFailure, reasonOf, sqlState } from './connection.ts'
import { MOVE_LANES, type Statement } from './statements.ts'

/** SQLSTATE classes that the contents of the turn caused: data, keys, sizes, and tables that are not there. */
const CAUSED_BY_THE_TURN = /^(21|22|23|42|54|0A)/

/**
 * The one connection that commits. A transaction is written in one go (begin, statements, commit) and its answers are
 * read afterwards: a round trip a turn. When the connection is lost its server process may still be at work on what
 * it was sent, so it is ended, and seen to be gone, before another one is used.
 */
export class Writer {
  readonly #url: string
  readonly #timeoutMs: number
  #connection: Connection | undefined
  #lostName: string | undefined

  /** @param timeoutMs after which a transaction without an answer counts as lost with its connection. */
  constructor(url: string, timeoutMs: number) {
    this.#url = url
    this.#timeoutMs = timeoutMs
  }

  /** Runs the statements as one transaction. Rejects with {@link CommitFailed}. */
  async commit(statements: readonly Statement[]): Promise<void> {
    const connection = await this.#connected().catch((error: unknown) => {
      throw new CommitFailed('unknown', reasonOf(error), { cause: error })
    })
    const answers = await this.#send(connection, statements)
    const failed = answers.findIndex((answer) => answer.status === 'rejected')
    if (failed >= 0) {
      const { reason } = answers[failed] as PromiseRejectedResult
      if (isConnectionFailure(reason)) this.#drop(connection)
      throw commitFailed(reason, statements[failed - 1])
    }
    const last = answers.at(-1) as PromiseFulfilledResult<{ command: string }>
    // A transaction that failed makes COMMIT succeed with the answer ROLLBACK.
    if (last.value.command !== 'COMMIT') throw new CommitFailed('unknown', `COMMIT answered ${last.value.command}`)
  }

  #send(connection: Connection, statements: readonly Statement[]) {
    const { client } = connection
    const commit = { name: 'commit', text: 'commit', query_timeout: this.#timeoutMs }
    const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
    stream.cork()
    try {
      const answers = [
        client.query({ name: 'begin', text: 'begin' }),
        ...statements.map((statement) => client.query({ ...statement, values: [...statement.values] })),
        client.query(commit),
      ]
      return Promise.allSettled(answers)
    } finally {
      stream.uncork()
    }
  }

  /** Runs one statement on the writer's connection. Throws `XD_STORE_UNREACHABLE` or `XD_STORE_FAILED`. */
  async query<T>(text: string, values: unknown[]): Promise<T[]> {
    try {
      const { client } = await this.#connected()
      return (await client.query({ text, values, rowMode: 'array' })).rows as T[]
    } catch (error) {
      throw coded(error)
    }
  }

  async #connected(): Promise<Connection> {
    if (this.#connection?.isLost()) this.#drop(this.#connection)
    this.#connection ??= await this.#open()
    return this.#connection
  }

  async #open(): Promise<Connection> {
    const connection = await connect(this.#url, 'writer')
    try {
      if (this.#lostName) await endServerProcess(connection, this.#lostName)
    } catch (error) {
      await connection.client.end()
      throw error
    }
    this.#lostName = undefined
    return connection
  }

  #drop(connection: Connection): void {
    if (this.#connection !== connection) return
    this.#connection = undefined
    this.#lostName = connection.name
    connection.client.end().catch(() => undefined) // it is lost already; closing the socket is all that is left to do
  }

  async close(): Promise<void> {
    const connection = this.#connection
    this.#connection = undefined
    if (connection && !connection.isLost()) await connection.client.end()
  }
}

/** Ends the server process of a connection we lost and waits until it is gone. */
export async function endServerProcess(connection: Connection, name: string): Promise<void> {
  const { rows } = await connection.client.query(
    'select pg_terminate_backend(pid, 10000) as ended from pg_stat_activity where application_name = $1',
    [name],
  )
  if (rows.some((row) => row.ended !== true)) throw new Error(`the server process of ${name} is still at work`)
}

function commitFailed(error: unknown, statement: Statement | undefined): CommitFailed {
  const detail = reasonOf(error)
  const code = sqlState(error) ?? ''
  if (isConnectionFailure(error)) return new CommitFailed('unknown', detail, { cause: error })
  if (code === '22012' && statement?.name === MOVE_LANES)
    return new CommitFailed('fenced', 'a lane moved', { cause: error })
  if (code === '23505' && statement?.name === 'insert-key')
    return new CommitFailed('conflict', detail, { cause: error })
  // A full disk or a lock held too long is nobody's fault in this turn: it is settled and tried again, not taken apart.
  return new CommitFailed(CAUSED_BY_THE_TURN.test(code) ? 'refused' : 'unknown', detail, { cause: error })
}
