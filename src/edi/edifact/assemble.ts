import type { PassingInterchange } from '../block-stream.ts'
import { between, ownedMarks } from '../marks.ts'
import { countOf, UsedNumbers } from '../used-numbers.ts'
import { isPrinted, SPACE } from '../x12/bytes.ts'
import { type Charset, type Decoding, decodingOf } from './charset.ts'
import { type EdifactFaultName, type EdifactPlace, edifactFault } from './faults.ts'
import type { EdifactHeader } from './header.ts'
import type { EdifactFault, EdifactGroup, EdifactGroupHeader, EdifactInterchange, EdifactMessage } from './reading.ts'
import { type EdifactScanner, type EdifactStop, type Envelope, edifactScanner } from './scan.ts'
import { EdifactSegmentTable, type TextForm } from './segment-table.ts'

/** What the assembly needs from whoever reads: where finished messages go, and how they are checked. */
export interface EdifactBench {
  /** Keeps the message's segments beyond the next one; the whole-file reader keeps everything, the stream copies. */
  readonly keep: (segments: EdifactSegmentTable) => EdifactSegmentTable
  readonly check: (
    message: EdifactMessage,
    segments: EdifactSegmentTable,
    controls: readonly number[],
  ) => readonly EdifactFault[]
  readonly done: (message: EdifactMessage) => void
  readonly groupDone: (group: EdifactGroup) => void
  /** False when messages and groups are handed over one by one and must not be held. */
  readonly holdsMessages: boolean
  /** The partner's character set, for what its declared one does not explain. */
  readonly charset?: Charset
}

const UNSEEN: TextForm = { released: false, plain: false, repeated: false }
const PLAIN: TextForm = { released: false, plain: true, repeated: false }
const NONE: readonly number[] = []
/** So many segments out of place are reported one by one; a million more would not say more. */
const MOST_STRAYS = 100

interface OpenGroup {
  readonly header: EdifactGroupHeader
  readonly offset: number
  readonly faults: EdifactFault[]
  readonly messages: EdifactMessage[]
  readonly references: UsedNumbers
  received: number
  type: string
}

/** What is left of a message that outgrew its limit. */
interface Dropped {
  count: number
  readonly limit: number
  readonly head: EdifactSegmentTable
}

/** Puts the envelope together while the scanner goes on: opens and closes interchange, groups and messages, and compares counts. */
export class EdifactAssembly implements PassingInterchange<Envelope, EdifactInterchange> {
  private readonly messages: EdifactMessage[] = []
  private readonly groups: EdifactGroup[] = []
  private readonly faults: EdifactFault[]
  private readonly scanner: EdifactScanner
  private readonly header: EdifactHeader
  private readonly start: number
  private readonly bench: EdifactBench
  private readonly references = new UsedNumbers()
  /** False where an element may hold a separator that is a control character. */
  private readonly separatesInPrint: boolean
  private group: OpenGroup | undefined
  private groupsMet = 0
  private received = 0
  private outsideGroups = 0
  private messageFrom = -1
  private dropped: Dropped | undefined
  /** Segments up to here have found their place. */
  private placed: number
  private closed = false

  constructor(scanner: EdifactScanner, header: EdifactHeader, start: number, bench: EdifactBench) {
    this.scanner = scanner
    this.header = header
    this.start = start
    this.bench = bench
    this.placed = scanner.segments
    this.separatesInPrint = isPrinted(header.delimiters.component) && isPrinted(header.delimiters.repetition ?? SPACE)
    this.faults = [...header.faults, ...headerFaults(header, start)]
  }

  get isInside(): boolean {
    return this.messageFrom >= 0
  }

  /** Takes in what the scanner stopped at. True when the interchange is over. */
  take(stop: EdifactStop): boolean {
    if (!this.isInside) this.reportStrays(stop)
    if (stop === 'UNH') this.openMessage()
    else if (stop === 'UNT') this.endOfMessage()
    else if (stop === 'UNG') this.openGroup()
    else if (stop === 'UNE') this.endOfGroup()
    else if (stop === 'UNZ') this.endOfInterchange()
    else if (stop === 'UNB' || stop === 'end') this.cutOff()
    this.placed = this.scanner.segments
    if (stop !== 'UNH') this.scanner.high = this.scanner.released = this.scanner.repeated = false // asked message by message
    return this.closed
  }

  /** Drops the segments of a message that outgrew its limit in bytes; they still count. */
  dropSegments(limit: number): void {
    const { scanner, messageFrom } = this
    const count = scanner.segments - messageFrom
    if (this.dropped) this.dropped.count += count
    else this.dropped = { count, limit, head: ownedSegments(this.single(messageFrom)) }
    scanner.forget()
    this.messageFrom = 0
    this.placed = 0
  }

  /** Tells the assembly that the scanner forgot all segments. */
  forgotten(): void {
    this.placed = 0
  }

  result(end: number): EdifactInterchange {
    const { header } = this
    const at = (element: number, component = 1) => header.elements[element - 1]?.[component - 1] ?? ''
    return {
      delimiters: header.delimiters,
      syntax: header.syntax,
      syntaxVersion: header.syntaxVersion,
      sender: at(2),
      senderQualifier: at(2, 2),
      receiver: at(3),
      receiverQualifier: at(3, 2),
      date: at(4),
      time: at(4, 2),
      reference: at(5),
      password: at(6),
      application: at(7),
      priority: at(8),
      ackRequested: at(9) === '1',
      agreement: at(10),
      test: at(11) !== '' && at(11) !== '0',
      messages: this.messages,
      received: this.received,
      groups: this.groups,
      faults: this.faults,
      start: this.start,
      end,
    }
  }

  private openGroup(): void {
    if (this.isInside) this.closeMessage(this.scanner.segments - 1, 'missing')
    this.closeGroup('missing')
    const at = this.last()
    const header: EdifactGroupHeader = {
      type: at(1),
      sender: at(2),
      senderQualifier: at(2, 2),
      receiver: at(3),
      receiverQualifier: at(3, 2),
      date: at(4),
      time: at(4, 2),
      reference: at(5),
      agency: at(6),
      version: at(7),
      release: at(7, 2),
      association: at(7, 3),
    }
    const offset = this.lastOffset()
    this.group = { header, offset, faults: [], messages: [], references: new UsedNumbers(), received: 0, type: '' }
    this.groupsMet++
  }

  private openMessage(): void {
    if (this.isInside) this.closeMessage(this.scanner.segments - 1, 'missing')
    this.messageFrom = this.scanner.segments - 1
  }

  private endOfMessage(): void {
    if (this.isInside) this.closeMessage(this.scanner.segments, 'present')
    else this.reportStray('UNT', this.lastOffset())
  }

  /** Closes the message whose segments end before `to`. */
  private closeMessage(to: number, trailer: 'present' | 'missing'): void {
    const { scanner, messageFrom: from, dropped, group, header, bench } = this
    const decoding = this.decodingOf(from, to - from)
    const controls = scanner.controls.length > 0 ? between(scanner.controls, from, to) : NONE
    const isClean = controls.length === 0 && this.separatesInPrint
    const segments = bench.keep(this.table(from, to - from, this.formOf(decoding, isClean)))
    const head = dropped?.head ?? segments
    const faults: EdifactFault[] = []
    const message: EdifactMessage & { group?: EdifactGroupHeader } = {
      reference: head.component(0, 1, 1),
      type: head.component(0, 2, 1),
      version: head.component(0, 2, 2),
      release: head.component(0, 2, 3),
      agency: head.component(0, 2, 4),
      association: head.component(0, 2, 5),
      access: head.component(0, 3, 1),
      decimal: header.delimiters.decimal === 0x2c ? ',' : '.',
      syntaxVersion: header.syntaxVersion,
      segments,
      faults,
    }
    if (group) message.group = group.header
    const offset = head.offset(0)
    headFaults(message, offset, group?.references ?? this.references, faults)
    if (trailer === 'missing') faults.push(edifactFault('UNT_MISSING', headPlace(offset), message.reference))
    else trailerFaults(message, dropped?.count ?? 0, faults)
    if (decoding?.says) faults.push(this.charactersFault(segments, decoding.says, decoding.charset))
    if (dropped) faults.push(edifactFault('MESSAGE_TOO_BIG', headPlace(offset), String(dropped.limit)))
    else for (const found of bench.check(message, segments, controls)) faults.push(found)
    this.countMessage(message)
    if (bench.holdsMessages) {
      this.messages.push(message)
      group?.messages.push(message)
    }
    bench.done(message)
    if (scanner.controls.length > 0) scanner.controls = []
    this.messageFrom = -1
    this.dropped = undefined
  }

  private countMessage({ type }: EdifactMessage): void {
    const { group } = this
    this.received++
    if (!group) {
      this.outsideGroups++
      return
    }
    group.received++
    if (group.type === '') group.type = type
    else if (group.type !== type && !group.faults.some((f) => f.contrl === '31')) {
      group.faults.push(edifactFault('GROUP_TYPES', { tag: 'UNG', offset: group.offset }, group.type, type))
    }
  }

  private endOfGroup(): void {
    if (this.isInside) this.closeMessage(this.scanner.segments - 1, 'missing')
    const { group } = this
    if (!group) {
      this.reportStray('UNE', this.lastOffset())
      return
    }
    const at = this.last()
    const declared = countOf(at(1))
    if (declared !== group.received) {
      group.faults.push(this.faultAt('GROUP_COUNT', 'UNE', 1, at(1), at(1), String(group.received)))
    }
    if (at(2) !== group.header.reference) {
      group.faults.push(this.faultAt('GROUP_MISMATCH', 'UNE', 2, at(2), group.header.reference, at(2)))
    }
    this.closeGroup('present', declared)
  }

  private closeGroup(trailer: 'present' | 'missing', declaredMessages?: number): void {
    const { group } = this
    if (!group) return
    if (trailer === 'missing') {
      group.faults.push(edifactFault('UNE_MISSING', { tag: 'UNG', offset: group.offset }, group.header.reference))
    }
    const closed: EdifactGroup = {
      ...group.header,
      messages: group.messages,
      received: group.received,
      ...(declaredMessages === undefined ? {} : { declaredMessages }),
      faults: group.faults,
    }
    if (this.bench.holdsMessages) this.groups.push(closed)
    this.bench.groupDone(closed)
    this.group = undefined
  }

  private endOfInterchange(): void {
    if (this.isInside) this.closeMessage(this.scanner.segments - 1, 'missing')
    this.closeGroup('missing')
    const at = this.last()
    const reference = this.header.elements[4]?.[0] ?? ''
    const counted = this.groupsMet > 0 ? this.groupsMet : this.received
    if (countOf(at(1)) !== counted) {
      const what = this.groupsMet > 0 ? 'groups' : 'messages'
      this.faults.push(this.faultAt('INTERCHANGE_COUNT', 'UNZ', 1, at(1), at(1), String(counted), what))
    }
    if (at(2) !== reference) {
      this.faults.push(this.faultAt('INTERCHANGE_MISMATCH', 'UNZ', 2, at(2), reference, at(2)))
    }
    if (this.groupsMet > 0 && this.outsideGroups > 0) this.faults.push(edifactFault('GROUPS_AND_MESSAGES'))
    if (this.received === 0) this.faults.push(edifactFault('NOTHING_INSIDE', { tag: 'UNB', offset: this.start }))
    if (this.scanner.dangling) this.faults.push(edifactFault('DANGLING_RELEASE', { tag: 'UNZ' }))
    else if (this.scanner.unterminated) this.faults.push(edifactFault('NO_LAST_TERMINATOR', { tag: 'UNZ' }))
    this.finish()
  }

  private cutOff(): void {
    if (this.isInside) this.closeMessage(this.scanner.segments, 'missing')
    this.closeGroup('missing')
    if (this.scanner.dangling) this.faults.push(edifactFault('DANGLING_RELEASE'))
    this.faults.push(edifactFault('UNZ_MISSING', { tag: 'UNB', offset: this.start }))
    this.finish()
  }

  private finish(): void {
    const { emptySegments, outside, outsideOffset } = this.scanner
    if (emptySegments > 0) this.faults.push(edifactFault('EMPTY_SEGMENT', {}, String(emptySegments)))
    if (outside >= 0) {
      const character = String.fromCharCode(outside)
      this.faults.push(edifactFault('REPERTOIRE', { offset: outsideOffset }, character, this.header.syntax))
    }
    this.closed = true
  }

  /** Segments that came since the last stop and belong to no message. */
  private reportStrays(stop: EdifactStop): void {
    const own = stop === 'UNB' || stop === 'end' || stop === 'more' ? 0 : 1
    if (this.placed >= this.scanner.segments - own) return
    const strays = this.table(this.placed, 1, UNSEEN)
    this.reportStray(strays.tag(0), strays.offset(0))
  }

  private reportStray(tag: string, offset: number): void {
    if (this.faults.length < MOST_STRAYS) this.faults.push(edifactFault('OUTSIDE_MESSAGE', { tag, offset }, tag))
  }

  /** How the high bytes of some segments are read; undefined when there are none. */
  private decodingOf(from: number, length: number): Decoding | undefined {
    if (!this.scanner.high || length === 0) return undefined
    const { bytes, marks, first } = this.scanner
    const start = marks[first[from]!]! + 1
    const end = marks[first[from + length]! - 1]!
    if (!hasHigh(bytes, start, end)) return undefined
    return decodingOf(this.header.syntax, bytes, start, end, this.bench.charset)
  }

  private formOf(decoding: Decoding | undefined, isClean: boolean): TextForm {
    const { released, repeated } = this.scanner
    if (!decoding && !released && !repeated && isClean) return PLAIN
    const plain = isClean && !decoding
    return { released, repeated, plain, ...(decoding ? { charset: decoding.charset } : {}) }
  }

  /** One segment alone. */
  private single(at: number): EdifactSegmentTable {
    return this.table(at, 1, this.formOf(this.decodingOf(at, 1), false))
  }

  private charactersFault(
    segments: EdifactSegmentTable,
    name: 'CHARACTERS_OTHER' | 'CHARACTERS_UNSURE',
    charset: Charset,
  ): EdifactFault {
    const { bytes, marks, first } = segments.source
    const last = marks[first[segments.from + segments.length]! - 1]!
    let segment = 0
    let at = marks[first[segments.from]!]! + 1
    while (at < last && bytes[at]! < 0x80) at++
    while (segment + 1 < segments.length && marks[first[segments.from + segment + 1]!]! < at) segment++
    let element = 0
    while (element < segments.count(segment) && marks[first[segments.from + segment]! + element + 1]! < at) element++
    const place = {
      segment: segment + 1,
      tag: segments.tag(segment),
      element,
      offset: segments.source.base + at,
      value: segments.at(segment, element),
    }
    return edifactFault(name, place, this.header.syntax, charset === 'latin1' ? 'ISO 8859-1' : charset.toUpperCase())
  }

  private table(from: number, length: number, form: TextForm): EdifactSegmentTable {
    return new EdifactSegmentTable(this.scanner, from, length, this.header.delimiters, form)
  }

  /** Reads the elements of the segment just completed. */
  private last(): (element: number, component?: number) => string {
    const segment = this.single(this.scanner.segments - 1)
    return (element, component = 1) => segment.component(0, element, component).trim()
  }

  private lastOffset(): number {
    return this.table(this.scanner.segments - 1, 1, UNSEEN).offset(0)
  }

  private faultAt(
    name: EdifactFaultName,
    tag: string,
    element: number,
    value: string,
    ...particulars: string[]
  ): EdifactFault {
    const place: EdifactPlace = { tag, offset: this.lastOffset(), ...(element > 0 ? { element, value } : {}) }
    return edifactFault(name, place, ...(particulars.length > 0 ? particulars : [value]))
  }
}

/** A message with bytes and marks of its own, so that the window may move on. */
export function ownedSegments(held: EdifactSegmentTable): EdifactSegmentTable {
  const { length, delimiters, form } = held
  return length === 0 ? held : new EdifactSegmentTable(ownedMarks(held), 0, length, delimiters, form)
}

/** The segments of nothing. */
export const noSegments = (): EdifactSegmentTable =>
  new EdifactSegmentTable(
    edifactScanner(new Uint8Array(0)),
    0,
    0,
    { component: 0, element: 0, segment: 0, decimal: 0 },
    UNSEEN,
  )

function hasHigh(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i]! >= 0x80) return true
  return false
}

const headPlace = (offset: number): EdifactPlace => ({ segment: 1, tag: 'UNH', offset })

function headFaults(message: EdifactMessage, offset: number, used: UsedNumbers, faults: EdifactFault[]): void {
  const { reference, type } = message
  if (type === '') {
    faults.push(edifactFault('MESSAGE_TYPE', { ...headPlace(offset), element: 2, component: 1, reference: '0065' }))
  }
  if (reference === '') {
    faults.push(edifactFault('MESSAGE_REFERENCE', { ...headPlace(offset), element: 1, reference: '0062' }))
  } else if (used.has(reference)) {
    const at = { ...headPlace(offset), element: 1, reference: '0062', value: reference }
    faults.push(edifactFault('MESSAGE_TWICE', at, reference))
  } else used.add(reference)
}

function trailerFaults({ segments, reference }: EdifactMessage, dropped: number, faults: EdifactFault[]): void {
  const last = segments.length - 1
  const counted = segments.length + dropped
  const declared = segments.component(last, 1, 1)
  const echoed = segments.component(last, 2, 1)
  if (countOf(declared) === counted && echoed === reference) return
  const place = { segment: counted, tag: 'UNT', offset: segments.offset(last) }
  if (countOf(declared) !== counted) {
    const at = { ...place, element: 1, reference: '0074', value: declared }
    faults.push(edifactFault('SEGMENT_COUNT', at, declared, String(counted)))
  }
  if (echoed !== reference) {
    const at = { ...place, element: 2, reference: '0062', value: echoed }
    faults.push(edifactFault('MESSAGE_MISMATCH', at, reference, echoed))
  }
}

function headerFaults(header: EdifactHeader, start: number): EdifactFault[] {
  const at = (element: number, component = 1) => header.elements[element - 1]?.[component - 1] ?? ''
  const place = { tag: 'UNB', offset: start }
  const faults: EdifactFault[] = []
  if (at(3) === '') faults.push(edifactFault('RECEIVER_MISSING', { ...place, element: 3, reference: '0010' }))
  if (at(5) === '') faults.push(edifactFault('INTERCHANGE_REFERENCE', { ...place, element: 5, reference: '0020' }))
  if (!isDate(at(4)) || !/^(?:[01]\d|2[0-3])[0-5]\d$/.test(at(4, 2))) {
    const value = `${at(4)}:${at(4, 2)}`
    faults.push(edifactFault('INTERCHANGE_DATE', { ...place, element: 4, reference: '0017', value }, value))
  }
  return faults
}

/** YYMMDD or CCYYMMDD, roughly: nobody computes with it. */
const isDate = (text: string): boolean => /^(?:\d\d)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/.test(text)
