import { atOnce, type Pieces } from '../../base/pieces.ts'
import { Assembly, type Bench } from './assemble.ts'
import { hasByteOrderMark, isBlank, isHeaderStart } from './bytes.ts'
import { checkSyntax } from './check.ts'
import { fault } from './faults.ts'
import { findHeader, type Header, readHeader } from './header.ts'
import type { X12Fault, X12File, X12Interchange } from './reading.ts'
import { type X12Scanner, x12Scanner } from './scan.ts'

export type {
  Delimiters,
  SegmentTable,
  X12Fault,
  X12File,
  X12Group,
  X12GroupHeader,
  X12Interchange,
  X12Set,
  X12TradingAck,
} from './reading.ts'

/** How to read. */
export interface ReadOptions {
  /** Check the segments and elements of the sets we know; on unless `false`. */
  readonly syntax?: boolean
}

const MOST_FILE_FAULTS = 50

/** A reading in pieces stops after so many bytes, at the next end of a set. */
const PIECE_BYTES = 32 * 1024

/**
 * Reads a whole file: every interchange in it, every set addressed lazily, every fault listed, nothing thrown.
 * Separators come from the data. A file in which no ISA can be read has a `fatal` fault and belongs in quarantine.
 *
 * @example
 * const { interchanges } = readX12(bytes)
 * const set = interchanges[0]?.groups[0]?.sets[0]
 * set?.segments.at(1, 3) // BEG03, the purchase order number
 */
export function readX12(bytes: Uint8Array, options: ReadOptions = {}): X12File {
  return atOnce(readingX12(bytes, options))
}

/** As {@link readX12}, in pieces of some sets each. */
export function* readingX12(bytes: Uint8Array, options: ReadOptions = {}): Pieces<X12File> {
  const interchanges: X12Interchange[] = []
  const faults: X12Fault[] = []
  const scanner = x12Scanner(bytes)
  const bench = wholeFile(options)
  let at = 0
  let limit = -1
  while (at < bytes.length) {
    const found = nextHeader(bytes, at)
    reportBetween(bytes, at, found.unreadable[0]?.offset ?? found.at, interchanges.length === 0, faults)
    faults.push(...found.unreadable.slice(0, Math.max(0, MOST_FILE_FAULTS - faults.length)))
    if (!found.header) break
    // a cut-off interchange may be followed by a whole one in the middle of a segment
    if (limit < found.header.end) limit = headerFrom(bytes, found.header.end)
    const interchange = yield* readInterchange(scanner, found.header, found.at, limit, bench)
    interchanges.push(interchange)
    at = interchange.end
  }
  if (interchanges.length === 0 && !faults.some((f) => f.severity === 'fatal')) faults.push(fault('NO_INTERCHANGE'))
  return { interchanges, faults }
}

function wholeFile(options: ReadOptions): Bench {
  const check = options.syntax === false ? () => [] : checkSyntax
  return { keep: (segments) => segments, check, done: () => {}, groupDone: () => {}, holdsSets: true }
}

function* readInterchange(
  scanner: X12Scanner,
  header: Header,
  start: number,
  limit: number,
  bench: Bench,
): Pieces<X12Interchange> {
  const assembly = new Assembly(scanner, header, start, bench)
  if (header.delimiters.element === header.delimiters.segment) return assembly.result(limit)
  scanner.begin(header, header.end)
  scanner.upTo(limit, true)
  let from = scanner.at
  while (!assembly.take(scanner.run())) {
    // each turn of the loop places one envelope segment
    if (scanner.at - from < PIECE_BYTES) continue
    from = scanner.at
    yield
  }
  return assembly.result(scanner.at)
}

function headerFrom(bytes: Uint8Array, from: number): number {
  const next = findHeader(bytes, from)
  return next < 0 ? bytes.length : next
}

interface Found {
  readonly at: number
  readonly header?: Header
  readonly unreadable: readonly X12Fault[]
}

/** The next ISA that can be read, and what is wrong with those that cannot. */
function nextHeader(bytes: Uint8Array, from: number): Found {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const unreadable: X12Fault[] = []
  let at = buffer.indexOf('ISA', from, 'latin1')
  while (at >= 0) {
    if (isHeaderStart(bytes, at)) {
      const header = readHeader(bytes, at, bytes.length)
      if (!('unreadable' in header)) return { at, header, unreadable }
      if (unreadable.length < MOST_FILE_FAULTS) {
        unreadable.push(fault('ISA_UNREADABLE', { tag: 'ISA', offset: at }, header.unreadable))
      }
    }
    at = buffer.indexOf('ISA', at + 1, 'latin1')
  }
  return { at: bytes.length, unreadable }
}

/** What stands between two interchanges, or before the first: blanks mean nothing, the rest is reported. */
function reportBetween(bytes: Uint8Array, from: number, to: number, first: boolean, faults: X12Fault[]): void {
  let start = from
  if (first && from === 0 && hasByteOrderMark(bytes, 0)) {
    faults.push(fault('BYTE_ORDER_MARK', { offset: 0 }))
    start += 3
  }
  while (start < to && (isBlank(bytes[start]!) || hasByteOrderMark(bytes, start))) start++
  if (start >= to || faults.length >= MOST_FILE_FAULTS) return
  faults.push(fault(first ? 'LEAD_IN' : 'STRAY_BYTES', { offset: start }, String(to - start)))
}
