import { readEdifact } from '../edi/edifact/read.ts'
import { readX12 } from '../edi/x12/read.ts'
import type { X12Set } from '../edi/x12/reading.ts'
import type { Correction, MappingCorrection } from '../identity/corrections.ts'
import type { Arrival } from './arrival.ts'
import { messageName, standsInMessage } from './edifact-messages.ts'
import { isEdifactFile, isX12, itemsOf } from './interpret.ts'
import { mapJson } from './mapping.ts'
import type { IntakeWorld } from './settings.ts'
import { setName } from './x12-sets.ts'

/**
 * Whether a correction finds a value that it is about in what came; in one part of it when that is named. A person who
 * tries one that finds nothing has named another place or value than the sender wrote.
 */
export function appliesTo(
  correction: Correction,
  arrival: Arrival,
  { part, readJson }: Pick<IntakeWorld, 'readJson'> & { readonly part?: string | undefined },
): boolean {
  if (correction.kind === 'crosswalk') return Buffer.from(arrival.bytes).includes(correction.value)
  if (isEdifactFile(arrival)) return standsInMessages(correction, arrival.bytes, part)
  if (isX12(arrival)) return standsInSets(correction, arrival.bytes, part)
  const { items } = itemsOf(arrival, readJson ? { readJson } : {})
  return items.some(({ body }) => mapJson(body, [correction]) !== body)
}

function standsInSets(mapping: MappingCorrection, bytes: Uint8Array, part: string | undefined): boolean {
  return readX12(bytes).interchanges.some(({ controlNumber, groups }) =>
    groups.some(({ sets }) =>
      sets.some((set) => (part === undefined || part === setName(controlNumber, set)) && standsIn(set, mapping)),
    ),
  )
}

function standsInMessages(mapping: MappingCorrection, bytes: Uint8Array, part: string | undefined): boolean {
  return readEdifact(bytes).interchanges.some(({ reference, messages }) =>
    messages.some(
      (message) =>
        (part === undefined || part === messageName(reference, message)) && standsInMessage(message, mapping),
    ),
  )
}

function standsIn({ segments }: X12Set, { where, from }: MappingCorrection): boolean {
  for (let segment = 0; segment < segments.length; segment += 1) {
    const prefix = `${segments.tag(segment)}/`
    if (where.startsWith(prefix) && segments.at(segment, Number(where.slice(prefix.length))) === from) return true
  }
  return false
}
