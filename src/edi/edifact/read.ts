import { atOnce, type Pieces } from '../../base/pieces.ts'
import { unblocked } from '../line-blocks.ts'
import { hasByteOrderMark, isBlank } from '../x12/bytes.ts'
import { EdifactAssembly, type EdifactBench } from './assemble.ts'
import { type Charset, repertoireOf } from './charset.ts'
import { checkMessage } from './check.ts'
import { edifactFault } from './faults.ts'
import { type EdifactHeader, findHeader, readHeader, skipOf } from './header.ts'
import type { EdifactFault, EdifactFile, EdifactInterchange } from './reading.ts'
import { type EdifactScanner, edifactScanner } from './scan.ts'

export type {
  EdifactDelimiters,
  EdifactFault,
  EdifactFile,
  EdifactGroup,
  EdifactGroupHeader,
  EdifactInterchange,
  EdifactMessage,
  EdifactSegments,
} from './reading.ts'

/** How to read. */
export interface EdifactReadOptions {
  /** Check the segments and elements of the messages we know; on unless `false`. */
  readonly syntax?: boolean
  /** What the partner really writes, where the declared character set does not explain the bytes. */
  readonly charset?: Charset
}

const MOST_FILE_FAULTS = 50

/** A reading in pieces stops after so many bytes, at the next end of a message. */
const PIECE_BYTES = 32 * 1024

/**
 * Reads a whole file: every interchange in it, every message addressed lazily, every fault listed, nothing thrown.
 * Service characters come from UNA, or are the defaults. A file in which no UNB can be read has a `fatal` fault and belongs in quarantine.
 *
 * @example
 * const { interchanges } = readEdifact(bytes)
 * const message = interchanges[0]?.messages[0]
 * message?.segments.component(1, 2, 1) // the document number in BGM
 */
export function readEdifact(file: Uint8Array, options: EdifactReadOptions = {}): EdifactFile {
  return atOnce(readingEdifact(file, options))
}

/** As {@link readEdifact}, in pieces of some messages each. */
export function* readingEdifact(file: Uint8Array, options: EdifactReadOptions = {}): Pieces<EdifactFile> {
  const interchanges: EdifactInterchange[] = []
  const faults: EdifactFault[] = []
  const blocks = unblocked(file)
  const bytes = blocks?.bytes ?? file
  if (blocks) faults.push(edifactFault('LINE_BLOCKS', {}, String(blocks.width)))
  const scanner = edifactScanner(bytes)
  const bench = wholeFile(options)
  let at = 0
  while (at < bytes.length) {
    const found = nextHeader(bytes, at, options.charset)
    reportBetween(bytes, at, found.unreadable[0]?.offset ?? found.at, interchanges.length === 0, faults)
    faults.push(...found.unreadable.slice(0, Math.max(0, MOST_FILE_FAULTS - faults.length)))
    if (!found.header) break
    const interchange = yield* readInterchange(scanner, found.header, found.at, bench)
    interchanges.push(interchange)
    at = interchange.end
  }
  if (interchanges.length === 0 && !faults.some((f) => f.severity === 'fatal'))
    faults.push(edifactFault('NO_INTERCHANGE'))
  return { interchanges, faults }
}

function wholeFile(options: EdifactReadOptions): EdifactBench {
  return {
    keep: (segments) => segments,
    check: checkOf(options),
    done: () => {},
    groupDone: () => {},
    holdsMessages: true,
    ...(options.charset === undefined ? {} : { charset: options.charset }),
  }
}

/** What is checked inside of messages. */
export const checkOf = (options: EdifactReadOptions): EdifactBench['check'] =>
  options.syntax === false ? () => [] : checkMessage

function* readInterchange(
  scanner: EdifactScanner,
  header: EdifactHeader,
  start: number,
  bench: EdifactBench,
): Pieces<EdifactInterchange> {
  const assembly = new EdifactAssembly(scanner, header, start, bench)
  scanner.begin({ delimiters: header.delimiters, without: repertoireOf(header.syntax)?.without ?? '' }, header.end)
  scanner.upTo(scanner.bytes.length, true)
  let from = scanner.at
  while (!assembly.take(scanner.run())) {
    // each turn of the loop places one envelope segment
    if (scanner.at - from < PIECE_BYTES) continue
    from = scanner.at
    yield
  }
  return assembly.result(scanner.at)
}

interface Found {
  readonly at: number
  readonly header?: EdifactHeader
  readonly unreadable: readonly EdifactFault[]
}

/** The next header that can be read, and what is wrong with those that cannot. */
function nextHeader(bytes: Uint8Array, from: number, charset: Charset | undefined): Found {
  const unreadable: EdifactFault[] = []
  let at = findHeader(bytes, from, bytes.length)
  while (at >= 0) {
    const header = readHeader(bytes, at, bytes.length, 0, charset)
    if (!('unreadable' in header)) return { at, header, unreadable }
    if (unreadable.length < MOST_FILE_FAULTS) unreadable.push(header.unreadable)
    at = findHeader(bytes, at + skipOf(bytes, at), bytes.length)
  }
  return { at: bytes.length, unreadable }
}

/** What stands between two interchanges, or before the first: blanks mean nothing, the rest is reported. */
function reportBetween(bytes: Uint8Array, from: number, to: number, first: boolean, faults: EdifactFault[]): void {
  let start = from
  if (first && from === 0 && hasByteOrderMark(bytes, 0)) {
    faults.push(edifactFault('BYTE_ORDER_MARK', { offset: 0 }))
    start += 3
  }
  while (start < to && (isBlank(bytes[start]!) || hasByteOrderMark(bytes, start))) start++
  if (start >= to || faults.length >= MOST_FILE_FAULTS) return
  faults.push(edifactFault(first ? 'LEAD_IN' : 'STRAY_BYTES', { offset: start }, String(to - start)))
}
