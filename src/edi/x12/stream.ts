import { Assembly, type Bench } from './assemble.ts'
import { isBlank, isHeaderStart } from './bytes.ts'
import { checkSyntax } from './check.ts'
import { fault } from './faults.ts'
import { LONGEST, readHeader } from './header.ts'
import type { ReadOptions } from './read.ts'
import type { X12Fault, X12Group, X12Interchange, X12Set } from './reading.ts'
import { Scanner } from './scan.ts'
import { MarkedSegments } from './segment-table.ts'

export interface StreamOptions extends ReadOptions {
  /** The largest set that is held in memory; a larger one is counted and reported, not kept. 32 MB unless said otherwise. */
  readonly maxSetBytes?: number
}

/**
 * What a streamed reading hands over, in the order of the file. A set is provisional until its interchange ended well:
 * an interchange without IEA, or with wrong counts, takes back everything in it.
 */
export type X12Part =
  | { readonly kind: 'interchange'; readonly interchange: X12Interchange }
  | { readonly kind: 'set'; readonly set: X12Set }
  | { readonly kind: 'group'; readonly group: X12Group }
  /** The end of an interchange: all its faults, its groups without their sets. */
  | { readonly kind: 'end'; readonly interchange: X12Interchange }
  | { readonly kind: 'fault'; readonly fault: X12Fault }

const USUAL_LIMIT = 32 * 1024 * 1024

/**
 * Reads X12 as it arrives. Memory stays flat however long the interchange is: only the set under way is held.
 *
 * @example
 * for await (const part of readX12Stream(createReadStream(path)))
 *   if (part.kind === 'set') keep(part.set)
 */
export async function* readX12Stream(
  source: AsyncIterable<Uint8Array>,
  options: StreamOptions = {},
): AsyncGenerator<X12Part, void, undefined> {
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
  private parts: X12Part[] = []
  private readonly scanner = new Scanner(new Uint8Array(1 << 16), 1 << 14)
  private readonly bench: Bench
  private readonly limit: number
  private filled = 0
  private assembly: Assembly | undefined
  private strays = 0
  private strayOffset = 0
  private interchanges = 0
  private unreadable = 0

  constructor(options: StreamOptions) {
    this.limit = options.maxSetBytes ?? USUAL_LIMIT
    this.bench = {
      keep: owned,
      check: options.syntax === false ? () => [] : checkSyntax,
      done: (set) => this.parts.push({ kind: 'set', set }),
      groupDone: (group) => this.parts.push({ kind: 'group', group }),
      holdsSets: false,
    }
  }

  handOver(): X12Part[] {
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
    if (this.interchanges === 0 && this.unreadable === 0)
      this.parts.push({ kind: 'fault', fault: fault('NO_INTERCHANGE') })
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
    if (this.filled - at < LONGEST + 8 && !final) return false
    const header = readHeader(bytes, at, this.filled, base)
    if ('unreadable' in header) {
      if (this.unreadable++ < 50) {
        const found = fault('ISA_UNREADABLE', { tag: 'ISA', offset: base + at }, header.unreadable)
        this.parts.push({ kind: 'fault', fault: found })
      }
      this.passOver(at + 1)
      return true
    }
    this.reportStrays()
    const assembly = new Assembly(scanner, header, base + at, this.bench)
    this.interchanges++
    this.parts.push({ kind: 'interchange', interchange: { ...assembly.result(base + header.end), groups: [] } })
    if (header.delimiters.element === header.delimiters.segment) {
      scanner.at = header.end
      this.parts.push({ kind: 'end', interchange: assembly.result(base + header.end) })
      return true
    }
    scanner.begin(header.delimiters, header.end)
    this.assembly = assembly
    return true
  }

  /** `ISA` and a separator, or so much of it at the end of the window that it may still become one. */
  private nextHeaderStart(): number {
    const { bytes, at } = this.scanner
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, this.filled)
    let found = buffer.indexOf('ISA', at, 'latin1')
    while (found >= 0 && found + 3 < this.filled && !isHeaderStart(bytes, found)) {
      found = buffer.indexOf('ISA', found + 1, 'latin1')
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
    this.parts.push({ kind: 'fault', fault: fault(name, { offset: this.strayOffset }, String(this.strays)) })
    this.strays = 0
  }

  private readSegments(assembly: Assembly, final: boolean): boolean {
    const { scanner } = this
    scanner.upTo(this.filled, final)
    const stop = scanner.run()
    if (stop === 'more') {
      if (this.filled - scanner.needed() > this.limit) this.outgrown(assembly)
      return false
    }
    const over = assembly.take(stop)
    if (!assembly.inSet) {
      scanner.forget()
      assembly.forgotten()
    }
    if (over) {
      this.parts.push({ kind: 'end', interchange: assembly.result(scanner.base + scanner.at) })
      this.assembly = undefined
    }
    return true
  }

  /** The set under way is too large: its segments go, or, when it is one endless segment, the reading ends here. */
  private outgrown(assembly: Assembly): void {
    const { scanner } = this
    if (assembly.inSet && scanner.segments > 0) assembly.dropSegments(this.limit)
    if (this.filled - scanner.needed() <= this.limit) return
    const found = fault('SET_TOO_BIG', { offset: scanner.base + scanner.needed() }, String(this.limit))
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

/** A set with bytes and marks of its own, so that the window may move on. */
function owned(held: MarkedSegments): MarkedSegments {
  const { source, from, length, delimiters, high } = held
  if (length === 0) return held
  const firstMark = source.first[from]!
  const lastMark = source.first[from + length]!
  const start = source.marks[firstMark]! + 1
  const bytes = source.bytes.slice(start, source.marks[lastMark - 1]!)
  const marks = source.marks.slice(firstMark, lastMark).map((place) => place - start)
  const first = source.first.slice(from, from + length + 1).map((mark) => mark - firstMark)
  return new MarkedSegments({ bytes, marks, first, base: source.base + start }, 0, length, delimiters, high)
}
