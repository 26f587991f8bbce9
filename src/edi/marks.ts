import { shortText } from './short-text.ts'
import { latinText } from './x12/bytes.ts'

/**
 * Where segments, elements and components begin, as one pass over the bytes left it. A segment with n elements owns n + 2
 * marks: the byte before its tag, each element separator, and its terminator; element e lies between mark e and mark e + 1.
 */
export interface Marks {
  readonly bytes: Uint8Array
  readonly marks: Int32Array
  /** For each segment its first mark; one more entry closes the last segment. */
  readonly first: Int32Array
  /** The places of component separators, and for each mark how many of them stand before it. Empty where nobody looks for them. */
  readonly parts: Int32Array
  readonly partsBefore: Int32Array
  /** What to add to a place in `bytes` to get the offset in the file. */
  readonly base: number
}

/** Some segments of marks: `from` to `from + length`. */
export interface Stretch {
  readonly source: Marks
  readonly from: number
  readonly length: number
}

/** Segments with bytes and marks of their own, so that the window may move on. */
export function ownedMarks({ source, from, length }: Stretch): Marks {
  const firstMark = source.first[from]!
  const lastMark = source.first[from + length]!
  const start = source.marks[firstMark]! + 1
  const partsFrom = source.partsBefore[firstMark] ?? 0
  const partsTo = source.partsBefore[lastMark - 1] ?? 0
  return {
    bytes: source.bytes.slice(start, source.marks[lastMark - 1]!),
    marks: shifted(source.marks, firstMark, lastMark, start),
    first: shifted(source.first, from, from + length + 1, firstMark),
    parts: shifted(source.parts, partsFrom, partsTo, start),
    partsBefore: shifted(source.partsBefore, firstMark, lastMark, partsFrom),
    base: source.base + start,
  }
}

function shifted(values: Int32Array, from: number, to: number, by: number): Int32Array {
  const own = values.slice(from, to)
  for (let i = 0; i < own.length; i++) own[i]! -= by
  return own
}

/** Segments read lazily from marks: what X12 and EDIFACT share. */
export class MarkedText {
  readonly length: number
  readonly source: Marks
  readonly from: number
  /** The arrays of the source as they were when these segments were complete: it may go on into wider ones, but changes nothing here. */
  protected readonly bytes: Uint8Array
  protected readonly marks: Int32Array
  protected readonly first: Int32Array
  /** The place of the first byte. */
  protected readonly start: number
  private text: string | undefined

  constructor(source: Marks, from: number, length: number) {
    this.source = source
    this.bytes = source.bytes
    this.marks = source.marks
    this.first = source.first
    this.from = from
    this.length = length
    this.start = length > 0 ? source.marks[source.first[from]!]! + 1 : 0
    this.text = undefined
  }

  count(segment: number): number {
    if (segment < 0 || segment >= this.length) return 0
    const { first } = this
    const at = this.from + segment
    return first[at + 1]! - first[at]! - 2
  }

  position(segment: number): number {
    return segment + 1
  }

  offset(segment: number): number {
    const { marks, first, base } = this.source
    return base + marks[first[this.from + segment]!]! + 1
  }

  /** One character for each byte of a stretch. What is short is made once; the rest is sliced from one string for the whole. */
  protected slice(start: number, end: number): string {
    if (end - start <= 4) {
      const short = shortText(this.bytes, start, end)
      if (short !== undefined) return short
    }
    if (this.text === undefined) this.text = this.wholeText()
    return this.text.slice(start - this.start, end - this.start)
  }

  private wholeText(): string {
    const { bytes, marks, first } = this.source
    return latinText(bytes, this.start, marks[first[this.from + this.length]! - 1]!)
  }
}

/** Of the segments in a list those that belong to a set or message, counted from its first. */
export const between = (segments: readonly number[], from: number, to: number): number[] =>
  segments.filter((segment) => segment >= from && segment < to).map((segment) => segment - from)
