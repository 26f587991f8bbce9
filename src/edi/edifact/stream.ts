import { isBlank } from '../x12/bytes.ts'
import { EdifactAssembly, type EdifactBench, ownedSegments } from './assemble.ts'
import { repertoireOf } from './charset.ts'
import { edifactFault } from './faults.ts'
import { LONGEST, readHeader } from './header.ts'
import { checkOf, type EdifactReadOptions } from './read.ts'
import type { EdifactFault, EdifactGroup, EdifactInterchange, EdifactMessage } from './reading.ts'
import { EdifactScanner, isHeaderStart } from './scan.ts'

export interface EdifactStreamOptions extends EdifactReadOptions {
  /** The largest message that is held in memory; a larger one is counted and reported, not kept. 32 MB unless said otherwise. */
  readonly maxMessageBytes?: number
}

/**
 * What a streamed reading hands over, in the order of the file. A message is provisional until its interchange ended well:
 * an interchange without UNZ, or with wrong counts, takes back everything in it.
 */
export type EdifactPart =
  | { readonly kind: 'interchange'; readonly interchange: EdifactInterchange }
  | { readonly kind: 'message'; readonly message: EdifactMessage }
  | { readonly kind: 'group'; readonly group: EdifactGroup }
  /** The end of an interchange: all its faults, its groups without their messages. */
  | { readonly kind: 'end'; readonly interchange: EdifactInterchange }
  | { readonly kind: 'fault'; readonly fault: EdifactFault }

const USUAL_LIMIT = 32 * 1024 * 1024
/** UNA, its six characters, a line end and the longest UNB. */
const HEADER_BYTES = LONGEST + 32

/**
 * Reads EDIFACT as it arrives. Memory stays flat however long the interchange is: only the message under way is held.
 *
 * @example
 * for await (const part of readEdifactStream(createReadStream(path)))
 *   if (part.kind === 'message') keep(part.message)
 */
export async function* readEdifactStream(
  source: AsyncIterable<Uint8Array>,
  options: EdifactStreamOptions = {},
): AsyncGenerator<EdifactPart, void, undefined> {
  const reading = new Reading(options)
  for await (const chunk of source) {
    reading.append(chunk)
    reading.goOn(false)
    yield* reading.handOver()
    if (reading.gaveUp) return
  }
  reading.goOn(true)
  yield* reading.handOver()
}

/** The window onto the stream, and what has been understood of it. */
class Reading {
  gaveUp = false
  private parts: EdifactPart[] = []
  private readonly scanner = new EdifactScanner(new Uint8Array(1 << 16), 1 << 14)
  private readonly options: EdifactStreamOptions
  private readonly bench: EdifactBench
  private readonly limit: number
  private filled = 0
  private assembly: EdifactAssembly | undefined
  private strays = 0
  private strayOffset = 0
  private interchanges = 0
  private unreadable = 0

  constructor(options: EdifactStreamOptions) {
    this.options = options
    this.limit = options.maxMessageBytes ?? USUAL_LIMIT
    this.bench = {
      keep: ownedSegments,
      check: checkOf(options),
      done: (message) => this.parts.push({ kind: 'message', message }),
      groupDone: (group) => this.parts.push({ kind: 'group', group }),
      holdsMessages: false,
      ...(options.charset === undefined ? {} : { charset: options.charset }),
    }
  }

  handOver(): EdifactPart[] {
    const { parts } = this
    this.parts = []
    return parts
  }

  append(chunk: Uint8Array): void {
    const { scanner } = this
    if (this.filled + chunk.length > scanner.bytes.length) this.makeRoom(chunk.length)
    scanner.bytes.set(chunk, this.filled)
    this.filled += chunk.length
  }

  /** Understands as much as there is; `final` says that nothing will follow. */
  goOn(final: boolean): void {
    for (;;) {
      const moved = this.assembly ? this.readSegments(this.assembly, final) : this.readHeader(final)
      if (!moved) break
    }
    if (!final) return
    this.reportStrays()
    if (this.interchanges === 0 && this.unreadable === 0) {
      this.parts.push({ kind: 'fault', fault: edifactFault('NO_INTERCHANGE') })
    }
  }

  private readHeader(final: boolean): boolean {
    const { scanner } = this
    const { bytes, base } = scanner
    const at = this.nextHeaderStart()
    if (at < 0) {
      this.passOver(final ? this.filled : Math.max(scanner.at, this.filled - 3))
      return false
    }
    this.passOver(at)
    if (this.filled - at < HEADER_BYTES && !final) return false
    if (!isHeaderStart(bytes, at)) {
      this.passOver(at + 1)
      return true
    }
    const header = readHeader(bytes, at, this.filled, base, this.options.charset)
    if ('unreadable' in header) {
      if (this.unreadable++ < 50) this.parts.push({ kind: 'fault', fault: header.unreadable })
      this.passOver(Math.min(this.filled, at + (bytes[at + 2] === 0x41 ? 12 : 3)))
      return true
    }
    this.reportStrays()
    const assembly = new EdifactAssembly(scanner, header, base + at, this.bench)
    this.interchanges++
    this.parts.push({ kind: 'interchange', interchange: { ...assembly.result(base + header.end), groups: [] } })
    scanner.begin({ delimiters: header.delimiters, without: repertoireOf(header.syntax)?.without ?? '' }, header.end)
    this.assembly = assembly
    return true
  }

  /** `UNA` or `UNB`, or so much of it at the end of the window that it may still become one. */
  private nextHeaderStart(): number {
    const { bytes, at } = this.scanner
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, this.filled)
    let found = buffer.indexOf('UN', at, 'latin1')
    while (found >= 0 && found + 3 < this.filled && !isHeaderStart(bytes, found)) {
      found = buffer.indexOf('UN', found + 1, 'latin1')
    }
    return found
  }

  private passOver(to: number): void {
    const { scanner } = this
    for (; scanner.at < to; scanner.at++) {
      const byte = scanner.bytes[scanner.at]!
      const mark = byte === 0xef || byte === 0xbb || byte === 0xbf // pieces of a byte order mark
      if (isBlank(byte) || mark) continue
      if (this.strays++ === 0) this.strayOffset = scanner.base + scanner.at
    }
  }

  private reportStrays(): void {
    if (this.strays === 0) return
    const name = this.interchanges === 0 ? 'LEAD_IN' : 'STRAY_BYTES'
    this.parts.push({ kind: 'fault', fault: edifactFault(name, { offset: this.strayOffset }, String(this.strays)) })
    this.strays = 0
  }

  private readSegments(assembly: EdifactAssembly, final: boolean): boolean {
    const { scanner } = this
    scanner.upTo(this.filled, final)
    const stop = scanner.run()
    if (stop === 'more') {
      if (this.filled - scanner.needed() > this.limit) this.outgrown(assembly)
      return false
    }
    const over = assembly.take(stop)
    if (!assembly.inMessage) {
      scanner.forget()
      assembly.forgotten()
    }
    if (over) {
      this.parts.push({ kind: 'end', interchange: assembly.result(scanner.base + scanner.at) })
      this.assembly = undefined
    }
    return true
  }

  /** The message under way is too large: its segments go, or, when it is one endless segment, the reading ends here. */
  private outgrown(assembly: EdifactAssembly): void {
    const { scanner } = this
    if (assembly.inMessage && scanner.segments > 0) assembly.dropSegments(this.limit)
    if (this.filled - scanner.needed() <= this.limit) return
    const found = edifactFault('MESSAGE_TOO_BIG', { offset: scanner.base + scanner.needed() }, String(this.limit))
    this.parts.push({ kind: 'fault', fault: found })
    assembly.take('end')
    this.parts.push({ kind: 'end', interchange: assembly.result(scanner.base + this.filled) })
    this.gaveUp = true
  }

  private makeRoom(more: number): void {
    const { scanner } = this
    const from = scanner.needed()
    const kept = this.filled - from
    const size =
      kept + more > scanner.bytes.length / 2 ? Math.max(scanner.bytes.length * 2, kept + more) : scanner.bytes.length
    const room = size === scanner.bytes.length ? scanner.bytes : new Uint8Array(size)
    if (room === scanner.bytes) room.copyWithin(0, from, this.filled)
    else room.set(scanner.bytes.subarray(from, this.filled))
    scanner.bytes = room
    scanner.moved(from)
    this.filled = kept
  }
}
