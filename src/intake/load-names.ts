import type { Reference } from '../documents/shapes.ts'

/** What a carrier's document calls a load. */
interface Named {
  readonly shipment?: string
  readonly pro?: string
  readonly references?: readonly Reference[]
}

/** What the references of a carrier's document are to us, by their qualifier (X12 128). */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  SI: ['shipment'],
  BM: ['bol', 'shipment'],
  MB: ['bol'],
  BL: ['bol'],
  CN: ['pro'],
  '2I': ['pro'],
}

/**
 * The names under which a carrier's document means one of our shipments, the most particular first: those of its line,
 * the shipper's number (which many fill with the bill of lading), its other references, and the carrier's own.
 */
export function loadNames(ofLine: readonly Reference[] | undefined, { shipment, pro, references }: Named): string[] {
  return [
    ...new Set([
      ...named(ofLine),
      ...(shipment === undefined ? [] : [`shipment ${shipment}`, `bol ${shipment}`]),
      ...named(references),
      ...(pro === undefined ? [] : [`pro ${pro}`]),
    ]),
  ]
}

const named = (references: readonly Reference[] = []): string[] =>
  references.flatMap(({ qualifier, value }) =>
    value === undefined
      ? []
      : (Object.hasOwn(NAMES, qualifier) ? (NAMES[qualifier] ?? []) : []).map((name) => `${name} ${value}`),
  )
