import { BlockStream, type EnvelopePart, USUAL_LIMIT, WINDOW } from '../block-stream.ts'
import { EdifactAssembly, type EdifactBench, noSegments, ownedSegments } from './assemble.ts'
import { repertoireOf } from './charset.ts'
import { edifactFault } from './faults.ts'
import { LONGEST, readHeader, skipOf } from './header.ts'
import { checkOf, type EdifactReadOptions } from './read.ts'
import type { EdifactFault, EdifactGroup, EdifactInterchange, EdifactMessage } from './reading.ts'
import { edifactScanner, isHeaderStart } from './scan.ts'

export interface EdifactStreamOptions extends EdifactReadOptions {
  /** The largest message that is held in memory; a larger one is counted and reported, not kept. 32 MB unless said otherwise. */
  readonly maxMessageBytes?: number
  /** `false` where only the faults are wanted: the messages come without their segments, and nothing is copied. */
  readonly segments?: false
}

/**
 * What a streamed reading hands over, in the order of the file. A message is provisional until its interchange ended well:
 * an interchange without UNZ, or with wrong counts, takes back everything in it.
 */
export type EdifactPart =
  | EnvelopePart<EdifactInterchange, EdifactFault>
  | { readonly kind: 'message'; readonly message: EdifactMessage }
  | { readonly kind: 'group'; readonly group: EdifactGroup }

/** UNA, its six characters, a line end and the longest UNB. */
const HEADER_BYTES = LONGEST + 32

/**
 * Reads EDIFACT as it arrives. Memory stays flat however long the interchange is: only the message under way is held.
 *
 * @example
 * for await (const part of readEdifactStream(createReadStream(path)))
 *   if (part.kind === 'message') keep(part.message)
 */
export async function* readEdifactStream(
  source: AsyncIterable<Uint8Array>,
  options: EdifactStreamOptions = {},
): AsyncGenerator<EdifactPart, void, undefined> {
  yield* new BlockStream((handOver: (part: EdifactPart) => void) => streamed(options, handOver)).read(source)
}

function streamed(options: EdifactStreamOptions, handOver: (part: EdifactPart) => void) {
  const scanner = edifactScanner(new Uint8Array(WINDOW), WINDOW)
  const bench: EdifactBench = {
    keep: options.segments === false ? (held) => held : ownedSegments,
    check: checkOf(options),
    done: (message) =>
      handOver({ kind: 'message', message: options.segments === false ? withoutSegments(message) : message }),
    groupDone: (group) => handOver({ kind: 'group', group }),
    holdsMessages: false,
    ...(options.charset === undefined ? {} : { charset: options.charset }),
  }
  return {
    scanner,
    beginning: 'UN',
    isHeaderStart,
    headerBytes: HEADER_BYTES,
    limit: options.maxMessageBytes ?? USUAL_LIMIT,
    fault: (name: keyof typeof FAULTS, offset?: number, about?: string) =>
      edifactFault(FAULTS[name], offset === undefined ? {} : { offset }, ...(about === undefined ? [] : [about])),
    open: (at: number, filled: number) => {
      const { bytes, base } = scanner
      if (!isHeaderStart(bytes, at)) return { skip: 1 }
      const header = readHeader(bytes, at, filled, base, options.charset)
      if ('unreadable' in header) return { unreadable: header.unreadable, skip: skipOf(bytes, at) }
      const { delimiters, end } = header
      const syntax = { delimiters, without: repertoireOf(header.syntax)?.without ?? '' }
      return { interchange: new EdifactAssembly(scanner, header, base + at, bench), syntax, end }
    },
  }
}

/** The window moves on under the segments of a message that nobody copied. */
const withoutSegments = (message: EdifactMessage): EdifactMessage => ({ ...message, segments: NO_SEGMENTS })
const NO_SEGMENTS = noSegments()

const FAULTS = {
  LEAD_IN: 'LEAD_IN',
  STRAY_BYTES: 'STRAY_BYTES',
  NO_INTERCHANGE: 'NO_INTERCHANGE',
  TOO_BIG: 'MESSAGE_TOO_BIG',
} as const
