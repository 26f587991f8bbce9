import { dateAt, identifierAt, neededDate, neededIdentifier, type SetReading } from './set-reading.ts'
import { x12Date } from './set-writing.ts'

/** Which change of which order a document is about, as BCH and BCA have it in the same places. */
export interface ChangeHeading {
  /** The date of the order. */
  date: string
  release?: string
  changeNumber?: string
  request?: string
  contract?: string
  changedOn?: string
}

const CHANGED_ON = 11

/** Reads the heading; answers the number of the order, which the two documents call differently. */
export function readChangeHeading(reading: SetReading, at: number, into: ChangeHeading): string {
  const number = neededIdentifier(reading, at, 3, 'The order number')
  const release = identifierAt(reading, at, 4)
  if (release !== undefined) into.release = release
  const changeNumber = identifierAt(reading, at, 5)
  if (changeNumber !== undefined) into.changeNumber = changeNumber
  const request = identifierAt(reading, at, 7)
  if (request !== undefined) into.request = request
  const contract = identifierAt(reading, at, 8)
  if (contract !== undefined) into.contract = contract
  into.date = neededDate(reading, at, 6, 'The order date')
  const changedOn = dateAt(reading, at, CHANGED_ON)
  if (changedOn !== undefined) into.changedOn = changedOn
  return number
}

/** The third to the eighth element of BCH and BCA. */
export function changeHeading(number: string, heading: ChangeHeading): (string | undefined)[] {
  const { release, changeNumber, date, request, contract } = heading
  return [number, release, changeNumber, x12Date(date), request, contract]
}
