/** What a carrier's documents about a load say about the order whose goods are on it. */
import { compare, decimal } from '../base/decimal.ts'
import type { Money } from '../base/money.ts'
import type { JournalEvent, NewEvent, Report } from '../journal/contract.ts'
import type { EventData } from './events.ts'

/** A status of a load as the carrier's report about the shipment of the order; undefined for any other event. */
export function reportOfLoad(event: JournalEvent, order: string): Report | undefined {
  if (event.type !== 'load.status_told') return undefined
  const { report: type, at, code, place, shipment, order: id = '' } = event.data as EventData['load.status_told']
  const { source, occurredAt, receipt } = event
  const data =
    type === 'shipment.delivered'
      ? { shipment, order: id, at }
      : { shipment, order: id, code: code ?? 'other', at, ...(place === undefined ? {} : { place }) }
  const told = { kind: 'report', type, subject: order, source, occurredAt, data } as Report
  return receipt === undefined ? told : { ...told, receipt }
}

/** What needs a person: a load nobody takes, and a bill over more than was said when it was shipped. */
export function flaggedByLoad(event: JournalEvent): NewEvent | undefined {
  const partner = event.source
  if (event.type === 'load.answered') {
    const { response, shipment = '', note } = event.data as EventData['load.answered']
    if (response !== 'declined') return undefined
    const reason = `${partner} does not take shipment ${shipment}${note === undefined ? '' : `: ${note}`}`
    return { type: 'order.flagged', data: { cause: 'tender declined', field: 'load-tender', partner, reason } }
  }
  if (event.type !== 'load.billed') return undefined
  const { number, amount, quoted, shipment = '' } = event.data as EventData['load.billed']
  if (quoted === undefined || isWithin(amount, quoted)) return undefined
  const reason = `${partner} bills ${text(amount)} for shipment ${shipment} (${number}), and ${text(quoted)} was said`
  return { type: 'order.flagged', data: { cause: 'freight differs', field: 'freight-invoice', partner, reason } }
}

const isWithin = (billed: Money, quoted: Money): boolean =>
  billed.currency === quoted.currency && compare(decimal(billed.amount), decimal(quoted.amount)) <= 0

const text = ({ amount, currency }: Money): string => `${amount} ${currency}`
