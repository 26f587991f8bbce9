import { added } from './added.ts'
import { COUNTED, type FigureRule } from './figures.ts'
import { faultAt, identifierAt, neededFigure, neededIdentifier, type SetReading, unitAt } from './set-reading.ts'
import { type Segment, segment } from './set-writing.ts'

/** What of a line goes to one place. */
export interface SplitPart {
  location: string
  locationQualifier?: string
  quantity: string
}

const BY_THE_BUYER = '92'
const LAST_PAIR = 22

/** Reads SDQ: unit, qualifier, then up to ten pairs of location and quantity. */
export function readSplit(
  reading: SetReading,
  at: number,
  line: { readonly line?: string; readonly uom?: string; destinations?: SplitPart[] },
  rule: FigureRule = COUNTED,
): void {
  const unit = unitAt(reading, at, 1)
  if (unit !== undefined && unit !== line.uom)
    faultAt(reading, 'CODE_UNKNOWN', at, 1, [unit, `unit of line ${line.line}`])
  const qualifier = identifierAt(reading, at, 2)
  const last = Math.min(reading.segments.count(at), LAST_PAIR)
  for (let pair = 3; pair <= last; pair += 2) {
    if (reading.segments.at(at, pair) === '' && reading.segments.at(at, pair + 1) === '') continue
    const location = neededIdentifier(reading, at, pair, 'The location')
    const quantity = neededFigure(reading, at, pair + 1, rule, 'The quantity of the location')
    const locationQualifier =
      qualifier === undefined || qualifier === BY_THE_BUYER ? {} : { locationQualifier: qualifier }
    line.destinations = added(line.destinations, { location, ...locationQualifier, quantity })
  }
}

const PAIRS_PER_SEGMENT = 10

/** Writes SDQ: neighbours of the same qualifier share one, at most ten at a time. */
export function writeSplit(destinations: readonly SplitPart[], uom: string | undefined): Segment[] {
  const rows: Segment[] = []
  let room = 0
  let qualifier: string | undefined
  for (const destination of destinations) {
    const theirs = destination.locationQualifier ?? BY_THE_BUYER
    if (room === 0 || theirs !== qualifier) {
      qualifier = theirs
      rows.push(segment('SDQ', uom, theirs))
      room = PAIRS_PER_SEGMENT
    }
    rows.at(-1)?.push(destination.location, destination.quantity)
    room -= 1
  }
  return rows
}
