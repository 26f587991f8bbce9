import type { FieldFault } from '../base/errors.ts'
import type { Money, Price } from '../base/money.ts'
import type { Address } from '../documents/shapes.ts'
import type { ItemUnit } from '../identity/conversion.ts'
import { gtin14 } from '../identity/gs1.ts'
import type { Customer, Item, MasterChange, ShipTo } from '../identity/master.ts'
import { masterLane, masterSubject, nameOf } from '../identity/master-tables.ts'
import type { Input } from '../journal/contract.ts'
import { subjectOf } from '../lifecycle/subject.ts'
import type { Arrival, FaultyPart, Part } from './arrival.ts'
import { errors, fieldFault } from './errors.ts'
import { digestOf, requestKey } from './keys.ts'
import { refusedInput } from './quarantine.ts'
import { Fields } from './report-fields.ts'

/** Types of master data by what the ERP calls the change. */
const KINDS: Readonly<Record<string, (fields: Fields) => MasterChange>> = {
  'item.upserted': (fields) => ({ kind: 'item', value: itemOf(fields) }),
  'customer.upserted': (fields) => ({ kind: 'customer', value: customerOf(fields) }),
  'price.upserted': (fields) => ({
    kind: 'price',
    value: {
      customer: fields.text('customer'),
      item: fields.text('item'),
      price: priceOf(fields.object('price')),
      ...(fields.has('from') ? { from: fields.date('from') } : {}),
    },
  }),
}

/** True for a JSON value that is a change of master data. */
export function looksLikeMaster(value: unknown): boolean {
  const type = typeof value === 'object' && value !== null ? (value as { type?: unknown }).type : undefined
  return typeof type === 'string' && type in KINDS
}

/** A change of master data together with what intake learns from it once it is committed. */
export interface MasterPart extends Part {
  readonly change: MasterChange
}

/** One item, customer or price as its owner now describes it; the last word stands. */
export function masterPart(value: unknown, arrival: Arrival): MasterPart | FaultyPart {
  const faults: FieldFault[] = []
  const fields = new Fields(value, '', faults)
  const type = fields.text('type')
  const read = KINDS[type]
  if (!read && type !== '') faults.push(fieldFault('TYPE_UNKNOWN', '/type', type.slice(0, 64), arrival.system))
  const change = read?.(fields)
  if (!change || faults.length > 0) return faultyMaster(arrival, type, faults)
  const id = fields.maybe('id') ?? ''
  return { ...keptChange(change, arrival, reportId(value, change, id)), change }
}

/** The sender's id for this change; a customer's `id` is the customer, not the message. */
function reportId(value: unknown, change: MasterChange, id: string): string | undefined {
  const { messageId } = value as { messageId?: unknown }
  if (typeof messageId === 'string') return messageId
  return change.kind === 'customer' || id === '' ? undefined : id
}

function keptChange(change: MasterChange, arrival: Arrival, id: string | undefined): Part {
  const { tenant, system } = arrival
  const lane = masterLane(tenant, change.kind)
  const digest = digestOf(JSON.stringify(change.value))
  const claims = id === undefined ? [] : [requestKey({ tenant, system, scope: 'master', key: id }, digest, lane)]
  return {
    what: 'master data',
    claims,
    take: ({ receipt }) => ({ inputs: [masterInput(change, arrival, receipt)], ref: receipt }),
    answer: (receipt) => ({ status: 202, body: { receipt, state: 'received' } }),
    conflict: () => ({ error: errors.REPORT_CONFLICT(id ?? ''), inputs: [] }),
  }
}

/** The change on its way to the one lane that writes this kind. */
function masterInput(change: MasterChange, arrival: Arrival, receipt: string): Input {
  return {
    kind: 'arrival',
    type: 'master.changed',
    subject: masterSubject(arrival.tenant, change.kind),
    source: arrival.system,
    receipt,
    occurredAt: arrival.receivedAt,
    data: { kind: change.kind, name: nameOf(change), value: change.value },
  }
}

function faultyMaster(arrival: Arrival, type: string, faults: readonly FieldFault[]): FaultyPart {
  const error = errors.DOCUMENT_FAULTY.with(faults, 'master data', faults.length)
  const subject = subjectOf(arrival.tenant, 'mailbox', arrival.system)
  const refusal = { report: type.slice(0, 64), code: error.code, reason: error.message, detail: { faults } }
  return { what: 'master data', error, inputs: [refusedInput(subject, arrival, refusal)] }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

function itemOf(fields: Fields): Item {
  const item: Writable<Item> = {
    sku: fields.text('sku'),
    baseUnit: fields.text('baseUnit'),
    units: fields.has('units') ? fields.list('units').map(unitOf) : [],
  }
  const description = fields.maybe('description')
  if (description !== undefined) item.description = description
  if (fields.has('gtins')) item.gtins = gtinsOf(fields)
  if (fields.has('otherNumbers')) item.otherNumbers = fields.texts('otherNumbers') ?? []
  if (fields.has('catchWeight')) item.catchWeight = catchWeightOf(fields.object('catchWeight'))
  const substitutes = fields.texts('substitutes')
  if (substitutes) item.substitutes = substitutes
  if (fields.has('price')) item.price = priceOf(fields.object('price'))
  const taxPercent = fields.maybe('taxPercent')
  if (taxPercent !== undefined) item.taxPercent = taxPercent
  return item
}

function unitOf(fields: Fields): ItemUnit {
  return {
    uom: fields.text('uom'),
    numerator: ratioPart(fields, 'numerator'),
    denominator: ratioPart(fields, 'denominator'),
  }
}

/** Numerators and denominators are whole numbers above zero, as a number or as text. */
function ratioPart(fields: Fields, name: string): number {
  const value = fields.raw(name) ?? (name === 'denominator' ? 1 : undefined)
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isSafeInteger(number) && number > 0) return number
  fields.faults.push(fieldFault('MALFORMED', fields.at(name), 'a whole number above zero'))
  return 1
}

/** GTINs come as text, or with the unit of their packaging level; a wrong check digit is a fault. */
function gtinsOf(fields: Fields): Item['gtins'] {
  const value = fields.raw('gtins')
  if (!Array.isArray(value)) {
    fields.faults.push(fieldFault('MALFORMED', fields.at('gtins'), 'a list'))
    return []
  }
  return value.map((one: unknown, at) => {
    const place = `${fields.at('gtins')}/${at}`
    const named = typeof one === 'string' ? { gtin: one } : gtinOfLevel(new Fields(one, place, fields.faults))
    if (gtin14(named.gtin) === undefined) fields.faults.push(fieldFault('CHECK_DIGIT', place, named.gtin))
    return named
  })
}

function gtinOfLevel(fields: Fields): { gtin: string; uom?: string } {
  const uom = fields.maybe('uom')
  return { gtin: fields.text('gtin'), ...(uom === undefined ? {} : { uom }) }
}

function catchWeightOf(fields: Fields): NonNullable<Item['catchWeight']> {
  return {
    nominal: fields.text('nominal'),
    unit: fields.text('unit'),
    tolerancePercent: fields.maybe('tolerancePercent') ?? '10',
  }
}

function priceOf(fields: Fields): Price {
  const per = fields.raw('per') ?? 1
  if (per !== 1 && per !== 100 && per !== 1000) {
    fields.faults.push(fieldFault('MALFORMED', fields.at('per'), '1, 100 or 1000'))
  }
  return {
    amount: fields.text('amount'),
    currency: fields.text('currency'),
    per: per as Price['per'],
    uom: fields.text('uom'),
  }
}

function customerOf(fields: Fields): Customer {
  const currency = fields.text('currency')
  const customer: Writable<Customer> = {
    id: fields.text('id'),
    name: fields.text('name'),
    shipTos: fields.has('shipTos') ? fields.list('shipTos').map(shipToOf) : [],
    currency,
    shipComplete: fields.raw('shipComplete') === true,
    backorders: fields.raw('backorders') !== false,
    substitutions: fields.raw('substitutions') === true,
  }
  if (fields.has('channelIds')) customer.channelIds = textMap(fields, 'channelIds')
  if (fields.has('ediIds')) customer.ediIds = ediIdsOf(fields)
  if (fields.has('units')) customer.units = textMap(fields, 'units')
  if (fields.has('items')) {
    customer.items = fields.list('items').map((one) => ({ number: one.text('number'), sku: one.text('sku') }))
  }
  const limit = limitOf(fields, currency)
  if (limit) customer.creditLimit = limit
  const terms = fields.maybe('terms')
  if (terms !== undefined) customer.terms = terms
  return customer
}

function limitOf(fields: Fields, currency: string): Money | undefined {
  const value = fields.raw('creditLimit')
  if (value === undefined) return undefined
  if (typeof value === 'string') return { amount: value, currency }
  const stated = fields.object('creditLimit')
  return { amount: stated.text('amount'), currency: stated.text('currency') }
}

function shipToOf(fields: Fields): ShipTo {
  const name = fields.maybe('name')
  return {
    id: fields.text('id'),
    ...(name === undefined ? {} : { name }),
    ...(fields.has('address') ? { address: addressOf(fields.object('address')) } : {}),
  }
}

function addressOf(fields: Fields): Address {
  const address: Address = {}
  const lines = fields.texts('lines')
  if (lines) address.lines = lines
  for (const name of ['city', 'region', 'postalCode', 'country'] as const) {
    const value = fields.maybe(name)
    if (value !== undefined) address[name] = value
  }
  return address
}

/** `qualifier:id`, or an object with both. */
function ediIdsOf(fields: Fields): string[] {
  const value = fields.raw('ediIds')
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value
  return fields.list('ediIds').map((one) => `${one.text('qualifier')}:${one.text('id')}`)
}

function textMap(fields: Fields, name: string): Record<string, string> {
  const value = fields.raw(name)
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  const map: Record<string, string> = {}
  for (const [key, text] of entries) {
    if (typeof text === 'string') map[key] = text
    else fields.faults.push(fieldFault('MALFORMED', `${fields.at(name)}/${key}`, 'text'))
  }
  return map
}
