import { access, mkdir, open, rename } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Rate } from '../../base/rate.ts'
import type { Connection, Connector, Outcome, Outgoing } from '../contract.ts'
import { fileNameOf, unfinishedName } from './file-name.ts'

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
