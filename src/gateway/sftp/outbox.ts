import { constants } from 'node:fs'
import { access, type FileHandle, lstat, open, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { notAllowed, notThere } from './refusal.ts'

/** A file that waits for its partner. */
export interface WaitingFile {
  readonly name: string
  readonly bytes: number
  readonly changedAt: number
}

/** Names that our own connector gives; anything else in the folder is not shown. */
const OURS = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/

/** What waits for a partner. What it removes is put aside, so that it can be seen that it was fetched. */
export class Outbox {
  readonly #out: string
  readonly #taken: string
  readonly #now: () => number

  constructor(out: string, taken: string, now: () => number) {
    this.#out = out
    this.#taken = taken
    this.#now = now
  }

  async list(): Promise<WaitingFile[]> {
    const found = await Promise.all((await readdir(this.#out)).map((name) => this.looksOf(name)))
    return found.filter((one) => one !== undefined)
  }

  async looksOf(name: string): Promise<WaitingFile | undefined> {
    if (!OURS.test(name)) return undefined
    try {
      const stat = await lstat(join(this.#out, name))
      return stat.isFile() ? { name, bytes: stat.size, changedAt: Math.trunc(stat.mtimeMs) } : undefined
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  /** Never through a link, whoever put one there. */
  async open(name: string): Promise<FileHandle> {
    if (!(await this.looksOf(name))) throw notThere()
    return open(join(this.#out, name), constants.O_RDONLY | constants.O_NOFOLLOW)
  }

  async remove(name: string): Promise<void> {
    if (!(await this.looksOf(name))) throw notThere()
    const to = join(this.#taken, name)
    await rename(join(this.#out, name), (await isThere(to)) ? `${to}.${this.#now()}` : to)
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

export const readOnly = () => notAllowed('Files in out/ are fetched and removed, and nothing else.')
