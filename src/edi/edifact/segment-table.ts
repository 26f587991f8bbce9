import { MarkedText, type Marks } from '../marks.ts'
import { dayIn, unpadded } from '../x12/element-value.ts'
import { type Charset, decodedText } from './charset.ts'
import type { EdifactDelimiters, EdifactSegments } from './reading.ts'

/** How the text of a message is to be read. */
export interface TextForm {
  /** How bytes above 0x7f are read; absent when there are none. */
  readonly charset?: Charset
  /** True when some character is released, so that release characters have to go. */
  readonly released: boolean
  /** True when every byte is a printable character of ASCII. */
  readonly plain: boolean
  /** True when some element may have repeats. */
  readonly repeated: boolean
}

/** The segments `from` to `from + length` of some marks, read lazily. */
export class EdifactSegmentTable extends MarkedText implements EdifactSegments {
  readonly delimiters: EdifactDelimiters
  readonly form: TextForm
  /** True when text is what stands there, byte for byte. */
  private readonly bare: boolean
  private readonly repetition: number | undefined
  private readonly parts: Int32Array
  private readonly partsBefore: Int32Array

  constructor(source: Marks, from: number, length: number, delimiters: EdifactDelimiters, form: TextForm) {
    super(source, from, length)
    this.parts = source.parts
    this.partsBefore = source.partsBefore
    this.delimiters = delimiters
    this.form = form
    this.bare = !form.released && form.charset === undefined
    this.repetition = form.repeated ? delimiters.repetition : undefined
  }

  get plain(): boolean {
    return this.form.plain
  }

  tag(segment: number): string {
    if (segment < 0 || segment >= this.length) return ''
    const mark = this.first[this.from + segment]!
    return this.textOf(this.marks[mark]! + 1, this.partEnd(mark, 0))
  }

  at(segment: number, element: number): string {
    const mark = this.markOf(segment, element)
    if (mark < 0) return ''
    const { marks } = this.source
    return this.textOf(marks[mark]! + 1, marks[mark + 1]!)
  }

  value(segment: number, element: number): string {
    return unpadded(this.at(segment, element))
  }

  day(segment: number, element: number): number {
    return dayIn(this.at(segment, element))
  }

  component(segment: number, element: number, component: number, repeat = 1): string {
    const mark = this.markOf(segment, element)
    if (mark < 0 || component < 1) return ''
    if (this.repetition !== undefined) return this.repeatedComponent(mark, component, repeat, this.repetition)
    if (repeat > 1) return ''
    const { marks, parts, partsBefore } = this
    const before = partsBefore[mark]!
    const count = partsBefore[mark + 1]! - before
    if (component > count + 1) return ''
    const start = component === 1 ? marks[mark]! : parts[before + component - 2]!
    const end = component > count ? marks[mark + 1]! : parts[before + component - 1]!
    return end === start + 1 ? '' : this.textOf(start + 1, end)
  }

  components(segment: number, element: number, repeat = 1): number {
    const mark = this.markOf(segment, element)
    if (mark < 0) return 0
    const { marks, partsBefore, repetition } = this
    if (repetition === undefined) {
      if (repeat > 1 || marks[mark]! + 1 === marks[mark + 1]!) return 0
      return partsBefore[mark + 1]! - partsBefore[mark]! + 1
    }
    const found = this.repeatAt(mark, repeat, repetition)
    if (found === undefined || found.start === found.end) return 0
    let count = 1
    for (let i = partsBefore[mark]!; i < partsBefore[mark + 1]!; i++) {
      if (this.source.parts[i]! >= found.start && this.source.parts[i]! < found.end) count++
    }
    return count
  }

  repeats(segment: number, element: number): string[] {
    const mark = this.markOf(segment, element)
    if (mark < 0) return []
    const { marks } = this.source
    const { repetition } = this
    let start = marks[mark]! + 1
    const end = marks[mark + 1]!
    if (start === end) return []
    if (repetition === undefined) return [this.textOf(start, end)]
    const repeats: string[] = []
    while (start <= end) {
      const stop = this.upTo(start, end, repetition)
      repeats.push(this.textOf(start, stop))
      start = stop + 1
    }
    return repeats
  }

  /** The mark before an element; -1 when there is no such element. */
  private markOf(segment: number, element: number): number {
    if (segment < 0 || segment >= this.length || element < 1) return -1
    const { first } = this
    const mark = first[this.from + segment]! + element
    return mark + 1 < first[this.from + segment + 1]! ? mark : -1
  }

  /** Where the n-th component behind a mark ends, the first being 0. */
  private partEnd(mark: number, component: number): number {
    const { marks, parts, partsBefore } = this
    const part = partsBefore[mark]! + component
    return part < partsBefore[mark + 1]! ? parts[part]! : marks[mark + 1]!
  }

  private repeatedComponent(mark: number, component: number, repeat: number, repetition: number): string {
    const found = this.repeatAt(mark, repeat, repetition)
    if (found === undefined) return ''
    let { start } = found
    for (let c = 1; c < component; c++) {
      start = this.upTo(start, found.end, this.delimiters.component) + 1
      if (start > found.end) return ''
    }
    return this.textOf(start, this.upTo(start, found.end, this.delimiters.component))
  }

  private repeatAt(mark: number, repeat: number, repetition: number): { start: number; end: number } | undefined {
    const { marks } = this.source
    const end = marks[mark + 1]!
    let start = marks[mark]! + 1
    for (let r = 1; r < repeat; r++) {
      start = this.upTo(start, end, repetition) + 1
      if (start > end) return undefined
    }
    return { start, end: this.upTo(start, end, repetition) }
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

  private textOf(start: number, end: number): string {
    const slice = this.slice(start, end)
    return this.bare ? slice : this.plainText(slice)
  }

  private plainText(slice: string): string {
    const { charset, released } = this.form
    const { release } = this.delimiters
    const bare = released && release !== undefined ? withoutRelease(slice, String.fromCharCode(release)) : slice
    return charset === undefined ? bare : decodedText(bare, charset)
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
