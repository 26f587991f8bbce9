import { ByteBuffer } from './byte-buffer.ts'
import { decode, wrongByte } from './charset.ts'
import { type CompiledField, compileField } from './field.ts'
import { type FixedField, type FixedWidthLayout, longestLineOf, type RecordRule } from './layout.ts'
import { type FlatReader, type FlatRecord, type FlatSink, type FlatSummary, Tally } from './record.ts'
import { Totals } from './totals.ts'

const LF = 0x0a
const CR = 0x0d

/** A field of a record made ready. */
interface PlacedField {
  readonly field: CompiledField
  readonly from: number
  readonly to: number
  readonly pad: string
  readonly isNumber: boolean
}

/** A kind of record made ready. */
interface CompiledRecord {
  readonly kind: string
  readonly rule: RecordRule
  readonly fields: readonly PlacedField[]
  readonly needs: number
}

function compileRecord(kind: string, rule: RecordRule, layout: FixedWidthLayout): CompiledRecord {
  const fields = Object.entries(rule.fields).map(([name, field]) => placed(name, field, layout))
  const needs = rule.length ?? Math.max(0, ...fields.map(({ to }) => to))
  return { kind, rule, fields, needs }
}

function placed(name: string, rule: FixedField, layout: FixedWidthLayout): PlacedField {
  const isNumber = rule.type === 'integer' || rule.type === 'decimal'
  const from = rule.at - 1
  return { field: compileField(name, rule, layout), from, to: from + rule.length, pad: rule.pad ?? ' ', isNumber }
}

/** A line on its way to being a record. */
interface Line {
  readonly bytes: Uint8Array
  readonly text: string
  readonly line: number
}

/** Reads fixed width as it comes, piece by piece; holds no more than two lines, because the last one may be the trailer. */
export class FixedWidthReader implements FlatReader {
  readonly #layout: FixedWidthLayout
  readonly #tally: Tally
  readonly #totals: Totals
  readonly #records: readonly CompiledRecord[]
  readonly #byTag: ReadonlyMap<string, CompiledRecord>
  readonly #buffer = new ByteBuffer()
  readonly #most: number
  #at = 0
  #lineAt = 0
  #line = 0
  #newline: 'LF' | 'CR LF' | undefined
  #before: Line | undefined
  #isFirst = true

  constructor(layout: FixedWidthLayout, sink: FlatSink) {
    this.#layout = layout
    this.#tally = new Tally(layout, sink)
    this.#totals = new Totals(layout.totals)
    this.#most = longestLineOf(layout)
    this.#records = Object.entries<RecordRule>(layout.records).map(([kind, rule]) => compileRecord(kind, rule, layout))
    this.#byTag = new Map(this.#records.map((record) => [record.rule.tag ?? '', record]))
  }

  get stopped(): boolean {
    return this.#tally.stopped
  }

  columnOf(kind: string, name: string): number | undefined {
    return this.#layout.records[kind]?.fields[name]?.at
  }

  push(chunk: Uint8Array): void {
    if (this.stopped || chunk.length === 0) return
    const moved = this.#buffer.add(chunk, this.#lineAt)
    this.#at -= moved
    this.#lineAt -= moved
    const { bytes, length } = this.#buffer
    while (!this.stopped) {
      const end = bytes.subarray(0, length).indexOf(LF, this.#at)
      if (end < 0) break
      this.#at = end + 1
      this.#endLine(end, true)
      this.#lineAt = this.#at
    }
    this.#at = length
    if (!this.stopped && length - this.#lineAt > this.#most) this.#tooLong()
  }

  end(): FlatSummary {
    if (!this.stopped && this.#buffer.length > this.#lineAt) this.#endLine(this.#buffer.length, false)
    if (!this.stopped && this.#before) this.#takeLine(this.#before, true)
    if (!this.stopped) this.#checkWhole()
    return this.#tally.summary(this.#line)
  }

  #tooLong(): void {
    this.#tally.stop('LINE_TOO_LONG', { line: this.#line + 1 }, [String(this.#most)])
  }

  #endLine(newlineAt: number, hasNewline: boolean): void {
    const { bytes } = this.#buffer
    this.#line += 1
    const isPair = newlineAt > this.#lineAt && bytes[newlineAt - 1] === CR
    const end = isPair ? newlineAt - 1 : newlineAt
    if (end - this.#lineAt > this.#most) {
      this.#line -= 1
      this.#tooLong()
      return
    }
    if (hasNewline && !this.#sameNewline(isPair ? 'CR LF' : 'LF', end)) return
    const start = this.#line === 1 ? this.#afterMark() : this.#lineAt
    if (end === start) return
    const highAndRight = this.#check(start, end)
    if (highAndRight === undefined) return
    const text = decode(bytes, start, end, this.#layout.charset ?? 'utf-8', !highAndRight)
    if (this.#layout.passOver?.some((begin) => text.startsWith(begin))) return
    if (this.#before) this.#takeLine(this.#before, false)
    // the bytes are kept past this piece, so they must not be a view into it
    const own = this.#layout.measuredIn === 'bytes' || highAndRight ? bytes.slice(start, end) : NO_BYTES
    this.#before = { bytes: own, text, line: this.#line }
  }

  #afterMark(): number {
    const { bytes } = this.#buffer
    const at = this.#lineAt
    const isMark = bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf
    return isMark && (this.#layout.charset ?? 'utf-8') === 'utf-8' ? at + 3 : at
  }

  #sameNewline(found: 'LF' | 'CR LF', at: number): boolean {
    this.#newline ??= found
    if (this.#newline === found) return true
    this.#tally.stop('NEWLINES_MIXED', { line: this.#line }, [String(this.#buffer.base + at), found, this.#newline])
    return false
  }

  /** Whether the line has more than ASCII in it; undefined when it holds what text cannot. */
  #check(start: number, end: number): boolean | undefined {
    const { bytes, base } = this.#buffer
    const charset = this.#layout.charset ?? 'utf-8'
    let isHigh = false
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at] as number
      if (byte >= 0x80) isHigh = true
      else if ((byte < 0x20 && byte !== 0x09) || byte === 0x7f) {
        const what = byte === 0 ? 'NUL' : `the control character ${byte}`
        this.#tally.stop('CHARSET_INVALID', { line: this.#line, column: at - start + 1 }, [
          String(base + at),
          charset,
          what,
        ])
        return undefined
      }
    }
    const wrong = isHigh ? wrongByte(bytes, start, end, charset) : -1
    if (wrong < 0) return isHigh
    const about = [String(base + wrong), charset, `0x${(bytes[wrong] as number).toString(16)}`]
    this.#tally.stop('CHARSET_INVALID', { line: this.#line, column: wrong - start + 1 }, about)
    return undefined
  }

  #takeLine(line: Line, isLast: boolean): void {
    const record = this.#recordOf(line, isLast)
    this.#totals.countLine()
    if (record && this.#standsRight(record, line, isLast)) this.#takeRecord(record, line)
    this.#isFirst = false
  }

  #recordOf({ text, line }: Line, isLast: boolean): CompiledRecord | undefined {
    const { tag, otherRecords } = this.#layout
    if (!tag) {
      const place = (what: string) => this.#records.find(({ rule }) => (rule.place ?? 'body') === what)
      return (this.#isFirst ? place('first') : undefined) ?? (isLast ? place('last') : undefined) ?? place('body')
    }
    const found = text.slice(tag.at - 1, tag.at - 1 + tag.length)
    const record = this.#byTag.get(found)
    if (record || otherRecords === 'pass') return record
    this.#tally.fault('RECORD_UNKNOWN', { line, column: tag.at }, [found])
    this.#tally.faultyRecord()
    return undefined
  }

  #standsRight({ kind, rule }: CompiledRecord, { line }: Line, isLast: boolean): boolean {
    const isRight = rule.place === 'first' ? this.#isFirst : rule.place === 'last' ? isLast : true
    if (!isRight) this.#tally.stop('RECORD_MISPLACED', { line }, [kind, rule.place as string])
    return isRight
  }

  #takeRecord(record: CompiledRecord, line: Line): void {
    const values = this.#fits(record, line) ? this.#valuesOf(record, line) : undefined
    this.#totals.countRecord(record.kind)
    if (!values) {
      this.#tally.faultyRecord()
      return
    }
    const read: FlatRecord = { kind: record.kind, line: line.line, values }
    this.#totals.add(read)
    this.#tally.record(read)
  }

  /** A record of the wrong length is not read at all: every field behind the damage would be another one. */
  #fits({ rule, needs }: CompiledRecord, line: Line): boolean {
    const inBytes = this.#layout.measuredIn === 'bytes'
    const other = line.bytes.length === 0 ? line.text.length : line.bytes.length
    const [found, otherwise] = inBytes ? [other, line.text.length] : [line.text.length, other]
    const isShort = found < needs && this.#layout.shortRecords === 'refuse'
    const isLong = rule.length !== undefined && found > rule.length
    if (!isShort && !isLong) return true
    const unit = inBytes ? 'bytes' : 'characters'
    const shifted = otherwise === needs ? `; counted in ${inBytes ? 'characters' : 'bytes'} it would fit` : ''
    const about = [`${found} ${unit}`, String(needs), shifted]
    this.#tally.fault(isShort ? 'RECORD_SHORT' : 'RECORD_LONG', { line: line.line, column: found + 1 }, about)
    return false
  }

  #valuesOf({ fields }: CompiledRecord, line: Line): Record<string, string | undefined> | undefined {
    const values: Record<string, string | undefined> = {}
    let isFaulty = false
    for (const { field, from, to, pad, isNumber } of fields) {
      const text = this.#slice(line, from, to)
      if (text === undefined) {
        isFaulty = true
        const about = [String(from + 1), this.#layout.charset ?? 'utf-8', 'inside a character: the fields have shifted']
        this.#tally.fault('CHARSET_INVALID', { line: line.line, column: from + 1, field: field.name }, about)
        continue
      }
      const value = field.read(isNumber ? text.trim() : unpadded(text, pad))
      if (value === undefined) continue
      if (typeof value === 'string') values[field.name] = value
      else {
        isFaulty = true
        this.#tally.fault(value.fault, { line: line.line, column: from + 1, field: field.name }, value.about)
      }
    }
    return isFaulty ? undefined : values
  }

  /** Undefined when the field begins or ends inside a character: somebody counted other things than the layout. */
  #slice({ bytes, text }: Line, from: number, to: number): string | undefined {
    if (this.#layout.measuredIn === 'characters' || bytes.length === text.length) return text.slice(from, to)
    const charset = this.#layout.charset ?? 'utf-8'
    const end = Math.min(to, bytes.length)
    const start = Math.min(from, end)
    return wrongByte(bytes, start, end, charset) < 0 ? decode(bytes, start, end, charset, false) : undefined
  }

  #checkWhole(): void {
    for (const { kind, rule } of this.#records) {
      const isExpected = rule.place === 'first' || rule.place === 'last'
      if (isExpected && this.#totals.countOf(kind) === 0) {
        this.#tally.fault('RECORD_MISSING', { line: rule.place === 'first' ? 1 : this.#line }, [kind])
      }
    }
    for (const { field, line, stated, counted } of this.#totals.differences()) {
      this.#tally.fault('TOTAL_DIFFERS', { line, field }, [field, stated, counted])
    }
  }
}

const NO_BYTES = new Uint8Array(0)

/** The text without what it was filled up with; blanks may stand on both sides. */
function unpadded(text: string, pad: string): string {
  if (pad === ' ') return text.trim()
  let end = text.length
  while (end > 0 && text[end - 1] === pad) end -= 1
  return text.slice(0, end)
}
