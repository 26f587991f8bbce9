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
  const known = packs.length > FEW ? new Set<string>() : undefined
  for (let at = 0; at < packs.length; at += 1) {
    const { number, within } = packs[at] as Pack
    if (isListed(number, packs, at, known)) {
      faults.push(documentFault('LINE_REPEATED', { pointer: `/packs/${at}/number` }, [number]))
    } else if (within !== undefined && !isListed(within, packs, at, known)) {
      faults.push(documentFault('REFERENCE_UNKNOWN', { pointer: `/packs/${at}/within` }, [`Pack ${within}`]))
    }
    known?.add(number)
  }
  return faults
}

const FEW = 16

/** Whether one of the packs before a place has this number. Few are compared one by one, many are known from a set. */
function isListed(number: string, packs: readonly Pack[], before: number, known: ReadonlySet<string> | undefined) {
  if (known) return known.has(number)
  for (let at = before - 1; at >= 0; at -= 1) if (packs[at]?.number === number) return true
  return false
}

/** Items name packs that are listed. */
export function placeFaults(packs: readonly Pack[], items: readonly { readonly pack?: string }[]): DocumentFault[] {
  const faults: DocumentFault[] = []
  const known = packs.length > FEW ? new Set(packs.map(({ number }) => number)) : undefined
  for (let at = 0; at < items.length; at += 1) {
    const pack = items[at]?.pack
    if (pack === undefined || isListed(pack, packs, packs.length, known)) continue
    faults.push(documentFault('REFERENCE_UNKNOWN', { pointer: `/items/${at}/pack` }, [`Pack ${pack}`]))
  }
  return faults
}

function hasTwins(packs: readonly Pack[]): boolean {
  for (let at = 1; at < packs.length; at += 1) {
    const sscc = packs[at]?.sscc
    if (sscc === undefined) continue
    for (let before = 0; before < at; before += 1) if (packs[before]?.sscc === sscc) return true
  }
  return false
}

/** One SSCC on two packs is a label printed twice: the goods are on their way, so it is a warning. */
export function repeatedPacks(packs: readonly Pack[]): DocumentFault[] {
  const faults: DocumentFault[] = []
  if (packs.length <= FEW && !hasTwins(packs)) return faults
  const seen = new Set<string>()
  for (let at = 0; at < packs.length; at += 1) {
    const sscc = packs[at]?.sscc
    if (sscc === undefined) continue
    if (seen.has(sscc)) {
      faults.push(documentFault('SERIAL_REPEATED', { pointer: `/packs/${at}/sscc` }, [sscc], 'warning'))
    }
    seen.add(sscc)
  }
  return faults
}
