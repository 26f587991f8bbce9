import { CR, hasByteOrderMark, isBlank, isHeaderStart, LF } from './bytes.ts'
import type { Delimiters } from './reading.ts'
import type { Marks } from './segment-table.ts'

/** Where a scan stopped: behind an envelope segment, before a new ISA, at the end, or for want of more bytes. */
export type Stop = 'ISA' | 'GS' | 'ST' | 'SE' | 'GE' | 'IEA' | 'TA1' | 'end' | 'more'

const PLAIN = 0
const ELEMENT = 1
const TERMINATOR = 2
const CONTROL = 3
const HIGH = 4
/** CR where LF terminates: both together are one terminator. */
const CR_BEFORE_LF = 5

/**
 * Goes over the bytes once and leaves marks at every separator. Measured on 13.5 MB of 850s (Node 24, best of 14 rounds):
 * a bare loop that notes separators 780 MB/s, this with the envelope put together 255 MB/s, with the syntax check 159 MB/s.
 */
export class Scanner implements Marks {
  bytes: Uint8Array
  base = 0
  marks: Int32Array
  first: Int32Array
  /** Complete segments since the last `forget`. */
  segments = 0
  /** The next byte to look at. */
  at = 0
  /** Segments with control characters, and whether any byte was above 0x7f, since they were last reset. */
  controls: number[] = []
  high = false
  emptySegments = 0
  /** True when the last segment ended with the data instead of a terminator. */
  unterminated = false

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
  begin(delimiters: Delimiters, at: number): void {
    this.at = at
    this.open = false
    this.terminator = delimiters.segment
    this.emptySegments = 0
    this.unterminated = false
    this.kinds.fill(PLAIN)
    this.kinds.fill(CONTROL, 0, 0x20)
    this.kinds[0x7f] = CONTROL
    this.kinds.fill(HIGH, 0x80)
    if (delimiters.segment === LF) this.kinds[CR] = CR_BEFORE_LF
    if (delimiters.component !== delimiters.element) this.kinds[delimiters.component] = PLAIN
    if (delimiters.repetition !== undefined) this.kinds[delimiters.repetition] = PLAIN
    this.kinds[delimiters.element] = ELEMENT
    this.kinds[delimiters.segment] = TERMINATOR
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
  run(): Stop {
    const { bytes, kinds, end, terminator } = this
    let { marks, first, used, segments, at: i } = this
    for (;;) {
      if (!this.open) {
        // nearly always one line end, or nothing
        if (i < end && bytes[i] === LF && terminator !== LF) i++
        if (i >= end || bytes[i]! <= 0x2f || bytes[i]! >= 0x5b || bytes[i] === terminator) i = this.nextSegment(i)
        if (i >= end) return this.pause(i, used, segments, this.final ? 'end' : 'more')
        if (bytes[i] === 0x49) {
          if (i + 3 >= end && !this.final) return this.pause(i, used, segments, 'more')
          if (isHeaderStart(bytes, i)) return this.pause(i, used, segments, 'ISA')
        }
        if (used === marks.length) marks = this.moreMarks()
        marks[used++] = i - 1
        this.open = true
      }
      let kind = PLAIN
      for (; i < end; i++) {
        kind = kinds[bytes[i]!]!
        if (kind === PLAIN) continue
        if (kind === ELEMENT) {
          if (used === marks.length) marks = this.moreMarks()
          marks[used++] = i
          continue
        }
        if (kind === TERMINATOR) break
        if (kind === CR_BEFORE_LF) {
          if (i + 1 >= end && !this.final) return this.pause(i, used, segments, 'more')
          if (i + 1 >= end || bytes[i + 1] === LF) break
        }
        if (kind === HIGH) this.high = true
        else this.noteControl(segments)
      }
      if (i >= end) {
        if (!this.final) return this.pause(i, used, segments, 'more')
        this.unterminated = true
      }
      if (used === marks.length) marks = this.moreMarks()
      const mark = first[segments]!
      marks[used++] = i >= end ? this.lastWritten(i, mark) : i
      if (++segments + 1 >= first.length) first = this.moreSegments()
      first[segments] = used
      this.open = false
      i = Math.min(i + (kind === CR_BEFORE_LF ? 2 : 1), end)
      const start = marks[mark]! + 1
      if (MAYBE_ENVELOPE[bytes[start]!] === 1) {
        const stop = envelopeTag(bytes, start, marks[mark + 1]!)
        if (stop !== undefined) return this.pause(i, used, segments, stop)
      }
    }
  }

  private pause(at: number, used: number, segments: number, stop: Stop): Stop {
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
    return stop
  }

  private noteControl(segment: number): void {
    if (this.controls.at(-1) !== segment) this.controls.push(segment)
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

/** S, G, I and T: the first letters of ST, SE, GS, GE, IEA and TA1. */
const MAYBE_ENVELOPE = new Uint8Array(256)
for (const letter of 'SGIT') MAYBE_ENVELOPE[letter.charCodeAt(0)] = 1

function envelopeTag(bytes: Uint8Array, start: number, end: number): Stop | undefined {
  const a = bytes[start]
  const b = bytes[start + 1]
  if (end - start === 2) {
    if (a === 0x53) return b === 0x54 ? 'ST' : b === 0x45 ? 'SE' : undefined
    if (a === 0x47) return b === 0x53 ? 'GS' : b === 0x45 ? 'GE' : undefined
    return undefined
  }
  if (end - start !== 3) return undefined
  const c = bytes[start + 2]
  if (a === 0x49 && b === 0x45 && c === 0x41) return 'IEA'
  if (a === 0x54 && b === 0x41 && c === 0x31) return 'TA1'
  return undefined
}
