import { type Scheduler, systemScheduler } from '../base/scheduler.ts'
import type { HubDefinition, PartnerDefinition } from '../config/define-hub.ts'
import type { FileSource } from '../connectors/contract.ts'
import { localFolder } from '../connectors/folder/index.ts'
import type { Hub } from '../hub.ts'
import { FolderDoorway } from '../intake/folder-doorway.ts'
import { secretFromEnvironment } from './secret-from-environment.ts'

/** What folder doors are opened with. */
export interface FolderDoorsOptions {
  readonly definition: Pick<HubDefinition, 'partners'>
  readonly hub: Pick<Hub, 'tenant' | 'intake'>
  /** What a partner's `pickUp` is below, unless it is absolute. */
  readonly dataFolder: string
  readonly trouble: (what: string, error: unknown) => void
  readonly scheduler?: Scheduler
  readonly now?: () => number
  /** Whether files are taken now; while not, they stay where they are. Always, unless given. */
  readonly picksUp?: () => boolean
  /** A secret's value by its name; the environment's unless given. */
  readonly secret?: (name: string) => string
  /** How often a folder that is only a path is looked at. Default 500 ms; `localFolder` and one on a server say it themselves. */
  readonly everyMs?: number
}

/** The folders that are being watched. */
export interface FolderDoors {
  /** Looks into every folder once, now. A file is taken at the second look at the earliest, unless it has a marker. */
  poll(): Promise<void>
  /** Stops looking, and waits for the look under way. */
  close(): Promise<void>
}

/**
 * Watches the pick-up folder of each partner that has one, here or on a server, each at its own pace. A folder that cannot
 * be read holds back no other; it is looked at again.
 *
 * @example
 * const doors = openFolderDoors({ definition, hub, dataFolder: '/var/lib/crossdock', trouble })
 * await doors.close()
 */
export function openFolderDoors(options: FolderDoorsOptions): FolderDoors {
  const doors = (options.definition.partners ?? []).flatMap((partner) => doorOf(partner, options))
  return {
    poll: async () => {
      await Promise.all(doors.map((door) => door.poll()))
    },
    close: async () => {
      await Promise.all(doors.map((door) => door.close()))
    },
  }
}

/** For so long a look may go on when the doors are closed. */
const GRACE_MS = 2_000

/** Looks into one folder again and again. */
function watch(look: () => Promise<void>, everyMs: number, scheduler: Scheduler): FolderDoors {
  const open = { closed: false, underWay: undefined as Promise<void> | undefined, cancel: () => {} }
  /** Two looks at once would take a file twice; the second waits for the first, then looks itself. */
  const poll = async (): Promise<void> => {
    while (open.underWay) await open.underWay
    open.underWay = look().finally(() => {
      open.underWay = undefined
    })
    await open.underWay
  }
  const again = () => {
    if (open.closed) return
    open.cancel = scheduler.after(everyMs, () => void poll().finally(again))
  }
  again()
  return {
    poll,
    close: async () => {
      open.closed = true
      open.cancel()
      await open.underWay
    },
  }
}

function doorOf({ name, pickUp }: PartnerDefinition, options: FolderDoorsOptions): FolderDoors[] {
  if (pickUp === undefined) return []
  const { hub, dataFolder, trouble, now = Date.now, scheduler = systemScheduler, picksUp } = options
  const source = typeof pickUp === 'string' ? localSource(pickUp, options.everyMs) : pickUp
  const files = source.open({ now, secret: options.secret ?? secretFromEnvironment, dataFolder })
  const doorway = new FolderDoorway({
    tenant: hub.tenant,
    system: name,
    files,
    submit: (arrival) => hub.intake.submit(arrival),
    now,
    ...(source.marker === undefined ? {} : { marker: source.marker }),
    ...(source.quietMs === undefined ? {} : { quietMs: source.quietMs }),
    alert: (what, file, error) => trouble(`${name}, ${file}: ${what}`, error),
  })
  const look = async () => {
    if (picksUp?.() === false) return
    await doorway.poll().catch((error: unknown) => trouble(`the folder of ${name} could not be looked at`, error))
  }
  const door = watch(look, source.everyMs, scheduler)
  /** A look under way may end; a server that keeps it waiting is cut off. What it was about stays for the next look. */
  const close = async () => {
    const cancel = scheduler.after(GRACE_MS, () => void files.close())
    await door.close()
    cancel()
    await files.close()
  }
  return [{ ...door, close }]
}

function localSource(folder: string, everyMs?: number): FileSource {
  const source = localFolder({ folder })
  return everyMs === undefined ? source : { ...source, everyMs }
}
