import type { TenderResponse } from '../documents/tender-response/schema.ts'
import { subjectOf } from '../lifecycle/subject.ts'
import type { Arrival, FaultyPart, Part } from './arrival.ts'
import { loadNames } from './load-names.ts'
import { reportedPart } from './reported-part.ts'
import type { IntakeWorld } from './settings.ts'

/** A carrier takes a load that was offered to it, or does not. It may say the other thing on another day. */
export function tenderAnswerPart(
  answer: TenderResponse,
  name: string,
  arrival: Arrival,
  world: IntakeWorld,
): Part | FaultyPart {
  const { shipment, response, date = '', reference, notes } = answer
  const data = {
    references: loadNames(reference ? [reference] : [], { shipment }),
    response,
    ...(reference?.value === undefined ? {} : { reference: reference.value }),
    ...(notes === undefined ? {} : { note: notes.join(' ') }),
  }
  return reportedPart(
    {
      type: 'tender-response',
      number: shipment,
      identity: [shipment, response, date],
      document: answer,
      subject: subjectOf(arrival.tenant, 'load', arrival.system),
      reports: [['load.answered', data]],
      faults: [],
      name,
    },
    arrival,
    world,
  )
}
