import type { ArrivalAnswer } from './admit.ts'
import type { Arrival } from './arrival.ts'
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
  /** A file is complete when this one lies beside it, `.done`: then nobody waits for it to stop growing. */
  readonly marker?: string
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
const UNFINISHED = /(^\.|\.(part|partial|tmp|temp|filepart|crdownload|swp)$|~$)/i

/** Whether a file has the name of one that is not whole yet. */
export const isUnfinished = (name: string): boolean => UNFINISHED.test(name)

/** A file that was handed in and could not be moved yet. */
interface Taken {
  readonly looks: string
  readonly folder: 'done' | 'refused'
  readonly receipt: string
}

/**
 * A doorway that picks files up. A file is taken when it has not changed between two polls (or its marker is there),
 * handed in, and moved only after the commit; it is never deleted. A crash in between picks it up again, and its key
 * lets nothing happen twice. Several instances may watch one folder: each file is taken by one of them.
 *
 * @example
 * const doorway = new FolderDoorway({ tenant: 'acme', system: 'bigbox', files, submit, now, alert })
 * await doorway.poll() // every few seconds
 */
export class FolderDoorway {
  readonly #options: FolderDoorwayOptions
  /** Files as they were at the last poll. */
  #before = new Map<string, string>()
  readonly #alerted = new Set<string>()
  readonly #taken = new Map<string, Taken>()

  constructor(options: FolderDoorwayOptions) {
    this.#options = options
  }

  /** Looks once. Files go in one after the other, the oldest first, so that a partner's order is kept. */
  async poll(): Promise<PollResult> {
    const entries = await this.#options.files.list()
    const seen = new Map(entries.map((entry) => [entry.name, looksOf(entry)]))
    const waiting = this.#candidates(entries)
    const ready = waiting.filter((entry) => this.#isComplete(entry, seen))
    this.#before = seen
    for (const name of this.#taken.keys()) if (!seen.has(name)) this.#taken.delete(name)
    const result = { done: 0, refused: 0, left: waiting.length - ready.length }
    for (const entry of ready.toSorted((a, b) => a.changedAt - b.changedAt || (a.name < b.name ? -1 : 1))) {
      result[await this.#take(entry)] += 1
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

  #isComplete(entry: FileEntry, seen: ReadonlyMap<string, string>): boolean {
    const { marker } = this.#options
    if (marker !== undefined && seen.has(entry.name + marker)) return true
    return this.#before.get(entry.name) === looksOf(entry)
  }

  async #take(entry: FileEntry): Promise<keyof PollResult> {
    const { mostBytes = MOST_BYTES } = this.#options
    const before = this.#taken.get(entry.name)
    if (before?.looks === looksOf(entry)) return this.#move(entry, before.folder, before.receipt)
    if (entry.bytes > mostBytes) {
      this.#alertOnce(`it has ${entry.bytes} bytes, more than ${mostBytes}; it was not read`, entry.name)
      return this.#move(entry, 'refused', 'too-large')
    }
    const answer = await this.#handIn(entry)
    if (!answer || answer.inFlight) return 'left'
    return this.#move(entry, answer.status < 300 ? 'done' : 'refused', answer.receipt ?? 'no-receipt')
  }

  /** Undefined when it could not be taken for now: it stays where it is for the next poll. */
  async #handIn(entry: FileEntry): Promise<ArrivalAnswer | undefined> {
    const { tenant, system, files, submit, now } = this.#options
    try {
      const bytes = await files.read(entry)
      if (bytes.length !== entry.bytes) return undefined // it grew while we looked
      return await submit({
        tenant,
        system,
        channel: 'folder',
        bytes,
        fileName: entry.name,
        idempotencyKey: keyOf(entry, bytes),
        receivedAt: now(),
      })
    } catch (error) {
      if (isGone(error)) return undefined // another instance has moved it
      this.#options.alert('it could not be taken in; it stays for the next look', entry.name, error)
      return undefined
    }
  }

  /** The bytes are committed by now: a file that cannot be moved is moved at a later look, and has no second effect. */
  async #move(entry: FileEntry, folder: 'done' | 'refused', receipt: string): Promise<keyof PollResult> {
    try {
      const moved = await this.#options.files.move(entry, folder, `${receipt}-${safeName(entry.name)}`)
      if (moved === 'changed') return 'left' // another file under the same name: it is taken for itself
      this.#taken.delete(entry.name)
    } catch (error) {
      this.#taken.set(entry.name, { looks: looksOf(entry), folder, receipt })
      this.#alertOnce(`it was taken in but cannot be moved to ${folder}`, entry.name, error)
    }
    return folder
  }

  #alertOnce(what: string, name: string, error?: unknown): void {
    if (this.#alerted.has(name)) return
    this.#alerted.add(name)
    this.#options.alert(what, name, error)
  }
}

const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

const looksOf = ({ bytes, changedAt }: FileEntry): string => `${bytes}/${changedAt}`

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
