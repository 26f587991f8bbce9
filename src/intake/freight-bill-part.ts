import type { FreightInvoice } from '../documents/freight-invoice/schema.ts'
import { subjectOf } from '../lifecycle/subject.ts'
import type { Arrival, FaultyPart, Part } from './arrival.ts'
import { fieldFault } from './errors.ts'
import { loadNames } from './load-names.ts'
import { reportedPart } from './reported-part.ts'
import type { IntakeWorld } from './settings.ts'

/** A carrier's bill, recorded once by its number, with the load it is for. */
export function freightBillPart(
  bill: FreightInvoice,
  name: string,
  arrival: Arrival,
  world: IntakeWorld,
): Part | FaultyPart {
  const { number, date, amount, currency } = bill
  const references = loadNames(undefined, bill)
  return reportedPart(
    {
      type: 'freight-invoice',
      number,
      identity: [number],
      document: bill,
      subject: subjectOf(arrival.tenant, 'load', arrival.system),
      reports: [['load.billed', { references, number, date, amount: { amount, currency } }]],
      faults: references.length > 0 ? [] : [fieldFault('MISSING', '/shipment', 'The number of the shipment')],
      name,
    },
    arrival,
    world,
  )
}
