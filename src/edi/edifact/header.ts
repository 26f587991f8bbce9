import { isBlank, isLetterOrDigit, latinText } from '../x12/bytes.ts'
import { type Charset, decodedText, decodingOf, repertoireOf, SWITCHING } from './charset.ts'
import { edifactFault } from './faults.ts'
import type { EdifactDelimiters, EdifactFault } from './reading.ts'
import { isHeaderStart } from './scan.ts'

/** UNA (or the defaults) and the UNB segment behind it. `elements[0]` is S001, as its components. */
export interface EdifactHeader {
  readonly delimiters: EdifactDelimiters
  readonly elements: readonly (readonly string[])[]
  readonly syntax: string
  readonly syntaxVersion: number
  /** Place of the first byte after the terminator. */
  readonly end: number
  readonly faults: readonly EdifactFault[]
}

/** No real UNB comes near this; past it we are reading something else. */
export const LONGEST = 1000

const UNA_LENGTH = 9
const COMPONENT = 0x3a
const PLUS = 0x2b
const QUESTION = 0x3f
const APOSTROPHE = 0x27
const ASTERISK = 0x2a
const SPACE = 0x20
const POINT = 0x2e
const COMMA = 0x2c
/** What level B was written with before everybody wrote `+` and `:`: IS1, IS3 and IS4 of ISO 646. */
const IS1 = 0x1f
const IS3 = 0x1d
const IS4 = 0x1c

/** The next place from `from` on where a header may stand; -1 when there is none. A UNA counts only with a UNB behind it. */
export function findHeader(bytes: Uint8Array, from: number, end: number): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, end)
  for (let at = buffer.indexOf('UN', from, 'latin1'); at >= 0; at = buffer.indexOf('UN', at + 1, 'latin1')) {
    if (at > 0 && isLetterOrDigit(bytes[at - 1]!)) continue
    if (isHeaderStart(bytes, at) && (bytes[at + 2] !== 0x41 || afterUna(bytes, at, end) >= 0)) return at
  }
  return -1
}

/** Where UNB begins behind the UNA at `at`; -1 when something else follows. */
function afterUna(bytes: Uint8Array, at: number, end: number): number {
  let next = at + UNA_LENGTH
  while (next < end && isBlank(bytes[next]!)) next++
  return bytes[next] === 0x55 && bytes[next + 1] === 0x4e && bytes[next + 2] === 0x42 ? next : -1
}

/** Bytes to pass over: the UNB behind an unusable UNA is not read by other characters than those it was written with. */
export const skipOf = (bytes: Uint8Array, at: number): number => (bytes[at + 2] === 0x41 ? 12 : 3)

/** What a header is when it is none: the fault that says why. */
export interface Unreadable {
  readonly unreadable: EdifactFault
}

/** Reads UNA and UNB at `at`. Service characters come from UNA or are the defaults; none is guessed. */
export function readHeader(
  bytes: Uint8Array,
  at: number,
  end: number,
  base: number,
  profile?: Charset,
): EdifactHeader | Unreadable {
  const hasUna = bytes[at + 2] === 0x41
  const unb = hasUna ? afterUna(bytes, at, end) : at
  const place = { tag: hasUna ? 'UNA' : 'UNB', offset: base + at }
  const cannot = (why: string): Unreadable => ({ unreadable: edifactFault('UNB_UNREADABLE', place, why) })
  if (unb < 0) return cannot('no UNB follows UNA')
  const stated = hasUna ? statedDelimiters(bytes, at) : defaultDelimiters(bytes[unb + 3]!)
  if (!stated) return cannot(`without UNA the element separator is "+", not "${latinText(bytes, unb + 3, unb + 4)}"`)
  const clash = clashOf(stated)
  if (clash !== undefined) return { unreadable: edifactFault('UNA_UNUSABLE', place, clash) }
  if (bytes[unb + 3] !== stated.element) return cannot('its separator is not the one of UNA')
  const stop = terminatorOf(bytes, unb + 3, Math.min(end, unb + LONGEST), stated)
  if (stop < 0) return cannot('it is not terminated')
  const elements = elementsOf(bytes, unb + 4, stop, stated, profile)
  if (elements.length < 4) return cannot(`it has ${elements.length} elements, and needs five`)
  if ((elements[1]?.[0] ?? '') === '') return cannot('it names no sender')
  const syntax = elements[0]?.[0] ?? ''
  const version = elements[0]?.[1] ?? ''
  const syntaxVersion = /^[1-4]$/.test(version) ? Number(version) : 0
  const delimiters = withRepetition(stated, syntaxVersion, hasUna)
  const faults = syntaxFaults(syntax, version, delimiters, { tag: 'UNB', offset: base + unb })
  return { delimiters, elements, syntax, syntaxVersion, end: stop + 1, faults }
}

function statedDelimiters(bytes: Uint8Array, at: number): EdifactDelimiters {
  const [component, element, decimal, release, reserved, segment] = bytes.subarray(at + 3, at + UNA_LENGTH)
  return {
    component: component!,
    element: element!,
    decimal: decimal!,
    segment: segment!,
    ...(release === SPACE ? {} : { release: release! }),
    ...(reserved === SPACE ? {} : { repetition: reserved! }),
  }
}

function defaultDelimiters(separator: number): EdifactDelimiters | undefined {
  if (separator === PLUS) {
    return { component: COMPONENT, element: PLUS, decimal: POINT, segment: APOSTROPHE, release: QUESTION }
  }
  if (separator === IS3) return { component: IS1, element: IS3, decimal: COMMA, segment: IS4 }
  return undefined
}

/** Syntax 4 has repeats without saying so. */
function withRepetition(delimiters: EdifactDelimiters, version: number, hasUna: boolean): EdifactDelimiters {
  if (version < 4 || hasUna || delimiters.element !== PLUS) return delimiters
  return { ...delimiters, repetition: ASTERISK }
}

function clashOf({ component, element, segment, release, repetition }: EdifactDelimiters): string | undefined {
  const used = [component, element, segment, release, repetition].filter((byte) => byte !== undefined)
  if (used.some((byte) => isLetterOrDigit(byte) || byte >= 0x80)) return 'letters and digits stand in data'
  if (component === SPACE || element === SPACE || segment === SPACE) return 'a blank stands in data'
  return new Set(used).size < used.length ? 'two of them are the same' : undefined
}

function terminatorOf(bytes: Uint8Array, from: number, end: number, delimiters: EdifactDelimiters): number {
  for (let i = from; i < end; i++) {
    if (bytes[i] === delimiters.release) i++
    else if (bytes[i] === delimiters.segment) return i
  }
  return -1
}

/** Splits the few elements of UNB at once, with release characters gone. */
function elementsOf(
  bytes: Uint8Array,
  start: number,
  stop: number,
  delimiters: EdifactDelimiters,
  profile: Charset | undefined,
): string[][] {
  const elements: string[][] = [['']]
  let components = elements[0]!
  for (let i = start; i < stop; i++) {
    const byte = bytes[i]!
    if (byte === delimiters.element) {
      components = ['']
      elements.push(components)
    } else if (byte === delimiters.component) components.push('')
    else {
      if (byte === delimiters.release && i + 1 < stop) i++
      components[components.length - 1] += String.fromCharCode(bytes[i]!)
    }
  }
  const { charset } = decodingOf(elements[0]?.[0] ?? '', bytes, start, stop, profile)
  return elements.map((element) => element.map((component) => decodedText(component, charset).trim()))
}

function syntaxFaults(
  syntax: string,
  version: string,
  { decimal }: EdifactDelimiters,
  place: { readonly tag: string; readonly offset: number },
): EdifactFault[] {
  const faults: EdifactFault[] = []
  const at = { ...place, element: 1, value: `${syntax}:${version}` }
  if (syntax === SWITCHING) faults.push(edifactFault('CHARACTERS_UNSUPPORTED', at, syntax))
  else if (!repertoireOf(syntax) || !/^[1-4]$/.test(version)) {
    faults.push(edifactFault('SYNTAX_UNKNOWN', at, `${syntax}:${version}`))
  }
  if (decimal !== POINT && decimal !== COMMA) {
    faults.push(edifactFault('DECIMAL_MARK', { ...place, tag: 'UNA' }, String.fromCharCode(decimal)))
  }
  return faults
}
