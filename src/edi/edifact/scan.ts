import { CR, hasByteOrderMark, isBlank, isLetterOrDigit, LF } from '../x12/bytes.ts'
import type { Marks } from '../x12/segment-table.ts'
import type { EdifactDelimiters } from './reading.ts'

/** Where a scan stopped: behind an envelope segment, before a new UNA or UNB, at the end, or for want of more bytes. */
export type EdifactStop = 'UNB' | 'UNG' | 'UNH' | 'UNT' | 'UNE' | 'UNZ' | 'end' | 'more'

const PLAIN = 0
const ELEMENT = 1
const TERMINATOR = 2
const CONTROL = 3
const HIGH = 4
const RELEASE = 5
const OUTSIDE = 6

/** How the segments of an interchange are told apart. */
export interface ScanSyntax {
  readonly delimiters: Pick<EdifactDelimiters, 'component' | 'element' | 'segment' | 'release'>
  /** ASCII characters the declared character set does not have. */
  readonly without: string
}

/**
 * Goes over the bytes once and leaves marks at every element separator that is not released. Components are found when they are
 * asked for. What is looked at least often (characters outside of the repertoire) is looked for until it is found once.
 */
export class EdifactScanner implements Marks {
  bytes: Uint8Array
  base = 0
  marks: Int32Array
  first: Int32Array
  /** Complete segments since the last `forget`. */
  segments = 0
  /** The next byte to look at. */
  at = 0
  /** Segments with control characters, and whether any byte was above 0x7f or released, since they were last reset. */
  controls: number[] = []
  high = false
  released = false
  emptySegments = 0
  /** True when the last segment ended with the data instead of a terminator, or with a release character. */
  unterminated = false
  dangling = false
  /** The first character outside of the declared repertoire; -1 while there is none. */
  outside = -1
  outsideOffset = -1

  private used = 0
  private open = false
  private end = 0
  private final = false
  private terminator = 0
  private readonly kinds = new Uint8Array(256)

  constructor(bytes: Uint8Array, expected = bytes.length) {
    this.bytes = bytes
    // room for a mark every second byte: pages never written cost nothing, growing costs a copy
    this.marks = new Int32Array((expected >> 1) + 1024)
    this.first = new Int32Array((expected >> 4) + 256)
  }

  /** Begins an interchange: segments with these separators from `at` on. */
  begin({ delimiters, without }: ScanSyntax, at: number): void {
    const { kinds } = this
    this.at = at
    this.open = false
    this.terminator = delimiters.segment
    this.emptySegments = 0
    this.unterminated = false
    this.dangling = false
    this.outside = -1
    kinds.fill(PLAIN)
    kinds.fill(CONTROL, 0, 0x20)
    kinds[0x7f] = CONTROL
    kinds.fill(HIGH, 0x80)
    for (let i = 0; i < without.length; i++) kinds[without.charCodeAt(i)] = OUTSIDE
    kinds[delimiters.component] = PLAIN
    if (delimiters.release !== undefined) kinds[delimiters.release] = RELEASE
    kinds[delimiters.element] = ELEMENT
    kinds[delimiters.segment] = TERMINATOR
  }

  /** Says how far the bytes reach, and whether that is all there will be. */
  upTo(end: number, final: boolean): void {
    this.end = end
    this.final = final
  }

  /** Drops the complete segments; whoever still needs them has copied them. */
  forget(): void {
    if (this.open) {
      const start = this.first[this.segments]!
      this.marks.copyWithin(0, start, this.used)
      this.used -= start
    } else {
      this.used = 0
    }
    this.segments = 0
    this.controls = []
  }

  /** The first byte still needed. */
  needed(): number {
    return this.used > 0 ? this.marks[0]! + 1 : this.at
  }

  /** The bytes moved by `distance` to the front of the window. */
  moved(distance: number): void {
    for (let i = 0; i < this.used; i++) this.marks[i]! -= distance
    this.at -= distance
    this.base += distance
  }

  /** Reads on until an envelope segment is complete. */
  run(): EdifactStop {
    const { bytes, kinds, end, terminator } = this
    let { marks, first, used, segments, at: i } = this
    for (;;) {
      if (!this.open) {
        // nearly always one line end, or nothing
        if (i < end && bytes[i] === LF && terminator !== LF) i++
        if (i >= end || bytes[i]! <= 0x2f || bytes[i]! >= 0x5b || bytes[i] === terminator) i = this.nextSegment(i)
        if (i >= end) return this.pause(i, used, segments, this.final ? 'end' : 'more')
        if (bytes[i] === 0x55) {
          if (i + 3 >= end && !this.final) return this.pause(i, used, segments, 'more')
          if (isHeaderStart(bytes, i)) return this.pause(i, used, segments, 'UNB')
        }
        if (used === marks.length) marks = this.moreMarks()
        marks[used++] = i - 1
        this.open = true
      }
      for (; i < end; i++) {
        const kind = kinds[bytes[i]!]!
        if (kind === PLAIN) continue
        if (kind === ELEMENT) {
          if (used === marks.length) marks = this.moreMarks()
          marks[used++] = i
          continue
        }
        if (kind === TERMINATOR) break
        if (kind === RELEASE) {
          if (i + 1 >= end) {
            if (!this.final) return this.pause(i, used, segments, 'more')
            this.dangling = true
            continue
          }
          this.released = true
          i++
          if (bytes[i]! >= 0x80) this.high = true
          else if (bytes[i]! < 0x20) this.noteControl(segments)
        } else if (kind === HIGH) this.high = true
        else if (kind === OUTSIDE) this.noteOutside(i)
        else this.noteControl(segments)
      }
      if (i >= end) {
        if (!this.final) return this.pause(i, used, segments, 'more')
        this.unterminated = true
      }
      if (used === marks.length) marks = this.moreMarks()
      const mark = first[segments]!
      marks[used++] = i >= end ? this.lastWritten(end, mark) : i
      if (++segments + 1 >= first.length) first = this.moreSegments()
      first[segments] = used
      this.open = false
      i = i < end ? i + 1 : end
      const start = marks[mark]! + 1
      if (bytes[start] === 0x55 && bytes[start + 1] === 0x4e && marks[mark + 1]! - start === 3) {
        const stop = ENVELOPE[bytes[start + 2]!]
        if (stop !== undefined) return this.pause(i, used, segments, stop)
      }
    }
  }

  private pause(at: number, used: number, segments: number, stop: EdifactStop): EdifactStop {
    this.segments = segments
    this.at = at
    this.used = used
    return stop
  }

  private nextSegment(from: number): number {
    const { bytes, end, terminator } = this
    let i = from
    while (i < end) {
      const byte = bytes[i]!
      if (byte === terminator) {
        if (!isBlank(byte)) this.emptySegments++
      } else if (byte === 0xef && hasByteOrderMark(bytes, i)) {
        i += 2
      } else if (byte > 0x20 || !isBlank(byte) || this.kinds[byte] === ELEMENT) {
        break
      }
      i++
    }
    return i
  }

  /** At the end of the data line ends belong to the file, not to the last element. */
  private lastWritten(end: number, mark: number): number {
    const floor = this.marks[mark]! + 1
    let stop = end
    while (stop > floor && isBlank(this.bytes[stop - 1]!) && this.kinds[this.bytes[stop - 1]!] !== ELEMENT) stop--
    const { controls } = this
    const ended = stop < end && (this.bytes[stop] === CR || this.bytes[stop] === LF)
    if (ended && controls.at(-1) === this.segments && !this.hasControl(floor, stop)) controls.pop()
    return stop
  }

  private hasControl(from: number, to: number): boolean {
    for (let i = from; i < to; i++) if (this.kinds[this.bytes[i]!] === CONTROL) return true
    return false
  }

  private noteControl(segment: number): void {
    if (this.controls.at(-1) !== segment) this.controls.push(segment)
  }

  /** Once is enough: from here on these characters are passed over at full speed. */
  private noteOutside(at: number): void {
    this.outside = this.bytes[at]!
    this.outsideOffset = this.base + at
    for (let i = 0; i < 0x80; i++) if (this.kinds[i] === OUTSIDE) this.kinds[i] = PLAIN
  }

  private moreMarks(): Int32Array {
    const wider = new Int32Array(this.marks.length * 2)
    wider.set(this.marks)
    this.marks = wider
    return wider
  }

  private moreSegments(): Int32Array {
    const wider = new Int32Array(this.first.length * 2)
    wider.set(this.first)
    this.first = wider
    return wider
  }
}

const ENVELOPE: (EdifactStop | undefined)[] = new Array(256).fill(undefined)
for (const stop of ['UNG', 'UNH', 'UNT', 'UNE', 'UNZ'] as const) ENVELOPE[stop.charCodeAt(2)] = stop

/** True when `UNA`, or `UNB` and a separator, stands at `at`. */
export function isHeaderStart(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== 0x55 || bytes[at + 1] !== 0x4e) return false
  if (bytes[at + 2] === 0x41) return true
  const separator = bytes[at + 3]
  return bytes[at + 2] === 0x42 && separator !== undefined && !isLetterOrDigit(separator)
}
