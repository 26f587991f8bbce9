import type { X12Set } from '../../edi/x12/reading.ts'
import { changeHeading, readChangeHeading } from '../change-heading-x12.ts'
import { readChangeLine, writeChangeLine } from '../change-line-x12.ts'
import type { Reading } from '../faults.ts'
import { readPack, writePack } from '../item-x12.ts'
import { checkLineCount, segmentOfLine } from '../line-x12.ts'
import { readOrderSegment, writeLineDetail, writeOrderHeading } from '../order-heading-x12.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { codeFor, PURPOSES, wordFor } from '../purposes.ts'
import {
  endReading,
  faultAt,
  identifierAt,
  locateFindings,
  missingSegment,
  neededIdentifier,
  type SetReading,
  startReading,
} from '../set-reading.ts'
import { fitted, type Segment, segment, unitText, x12Date } from '../set-writing.ts'
import { readSplit, writeSplit } from '../split-x12.ts'
import { orderChangeFaults } from './checks.ts'
import type { OrderChange, OrderChangeLine } from './schema.ts'

interface Walk {
  readonly change: OrderChange
  readonly lineSegments: number[]
  line: OrderChangeLine | undefined
}

/** Reads an 860: the change, or every fault with its segment and element. */
export function readOrderChangeX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<OrderChange> {
  const reading = startReading(set, '860', syntax)
  const change: OrderChange = { number: '', date: '', currency: syntax.currency ?? 'USD', lines: [] }
  const walk: Walk = { change, lineSegments: [], line: undefined }
  if (reading.segments.tag(1) === 'BCH') readBeginning(reading, 1, change)
  else missingSegment(reading, 'BCH')
  let at = 1
  while (at < reading.end) at = readSegment(reading, at, walk)
  locateFindings(reading, orderChangeFaults(change), segmentOfLine(walk.lineSegments))
  return endReading(reading, change)
}

function readBeginning(reading: SetReading, at: number, change: OrderChange): void {
  const code = neededIdentifier(reading, at, 1, 'The purpose of the change')
  const purpose = wordFor(PURPOSES, code)
  if (purpose === undefined && code !== '') faultAt(reading, 'CODE_UNKNOWN', at, 1, [code, 'purpose of a change'])
  if (purpose !== undefined && purpose !== 'change') change.purpose = purpose
  const type = identifierAt(reading, at, 2)
  if (type !== undefined) change.type = type
  change.number = readChangeHeading(reading, at, change)
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { change, line } = walk
  switch (reading.segments.tag(at)) {
    case 'POC':
      readLine(reading, at, walk)
      return at + 1
    case 'PO4':
      if (line) line.pack = line.pack ?? readPack(reading, at)
      return at + 1
    case 'SDQ':
      if (line) readSplit(reading, at, line)
      return at + 1
    case 'CTT':
      checkLineCount(reading, at, change.lines.length)
      return at + 1
    default:
      return readOrderSegment(reading, at, change, line) ?? at + 1
  }
}

function readLine(reading: SetReading, at: number, walk: Walk): void {
  const line: OrderChangeLine = readChangeLine(reading, at)
  walk.change.lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
}

/** Writes an order change as the body of an 860. */
export function writeOrderChangeX12(change: OrderChange, syntax: PartnerSyntax = {}): Segment[] {
  const { number, release, changedOn } = change
  const purpose = codeFor(PURPOSES, change.purpose ?? 'change')
  const type = change.type ?? (release === undefined ? 'SA' : 'RL')
  return fitted(
    [
      segment('BCH', purpose, type, ...changeHeading(number, change), undefined, undefined, x12Date(changedOn)),
      ...writeOrderHeading(change, 'BY', syntax),
      ...change.lines.flatMap((line) => writeLine(line, syntax)),
      segment('CTT', String(change.lines.length)),
    ],
    syntax,
  )
}

function writeLine(line: OrderChangeLine, syntax: PartnerSyntax): Segment[] {
  const packing = writePack(line.pack, syntax)
  const split = writeSplit(line.destinations ?? [], unitText(line.uom, syntax))
  return [writeChangeLine(line, syntax), ...writeLineDetail(line, syntax, { packing, split })]
}
