import { added } from './added.ts'
import { type FigureRule, SIGNED } from './figures.ts'
import { faultAt, figureAt, identifierAt, neededFigure, neededUnit, type SetReading, textAt } from './set-reading.ts'
import { type Segment, segment } from './set-writing.ts'

/** What PO1 and IT1 begin with: line number, quantity, unit. A line without a number gets its place, with a warning. */
export function readItemLine(
  reading: SetReading,
  at: number,
  place: number,
  rule: FigureRule,
): { line: string; quantity: string; uom: string } {
  const given = identifierAt(reading, at, 1)
  const line = given ?? String(place)
  if (given === undefined) faultAt(reading, 'LINE_ASSIGNED', at, 1, [line], 'warning')
  const quantity = neededFigure(reading, at, 2, rule, 'The quantity')
  return { line, quantity, uom: neededUnit(reading, at, 3) }
}

/** What a line says about its goods in words. */
export interface Described {
  description?: string
  features?: { code?: string; text: string }[]
}

/** Reads PID: the first one without a characteristic describes the goods, the others are features. */
export function readDescription(reading: SetReading, at: number, line: Described): void {
  const text = textAt(reading, at, 5)
  if (text === undefined) return
  const code = identifierAt(reading, at, 2)
  if (line.description === undefined && code === undefined) line.description = text
  else line.features = added(line.features, code === undefined ? { text } : { code, text })
}

/** Writes PID. */
export function writeDescription({ description, features = [] }: Described): Segment[] {
  const described = description === undefined ? [] : [{ code: undefined, text: description }]
  return [...described, ...features].map(({ code, text }) => segment('PID', 'F', code, undefined, undefined, text))
}

/** The index of the line that a pointer leads into: 3 for `/lines/3/price`. */
export function lineIn(pointer: string): number | undefined {
  const match = /^\/lines\/(\d+)/.exec(pointer)
  return match ? Number(match[1]) : undefined
}

/** The segment that a finding about a line leads to; what is about the whole leads to the first. */
export const segmentOfLine =
  (lineSegments: readonly number[]) =>
  (pointer: string): number =>
    lineSegments[lineIn(pointer) ?? -1] ?? 1

/** CTT01 must say how many lines there are. */
export function checkLineCount(reading: SetReading, at: number, lines: number): void {
  const counted = figureAt(reading, at, 1, SIGNED)
  if (counted === undefined || counted === String(lines)) return
  faultAt(reading, 'COUNT_DIFFERS', at, 1, [`${counted} lines`, String(lines)])
}
