import { type DocumentFault, documentFault } from './faults.ts'

/** A pack as it is checked. */
interface Pack {
  readonly number: string
  readonly within?: string
  readonly sscc?: string
}

/** A pack stands in one that was listed before it, so that no pack can stand in itself. */
export function packFaults(packs: readonly Pack[]): DocumentFault[] {
  const faults: DocumentFault[] = []
  const known = new Set<string>()
  packs.forEach(({ number, within }, at) => {
    if (known.has(number)) {
      faults.push(documentFault('LINE_REPEATED', { pointer: `/packs/${at}/number` }, [number]))
    } else if (within !== undefined && !known.has(within)) {
      faults.push(documentFault('REFERENCE_UNKNOWN', { pointer: `/packs/${at}/within` }, [`Pack ${within}`]))
    }
    known.add(number)
  })
  return faults
}

/** Items name packs that are listed. */
export function placeFaults(packs: readonly Pack[], items: readonly { readonly pack?: string }[]): DocumentFault[] {
  const faults: DocumentFault[] = []
  const known = new Set<string>()
  for (const { number } of packs) known.add(number)
  items.forEach(({ pack }, at) => {
    if (pack === undefined || known.has(pack)) return
    faults.push(documentFault('REFERENCE_UNKNOWN', { pointer: `/items/${at}/pack` }, [`Pack ${pack}`]))
  })
  return faults
}

/** One SSCC on two packs is a label printed twice: the goods are on their way, so it is a warning. */
export function repeatedPacks(packs: readonly Pack[]): DocumentFault[] {
  const faults: DocumentFault[] = []
  const seen = new Set<string>()
  packs.forEach(({ sscc }, at) => {
    if (sscc === undefined) return
    const pointer = () => `/packs/${at}/sscc`
    if (seen.has(sscc)) faults.push(documentFault('SERIAL_REPEATED', { pointer: pointer() }, [sscc], 'warning'))
    seen.add(sscc)
  })
  return faults
}
