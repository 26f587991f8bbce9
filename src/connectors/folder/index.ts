import { access, mkdir, open, opendir, rename } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Duration, durationMs } from '../../base/duration.ts'
import type { Rate } from '../../base/rate.ts'
import type { Connection, Connector, FileSource, Outcome, Outgoing } from '../contract.ts'
import { fileNameOf, unfinishedName } from './file-name.ts'
import { localFiles } from './local-files.ts'

const DONE: Outcome = { result: 'done' }

/** A folder that a partner or a transfer program empties. */
export interface FolderOptions {
  /** Where files are dropped, relative to the hub's data folder unless absolute. */
  readonly outbox: string
  /**
   * Where the other side moves what it has taken. With it the connector is of class B: what an attempt left behind can
   * be seen. Without it, it is of class C: what is no longer there may have been taken, and a person decides.
   */
  readonly taken?: string
  readonly concurrency?: number
  /** Most files, of all instances together: `'60 per minute'`. */
  readonly pace?: Rate
}

/** A folder on this machine that files are picked up from. */
export interface LocalFolderOptions {
  /** Below the hub's data folder unless absolute. */
  readonly folder: string
  /** How often it is looked at; 500 ms unless told. */
  readonly every?: Duration
  /**
   * For so long a file must not have changed; 5 s unless told. X12 and EDIFACT that end with their trailer are taken at the
   * second look at which they have not changed.
   */
  readonly quietFor?: Duration
  /**
   * A file is whole when this one lies beside it, `.done`, and is not older; then nobody waits. Without it the file is left
   * alone. It goes where its file goes.
   */
  readonly marker?: string
}

/**
 * Drops each request as one file: written under a temporary name, flushed to disk, then renamed, so that nobody ever
 * reads half a file. The name comes from the delivery key, so that a repeat sees whether it lies there already. A write
 * that failed before the file had its name is known not to have happened, and is tried again.
 *
 * @example
 * const thirdParty = folder({ outbox: 'partners/harbor-3pl/to', taken: 'partners/harbor-3pl/to/done' })
 */
export function folder(options: FolderOptions): Connector {
  return {
    kind: 'folder',
    deliveryClass: options.taken === undefined ? 'C' : 'B',
    batch: 1,
    concurrency: options.concurrency ?? 4,
    timeoutMs: 10_000,
    ...(options.pace ? { pace: options.pace } : {}),
    open: async (ports) => openFolder(options, ports.dataFolder),
  }
}

/**
 * Picks files up from a folder on this machine, with its pace and what says that a file is whole. Its path alone will do
 * where nothing else was agreed: `pickUp: 'partners/harbor-3pl/from'`.
 *
 * @example
 * definePartner({ pickUp: localFolder({ folder: 'partners/harbor-3pl/from', marker: '.done' }) })
 */
export function localFolder(options: LocalFolderOptions): FileSource {
  return {
    kind: 'folder',
    everyMs: durationMs(options.every ?? '500ms'),
    ...(options.marker === undefined ? {} : { marker: options.marker }),
    ...(options.quietFor === undefined ? {} : { quietMs: durationMs(options.quietFor) }),
    open: ({ dataFolder }) => ({ ...localFiles(resolve(dataFolder, options.folder)), close: async () => {} }),
  }
}

async function openFolder(options: FolderOptions, dataFolder: string): Promise<Connection> {
  const places: Places = {
    outbox: resolve(dataFolder, options.outbox),
    taken: options.taken === undefined ? undefined : resolve(dataFolder, options.taken),
  }
  await mkdir(places.outbox, { recursive: true })
  if (places.taken !== undefined) await mkdir(places.taken, { recursive: true })
  return {
    send: (requests) => Promise.all(requests.map((request) => drop(request, places))),
    ...(places.taken === undefined ? {} : { ask: (request) => ask(request, places) }),
    close: async () => {},
  }
}

interface Places {
  readonly outbox: string
  readonly taken: string | undefined
}

/** One attempt. Before it asked for the final name nothing has happened; after that only a look can say. */
async function drop(request: Outgoing, places: Places): Promise<Outcome> {
  const name = fileNameOf(request)
  const temporary = join(places.outbox, unfinishedName(name))
  const step = { isNaming: false }
  try {
    if (request.attempt > 1 && (await isThere(name, places))) return DONE
    const file = await open(temporary, 'w')
    try {
      await file.writeFile(request.body)
      await file.sync()
    } finally {
      await file.close()
    }
    step.isNaming = true
    await rename(temporary, join(places.outbox, name))
  } catch (error) {
    const reason = reasonOf(error)
    return step.isNaming ? afterNaming(name, temporary, places, reason) : { result: 'later', reason }
  }
  return DONE
}

/** The name was asked for, and that failed. On a network drive it may be given all the same: what lies there says so. */
async function afterNaming(name: string, temporary: string, places: Places, reason: string): Promise<Outcome> {
  try {
    if (await exists(temporary)) return { result: 'later', reason }
    return (await isThere(name, places)) ? DONE : { result: 'unknown', reason }
  } catch (error) {
    return { result: 'unknown', reason: `${reason} ${reasonOf(error)}` }
  }
}

/** Whether a file is there, or was taken. A folder that is not there now, a drive that is gone, says neither. */
async function ask(request: Outgoing, places: Places): Promise<Outcome> {
  try {
    if (await isThere(fileNameOf(request), places)) return DONE
    for (const folder of [places.outbox, places.taken]) if (folder !== undefined) await (await opendir(folder)).close()
    return { result: 'later', reason: 'neither there nor among what was taken' }
  } catch (error) {
    return { result: 'unknown', reason: reasonOf(error) }
  }
}

async function isThere(name: string, { outbox, taken }: Places): Promise<boolean> {
  return (await exists(join(outbox, name))) || (taken !== undefined && (await exists(join(taken, name))))
}

/** Throws when it can not be told. */
async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
