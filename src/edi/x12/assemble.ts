import type { PassingInterchange } from '../block-stream.ts'
import { between } from '../marks.ts'
import { countOf, UsedNumbers } from '../used-numbers.ts'
import { isPrinted, SPACE } from './bytes.ts'
import { type FaultName, fault, type Place } from './faults.ts'
import type { Header } from './header.ts'
import type { X12Fault, X12Group, X12GroupHeader, X12Interchange, X12Set, X12TradingAck } from './reading.ts'
import type { Envelope, Stop, X12Scanner } from './scan.ts'
import { MarkedSegments, type SeenCharacters, SharedText, UNSEEN } from './segment-table.ts'

/** What the assembly needs from whoever reads: where finished sets go, and how they are checked. */
export interface Bench {
  /** Keeps the set's segments beyond the next one; the whole-file reader keeps everything, the stream copies. */
  readonly keep: (segments: MarkedSegments) => MarkedSegments
  readonly check: (set: X12Set, segments: MarkedSegments, controls: readonly number[]) => readonly X12Fault[]
  readonly done: (set: X12Set) => void
  readonly groupDone: (group: X12Group) => void
  /** False when sets and groups are handed over one by one and must not be held. */
  readonly holdsSets: boolean
}

const DIGITS = /^\d+$/
const NONE: readonly number[] = []
const PLAIN: SeenCharacters = { high: false, plain: true }

/** So many segments out of place are reported one by one; a million more would not say more. */
const MOST_STRAYS = 100

interface OpenGroup {
  readonly header: X12GroupHeader
  readonly offset: number
  /** False for sets that stand outside of any GS. */
  readonly real: boolean
  readonly faults: X12Fault[]
  readonly sets: X12Set[]
  readonly numbers: UsedNumbers
  received: number
}

/** Puts the envelope together while the scanner goes on: opens and closes interchange, groups and sets, and compares counts. */
export class Assembly implements PassingInterchange<Envelope, X12Interchange> {
  private readonly groups: X12Group[] = []
  private readonly tradingAcks: X12TradingAck[] = []
  private readonly faults: X12Fault[]
  private readonly scanner: X12Scanner
  private readonly header: Header
  private readonly start: number
  private readonly bench: Bench
  /** Only where the bytes stay where they are. */
  private readonly beside: SharedText | undefined
  /** False where an element may hold a separator that is a control character. */
  private readonly separatesInPrint: boolean
  private group: OpenGroup | undefined
  private realGroups = 0
  private setFrom = -1
  private dropped: Dropped | undefined
  /** Segments up to here have found their place. */
  private placed: number
  private closed = false

  constructor(scanner: X12Scanner, header: Header, start: number, bench: Bench) {
    this.scanner = scanner
    this.header = header
    this.start = start
    this.bench = bench
    this.beside = bench.holdsSets ? new SharedText() : undefined
    this.placed = scanner.segments
    this.separatesInPrint = isPrinted(header.delimiters.component) && isPrinted(header.delimiters.repetition ?? SPACE)
    this.faults = [...header.faults, ...headerFaults(header, start)]
  }

  get isInside(): boolean {
    return this.setFrom >= 0
  }

  /** Takes in what the scanner stopped at. True when the interchange is over. */
  take(stop: Stop): boolean {
    if (!this.isInside) this.reportStrays(stop)
    if (stop === 'GS') this.openGroup()
    else if (stop === 'ST') this.openSet()
    else if (stop === 'SE') this.endOfSet()
    else if (stop === 'GE') this.endOfGroup()
    else if (stop === 'TA1') this.tradingAck()
    else if (stop === 'IEA') this.endOfInterchange()
    else if (stop === 'ISA' || stop === 'end') this.cutOff()
    this.placed = this.scanner.segments
    if (stop !== 'ST') this.scanner.high = false // what is above 0x7f is asked set by set
    return this.closed
  }

  /** Drops the segments of a set that outgrew its limit in bytes; they still count. */
  dropSegments(limit: number): void {
    const { scanner } = this
    const count = scanner.segments - this.setFrom
    if (this.dropped) this.dropped.count += count
    else {
      const head = new MarkedSegments(scanner, this.setFrom, 1, this.header.delimiters, UNSEEN)
      this.dropped = { count, limit, id: head.at(0, 1), controlNumber: head.at(0, 2), offset: head.offset(0) }
    }
    scanner.forget()
    this.setFrom = 0
    this.placed = 0
  }

  /** Tells the assembly that the scanner forgot all segments. */
  forgotten(): void {
    this.placed = 0
  }

  result(end: number): X12Interchange {
    const element = (n: number) => this.header.elements[n - 1] ?? ''
    return {
      delimiters: this.header.delimiters,
      senderQualifier: element(5),
      sender: element(6),
      receiverQualifier: element(7),
      receiver: element(8),
      date: element(9),
      time: element(10),
      version: element(12),
      controlNumber: element(13),
      ackRequested: element(14) === '1',
      usage: element(15),
      groups: this.groups,
      tradingAcks: this.tradingAcks,
      faults: this.faults,
      start: this.start,
      end,
    }
  }

  private openGroup(): void {
    if (this.isInside) this.closeSet(this.scanner.segments - 1, 'missing')
    this.closeGroup('missing')
    const at = this.last()
    const header = {
      functionalId: at(1),
      sender: at(2),
      receiver: at(3),
      date: at(4),
      time: at(5),
      controlNumber: at(6),
      agency: at(7),
      version: at(8),
    }
    this.group = newGroup(header, this.lastOffset(), true)
    this.realGroups++
    if (!DIGITS.test(header.controlNumber) || header.controlNumber.length > 9) {
      this.group.faults.push(this.faultAt('GROUP_NUMBER', 'GS', 6, header.controlNumber))
    }
  }

  private openSet(): void {
    if (this.isInside) this.closeSet(this.scanner.segments - 1, 'missing')
    if (!this.group) this.openImpliedGroup('ST')
    this.setFrom = this.scanner.segments - 1
  }

  private openImpliedGroup(tag: string): void {
    this.reportStray(tag)
    const blank = {
      functionalId: '',
      sender: '',
      receiver: '',
      date: '',
      time: '',
      controlNumber: '',
      agency: '',
      version: '',
    }
    this.group = newGroup(blank, this.lastOffset(), false)
  }

  private endOfSet(): void {
    if (this.isInside) this.closeSet(this.scanner.segments, 'present')
    else this.reportStray('SE')
  }

  /** Closes the set whose segments end before `to`. */
  private closeSet(to: number, trailer: 'present' | 'missing'): void {
    const group = this.group as OpenGroup
    const { scanner, setFrom, dropped } = this
    const controls = scanner.controls.length > 0 ? between(scanner.controls, setFrom, to) : NONE
    const isPlain = !scanner.high && controls.length === 0 && this.separatesInPrint
    const seen = isPlain ? PLAIN : { high: scanner.high, plain: false }
    const { delimiters } = this.header
    const segments = this.bench.keep(new MarkedSegments(scanner, setFrom, to - setFrom, delimiters, seen, this.beside))
    const faults: X12Fault[] = []
    const implementation = dropped ? '' : segments.at(0, 3)
    const id = dropped?.id ?? segments.at(0, 1)
    const controlNumber = dropped?.controlNumber ?? segments.at(0, 2)
    const { header } = group
    const set: X12Set =
      implementation === ''
        ? { id, controlNumber, group: header, segments, faults }
        : { id, controlNumber, implementation, group: header, segments, faults }
    const offset = dropped?.offset ?? segments.offset(0)
    headFaults(set, offset, group.numbers, faults)
    if (trailer === 'missing') faults.push(fault('SE_MISSING', { segment: 1, tag: 'ST', offset }, set.controlNumber))
    else trailerFaults(set, dropped?.count ?? 0, faults)
    if (dropped) faults.push(fault('SET_TOO_BIG', { tag: 'ST', offset }, String(dropped.limit)))
    else for (const found of this.bench.check(set, segments, controls)) faults.push(found)
    group.received++
    if (this.bench.holdsSets) group.sets.push(set)
    this.bench.done(set)
    if (scanner.controls.length > 0) scanner.controls = []
    this.setFrom = -1
    this.dropped = undefined
  }

  private endOfGroup(): void {
    if (this.isInside) this.closeSet(this.scanner.segments - 1, 'missing')
    if (!this.group) {
      this.reportStray('GE')
      return
    }
    const at = this.last()
    const { header, received, faults } = this.group
    if (countOf(at(1)) !== received) faults.push(this.faultAt('SET_COUNT', 'GE', 1, at(1), at(1), String(received)))
    if (!sameDigits(header.controlNumber, at(2))) {
      faults.push(this.faultAt('GROUP_MISMATCH', 'GE', 2, at(2), header.controlNumber, at(2)))
    }
    this.closeGroup('present', countOf(at(1)))
  }

  private closeGroup(trailer: 'present' | 'missing', declaredSets?: number): void {
    const { group } = this
    if (!group) return
    if (trailer === 'missing' && group.real) {
      group.faults.push(fault('GE_MISSING', { tag: 'GS', offset: group.offset }, group.header.controlNumber))
    }
    const closed: X12Group = {
      ...group.header,
      sets: group.sets,
      received: group.received,
      ...(declaredSets === undefined ? {} : { declaredSets }),
      faults: group.faults,
    }
    if (this.bench.holdsSets) this.groups.push(closed)
    this.bench.groupDone(closed)
    this.group = undefined
  }

  private tradingAck(): void {
    if (this.isInside) return
    const at = this.last()
    this.tradingAcks.push({ controlNumber: at(1), date: at(2), time: at(3), verdict: at(4), note: at(5) })
  }

  private endOfInterchange(): void {
    if (this.isInside) this.closeSet(this.scanner.segments - 1, 'missing')
    this.closeGroup('missing')
    const at = this.last()
    const number = this.header.elements[12] ?? ''
    if (countOf(at(1)) !== this.realGroups) {
      this.faults.push(this.faultAt('GROUP_COUNT', 'IEA', 1, at(1), at(1), String(this.realGroups)))
    }
    if (at(2) !== number) this.faults.push(this.faultAt('INTERCHANGE_MISMATCH', 'IEA', 2, at(2), number, at(2)))
    if (this.scanner.unterminated) this.faults.push(fault('NO_LAST_TERMINATOR', { tag: 'IEA' }))
    this.finish()
  }

  private cutOff(): void {
    if (this.isInside) this.closeSet(this.scanner.segments, 'missing')
    this.closeGroup('missing')
    this.faults.push(fault('IEA_MISSING', { tag: 'ISA', offset: this.start }))
    this.finish()
  }

  private finish(): void {
    const { emptySegments } = this.scanner
    if (emptySegments > 0) this.faults.push(fault('EMPTY_SEGMENT', {}, String(emptySegments)))
    this.closed = true
  }

  /** Segments that came since the last stop and belong to no set. */
  private reportStrays(stop: Stop): void {
    const own = stop === 'ISA' || stop === 'end' ? 0 : 1
    const to = this.scanner.segments - own
    for (let i = this.placed; i < to; i++) {
      const strays = new MarkedSegments(this.scanner, i, 1, this.header.delimiters, UNSEEN)
      const tag = strays.tag(0)
      if (!this.group && (tag === 'ISB' || tag === 'ISE')) continue
      this.reportStray(tag, strays.offset(0))
      return // one fault says it; a thousand would not say more
    }
  }

  private reportStray(tag: string, offset = this.lastOffset()): void {
    const faults = this.group?.faults ?? this.faults
    if (faults.length < MOST_STRAYS)
      faults.push(fault(this.group ? 'OUTSIDE_SET' : 'OUTSIDE_GROUP', { tag, offset }, tag))
  }

  /** Reads the elements of the segment just completed. */
  private last(): (element: number) => string {
    const segment = new MarkedSegments(this.scanner, this.scanner.segments - 1, 1, this.header.delimiters, UNSEEN)
    return (element) => segment.at(0, element).trim()
  }

  private lastOffset(): number {
    return new MarkedSegments(this.scanner, this.scanner.segments - 1, 1, this.header.delimiters, UNSEEN).offset(0)
  }

  private faultAt(name: FaultName, tag: string, element: number, value: string, ...particulars: string[]): X12Fault {
    const place: Place = { tag, offset: this.lastOffset(), ...(element > 0 ? { element, value } : {}) }
    return fault(name, place, ...(particulars.length > 0 ? particulars : [value]))
  }
}

function newGroup(header: X12GroupHeader, offset: number, real: boolean): OpenGroup {
  return { header, offset, real, faults: [], sets: [], numbers: new UsedNumbers(), received: 0 }
}

/** What is left of a set that outgrew its limit. */
interface Dropped {
  count: number
  readonly limit: number
  readonly id: string
  readonly controlNumber: string
  readonly offset: number
}

function headFaults(set: X12Set, offset: number, used: UsedNumbers, faults: X12Fault[]): void {
  const { id, controlNumber: number } = set
  if (id.length !== 3 || countOf(id) === undefined) faults.push(fault('SET_ID', headPlace(offset, 1, id), id))
  if (number === '') {
    faults.push(fault('SET_NUMBER_MISSING', { segment: 1, tag: 'ST', offset, element: 2 }))
    return
  }
  if (number.length < 4 || number.length > 9) faults.push(fault('SET_NUMBER', headPlace(offset, 2, number), number))
  if (used.has(number)) faults.push(fault('SET_NUMBER_TWICE', headPlace(offset, 2, number), number))
  used.add(number)
}

const headPlace = (offset: number, element: number, value: string): Place => ({
  segment: 1,
  tag: 'ST',
  offset,
  element,
  value,
})

function trailerFaults(set: X12Set, dropped: number, faults: X12Fault[]): void {
  const { segments, controlNumber } = set
  const last = segments.length - 1
  const counted = segments.length + dropped
  const declared = segments.at(last, 1)
  const echoed = segments.at(last, 2)
  const isCounted = countOf(declared) === counted
  if (isCounted && echoed === controlNumber) return
  const place = { segment: counted, tag: 'SE', offset: segments.offset(last) }
  if (!isCounted)
    faults.push(fault('SEGMENT_COUNT', { ...place, element: 1, value: declared }, declared, String(counted)))
  if (echoed !== controlNumber)
    faults.push(fault('SET_MISMATCH', { ...place, element: 2, value: echoed }, controlNumber, echoed))
}

function headerFaults(header: Header, start: number): X12Fault[] {
  const { element, segment, component } = header.delimiters
  const at = (n: number) => header.elements[n - 1] ?? ''
  const place = { tag: 'ISA', offset: start }
  const faults: X12Fault[] = []
  if (element === segment) faults.push(fault('SEPARATORS_CLASH', place))
  else if (component === element || component === segment)
    faults.push(fault('COMPONENT_SEPARATOR', { ...place, element: 16 }))
  if (!/^\d{9}$/.test(at(13)))
    faults.push(fault('INTERCHANGE_NUMBER', { ...place, element: 13, value: at(13) }, at(13)))
  if (at(15) !== 'T' && at(15) !== 'P' && at(15) !== 'I') {
    faults.push(fault('UNREAD_TEST_INDICATOR', { ...place, element: 15, value: at(15) }, at(15)))
  }
  return faults
}

/** GS and GE are compared as numbers: leading zeros do not matter, anything else does. */
function sameDigits(a: string, b: string): boolean {
  return a === b || (DIGITS.test(a) && DIGITS.test(b) && a.replace(/^0+/, '') === b.replace(/^0+/, ''))
}
