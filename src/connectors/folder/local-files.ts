import { link, lstat, mkdir, readdir, readFile, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Looks, moveExactly } from './exact-move.ts'

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
 * for (const entry of await files.list()) await files.move(entry, 'done', `r0-5f-01k3v9x2q7-0001-${entry.name}`)
 */
export function localFiles(folder: string) {
  return {
    list: async (): Promise<LocalEntry[]> => {
      await Promise.all(['done', 'refused'].map((name) => mkdir(join(folder, name), { recursive: true })))
      const names = await readdir(folder)
      const entries = await Promise.all(names.map((name) => entryOf(folder, name)))
      return entries.filter((entry) => entry !== undefined)
    },
    read: ({ name }: { readonly name: string }): Promise<Uint8Array> => readFile(join(folder, basename(name))),
    move: (entry: LocalEntry, into: 'done' | 'refused', as: string) =>
      moveExactly(disk, entry, join(folder, basename(entry.name)), join(folder, into, basename(as))),
  }
}

/** Never over a newer one: then it goes beside it, under the name it had among those put aside. */
async function putBack(file: string, to: string): Promise<void> {
  try {
    await link(file, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    await link(file, join(dirname(to), basename(file)))
  }
  await unlink(file)
}

/** How a file looks now; undefined when it is not there. */
async function looksOf(path: string): Promise<Looks | undefined> {
  try {
    const { size, mtimeMs } = await lstat(path)
    return { bytes: size, changedAt: Math.trunc(mtimeMs) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const disk = { looksOf, rename, putBack }

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
