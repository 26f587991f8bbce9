import { posix } from 'node:path'
import type { OpenSource, SourceEntry } from '../contract.ts'
import { type MovingDisk, moveExactly } from '../folder/exact-move.ts'
import type { RemoteLine, RemoteSession } from './session.ts'

/** What a folder on a server is opened with. */
export interface RemoteFilesOptions {
  readonly folder: string
  /** Files that were taken in are deleted; those that were refused are moved aside all the same. */
  readonly deletes: boolean
  readonly timeoutMs: number
}

/** A folder on a server that files are picked up from. `done` and `refused` are made beside the files when needed. */
export function remoteFiles(line: RemoteLine, { folder, deletes, timeoutMs }: RemoteFilesOptions): OpenSource {
  const at = (name: string) => posix.join(folder, posix.basename(name))
  return {
    list: () => line.use(timeoutMs, (session) => session.list(folder)),
    read: ({ name, bytes }) => line.use(timeoutMs, (session) => session.read(at(name), bytes)),
    move: (entry, into, as) =>
      line.use(timeoutMs, async (session) => {
        if (deletes && into === 'done') return remove(session, entry, at(entry.name))
        await session.makeFolder(posix.join(folder, into))
        const to = posix.join(folder, into, posix.basename(as))
        return moveExactly(diskOf(session), entry, at(entry.name), to)
      }),
    close: () => line.close(),
  }
}

async function remove(session: RemoteSession, entry: SourceEntry, path: string): Promise<'moved' | 'changed' | 'gone'> {
  const now = await session.looksOf(path)
  if (now === undefined) return 'gone'
  if (now.bytes !== entry.bytes || now.changedAt !== entry.changedAt) return 'changed'
  await session.remove(path)
  return 'moved'
}

function diskOf(session: RemoteSession): MovingDisk {
  return {
    looksOf: (path) => session.looksOf(path),
    rename: (from, to) => session.rename(from, to),
    putBack: async (file, to) => {
      const isTaken = (await session.looksOf(to)) !== undefined
      await session.rename(file, isTaken ? posix.join(posix.dirname(to), posix.basename(file)) : to)
    },
  }
}
