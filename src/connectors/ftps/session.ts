import { posix } from 'node:path'
import { Readable, Writable } from 'node:stream'
import type { Client } from 'basic-ftp'
import type { SourceEntry } from '../contract.ts'
import type { Looks } from '../folder/exact-move.ts'
import { LEADS_ELSEWHERE, type RemoteSession } from '../remote-folder/session.ts'
import { errors } from './errors.ts'

/** No such file; but some servers say so of files that may not be seen. */
const NOT_AVAILABLE = 550
const LINE_END = /[\r\n]/

/** The server's answer, where it was a no. */
export const replyOf = (error: unknown): number | undefined => {
  const { code } = error as { code?: unknown }
  return typeof code === 'number' ? code : undefined
}

/** An FTPS session: the few things a folder needs, one after the other. */
export class FtpsSession implements RemoteSession {
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  async list(folder: string): Promise<SourceEntry[]> {
    const found: SourceEntry[] = []
    for (const { name, size, isFile, modifiedAt } of await this.#client.list(folder)) {
      if (name === '.' || name === '..') continue
      const kind = isFile && !LEADS_ELSEWHERE.test(name) && !LINE_END.test(name) ? 'file' : 'other'
      const changedAt = modifiedAt?.getTime() ?? (kind === 'file' ? await this.#changedAt(posix.join(folder, name)) : 0)
      found.push({ name, bytes: size, changedAt, kind })
    }
    return found
  }

  async looksOf(path: string): Promise<Looks | undefined> {
    try {
      return { bytes: await this.#client.size(path), changedAt: await this.#changedAt(path) }
    } catch (error) {
      if (replyOf(error) === undefined) throw error
      // the server says no to the question, not that there is no such file: its listing does
      const { dir, base } = posix.parse(path)
      return (await this.list(dir)).find(({ name }) => name === base)
    }
  }

  async read(path: string, mostBytes: number): Promise<Uint8Array> {
    const chunks: Buffer[] = []
    const size = { bytes: 0 }
    const into = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        size.bytes += chunk.length
        if (size.bytes > mostBytes) return done(errors.FILE_TOO_LARGE(path))
        chunks.push(chunk)
        done()
      },
    })
    await this.#client.downloadTo(into, path)
    return Buffer.concat(chunks)
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    await this.#client.uploadFrom(Readable.from([Buffer.from(bytes)], { objectMode: false }), path)
  }

  /** Servers write over what lies there when they are asked to rename, so it is looked for first. */
  async rename(from: string, to: string): Promise<void> {
    if (await this.looksOf(to)) throw Object.assign(errors.FILE_THERE(to), { reply: NOT_AVAILABLE })
    await this.#client.rename(from, to)
  }

  async remove(path: string): Promise<void> {
    await this.#client.remove(path)
  }

  /** A no may mean that it is there; if it is not, the move into it says so. */
  async makeFolder(path: string): Promise<void> {
    await this.#client.sendIgnoringError(`MKD ${path}`)
  }

  /** As the server says it, where it does: 0 is at least the same every time. */
  async #changedAt(path: string): Promise<number> {
    try {
      return (await this.#client.lastMod(path)).getTime()
    } catch (error) {
      if (replyOf(error) === undefined) throw error
      return 0
    }
  }
}
