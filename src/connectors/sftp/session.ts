import type { Sftp, Stats } from 'ssh2'
import type { SourceEntry } from '../contract.ts'
import type { Looks } from '../folder/exact-move.ts'
import { LEADS_ELSEWHERE, type RemoteSession } from '../remote-folder/session.ts'

/** Packets of a file that are under way at once, and how large each is: what every server takes. */
const PACKETS = 16
const PACKET_BYTES = 32 * 1024
const NO_SUCH_FILE = 2

/** An SFTP session: the few things a folder needs, as promises that end when the connection does. */
export class Session implements RemoteSession {
  readonly #sftp: Sftp
  readonly #lost: Promise<never>

  constructor(sftp: Sftp, lost: Promise<never>) {
    this.#sftp = sftp
    this.#lost = lost
  }

  /** What lies in a folder; links, folders and names that lead elsewhere are `other`. */
  async list(folder: string): Promise<SourceEntry[]> {
    const entries = await this.#answer<readonly { filename: string; attrs: Stats }[]>((done) =>
      this.#sftp.readdir(folder, done),
    )
    return entries
      .filter(({ filename }) => filename !== '.' && filename !== '..')
      .map(({ filename, attrs }) => ({
        name: filename,
        kind: attrs.isFile() && !LEADS_ELSEWHERE.test(filename) ? 'file' : 'other',
        ...looks(attrs),
      }))
  }

  /** How a file looks, undefined when it is not there. Links are not followed. */
  async looksOf(path: string): Promise<Looks | undefined> {
    try {
      return looks(await this.#answer<Stats>((done) => this.#sftp.lstat(path, done)))
    } catch (error) {
      if ((error as { code?: unknown }).code === NO_SUCH_FILE) return undefined
      throw error
    }
  }

  /** The bytes of a file: as many as it has when it is opened, and one more than was asked for of one that has grown. */
  async read(path: string, mostBytes: number): Promise<Uint8Array> {
    const handle = await this.#answer<Buffer>((done) => this.#sftp.open(path, 'r', done))
    try {
      const stats = await this.#answer<Stats>((done) => this.#sftp.fstat(handle, done))
      const size = Math.min(stats.size, mostBytes + 1) // whoever says how large it is may say anything
      const bytes = Buffer.alloc(size)
      const got = await inPackets(size, (at, length) =>
        this.#answer<number>((done) => this.#sftp.read(handle, bytes, at, length, at, done)),
      )
      return bytes.subarray(0, got)
    } finally {
      await this.#answer((done) => this.#sftp.close(handle, done))
    }
  }

  /** Writes a whole file; one of the same name is written over. */
  async write(path: string, bytes: Uint8Array): Promise<void> {
    const from = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const handle = await this.#answer<Buffer>((done) => this.#sftp.open(path, 'w', done))
    try {
      await inPackets(from.length, async (at, length) => {
        await this.#answer((done) => this.#sftp.write(handle, from, at, length, at, done))
        return length
      })
    } finally {
      await this.#answer((done) => this.#sftp.close(handle, done))
    }
  }

  rename(from: string, to: string): Promise<void> {
    return this.#answer((done) => this.#sftp.rename(from, to, done))
  }

  remove(path: string): Promise<void> {
    return this.#answer((done) => this.#sftp.unlink(path, done))
  }

  /** Makes a folder, unless it is there. */
  async makeFolder(path: string): Promise<void> {
    if (await this.looksOf(path)) return
    await this.#answer((done) => this.#sftp.mkdir(path, done))
  }

  #answer<T = void>(ask: (done: (error: Error | null | undefined, value?: T) => void) => void): Promise<T> {
    const answered = new Promise<T>((resolve, reject) => {
      ask((error, value) => (error ? reject(error) : resolve(value as T)))
    })
    return Promise.race([answered, this.#lost])
  }
}

const looks = ({ size, mtime }: Stats): Looks => ({ bytes: size, changedAt: mtime * 1_000 })

/** Goes through a file packet by packet, several under way at once; answers how many bytes there were up to the first gap. */
async function inPackets(size: number, one: (at: number, length: number) => Promise<number>): Promise<number> {
  let next = 0
  let end = size
  const work = async () => {
    while (next < end) {
      const at = next
      next += PACKET_BYTES
      const length = Math.min(PACKET_BYTES, size - at)
      const got = await one(at, length)
      if (got < length) end = Math.min(end, at + got)
    }
  }
  await Promise.all(Array.from({ length: PACKETS }, work))
  return end
}
