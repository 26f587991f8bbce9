import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import { changeHeading, readChangeHeading } from '../change-heading-x12.ts'
import { readChangeLine, writeChangeLine } from '../change-line-x12.ts'
import type { Reading } from '../faults.ts'
import { readAnswer, readSchedule, readVerdict, VERDICTS, writeAnswer, writeSchedule } from '../line-answer-x12.ts'
import { checkLineCount, segmentOfLine } from '../line-x12.ts'
import { readOrderSegment, writeLineDetail, writeOrderHeading } from '../order-heading-x12.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { codeFor, PURPOSES, wordFor } from '../purposes.ts'
import {
  dateAt,
  endReading,
  faultAt,
  identifierAt,
  locateFindings,
  missingSegment,
  neededIdentifier,
  type SetReading,
  startReading,
} from '../set-reading.ts'
import { fitted, type Segment, segment, x12Date } from '../set-writing.ts'
import { orderChangeAcknowledgementFaults } from './checks.ts'
import type { ChangeAnswerLine, OrderChangeAcknowledgement } from './schema.ts'

interface Walk {
  readonly answer: OrderChangeAcknowledgement
  readonly lineSegments: number[]
  line: ChangeAnswerLine | undefined
}

/** Reads an 865: the answer to a change, or every fault with its segment and element. */
export function readOrderChangeAcknowledgementX12(
  set: X12Set,
  syntax: PartnerSyntax = {},
): Reading<OrderChangeAcknowledgement> {
  const reading = startReading(set, '865', syntax)
  const currency = syntax.currency ?? 'USD'
  const answer: OrderChangeAcknowledgement = { verdict: 'accepted', purchaseOrder: '', date: '', currency, lines: [] }
  const walk: Walk = { answer, lineSegments: [], line: undefined }
  if (reading.segments.tag(1) === 'BCA') readBeginning(reading, 1, answer)
  else missingSegment(reading, 'BCA')
  let at = 1
  while (at < reading.end) at = readSegment(reading, at, walk)
  const findings = orderChangeAcknowledgementFaults(answer)
  locateFindings(reading, findings, segmentOfLine(walk.lineSegments))
  return endReading(reading, answer)
}

function readBeginning(reading: SetReading, at: number, answer: OrderChangeAcknowledgement): void {
  const code = neededIdentifier(reading, at, 1, 'The purpose')
  const purpose = wordFor(PURPOSES, code)
  if (purpose === undefined && code !== '') faultAt(reading, 'CODE_UNKNOWN', at, 1, [code, 'purpose'])
  if (purpose !== undefined && purpose !== 'original') answer.purpose = purpose
  const verdict = readVerdict(reading, at, 2)
  if (verdict) answer.verdict = verdict
  answer.purchaseOrder = readChangeHeading(reading, at, answer)
  const salesOrder = identifierAt(reading, at, 9)
  if (salesOrder !== undefined) answer.salesOrder = salesOrder
  const acknowledgedOn = dateAt(reading, at, 10)
  if (acknowledgedOn !== undefined) answer.acknowledgedOn = acknowledgedOn
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { answer, line } = walk
  switch (reading.segments.tag(at)) {
    case 'POC':
      readLine(reading, at, walk)
      return at + 1
    case 'ACK':
      if (line) line.answers = added(line.answers, readAnswer(reading, at))
      return at + 1
    case 'SCH':
      if (line) line.schedules = added(line.schedules, readSchedule(reading, at))
      return at + 1
    case 'CTT':
      checkLineCount(reading, at, answer.lines.length)
      return at + 1
    default:
      return readOrderSegment(reading, at, answer, line) ?? at + 1
  }
}

function readLine(reading: SetReading, at: number, walk: Walk): void {
  const line: ChangeAnswerLine = readChangeLine(reading, at)
  walk.answer.lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
}

/** Writes the answer to a change as the body of an 865; POC echoes the customer's line number and ids. */
export function writeOrderChangeAcknowledgementX12(
  answer: OrderChangeAcknowledgement,
  syntax: PartnerSyntax = {},
): Segment[] {
  const purpose = codeFor(PURPOSES, answer.purpose ?? 'original')
  const verdict = codeFor(VERDICTS, answer.verdict)
  const which = [...changeHeading(answer.purchaseOrder, answer), answer.salesOrder]
  return fitted(
    [
      segment('BCA', purpose, verdict, ...which, x12Date(answer.acknowledgedOn), x12Date(answer.changedOn)),
      ...writeOrderHeading(answer, 'SE', syntax),
      ...answer.lines.flatMap((line) => writeLine(line, syntax)),
      segment('CTT', String(answer.lines.length)),
    ],
    syntax,
  )
}

function writeLine(line: ChangeAnswerLine, syntax: PartnerSyntax): Segment[] {
  const answers = (line.answers ?? []).map((answer) => writeAnswer(answer, syntax))
  const schedules = (line.schedules ?? []).map((schedule) => writeSchedule(schedule, syntax))
  return [writeChangeLine(line, syntax), ...writeLineDetail(line, syntax, { answers, schedules })]
}
