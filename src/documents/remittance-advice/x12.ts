import { decimal } from '../../base/decimal.ts'
import type { X12Set } from '../../edi/x12/reading.ts'
import { added } from '../added.ts'
import type { Reading } from '../faults.ts'
import type { FigureRule } from '../figures.ts'
import { currencyOf, readHead, readNote } from '../head-x12.ts'
import { segmentOfLine } from '../line-x12.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { readDated, readReference, writeDated, writeParties, writeReference } from '../party-x12.ts'
import { codeFor, wordFor } from '../purposes.ts'
import {
  dateAt,
  endReading,
  faultAt,
  figureAt,
  identifierAt,
  lastOfHead,
  locateFindings,
  missingSegment,
  neededFigure,
  neededIdentifier,
  type SetReading,
  startReading,
} from '../set-reading.ts'
import { fitted, type Segment, segment, x12Date } from '../set-writing.ts'
import { remittanceAdviceFaults } from './checks.ts'
import type { Adjustment, BankAccount, RemittanceAdvice, RemittanceLine } from './schema.ts'

const ROLES = { PR: 'payer', PE: 'payee' } as const
const DIRECTIONS = { C: 'credit', D: 'debit' } as const
const USUAL_TRACE = '1'
/** Amounts of an 820 carry their point, unlike those of an 810. */
const MONEY: FigureRule = { least: 'signed', places: 3 }

interface Walk {
  readonly advice: RemittanceAdvice
  readonly lineSegments: number[]
  line: RemittanceLine | undefined
  adjustment: Adjustment | undefined
  /** Inside the goods of an invoice (IT1, SLN), whose references and dates are none of the payment's. */
  inGoods: boolean
}

/** What an 820 begins with: the payment, and notes to it. */
const PAYMENT: ReadonlySet<string> = new Set(['BPR', 'NTE'])

/** Reads an 820: the remittance, or every fault with its segment and element; one that does not add up is refused. */
export function readRemittanceAdviceX12(set: X12Set, syntax: PartnerSyntax = {}): Reading<RemittanceAdvice> {
  const reading = startReading(set, '820', syntax)
  const walk: Walk = {
    advice: {
      number: '',
      handling: '',
      amount: '0',
      direction: 'credit',
      method: '',
      currency: currencyOf(syntax),
      lines: [],
    },
    lineSegments: [],
    line: undefined,
    adjustment: undefined,
    inGoods: false,
  }
  if (reading.segments.tag(1) === 'BPR') readBeginning(reading, 1, walk.advice)
  else missingSegment(reading, 'BPR')
  let at = 1
  while (at < reading.end) at = readSegment(reading, at, walk)
  if (walk.advice.number === '') missingSegment(reading, 'TRN', lastOfHead(reading, PAYMENT))
  checkWhole(reading, walk, syntax)
  return endReading(reading, walk.advice)
}

/** Sums are only looked at when every part of them could be read. */
function checkWhole(reading: SetReading, walk: Walk, syntax: PartnerSyntax): void {
  if (reading.found.some(({ severity }) => severity !== 'warning')) return
  const { totalTolerance } = syntax
  const tolerance = totalTolerance === undefined ? undefined : decimal(totalTolerance)
  const findings = remittanceAdviceFaults(walk.advice, tolerance)
  locateFindings(reading, findings, segmentOfLine(walk.lineSegments))
}

function readBeginning(reading: SetReading, at: number, advice: RemittanceAdvice): void {
  advice.handling = neededIdentifier(reading, at, 1, 'What to do with the payment')
  advice.amount = neededFigure(reading, at, 2, MONEY, 'The amount of the payment')
  const code = neededIdentifier(reading, at, 3, 'Credit or debit')
  const direction = wordFor(DIRECTIONS, code)
  if (direction !== undefined) advice.direction = direction
  else if (code !== '') faultAt(reading, 'CODE_UNKNOWN', at, 3, [code, 'credit (C) or debit (D)'])
  advice.method = neededIdentifier(reading, at, 4, 'The method of payment')
  const format = identifierAt(reading, at, 5)
  if (format !== undefined) advice.format = format
  const from = readAccount(reading, at, 6)
  if (from !== undefined) advice.from = from
  const company = identifierAt(reading, at, 10)
  if (company !== undefined) advice.company = company
  const to = readAccount(reading, at, 12)
  if (to !== undefined) advice.to = to
  const date = dateAt(reading, at, 16)
  if (date !== undefined) advice.date = date
  const purpose = identifierAt(reading, at, 17)
  if (purpose !== undefined) advice.purpose = purpose
}

function readAccount(reading: SetReading, at: number, from: number): BankAccount | undefined {
  const account: BankAccount = {}
  const bankQualifier = identifierAt(reading, at, from)
  if (bankQualifier !== undefined) account.bankQualifier = bankQualifier
  const bank = identifierAt(reading, at, from + 1)
  if (bank !== undefined) account.bank = bank
  const accountQualifier = identifierAt(reading, at, from + 2)
  if (accountQualifier !== undefined) account.accountQualifier = accountQualifier
  const number = identifierAt(reading, at, from + 3)
  if (number !== undefined) account.account = number
  return (bankQualifier ?? bank ?? accountQualifier ?? number) ? account : undefined
}

function readSegment(reading: SetReading, at: number, walk: Walk): number {
  const { advice } = walk
  switch (reading.segments.tag(at)) {
    case 'TRN':
      readTrace(reading, at, advice)
      return at + 1
    case 'ENT':
      walk.line = undefined
      walk.adjustment = undefined
      walk.inGoods = false
      return at + 1
    case 'RMR':
      openLine(reading, at, walk)
      return at + 1
    case 'ADX':
      openAdjustment(reading, at, walk)
      return at + 1
    case 'IT1':
    case 'SLN':
      walk.inGoods = true
      return at + 1
    default:
      return walk.inGoods ? at + 1 : readOther(reading, at, walk)
  }
}

/** Notes, references and dates belong to the adjustment or line they follow. */
function readOther(reading: SetReading, at: number, walk: Walk): number {
  const { advice, line, adjustment } = walk
  const owner = adjustment ?? line
  const tag = reading.segments.tag(at)
  if (tag === 'NTE') readNote(reading, at, 2, owner ?? advice)
  else if (owner === undefined) return readHead(reading, at, advice, ROLES) ?? at + 1
  else if (tag === 'REF') owner.references = added(owner.references, readReference(reading, at))
  else if (tag === 'DTM' && adjustment === undefined && line) line.dates = added(line.dates, readDated(reading, at))
  return at + 1
}

function readTrace(reading: SetReading, at: number, advice: RemittanceAdvice): void {
  if (advice.number !== '') return
  const trace = neededIdentifier(reading, at, 1, 'The kind of trace number')
  if (trace !== USUAL_TRACE) advice.trace = trace
  advice.number = neededIdentifier(reading, at, 2, 'The trace number')
  const originator = identifierAt(reading, at, 3)
  if (originator !== undefined) advice.originator = originator
}

function openLine(reading: SetReading, at: number, walk: Walk): void {
  const line: RemittanceLine = {
    qualifier: neededIdentifier(reading, at, 1, 'What is paid'),
    reference: neededIdentifier(reading, at, 2, 'The number of what is paid'),
    paid: neededFigure(reading, at, 4, MONEY, 'The amount paid'),
  }
  const action = identifierAt(reading, at, 3)
  if (action !== undefined) line.action = action
  const billed = figureAt(reading, at, 5, MONEY)
  if (billed !== undefined) line.billed = billed
  const discount = figureAt(reading, at, 6, MONEY)
  if (discount !== undefined) line.discount = discount
  const reason = identifierAt(reading, at, 7)
  if (reason !== undefined) line.reason = reason
  const reasonAmount = figureAt(reading, at, 8, MONEY)
  if (reasonAmount !== undefined) line.reasonAmount = reasonAmount
  walk.advice.lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
  walk.adjustment = undefined
  walk.inGoods = false
}

function openAdjustment(reading: SetReading, at: number, walk: Walk): void {
  const adjustment: Adjustment = {
    amount: neededFigure(reading, at, 1, MONEY, 'The amount of the adjustment'),
    reason: neededIdentifier(reading, at, 2, 'The reason of the adjustment'),
  }
  const qualifier = identifierAt(reading, at, 3)
  if (qualifier !== undefined) adjustment.qualifier = qualifier
  const reference = identifierAt(reading, at, 4)
  if (reference !== undefined) adjustment.reference = reference
  const owner = walk.line ?? walk.advice
  owner.adjustments = added(owner.adjustments, adjustment)
  walk.adjustment = adjustment
  walk.inGoods = false
}

const ACCOUNT_MEMBERS = ['bankQualifier', 'bank', 'accountQualifier', 'account'] as const

/** Writes a remittance as the body of an 820; all lines stand below one entity. */
export function writeRemittanceAdviceX12(advice: RemittanceAdvice, syntax: PartnerSyntax = {}): Segment[] {
  const { number, originator, trace, handling, amount, direction, method, format, company, date, purpose } = advice
  const from = ACCOUNT_MEMBERS.map((member) => advice.from?.[member])
  const to = ACCOUNT_MEMBERS.map((member) => advice.to?.[member])
  const order = [format, ...from, company, undefined, ...to, x12Date(date), purpose]
  return fitted(
    [
      segment('BPR', handling, amount, codeFor(DIRECTIONS, direction), method, ...order),
      ...writeRemarks(advice.notes),
      segment('TRN', trace ?? USUAL_TRACE, number, originator),
      segment('CUR', 'PR', advice.currency),
      ...(advice.references ?? []).map((reference) => writeReference('REF', reference)),
      ...(advice.dates ?? []).map(writeDated),
      ...writeParties(advice, ROLES),
      segment('ENT', '1'),
      ...(advice.adjustments ?? []).flatMap(writeAdjustment),
      ...advice.lines.flatMap(writeLine),
    ],
    syntax,
  )
}

function writeRemarks(notes: readonly string[] | undefined): Segment[] {
  return (notes ?? []).map((note) => segment('NTE', undefined, note))
}

function writeLine(line: RemittanceLine): Segment[] {
  const { qualifier, reference, action, paid, billed, discount, reason, reasonAmount } = line
  return [
    segment('RMR', qualifier, reference, action, paid, billed, discount, reason, reasonAmount),
    ...writeRemarks(line.notes),
    ...(line.references ?? []).map((one) => writeReference('REF', one)),
    ...(line.dates ?? []).map(writeDated),
    ...(line.adjustments ?? []).flatMap(writeAdjustment),
  ]
}

function writeAdjustment({ amount, reason, qualifier, reference, notes, references = [] }: Adjustment): Segment[] {
  return [
    segment('ADX', amount, reason, qualifier, reference),
    ...writeRemarks(notes),
    ...references.map((one) => writeReference('REF', one)),
  ]
}
