import { latinText } from '../x12/bytes.ts'
import type { Marks } from '../x12/segment-table.ts'
import { type Charset, decodedText } from './charset.ts'
import type { EdifactDelimiters, EdifactSegments } from './reading.ts'

/** How the text of a message is to be read. */
export interface TextForm {
  /** How bytes above 0x7f are read; absent when there are none. */
  readonly charset?: Charset
  /** True when some character is released, so that release characters have to go. */
  readonly released: boolean
}

/** The segments `from` to `from + length` of some marks, read lazily. */
export class EdifactSegmentTable implements EdifactSegments {
  readonly length: number
  readonly source: Marks
  readonly from: number
  readonly delimiters: EdifactDelimiters
  readonly form: TextForm
  private text: string | undefined
  private readonly textStart: number

  constructor(source: Marks, from: number, length: number, delimiters: EdifactDelimiters, form: TextForm) {
    this.source = source
    this.from = from
    this.length = length
    this.delimiters = delimiters
    this.form = form
    this.textStart = length > 0 ? source.marks[source.first[from]!]! + 1 : 0
  }

  tag(segment: number): string {
    if (segment < 0 || segment >= this.length) return ''
    const start = this.start(segment, 0)
    const end = this.start(segment, 1) - 1
    return this.slice(start, this.upTo(start, end, this.delimiters.component))
  }

  count(segment: number): number {
    if (segment < 0 || segment >= this.length) return 0
    const { first } = this.source
    const at = this.from + segment
    return first[at + 1]! - first[at]! - 2
  }

  at(segment: number, element: number): string {
    if (!this.has(segment, element)) return ''
    return this.slice(this.start(segment, element), this.start(segment, element + 1) - 1)
  }

  component(segment: number, element: number, component: number, repeat = 1): string {
    if (!this.has(segment, element) || component < 1) return ''
    const { delimiters } = this
    const end = this.start(segment, element + 1) - 1
    let start = this.start(segment, element)
    let stop = end
    if (delimiters.repetition !== undefined) {
      for (let r = 1; r < repeat; r++) {
        start = this.upTo(start, end, delimiters.repetition) + 1
        if (start > end) return ''
      }
      stop = this.upTo(start, end, delimiters.repetition)
    } else if (repeat > 1) return ''
    for (let c = 1; c < component; c++) {
      start = this.upTo(start, stop, delimiters.component) + 1
      if (start > stop) return ''
    }
    return this.slice(start, this.upTo(start, stop, delimiters.component))
  }

  components(segment: number, element: number, repeat = 1): number {
    if (!this.has(segment, element)) return 0
    const { component, repetition } = this.delimiters
    const end = this.start(segment, element + 1) - 1
    let start = this.start(segment, element)
    for (let r = 1; r < repeat; r++) {
      if (repetition === undefined) return 0
      start = this.upTo(start, end, repetition) + 1
      if (start > end) return 0
    }
    const stop = repetition === undefined ? end : this.upTo(start, end, repetition)
    let count = 1
    for (let at = this.upTo(start, stop, component); at < stop; at = this.upTo(at + 1, stop, component)) count++
    return start === stop ? 0 : count
  }

  repeats(segment: number, element: number): string[] {
    if (!this.has(segment, element)) return []
    const { repetition } = this.delimiters
    let start = this.start(segment, element)
    const end = this.start(segment, element + 1) - 1
    if (start === end) return []
    if (repetition === undefined) return [this.slice(start, end)]
    const repeats: string[] = []
    while (start <= end) {
      const stop = this.upTo(start, end, repetition)
      repeats.push(this.slice(start, stop))
      start = stop + 1
    }
    return repeats
  }

  position(segment: number): number {
    return segment + 1
  }

  offset(segment: number): number {
    const { marks, first, base } = this.source
    return base + marks[first[this.from + segment]!]! + 1
  }

  private has(segment: number, element: number): boolean {
    return element >= 1 && element <= this.count(segment)
  }

  /** The first byte of an element; of element n + 1 minus one it is the separator behind element n. */
  private start(segment: number, element: number): number {
    const { marks, first } = this.source
    return marks[first[this.from + segment]! + element]! + 1
  }

  /** The next unreleased separator at or after `from`, or `end`. */
  private upTo(from: number, end: number, separator: number): number {
    const { bytes } = this.source
    const release = this.form.released ? this.delimiters.release : undefined
    for (let i = from; i < end; i++) {
      if (bytes[i] === separator) return i
      if (bytes[i] === release) i++
    }
    return end
  }

  private slice(start: number, end: number): string {
    if (this.text === undefined) this.text = this.wholeText()
    const slice = this.text.slice(start - this.textStart, end - this.textStart)
    return this.form.released || this.form.charset !== undefined ? this.plain(slice) : slice
  }

  private plain(slice: string): string {
    const { charset, released } = this.form
    const { release } = this.delimiters
    const bare = released && release !== undefined ? withoutRelease(slice, String.fromCharCode(release)) : slice
    return charset === undefined ? bare : decodedText(bare, charset)
  }

  // One string for the message, sliced on demand: slicing a string is cheaper than asking the runtime for each element.
  private wholeText(): string {
    const { bytes, marks, first } = this.source
    return latinText(bytes, this.textStart, marks[first[this.from + this.length]! - 1]!)
  }
}

function withoutRelease(text: string, release: string): string {
  let at = text.indexOf(release)
  if (at < 0) return text
  let bare = ''
  let from = 0
  while (at >= 0) {
    bare += text.slice(from, at)
    from = at + 1
    at = text.indexOf(release, from + 1)
  }
  return bare + text.slice(from)
}
