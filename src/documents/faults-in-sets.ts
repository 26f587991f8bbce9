/** What documents find wrong in the sets of an X12 interchange, put beside what the standard finds: one 997 says both. */
import type { X12Fault, X12Interchange, X12Set } from '../edi/x12/reading.ts'
import { documentOfSet } from './catalogue.ts'

/** The interchange as it is judged: each set with what else is wrong with it, said once where both say the same. */
export function withSetFaults(read: X12Interchange, faultsOf: (set: X12Set) => readonly X12Fault[]): X12Interchange {
  let isChanged = false
  const groups = read.groups.map((group) => ({
    ...group,
    sets: group.sets.map((set) => {
      const fresh = faultsOf(set).filter((fault) => !set.faults.some((known) => isSamePlace(known, fault)))
      if (fresh.length === 0) return set
      isChanged = true
      return { ...set, faults: [...set.faults, ...fresh] }
    }),
  }))
  return isChanged ? { ...read, groups } : read
}

const isSamePlace = (a: X12Fault, b: X12Fault): boolean =>
  a.segment === b.segment && a.element === b.element && a.ack?.ak4 === b.ack?.ak4

/**
 * The interchange with every set read as its document, as a hub reads it whose partner has no ways of its own. `unread` says
 * what a hub says of a set that it has no document for.
 */
export const setsReadAsDocuments = (
  read: X12Interchange,
  unread: (set: string) => X12Fault | undefined,
): X12Interchange =>
  withSetFaults(read, (set) => {
    const strange = unread(set.id)
    if (strange) return [strange]
    if (set.faults.some(({ severity }) => severity === 'fatal')) return []
    return documentOfSet(set.id)?.readX12(set, {}).faults ?? []
  })
