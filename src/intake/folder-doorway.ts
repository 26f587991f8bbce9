import type { ArrivalAnswer } from './admit.ts'
import type { Arrival } from './arrival.ts'
import { endsWithTrailer } from './ends-with-trailer.ts'
import { digestOf } from './keys.ts'

/** A file as it lies in a folder. */
export interface FileEntry {
  readonly name: string
  readonly bytes: number
  /** When it was last written, milliseconds since 1970. */
  readonly changedAt: number
  /** Anything but a plain file is left alone. */
  readonly kind: 'file' | 'other'
}

/** The folder a doorway watches. */
export interface Files {
  list(): Promise<readonly FileEntry[]>
  /** Its bytes. One that is not as large as it was listed any more may come cut off, or fail. */
  read(entry: Pick<FileEntry, 'name' | 'bytes'>): Promise<Uint8Array>
  /**
   * Moves a file into a folder beside it, under a name; both on the same disk, so it is there or here, never half. What
   * no longer looks as it did stays where it is: `changed`. `gone`: somebody else has moved it.
   */
  move(entry: FileEntry, folder: 'done' | 'refused', as: string): Promise<'moved' | 'changed' | 'gone'>
}

/** What a folder doorway is opened with. */
export interface FolderDoorwayOptions {
  readonly tenant: string
  readonly system: string
  readonly files: Files
  readonly submit: (arrival: Arrival) => Promise<ArrivalAnswer>
  readonly now: () => number
  /** A file is complete when this one lies beside it, `.done`, and is not older; without it the file is left alone. */
  readonly marker?: string
  /** Without a marker: for so long a file must not have changed. Default 5 s. */
  readonly quietMs?: number
  /** Largest file that is read. Default 50 MiB. */
  readonly mostBytes?: number
  /** Hears of what a person should know: a link among the files, a file that cannot be moved. */
  readonly alert: (what: string, file: string, error?: unknown) => void
}

/** What a poll did. */
export interface PollResult {
  readonly done: number
  readonly refused: number
  /** Growing, under way, changed meanwhile, or to be tried again. */
  readonly left: number
}

const MOST_BYTES = 50 * 1024 * 1024
const QUIET_MS = 5_000
/** So often a file may be read with another size than it was listed with before somebody is told. */
const MISREAD_OFTEN = 10
const MARKER_LATE_MS = 10 * 60_000
const UNFINISHED = /(^\.|\.(part|partial|tmp|temp|filepart|crdownload|swp)$|~$)/i

/** Whether a file has the name of one that is not whole yet. */
export const isUnfinished = (name: string): boolean => UNFINISHED.test(name)

/** A file that was handed in and could not be moved yet. */
interface Taken {
  readonly looks: string
  readonly folder: 'done' | 'refused'
  readonly receipt: string
}

/** A file as it has looked since a time. */
interface Standing {
  readonly looks: string
  readonly since: number
  /** Its end was looked at, and was no trailer. */
  isOpen: boolean
  /** So often another number of bytes was read than it was listed with. */
  misread: number
}

/** A file that is listed now. */
interface Listed {
  readonly entry: FileEntry
  readonly standing: Standing
  /** It looks as it did at the poll before. */
  readonly stands: boolean
}

/**
 * A doorway that picks files up. A file is taken when its marker is there; where none was agreed, when it has not changed for
 * a time, and X12 or EDIFACT that ends with its trailer at the second poll. It is handed in, and moved only after the
 * commit; it is never deleted. A crash in between picks it up again, and its key lets nothing happen twice. Several
 * instances may watch one folder: each file is taken by one of them.
 *
 * @example
 * const doorway = new FolderDoorway({ tenant: 'acme', system: 'bigbox', files, submit, now, alert })
 * await doorway.poll() // every few seconds
 */
export class FolderDoorway {
  readonly #options: FolderDoorwayOptions
  readonly #quietMs: number
  /** Files as they were at the last poll. */
  #listed = new Map<string, Listed>()
  /** What was told of files that still lie there. */
  readonly #alerted = new Map<string, Set<string>>()
  readonly #taken = new Map<string, Taken>()

  constructor(options: FolderDoorwayOptions) {
    this.#options = options
    this.#quietMs = options.quietMs ?? QUIET_MS
  }

  /** Looks once. Files go in one after the other, the oldest first, so that a partner's order is kept. */
  async poll(): Promise<PollResult> {
    const entries = await this.#options.files.list()
    const now = this.#options.now()
    const before = this.#listed
    this.#listed = new Map(entries.map((entry) => [entry.name, listedAs(entry, before.get(entry.name), now)]))
    for (const name of this.#taken.keys()) if (!this.#listed.has(name)) this.#taken.delete(name)
    for (const name of this.#alerted.keys()) if (!this.#listed.has(name)) this.#alerted.delete(name)
    const result = { done: 0, refused: 0, left: 0 }
    for (const entry of this.#candidates(entries).toSorted(oldestFirst)) {
      const listed = this.#listed.get(entry.name) as Listed
      result[this.#mayBeTaken(listed, now) ? await this.#take(listed, now) : 'left'] += 1
    }
    return result
  }

  #candidates(entries: readonly FileEntry[]): FileEntry[] {
    const { marker } = this.#options
    for (const { name, kind } of entries) {
      if (kind === 'other' && name !== 'done' && name !== 'refused') this.#alertOnce('it is no plain file', name)
    }
    return entries.filter(
      ({ name, kind }) => kind === 'file' && !isUnfinished(name) && !(marker !== undefined && name.endsWith(marker)),
    )
  }

  #mayBeTaken({ entry, standing, stands }: Listed, now: number): boolean {
    if (this.#options.marker === undefined) return stands && (this.#isQuiet(entry, standing, now) || !standing.isOpen)
    if (this.#markerOf(entry)) return true
    if (now - standing.since >= MARKER_LATE_MS) this.#alertOnce('its marker has not come; it is left alone', entry.name)
    return false
  }

  /** One that is older than the file belongs to an earlier file of the name. */
  #markerOf({ name, changedAt }: FileEntry): FileEntry | undefined {
    const { marker } = this.#options
    const found = marker === undefined ? undefined : this.#listed.get(name + marker)?.entry
    return found?.kind === 'file' && found.changedAt >= changedAt ? found : undefined
  }

  /** By our clock and by its own; its own may be another clock: a time that is still to come says nothing. */
  #isQuiet({ changedAt }: FileEntry, { since }: Standing, now: number): boolean {
    const wasChanged = now >= changedAt && now - changedAt < this.#quietMs
    return now - since >= this.#quietMs && !wasChanged
  }

  async #take(listed: Listed, now: number): Promise<keyof PollResult> {
    const { entry } = listed
    const { mostBytes = MOST_BYTES } = this.#options
    const before = this.#taken.get(entry.name)
    if (before?.looks === looksOf(entry)) return this.#move(entry, before.folder, before.receipt)
    if (entry.bytes > mostBytes) {
      if (this.#options.marker === undefined && !this.#isQuiet(entry, listed.standing, now)) return 'left'
      this.#alertOnce(`it has more than ${mostBytes} bytes; it was not read`, entry.name)
      return this.#move(entry, 'refused', 'too-large')
    }
    const answer = await this.#handIn(listed, now)
    if (!answer || answer.inFlight) return 'left'
    return this.#move(entry, answer.status < 300 ? 'done' : 'refused', answer.receipt ?? 'no-receipt')
  }

  /** Undefined when it could not be taken for now: it stays where it is for the next poll. */
  async #handIn({ entry, standing }: Listed, now: number): Promise<ArrivalAnswer | undefined> {
    const { tenant, system, files, submit, marker } = this.#options
    try {
      const bytes = await files.read(entry)
      if (bytes.length !== entry.bytes) {
        this.#misread(entry, standing)
        return undefined
      }
      standing.isOpen = marker === undefined && !this.#isQuiet(entry, standing, now) && !endsWithTrailer(bytes)
      if (standing.isOpen) return undefined
      return await submit({
        tenant,
        system,
        channel: 'folder',
        bytes,
        fileName: entry.name,
        idempotencyKey: keyOf(entry, bytes),
        receivedAt: this.#options.now(),
      })
    } catch (error) {
      if (isGone(error)) return undefined // another instance has moved it
      this.#options.alert('it could not be taken in; it stays for the next look', entry.name, error)
      return undefined
    }
  }

  /** It grew while we looked; one that only ever looks the same never will be read whole. */
  #misread({ name }: FileEntry, standing: Standing): void {
    standing.misread += 1
    if (standing.misread < MISREAD_OFTEN) return
    this.#alertOnce('what is read of it is never as large as it is listed; it is left alone', name)
  }

  /** The bytes are committed by now: a file that cannot be moved is moved at a later look, and has no second effect. */
  async #move(entry: FileEntry, folder: 'done' | 'refused', receipt: string): Promise<keyof PollResult> {
    try {
      const moved = await this.#options.files.move(entry, folder, `${receipt}-${safeName(entry.name)}`)
      if (moved === 'changed') return 'left' // another file under the same name: it is taken for itself
      this.#taken.delete(entry.name)
      this.#alerted.delete(entry.name)
    } catch (error) {
      this.#taken.set(entry.name, { looks: looksOf(entry), folder, receipt })
      this.#alertOnce(`it was taken in but cannot be moved to ${folder}`, entry.name, error)
      return folder
    }
    await this.#moveMarker(entry, folder, receipt)
    return folder
  }

  /** A marker goes where its file went, so that it speaks for no other. */
  async #moveMarker(entry: FileEntry, folder: 'done' | 'refused', receipt: string): Promise<void> {
    const marker = this.#markerOf(entry)
    if (marker === undefined) return
    try {
      await this.#options.files.move(marker, folder, `${receipt}-${safeName(marker.name)}`)
    } catch (error) {
      this.#alertOnce(`its file was moved to ${folder}, but it cannot be`, marker.name, error)
    }
  }

  #alertOnce(what: string, name: string, error?: unknown): void {
    const told = this.#alerted.get(name) ?? new Set()
    if (told.has(what)) return
    this.#alerted.set(name, told.add(what))
    this.#options.alert(what, name, error)
  }
}

const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

const looksOf = ({ bytes, changedAt }: FileEntry): string => `${bytes}/${changedAt}`

const oldestFirst = (a: FileEntry, b: FileEntry): number => a.changedAt - b.changedAt || (a.name < b.name ? -1 : 1)

/** A clock that was put back begins the time anew. */
function listedAs(entry: FileEntry, before: Listed | undefined, now: number): Listed {
  const looks = looksOf(entry)
  if (before?.standing.looks !== looks) {
    return { entry, standing: { looks, since: now, isOpen: false, misread: 0 }, stands: false }
  }
  const since = Math.min(before.standing.since, now)
  return { entry, standing: { ...before.standing, since }, stands: true }
}

/** One file as it lay there. The same content put there again is another file: its sender wants an answer. */
function keyOf(entry: FileEntry, bytes: Uint8Array): string {
  return `${Buffer.from(digestOf(bytes)).toString('hex')}/${entry.changedAt}/${Buffer.from(digestOf(entry.name)).toString('hex')}`
}

const LONGEST_NAME = 100

/** A name a disk can bear; the one it came with is data and is kept with the arrival. */
function safeName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/^\.+/, '_')
  return plain.length > LONGEST_NAME ? plain.slice(-LONGEST_NAME) : plain
}
