import { resolve } from 'node:path'
import { type Scheduler, systemScheduler } from '../base/scheduler.ts'
import type { HubDefinition, PartnerDefinition } from '../config/define-hub.ts'
import { localFiles } from '../connectors/folder/local-files.ts'
import type { Hub } from '../hub.ts'
import { type Files, FolderDoorway } from '../intake/folder-doorway.ts'

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
  /** How often each folder is looked at. Default 500 ms. */
  readonly everyMs?: number
  /** Opens the folder of a partner; the disk's own unless given. */
  readonly filesAt?: (folder: string) => Files
}

/** The folders that are being watched. */
export interface FolderDoors {
  /** Looks into every folder once, now. A file is taken at the second look at which it has not changed. */
  poll(): Promise<void>
  /** Stops looking, and waits for the look under way. */
  close(): Promise<void>
}

/**
 * Watches the pick-up folder of each partner that has one. A folder that cannot be read holds back no other; it is
 * looked at again.
 *
 * @example
 * const doors = openFolderDoors({ definition, hub, dataFolder: '/var/lib/crossdock', trouble })
 * await doors.close()
 */
export function openFolderDoors(options: FolderDoorsOptions): FolderDoors {
  const { scheduler = systemScheduler, everyMs = 500, trouble } = options
  const doorways = (options.definition.partners ?? []).flatMap((partner) => doorwayOf(partner, options))
  const open = { closed: false, underWay: undefined as Promise<void> | undefined, cancel: () => {} }

  const look = async () => {
    if (options.picksUp?.() === false) return
    await Promise.all(
      doorways.map(({ name, doorway }) =>
        doorway.poll().catch((error: unknown) => trouble(`the folder of ${name} could not be looked at`, error)),
      ),
    )
  }
  /** Two looks at once would take a file twice; the second waits for the first, then looks itself. */
  const poll = async (): Promise<void> => {
    while (open.underWay) await open.underWay
    open.underWay = look().finally(() => {
      open.underWay = undefined
    })
    await open.underWay
  }
  const again = () => {
    if (open.closed || doorways.length === 0) return
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

function doorwayOf({ name, pickUp }: PartnerDefinition, options: FolderDoorsOptions) {
  if (pickUp === undefined) return []
  const { hub, dataFolder, trouble, filesAt = localFiles, now = Date.now } = options
  const doorway = new FolderDoorway({
    tenant: hub.tenant,
    system: name,
    files: filesAt(resolve(dataFolder, pickUp)),
    submit: (arrival) => hub.intake.submit(arrival),
    now,
    alert: (what, file, error) => trouble(`${name}, ${file}: ${what}`, error),
  })
  return [{ name, doorway }]
}
