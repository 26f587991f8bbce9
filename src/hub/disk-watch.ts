import { statfs } from 'node:fs/promises'
import type { Priority } from '../journal/route.ts'

/** Of a file system, in blocks, as `statfs` says it. */
export interface FileSystemFigures {
  readonly bsize: number
  readonly blocks: number
  readonly bfree: number
  readonly bavail: number
}

/** From how full a disk on which class is shed, and how much room makes that moot. */
export interface Watermark {
  /** Used, as a part of what can be used. */
  readonly used: number
  /** With more bytes free than this a large disk is not full, whatever part of it is used. */
  readonly unlessFreeBytes: number
  /** This class, and those after it, stay outside. */
  readonly closedFrom: Priority
}

const GIB = 2 ** 30

/** Analytics and bulk first, then notices and master data, then orders; at last all that brings something in. */
export const WATERMARKS: readonly Watermark[] = [
  { used: 0.95, unlessFreeBytes: 8 * GIB, closedFrom: 0 },
  { used: 0.9, unlessFreeBytes: 16 * GIB, closedFrom: 1 },
  { used: 0.8, unlessFreeBytes: 32 * GIB, closedFrom: 2 },
  { used: 0.7, unlessFreeBytes: 64 * GIB, closedFrom: 3 },
]

/** What the disk watch is opened with. */
export interface DiskWatchOptions {
  /** The folders whose disks are looked at. Empty: none can be seen from here. */
  readonly folders: readonly string[]
  readonly watermarks?: readonly Watermark[]
  readonly figures?: (folder: string) => Promise<FileSystemFigures>
  /** Hears when the class from which on nothing is taken in has changed; 5: all are. */
  readonly closed: (from: number) => void
  readonly trouble: (what: string, error: unknown) => void
}

/** How full a disk is. */
export interface DiskView {
  readonly folder: string
  /** From 0 to 1. */
  readonly used: number
  readonly freeBytes: number
}

/**
 * Looks at the disks of database and data. Before a disk is so full that the database would stop, less is let in,
 * while acknowledgements, deliveries and the audit still have room.
 */
export class DiskWatch {
  readonly #options: DiskWatchOptions
  #views: readonly DiskView[] = []
  #closedFrom = 5

  constructor(options: DiskWatchOptions) {
    this.#options = options
  }

  /** The fullest first. */
  get views(): readonly DiskView[] {
    return this.#views
  }

  /** The class from which on nothing is taken in; 5: all are. */
  get closedFrom(): number {
    return this.#closedFrom
  }

  /** In one sentence, for people. */
  get says(): string {
    const [fullest] = this.#views
    if (!fullest) return 'the disk of the database is not on this machine and not seen from here'
    const said = `${Math.round(fullest.used * 100)} % used, ${(fullest.freeBytes / GIB).toFixed(1)} GiB free`
    return this.#closedFrom === 5 ? said : `${said}; ${SHED[this.#closedFrom]}`
  }

  /** Looks once. */
  async look(): Promise<void> {
    const { folders, figures = statfs, watermarks = WATERMARKS, closed, trouble } = this.#options
    try {
      const views = await Promise.all(folders.map(async (folder) => viewOf(folder, await figures(folder))))
      this.#views = views.toSorted((a, b) => b.used - a.used)
    } catch (error) {
      trouble('the disk could not be looked at', error)
      return
    }
    const reached = watermarks.filter((mark) => this.#views.some((view) => isOver(view, mark)))
    const from = Math.min(5, ...reached.map((mark) => mark.closedFrom))
    if (from === this.#closedFrom) return
    this.#closedFrom = from
    closed(from)
  }
}

const SHED: readonly string[] = [
  'nothing is taken in',
  'only class 0 is taken in',
  'classes 2 to 4 are not taken in',
  'classes 3 and 4 are not taken in',
]

function viewOf(folder: string, { bsize, blocks, bfree, bavail }: FileSystemFigures): DiskView {
  const used = blocks - bfree
  const usable = used + bavail
  return { folder, used: usable === 0 ? 1 : used / usable, freeBytes: bavail * bsize }
}

const isOver = ({ used, freeBytes }: DiskView, mark: Watermark): boolean =>
  used >= mark.used && freeBytes < mark.unlessFreeBytes
