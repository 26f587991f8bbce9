import { type DocumentFault, documentFault } from './faults.ts'

/** A pack as it is checked. */
interface Pack {
  readonly number: string
  readonly within?: string
  readonly sscc?: string
}

/** A pack stands in one that was listed before it, so that no pack can stand in itself. */
export function packFaults(packs: readonly Pack[]): DocumentFault[] {
  const known = new Set<string>()
  return packs.flatMap(({ number, within }, at) => {
    const pointer = `/packs/${at}`
    const isLost = within !== undefined && !known.has(within)
    const isRepeat = known.has(number)
    known.add(number)
    if (isRepeat) return [documentFault('LINE_REPEATED', { pointer: `${pointer}/number` }, [number])]
    return isLost ? [documentFault('REFERENCE_UNKNOWN', { pointer: `${pointer}/within` }, [`Pack ${within}`])] : []
  })
}

/** Items name packs that are listed. */
export function placeFaults(packs: readonly Pack[], items: readonly { readonly pack?: string }[]): DocumentFault[] {
  const known = new Set(packs.map(({ number }) => number))
  return items.flatMap(({ pack }, at) =>
    pack === undefined || known.has(pack)
      ? []
      : [documentFault('REFERENCE_UNKNOWN', { pointer: `/items/${at}/pack` }, [`Pack ${pack}`])],
  )
}

/** One SSCC on two packs is a label printed twice: the goods are on their way, so it is a warning. */
export function repeatedPacks(packs: readonly Pack[]): DocumentFault[] {
  const seen = new Set<string>()
  return packs.flatMap(({ sscc }, at) => {
    if (sscc === undefined) return []
    const isRepeat = seen.has(sscc)
    seen.add(sscc)
    return isRepeat ? [documentFault('SERIAL_REPEATED', { pointer: `/packs/${at}/sscc` }, [sscc], 'warning')] : []
  })
}
