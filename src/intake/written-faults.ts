import type { CrossdockError, FieldFault } from '../base/errors.ts'
import type { DocumentFault } from '../documents/faults.ts'
import { errors as writingErrors } from '../documents/set-writing.ts'
import { readEdifact } from '../edi/edifact/read.ts'
import { readX12 } from '../edi/x12/read.ts'
import type { X12Fault } from '../edi/x12/reading.ts'
import { errors } from './errors.ts'
import { type EdiProfile, isEdifact } from './settings.ts'

/** A document as it was written for a partner. */
export interface WrittenFor {
  readonly body: Uint8Array
  readonly type: { readonly name: string }
  readonly document: unknown
  readonly partner: string
}

/**
 * Refuses what our own checker faults in an interchange that we wrote: its receiver would fault it, too. Throws
 * `XD_INTAKE_NOT_TO_STANDARD`.
 */
export function refuseFaulty({ body, type, document, partner }: WrittenFor, profile: EdiProfile): void {
  const faults = writtenFaults(body, profile, document)
  const [first] = faults
  if (first) throw errors.NOT_TO_STANDARD.with(faults, type.name, partner, first.detail)
}

/**
 * Codes that the partner's profile names are agreed on, whatever the standard lists. Where the value stands in the document,
 * too, the place there is named (`/carrier/scac`), else the one in the set (`/2/B2/2`).
 */
function writtenFaults(body: Uint8Array, profile: EdiProfile, document: unknown): FieldFault[] {
  const found = isEdifact(profile) ? inMessage(body) : inSet(body)
  if (found.length === 0) return []
  const own = ownCodes(profile)
  return found
    .filter(({ code, value }) => !(CODES.has(code) && value !== undefined && own.has(value)))
    .map((fault) => ({ pointer: placeOf(fault, document), detail: fault.message.replace(KEPT, '.'), code: fault.code }))
}

/** A refusal of text that is too long, by the places in the document; every other refusal as it is. */
export function placedIn(document: unknown, error: CrossdockError): CrossdockError {
  if (error.code !== DOES_NOT_FIT.code || error.faults.length === 0) return error
  const faults = (error.faults as readonly DocumentFault[]).map((fault) => ({
    pointer: placeOf(fault, document),
    detail: `${fault.tag}${String(fault.element).padStart(2, '0')}: ${fault.detail}`,
    code: fault.code,
  }))
  return DOES_NOT_FIT.with(faults, faults.map(({ pointer }) => pointer).join(', '))
}

/** What the checker says of long values that came in. */
const KEPT = /; it was kept whole\.$/

const { DOES_NOT_FIT } = writingErrors

type Found = Pick<X12Fault, 'code' | 'message' | 'severity' | 'segment' | 'tag' | 'element' | 'component' | 'value'>

/** How much of a value a fault shows. */
const CUT = 99

const CODES: ReadonlySet<string> = new Set(['XD_EDI_ELEMENT_CODE', 'XD_EDI_EDIFACT_ELEMENT_CODE'])
const stands = ({ severity }: Found): boolean => severity !== 'warning'

function inSet(body: Uint8Array): Found[] {
  const [set] = readX12(body).interchanges[0]?.groups[0]?.sets ?? []
  return set && set.faults.length > 0 ? set.faults.filter(stands) : []
}

function inMessage(body: Uint8Array): Found[] {
  const [message] = readEdifact(body).interchanges[0]?.messages ?? []
  return message && message.faults.length > 0 ? message.faults.filter(stands) : []
}

/** The partner's own words, as its profile says them. */
function ownCodes({ syntax = {} }: EdiProfile): ReadonlySet<string> {
  const { currency, units, vendorQualifier, warehouseOrderStatus, adjustmentReasons, milestones } = syntax
  return new Set([
    ...[currency, vendorQualifier].filter((code) => code !== undefined),
    ...[units, adjustmentReasons, milestones].flatMap((codes) => Object.keys(codes ?? {})),
    ...Object.values(warehouseOrderStatus ?? {}),
  ])
}

function placeOf({ segment, tag, element, component, value }: Found, document: unknown): string {
  const [only, ...more] = value === undefined || value === '' ? [] : placesOf(value, document, '')
  if (only !== undefined && more.length === 0) return only
  return `/${[segment, tag, element, component].filter((part) => part !== undefined).join('/')}`
}

/** Where a document says a text, as JSON pointers. Faults name long text by its beginning. */
function placesOf(text: string, within: unknown, pointer: string): string[] {
  if (within === text) return [pointer]
  if (typeof within === 'string')
    return text.length >= CUT && within.startsWith(text.slice(0, CUT - 1)) ? [pointer] : []
  if (typeof within !== 'object' || within === null) return []
  return Object.entries(within).flatMap(([name, value]) =>
    placesOf(text, value, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  )
}
