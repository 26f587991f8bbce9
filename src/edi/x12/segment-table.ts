import { MarkedText, type Marks } from '../marks.ts'
import { utf8Text } from './bytes.ts'
import type { Delimiters, SegmentTable } from './reading.ts'

/** What the scan saw of the characters of a set. */
export interface SeenCharacters {
  /** Some byte is above 0x7f, so that text has to be decoded. */
  readonly high: boolean
  /** Every byte is a printable character of ASCII. */
  readonly plain: boolean
}

/** Nothing is known of the characters: they are looked at. */
export const UNSEEN: SeenCharacters = { high: true, plain: false }

/** The segments `from` to `from + length` of some marks, read lazily. */
export class MarkedSegments extends MarkedText implements SegmentTable {
  readonly delimiters: Delimiters
  readonly seen: SeenCharacters

  constructor(source: Marks, from: number, length: number, delimiters: Delimiters, seen: SeenCharacters) {
    super(source, from, length)
    this.delimiters = delimiters
    this.seen = seen
  }

  get plain(): boolean {
    return this.seen.plain
  }

  tag(segment: number): string {
    return this.element(segment, 0)
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

  private element(segment: number, element: number): string {
    if (segment < 0 || segment >= this.length) return ''
    const { marks, first } = this.source
    const mark = first[this.from + segment]! + element
    if (mark + 1 >= first[this.from + segment + 1]!) return ''
    const slice = this.slice(marks[mark]! + 1, marks[mark + 1]!)
    return this.seen.high ? utf8Text(slice) : slice
  }
}
