import { access, mkdir, open, rename } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Duration, durationMs } from '../../base/duration.ts'
import type { Rate } from '../../base/rate.ts'
import type { Connection, Connector, FileSource, Outcome, Outgoing } from '../contract.ts'
import { fileNameOf, unfinishedName } from './file-name.ts'
import { localFiles } from './local-files.ts'

/** A folder that a partner or a transfer program empties. */
export interface FolderOptions {
  /** Where files are dropped, relative to the hub's data folder unless absolute. */
  readonly outbox: string
  /** Where the other side moves what it has taken; looked at when asking whether a file was already delivered. */
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
 * reads half a file. Class B: the name comes from the delivery key, so a repeat can see whether it is already there.
 *
 * @example
 * const thirdParty = folder({ outbox: 'partners/harbor-3pl/to', taken: 'partners/harbor-3pl/to/done' })
 */
export function folder(options: FolderOptions): Connector {
  return {
    kind: 'folder',
    deliveryClass: 'B',
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
  const outbox = resolve(dataFolder, options.outbox)
  const taken = resolve(dataFolder, options.taken ?? join(options.outbox, 'done'))
  await mkdir(outbox, { recursive: true })
  await mkdir(taken, { recursive: true })
  return {
    send: (requests) => Promise.all(requests.map((request) => drop(request, outbox, taken))),
    ask: async (request) =>
      (await isThere(request, outbox, taken)) ? { result: 'done' } : { result: 'later', reason: 'no such file yet' },
    close: async () => {},
  }
}

async function drop(request: Outgoing, outbox: string, taken: string): Promise<Outcome> {
  const name = fileNameOf(request)
  if (request.attempt > 1 && (await isThere(request, outbox, taken))) return { result: 'done' }
  const temporary = join(outbox, unfinishedName(name))
  try {
    const file = await open(temporary, 'w')
    try {
      await file.writeFile(request.body)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, join(outbox, name))
  } catch (error) {
    return { result: 'later', reason: error instanceof Error ? error.message : String(error) }
  }
  return { result: 'done' }
}

async function isThere(request: Outgoing, outbox: string, taken: string): Promise<boolean> {
  const name = fileNameOf(request)
  return (await exists(join(outbox, name))) || (await exists(join(taken, name)))
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
