import { add, type Decimal, decimal, decimalText, subtract } from '../../base/decimal.ts'
import type { EdifactMessage } from '../../edi/edifact/reading.ts'
import { added } from '../added.ts'
import {
  readDocumentDate,
  readMoment,
  readPlainDate,
  writeDocumentDates,
  writeMessageDates,
  writeMoment,
} from '../date-edifact.ts'
import { agencyOf, codePairs, qualifierOf, referenceCodes } from '../edifact-codes.ts'
import type { Reading } from '../faults.ts'
import { SIGNED } from '../figures.ts'
import { schemaFaults } from '../json-form.ts'
import { lineIn } from '../line-x12.ts'
import {
  type MessageFrame,
  missingTotal,
  readMessageHead,
  walkMessage,
  writeMessageConditions,
} from '../message-frame.ts'
import { endMessage, keepReference, readReferenceGroup } from '../message-parts.ts'
import {
  figureIn,
  identifierIn,
  type MessageReading,
  neededFigureIn,
  neededIdentifierIn,
  startMessage,
} from '../message-reading.ts'
import { fittedMessage, type MessageSegment, messageSegment } from '../message-writing.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import {
  PARTY_CONTACTS,
  readShortNotes,
  writeMessageNotes,
  writeMessageParties,
  writeMessageReferences,
} from '../party-edifact.ts'
import { faultAt } from '../set-reading.ts'
import { errors } from '../set-writing.ts'
import type { Party } from '../shapes.ts'
import { isCurrency } from '../text.ts'
import { isNear } from '../totals.ts'
import { remittanceAdviceFaults, remittanceSum } from './checks.ts'
import {
  type Adjustment,
  type BankAccount,
  type RemittanceAdvice,
  type RemittanceLine,
  remittanceAdviceSchema,
} from './schema.ts'

const REMITTANCE_ADVICE = '481'
/** X12 305 and 591: REMADV only tells of a payment, and need not say how it is made. */
const ADVICE_ONLY = 'I'
const WAY_UNKNOWN = 'NON'
const PAID_ON = '138'

/** What is paid: X12 128 and EDIFACT 1001. */
const paidCodes = codePairs('IV=380 CM=381 DL=383 PO=220', { x12: 'ZZ', edifact: 'ZZZ' }, 'IV=393 CM=396', 'agreed')
/** How it is paid: X12 591 and EDIFACT 4461. */
const methodCodes = codePairs('ACH=2 CHK=20 FWT=30', { x12: 'ZZZ', edifact: 'ZZZ' }, 'FWT=31 FWT=42 CHK=23', 'agreed')
/** Why less is paid: X12 426 and EDIFACT 4465. */
const reasonCodes = codePairs(
  '01=5 02=48 03=9 04=3 05=2 06=4 07=14 08=49 09=50 11=35 16=60 17=51 18=52 19=53 22=54 23=55 24=56',
  { x12: 'ZZ', edifact: 'ZZZ' },
  '',
  'agreed',
)

const FRAME: MessageFrame<'payer' | 'payee'> = {
  roles: { PR: 'payer', PE: 'payee' },
  reachedBy: 'payer',
  currencyUse: '11',
  partyDetail: PARTY_CONTACTS,
  leavesOut: new Set(['TDT', 'TOD', 'PAT', 'ALC']),
}
const fits = schemaFaults(remittanceAdviceSchema)

interface Walk {
  readonly advice: RemittanceAdvice
  readonly lineSegments: number[]
  hasCurrency: boolean
  inSummary: boolean
  /** The rank of the amount that was taken for what is paid, of the whole and of the line. */
  totalRank: number
  totalSegment: number
  paidRank: number
  line: RemittanceLine | undefined
  adjustment: Adjustment | undefined
}

/**
 * Reads REMADV: the remittance, or every fault with its place; one that does not add up is refused. Partners write what they
 * deduct and the credits they take with and without a minus: the sums say which it is.
 */
export function readRemittanceAdviceEdifact(
  message: EdifactMessage,
  syntax: PartnerSyntax = {},
): Reading<RemittanceAdvice> {
  const reading = startMessage(message, 'REMADV', syntax)
  const advice: RemittanceAdvice = {
    number: '',
    handling: ADVICE_ONLY,
    amount: '0',
    direction: 'credit',
    method: WAY_UNKNOWN,
    currency: syntax.currency ?? 'USD',
    lines: [],
  }
  const walk: Walk = {
    advice,
    lineSegments: [],
    hasCurrency: false,
    inSummary: false,
    totalRank: Number.POSITIVE_INFINITY,
    totalSegment: 0,
    paidRank: Number.POSITIVE_INFINITY,
    line: undefined,
    adjustment: undefined,
  }
  walkMessage(
    reading,
    (at) => {
      advice.number = neededIdentifierIn(reading, at, 2, 1, 'The number of the advice')
    },
    (at, tag) => readSegment(reading, at, tag, walk),
  )
  closeLine(reading, walk)
  if (walk.totalSegment === 0) missingTotal(reading)
  const tolerance = decimal(syntax.totalTolerance ?? '0.01')
  const isReadable = reading.found.every(({ severity }) => severity === 'warning')
  return endMessage(
    reading,
    isReadable ? settled(advice, tolerance) : advice,
    fits,
    (whole) => remittanceAdviceFaults(whole, tolerance),
    (pointer) => (pointer === '/amount' ? walk.totalSegment : (walk.lineSegments[lineIn(pointer) ?? -1] ?? 1)),
  )
}

function readSegment(reading: MessageReading, at: number, tag: string, walk: Walk): number {
  if (tag === 'DOC') openLine(reading, at, walk)
  else if (tag === 'UNS') {
    closeLine(reading, walk)
    walk.inSummary = true
  } else if (walk.inSummary) {
    if (tag === 'MOA') readTotal(reading, at, walk)
  } else if (walk.line) return readOfLine(reading, at, tag, walk, walk.line)
  else return readOfHeader(reading, at, tag, walk)
  return at + 1
}

function readOfHeader(reading: MessageReading, at: number, tag: string, walk: Walk): number {
  const { advice } = walk
  switch (tag) {
    case 'DTM':
      readHeaderDate(reading, at, advice)
      return at + 1
    case 'FII':
      readAccount(reading, at, advice)
      return at + 1
    case 'PAI': {
      const means = identifierIn(reading, at, 1, 3)
      if (means !== undefined) advice.method = methodCodes.toX12(means)
      return at + 1
    }
    case 'FTX':
      readShortNotes(reading, at, advice)
      return at + 1
    case 'CUX':
      walk.hasCurrency ||= reading.segments.component(at, 1, 2) !== ''
      break
    default:
  }
  return readMessageHead(reading, at, tag, advice, FRAME) || at + 1
}

function readHeaderDate(reading: MessageReading, at: number, advice: RemittanceAdvice): void {
  if (reading.segments.component(at, 1, 1) !== PAID_ON || advice.date !== undefined) {
    readDocumentDate(reading, at, advice)
    return
  }
  const { date } = readMoment(reading, at)
  if (date !== undefined) advice.date = date
}

const OF_PAYER = new Set(['OR', 'PB', 'OB'])
const OF_PAYEE = new Set(['BF', 'RB', 'BB'])

/** FII: an account, and the bank that has it. */
function readAccount(reading: MessageReading, at: number, advice: RemittanceAdvice): void {
  const whose = reading.segments.component(at, 1, 1)
  const side = OF_PAYER.has(whose) ? 'from' : OF_PAYEE.has(whose) ? 'to' : undefined
  const account: BankAccount = {}
  const number = identifierIn(reading, at, 2, 1)
  if (number !== undefined) account.account = number
  const bank = identifierIn(reading, at, 3, 1)
  if (bank !== undefined) {
    account.bank = bank
    const qualifier = bankQualifier(bank, reading.segments.component(at, 3, 2), reading.segments.component(at, 3, 3))
    if (qualifier !== undefined) account.bankQualifier = qualifier
  }
  if (side !== undefined && Object.keys(account).length > 0) advice[side] ??= account
}

/** X12 506: 02 is the code of SWIFT, which EDIFACT has from ISO (5) as list 25. */
const SWIFT = { list: '25', agency: '5', qualifier: '02' } as const

function bankQualifier(bank: string, list: string, agency: string): string | undefined {
  if (list === SWIFT.list && agency === SWIFT.agency) return SWIFT.qualifier
  return qualifierOf(bank, list, agency)
}

function openLine(reading: MessageReading, at: number, walk: Walk): void {
  closeLine(reading, walk)
  const kind = paidCodes.toX12(neededIdentifierIn(reading, at, 1, 1, 'What is paid'))
  const line: RemittanceLine = {
    qualifier: kind,
    reference: neededIdentifierIn(reading, at, 2, 1, 'The number of what is paid'),
    paid: '',
  }
  walk.advice.lines.push(line)
  walk.lineSegments.push(at)
  walk.line = line
  walk.adjustment = undefined
  walk.paidRank = Number.POSITIVE_INFINITY
}

/** A line that says nothing about how much is paid of it. */
function closeLine(reading: MessageReading, walk: Walk): void {
  const { line } = walk
  walk.line = undefined
  if (line === undefined || line.paid !== '') return
  faultAt(reading, 'MISSING', walk.lineSegments.at(-1) ?? 1, undefined, ['The amount paid (MOA)'])
  line.paid = '0'
}

function readOfLine(reading: MessageReading, at: number, tag: string, walk: Walk, line: RemittanceLine): number {
  const { adjustment } = walk
  switch (tag) {
    case 'MOA':
      if (adjustment) adjustment.amount = neededFigureIn(reading, at, 1, 2, SIGNED, 'The amount of the adjustment')
      else readAmount(reading, at, walk, line)
      return at + 1
    case 'AJT':
      walk.adjustment = { amount: '0', reason: reasonCodes.toX12(neededIdentifierIn(reading, at, 1, 1, 'The reason')) }
      line.adjustments = added(line.adjustments, walk.adjustment)
      return at + 1
    case 'RFF':
      return readReference(reading, at, adjustment, line)
    case 'DTM':
      readPlainDate(reading, at, line)
      return at + 1
    case 'FTX':
      readShortNotes(reading, at, adjustment ?? line)
      return at + 1
    default:
      return at + 1
  }
}

/** Amounts that may say what is paid, the surest first: remitted, paid, due. */
const PAID = ['12', '11', '9']
const BILLED = new Set(['77', '39', '38'])
const DISCOUNTS = new Set(['52', '21'])

function readAmount(reading: MessageReading, at: number, walk: Walk, line: RemittanceLine): void {
  const code = reading.segments.component(at, 1, 1)
  const amount = figureIn(reading, at, 1, 2, SIGNED)
  if (amount === undefined) return
  takeCurrency(reading, at, walk)
  const rank = PAID.indexOf(code)
  if (rank >= 0 && rank < walk.paidRank) {
    if (code !== '9' && walk.paidRank === PAID.indexOf('9')) line.billed ??= line.paid
    line.paid = amount
    walk.paidRank = rank
  } else if (rank >= 0) line.billed ??= amount
  else if (BILLED.has(code)) line.billed = amount
  else if (DISCOUNTS.has(code)) line.discount = amount
}

/** Where no CUX names the currency, the amounts may. */
function takeCurrency(reading: MessageReading, at: number, walk: Walk): void {
  if (walk.hasCurrency) return
  const currency = reading.segments.component(at, 1, 3)
  if (!isCurrency(currency)) return
  walk.advice.currency = currency
  walk.hasCurrency = true
}

function readReference(
  reading: MessageReading,
  at: number,
  adjustment: Adjustment | undefined,
  line: RemittanceLine,
): number {
  const group = readReferenceGroup(reading, at)
  if (adjustment && adjustment.reference === undefined && group.value !== undefined) {
    adjustment.qualifier = referenceCodes.toX12(group.code)
    adjustment.reference = group.value
  } else keepReference(adjustment ?? line, group)
  return group.next
}

/** Amounts that may state what is paid in all, the surest first. */
const TOTALS = ['12', '11', '9', '128', '86', '77']

function readTotal(reading: MessageReading, at: number, walk: Walk): void {
  const rank = TOTALS.indexOf(reading.segments.component(at, 1, 1))
  if (rank < 0 || rank >= walk.totalRank) return
  walk.advice.amount = neededFigureIn(reading, at, 1, 2, SIGNED, 'What is paid')
  walk.totalRank = rank
  walk.totalSegment = at
  takeCurrency(reading, at, walk)
}

/** The advice as its sums have it: credits count below zero, and so do deductions, when that is what adds up. */
function settled(advice: RemittanceAdvice, tolerance: Decimal): RemittanceAdvice {
  const hasDeductions = advice.lines.some(({ adjustments }) => adjustments !== undefined)
  const signed = hasDeductions
    ? { ...advice, lines: advice.lines.map((line) => withDeductions(line, tolerance)) }
    : advice
  const total = decimal(advice.amount)
  if (isNear(remittanceSum(signed), total, tolerance)) return signed
  const credited = { ...signed, lines: signed.lines.map(asCredit) }
  return isNear(remittanceSum(credited), total, tolerance) ? credited : signed
}

const negative = (amount: string): string => decimalText(subtract(decimal('0'), decimal(amount)))

function asCredit(line: RemittanceLine): RemittanceLine {
  if (line.qualifier !== 'CM' || line.paid.startsWith('-')) return line
  const { billed } = line
  return { ...line, paid: negative(line.paid), ...(billed === undefined ? {} : { billed: negative(billed) }) }
}

function withDeductions(line: RemittanceLine, tolerance: Decimal): RemittanceLine {
  const { billed, discount = '0', paid, adjustments } = line
  if (billed === undefined || adjustments === undefined) return line
  const changed = adjustments.map((one) => ({ ...one, amount: negative(one.amount) }))
  const due = (of: readonly Adjustment[]): Decimal =>
    of.reduce((sum, { amount }) => add(sum, decimal(amount)), subtract(decimal(billed), decimal(discount)))
  const isStated = (of: readonly Adjustment[]) => isNear(due(of), decimal(paid), tolerance)
  return !isStated(adjustments) && isStated(changed) ? { ...line, adjustments: changed } : line
}

/**
 * Writes a remittance as the body of REMADV. What belongs to no document becomes one of its own, and the reason of a line one
 * of its adjustments; who ordered the payment at which bank in what form, REMADV does not tell.
 */
export function writeRemittanceAdviceEdifact(advice: RemittanceAdvice, syntax: PartnerSyntax = {}): MessageSegment[] {
  const { number, amount, method, date, dates, from, to, lines, adjustments = [] } = advice
  const days = [...writeDocumentDates(dates), ...(date === undefined ? [] : writeMoment(PAID_ON, { date }))]
  if (days.length === 0) throw errors.DOES_NOT_FIT('DTM: the day of the payment, which REMADV has to name')
  const means = method === WAY_UNKNOWN ? undefined : methodCodes.toEdifact(method)
  return fittedMessage(
    [
      messageSegment('BGM', REMITTANCE_ADVICE, number, '9'),
      ...days,
      ...writeMessageReferences(advice.references),
      ...writeAccount('OR', from),
      ...writeAccount('BF', to),
      ...(means === undefined ? [] : [messageSegment('PAI', [undefined, undefined, means])]),
      ...writeMessageNotes(advice.notes),
      ...writeMessageParties(withoutReferences(advice), FRAME.roles),
      ...writeMessageConditions({ currency: advice.currency }, FRAME, syntax),
      ...adjustments.flatMap((adjustment) => writeLine(documentOf(adjustment, number))),
      ...lines.flatMap(writeLine),
      messageSegment('UNS', 'S'),
      messageSegment('MOA', ['12', amount]),
    ],
    syntax,
  )
}

function writeAccount(whose: string, account: BankAccount | undefined): MessageSegment[] {
  if (account === undefined) return []
  const { bank, bankQualifier: qualifier, account: number } = account
  const list = qualifier === SWIFT.qualifier ? [SWIFT.list, SWIFT.agency] : agencyOf(qualifier)
  return [messageSegment('FII', whose, number, bank === undefined ? undefined : [bank, ...list])]
}

/** Below the parties of REMADV there is no room for references. */
function withoutReferences(advice: RemittanceAdvice): Pick<RemittanceAdvice, 'payer' | 'payee' | 'parties'> {
  const { payer, payee, parties } = advice
  const bare = <P extends Party>({ references: _, ...party }: P) => party
  return {
    ...(payer ? { payer: bare(payer) } : {}),
    ...(payee ? { payee: bare(payee) } : {}),
    ...(parties ? { parties: parties.map(bare) } : {}),
  }
}

function documentOf(adjustment: Adjustment, number: string): RemittanceLine {
  const { amount, qualifier = 'ZZ', reference = number } = adjustment
  return { qualifier, reference, paid: amount, adjustments: [adjustment] }
}

function writeLine(line: RemittanceLine): MessageSegment[] {
  const { qualifier, reference, paid, billed, discount, reason, reasonAmount, dates, adjustments = [] } = line
  const money = (code: string, amount: string | undefined) =>
    amount === undefined ? [] : [messageSegment('MOA', [code, amount])]
  const difference = reason === undefined ? [] : [{ amount: reasonAmount ?? '0', reason }]
  return [
    messageSegment('DOC', paidCodes.toEdifact(qualifier), reference),
    ...money('12', paid),
    ...money('77', billed),
    ...money('52', discount),
    ...(dates === undefined ? [] : writeMessageDates({ dates })),
    ...writeMessageReferences(line.references),
    ...[...difference, ...adjustments].flatMap(writeAdjustment),
  ]
}

function writeAdjustment({ amount, reason, qualifier, reference, notes }: Adjustment): MessageSegment[] {
  return [
    messageSegment('AJT', reasonCodes.toEdifact(reason)),
    messageSegment('MOA', ['165', amount]),
    ...(reference === undefined ? [] : writeMessageReferences([{ qualifier: qualifier ?? 'ZZ', value: reference }])),
    ...writeMessageNotes(notes),
  ]
}
