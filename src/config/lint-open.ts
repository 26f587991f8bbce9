/** What a profile leaves to somebody who knows: `partner new` writes OPEN wherever no sample says it. */
import type { HubDefinition, PartnerDefinition } from './define-hub.ts'
import { type Finding, wrong } from './finding.ts'

const OPEN = 'OPEN'

/** Whether a value waits for somebody who knows. */
export const isStillOpen = (value: unknown): boolean => value === OPEN

/** What is asked for, where the name of the member does not say it. */
const ASKS: Readonly<Record<string, string>> = {
  customer: 'its number in the ERP',
  supplier: 'its number in the ERP',
  facility: 'the facility it ships from',
  carrier: 'its SCAC',
  ours: 'our address as the partner knows us',
  theirs: 'its address',
  version: 'the version it wants to be written to in',
  within: 'its time',
}

/** Every member of a partner that is still OPEN. */
export function stillOpen({ reach: _, expects = [], owes = [], ...said }: PartnerDefinition, where: string): Finding[] {
  const { speaks, ...plain } = said
  return [
    ...openIn(plain, where, 1),
    ...openIn(speaks, `${where}.speaks`),
    ...expects.flatMap((clock, at) => openIn(clock, `${where}.expects[${at}]`, 1)),
    ...owes.flatMap((clock, at) => openIn(clock, `${where}.owes[${at}]`, 1)),
  ]
}

/** As {@link stillOpen}, of all partners. */
export function lintOpen({ partners = [] }: HubDefinition): Finding[] {
  return partners.flatMap((partner, at) => stillOpen(partner, `partners[${at}]`))
}

/** Deep enough for a profile: `speaks.guide.850.REF[DP].only`. */
const DEEPEST = 6

function openIn(value: unknown, where: string, depth = DEEPEST): Finding[] {
  if (isStillOpen(value)) {
    const member = where.slice(where.lastIndexOf('.') + 1)
    const asks = ASKS[member]
    return [wrong(where, `${member} is still OPEN${asks === undefined ? '' : `: ${asks}`}.`)]
  }
  if (typeof value !== 'object' || value === null || depth === 0) return []
  return Object.entries(value).flatMap(([member, inside]) => openIn(inside, `${where}.${member}`, depth - 1))
}
