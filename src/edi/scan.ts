import type { Marks } from './marks.ts'
import { CR, hasByteOrderMark, isBlank, LF } from './x12/bytes.ts'

/** How a scan of one language knows where to stop: `S` are the names of its envelope segments. */
export interface ScanLanguage<S extends string> {
  /** The first letter of an interchange, and whether one begins at a place. */
  readonly headerLetter: number
  readonly isHeaderStart: (bytes: Uint8Array, at: number) => boolean
  readonly header: S
  /** 1 for the first letters of envelope segments, and which one stands between two places. */
  readonly envelopeLetters: Uint8Array
  readonly envelopeAt: (bytes: Uint8Array, start: number, end: number) => S | undefined
  /** True where components are marked, too: where nearly every element has some. */
  readonly marksComponents: boolean
}

/** Where a scan stopped: behind an envelope segment, before a new header, at the end, or for want of more bytes. */
export type Stopped<S extends string> = S | 'end' | 'more'

/** How the segments of an interchange are told apart. */
export interface ScanSyntax {
  readonly delimiters: {
    readonly element: number
    readonly segment: number
    readonly component: number
    readonly repetition?: number
    readonly release?: number
  }
  /** ASCII characters the declared character set does not have. */
  readonly without?: string
}

const PLAIN = 0
const ELEMENT = 1
const TERMINATOR = 2
const COMPONENT = 3
const CONTROL = 4
const HIGH = 5
/** CR where LF terminates: both together are one terminator. */
const CR_BEFORE_LF = 6
/** Takes the meaning from the byte behind it. */
const RELEASE = 7
const OUTSIDE = 8
const REPETITION = 9

const NO_PARTS = new Int32Array(0)

/**
 * Goes over the bytes once and leaves marks at every separator that is not released. What is looked at least often
 * (characters outside of the repertoire) is looked for until it is found once.
 */
export class Scanner<S extends string> implements Marks {
  bytes: Uint8Array
  base = 0
  marks: Int32Array
  first: Int32Array
  parts: Int32Array
  partsBefore: Int32Array
  /** Complete segments since the last `forget`. */
  segments = 0
  /** The next byte to look at. */
  at = 0
  /** Segments with control characters, and whether any byte was above 0x7f, released or between repeats, since they were last reset. */
  controls: number[] = []
  high = false
  released = false
  repeated = false
  emptySegments = 0
  /** True when the last segment ended with the data instead of a terminator, or with a release character. */
  unterminated = false
  dangling = false
  /** The first character outside of the declared repertoire; -1 while there is none. */
  outside = -1
  outsideOffset = -1

  private readonly language: ScanLanguage<S>
  private used = 0
  private usedParts = 0
  private open = false
  private end = 0
  private final = false
  private terminator = 0
  private readonly kinds = new Uint8Array(256)

  constructor(language: ScanLanguage<S>, bytes: Uint8Array, expected = bytes.length) {
    this.language = language
    this.bytes = bytes
    // room for a mark every second byte: pages never written cost nothing, growing costs a copy
    this.marks = new Int32Array((expected >> 1) + 1024)
    this.first = new Int32Array((expected >> 4) + 256)
    this.parts = language.marksComponents ? new Int32Array((expected >> 2) + 512) : NO_PARTS
    this.partsBefore = language.marksComponents ? new Int32Array(this.marks.length) : NO_PARTS
  }

  /** Begins an interchange: segments with these separators from `at` on. */
  begin({ delimiters, without = '' }: ScanSyntax, at: number): void {
    const { kinds } = this
    const { element, segment, component, repetition, release } = delimiters
    this.at = at
    this.open = false
    this.terminator = segment
    this.emptySegments = 0
    this.unterminated = false
    this.dangling = false
    this.outside = -1
    kinds.fill(PLAIN)
    kinds.fill(CONTROL, 0, 0x20)
    kinds[0x7f] = CONTROL
    kinds.fill(HIGH, 0x80)
    for (let i = 0; i < without.length; i++) kinds[without.charCodeAt(i)] = OUTSIDE
    if (segment === LF) kinds[CR] = CR_BEFORE_LF
    kinds[component] = this.language.marksComponents ? COMPONENT : PLAIN
    if (repetition !== undefined) kinds[repetition] = REPETITION
    if (release !== undefined) kinds[release] = RELEASE
    kinds[element] = ELEMENT
    kinds[segment] = TERMINATOR
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
      const part = this.partsBefore[start] ?? 0
      this.marks.copyWithin(0, start, this.used)
      this.parts.copyWithin(0, part, this.usedParts)
      this.partsBefore.copyWithin(0, start, this.used)
      this.used -= start
      this.usedParts -= part
      for (let i = 0; i < this.used && part > 0; i++) this.partsBefore[i]! -= part
    } else {
      this.used = 0
      this.usedParts = 0
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
    for (let i = 0; i < this.usedParts; i++) this.parts[i]! -= distance
    this.at -= distance
    this.base += distance
  }

  /** Reads on until an envelope segment is complete. */
  run(): Stopped<S> {
    const { bytes, kinds, end, terminator, language } = this
    const { headerLetter, envelopeLetters, marksComponents } = language
    let { marks, first, parts, partsBefore, used, usedParts, segments, at: i } = this
    for (;;) {
      if (!this.open) {
        // nearly always one line end, or nothing
        if (i < end && bytes[i] === LF && terminator !== LF) i++
        if (i >= end || bytes[i]! <= 0x2f || bytes[i]! >= 0x5b || bytes[i] === terminator) i = this.nextSegment(i)
        if (i >= end) return this.pause(i, used, usedParts, segments, this.final ? 'end' : 'more')
        if (bytes[i] === headerLetter) {
          if (i + 3 >= end && !this.final) return this.pause(i, used, usedParts, segments, 'more')
          if (language.isHeaderStart(bytes, i)) return this.pause(i, used, usedParts, segments, language.header)
        }
        if (used === marks.length) {
          marks = this.moreMarks()
          partsBefore = this.partsBefore
        }
        if (marksComponents) partsBefore[used] = usedParts
        marks[used++] = i - 1
        this.open = true
      }
      let kind = PLAIN
      for (; i < end; i++) {
        kind = kinds[bytes[i]!]!
        if (kind === PLAIN) continue
        if (kind === ELEMENT) {
          if (used === marks.length) {
            marks = this.moreMarks()
            partsBefore = this.partsBefore
          }
          if (marksComponents) partsBefore[used] = usedParts
          marks[used++] = i
        } else if (kind === TERMINATOR) break
        else if (kind === COMPONENT) {
          if (usedParts === parts.length) parts = this.moreParts()
          parts[usedParts++] = i
        } else if (kind === RELEASE) {
          if (i + 1 < end) {
            this.noteReleased(bytes[++i]!, segments)
          } else if (this.final) this.dangling = true
          else return this.pause(i, used, usedParts, segments, 'more')
        } else if (kind === CR_BEFORE_LF) {
          if (i + 1 >= end && !this.final) return this.pause(i, used, usedParts, segments, 'more')
          if (i + 1 >= end || bytes[i + 1] === LF) break
          this.noteControl(segments)
        } else this.note(kind, i, segments)
      }
      if (i >= end) {
        if (!this.final) return this.pause(i, used, usedParts, segments, 'more')
        this.unterminated = true
      }
      if (used === marks.length) {
        marks = this.moreMarks()
        partsBefore = this.partsBefore
      }
      const mark = first[segments]!
      if (marksComponents) partsBefore[used] = usedParts
      marks[used++] = i >= end ? this.lastWritten(end, mark, segments) : i
      if (++segments + 1 >= first.length) first = this.moreSegments()
      first[segments] = used
      this.open = false
      i = Math.min(i + (kind === CR_BEFORE_LF ? 2 : 1), end)
      const start = marks[mark]! + 1
      if (envelopeLetters[bytes[start]!] === 1) {
        const stop = language.envelopeAt(bytes, start, marks[mark + 1]!)
        if (stop !== undefined) return this.pause(i, used, usedParts, segments, stop)
      }
    }
  }

  private pause(at: number, used: number, usedParts: number, segments: number, stop: Stopped<S>): Stopped<S> {
    this.segments = segments
    this.at = at
    this.used = used
    this.usedParts = usedParts
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
  private lastWritten(end: number, mark: number, segment: number): number {
    const floor = this.marks[mark]! + 1
    let stop = end
    while (stop > floor && isBlank(this.bytes[stop - 1]!) && !this.separates(this.bytes[stop - 1]!)) stop--
    const { controls } = this
    const ended = stop < end && (this.bytes[stop] === CR || this.bytes[stop] === LF)
    if (ended && controls.at(-1) === segment && !this.hasControl(floor, stop)) controls.pop()
    return stop
  }

  private separates(byte: number): boolean {
    return this.kinds[byte] === ELEMENT || this.kinds[byte] === COMPONENT
  }

  private hasControl(from: number, to: number): boolean {
    for (let i = from; i < to; i++) if (this.kinds[this.bytes[i]!] === CONTROL) return true
    return false
  }

  private note(kind: number, at: number, segment: number): void {
    if (kind === HIGH) this.high = true
    else if (kind === REPETITION) this.repeated = true
    else if (kind === OUTSIDE) this.noteOutside(at)
    else this.noteControl(segment)
  }

  private noteReleased(byte: number, segment: number): void {
    this.released = true
    if (byte >= 0x80) this.high = true
    else if (byte < 0x20 || byte === 0x7f) this.noteControl(segment)
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
    this.marks = wider(this.marks)
    if (this.language.marksComponents) this.partsBefore = wider(this.partsBefore)
    return this.marks
  }

  private moreSegments(): Int32Array {
    this.first = wider(this.first)
    return this.first
  }

  private moreParts(): Int32Array {
    this.parts = wider(this.parts)
    return this.parts
  }
}

function wider(values: Int32Array): Int32Array {
  const twice = new Int32Array(values.length * 2)
  twice.set(values)
  return twice
}

/** 1 at each of some letters. */
export function letters(of: string): Uint8Array {
  const table = new Uint8Array(256)
  for (const letter of of) table[letter.charCodeAt(0)] = 1
  return table
}
