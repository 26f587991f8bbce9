import { BlockStream, type EnvelopePart, USUAL_LIMIT, WINDOW } from '../block-stream.ts'
import { ownedMarks } from '../marks.ts'
import { Assembly, type Bench } from './assemble.ts'
import { isHeaderStart } from './bytes.ts'
import { checkSyntax } from './check.ts'
import { fault } from './faults.ts'
import { LONGEST, readHeader } from './header.ts'
import type { ReadOptions } from './read.ts'
import type { X12Fault, X12Group, X12Interchange, X12Set } from './reading.ts'
import { x12Scanner } from './scan.ts'
import { MarkedSegments, UNSEEN } from './segment-table.ts'

export interface StreamOptions extends ReadOptions {
  /** The largest set that is held in memory; a larger one is counted and reported, not kept. 32 MB unless said otherwise. */
  readonly maxSetBytes?: number
  /** `false` where only the faults are wanted: the sets come without their segments, and nothing is copied. */
  readonly segments?: false
}

/**
 * What a streamed reading hands over, in the order of the file. A set is provisional until its interchange ended well:
 * an interchange without IEA, or with wrong counts, takes back everything in it.
 */
export type X12Part =
  | EnvelopePart<X12Interchange, X12Fault>
  | { readonly kind: 'set'; readonly set: X12Set }
  | { readonly kind: 'group'; readonly group: X12Group }

/**
 * Reads X12 as it arrives. Memory stays flat however long the interchange is: only the set under way is held.
 *
 * @example
 * for await (const part of readX12Stream(createReadStream(path)))
 *   if (part.kind === 'set') keep(part.set)
 */
export async function* readX12Stream(
  source: AsyncIterable<Uint8Array>,
  options: StreamOptions = {},
): AsyncGenerator<X12Part, void, undefined> {
  yield* new BlockStream((handOver: (part: X12Part) => void) => streamed(options, handOver)).read(source)
}

function streamed(options: StreamOptions, handOver: (part: X12Part) => void) {
  const scanner = x12Scanner(new Uint8Array(WINDOW), WINDOW)
  const bench: Bench = {
    keep: options.segments === false ? (held) => held : owned,
    check: options.syntax === false ? () => [] : checkSyntax,
    done: (set) => handOver({ kind: 'set', set: options.segments === false ? withoutSegments(set) : set }),
    groupDone: (group) => handOver({ kind: 'group', group }),
    holdsSets: false,
  }
  return {
    scanner,
    beginning: 'ISA',
    isHeaderStart,
    headerBytes: LONGEST + 8,
    limit: options.maxSetBytes ?? USUAL_LIMIT,
    fault: (name: keyof typeof FAULTS, offset?: number, about?: string) =>
      fault(FAULTS[name], offset === undefined ? {} : { offset }, ...(about === undefined ? [] : [about])),
    open: (at: number, filled: number) => {
      const { bytes, base } = scanner
      const header = readHeader(bytes, at, filled, base)
      if ('unreadable' in header) {
        const place = { tag: 'ISA', offset: base + at }
        return { unreadable: fault('ISA_UNREADABLE', place, header.unreadable), skip: 1 }
      }
      const { delimiters, end } = header
      const interchange = new Assembly(scanner, header, base + at, bench)
      return { interchange, end, ...(delimiters.element === delimiters.segment ? {} : { syntax: { delimiters } }) }
    },
  }
}

const FAULTS = {
  LEAD_IN: 'LEAD_IN',
  STRAY_BYTES: 'STRAY_BYTES',
  NO_INTERCHANGE: 'NO_INTERCHANGE',
  TOO_BIG: 'SET_TOO_BIG',
} as const

/** The window moves on under the segments of a set that nobody copied. */
const withoutSegments = (set: X12Set): X12Set => ({ ...set, segments: NO_SEGMENTS })
const NO_SEGMENTS = new MarkedSegments(
  x12Scanner(new Uint8Array(0)),
  0,
  0,
  { element: 0, segment: 0, component: 0 },
  UNSEEN,
)

/** A set with bytes and marks of its own, so that the window may move on. */
function owned(held: MarkedSegments): MarkedSegments {
  const { length, delimiters, seen } = held
  return length === 0 ? held : new MarkedSegments(ownedMarks(held), 0, length, delimiters, seen)
}
