import type { Scanner, ScanSyntax, Stopped } from './scan.ts'
import { isBlank } from './x12/bytes.ts'

/** An interchange while it passes by: what the assemblies of the languages have in common. */
export interface PassingInterchange<S extends string, I> {
  /** True between the first and the last segment of a set or message. */
  readonly isInside: boolean
  /** Takes in what the scanner stopped at. True when the interchange is over. */
  take(stop: Stopped<S>): boolean
  /** Drops the segments of a set or message that outgrew its limit in bytes; they still count. */
  dropSegments(limit: number): void
  /** Is told that the scanner forgot all segments. */
  forgotten(): void
  result(end: number): I
}

/** A header that was read: what passes by from `end` on; without a syntax nothing of it can be told apart. */
export interface OpenedInterchange<S extends string, I> {
  readonly interchange: PassingInterchange<S, I>
  readonly syntax?: ScanSyntax
  readonly end: number
}

/** A place that looked like a header and is none: why, where there is something to say, and how many bytes to pass over. */
export interface NoHeader<F> {
  readonly unreadable?: F
  readonly skip: number
}

/** What a stream has to know of a language. */
export interface BlockLanguage<S extends string, I, F> {
  readonly scanner: Scanner<S>
  /** How a header begins, and whether one stands at a place of which all is there. */
  readonly beginning: string
  readonly isHeaderStart: (bytes: Uint8Array, at: number) => boolean
  /** As many bytes as the longest header needs. */
  readonly headerBytes: number
  readonly open: (at: number, filled: number) => OpenedInterchange<S, I> | NoHeader<F>
  readonly fault: (name: 'LEAD_IN' | 'STRAY_BYTES' | 'NO_INTERCHANGE' | 'TOO_BIG', offset?: number, about?: string) => F
  /** The largest set or message that is held. */
  readonly limit: number
}

/** What every stream hands over besides its sets or messages and groups. */
export type EnvelopePart<I, F> =
  | { readonly kind: 'interchange'; readonly interchange: I }
  /** The end of an interchange: all its faults; its groups and what is in them were handed over before. */
  | { readonly kind: 'end'; readonly interchange: I }
  | { readonly kind: 'fault'; readonly fault: F }

/** A set or message held in memory is at most so large, unless somebody says otherwise. */
export const USUAL_LIMIT = 32 * 1024 * 1024
/** Into a window of this size the bytes of a stream come first. */
export const WINDOW = 1 << 16

const MOST_UNREADABLE = 50

/**
 * The window onto a stream, and what has been understood of it. Memory stays flat however long the interchange is:
 * only the set or message under way is held.
 */
export class BlockStream<S extends string, I, F, P> {
  private parts: (P | EnvelopePart<I, F>)[] = []
  private readonly language: BlockLanguage<S, I, F>
  private readonly scanner: Scanner<S>
  private gaveUp = false
  private filled = 0
  private passing: PassingInterchange<S, I> | undefined
  private strays = 0
  private strayOffset = 0
  private interchanges = 0
  private unreadable = 0

  constructor(languageOf: (handOver: (part: P) => void) => BlockLanguage<S, I, F>) {
    this.language = languageOf((part) => this.parts.push(part))
    this.scanner = this.language.scanner
  }

  /** The parts of a source, in its order. */
  async *read(source: AsyncIterable<Uint8Array>): AsyncGenerator<P | EnvelopePart<I, F>, void, undefined> {
    for await (const chunk of source) {
      this.append(chunk)
      this.goOn(false)
      yield* this.handedOver()
      if (this.gaveUp) return
    }
    this.goOn(true)
    yield* this.handedOver()
  }

  private handedOver(): (P | EnvelopePart<I, F>)[] {
    const { parts } = this
    this.parts = []
    return parts
  }

  private append(chunk: Uint8Array): void {
    const { scanner } = this
    if (this.filled + chunk.length > scanner.bytes.length) this.makeRoom(chunk.length)
    scanner.bytes.set(chunk, this.filled)
    this.filled += chunk.length
  }

  /** Understands as much as there is; `final` says that nothing will follow. */
  private goOn(final: boolean): void {
    for (;;) {
      const moved = this.passing ? this.readSegments(this.passing, final) : this.readHeader(final)
      if (!moved) break
    }
    if (!final) return
    this.reportStrays()
    if (this.interchanges === 0 && this.unreadable === 0) this.report(this.language.fault('NO_INTERCHANGE'))
  }

  private readHeader(final: boolean): boolean {
    const { scanner, language } = this
    const at = this.nextHeaderStart()
    if (at < 0) {
      this.passOver(final ? this.filled : Math.max(scanner.at, this.filled - 3))
      return false
    }
    this.passOver(at)
    if (this.filled - at < language.headerBytes && !final) return false
    const opened = language.open(at, this.filled)
    if ('skip' in opened) {
      if (opened.unreadable !== undefined && this.unreadable++ < MOST_UNREADABLE) this.report(opened.unreadable)
      this.passOver(Math.min(this.filled, at + opened.skip))
      return true
    }
    this.reportStrays()
    this.begin(opened)
    return true
  }

  private begin({ interchange, syntax, end }: OpenedInterchange<S, I>): void {
    const { scanner } = this
    this.interchanges++
    this.parts.push({ kind: 'interchange', interchange: interchange.result(scanner.base + end) })
    if (syntax) {
      scanner.begin(syntax, end)
      this.passing = interchange
    } else {
      scanner.at = end
      this.parts.push({ kind: 'end', interchange: interchange.result(scanner.base + end) })
    }
  }

  /** The beginning of a header, or so much of it at the end of the window that it may still become one. */
  private nextHeaderStart(): number {
    const { beginning, isHeaderStart } = this.language
    const { bytes, at } = this.scanner
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, this.filled)
    let found = buffer.indexOf(beginning, at, 'latin1')
    while (found >= 0 && found + 3 < this.filled && !isHeaderStart(bytes, found)) {
      found = buffer.indexOf(beginning, found + 1, 'latin1')
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
    this.report(this.language.fault(name, this.strayOffset, String(this.strays)))
    this.strays = 0
  }

  private report(fault: F): void {
    this.parts.push({ kind: 'fault', fault })
  }

  private readSegments(passing: PassingInterchange<S, I>, final: boolean): boolean {
    const { scanner } = this
    scanner.upTo(this.filled, final)
    const stop = scanner.run()
    if (stop === 'more') {
      if (this.filled - scanner.needed() > this.language.limit) this.outgrown(passing)
      return false
    }
    const over = passing.take(stop)
    if (!passing.isInside) {
      scanner.forget()
      passing.forgotten()
    }
    if (over) {
      this.parts.push({ kind: 'end', interchange: passing.result(scanner.base + scanner.at) })
      this.passing = undefined
    }
    return true
  }

  /** The set or message under way is too large: its segments go, or, when it is one endless segment, the reading ends here. */
  private outgrown(passing: PassingInterchange<S, I>): void {
    const { scanner } = this
    const { limit, fault } = this.language
    if (passing.isInside && scanner.segments > 0) passing.dropSegments(limit)
    if (this.filled - scanner.needed() <= limit) return
    this.report(fault('TOO_BIG', scanner.base + scanner.needed(), String(limit)))
    passing.take('end')
    this.parts.push({ kind: 'end', interchange: passing.result(scanner.base + this.filled) })
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
