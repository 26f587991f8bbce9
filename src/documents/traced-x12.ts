import { added } from './added.ts'
import { readReference } from './party-x12.ts'
import type { SetReading } from './set-reading.ts'
import { type Segment, segment } from './set-writing.ts'
import type { Reference } from './shapes.ts'

const LOT = 'LT'
const SERIAL = 'SE'

/** Goods that can be told apart. */
export interface Traced {
  lot?: string
  serials?: string[]
  references?: Reference[]
}

/** Reads an N9 of a line: LT its lot, SE a serial number; everything else is a reference. */
export function readTraced(reading: SetReading, at: number, line: Traced): void {
  const reference = readReference(reading, at)
  const { qualifier, value, description } = reference
  const isPlain = value !== undefined && description === undefined
  if (isPlain && qualifier === SERIAL) line.serials = added(line.serials, value)
  else if (isPlain && qualifier === LOT && line.lot === undefined) line.lot = value
  else line.references = added(line.references, reference)
}

/** Writes the lot and the serial numbers of a line. */
export function writeTraced({ lot, serials = [] }: Pick<Traced, 'lot' | 'serials'>): Segment[] {
  return [
    ...(lot === undefined ? [] : [segment('N9', LOT, lot)]),
    ...serials.map((serial) => segment('N9', SERIAL, serial)),
  ]
}
