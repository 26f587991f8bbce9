import { latinText, utf8Text } from './bytes.ts'
import type { Delimiters, SegmentTable } from './reading.ts'

/**
 * Where segments and elements begin, as one pass over the bytes left it. A segment with n elements owns n + 2 marks:
 * the byte before its tag, each element separator, and its terminator; element e lies between mark e and mark e + 1.
 */
export interface Marks {
  readonly bytes: Uint8Array
  readonly marks: Int32Array
  /** For each segment its first mark; one more entry closes the last segment. */
  readonly first: Int32Array
  /** What to add to a place in `bytes` to get the offset in the file. */
  readonly base: number
}

/** The segments `from` to `from + length` of some marks, read lazily. */
export class MarkedSegments implements SegmentTable {
  readonly length: number
  readonly source: Marks
  readonly from: number
  readonly delimiters: Delimiters
  /** True when some byte is above 0x7f, so that text has to be decoded. */
  readonly high: boolean
  private text: string | undefined
  private readonly textStart: number

  constructor(source: Marks, from: number, length: number, delimiters: Delimiters, high: boolean) {
    this.source = source
    this.from = from
    this.length = length
    this.delimiters = delimiters
    this.high = high
    this.textStart = length > 0 ? source.marks[source.first[from]!]! + 1 : 0
  }

  tag(segment: number): string {
    return this.element(segment, 0)
  }

  count(segment: number): number {
    if (segment < 0 || segment >= this.length) return 0
    const { first } = this.source
    const at = this.from + segment
    return first[at + 1]! - first[at]! - 2
  }

  at(segment: number, element: number): string {
    return element < 1 ? '' : this.element(segment, element)
  }

  component(segment: number, element: number, component: number): string {
    const whole = this.at(segment, element)
    if (whole === '' || component < 1) return ''
    return whole.split(String.fromCharCode(this.delimiters.component))[component - 1] ?? ''
  }

  repeats(segment: number, element: number): string[] {
    const whole = this.at(segment, element)
    if (whole === '') return []
    const { repetition } = this.delimiters
    return repetition === undefined ? [whole] : whole.split(String.fromCharCode(repetition))
  }

  position(segment: number): number {
    return segment + 1
  }

  offset(segment: number): number {
    const { marks, first, base } = this.source
    return base + marks[first[this.from + segment]!]! + 1
  }

  private element(segment: number, element: number): string {
    if (segment < 0 || segment >= this.length) return ''
    const { marks, first } = this.source
    const mark = first[this.from + segment]! + element
    if (mark + 1 >= first[this.from + segment + 1]!) return ''
    if (this.text === undefined) this.text = this.wholeText()
    const slice = this.text.slice(marks[mark]! + 1 - this.textStart, marks[mark + 1]! - this.textStart)
    return this.high ? utf8Text(slice) : slice
  }

  // One string for the set, sliced on demand: slicing a string is cheaper than asking the runtime for each element.
  private wholeText(): string {
    const { bytes, marks, first } = this.source
    const end = marks[first[this.from + this.length]! - 1]!
    return latinText(bytes, this.textStart, end)
  }
}
