import type { EdifactMessage } from '../../edi/edifact/reading.ts'
import { added } from '../added.ts'
import { copied } from '../copied.ts'
import { readMoment, readPlainDate, writeMessageDates, writeMoment } from '../date-edifact.ts'
import { agencyOf, codePairs, qualifierOf, referenceCodes } from '../edifact-codes.ts'
import type { Reading } from '../faults.ts'
import { POSSIBLE, SIGNED } from '../figures.ts'
import { readItemNumbers, readItemText, readLineItem, writeQuantity } from '../item-edifact.ts'
import { schemaFaults } from '../json-form.ts'
import { segmentOfLine } from '../line-x12.ts'
import {
  lineNumber,
  type MessageFrame,
  missingDay,
  readMessageHead,
  readMessagePurpose,
  walkMessage,
  writeLineGoods,
  writeLineName,
  writeMessageConditions,
} from '../message-frame.ts'
import { checkLineCount, endMessage, keepReference, MESSAGE_PURPOSES, readReferenceGroup } from '../message-parts.ts'
import {
  countedUnitIn,
  figureIn,
  identifierIn,
  type MessageReading,
  neededFigureIn,
  neededIdentifierIn,
  startMessage,
  textIn,
  unitIn,
} from '../message-reading.ts'
import { fittedMessage, type MessageSegment, messageSegment, messageUnit } from '../message-writing.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import {
  PARTY_ALONE,
  PARTY_CONTACTS,
  readMessageParty,
  writeMessageParties,
  writeMessageParty,
  writeMessageReferences,
} from '../party-edifact.ts'
import { codeFor } from '../purposes.ts'
import { faultAt } from '../set-reading.ts'
import type { Party } from '../shapes.ts'
import { resaleReportFaults } from './checks.ts'
import {
  type ResaleAmount,
  type ResaleItem,
  type ResalePrice,
  type ResaleReport,
  resaleReportSchema,
  type Transfer,
} from './schema.ts'

const SALES_REPORT = '73E'
const FIRST_DAY = '90'
const LAST_DAY = '91'
/** Days of sale, of processing. */
const PERIODS = new Set(['356', '324'])
/** X12 521: what SLSRPT tells of are sales from stock. */
const STOCK_SALE = 'SS'

/** QTY (6063) in words; of several codes with one meaning the first is written. */
const KINDS: readonly (readonly [string, ResaleItem['kind']])[] = [
  ['153', 'sold'],
  ['32', 'sold'],
  ['61', 'returned'],
  ['17', 'onHand'],
  ['145', 'onHand'],
]
const KIND_OF = new Map(KINDS)
/** What an amount is: X12 522 and EDIFACT 5025, two lists with little in common. */
const amountCodes = codePairs('1=203 TT=128', { x12: 'ZZ', edifact: 'ZZZ' }, '1=66', 'agreed')

/** The reporting distributor and the maker it reports to have several names in EDIFACT (3035); DS and MF are written. */
const FRAME: MessageFrame<'distributor' | 'maker'> = {
  roles: { DS: 'distributor', SE: 'distributor', MF: 'maker', SU: 'maker' },
  reachedBy: 'distributor',
  partyDetail: PARTY_CONTACTS,
  leavesOut: new Set(['FTX', 'TDT', 'TOD', 'PAT', 'ALC']),
}
const WRITTEN_ROLES = { DS: 'distributor', MF: 'maker' } as const
const CUSTOMER_ROLES = new Set(['ST', 'BY', 'UC', 'UD'])

const fits = schemaFaults(resaleReportSchema)

/** What LIN says of all quantities behind it. */
type Goods = Omit<ResaleItem, 'kind' | 'code' | 'quantity' | 'uom'>

interface Walk {
  readonly report: ResaleReport
  readonly transferSegments: number[]
  isDated: boolean
  transfer: Transfer | undefined
  /** Customers that NAD named, behind a quantity, and not only LOC. */
  isNamed: boolean
  goods: Goods | undefined
  item: ResaleItem | undefined
  lines: number
}

/**
 * Reads SLSRPT: the resale report, or every fault with its place. A LOC is a transfer to that place; customers that NAD names
 * behind a quantity each get a transfer of their own.
 */
export function readResaleReportEdifact(message: EdifactMessage, syntax: PartnerSyntax = {}): Reading<ResaleReport> {
  const reading = startMessage(message, 'SLSRPT', syntax)
  const report: ResaleReport = { number: '', date: '', lines: [] }
  const walk: Walk = {
    report,
    transferSegments: [],
    isDated: false,
    transfer: undefined,
    isNamed: false,
    goods: undefined,
    item: undefined,
    lines: 0,
  }
  walkMessage(
    reading,
    (at) => readBeginning(reading, at, report),
    (at, tag) => readSegment(reading, at, tag, walk),
  )
  closeTransfer(reading, walk)
  if (!walk.isDated) missingDay(reading)
  placeCurrency(report, syntax)
  return endMessage(reading, report, fits, resaleReportFaults, segmentOfLine(walk.transferSegments))
}

function readBeginning(reading: MessageReading, at: number, report: ResaleReport): void {
  report.number = neededIdentifierIn(reading, at, 2, 1, 'The number of the report')
  const purpose = readMessagePurpose(reading, at, MESSAGE_PURPOSES, 'original', 'a sales report')
  if (purpose !== undefined) report.purpose = purpose
}

/** Money without CUX is in the partner's usual currency. */
function placeCurrency(report: ResaleReport, syntax: PartnerSyntax): void {
  const hasMoney = report.lines.some(({ items }) => items.some(({ prices, amounts }) => prices ?? amounts))
  if (hasMoney) report.currency ??= syntax.currency ?? 'USD'
}

function readSegment(reading: MessageReading, at: number, tag: string, walk: Walk): number {
  if (tag === 'LOC') openTransfer(reading, at, walk)
  else if (tag === 'LIN') openLine(reading, at, walk)
  else if (tag === 'QTY' && walk.goods) openItem(reading, at, walk, walk.goods)
  else if (tag === 'CNT') checkLineCount(reading, at, walk.lines)
  else if (walk.goods) return readOfGoods(reading, at, tag, walk, walk.item ?? walk.goods)
  else if (walk.transfer) return readOfTransfer(reading, at, tag, walk.transfer)
  else if (tag === 'DTM') readHeaderDate(reading, at, walk)
  else return readMessageHead(reading, at, tag, walk.report, FRAME) || at + 1
  return at + 1
}

/** 137 dates the report, 90 and 91, or a period, say which days it covers. */
function readHeaderDate(reading: MessageReading, at: number, walk: Walk): void {
  const { report } = walk
  const code = reading.segments.component(at, 1, 1)
  const isReport = code === '137' && !walk.isDated
  if (isReport) walk.isDated = true
  const hasPeriod = report.from !== undefined || report.until !== undefined
  const isPeriod = PERIODS.has(code) && !hasPeriod
  if (!isReport && !isPeriod && code !== FIRST_DAY && code !== LAST_DAY) {
    readPlainDate(reading, at, report)
    return
  }
  const { date, until } = readMoment(reading, at)
  if (date === undefined) return
  if (isReport) report.date = date
  else report[code === LAST_DAY ? 'until' : 'from'] = date
  if (until !== undefined) report.until = until
}

function openTransfer(reading: MessageReading, at: number, walk: Walk): void {
  closeTransfer(reading, walk)
  const customer: Party = {}
  const id = identifierIn(reading, at, 2, 1)
  if (id !== undefined) {
    customer.id = id
    const { segments } = reading
    const qualifier = qualifierOf(id, segments.component(at, 2, 2), segments.component(at, 2, 3))
    if (qualifier !== undefined) customer.idQualifier = qualifier
  }
  const name = textIn(reading, at, 2, 4)
  if (name !== undefined) customer.name = name
  begin(walk, at, { type: STOCK_SALE, ...(Object.keys(customer).length > 0 ? { customer } : {}), items: [] })
}

function begin(walk: Walk, at: number, transfer: Transfer): void {
  walk.report.lines.push(transfer)
  walk.transferSegments.push(at)
  walk.transfer = transfer
  walk.isNamed = false
  walk.goods = undefined
  walk.item = undefined
}

/** A transfer without QTY moved nothing. */
function closeTransfer(reading: MessageReading, { transfer, transferSegments }: Walk): void {
  if (transfer === undefined || transfer.items.length > 0) return
  faultAt(reading, 'MISSING', transferSegments.at(-1) ?? 1, undefined, ['The quantity (QTY)'])
}

const CONTRACTS = new Set(['VC', 'CT'])

function readOfTransfer(reading: MessageReading, at: number, tag: string, transfer: Transfer): number {
  if (tag === 'DTM') readPlainDate(reading, at, transfer)
  if (tag !== 'RFF') return at + 1
  const group = readReferenceGroup(reading, at)
  const { code, value, next } = group
  if (CONTRACTS.has(code) && value !== undefined && transfer.reference === undefined) {
    transfer.referenceQualifier = referenceCodes.toX12(code)
    transfer.reference = value
  } else keepReference(transfer, group)
  return next
}

function openLine(reading: MessageReading, at: number, walk: Walk): void {
  if (walk.transfer === undefined) begin(walk, at, { type: STOCK_SALE, items: [] })
  const goods: Goods = {}
  const number = identifierIn(reading, at, 1, 1)
  if (number !== undefined) goods.line = number
  readLineItem(reading, at, goods)
  walk.goods = goods
  walk.item = undefined
  walk.lines += 1
}

function openItem(reading: MessageReading, at: number, walk: Walk, goods: Goods): void {
  const code = neededIdentifierIn(reading, at, 1, 1, 'What the quantity counts')
  const kind = KIND_OF.get(code)
  const named = kind === undefined ? { kind: 'other' as const, ...(code.length > 2 ? {} : { code }) } : { kind }
  const quantity = neededFigureIn(reading, at, 1, 2, SIGNED, 'The quantity')
  walk.item = { ...copied(goods), ...named, quantity, uom: countedUnitIn(reading, at, 1, 3) }
  walk.transfer?.items.push(walk.item)
}

function readOfGoods(reading: MessageReading, at: number, tag: string, walk: Walk, goods: Goods): number {
  switch (tag) {
    case 'PIA':
      readItemNumbers(reading, at, goods)
      return at + 1
    case 'IMD':
      readItemText(reading, at, goods)
      return at + 1
    case 'DTM':
      readPlainDate(reading, at, goods)
      return at + 1
    case 'PRI':
      readPrice(reading, at, goods)
      return at + 1
    case 'MOA':
      readAmount(reading, at, goods)
      return at + 1
    case 'RFF': {
      const group = readReferenceGroup(reading, at)
      if (group.code === 'BT' && group.value !== undefined && goods.lot === undefined) goods.lot = group.value
      else if (group.code === 'LI' && group.value !== undefined) goods.line = group.value
      else keepReference(goods, group)
      return group.next
    }
    case 'NAD': {
      const { role, party, next } = readMessageParty(reading, at, PARTY_ALONE)
      if (walk.item && CUSTOMER_ROLES.has(role)) takeCustomer(at, walk, walk.item, party)
      return next
    }
    default:
      return at + 1
  }
}

/** A NAD behind a quantity says who bought it: the transfer's customer, or one with a transfer of its own. */
function takeCustomer(at: number, walk: Walk, item: ResaleItem, customer: Party): void {
  const { transfer, goods } = walk
  if (transfer === undefined) return
  if (transfer.items.length === 1 && !walk.isNamed) transfer.customer = customer
  else if (JSON.stringify(transfer.customer) !== JSON.stringify(customer)) {
    transfer.items.pop()
    begin(walk, at, { ...copied(transfer), customer, items: [item] })
    walk.goods = goods
    walk.item = item
  }
  walk.isNamed = true
}

function readPrice(reading: MessageReading, at: number, goods: Goods): void {
  const amount = figureIn(reading, at, 1, 2, POSSIBLE)
  if (amount === undefined) return
  const price: ResalePrice = { uom: unitIn(reading, at, 1, 6) ?? 'EA', amount }
  const basis = identifierIn(reading, at, 1, 3)
  if (basis !== undefined && basis.length === 2) price.basis = basis
  goods.prices = added(goods.prices, price)
}

function readAmount(reading: MessageReading, at: number, goods: Goods): void {
  const amount = figureIn(reading, at, 1, 2, SIGNED)
  if (amount === undefined) return
  const type = amountCodes.toX12(reading.segments.component(at, 1, 1))
  goods.amounts = added(goods.amounts, { type, amount })
}

/**
 * Writes a resale report as the body of SLSRPT: a LOC for each customer. It has no place for the totals of a report, and none
 * for its references: behind the parties, those would be the last party's.
 */
export function writeResaleReportEdifact(report: ResaleReport, syntax: PartnerSyntax = {}): MessageSegment[] {
  const { number, purpose = 'original', date, from, until, currency, contacts, lines } = report
  const items = lines.reduce((sum, transfer) => sum + transfer.items.length, 0)
  return fittedMessage(
    [
      messageSegment('BGM', SALES_REPORT, number, codeFor(MESSAGE_PURPOSES, purpose)),
      ...writeMoment('137', { date }),
      ...(from === undefined ? [] : writeMoment(FIRST_DAY, { date: from })),
      ...(until === undefined ? [] : writeMoment(LAST_DAY, { date: until })),
      ...writeMessageDates(report),
      ...writeMessageParties(report, WRITTEN_ROLES, 'distributor', contacts),
      ...(currency === undefined ? [] : writeMessageConditions({ currency }, FRAME, syntax)),
      ...lines.flatMap((transfer) => writeTransfer(transfer, syntax)),
      messageSegment('CNT', ['2', String(items)]),
    ],
    syntax,
  )
}

const PLACE_OF_SALE = '162'

function writeTransfer(transfer: Transfer, syntax: PartnerSyntax): MessageSegment[] {
  const { customer, referenceQualifier, reference, items } = transfer
  const { id, idQualifier, name } = customer ?? {}
  const contract = reference === undefined ? [] : [{ qualifier: referenceQualifier ?? 'VC', value: reference }]
  const place = [id, ...(id === undefined ? [undefined, undefined] : agencyOf(idQualifier)), name]
  return [
    messageSegment('LOC', PLACE_OF_SALE, place),
    ...writeMessageDates(transfer),
    ...writeMessageReferences([...contract, ...(transfer.references ?? [])]),
    ...items.flatMap((item, at) => writeItem(item, String(at + 1), detailOf(customer), syntax)),
  ]
}

/** The customer once more where LOC has no room for it; contacts and references have none anywhere. */
function detailOf(customer: Party | undefined): Party | undefined {
  if (customer?.names === undefined && customer?.address === undefined) return undefined
  const { contacts: _, references: __, ...party } = customer
  return party
}

function writeItem(
  item: ResaleItem,
  place: string,
  customer: Party | undefined,
  syntax: PartnerSyntax,
): MessageSegment[] {
  const { kind, code, quantity, uom, line, lot, prices = [], amounts = [] } = item
  const known = KINDS.find(([, word]) => word === kind)?.[0]
  return [
    ...writeLineGoods(line === undefined ? undefined : lineNumber(line, place), item),
    ...writeLineName(line),
    ...(lot === undefined ? [] : [messageSegment('RFF', ['BT', lot])]),
    ...writeMessageReferences(item.references),
    ...writeQuantity(code ?? known ?? 'ZZZ', quantity, uom, syntax),
    ...writeMessageDates(item),
    ...writeMessageParty('ST', customer),
    ...amounts.map(writeAmount),
    ...prices.map((price) => writePrice(price, syntax)),
  ]
}

/** Credit and debit have no word here: the sign of an amount says it. */
function writeAmount({ type, amount }: ResaleAmount): MessageSegment {
  return messageSegment('MOA', [amountCodes.toEdifact(type), amount])
}

function writePrice({ uom, amount, basis }: ResalePrice, syntax: PartnerSyntax): MessageSegment {
  return messageSegment('PRI', ['AAA', amount, basis, undefined, '1', messageUnit(uom, syntax)])
}
