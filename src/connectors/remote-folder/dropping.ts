import { posix } from 'node:path'
import type { Outcome, Outgoing } from '../contract.ts'
import { fileNameOf, unfinishedName } from '../folder/file-name.ts'
import { reasonOf } from './reason.ts'
import type { RemoteLine, RemoteSession } from './session.ts'

const DONE: Outcome = { result: 'done' }
/** What is left of an attempt's time to look what became of a rename whose reply was lost. */
const LEAST_LOOK_MS = 1_000

/** Puts files on a server, each under its temporary name first. */
export class Dropping {
  readonly #line: RemoteLine
  readonly #outbox: string
  readonly #taken: string | undefined

  constructor(line: RemoteLine, outbox: string, taken: string | undefined) {
    this.#line = line
    this.#outbox = outbox
    this.#taken = taken
  }

  /** One attempt. Before it asked for the final name nothing has happened; after that only a look can say. */
  async drop(request: Outgoing, timeoutMs: number): Promise<Outcome> {
    const began = performance.now()
    const file = this.#fileOf(request)
    const step = { isNaming: false }
    try {
      return await this.#line.use(Math.max(timeoutMs - LEAST_LOOK_MS, LEAST_LOOK_MS), async (session) => {
        if (request.attempt > 1) {
          const found = await this.#found(session, file)
          if (found) return found
        }
        await session.write(file.temporary, request.body)
        const written = await session.looksOf(file.temporary)
        if (written?.bytes !== file.bytes)
          return { result: 'later', reason: `${written?.bytes ?? 0} of ${file.bytes} bytes are there` }
        step.isNaming = true
        await session.rename(file.temporary, file.final)
        return DONE
      })
    } catch (error) {
      if (!step.isNaming) return { result: 'later', reason: reasonOf(error) }
      const leftMs = Math.max(timeoutMs - (performance.now() - began), LEAST_LOOK_MS)
      return this.#afterNaming(file, error, leftMs)
    }
  }

  /** Whether a file is there, or was taken. Only with a folder of what was taken is its absence a no. */
  async ask(request: Outgoing, timeoutMs: number): Promise<Outcome> {
    try {
      const found = await this.#line.use(timeoutMs, (session) => this.#found(session, this.#fileOf(request)))
      return found ?? { result: 'later', reason: 'neither there nor among what was taken' }
    } catch (error) {
      return { result: 'unknown', reason: reasonOf(error) }
    }
  }

  /** The name was asked for and nobody said that it was given: is it there, or still under its temporary name? */
  async #afterNaming(file: DroppedFile, error: unknown, leftMs: number): Promise<Outcome> {
    const reason = reasonOf(error)
    try {
      return await this.#line.use(leftMs, async (session) => {
        const found = await this.#found(session, file)
        if (found) return found
        const isUnnamed = this.#line.saidNo(error) || (await session.looksOf(file.temporary)) !== undefined
        return { result: isUnnamed ? 'later' : 'unknown', reason }
      })
    } catch (again) {
      return { result: 'unknown', reason: `${reason} ${reasonOf(again)}` }
    }
  }

  async #found(session: RemoteSession, file: DroppedFile): Promise<Outcome | undefined> {
    const lying = await session.looksOf(file.final)
    if (lying?.bytes === file.bytes) return DONE
    if (lying) return { result: 'refused', retry: 'after-fix', reason: `another file lies at ${file.final}` }
    return file.taken !== undefined && (await session.looksOf(file.taken)) ? DONE : undefined
  }

  #fileOf(request: Outgoing): DroppedFile {
    const name = fileNameOf(request)
    return {
      bytes: request.body.length,
      final: posix.join(this.#outbox, name),
      temporary: posix.join(this.#outbox, unfinishedName(name)),
      taken: this.#taken === undefined ? undefined : posix.join(this.#taken, name),
    }
  }
}

interface DroppedFile {
  readonly bytes: number
  readonly final: string
  readonly temporary: string
  readonly taken: string | undefined
}
