import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import type { Reading } from '../faults.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import {
  placeParty,
  readContacts,
  readDated,
  readParty,
  readReference,
  writeContact,
  writeDated,
  writeParties,
  writeReference,
} from '../party-x12.ts'
import { codeFor, PURPOSES, wordFor } from '../purposes.ts'
import {
  dateAt,
  endReading,
  faultAt,
  identifierAt,
  locateFindings,
  missingSegment,
  neededDate,
  neededIdentifier,
  type SetReading,
  startReading,
  textAt,
  timeAt,
} from '../set-reading.ts'
import { fitted, type Segment, segment, x12Date } from '../set-writing.ts'
import { NAMED_ROLES } from '../shapes.ts'
import { applicationAdviceFaults } from './checks.ts'
import type { AdviceEntry, AdviceProblem, ApplicationAdvice } from './schema.ts'

/** The first letter of OTI01 in words. */
const ABOUT = { T: 'transaction', I: 'item', B: 'batch', G: 'group' } as const
/** The second letter of OTI01 in words. */
const VERDICTS = {
  A: 'accepted',
  C: 'acceptedWithChanges',
  E: 'acceptedWithErrors',
  P: 'partlyAccepted',
  R: 'rejected',
} as const

interface Walk {
  readonly advice: ApplicationAdvice
  readonly entrySegments: number[]
  entry: AdviceEntry | undefined
  problem: AdviceProblem | undefined
}

/** Reads an 824: the advice, or every fault with its segment and element. */
export function readApplicationAdviceX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<ApplicationAdvice> {
  const reading = startReading(set, '824', syntax)
  const advice: ApplicationAdvice = { number: '', date: '', entries: [] }
  const walk: Walk = { advice, entrySegments: [], entry: undefined, problem: undefined }
  if (reading.segments.tag(1) === 'BGN') readBeginning(reading, 1, advice)
  else missingSegment(reading, 'BGN')
  let at = 1
  while (at < reading.end) at = readSegment(reading, at, walk)
  locateFindings(reading, applicationAdviceFaults(advice), (pointer) => {
    const entry = /^\/entries\/(\d+)/.exec(pointer)
    return entry ? (walk.entrySegments[Number(entry[1])] ?? 1) : 1
  })
  return endReading(reading, advice)
}

function readBeginning(reading: SetReading, at: number, advice: ApplicationAdvice): void {
  const code = neededIdentifier(reading, at, 1, 'The purpose')
  const purpose = wordFor(PURPOSES, code)
  if (purpose === undefined && code !== '') faultAt(reading, 'CODE_UNKNOWN', at, 1, [code, 'purpose'])
  if (purpose !== undefined && purpose !== 'original') advice.purpose = purpose
  advice.number = neededIdentifier(reading, at, 2, 'The number of the advice')
  advice.date = neededDate(reading, at, 3, 'The date of the advice')
  const time = timeAt(reading, at, 4)
  if (time !== undefined) advice.time = time
  const reference = identifierAt(reading, at, 6)
  if (reference !== undefined) advice.reference = reference
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { advice, entry, problem } = walk
  switch (reading.segments.tag(at)) {
    case 'OTI':
      readEntry(reading, at, walk)
      break
    case 'TED':
      if (entry) {
        walk.problem = readProblem(reading, at)
        entry.problems = added(entry.problems, walk.problem)
      }
      break
    case 'NTE':
      if (problem) readNote(reading, at, problem)
      break
    case 'REF':
      if (entry) entry.references = added(entry.references, readReference(reading, at))
      break
    case 'DTM':
      if (entry) entry.dates = added(entry.dates, readDated(reading, at))
      break
    case 'PER':
      if (entry) entry.contacts = readContacts(reading, at, entry.contacts)
      break
    case 'N1': {
      const { role, party, next } = readParty(reading, at)
      if (entry === undefined) placeParty(advice, NAMED_ROLES, role, party)
      return next
    }
  }
  return at + 1
}

function readEntry(reading: SetReading, at: number, walk: Walk): void {
  const code = neededIdentifier(reading, at, 1, 'What became of the document')
  const about = wordFor(ABOUT, code.charAt(0))
  const verdict = wordFor(VERDICTS, code.slice(1))
  const isKnown = about !== undefined && verdict !== undefined
  if (!isKnown && code !== '') faultAt(reading, 'CODE_UNKNOWN', at, 1, [code, 'verdict of an application'])
  const entry: AdviceEntry = {
    about: about ?? 'transaction',
    verdict: verdict ?? 'accepted',
    qualifier: neededIdentifier(reading, at, 2, 'What the number is'),
    number: neededIdentifier(reading, at, 3, 'The number of the document'),
  }
  for (const [member, element] of ENVELOPE) {
    const value = identifierAt(reading, at, element)
    if (value !== undefined) entry[member] = value
  }
  const date = dateAt(reading, at, 6)
  if (date !== undefined) entry.date = date
  const time = timeAt(reading, at, 7)
  if (time !== undefined) entry.time = time
  walk.advice.entries.push(entry)
  walk.entrySegments.push(at)
  walk.entry = entry
  walk.problem = undefined
}

const ENVELOPE = [
  ['sender', 4],
  ['receiver', 5],
  ['group', 8],
  ['control', 9],
  ['set', 10],
] as const

function readProblem(reading: SetReading, at: number): AdviceProblem {
  const problem: AdviceProblem = { code: neededIdentifier(reading, at, 1, 'The code of the problem') }
  const text = textAt(reading, at, 2)
  if (text !== undefined) problem.text = text
  for (const [member, element] of PLACE) {
    const value = identifierAt(reading, at, element)
    if (value !== undefined) problem[member] = value
  }
  const value = textAt(reading, at, 7)
  if (value !== undefined) problem.value = value
  const replacedBy = textAt(reading, at, 8)
  if (replacedBy !== undefined) problem.replacedBy = replacedBy
  return problem
}

const PLACE = [
  ['segment', 3],
  ['segmentPosition', 4],
  ['elementPosition', 5],
  ['element', 6],
] as const

function readNote(reading: SetReading, at: number, problem: AdviceProblem): void {
  const note = textAt(reading, at, 2)
  if (note !== undefined) problem.notes = added(problem.notes, note)
}

/** Writes an advice as the body of an 824. */
export function writeApplicationAdviceX12(advice: ApplicationAdvice, syntax: PartnerSyntax = {}): Segment[] {
  const { number, date, time, reference } = advice
  const purpose = codeFor(PURPOSES, advice.purpose ?? 'original')
  return fitted(
    [
      segment('BGN', purpose, number, x12Date(date), x12Date(time), undefined, reference),
      ...writeParties(advice, NAMED_ROLES),
      ...advice.entries.flatMap(writeEntry),
    ],
    syntax,
  )
}

function writeEntry(entry: AdviceEntry): Segment[] {
  const { qualifier, number, sender, receiver, date, time, group, control, set } = entry
  const code = `${codeFor(ABOUT, entry.about)}${codeFor(VERDICTS, entry.verdict)}`
  const envelope = [sender, receiver, x12Date(date), x12Date(time), group, control, set]
  return [
    segment('OTI', code, qualifier, number, ...envelope),
    ...(entry.references ?? []).map((reference) => writeReference('REF', reference)),
    ...(entry.dates ?? []).map(writeDated),
    ...(entry.contacts ?? []).map(writeContact),
    ...(entry.problems ?? []).flatMap(writeProblem),
  ]
}

function writeProblem(problem: AdviceProblem): Segment[] {
  const { segment: tag, segmentPosition, elementPosition, element, value, replacedBy, notes = [] } = problem
  const place = [tag, segmentPosition, elementPosition, element]
  return [
    segment('TED', problem.code, problem.text, ...place, value, replacedBy),
    ...notes.map((note) => segment('NTE', undefined, note)),
  ]
}
