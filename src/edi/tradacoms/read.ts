import type { EdifactSegments } from '../edifact/reading.ts'
import { EdifactSegmentTable } from '../edifact/segment-table.ts'
import { unblocked } from '../line-blocks.ts'
import { hasByteOrderMark, isBlank, isLetterOrDigit } from '../x12/bytes.ts'
import { type TradacomsFault, tradacomsFault } from './faults.ts'

/** One message, MHD to MTR. `type` is `'ORDERS'`, `version` `'9'`. */
export interface TradacomsMessage {
  readonly type: string
  readonly version: string
  /** MHD, 1 to n. */
  readonly number: string
  /** Element 1 is the first behind `=`; index 0 is MHD. */
  readonly segments: EdifactSegments
  readonly faults: readonly TradacomsFault[]
}

/** One transmission, STX to END. Text as it stands in the file. */
export interface TradacomsTransmission {
  readonly syntax: string
  readonly sender: string
  readonly senderName: string
  readonly receiver: string
  readonly receiverName: string
  /** YYMMDD and HHMMSS. */
  readonly date: string
  readonly time: string
  readonly reference: string
  readonly application: string
  readonly messages: readonly TradacomsMessage[]
  readonly faults: readonly TradacomsFault[]
}

/** A whole file: its transmissions, and what is wrong outside of them. */
export interface TradacomsFile {
  readonly transmissions: readonly TradacomsTransmission[]
  readonly faults: readonly TradacomsFault[]
}

const EQUALS = 0x3d
/** TRADACOMS has one set of service characters, and nothing in the file says otherwise. */
const DELIMITERS = { component: 0x3a, element: 0x2b, segment: 0x27, decimal: 0x2e, release: 0x3f }
const FORM = { released: true, charset: 'windows-1252', plain: false, repeated: false } as const

/**
 * Reads a TRADACOMS file: every transmission, every message addressed lazily, every fault listed, nothing thrown.
 * It is only read; the trade that still sends it expects no answer in it.
 *
 * @example
 * const { transmissions } = readTradacoms(bytes)
 * const orders = transmissions[0]?.messages.filter((message) => message.type === 'ORDERS')
 */
export function readTradacoms(file: Uint8Array): TradacomsFile {
  const blocks = unblocked(file)
  const faults = blocks ? [tradacomsFault('LINE_BLOCKS', {}, String(blocks.width))] : []
  const reading = new Reading(blocks?.bytes ?? file)
  const segments = reading.segments()
  const starts = tagged(segments, 'STX')
  if (starts.length === 0) return { transmissions: [], faults: [...faults, tradacomsFault('NO_TRANSMISSION')] }
  const transmissions: TradacomsTransmission[] = []
  starts.forEach((from, i) => {
    const to = starts[i + 1] ?? segments.length
    const sender = segments.component(from, 2, 1) || segments.component(from, 2, 2)
    if (segments.count(from) < 5 || sender === '') {
      const why = sender === '' ? 'it names no sender' : `it has ${segments.count(from)} elements, and needs five`
      faults.push(tradacomsFault('STX_UNREADABLE', { tag: 'STX', offset: segments.offset(from) }, why))
    } else transmissions.push(reading.transmission(segments, from, to))
  })
  return { transmissions, faults }
}

function tagged(segments: EdifactSegments, tag: string): number[] {
  const found: number[] = []
  for (let i = 0; i < segments.length; i++) if (segments.tag(i) === tag) found.push(i)
  return found
}

/** The marks of a file, and what they come to. Such files are small, so all of it is held. */
class Reading {
  private readonly bytes: Uint8Array
  private readonly marks: number[] = []
  private readonly first: number[] = [0]
  private readonly parts: number[] = []
  private readonly partsBefore: number[] = []
  private readonly withControls = new Set<number>()

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    let at = hasByteOrderMark(bytes, 0) ? 3 : 0
    while (at < bytes.length) {
      while (at < bytes.length && isBlank(bytes[at]!)) at++
      if (at < bytes.length) at = this.segment(at)
    }
  }

  segments(): EdifactSegmentTable {
    return this.table(0, this.first.length - 1)
  }

  /** The tag ends at `=`; behind it `=` is data like any other character. */
  private segment(start: number): number {
    const { bytes } = this
    this.mark(start - 1)
    let at = start
    while (at < bytes.length && at < start + 4 && isLetterOrDigit(bytes[at]!)) at++
    if (bytes[at] === EQUALS) this.mark(at++)
    for (; at < bytes.length && bytes[at] !== DELIMITERS.segment; at++) {
      if (bytes[at] === DELIMITERS.element) this.mark(at)
      else if (bytes[at] === DELIMITERS.component) this.parts.push(at)
      else if (bytes[at]! < 0x20) this.withControls.add(this.first.length - 1)
      else if (bytes[at] === DELIMITERS.release) at++
    }
    const end = Math.min(at, bytes.length)
    this.mark(end)
    this.first.push(this.marks.length)
    return end + 1
  }

  private mark(at: number): void {
    this.marks.push(at)
    this.partsBefore.push(this.parts.length)
  }

  private table(from: number, length: number): EdifactSegmentTable {
    const source = {
      bytes: this.bytes,
      marks: Int32Array.from(this.marks),
      first: Int32Array.from(this.first),
      parts: Int32Array.from(this.parts),
      partsBefore: Int32Array.from(this.partsBefore),
      base: 0,
    }
    return new EdifactSegmentTable(source, from, length, DELIMITERS, FORM)
  }

  transmission(segments: EdifactSegmentTable, from: number, to: number): TradacomsTransmission {
    const faults: TradacomsFault[] = []
    const messages: TradacomsMessage[] = []
    const place = (i: number) => ({ tag: segments.tag(i), offset: segments.offset(i) })
    const syntax = segments.at(from, 1)
    if (syntax !== 'ANA:1') faults.push(tradacomsFault('SYNTAX_UNKNOWN', place(from), syntax))
    let open = -1
    let ended = false
    const close = (end: number, hasTrailer: boolean) => {
      messages.push(this.message(segments, open, end, hasTrailer, messages.length + 1))
      open = -1
    }
    for (let i = from + 1; i < to && !ended; i++) {
      const tag = segments.tag(i)
      if (tag === 'MHD') {
        if (open >= 0) close(i, false)
        open = i
      } else if (tag === 'MTR' && open >= 0) close(i + 1, true)
      else if (tag === 'END') {
        if (open >= 0) close(i, false)
        ended = true
        const declared = segments.component(i, 1, 1)
        if (declared !== String(messages.length)) {
          faults.push(tradacomsFault('MESSAGE_COUNT', place(i), declared, String(messages.length)))
        }
      } else if (open < 0) faults.push(tradacomsFault('OUTSIDE_MESSAGE', place(i), tag))
    }
    if (open >= 0) close(to, false)
    if (!ended) faults.push(tradacomsFault('END_MISSING', place(from)))
    const at = (element: number, component = 1) => segments.component(from, element, component)
    return {
      syntax,
      sender: at(2),
      senderName: at(2, 2),
      receiver: at(3),
      receiverName: at(3, 2),
      date: at(4),
      time: at(4, 2),
      reference: at(5),
      application: at(7),
      messages,
      faults,
    }
  }

  private message(
    all: EdifactSegmentTable,
    from: number,
    to: number,
    hasTrailer: boolean,
    expected: number,
  ): TradacomsMessage {
    const segments = new EdifactSegmentTable(all.source, from, to - from, DELIMITERS, FORM)
    const faults: TradacomsFault[] = []
    const number = segments.component(0, 1, 1)
    const place = { segment: 1, tag: 'MHD', offset: segments.offset(0) }
    if (number !== String(expected)) faults.push(tradacomsFault('MESSAGE_NUMBER', place, number, String(expected)))
    if (!hasTrailer) faults.push(tradacomsFault('MTR_MISSING', place, number))
    else {
      const last = segments.length - 1
      const declared = segments.component(last, 1, 1)
      const at = { segment: segments.length, tag: 'MTR', offset: segments.offset(last) }
      if (declared !== String(segments.length)) {
        faults.push(tradacomsFault('SEGMENT_COUNT', at, declared, String(segments.length)))
      }
    }
    for (let i = from; i < to; i++) {
      if (!this.withControls.has(i)) continue
      const at = { segment: i - from + 1, tag: all.tag(i), offset: all.offset(i) }
      faults.push(tradacomsFault('CONTROL_CHARACTER', at, all.tag(i)))
    }
    return { type: segments.component(0, 2, 1), version: segments.component(0, 2, 2), number, segments, faults }
  }
}
