import { lstat, mkdir, readdir, readFile, rename } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** A file as it lies in a folder. */
export interface LocalEntry {
  readonly name: string
  readonly bytes: number
  /** When it was last written, milliseconds since 1970. */
  readonly changedAt: number
  /** Links, devices and folders are `other`, and never followed. */
  readonly kind: 'file' | 'other'
}

/**
 * A folder on this machine that files are picked up from. `done` and `refused` are made beside the files, so that moving
 * one is a single step on one disk.
 *
 * @example
 * const files = localFiles('/data/partners/bigbox/from')
 * await files.move('850.edi', 'done', 'r0-5f-01k3v9x2q7-0001-850.edi')
 */
export function localFiles(folder: string) {
  return {
    list: async (): Promise<LocalEntry[]> => {
      await Promise.all(['done', 'refused'].map((name) => mkdir(join(folder, name), { recursive: true })))
      const names = await readdir(folder)
      const entries = await Promise.all(names.map((name) => entryOf(folder, name)))
      return entries.filter((entry) => entry !== undefined)
    },
    read: (name: string): Promise<Uint8Array> => readFile(join(folder, basename(name))),
    move: (name: string, into: 'done' | 'refused', as: string): Promise<void> =>
      rename(join(folder, basename(name)), join(folder, into, basename(as))),
  }
}

async function entryOf(folder: string, name: string): Promise<LocalEntry | undefined> {
  try {
    const { size, mtimeMs, isFile } = await lstat(join(folder, name)).then((stat) => ({
      size: stat.size,
      mtimeMs: stat.mtimeMs,
      isFile: stat.isFile(),
    }))
    return { name, bytes: size, changedAt: Math.trunc(mtimeMs), kind: isFile ? 'file' : 'other' }
  } catch (error) {
    // taken away between listing and looking: it is not ours any more
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
