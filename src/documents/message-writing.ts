import { type DocumentFault, documentFault } from './faults.ts'
import type { PartnerSyntax } from './partner-syntax.ts'
import { errors } from './set-writing.ts'
import { cutText } from './text.ts'
import { rec20Of } from './units.ts'

/** An element of a segment: text, or a composite as the list of its components. */
export type MessageElement = string | readonly string[]

/** A segment of a message as plain text: tag first, then the elements. Nothing empty stands at an end. */
export type MessageSegment = [tag: string, ...elements: MessageElement[]]

type Given = string | undefined | readonly (string | undefined)[]

function trimmed(given: Given): MessageElement {
  if (given === undefined || typeof given === 'string') return given ?? ''
  const parts = given.map((part) => part ?? '')
  while (parts.length > 0 && parts[parts.length - 1] === '') parts.pop()
  if (parts.length === 0) return ''
  return parts.length === 1 ? (parts[0] as string) : parts
}

/** A segment without empty elements and components at its end. */
export function messageSegment(tag: string, ...elements: readonly Given[]): MessageSegment {
  const row: MessageSegment = [tag, ...elements.map(trimmed)]
  while (row.length > 1 && row[row.length - 1] === '') row.pop()
  return row
}

/** As {@link messageSegment}, in a list: empty when there is nothing to say. */
export function optionalMessageSegment(tag: string, ...elements: readonly Given[]): MessageSegment[] {
  const row = messageSegment(tag, ...elements)
  return row.length > 1 ? [row] : []
}

/** The unit as the partner calls it, otherwise its code in Recommendation 20. */
export function messageUnit(unit: string | undefined, syntax: PartnerSyntax): string | undefined {
  if (unit === undefined) return undefined
  const theirs = syntax.units && Object.entries(syntax.units).find(([, ours]) => ours === unit)
  return theirs ? theirs[0] : (rec20Of(unit) ?? unit)
}

/** Text in pieces of `width` characters, as many as it needs. */
export function inPieces(text: string, width: number): string[] {
  const pieces: string[] = []
  for (let at = 0; at < text.length; at += width) pieces.push(text.slice(at, at + width))
  return pieces
}

/** How much an element holds: the widths of its first components, or (`lines`) so many components of one width and no more. */
type Room =
  | { readonly widths: readonly number[] }
  | { readonly lines: number; readonly width: number; readonly from?: number }

const widths = (...of: number[]): Room => ({ widths: of })
const textLines = (lines: number, width: number, from = 0): Room => ({ lines, width, from })
const NUMBERS = { 2: widths(35), 3: widths(35), 4: widths(35), 5: widths(35), 6: widths(35) }

/** The room for words and keys (D.96A), by tag and element. */
const ROOMS: Readonly<Record<string, Readonly<Record<number, Room>>>> = {
  ALC: { 2: widths(35), 5: widths(3, 3, 3, 35, 35) },
  BGM: { 2: widths(35) },
  COM: { 1: widths(512) },
  CTA: { 2: widths(17, 35) },
  DOC: { 2: widths(35) },
  EQD: { 2: widths(17) },
  FII: { 2: widths(17), 3: widths(11) },
  FTX: { 4: textLines(5, 70) },
  GIN: NUMBERS,
  IMD: { 3: textLines(2, 35, 3) },
  LIN: { 1: widths(6), 3: widths(35) },
  LOC: { 2: widths(25, 3, 3, 70) },
  NAD: {
    2: widths(17),
    4: textLines(5, 35),
    5: textLines(3, 35),
    6: widths(35),
    7: widths(9),
    8: widths(9),
    9: widths(3),
  },
  PAC: { 3: widths(17, 3, 3, 35) },
  PAT: { 2: textLines(2, 35, 3) },
  PCI: { 2: textLines(10, 35) },
  PIA: NUMBERS,
  QVR: { 3: widths(3, 3, 3, 35) },
  RFF: { 1: widths(3, 35, 6, 35) },
  SEL: { 1: widths(10) },
  TAX: { 7: widths(20) },
  TDT: { 2: widths(17), 5: widths(17, 3, 3, 35) },
  TOD: { 3: textLines(2, 70, 3) },
}

/** The segments with every text inside its room: cut where the partner allows it, refused otherwise. */
export function fittedMessage(segments: MessageSegment[], syntax: PartnerSyntax): MessageSegment[] {
  const faults: DocumentFault[] = []
  const fitting = segments.map((row, at) => fittedRow(row, at + 2, syntax, faults))
  if (faults.length > 0) throw errors.DOES_NOT_FIT.with(faults, faults.map((fault) => fault.pointer).join(', '))
  return fitting
}

function fittedRow(
  row: MessageSegment,
  position: number,
  syntax: PartnerSyntax,
  faults: DocumentFault[],
): MessageSegment {
  const [tag, ...elements] = row
  const rooms = ROOMS[tag]
  if (rooms === undefined || !elements.some((element, at) => overflows(element, rooms[at + 1]))) return row
  if (syntax.cutText) return messageSegment(tag, ...elements.map((element, at) => cutElement(element, rooms[at + 1])))
  for (const [at, element] of elements.entries()) {
    const room = rooms[at + 1]
    if (room === undefined || !overflows(element, room)) continue
    const value = partsOf(element).find((part, n) => part.length > widthAt(room, n)) ?? ''
    const place = { pointer: `/${position}/${tag}/${at + 1}`, segment: position, tag, element: at + 1, value }
    const most = 'widths' in room ? Math.max(...room.widths) : room.lines * room.width
    faults.push(documentFault('TEXT_LENGTH', place, ['1', String(most)]))
  }
  return row
}

const partsOf = (element: MessageElement): readonly string[] => (typeof element === 'string' ? [element] : element)

function widthAt(room: Room, at: number): number {
  if ('widths' in room) return room.widths[at] ?? Number.POSITIVE_INFINITY
  const line = at - (room.from ?? 0)
  return line < 0 ? Number.POSITIVE_INFINITY : line < room.lines ? room.width : 0
}

function overflows(element: MessageElement, room: Room | undefined): boolean {
  return room !== undefined && partsOf(element).some((part, at) => part.length > widthAt(room, at))
}

function cutElement(element: MessageElement, room: Room | undefined): MessageElement {
  return room === undefined ? element : partsOf(element).map((part, at) => cutText(part, widthAt(room, at)))
}
