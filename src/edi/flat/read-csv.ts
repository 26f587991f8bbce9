import { ByteBuffer } from './byte-buffer.ts'
import { decode, wrongByte } from './charset.ts'
import { type CompiledField, compileField } from './field.ts'
import { headerDifference } from './header-difference.ts'
import { type Charset, type ColumnRule, type CsvLayout, longestLineOf } from './layout.ts'
import { type FlatReader, type FlatSink, type FlatSummary, Tally } from './record.ts'

const LF = 0x0a
const CR = 0x0d
const BLANK = 0x20

/** What a byte is to a reader: nothing special, or one of these. */
const PLAIN = 0
const DELIMITER = 1
const NEWLINE = 2
const QUOTE = 3
const CONTROL = 4
const HIGH = 5

function kindsOf({ delimiter, quote }: CsvLayout): Uint8Array {
  const kinds = new Uint8Array(256)
  kinds.fill(CONTROL, 0, 0x20).fill(HIGH, 0x80)
  kinds[0x09] = PLAIN
  kinds[0x7f] = CONTROL
  kinds[LF] = NEWLINE
  kinds[CR] = NEWLINE
  kinds[delimiter.charCodeAt(0)] = DELIMITER
  if (quote !== null) kinds[quote.charCodeAt(0)] = QUOTE
  return kinds
}

/** Where a cell is: at its beginning, inside, inside quotes, behind a quote that may close it. */
const BEGIN = 0
const INSIDE = 1
const QUOTED = 2
const CLOSED = 3

const NAMES: Readonly<Record<number, string>> = { 1: 'LF', 2: 'CR LF', 3: 'CR' }

/** Reads CSV as it comes, piece by piece; holds no more than one record. */
export class CsvReader implements FlatReader {
  readonly #layout: CsvLayout
  readonly #charset: Charset
  readonly #tally: Tally
  readonly #kinds: Uint8Array
  readonly #quote: string
  readonly #most: number
  readonly #buffer = new ByteBuffer()
  /** Three numbers for each cell: where it begins, where it ends, 1 for quotes around it, 2 for quotes inside. */
  #cells: number[] = []
  #at = 0
  #recordAt = 0
  #cellAt = 0
  #state = BEGIN
  #marks = 0
  #closedAt = 0
  #isHigh = false
  #stray = 0
  #line = 1
  #recordLine = 1
  #quoteLine = 0
  /** 1 LF, 2 CR LF, 3 CR; 0 before the first line ended. */
  #newline = 0
  #columns: (CompiledField | undefined)[] | undefined
  #isFirst = true

  constructor(layout: CsvLayout, sink: FlatSink) {
    this.#layout = layout
    this.#charset = layout.charset ?? 'utf-8'
    this.#tally = new Tally(layout, sink)
    this.#kinds = kindsOf(layout)
    this.#quote = layout.quote ?? ''
    this.#most = longestLineOf(layout)
    if (!layout.header) this.#columns = columnsOf(layout).map(([name, rule]) => compileField(name, rule, layout))
  }

  get stopped(): boolean {
    return this.#tally.stopped
  }

  columnOf(_kind: string, name: string): number | undefined {
    const at = this.#columns?.findIndex((field) => field?.name === name) ?? -1
    return at < 0 ? undefined : at + 1
  }

  push(chunk: Uint8Array): void {
    if (this.stopped || chunk.length === 0) return
    const moved = this.#buffer.add(chunk, this.#recordAt)
    if (moved > 0) this.#move(moved)
    if (this.#isFirst && !this.#passMark()) return
    this.#scan(false)
    if (!this.stopped && this.#buffer.length - this.#recordAt > this.#most) this.#tooLong()
  }

  end(): FlatSummary {
    if (!this.stopped) this.#finish()
    return this.#tally.summary(this.#line - (this.#recordAt === this.#buffer.length ? 1 : 0))
  }

  #move(by: number): void {
    this.#at -= by
    this.#recordAt -= by
    this.#cellAt -= by
    this.#closedAt -= by
    for (let at = 0; at < this.#cells.length; at += 3) {
      this.#cells[at] = (this.#cells[at] as number) - by
      this.#cells[at + 1] = (this.#cells[at + 1] as number) - by
    }
  }

  /** Passes a byte order mark over. False while it cannot be told whether there is one. */
  #passMark(): boolean {
    const { bytes, length } = this.#buffer
    if (this.#charset === 'utf-8' && bytes[0] === 0xef) {
      if (length < 3) return false
      if (bytes[1] === 0xbb && bytes[2] === 0xbf) this.#at = this.#recordAt = this.#cellAt = 3
    }
    this.#isFirst = false
    return true
  }

  #finish(): void {
    if (this.#isFirst) this.#isFirst = false
    this.#scan(true)
    if (this.stopped) return
    if (this.#state === QUOTED) {
      this.#tally.stop('QUOTE_OPEN', { line: this.#recordLine, column: this.#column() }, [String(this.#quoteLine)])
      return
    }
    if (this.#buffer.length > this.#recordAt) {
      this.#endCell(this.#buffer.length)
      this.#endRecord(this.#buffer.length)
    }
    if (this.#layout.header && !this.#columns && !this.stopped) this.#tally.stop('HEADER_MISSING', { line: 1 })
  }

  #column(): number {
    return this.#cells.length / 3 + 1
  }

  #scan(isLast: boolean): void {
    const { bytes, length } = this.#buffer
    const kinds = this.#kinds
    let at = this.#at
    while (at < length) {
      const kind = kinds[bytes[at] as number] as number
      if (kind === PLAIN) {
        if (this.#state === BEGIN) this.#begin(at)
        else if (this.#state === CLOSED && !this.#isTrimmed(at)) this.#strayQuote()
        at += 1
      } else if (this.#state === QUOTED) {
        if (kind === QUOTE) {
          this.#state = CLOSED
          this.#closedAt = at
        } else if (kind === HIGH) this.#isHigh = true
        else if (kind === NEWLINE) this.#line += bytes[at] === LF || this.#newline === 3 ? 1 : 0
        else if (kind === CONTROL) {
          this.#control(at)
          return
        }
        at += 1
      } else if (kind === DELIMITER) {
        this.#endCell(at)
        at += 1
        this.#cellAt = at
      } else if (kind === NEWLINE) {
        const width = newlineWidth(bytes, at, length, isLast)
        if (width === 0) break // a CR at the end of a piece: what follows it says which line end this is
        if (!this.#sameNewline(bytes, at, width)) return
        this.#endCell(at)
        this.#line += 1
        this.#endRecord(at)
        if (this.stopped) return
        at += width
        this.#recordAt = this.#cellAt = at
        this.#recordLine = this.#line
      } else if (kind === QUOTE) {
        this.#takeQuote()
        at += 1
      } else if (kind === HIGH) {
        this.#isHigh = true
        if (this.#state === BEGIN) this.#state = INSIDE
        else if (this.#state === CLOSED) this.#strayQuote()
        at += 1
      } else {
        this.#control(at)
        return
      }
    }
    this.#at = at
  }

  /** With `trim` blanks may stand around the quotes of a cell. */
  #isTrimmed(at: number): boolean {
    return this.#layout.trim && this.#buffer.bytes[at] === BLANK
  }

  #begin(at: number): void {
    if (this.#isTrimmed(at)) this.#cellAt = at + 1
    else this.#state = INSIDE
  }

  #takeQuote(): void {
    if (this.#state === BEGIN) {
      this.#state = QUOTED
      this.#marks = 1
      this.#quoteLine = this.#line
    } else if (this.#state === CLOSED) {
      this.#state = QUOTED // a quote written twice
      this.#marks = 3
    } else this.#strayQuote()
  }

  #strayQuote(): void {
    if (this.#stray === 0) this.#stray = this.#column()
    this.#state = INSIDE
    this.#marks = 0
  }

  #control(at: number): void {
    const byte = this.#buffer.bytes[at] as number
    const what = byte === 0 ? 'NUL' : `the control character ${byte}`
    const about = [String(this.#buffer.base + at), this.#charset, what]
    this.#tally.stop('CHARSET_INVALID', { line: this.#line, column: this.#column() }, about)
  }

  #sameNewline(bytes: Uint8Array, at: number, width: number): boolean {
    const found = width === 2 ? 2 : bytes[at] === LF ? 1 : 3
    if (this.#newline === 0) this.#newline = found
    if (this.#newline === found) return true
    const about = [String(this.#buffer.base + at), NAMES[found] as string, NAMES[this.#newline] as string]
    this.#tally.stop('NEWLINES_MIXED', { line: this.#line }, about)
    return false
  }

  #endCell(at: number): void {
    this.#cells.push(this.#cellAt, this.#marks === 0 ? at : this.#closedAt + 1, this.#marks)
    this.#state = BEGIN
    this.#marks = 0
  }

  #endRecord(end: number): void {
    if (end - this.#recordAt > this.#most) this.#tooLong()
    else if (this.#isRight(end)) this.#takeRecord(end)
    this.#cells = []
    this.#isHigh = false
    this.#stray = 0
  }

  #isRight(end: number): boolean {
    if (!this.#isHigh) return true
    const wrong = wrongByte(this.#buffer.bytes, this.#recordAt, end, this.#charset)
    if (wrong < 0) return true
    const hex = `0x${(this.#buffer.bytes[wrong] as number).toString(16)}`
    const before = this.#cells.findIndex((from, at) => at % 3 === 0 && from > wrong)
    const column = (before < 0 ? this.#cells.length : before) / 3
    const about = [String(this.#buffer.base + wrong), this.#charset, hex]
    this.#tally.stop('CHARSET_INVALID', { line: this.#recordLine, column }, about)
    return false
  }

  #tooLong(): void {
    const place = { line: this.#recordLine }
    if (this.#state === QUOTED) this.#tally.stop('QUOTE_OPEN', place, [String(this.#quoteLine)])
    else this.#tally.stop('LINE_TOO_LONG', place, [String(this.#most)])
  }

  #takeRecord(end: number): void {
    if (end === this.#recordAt || this.#isPassedOver(end)) return
    if (this.#columns) this.#takeRow(this.#columns)
    else this.#takeHeader()
  }

  #isPassedOver(end: number): boolean {
    const { passOver } = this.#layout
    if (!passOver) return false
    const text = decode(this.#buffer.bytes, this.#recordAt, end, this.#charset, !this.#isHigh)
    return passOver.some((begin) => text.startsWith(begin))
  }

  #cell(at: number): string {
    const marks = this.#cells[3 * at + 2] as number
    const inside = marks === 0 ? 0 : 1
    const from = (this.#cells[3 * at] as number) + inside
    const to = (this.#cells[3 * at + 1] as number) - inside
    const text = decode(this.#buffer.bytes, from, to, this.#charset, !this.#isHigh)
    if (marks === 0) return this.#layout.trim ? text.trim() : text
    return marks === 3 ? text.replaceAll(this.#quote + this.#quote, this.#quote) : text
  }

  #takeHeader(): void {
    const found = Array.from({ length: this.#cells.length / 3 }, (_, at) => this.#cell(at).trim())
    const declared = columnsOf(this.#layout)
    const difference = headerDifference(
      declared.map(([name, { header = name }]) => header),
      found,
      this.#layout.otherColumns === 'pass',
    )
    if (difference !== undefined) {
      this.#tally.stop('HEADER_DIFFERS', { line: this.#recordLine }, [difference])
      return
    }
    const fields = new Map(
      declared.map(([name, rule]) => [rule.header ?? name, compileField(name, rule, this.#layout)]),
    )
    this.#columns = found.map((header) => fields.get(header))
  }

  #takeRow(columns: readonly (CompiledField | undefined)[]): void {
    const count = this.#cells.length / 3
    if (this.#stray > 0) this.#faultyRow('QUOTE_STRAY', this.#stray, [])
    else if (count === columns.length) this.#takeCells(columns)
    else {
      const about = [String(count), String(columns.length)]
      this.#faultyRow('CELLS_DIFFER', Math.min(count, columns.length) + 1, about)
    }
  }

  #takeCells(columns: readonly (CompiledField | undefined)[]): void {
    const line = this.#recordLine
    const values: Record<string, string | undefined> = {}
    let isFaulty = false
    for (let at = 0; at < columns.length; at += 1) {
      const field = columns[at]
      if (!field) continue
      const value = field.read(this.#cell(at))
      if (value === undefined) continue
      if (typeof value === 'string') values[field.name] = value
      else {
        isFaulty = true
        this.#tally.fault(value.fault, { line, column: at + 1, field: field.name }, value.about)
      }
    }
    if (isFaulty) this.#tally.faultyRecord()
    else this.#tally.record({ kind: 'row', line, values })
  }

  #faultyRow(name: 'QUOTE_STRAY' | 'CELLS_DIFFER', column: number, about: readonly string[]): void {
    this.#tally.fault(name, { line: this.#recordLine, column }, about)
    this.#tally.faultyRecord()
  }
}

const columnsOf = ({ columns }: CsvLayout) => Object.entries<ColumnRule>(columns)

/** Bytes of the line end that begins here; 0 when the next piece must say. */
function newlineWidth(bytes: Uint8Array, at: number, length: number, isLast: boolean): number {
  if (bytes[at] === LF) return 1
  if (at + 1 < length) return bytes[at + 1] === LF ? 2 : 1
  return isLast ? 1 : 0
}
