import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where files change hands: one side drops, the other picks up and puts aside what it has taken. */
export interface Mailbag {
  /** Puts a file where the other side looks for it. */
  drop(name: string, content: Uint8Array): Promise<void>
  /** Files the other side has put here, the oldest first. */
  waiting(): Promise<readonly string[]>
  read(name: string): Promise<Uint8Array>
  /** Puts a file aside that was taken. */
  done(name: string): Promise<void>
}

/** Two ends of one exchange that live in memory: what one drops, the other finds. */
export function memoryMailbags(): { readonly ours: Mailbag; readonly theirs: Mailbag } {
  const toOurs = new Map<string, Uint8Array>()
  const toTheirs = new Map<string, Uint8Array>()
  return { ours: memoryEnd(toOurs, toTheirs), theirs: memoryEnd(toTheirs, toOurs) }
}

function memoryEnd(inbox: Map<string, Uint8Array>, outbox: Map<string, Uint8Array>): Mailbag {
  return {
    drop: async (name, content) => void outbox.set(name, content),
    waiting: async () => [...inbox.keys()],
    read: async (name) => inbox.get(name) ?? new Uint8Array(),
    done: async (name) => void inbox.delete(name),
  }
}

/**
 * A mailbag made of two folders. A file is written under a temporary name and renamed, so that nobody reads half of it;
 * what was taken goes to `done` inside the inbox.
 */
export async function folderMailbag(inbox: string, outbox: string): Promise<Mailbag> {
  await mkdir(join(inbox, 'done'), { recursive: true })
  await mkdir(outbox, { recursive: true })
  return {
    drop: async (name, content) => {
      const temporary = join(outbox, `.${name}.part`)
      await writeFile(temporary, content)
      await rename(temporary, join(outbox, name))
    },
    waiting: async () => {
      const entries = await readdir(inbox, { withFileTypes: true })
      const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      const dated = await Promise.all(files.map(async ({ name }) => ({ name, at: await writtenAt(join(inbox, name)) })))
      const there = dated.filter((file): file is { name: string; at: number } => file.at !== undefined)
      return there.sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1)).map(({ name }) => name)
    },
    read: (name) => readFile(join(inbox, name)),
    done: (name) => rename(join(inbox, name), join(inbox, 'done', name)),
  }
}

/** When a file was written; undefined once it has been moved: whoever else looks here took it meanwhile. */
async function writtenAt(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
