/** Bytes ⇄ the files of an archive (ZIP, gzip); no meaning. What could hurt is refused before or while it is opened. */
import { crc32, gunzipSync, inflateRawSync } from 'node:zlib'
import { centralDirectory, type ZipEntry } from './central-directory.ts'

/** One file of an archive. Its name is data, never a path. */
export interface Unpacked {
  readonly name: string
  readonly bytes: Uint8Array
}

/** The files of an archive; or why it is not opened, and then nothing of it is. */
export type Unpacking =
  | { readonly files: readonly Unpacked[]; readonly fault?: undefined }
  | { readonly files?: undefined; readonly fault: string }

/** How far an archive is trusted. */
export interface UnpackLimits {
  /** All files together, opened. Default 50 MiB. */
  readonly mostBytes?: number
  /** How many times larger the files may be than the archive. Default 100. */
  readonly mostRatio?: number
  /** Default 1,000. */
  readonly mostEntries?: number
}

const MOST_BYTES = 50 * 1024 * 1024
const MOST_RATIO = 100
const MOST_ENTRIES = 1_000
const STORED = 0
const DEFLATED = 8
const SYMBOLIC_LINK = 0o120000
const FILE_TYPE = 0o170000

/** Whether bytes begin as a ZIP or gzip file does. */
export function isArchive(bytes: Uint8Array): boolean {
  return isGzip(bytes) || isZip(bytes)
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/** `PK` and one of: a file, an empty archive, a part of several. */
const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && [0x0304, 0x0506, 0x0708].includes(((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0))

/**
 * Opens an archive, all of it or nothing: at most so many files, so much in all, so much larger than it was; no archive in
 * it, no name that leads elsewhere, no link, no password, and every file as its checksum says.
 */
export function unpack(name: string, bytes: Uint8Array, limits: UnpackLimits = {}): Unpacking {
  const { mostBytes = MOST_BYTES, mostRatio = MOST_RATIO, mostEntries = MOST_ENTRIES } = limits
  const most = Math.min(mostBytes, bytes.length * mostRatio)
  const opened = isGzip(bytes) ? openGzip(name, bytes, most) : openZip(bytes, most, mostEntries)
  if (opened.fault !== undefined) return opened
  const nested = opened.files.find((file) => isArchive(file.bytes))
  return nested ? { fault: `${nested.name} in it is an archive itself` } : opened
}

const TOO_LARGE = (most: number) => `what is in it is larger than ${most} bytes, or a hundred times larger than itself`

function openGzip(name: string, bytes: Uint8Array, most: number): Unpacking {
  try {
    return { files: [{ name: name.replace(/\.gz$/i, ''), bytes: gunzipSync(bytes, { maxOutputLength: most }) }] }
  } catch (error) {
    return { fault: isOverflow(error) ? TOO_LARGE(most) : 'it is no whole gzip file' }
  }
}

function openZip(bytes: Uint8Array, most: number, mostEntries: number): Unpacking {
  const directory = centralDirectory(bytes, mostEntries)
  if (directory.fault !== undefined) return directory
  const entries = directory.entries.filter(({ name }) => !name.endsWith('/'))
  const unsafe = entries.map(whyUnsafe).find((why) => why !== undefined)
  if (unsafe !== undefined) return { fault: unsafe }
  if (entries.reduce((sum, { size }) => sum + size, 0) > most) return { fault: TOO_LARGE(most) }
  const files: Unpacked[] = []
  for (const entry of entries) {
    const file = openEntry(bytes, entry)
    if (file === undefined) return { fault: `${entry.name} in it is not what its entry says` }
    files.push({ name: entry.name, bytes: file })
  }
  return { files }
}

/** Names that lead elsewhere when somebody unpacks them are an attack, whatever else is in the archive. */
function whyUnsafe({ name, method, isEncrypted, mode }: ZipEntry): string | undefined {
  const steps = name.split('/')
  if (/[\\\0:]/.test(name) || name.startsWith('/') || steps.includes('..') || name === '')
    return 'a name in it leads out of it'
  if (isEncrypted) return `${name} in it has a password`
  if (method !== STORED && method !== DEFLATED) return `${name} in it is packed in a way that is not read here`
  if ((mode & FILE_TYPE) === SYMBOLIC_LINK) return `${name} in it is a link`
  return undefined
}

/** Exactly as many bytes as its entry says, with its checksum; undefined when they are not. */
function openEntry(bytes: Uint8Array, { from, to, method, size, checksum }: ZipEntry): Uint8Array | undefined {
  const packed = bytes.subarray(from, to)
  const file = method === STORED ? packed : inflated(packed, size)
  return file?.length === size && crc32(file) === checksum ? file : undefined
}

function inflated(packed: Uint8Array, size: number): Uint8Array | undefined {
  if (size === 0) return new Uint8Array(0)
  try {
    return inflateRawSync(packed, { maxOutputLength: size })
  } catch {
    return undefined // not whole, or more than it said: the caller says which file
  }
}

const isOverflow = (error: unknown): boolean => (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE'
