import { MarkedText, type Marks } from '../marks.ts'
import { shortText } from '../short-text.ts'
import { latinText, SPACE, utf8Text } from './bytes.ts'
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

/** One text for short sets that stand beside each other; each keeps at most so much of it alive. */
export class SharedText {
  text = ''
  /** The place of its first byte. */
  from = 0
  private to = -1

  /** Holds everything from `start` to `end` afterwards, and some of what follows. */
  cover(bytes: Uint8Array, start: number, end: number): void {
    if (start >= this.from && end <= this.to) return
    this.from = start
    this.to = Math.min(bytes.length, Math.max(end, start + SHARED_BYTES))
    this.text = latinText(bytes, start, this.to)
  }
}

const SHARED_BYTES = 4096
const NO_DAY = -1

/** The segments `from` to `from + length` of some marks, read lazily. */
export class MarkedSegments extends MarkedText implements SegmentTable {
  readonly delimiters: Delimiters
  readonly seen: SeenCharacters
  private readonly beside: SharedText | undefined
  private whole: string | undefined
  private wholeFrom: number

  constructor(
    source: Marks,
    from: number,
    length: number,
    delimiters: Delimiters,
    seen: SeenCharacters,
    beside?: SharedText,
  ) {
    super(source, from, length)
    this.delimiters = delimiters
    this.seen = seen
    this.beside = beside
    this.whole = undefined
    this.wholeFrom = 0
  }

  get plain(): boolean {
    return this.seen.plain
  }

  tag(segment: number): string {
    if (segment < 0 || segment >= this.length) return ''
    const mark = this.first[this.from + segment]!
    return this.textBetween(this.marks[mark]! + 1, this.marks[mark + 1]!)
  }

  at(segment: number, element: number): string {
    if (element < 1 || segment < 0 || segment >= this.length) return ''
    const row = this.from + segment
    const mark = this.first[row]! + element
    if (mark + 1 >= this.first[row + 1]!) return ''
    const start = this.marks[mark]! + 1
    const end = this.marks[mark + 1]!
    return start === end ? '' : this.textBetween(start, end)
  }

  value(segment: number, element: number): string {
    if (element < 1 || segment < 0 || segment >= this.length) return ''
    const row = this.from + segment
    const mark = this.first[row]! + element
    if (mark + 1 >= this.first[row + 1]!) return ''
    const start = this.marks[mark]! + 1
    const end = this.marks[mark + 1]!
    if (start === end) return ''
    return this.bytes[end - 1] === SPACE ? this.textBetween(start, end).trimEnd() : this.textBetween(start, end)
  }

  day(segment: number, element: number): number {
    if (element < 1 || segment < 0 || segment >= this.length) return NO_DAY
    const row = this.from + segment
    const mark = this.first[row]! + element
    if (mark + 1 >= this.first[row + 1]!) return NO_DAY
    const start = this.marks[mark]! + 1
    if (this.marks[mark + 1]! - start !== 8) return NO_DAY
    const { bytes } = this
    let day = 0
    for (let i = start; i < start + 8; i++) {
      const digit = bytes[i]! - 0x30
      if (digit < 0 || digit > 9) return NO_DAY
      day = day * 10 + digit
    }
    return day
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

  /** What is short is made once; the rest is cut out of one text for the whole. */
  private textBetween(start: number, end: number): string {
    if (end - start <= 4) {
      const short = shortText(this.bytes, start, end)
      if (short !== undefined) return short
    }
    const whole = this.whole ?? this.textOfAll()
    const slice = whole.slice(start - this.wholeFrom, end - this.wholeFrom)
    return this.seen.high ? utf8Text(slice) : slice
  }

  private textOfAll(): string {
    const { bytes, marks, first, start, beside } = this
    const end = marks[first[this.from + this.length]! - 1]!
    if (beside === undefined || end - start > SHARED_BYTES / 2) {
      this.whole = latinText(bytes, start, end)
      this.wholeFrom = start
    } else {
      beside.cover(bytes, start, end)
      this.whole = beside.text
      this.wholeFrom = beside.from
    }
    return this.whole
  }
}
