import { add, decimal, decimalText } from '../../base/decimal.ts'
import type { LoadTender, Stop } from '../../documents/load-tender/schema.ts'
import type { Carton, EventData } from '../../lifecycle/events.ts'
import { loadNumber } from '../../lifecycle/load.ts'
import { parties } from './documents.ts'
import type { Moment } from './moment.ts'

/** Who is told of what leaves a facility: its own carrier, else that of the business. */
export function carrierOf(moment: Moment, facility: string): string | undefined {
  return moment.warehouse(facility)?.carrier ?? moment.options.carrier
}

/** 204: a shipment as the load that its carrier is offered: picked up at the facility, brought to the customer. */
export function loadTender(moment: Moment, shipped: EventData['order.shipped'], scac: string): LoadTender {
  const { facts, orderId } = moment
  const { shipment, facility, bol, cartons = [] } = shipped
  const freight = freightOf(cartons)
  const { shipTo: consignee } = parties(facts)
  const pickUp: Stop = {
    stop: '1',
    action: 'pick_up',
    ...(shipped.shipDate === undefined ? {} : { notBefore: { date: shipped.shipDate } }),
    ...(freight ? { freight } : {}),
    place: { role: 'SF', name: facility, id: facility, idQualifier: '91' },
  }
  const due = shipped.estimatedDelivery ?? facts.requestedDelivery
  const dropOff: Stop = {
    stop: '2',
    action: 'drop_off',
    ...(due === undefined ? {} : { notAfter: { date: due } }),
    ...(consignee ? { place: { role: 'CN', ...consignee } } : {}),
    orders: [{ reference: orderId, purchaseOrder: facts.customerOrder.slice(0, LONGEST_ORDER) }],
  }
  return {
    shipment: loadNumber(shipment),
    scac,
    payment: 'PP',
    type: 'LT',
    references: [
      reference('SI', shipment),
      reference('PO', facts.customerOrder),
      ...(bol === undefined ? [] : [reference('BM', bol)]),
    ],
    stops: [pickUp, dropOff],
  }
}

const reference = (qualifier: string, value: string) => ({ qualifier, value: value.slice(0, LONGEST_REFERENCE) })

const LONGEST_REFERENCE = 30
/** OID02 has twenty-two characters; the whole number stands in L11. */
const LONGEST_ORDER = 22

/** Cartons as pieces, with their weight where all have one in one unit. */
function freightOf(cartons: readonly Carton[]): Stop['freight'] {
  if (cartons.length === 0) return undefined
  const pieces = String(cartons.length)
  const units = new Set(cartons.map(({ weightUnit = 'LB' }) => weightUnit))
  const [weightUom, ...others] = units
  const isWeighed = cartons.every(({ weight }) => weight !== undefined)
  if (!isWeighed || others.length > 0 || (weightUom !== 'LB' && weightUom !== 'KG')) return { pieces }
  const weight = cartons.reduce((sum, carton) => add(sum, decimal(carton.weight as string)), decimal('0'))
  return { weight: decimalText(weight), weightUom, pieces }
}
