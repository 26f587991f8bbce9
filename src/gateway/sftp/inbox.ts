import { type FileHandle, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { failed, notThere } from './refusal.ts'

/** Whether a file was taken in: its bytes are committed; or why not, in words for the client. */
export type Taken = { readonly kept: true } | { readonly kept: false; readonly why: string }

/** What an inbox is opened with. */
export interface InboxOptions {
  /** Where bytes lie until they are taken in, under names of ours. */
  readonly folder: string
  readonly completes: 'close' | 'rename'
  readonly mostBytes: number
  readonly mostFiles: number
  /** How long an unfinished file is kept, and how long one upload may take. */
  readonly keepMs: number
  readonly uploadMs: number
  readonly now: () => number
  /** Resolves once the bytes are committed. */
  readonly take: (name: string, bytes: Uint8Array) => Promise<Taken>
  readonly isUnfinished: (name: string) => boolean
  /** Hears of an upload that was thrown away, and why. */
  readonly refused: (name: string, why: string) => void
}

/** A file that is not taken in yet. */
interface Unfinished {
  name: string
  readonly path: string
  bytes: number
  changedAt: number
  /** Somebody writes it, or it is being taken in. */
  isBusy: boolean
}

/** A file that is being written. */
export interface Upload {
  readonly file: FileHandle
  readonly about: Unfinished
  readonly openedAt: number
  /** Why it can only be thrown away. */
  spoilt?: string
}

/** How a file is to be opened. */
export interface OpenHow {
  readonly creates: boolean
  readonly empties: boolean
  readonly isNew: boolean
}

const MIB = 1024 * 1024

const inUse = () => failed('The file is being written, or taken in.')

/**
 * What a partner uploads. A file is there from its first byte to the commit of its arrival, and by no other name than the
 * partner's: until then nobody reads it, and after it nothing of it is left here. Files are taken one after the other, in the
 * order in which they were finished.
 */
export class Inbox {
  readonly #options: InboxOptions
  readonly #files = new Map<string, Unfinished>()
  #line: Promise<unknown> = Promise.resolve()
  #next = 0

  constructor(options: InboxOptions) {
    this.#options = options
  }

  /** What is not taken in yet. */
  list(): Pick<Unfinished, 'name' | 'bytes' | 'changedAt'>[] {
    return [...this.#files.values()]
  }

  looksOf(name: string): Pick<Unfinished, 'bytes' | 'changedAt'> | undefined {
    return this.#files.get(name)
  }

  /** Opens a file for writing, a new one or one that was begun. */
  async open(name: string, { creates, empties, isNew }: OpenHow): Promise<Upload> {
    const { folder, now, mostFiles } = this.#options
    await this.#dropOld()
    const before = this.#files.get(name)
    if (before?.isBusy) throw inUse()
    if (before && isNew) throw failed('The file is there already.')
    if (!before && !creates) throw notThere()
    if (!before && this.#files.size >= mostFiles) throw failed('Too many unfinished files; finish or remove some.')
    this.#next += 1
    const path = before?.path ?? join(folder, `${now().toString(36)}-${this.#next}`)
    const about = Object.assign(before ?? { name, path, bytes: 0, changedAt: now() }, { isBusy: true })
    this.#files.set(name, about)
    try {
      const file = await open(about.path, before && !empties ? 'r+' : 'w', 0o600)
      if (empties) about.bytes = 0
      return { file, about, openedAt: now() }
    } catch (error) {
      about.isBusy = false // nobody holds it: its name and its place are free for the next try
      if (!before) this.#files.delete(name)
      throw error
    }
  }

  async write(upload: Upload, offset: number, data: Uint8Array): Promise<void> {
    const { mostBytes, uploadMs, now } = this.#options
    if (offset + data.length > mostBytes) upload.spoilt = `More than ${Math.floor(mostBytes / MIB)} MiB are not taken.`
    if (now() - upload.openedAt > uploadMs) upload.spoilt = 'The upload took too long.'
    if (upload.spoilt !== undefined) throw failed(upload.spoilt)
    try {
      await writeAll(upload.file, data, offset)
    } catch (error) {
      upload.spoilt = 'Not all of it could be written; send it again.' // what comes after would leave a hole in it
      throw error
    }
    upload.about.bytes = Math.max(upload.about.bytes, offset + data.length)
    upload.about.changedAt = now()
  }

  /** Closes a file. When that makes it whole, it is taken in before this resolves. */
  async close(upload: Upload): Promise<'taken' | 'unfinished'> {
    const { about } = upload
    await this.#shut(upload)
    if (upload.spoilt !== undefined) {
      await this.#drop(about)
      this.#options.refused(about.name, upload.spoilt)
      throw failed(upload.spoilt)
    }
    if (this.#options.completes === 'rename' || this.#options.isUnfinished(about.name)) return 'unfinished'
    try {
      await this.#takeIn(about, about.name)
    } catch (error) {
      await this.#drop(about) // its sender was told, and sends it again
      throw error
    }
    return 'taken'
  }

  /** The connection is gone. What has the name of a whole file and is none is thrown away; the rest may be gone on with. */
  async abandon(upload: Upload): Promise<void> {
    await this.#shut(upload)
    const { about, spoilt } = upload
    const mayGoOn = this.#options.isUnfinished(about.name)
    if (spoilt !== undefined || !mayGoOn) this.#options.refused(about.name, spoilt ?? 'The connection broke off.')
    if (!mayGoOn) await this.#drop(about)
  }

  /** Gives a file another name. When that makes it whole, it is taken in before this resolves; else it keeps its old name. */
  async rename(from: string, to: string): Promise<'taken' | 'unfinished'> {
    const about = this.#files.get(from)
    if (!about) throw notThere()
    if (about.isBusy) throw inUse()
    if (this.#files.has(to)) throw failed('There is a file of that name.')
    if (!this.#options.isUnfinished(to)) {
      await this.#takeIn(about, to)
      return 'taken'
    }
    this.#files.delete(from)
    this.#files.set(to, Object.assign(about, { name: to }))
    return 'unfinished'
  }

  async remove(name: string): Promise<void> {
    const about = this.#files.get(name)
    if (!about) throw notThere()
    if (about.isBusy) throw inUse()
    await this.#drop(about)
  }

  /** Resolves once nothing is being taken in. */
  async settled(): Promise<void> {
    await this.#line
  }

  async #takeIn(about: Unfinished, name: string): Promise<void> {
    about.isBusy = true
    const before = this.#line
    const taking = (async () => {
      await before
      const bytes = await readFile(about.path)
      if (bytes.length !== about.bytes) throw failed('It is not all here; send it again.')
      return this.#options.take(name, bytes)
    })()
    this.#line = taking.catch(() => {}) // whoever waits for this file hears it below; the next one goes on
    const answer = await taking.finally(() => {
      about.isBusy = false
    })
    if (!answer.kept) throw failed(answer.why)
    await this.#drop(about)
  }

  async #shut(upload: Upload): Promise<void> {
    await upload.file.close()
    upload.about.isBusy = false
  }

  async #drop(about: Unfinished): Promise<void> {
    if (this.#files.get(about.name) === about) this.#files.delete(about.name)
    await rm(about.path, { force: true }) // where somebody cleared the folder there is nothing left to remove
  }

  async #dropOld(): Promise<void> {
    const { now, keepMs } = this.#options
    for (const about of [...this.#files.values()])
      if (!about.isBusy && now() - about.changedAt > keepMs) await this.#drop(about)
  }
}

/** Writes every byte: a disk that is nearly full takes some of them, and says so in the count only. */
async function writeAll(file: Pick<FileHandle, 'write'>, data: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < data.length; ) {
    const { bytesWritten } = await file.write(data, done, data.length - done, offset + done)
    if (bytesWritten === 0) throw failed('Nothing more can be written; send it again later.')
    done += bytesWritten
  }
}
