import { CHARGE_CODES, CHARGE_TYPES } from './charge-x12.ts'
import { readMoment, writeMoment } from './date-edifact.ts'
import { POSSIBLE, SIGNED } from './figures.ts'
import {
  figureIn,
  identifierIn,
  type MessageReading,
  neededFigureIn,
  textIn,
  unitIn,
  wholeTextIn,
} from './message-reading.ts'
import { inPieces, type MessageSegment, messageSegment, messageUnit } from './message-writing.ts'
import type { PartnerSyntax } from './partner-syntax.ts'
import type { Charge, FreightTerms, Terms } from './shapes.ts'

/** Kinds of charge: ours and the code of EDIFACT 7161. */
const CODES: Partial<Record<Charge['type'], string>> = { freight: 'FC', handling: 'HD', discount: 'DI' }
const TYPES = new Map(Object.entries(CODES).map(([type, code]) => [code, type as Charge['type']]))
const KINDS: Readonly<Record<string, Charge['kind']>> = { A: 'allowance', C: 'charge' }
const X12_CODE = /^[A-Z]\d{3}$/

/** Reads ALC with its group (QTY, PCD, MOA, RTE, TAX). A percentage may stand without an amount. */
export function readMessageCharge(reading: MessageReading, at: number): { charge: Charge; next: number } {
  const charge = readHead(reading, at)
  let next = at + 1
  while (next < reading.end && readPart(reading, next, charge)) next += 1
  return { charge, next }
}

function readHead(reading: MessageReading, at: number): Charge {
  const kind = KINDS[reading.segments.component(at, 1, 1)] ?? 'information'
  const code = identifierIn(reading, at, 5, 1)
  const theirs = reading.segments.component(at, 5, 5)
  const charge: Charge = { kind, type: 'other' }
  if (theirs !== '' && X12_CODE.test(theirs)) {
    charge.type = CHARGE_TYPES.get(theirs) ?? 'other'
    if (charge.type === 'other' || CHARGE_CODES[charge.type][0] !== theirs) charge.code = theirs
  } else if (code !== undefined) {
    charge.type = TYPES.get(code) ?? 'other'
    if (charge.type === 'other') charge.code = code
  }
  const reference = identifierIn(reading, at, 2, 1)
  if (reference !== undefined) charge.reference = reference
  const description = textIn(reading, at, 5, 4)
  if (description !== undefined) charge.description = description
  return charge
}

const AMOUNTS = new Set(['8', '23', '204', '25'])

function readPart(reading: MessageReading, at: number, charge: Charge): boolean {
  const { segments } = reading
  switch (segments.tag(at)) {
    case 'MOA':
      if (AMOUNTS.has(segments.component(at, 1, 1))) setFigure(charge, 'amount', figureIn(reading, at, 1, 2, SIGNED))
      return true
    case 'PCD':
      setFigure(charge, 'percent', figureIn(reading, at, 1, 2, POSSIBLE))
      return true
    case 'RTE':
      setFigure(charge, 'rate', figureIn(reading, at, 1, 2, POSSIBLE))
      setFigure(charge, 'uom', unitIn(reading, at, 1, 4))
      return true
    case 'QTY':
      setFigure(charge, 'quantity', figureIn(reading, at, 1, 2, POSSIBLE))
      return true
    // the tax on a charge, its place in the calculation, its days
    case 'TAX':
    case 'ALI':
    case 'DTM':
    case 'RNG':
      return true
    default:
      return false
  }
}

function setFigure(
  charge: Charge,
  member: 'amount' | 'percent' | 'rate' | 'uom' | 'quantity',
  value: string | undefined,
): void {
  if (value !== undefined && charge[member] === undefined) charge[member] = value
}

/** Writes ALC with its group. */
export function writeMessageCharge(charge: Charge, syntax: PartnerSyntax): MessageSegment[] {
  const { kind, type, amount, percent, rate, quantity, reference, description } = charge
  const indicator = kind === 'charge' ? 'C' : kind === 'allowance' ? 'A' : 'N'
  const isOurs = charge.code !== undefined && X12_CODE.test(charge.code)
  const code = isOurs ? undefined : (charge.code ?? CODES[type])
  const theirs = isOurs ? charge.code : code === undefined && type !== 'other' ? CHARGE_CODES[type][0] : undefined
  const uom = messageUnit(charge.uom, syntax)
  return [
    messageSegment('ALC', indicator, reference, undefined, undefined, [
      code,
      undefined,
      undefined,
      description,
      theirs,
    ]),
    ...(quantity === undefined ? [] : [messageSegment('QTY', ['1', quantity])]),
    ...(percent === undefined ? [] : [messageSegment('PCD', ['3', percent])]),
    ...(amount === undefined ? [] : [messageSegment('MOA', [kind === 'allowance' ? '204' : '23', amount])]),
    ...(rate === undefined ? [] : [messageSegment('RTE', ['1', rate, uom && '1', uom])]),
  ]
}

/** The terms have no code, only words. */
const AS_AGREED = 'ZZZ'
const BASIC = '1'
const DISCOUNT = '22'
const INVOICE_DATE = '5'
const DAYS = 'D'

/** Reads PAT with its group. The discount of terms stands in a PAT of its own, which follows that of the net date. */
export function readMessageTerms(
  reading: MessageReading,
  at: number,
  before: readonly Terms[],
): { terms: Terms; joins: boolean; next: number } {
  const { segments } = reading
  const isDiscount = segments.component(at, 1, 1) === DISCOUNT
  const last = before.at(-1)
  const joins = isDiscount && last !== undefined && !hasDiscount(last)
  const terms: Terms = joins ? last : {}
  readPeriodOf(reading, at, terms, isDiscount)
  let next = at + 1
  for (; next < reading.end; next += 1) {
    const tag = segments.tag(next)
    if (tag === 'DTM') {
      const { date } = readMoment(reading, next)
      const code = segments.component(next, 1, 1)
      if (date !== undefined && code === '12') terms.discountDate = date
      else if (date !== undefined && (code === '13' || code === '140')) terms.netDate = date
    } else if (tag === 'PCD') {
      const percent = figureIn(reading, next, 1, 2, SIGNED)
      if (percent !== undefined) terms.discountPercent = percent
    } else if (tag === 'MOA') {
      const amount = figureIn(reading, next, 1, 2, SIGNED)
      if (amount !== undefined && segments.component(next, 1, 1) === '52') terms.discountAmount = amount
    } else if (tag !== 'PAI') break
  }
  return { terms, joins, next }
}

function hasDiscount({ discountPercent, discountDate, discountDays, discountAmount }: Terms): boolean {
  return (discountPercent ?? discountDate ?? discountDays ?? discountAmount) !== undefined
}

function readPeriodOf(reading: MessageReading, at: number, terms: Terms, isDiscount: boolean): void {
  const description = wholeTextIn(reading, at, 2, 4, 35)
  if (description !== undefined) terms.description = description
  if (reading.segments.component(at, 3, 3) !== DAYS) return
  const days = neededFigureIn(reading, at, 3, 4, POSSIBLE, 'The number of days')
  terms[isDiscount ? 'discountDays' : 'netDays'] = days
  if (reading.segments.component(at, 3, 1) === INVOICE_DATE) terms.basisDate = '3'
}

/** Writes PAT: one for the net date, one for the discount. */
export function writeMessageTerms(terms: Terms): MessageSegment[] {
  const { description, netDays, netDate, discountDays, discountDate, discountPercent, discountAmount, basisDate } =
    terms
  const period = (days: string | undefined) =>
    days === undefined ? undefined : [basisDate === '3' ? INVOICE_DATE : undefined, undefined, DAYS, days]
  const words = description === undefined ? undefined : [AS_AGREED, undefined, undefined, ...inPieces(description, 35)]
  const net = [messageSegment('PAT', BASIC, words, period(netDays)), ...writeMoment('13', { date: netDate })]
  if (!hasDiscount(terms)) return net
  return [
    ...net,
    messageSegment('PAT', DISCOUNT, undefined, period(discountDays)),
    ...writeMoment('12', { date: discountDate }),
    ...(discountPercent === undefined ? [] : [messageSegment('PCD', ['12', discountPercent])]),
    ...(discountAmount === undefined ? [] : [messageSegment('MOA', ['52', discountAmount])]),
  ]
}

/** Reads TOD with its LOC: who pays the freight and where the goods change hands. */
export function readMessageFreightTerms(reading: MessageReading, at: number): { terms: FreightTerms; next: number } {
  const terms: FreightTerms = {}
  const payment = identifierIn(reading, at, 2, 1)
  if (payment !== undefined && payment.length === 2) terms.payment = payment
  const incoterm = identifierIn(reading, at, 3, 1)
  if (incoterm !== undefined) terms.incoterm = incoterm
  const location = wholeTextIn(reading, at, 3, 4, 70)
  if (location !== undefined) terms.location = location
  let next = at + 1
  for (; next < reading.end && reading.segments.tag(next) === 'LOC'; next += 1) {
    const place = textIn(reading, next, 2, 4) ?? textIn(reading, next, 2, 1)
    if (place !== undefined && terms.place === undefined) terms.place = place
  }
  return { terms, next }
}

/** Writes TOD and LOC. */
export function writeMessageFreightTerms(terms: FreightTerms | undefined): MessageSegment[] {
  if (terms === undefined) return []
  const { payment, location, incoterm, place } = terms
  const words = location === undefined ? [] : inPieces(location, 70)
  return [
    messageSegment('TOD', '3', payment, [incoterm, undefined, undefined, ...words]),
    ...(place === undefined ? [] : [messageSegment('LOC', '1', [undefined, undefined, undefined, place])]),
  ]
}
