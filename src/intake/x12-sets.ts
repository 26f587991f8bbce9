import type { CrossdockError } from '../base/errors.ts'
import type { Pieces } from '../base/pieces.ts'
import { documentOfSet } from '../documents/catalogue.ts'
import { withSetFaults } from '../documents/faults-in-sets.ts'
import type { X12Fault, X12Interchange, X12Set } from '../edi/x12/reading.ts'
import { caseErrors } from './errors.ts'
import { isExpected } from './expected-documents.ts'
import type { UnderstoodDocument } from './interchange.ts'
import type { Sender, X12Profile } from './settings.ts'

/** What became of a set before anyone judges: its document, or what is wrong with it beyond the standard. */
export interface UnderstoodSet extends UnderstoodDocument {
  readonly faults: readonly X12Fault[]
}

/** The sets of an interchange as documents, in the order of the file. */
export function* understoodSets(
  interchange: X12Interchange,
  profile: X12Profile,
  sender: Sender,
): Pieces<ReadonlyMap<X12Set, UnderstoodSet>> {
  const understood = new Map<X12Set, UnderstoodSet>()
  for (const group of interchange.groups) {
    for (const set of group.sets) {
      understood.set(set, understandSet(set, profile, sender))
      yield
    }
  }
  return understood
}

/** What a set is called inside its arrival: the numbers of its interchange, its group and its own. */
export const setName = (interchange: string, { group, controlNumber }: X12Set): string =>
  [interchange, group.controlNumber, controlNumber].join('/')

/** Sets that answer something of ours. */
export const ANSWERS = new Set(['997', '999'])

/** What is wrong with a set by its number alone: there is no document for it. Answers are read by the mailbox. */
export function unreadSet(id: string): X12Fault | undefined {
  return ANSWERS.has(id) || documentOfSet(id) ? undefined : unsupported(caseErrors.SET_UNREAD(id.slice(0, 6)))
}

function understandSet(set: X12Set, { syntax }: X12Profile, sender: Sender): UnderstoodSet {
  if (ANSWERS.has(set.id)) return { faults: [] }
  const type = documentOfSet(set.id)
  if (!type) return { faults: [unsupported(caseErrors.SET_UNREAD(set.id.slice(0, 6)))] }
  if (!isExpected(type.name, sender)) return { faults: [unsupported(caseErrors.SET_UNSUPPORTED(set.id))] }
  if (hasFatal(set.faults)) return { type: type.name, faults: [] }
  const { document, warnings = [], faults = [] } = type.readX12(set, syntax)
  return { type: type.name, document, warnings, faults }
}

const hasFatal = (faults: readonly X12Fault[]): boolean => faults.some(({ severity }) => severity === 'fatal')

function unsupported({ code, message }: CrossdockError): X12Fault {
  return {
    code,
    message,
    severity: 'fatal',
    level: 'set',
    ack: { ak5: '1' },
  }
}

/** The interchange as it is judged: what a document reader found is said to the partner in the same 997. */
export function withFaults(read: X12Interchange, documents: ReadonlyMap<X12Set, UnderstoodSet>): X12Interchange {
  if ([...documents.values()].every(({ faults }) => faults.length === 0)) return read
  return withSetFaults(read, (set) => documents.get(set)?.faults ?? [])
}
