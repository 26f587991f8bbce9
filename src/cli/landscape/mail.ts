import type { Clock } from '../../base/clock.ts'
import type { Scheduler } from '../../base/scheduler.ts'
import type { Connector, Outgoing } from '../../connectors/contract.ts'
import type { Hub } from '../../hub.ts'
import { type FileEntry, type Files, FolderDoorway } from '../../intake/folder-doorway.ts'
import type { Mailbag } from '../../simulators/edi/mailbag.ts'

/** A folder that lives in memory: files as they lie there, and what was put aside. */
export class MemoryFolder implements Files {
  readonly #files = new Map<string, { readonly bytes: Uint8Array; readonly changedAt: number }>()
  /** Files that were put aside, by the name they have there. */
  readonly aside = new Map<string, Uint8Array>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  get size(): number {
    return this.#files.size
  }

  has(name: string): boolean {
    return this.#files.has(name)
  }

  names(): string[] {
    return [...this.#files.keys()]
  }

  put(name: string, bytes: Uint8Array): void {
    this.#files.set(name, { bytes, changedAt: this.#now() })
  }

  async list(): Promise<FileEntry[]> {
    return [...this.#files].map(([name, { bytes, changedAt }]) => ({
      name,
      bytes: bytes.length,
      changedAt,
      kind: 'file',
    }))
  }

  async read({ name }: Pick<FileEntry, 'name'>): Promise<Uint8Array> {
    return this.#files.get(name)?.bytes ?? new Uint8Array()
  }

  async move(entry: Pick<FileEntry, 'name'>, folder: string, as: string): Promise<'moved'> {
    this.aside.set(`${folder}/${as}`, await this.read(entry))
    this.#files.delete(entry.name)
    return 'moved'
  }
}

/** What a mail route is laid with. */
export interface MailRouteOptions {
  /** The partner's name: its system in the hub's configuration. */
  readonly name: string
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** The hub that picks up; undefined while it is down: files stay. */
  readonly hub: () => Hub | undefined
  readonly trouble?: (what: string) => void
  /** How often either side looks for files while there are some. Default 500 ms. */
  readonly everyMs?: number
}

/**
 * Two folders between a hub and one partner. Each side looks again and again while a file lies there, and rests while
 * none does, so that simulated time can run dry.
 */
export interface MailRoute {
  /** The partner's end: what the hub sent it, and where it drops what it sends. */
  readonly bag: Mailbag
  /** The hub's way of dropping files. Class B: a file that is there already is not dropped twice. */
  readonly connector: Connector
  readonly fromPartner: MemoryFolder
  readonly toPartner: MemoryFolder
  /** Who reads the partner's mail: set once the partner exists. */
  reader: { poll(): Promise<unknown> } | undefined
  /** Files that nobody has taken yet, on either side. */
  readonly waiting: number
}

/** Lays a route. */
export function mailRoute(options: MailRouteOptions): MailRoute {
  const { name, clock, scheduler, everyMs = 500 } = options
  const now = () => clock.now()
  const fromPartner = new MemoryFolder(now)
  const toPartner = new MemoryFolder(now)
  const doorway = { of: undefined as { hub: Hub; looks: FolderDoorway } | undefined }

  /** A hub that was opened again looks with fresh eyes. */
  const doorwayOf = (hub: Hub): FolderDoorway => {
    if (doorway.of?.hub !== hub) {
      const looks = new FolderDoorway({
        tenant: hub.tenant,
        system: name,
        files: fromPartner,
        submit: (arrival) => hub.intake.submit(arrival),
        now,
        quietMs: 0, // a file in memory is there whole
        alert: (what, file) => options.trouble?.(`${name}, ${file}: ${what}`),
      })
      doorway.of = { hub, looks }
    }
    return doorway.of.looks
  }
  const hubLooks = looking(scheduler, everyMs, fromPartner, async () => {
    const hub = options.hub()
    if (hub) await doorwayOf(hub).poll()
  })
  const partnerLooks = looking(scheduler, everyMs, toPartner, async () => {
    await route.reader?.poll()
  })
  const route: MailRoute = {
    bag: {
      drop: async (file, content) => {
        fromPartner.put(file, content)
        hubLooks()
      },
      waiting: async () => toPartner.names(),
      read: (name) => toPartner.read({ name }),
      done: async (name) => {
        await toPartner.move({ name }, 'done', name)
      },
    },
    connector: dropping(toPartner, partnerLooks),
    fromPartner,
    toPartner,
    reader: undefined,
    get waiting() {
      return fromPartner.size + toPartner.size
    },
  }
  return route
}

/** Looks every so often while files are there; calling it says that there is one. */
function looking(scheduler: Scheduler, everyMs: number, folder: MemoryFolder, look: () => Promise<void>): () => void {
  let underWay = false
  const again = () => {
    if (underWay || folder.size === 0) return
    underWay = true
    scheduler.after(everyMs, () => {
      void look().finally(() => {
        underWay = false
        again()
      })
    })
  }
  return again
}

function dropping(folder: MemoryFolder, dropped: () => void): Connector {
  const isThere = ({ key, args }: Pick<Outgoing, 'key' | 'args'>) => {
    const name = fileName(key, args)
    return folder.has(name) || folder.aside.has(`done/${name}`)
  }
  return {
    kind: 'memory-folder',
    deliveryClass: 'B',
    batch: 16,
    concurrency: 4,
    timeoutMs: 5_000,
    open: async () => ({
      send: async (requests) =>
        requests.map((request) => {
          if (request.attempt > 1 && isThere(request)) return { result: 'done' }
          folder.put(fileName(request.key, request.args), Buffer.from(request.body))
          dropped()
          return { result: 'done' }
        }),
      ask: async (request) => (isThere(request) ? { result: 'done' } : { result: 'later', reason: 'no such file yet' }),
      close: async () => {},
    }),
  }
}

const fileName = (key: string, args: Readonly<Record<string, unknown>>): string =>
  typeof args['fileName'] === 'string' ? args['fileName'] : key.replaceAll('/', '_')
