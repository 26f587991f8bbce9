import { type Decimal, decimal, decimalText, rounded, subtract } from '../../base/decimal.ts'
import { minorUnits } from '../../base/money.ts'
import type { EdifactMessage } from '../../edi/edifact/reading.ts'
import { added } from '../added.ts'
import { readMessageTerms, writeMessageCharge } from '../charge-edifact.ts'
import { neededDay, writeMessageDates, writeMoment } from '../date-edifact.ts'
import { codePairs } from '../edifact-codes.ts'
import type { Reading } from '../faults.ts'
import { POSSIBLE, SIGNED } from '../figures.ts'
import { readLineItem, readMessagePrice, writeMessagePrice, writeQuantity } from '../item-edifact.ts'
import { schemaFaults } from '../json-form.ts'
import { lineIn } from '../line-x12.ts'
import {
  type MessageFrame,
  missingDay,
  missingTotal,
  needQuantity,
  readMessageHead,
  readMessagePurpose,
  walkMessage,
  writeLineGoods,
  writeMessageConditions,
  writeMessageHead,
} from '../message-frame.ts'
import {
  checkLineCount,
  endMessage,
  keepReference,
  MESSAGE_PURPOSES,
  messageLineNumber,
  readLinePart,
  readReferenceGroup,
  writeOrderLine,
} from '../message-parts.ts'
import {
  countedUnitIn,
  figureIn,
  identifierIn,
  type MessageReading,
  neededFigureIn,
  neededIdentifierIn,
  startMessage,
} from '../message-reading.ts'
import { fittedMessage, type MessageSegment, messageSegment } from '../message-writing.ts'
import type { PartnerSyntax } from '../partner-syntax.ts'
import { writeMessageReferences, writeMessageRoleParties } from '../party-edifact.ts'
import { byCode, codeFor, wordFor } from '../purposes.ts'
import { NAMED_ROLES } from '../shapes.ts'
import { isCurrency } from '../text.ts'
import { isNear, lineAmount, linesSum } from '../totals.ts'
import { invoiceFaults, invoiceSum, taxesSum } from './checks.ts'
import { type Invoice, type InvoiceLine, invoiceSchema, type Tax } from './schema.ts'

const FRAME: MessageFrame<'buyer' | 'shipTo' | 'billTo' | 'supplier' | 'remitTo'> = {
  roles: { ...NAMED_ROLES, RE: 'remitTo' },
  reachedBy: 'supplier',
  currencyUse: '4',
}

/** Kinds of invoice: X12 640 and EDIFACT 1001. An ordinary one is 380 and needs no word. */
const TYPES: Readonly<Record<string, string>> = { CR: '381', DR: '383', CO: '384', PP: '386' }
const TYPE_OF = byCode(TYPES)
const COMMERCIAL_INVOICE = '380'

/** Kinds of tax: X12 963 and EDIFACT 5153. */
const taxCodes = codePairs('VA=VAT GS=GST ST=STT ZZ=OTH', { x12: 'ZZ', edifact: 'OTH' })
/** X12 441 and the category of EDIFACT 5305. */
const EXEMPT = { E: '1', S: '2' } as const

const fits = schemaFaults(invoiceSchema)

/** A line while it is read, with what is only known once it ends. */
interface OpenLine {
  readonly at: number
  readonly line: InvoiceLine
  delivered: { quantity: string; uom: string } | undefined
  amount: string | undefined
}

interface Walk {
  readonly invoice: Invoice
  readonly lineSegments: number[]
  isDated: boolean
  open: OpenLine | undefined
  inSummary: boolean
  hasCurrency: boolean
  taxTotal: string | undefined
  totalRank: number
  totalSegment: number
}

/**
 * Reads INVOIC: the invoice, or every fault with its place; one that does not add up is refused. Amounts of a credit note
 * (381) stand as they were sent, which is above zero. Taxes and charges of lines only count when the total says so: many
 * partners repeat them in the summary, or have them in the net price.
 */
export function readInvoiceEdifact(message: EdifactMessage, syntax: PartnerSyntax = {}): Reading<Invoice> {
  const reading = startMessage(message, 'INVOIC', syntax)
  const invoice: Invoice = { number: '', date: '', currency: syntax.currency ?? 'USD', lines: [], total: '0' }
  const walk: Walk = {
    invoice,
    lineSegments: [],
    isDated: false,
    open: undefined,
    inSummary: false,
    hasCurrency: false,
    taxTotal: undefined,
    totalRank: Number.POSITIVE_INFINITY,
    totalSegment: 0,
  }
  walkMessage(
    reading,
    (at) => readBeginning(reading, at, invoice),
    (at, tag) => readSegment(reading, at, tag, walk),
  )
  closeLine(reading, walk)
  if (!walk.isDated) missingDay(reading)
  if (walk.totalSegment === 0) missingTotal(reading)
  takeTaxTotal(walk)
  const tolerance = decimal(syntax.totalTolerance ?? '0.01')
  const rule = { tolerance, summaryCharges: syntax.summaryCharges ?? ('add' as const) }
  const isReadable = reading.found.every(({ severity }) => severity === 'warning')
  const settled = isReadable ? settledBy(invoice, tolerance, rule.summaryCharges) : invoice
  return endMessage(
    reading,
    settled,
    fits,
    (whole) => invoiceFaults(whole, rule),
    (pointer) => (pointer === '/total' ? walk.totalSegment : (walk.lineSegments[lineIn(pointer) ?? -1] ?? 1)),
  )
}

function readBeginning(reading: MessageReading, at: number, invoice: Invoice): void {
  const type = TYPE_OF.get(reading.segments.component(at, 1, 1))
  if (type !== undefined) invoice.type = type
  invoice.number = neededIdentifierIn(reading, at, 2, 1, 'The number of the invoice')
  const purpose = readMessagePurpose(reading, at, MESSAGE_PURPOSES, 'original', 'an invoice')
  if (purpose !== undefined) invoice.purpose = purpose
}

function readSegment(reading: MessageReading, at: number, tag: string, walk: Walk): number {
  if (tag === 'LIN') readLine(reading, at, walk)
  else if (tag === 'UNS') {
    closeLine(reading, walk)
    walk.inSummary = true
  } else if (walk.open) return readOfLine(reading, at, tag, walk, walk.open)
  else return readOfWhole(reading, at, tag, walk)
  return at + 1
}

/** Segments of the header and the summary. */
function readOfWhole(reading: MessageReading, at: number, tag: string, walk: Walk): number {
  const { invoice } = walk
  switch (tag) {
    case 'DTM':
      if (!walk.isDated && isInvoiceDate(reading.segments.component(at, 1, 1))) {
        walk.isDated = true
        invoice.date = neededDay(reading, at, 'The date of the invoice')
        return at + 1
      }
      break
    case 'RFF':
      return readReference(reading, at, invoice)
    case 'CUX':
      walk.hasCurrency ||= reading.segments.component(at, 1, 2) !== ''
      break
    case 'TAX': {
      const { tax, next } = readTax(reading, at)
      invoice.taxes = added(invoice.taxes, tax)
      return next
    }
    case 'MOA':
      if (walk.inSummary) readAmount(reading, at, walk)
      break
    case 'CNT':
      checkLineCount(reading, at, invoice.lines.length)
      break
    default:
  }
  return readMessageHead(reading, at, tag, invoice, FRAME) || at + 1
}

const isInvoiceDate = (code: string) => code === '137' || code === '3'

function readReference(reading: MessageReading, at: number, invoice: Invoice): number {
  const group = readReferenceGroup(reading, at)
  const { code, value, version, date } = group
  if (code === 'ON' && invoice.purchaseOrder === undefined && value !== undefined) {
    invoice.purchaseOrder = value
    if (version !== undefined) invoice.release = version
    if (date !== undefined) invoice.purchaseOrderDate = date
  } else keepReference(invoice, group)
  return group.next
}

/** TAX with its MOA and LOC. */
function readTax(reading: MessageReading, at: number): { tax: Tax; next: number } {
  const { segments } = reading
  const type = taxCodes.toX12(segments.component(at, 2, 1) || 'VAT')
  const tax: Tax = { type: type.length > 2 ? 'ZZ' : type }
  const percent = figureIn(reading, at, 5, 4, POSSIBLE)
  if (percent !== undefined) tax.percent = percent
  const exempt = wordFor(EXEMPT, segments.component(at, 6, 1))
  if (exempt !== undefined) tax.exempt = exempt
  const taxId = identifierIn(reading, at, 7, 1)
  if (taxId !== undefined) tax.taxId = taxId
  let next = at + 1
  for (; next < reading.end; next += 1) {
    const tag = segments.tag(next)
    if (tag === 'MOA' && segments.component(next, 1, 1) === TAX_AMOUNT) {
      const amount = figureIn(reading, next, 1, 2, SIGNED)
      if (amount !== undefined) tax.amount = amount
    } else if (tag !== 'LOC' && (tag !== 'MOA' || !TAX_BASES.has(segments.component(next, 1, 1)))) break
  }
  return { tax, next }
}

const TAX_AMOUNT = '124'
const TAX_TOTALS = new Set([TAX_AMOUNT, '176'])
/** What a tax was calculated on. */
const TAX_BASES = new Set(['125', '56', '150'])
/** Amounts that may state the total, the surest first. */
const TOTALS = ['77', '86', '39', '9', '128']

function readAmount(reading: MessageReading, at: number, walk: Walk): void {
  const { invoice } = walk
  const code = reading.segments.component(at, 1, 1)
  const rank = TOTALS.indexOf(code)
  if (rank >= 0 && rank < walk.totalRank) {
    invoice.total = neededFigureIn(reading, at, 1, 2, SIGNED, 'The total')
    walk.totalRank = rank
    walk.totalSegment = at
    takeCurrency(reading, at, walk)
  } else if (code === '129') setAmount(invoice, 'discountable', figureIn(reading, at, 1, 2, SIGNED))
  else if (code === '52') setAmount(invoice, 'discount', figureIn(reading, at, 1, 2, SIGNED))
  else if (TAX_TOTALS.has(code)) walk.taxTotal ??= figureIn(reading, at, 1, 2, SIGNED)
}

function setAmount(invoice: Invoice, member: 'discountable' | 'discount', amount: string | undefined): void {
  if (amount !== undefined) invoice[member] = amount
}

/** Where no CUX names the currency, the amounts may. */
function takeCurrency(reading: MessageReading, at: number, walk: Walk): void {
  if (walk.hasCurrency) return
  const currency = reading.segments.component(at, 1, 3)
  if (!isCurrency(currency)) return
  walk.invoice.currency = currency
  walk.hasCurrency = true
}

/** A tax that is only stated as a total, and by no line, belongs to the one tax without an amount, or is one of its own. */
function takeTaxTotal({ invoice, taxTotal }: Walk): void {
  if (taxTotal === undefined) return
  const { taxes = [], lines } = invoice
  const stated = [...taxes, ...lines.flatMap((line) => line.taxes ?? [])]
  if (stated.some(({ amount }) => amount !== undefined)) return
  const [only] = taxes
  if (only && taxes.length === 1) only.amount = taxTotal
  else invoice.taxes = added(invoice.taxes, { type: 'VA', amount: taxTotal })
}

function readLine(reading: MessageReading, at: number, walk: Walk): void {
  closeLine(reading, walk)
  const { lines } = walk.invoice
  const line: InvoiceLine = { line: messageLineNumber(reading, at, lines.length + 1), quantity: '', uom: '' }
  readLineItem(reading, at, line)
  lines.push(line)
  walk.lineSegments.push(at)
  walk.open = { at, line, delivered: undefined, amount: undefined }
}

function readOfLine(reading: MessageReading, at: number, tag: string, walk: Walk, open: OpenLine): number {
  const { line } = open
  switch (tag) {
    case 'QTY':
      readQuantity(reading, at, open)
      return at + 1
    case 'PRI':
      readMessagePrice(reading, at, line, SIGNED)
      return at + 1
    case 'MOA':
      if (LINE_AMOUNTS.has(reading.segments.component(at, 1, 1))) {
        open.amount ??= figureIn(reading, at, 1, 2, SIGNED)
        takeCurrency(reading, at, walk)
      }
      return at + 1
    case 'TAX': {
      const { tax, next } = readTax(reading, at)
      line.taxes = added(line.taxes, tax)
      return next
    }
    case 'RFF':
      return readLineReference(reading, at, walk.invoice, line)
    // terms of a single line are none of ours
    case 'PAT':
      return readMessageTerms(reading, at, []).next
    default:
      return readLinePart(reading, at, tag, line) || at + 1
  }
}

const LINE_AMOUNTS = new Set(['203', '66'])
const INVOICED = '47'
const DELIVERED = new Set(['12', '46', '1'])

function readQuantity(reading: MessageReading, at: number, open: OpenLine): void {
  const code = reading.segments.component(at, 1, 1)
  if (code === INVOICED) {
    open.line.quantity = neededFigureIn(reading, at, 1, 2, SIGNED, 'The quantity invoiced')
    open.line.uom = countedUnitIn(reading, at, 1, 3)
  } else if (DELIVERED.has(code)) {
    const quantity = neededFigureIn(reading, at, 1, 2, POSSIBLE, 'The quantity delivered')
    open.delivered ??= { quantity, uom: countedUnitIn(reading, at, 1, 3) }
  }
}

/** RFF+ON names the order's line; where another line has that number already, the line keeps its own. */
function readLineReference(reading: MessageReading, at: number, invoice: Invoice, line: InvoiceLine): number {
  const group = readReferenceGroup(reading, at)
  const { code, value } = group
  const isOrder = code === 'ON' && (invoice.purchaseOrder === undefined || invoice.purchaseOrder === value)
  if (isOrder) {
    if (value !== undefined) invoice.purchaseOrder = value
    takeLineNumber(invoice, line, group.line)
  } else if (code === 'LI') takeLineNumber(invoice, line, value)
  else keepReference(line, group)
  return group.next
}

function takeLineNumber({ lines }: Invoice, line: InvoiceLine, number: string | undefined): void {
  if (number !== undefined && lines.every((one) => one === line || one.line !== number)) line.line = number
}

/** What was delivered is what is invoiced, unless that is said; a price that is missing follows from the amount where it can. */
function closeLine(reading: MessageReading, walk: Walk): void {
  const { open } = walk
  walk.open = undefined
  if (open === undefined) return
  const { line, delivered, amount } = open
  if (line.quantity === '' && delivered) Object.assign(line, delivered)
  else if (delivered) line.shipped = delivered
  needQuantity(reading, open.at, line, 'The quantity invoiced')
  if (line.price !== undefined || amount === undefined) return
  const price = eachOf(amount, line.quantity)
  if (price !== undefined) line.price = { amount: price }
}

const PRICE_PLACES = 6

/** What one costs; undefined when it does not come out even. */
function eachOf(amount: string, quantity: string): string | undefined {
  const whole = decimal(amount)
  const count = decimal(quantity)
  if (count.units === 0n) return undefined
  const raised = whole.units * 10n ** BigInt(PRICE_PLACES + count.scale)
  const divisor = count.units * 10n ** BigInt(whole.scale)
  if (raised % divisor !== 0n) return undefined
  const text = decimalText({ units: raised / divisor, scale: PRICE_PLACES })
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** The invoice as its total has it: taxes and charges of lines count, or only repeat what stands elsewhere. */
function settledBy(invoice: Invoice, tolerance: Decimal, summaryCharges: 'add' | 'repeat'): Invoice {
  const stated = decimal(invoice.total)
  if (isNear(invoiceSum(invoice, summaryCharges), stated, tolerance)) return invoice
  const readings = [
    () => withLines(invoice, withoutTaxAmounts),
    () => withLines(invoice, withInformation),
    () => withLines(invoice, (line) => withInformation(withoutTaxAmounts(line))),
  ]
  for (const reading of readings) {
    const one = reading()
    if (isNear(invoiceSum(one, summaryCharges), stated, tolerance)) return one
  }
  return invoice
}

function withLines(invoice: Invoice, change: (line: InvoiceLine) => InvoiceLine): Invoice {
  return { ...invoice, lines: invoice.lines.map(change) }
}

function withoutTaxAmounts(line: InvoiceLine): InvoiceLine {
  return line.taxes ? { ...line, taxes: line.taxes.map(({ amount: _, ...tax }) => tax) } : line
}

function withInformation(line: InvoiceLine): InvoiceLine {
  return line.charges ? { ...line, charges: line.charges.map((charge) => ({ ...charge, kind: 'information' })) } : line
}

/** Writes an invoice as the body of INVOIC, with the sums that its parts add up to. */
export function writeInvoiceEdifact(invoice: Invoice, syntax: PartnerSyntax = {}): MessageSegment[] {
  const { number, date, type, purchaseOrder, purchaseOrderDate, release, lines } = invoice
  const purpose = codeFor(MESSAGE_PURPOSES, invoice.purpose ?? 'original')
  return fittedMessage(
    [
      messageSegment('BGM', TYPES[type ?? ''] ?? COMMERCIAL_INVOICE, number, purpose),
      ...writeMoment('137', { date }),
      ...writeMessageHead(invoice, FRAME, [
        ...(purchaseOrder === undefined ? [] : [messageSegment('RFF', ['ON', purchaseOrder, undefined, release])]),
        ...(purchaseOrder === undefined ? [] : writeMoment('171', { date: purchaseOrderDate })),
      ]),
      ...writeMessageConditions(invoice, FRAME, syntax),
      ...lines.flatMap((line, at) => writeLine(invoice, line, String(at + 1), syntax)),
      messageSegment('UNS', 'S'),
      messageSegment('CNT', ['2', String(lines.length)]),
      ...writeTotals(invoice),
      ...(invoice.taxes ?? []).flatMap(writeTax),
    ],
    syntax,
  )
}

function writeTotals(invoice: Invoice): MessageSegment[] {
  const { total, discountable, discount, taxes, lines, currency } = invoice
  const goods = linesSum(lines, currency)
  const money = (code: string, amount: string) => messageSegment('MOA', [code, amount])
  const places = minorUnits(currency)
  const tax = taxesSum([...(taxes ?? []), ...lines.flatMap((line) => line.taxes ?? [])])
  const taxed =
    tax.units === 0n
      ? []
      : [
          money('125', decimalText(rounded(subtract(decimal(total), tax), places))),
          money('176', decimalText(rounded(tax, places))),
        ]
  return [
    money('77', total),
    ...(goods === undefined ? [] : [money('79', decimalText(rounded(goods, places)))]),
    ...taxed,
    ...(discountable === undefined ? [] : [money('129', discountable)]),
    ...(discount === undefined ? [] : [money('52', discount)]),
  ]
}

function writeLine(
  { purchaseOrder, currency }: Invoice,
  line: InvoiceLine,
  place: string,
  syntax: PartnerSyntax,
): MessageSegment[] {
  const { shipped } = line
  const amount = lineAmount(line, currency)
  return [
    ...writeLineGoods(place, line),
    ...writeQuantity(INVOICED, line.quantity, line.uom, syntax),
    ...writeQuantity('12', shipped?.quantity, shipped?.uom, syntax),
    ...writeMessageDates(line),
    ...(amount === undefined ? [] : [messageSegment('MOA', ['203', amount])]),
    ...writeMessagePrice(line.price, syntax),
    ...writeOrderLine(purchaseOrder, line.line),
    ...writeMessageReferences(line.references),
    ...(line.taxes ?? []).flatMap(writeTax),
    ...writeMessageRoleParties(line.parties),
    ...(line.charges ?? []).flatMap((charge) => writeMessageCharge(charge, syntax)),
  ]
}

function writeTax({ type, amount, percent, exempt, taxId }: Tax): MessageSegment[] {
  const rate = percent === undefined ? undefined : [undefined, undefined, undefined, percent]
  const category = exempt === '1' ? 'E' : exempt === '2' ? 'S' : undefined
  return [
    messageSegment('TAX', '7', taxCodes.toEdifact(type), undefined, undefined, rate, category, taxId),
    ...(amount === undefined ? [] : [messageSegment('MOA', [TAX_AMOUNT, amount])]),
  ]
}
