/** A file of a ZIP archive as its directory lists it, and where its packed bytes are. */
export interface ZipEntry {
  readonly name: string
  readonly method: number
  readonly isEncrypted: boolean
  /** What Unix says the file is; 0 where the archive was made elsewhere. */
  readonly mode: number
  readonly size: number
  readonly checksum: number
  readonly from: number
  readonly to: number
}

type Directory = { readonly entries: readonly ZipEntry[]; readonly fault?: undefined } | { readonly fault: string }

const END = 0x06054b50
const END_BYTES = 22
const LISTED = 0x02014b50
const LISTED_BYTES = 46
const LOCAL = 0x04034b50
const LOCAL_BYTES = 30
const LONGEST_COMMENT = 0xffff
const ENCRYPTED = 0x0001
const UNIX = 3
/** Sizes that stand in a longer form elsewhere: archives of 4 GB, which nobody sends here. */
const ELSEWHERE = 0xffffffff

const BROKEN: Directory = { fault: 'it is no whole ZIP file' }

/**
 * What a ZIP archive says is in it. Only its directory counts, and each entry must agree with the head of its file and
 * overlap no other: bytes that stand for two files are how bombs are made.
 */
export function centralDirectory(bytes: Uint8Array, mostEntries: number): Directory {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = endOf(view)
  if (end === undefined) return BROKEN
  const count = view.getUint16(end + 10, true)
  const start = view.getUint32(end + 16, true)
  if (count > mostEntries) return { fault: `it has ${count} files, more than ${mostEntries}` }
  const entries: ZipEntry[] = []
  for (let at = start, index = 0; index < count; index += 1) {
    if (at + LISTED_BYTES > end || view.getUint32(at, true) !== LISTED) return BROKEN
    const entry = entryAt(view, bytes, at, start)
    if (entry === undefined) return BROKEN
    entries.push(entry)
    at += LISTED_BYTES + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return overlap(entries) ? { fault: 'files in it share their bytes' } : { entries }
}

function endOf(view: DataView): number | undefined {
  const first = Math.max(0, view.byteLength - END_BYTES - LONGEST_COMMENT)
  for (let at = view.byteLength - END_BYTES; at >= first; at -= 1) if (view.getUint32(at, true) === END) return at
  return undefined
}

function entryAt(view: DataView, bytes: Uint8Array, at: number, directory: number): ZipEntry | undefined {
  const packed = view.getUint32(at + 20, true)
  const size = view.getUint32(at + 24, true)
  const local = view.getUint32(at + 42, true)
  const name = textAt(bytes, at + LISTED_BYTES, view.getUint16(at + 28, true))
  if (packed === ELSEWHERE || size === ELSEWHERE || local + LOCAL_BYTES > directory) return undefined
  const nameLength = view.getUint16(local + 26, true)
  const from = local + LOCAL_BYTES + nameLength + view.getUint16(local + 28, true)
  const isSame = view.getUint32(local, true) === LOCAL && textAt(bytes, local + LOCAL_BYTES, nameLength) === name
  if (!isSame || from + packed > directory) return undefined
  return {
    name,
    method: view.getUint16(at + 10, true),
    isEncrypted: (view.getUint16(at + 8, true) & ENCRYPTED) !== 0,
    mode: view.getUint8(at + 5) === UNIX ? view.getUint16(at + 40, true) : 0,
    size,
    checksum: view.getUint32(at + 16, true),
    from,
    to: from + packed,
  }
}

const textAt = (bytes: Uint8Array, at: number, length: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(length, bytes.length - at)).toString('utf8')

function overlap(entries: readonly ZipEntry[]): boolean {
  const sorted = entries.toSorted((a, b) => a.from - b.from)
  return sorted.some(({ to }, at) => to > (sorted[at + 1]?.from ?? Number.POSITIVE_INFINITY))
}
