import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The last file that came under a name: what its bytes were, and when. */
type Push = readonly [digest: string, at: number]

/**
 * What was pushed last under each name, so that a file whose reply was lost and that comes again at once is known to be the
 * same one, over a crash too; and so that the same content after another one, or later, is known to be news. It is written
 * before a file is taken in. It says only which push a file is: whether that push was committed, the keys know.
 */
export class PushBook {
  readonly #path: string
  readonly #againMs: number
  #last: Map<string, Push> | undefined

  constructor(path: string, againMs: number) {
    this.#path = path
    this.#againMs = againMs
  }

  /** When the push that this file is was first seen: now, unless it is the last one under its name come again. */
  async beganAt(name: string, digest: string, now: number): Promise<number> {
    const last = this.#last ?? (await read(this.#path))
    this.#last = last
    const [before, at] = last.get(name) ?? ['', 0]
    if (before === digest && now - at <= this.#againMs) return at
    for (const [other, [, when]] of last) if (now - when > this.#againMs) last.delete(other)
    const began = Math.max(now, at + 1) // two of one name in the same millisecond are two
    last.set(name, [digest, began])
    await this.#write(last)
    return began
  }

  async #write(last: ReadonlyMap<string, Push>): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 })
    const file = await open(`${this.#path}.new`, 'w', 0o600)
    try {
      await file.writeFile(JSON.stringify([...last]))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(`${this.#path}.new`, this.#path)
  }
}

async function read(path: string): Promise<Map<string, Push>> {
  try {
    return new Map(JSON.parse(await readFile(path, 'utf8')) as [string, Push][])
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return new Map()
  }
}
